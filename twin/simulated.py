"""The floor that SimPy drives: the readable engine, whose behaviour is the behaviour of Foreshift.

SimPy is the clock and the calendar, no more: each machine has a few fixed slots in it, and everything that must
survive a fork is in the `State`. A slot says when something is due; what is due follows from the state. Things that
fall on the same instant are taken in a declared order: by kind (`twin.wiring.RANKS`), then machine, then order.
Only when an instant's facts are all in does the floor move orders into buffers and ask who takes what.

What machines do with orders is here; what stops them, who comes in, and what else they need is in `twin.engine` and
`twin.needs`.
"""

from collections.abc import Callable

from plant_models.events import Event, Finished, Held, PassedOver, Scrapped, SetupStarted, Started
from plant_models.plant import Plant
from plant_models.shifts import FOREVER
from twin.arriving import check_end
from twin.chance import Luck
from twin.deadlock import Deadlock, deadlock_of
from twin.decisions import Choice, Decision, Start, Wait
from twin.engine.arrivals import Arrivals
from twin.engine.bench import Bench
from twin.engine.doors import Doors
from twin.engine.hours import Hours
from twin.engine.lots import Lots
from twin.engine.maintenances import Maintenances
from twin.engine.options import Options
from twin.engine.outlook import Outlook
from twin.engine.people import People
from twin.engine.quality import Outcome, Quality
from twin.engine.releases import Releases
from twin.engine.stays import Stays
from twin.engine.stocks import Stocks
from twin.engine.stoppages import Stoppages
from twin.engine.tools import Tools
from twin.needs.batches import batch_around, chosen_batch
from twin.state import MachineState, OrderState, State, complete, is_running, progress
from twin.times import Times


class SimulatedFloor(Bench):
    """A floor that exists only in the computer.

    Parameters
    ----------
    plant, state
        What it is and how it stands. The state belongs to the floor from now on; give it a copy to keep your own.
    chance
        Where its times come from: `Chance` for one possible future, `Certain` for the plan's.
    record
        Is given every fact as it happens.

    Notes
    -----
    The floor can be built on any state, also one that a real floor told. Built on a copy of another simulated
    floor's state, with the same chance, it goes on exactly as the other does. Only for how long nothing has gone on
    each counts by itself: where no order ever will again, a fork may give that up at another time (`advance`).
    """

    def __init__(
        self,
        plant: Plant,
        state: State,
        chance: Luck,
        record: Callable[[Event], object] | None = None,
        *,
        _times: Times | None = None,
    ) -> None:
        complete(plant, state)
        super().__init__(plant, state, chance, record, _times)
        self._work_slots = self.slots(self._work_due)
        self._work_ranks = [self.wiring.ranks["work"] + index for index in range(len(self.names))]
        self._hold_slots = self.slots(self._hold_due)
        self._options = Options(self)
        self._totals = [0] * len(self.names)
        self._stoppages = Stoppages(self, self._stopped_or_going, self._spoil)
        self._maintenances = Maintenances(self, self._opened_or_closed)
        self._hours = Hours(self, self._opened_or_closed)
        self._releases = Releases(self, self._offer)
        self._stays = Stays(self)
        self._people = People(self, self._left_or_attended, self._stoppages.call)
        self._tools = Tools(self)
        self._quality = Quality(self, self._releases, self._offer, self._left)
        self._lots = Lots(self, self._tools)
        self._doors = Doors(self, self._stays, self._lots)
        self._has_last = bool(self.wiring.turning) or self._maintenances.has_opportunities
        self.deadlock: Deadlock | None = None
        self._asked: Decision | None = None
        wiring = self.wiring
        self._ways = (wiring.has_errands, wiring.has_lots, wiring.is_led, self.asks, self.doors, self.machines)
        stocks = self._stocks = Stocks(self, self._goes_on) if plant.materials else None
        self._arrivals = Arrivals(self, self._releases) if plant.arrivals else None
        self._outlook = Outlook(
            self,
            self._stoppages,
            self._people,
            self._maintenances,
            self._releases,
            self._stays,
            self._quality,
            stocks,
            self._arrivals,
        )
        self._look_again()

    def fork(self, chance: Luck | None = None, record: Callable[[Event], object] | None = None) -> "SimulatedFloor":
        """A floor of its own that stands as this one does; with the same chance it goes on as this one does."""
        times = self.times if chance is None else None
        return SimulatedFloor(self.plant, self.state.copy(), chance or self.chance, record, _times=times)

    def advance(self, until: int = FOREVER) -> Decision | None:
        """Work until a machine has a choice, or until *until*, which is included.

        It stops for good where machines wait for each other in a circle: `deadlock` says which. With FOREVER it also
        stops when every order has left, or when nothing could let one go on; then `state.unfinished` is not zero. So
        it is when no work has ended for a year though much has happened: a machine that always breaks down before its
        work is done, and begins it again, would go round for ever.

        Raises
        ------
        InvalidPlant
            With FOREVER, where orders come by themselves for ever.
        """
        if until >= FOREVER and self.wiring.is_endless:
            check_end(self.plant, None)
        calendar, state, is_over = self.calendar, self.state, self._outlook.is_over
        is_open_ended, can_lock = until >= FOREVER, self.wiring.can_lock
        while True:
            decision = self._settle()
            if decision is not None:
                return decision
            if can_lock:
                self.deadlock = deadlock_of(self.plant, state)
                if self.deadlock is not None:
                    return None
            instant = calendar.peek()
            if is_open_ended and is_over(instant):
                return None
            if instant > until:
                if not is_open_ended:
                    state.now = max(state.now, until)
                return None
            self.is_idling = True
            calendar.play_instant()

    def start(self, decision: Decision, choice: Choice) -> None:
        """Do what was chosen.

        Raises
        ------
        ValueError
            Where the choice is not one of the decision's, or the decision is no longer there to be made.
        """
        index = self.wiring.index[decision.machine]
        is_asked, self._asked = decision is self._asked, None
        options = decision.options if is_asked else self._options.of(index)
        if decision.time != self.state.now or options != decision.options:
            raise ValueError(f"machine {decision.machine!r} has no such decision to make at {self.state.now} ms")
        if isinstance(choice, Wait):
            if choice.until is not None and choice.until <= decision.time:
                raise ValueError(f"wait until {choice.until} ms: that is not after now, {decision.time} ms")
            self.emit(Held(decision.time, decision.machine, self._options.soonest(index, choice.until)))
            self.asks.discard(index)
            self._arm_hold(index)
            return
        chosen = choice.order if isinstance(choice, Start) else choice
        if chosen not in options:
            raise ValueError(
                f"machine {decision.machine!r} cannot take {chosen!r} now; it may take {', '.join(options)}"
            )
        if isinstance(choice, Start):
            together = None if choice.mates is None else self._together(index, chosen, choice.mates)
            for order, step in choice.instead_of:
                self.emit(PassedOver(decision.time, decision.machine, order, step))
            self._take_together(index, chosen, together)
        else:
            self._take(index, chosen)

    def happen(self, event: Event) -> None:
        """Let a fact come from outside, now: an order that is added, a machine that somebody stops.

        Raises
        ------
        ValueError
            Where its time is not the floor's present.
        """
        if event.time != self.state.now:
            raise ValueError(f"{type(event).__name__} at {event.time} ms: the floor's present is {self.state.now} ms")
        self.emit(event)
        self._asked = None
        self._look_again()

    # -- what is due ------------------------------------------------------------------------------------------------

    def _work_due(self, index: int, now: int) -> None:
        machine = self.machines[index]
        order_name = machine.order
        assert order_name is not None  # an armed work slot has an order
        self.is_idling = False
        if machine.phase == "setup":
            self._set_up(index, machine, order_name, now)
            return
        if machine.mates:
            for mate in machine.mates.copy():
                self._finish(index, mate, now)
        self._finish(index, order_name, now)
        if self.wiring.is_followed[index]:
            self._tell_of_finish(index)

    def _set_up(self, index: int, machine: MachineState, order_name: str, now: int) -> None:
        """Let a machine that is set up begin, or a vehicle that has come to an order take it."""
        order = self.state.orders[order_name]
        left = self.places_left(order, machine.mates) if order.fetched_by else ()
        self._begin(index, machine, order_name, order, now)
        if left:
            self._let_in(left)
        if self.wiring.has_people:
            self._people.call()

    def _tell_of_finish(self, index: int) -> None:
        """Let all look again who may be concerned by the end of a machine's work."""
        wiring = self.wiring
        self.asks.update(wiring.reserving)
        if wiring.wears[index]:
            self._stoppages.arm(index)
        if wiring.has_people:
            self._people.call()
        if wiring.has_tools:
            self._tools.is_calling = True
        if wiring.is_kept[index]:
            self.is_calling = True

    def _finish(self, index: int, order_name: str, now: int, outcome: Outcome | None = None) -> None:
        """Let a machine be done with one of its orders, with an *outcome* that is known or what comes of it."""
        self.worked_at = now
        order, name, emit = self.state.orders[order_name], self.names[index], self.emit
        if outcome is None and self.wiring.is_sure[index]:
            emit(Finished(now, name, order_name, order.step, order.quantity))
        else:
            emit(Finished(now, name, order_name, order.step, *(outcome or self._quality.outcome(index, order, now))))
        if order.keeps and self._stocks is not None:
            self._releases.has_left = self.wiring.is_limited  # less is left to do on the floor, wherever it stays
            self._stocks.put_out(order_name)
        elif order.stage == "blocked" and not self.wiring.is_limited:  # what goes on most often, without asking more
            self._offer(order)
        else:
            self._goes_on(order, index)

    def _spoil(self, index: int, order_name: str) -> None:
        """Let the pieces be lost that a machine works on; of an order of which others are left, those go on."""
        order, name, now = self.state.orders[order_name], self.names[index], self.state.now
        if order.at_work == order.quantity:
            self.emit(Scrapped(now, name, order_name, order.step, order.quantity))
        else:
            self._finish(index, order_name, now, self._quality.given_up(order))
        self.is_idling = False
        self._left()

    def _goes_on(self, order: OrderState, index: int) -> None:
        """See to what follows when an order has left its machine, or would go on from it."""
        if self.wiring.is_limited:
            self._releases.has_left = True
        if order.stage == "blocked":
            self._offer(order)
            return
        if self.machines[index].order is None:
            self.asks.add(index)
        if order.stage == "held":
            self._quality.arm(order.order.id, order)
            return
        self._left()

    def _left(self) -> None:
        """Let others come in for an order that has left, and have what went with it."""
        self._releases.has_left = self.wiring.is_limited
        self._tools.is_calling = self.wiring.has_tools

    def _opened_or_closed(self, index: int) -> None:
        self._stopped_or_going(index)
        self._stoppages.arm(index)
        self.is_calling = self.is_calling or self.wiring.is_kept[index]

    def _stopped_or_going(self, index: int) -> None:
        """A machine that was working may not be, or may be again; work that is begun again takes a new time."""
        machine = self.machines[index]
        if self.wiring.restarts[index] and machine.phase == "work":
            self._totals[index] = self._total(index, machine)
        self._arm_work(index)
        if self.wiring.has_people:
            self._people.call()

    def _left_or_attended(self, index: int) -> None:
        self._arm_work(index)
        self._stoppages.arm(index)
        self.is_calling = self.is_calling or self.wiring.is_kept[index]

    def _hold_due(self, index: int, now: int) -> None:
        self.is_idling = False
        self.state.now = now
        self.asks.add(index)

    # -- what follows at once ---------------------------------------------------------------------------------------

    def _settle(self) -> Decision | None:
        """Move orders into buffers and onto machines until a machine has a choice or nothing moves."""
        has_errands, has_lots, is_led, asks, doors, machines = self._ways
        while True:
            if has_errands:
                self._see_to_errands()
            if doors or has_lots:
                self._doors.let_in()
            while asks:
                if len(asks) == 1:
                    index = asks.pop()
                else:
                    asks.discard(index := min(asks))
                if machines[index].phase == "idle" and (options := self._options.of(index)):
                    break
            else:
                if self._has_last and self._moves_last():
                    continue
                return None
            if is_led[index]:
                self._take(index, options[0])
            else:
                asks.add(index)
                self._asked = Decision(self.state.now, self.names[index], options)
                return self._asked

    def _see_to_errands(self) -> None:
        """Let stocks, repairs, people, releases and tools go on with what may have become possible."""
        stocks, releases, stays, tools = self._stocks, self._releases, self._stays, self._tools
        if stocks is not None and stocks.stirred:
            stocks.settle()
        if self.is_calling:
            self.is_calling = False
            self._stoppages.start_repairs()
            self._maintenances.begin_due()
        if self._people.is_calling:
            self._people.attend()
        if releases.has_left or stays.has_left:
            tools.is_calling = tools.is_calling or (stays.has_left and self.wiring.has_tools)
            stays.has_left = False
            releases.release(self.state.now)
        if tools.is_calling:
            tools.look_over()

    def _moves_last(self) -> bool:
        """Do what comes only when no machine has anything to take: turn orders away, take opportunities."""
        if self.wiring.turning and self._releases.turn_away():
            return True
        return self._maintenances.has_opportunities and self._maintenances.take_opportunities()

    def _offer(self, order: OrderState) -> None:
        """Let an order that wants to go on be seen by those who can take it."""
        product, step = order.order.product, order.step
        place = self.wiring.rooms[product][step]
        if place is not None:
            self.doors.add(place)
        else:
            self.asks.update(self.wiring.takers[product][step])

    def _together(self, index: int, order: str, mates: tuple[str, ...]) -> tuple[str, ...]:
        """The batch that was chosen, if the machine may take it."""
        return chosen_batch(self.plant, self.state, self.names[index], order, mates, self.wiring.own_checks[index])

    def _take(self, index: int, order_name: str) -> None:
        """Let an idle machine take an order: from its buffer, or from the machine that keeps it."""
        wiring = self.wiring
        if not wiring.is_plain[index]:
            self._take_together(index, order_name, None)
            return
        state = self.state
        order = state.orders[order_name]
        place = wiring.places[order.order.product][order.step]
        if order.stage == "blocked":
            self.asks.add(wiring.index[order.where])
        self._hold_slots[index].due = None
        self._begin(index, self.machines[index], order_name, order, state.now)
        if not wiring.is_quiet[place]:
            self._let_in((place,))
        elif state.wanting[place]:
            self.doors.add(place)
        self.asks.discard(index)

    def _take_together(self, index: int, order_name: str, together: tuple[str, ...] | None) -> None:
        """Let an idle machine take an order, with all that it needs for it, and those that go *together* with it.

        Without a chosen batch those go together that came first.
        """
        state, wiring, machine, name = self.state, self.wiring, self.machines[index], self.names[index]
        now = state.now
        mates: tuple[str, ...] = ()
        if wiring.batches[index]:
            checks = wiring.own_checks[index]
            order_name, *others = together or batch_around(self.plant, state, name, order_name, checks)
            mates = tuple(others)
        order = state.orders[order_name]
        self._hold_slots[index].due = None
        if wiring.attended[index]:
            self._people.come(index, order_name)
        if wiring.consumes[index]:
            assert self._stocks is not None  # only a plant with materials uses them up
            for each in (order_name, *mates):
                self._stocks.consume(index, each, state.orders[each])
        setup = self.times.setup(index, machine.family, order_name, order) if wiring.changes[index] else 0
        left: tuple[str, ...] = ()
        if setup and wiring.fetches[index]:
            self.asks.update(wiring.next_in_line[wiring.places[order.order.product][order.step]])
        else:
            left = self.places_left(order, mates)
        if setup:
            cleanings = self.plant.cleanings(name, machine.family, order.order.product)
            self.emit(SetupStarted(now, name, order_name, mates, cleanings))
            self._totals[index] = setup
            self._work_slots[index].set(now + setup, self._work_ranks[index])
        else:
            self._begin(index, machine, order_name, order, now, mates)
        self._let_in(left)
        self.asks.discard(index)

    def _let_in(self, places: tuple[str, ...]) -> None:
        """Let others come to where orders have just left buffers, or the doors of buffers."""
        wiring = self.wiring
        for place in places:
            self.asks.update(wiring.next_in_line[place])
            if self.state.wanting[place]:
                self.doors.add(place)
            if wiring.is_watched[place]:
                self._stays.arm(place)
        if wiring.reserving:
            self.asks.update(wiring.reserving)

    def _begin(
        self,
        index: int,
        machine: MachineState,
        order_name: str,
        order: OrderState,
        now: int,
        mates: tuple[str, ...] = (),
    ) -> None:
        """Let a machine that is ready begin the work itself."""
        emit, upkeep = self.emit, machine.upkeep
        emit(Started(now, self.names[index], order_name, order.step, mates))
        total = self.times.work(index, order_name, order, 0, 0, 0 if upkeep is None else upkeep.level)
        self._totals[index] = total
        self._work_slots[index].set(None if machine.is_unattended else now + total, self._work_ranks[index])
        if self.wiring.wears[index]:
            self._stoppages.arm(index)

    # -- when things are due ----------------------------------------------------------------------------------------

    def _look_again(self) -> None:
        """Work out from the state all that is due: after a fork, or after something came from outside."""
        self._releases.look_again()
        for index, machine in enumerate(self.machines):
            if machine.phase in ("setup", "work"):
                self._totals[index] = self._total(index, machine)
            self._arm_work(index)
            self._arm_hold(index)
        self._stoppages.look_again()
        self._maintenances.look_again()
        self._hours.look_again()
        self.is_calling = self.wiring.has_calls
        self._stays.look_again()
        self._people.look_again()
        self._tools.look_again()
        if self._stocks is not None:
            self._stocks.look_again()
        self._quality.look_again()
        self._lots.look_again()
        if self._arrivals is not None:
            self._arrivals.look_again()
        self.asks.update(range(len(self.names)))
        self.doors.update(place for place, capacity in self.wiring.capacity.items() if capacity)

    def _total(self, index: int, machine: MachineState) -> int:
        """How long the present setup or work takes in all."""
        name, order_name, now = self.names[index], machine.order, self.state.now
        assert order_name is not None
        order = self.state.orders[order_name]
        done = progress(self.plant, name, machine, now)
        if machine.phase == "setup":
            if not self.wiring.changes[index]:
                return done
            return max(done, self.times.setup(index, machine.family, order_name, order, done))
        level = machine.upkeep.worked_at if machine.upkeep is not None else 0
        return self.times.work(index, order_name, order, done, machine.restarts, level)

    def _arm_work(self, index: int) -> None:
        machine, due = self.machines[index], None
        if is_running(self.plant, self.names[index], machine):
            due = max(self.state.now, machine.mark + self._totals[index] - machine.done)
        self._work_slots[index].set(due, self._work_ranks[index])

    def _arm_hold(self, index: int) -> None:
        machine = self.machines[index]
        is_due = machine.is_held and machine.held_until is not None and machine.held_until > self.state.now
        self._hold_slots[index].set(machine.held_until if is_due else None, self.wiring.ranks["hold"] + index)
