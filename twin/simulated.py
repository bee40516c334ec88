"""The floor that SimPy drives: the readable engine, whose behaviour is the behaviour of Foreshift.

SimPy is the clock and the calendar, no more: each machine has a few fixed slots in it, and everything that must
survive a fork is in the `State`. A slot says when something is due; what is due follows from the state. Things that
fall on the same instant are taken in a declared order: by kind (`twin.wiring.RANKS`), then machine, then order.
Only when an instant's facts are all in does the floor move orders into buffers and ask who takes what.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import simpy

from plant_models.events import (
    BrokeDown,
    Entered,
    Event,
    Finished,
    Held,
    OrderReleased,
    OrderTurnedAway,
    PassedOver,
    Repaired,
    RepairStarted,
    SetupStarted,
    ShiftEnded,
    ShiftStarted,
    Started,
)
from plant_models.plant import Plant
from plant_models.shifts import FOREVER
from twin.chance import Luck
from twin.decisions import Choice, Decision, Start, Wait
from twin.release import has_room
from twin.state import MachineState, OrderState, State, apply, is_running, progress
from twin.times import Times
from twin.wiring import wiring


class _Slot(simpy.Event):
    """A place in SimPy's calendar that is used again and again."""

    def __init__(self, env: simpy.Environment, act: Callable[[int], None]) -> None:
        self.env, self._ok, self._value, self._defused = env, True, None, True
        self.due: int | None = None
        self._act = act
        self._calls: list[Callable[[Any], None]] = [self._fire]
        self.callbacks = self._calls

    def set(self, due: int | None, priority: int) -> None:
        """Be called at *due*, and no longer at any time set before; None for never."""
        if due != self.due:
            self.due = due
            if due is not None:
                self.env.schedule(self, priority, due - self.env.now)  # type: ignore[arg-type]

    def _fire(self, _: simpy.Event) -> None:
        self.callbacks = self._calls
        due = self.due
        if due == self.env.now:
            self.due = None
            self._act(due)


class SimulatedFloor:
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
    floor's state, with the same chance, it goes on exactly as the other does.
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
        self.plant, self.state, self.chance = plant, state, chance
        self._record = record
        self._wiring = wiring(plant)
        self._times = _times or Times(plant, chance)
        self._names = tuple(plant.machines)
        self._machines = [state.machines[name] for name in self._names]
        self._env = simpy.Environment(initial_time=state.now)
        count = len(self._names)
        self._work_slots = [_Slot(self._env, partial(self._work_due, i)) for i in range(count)]
        self._fault_slots = [_Slot(self._env, partial(self._fault_due, i)) for i in range(count)]
        self._shift_slots = [_Slot(self._env, partial(self._shift_due, i)) for i in range(count)]
        self._hold_slots = [_Slot(self._env, partial(self._hold_due, i)) for i in range(count)]
        self._release_slot = _Slot(self._env, self._release_due)
        self._next_fault: list[int] = [0] * count
        self._totals = [0] * count
        self._ways = [plant.machines[name].failures if chance.breaks_down else () for name in self._names]
        self._planned: list[tuple[int, int, str]] = []
        self._asks: set[int] = set()
        self._doors: set[str] = set()
        self._is_idling = False
        self._has_left = False
        self._is_calling = False
        self._look_again()

    def fork(self, chance: Luck | None = None, record: Callable[[Event], object] | None = None) -> "SimulatedFloor":
        """A floor of its own that stands as this one does; with the same chance it goes on as this one does."""
        times = self._times if chance is None else None
        return SimulatedFloor(self.plant, self.state.copy(), chance or self.chance, record, _times=times)

    def advance(self, until: int = FOREVER) -> Decision | None:
        """Work until a machine has a choice, or until *until*, which is included.

        With FOREVER the floor stops when every order has left, or when nothing that could still happen would let
        one go on; then orders are left and `state.unfinished` is not zero.
        """
        env, state = self._env, self.state
        while True:
            decision = self._settle()
            if decision is not None:
                return decision
            if until >= FOREVER and (state.unfinished == 0 or (self._is_idling and not self._can_progress())):
                return None
            instant = env.peek()
            if instant > until:
                if until < FOREVER:
                    state.now = max(state.now, until)
                return None
            self._is_idling = True
            env.step()
            while env.peek() == instant:
                env.step()

    def start(self, decision: Decision, choice: Choice) -> None:
        """Do what was chosen.

        Raises
        ------
        ValueError
            Where the choice is not one of the decision's, or the decision is no longer there to be made.
        """
        index = self._wiring.index[decision.machine]
        options = self._options(index)
        if decision.time != self.state.now or options != decision.options:
            raise ValueError(f"machine {decision.machine!r} has no such decision to make at {self.state.now} ms")
        if isinstance(choice, Wait):
            if choice.until is not None and choice.until <= decision.time:
                raise ValueError(f"wait until {choice.until} ms: that is not after now, {decision.time} ms")
            self._emit(Held(decision.time, decision.machine, choice.until))
            self._asks.discard(index)
            self._arm_hold(index)
            return
        if isinstance(choice, Start):
            for order, step in choice.instead_of:
                self._emit(PassedOver(decision.time, decision.machine, order, step))
            choice = choice.order
        if choice not in options:
            raise ValueError(
                f"machine {decision.machine!r} cannot take {choice!r} now; it may take {', '.join(options)}"
            )
        self._take(index, choice)

    def happen(self, event: Event) -> None:
        """Let a fact come from outside, now: an order that is added, a machine that somebody stops.

        Raises
        ------
        ValueError
            Where its time is not the floor's present.
        """
        if event.time != self.state.now:
            raise ValueError(f"{type(event).__name__} at {event.time} ms: the floor's present is {self.state.now} ms")
        self._emit(event)
        self._look_again()

    # -- what is due ------------------------------------------------------------------------------------------------

    def _work_due(self, index: int, now: int) -> None:
        name, machine = self._names[index], self._machines[index]
        order_name = machine.order
        assert order_name is not None  # an armed work slot has an order
        order = self.state.orders[order_name]
        self._is_idling = False
        if machine.phase == "setup":
            self._begin(index, machine, order_name, order, now)
            return
        scrap = (
            self._times.scrap(index, order_name, order) if self._wiring.scraps[order.order.product][order.step] else 0
        )
        to = self._times.following(index, order_name, order) if self._wiring.has_branches else None
        if to is not None and to <= order.step and self._is_worn_out(order):
            scrap, to = order.quantity, None
        self._emit(Finished(now, name, order_name, order.step, order.quantity - scrap, scrap, to))
        if machine.order is None:
            self._asks.add(index)
            self._has_left = self._wiring.is_limited
        else:
            self._offer(order)
        if self._wiring.wears[index]:
            self._arm_fault(index)

    def _fault_due(self, index: int, now: int) -> None:
        name, machine = self._names[index], self._machines[index]
        if machine.down is None:
            self._emit(BrokeDown(now, name, self._next_fault[index]))
        else:
            self._emit(Repaired(now, name))
            self._asks.add(index)
        self._is_calling = self._wiring.has_crews
        self._arm_work(index)
        self._arm_fault(index)

    def _shift_due(self, index: int, now: int) -> None:
        name, machine = self._names[index], self._machines[index]
        if machine.is_closed:
            self._emit(ShiftStarted(now, name))
            self._asks.add(index)
        else:
            self._emit(ShiftEnded(now, name))
        self._arm_work(index)
        self._arm_fault(index)
        self._arm_shift(index)

    def _hold_due(self, index: int, now: int) -> None:
        self._is_idling = False
        self.state.now = now
        self._asks.add(index)

    def _release_due(self, now: int) -> None:
        self._is_idling = False
        self.state.now = now
        self._release(now)

    # -- what follows at once ---------------------------------------------------------------------------------------

    def _settle(self) -> Decision | None:
        """Move orders into buffers and onto machines until a machine has a choice or nothing moves."""
        asks, doors = self._asks, self._doors
        while True:
            if self._is_calling:
                self._start_repairs()
            if self._has_left:
                self._release(self.state.now)
            while doors:
                self._admit(min(doors) if len(doors) > 1 else next(iter(doors)))
            if not asks:
                if self._wiring.turning and self._turn_away():
                    continue
                return None
            index = min(asks) if len(asks) > 1 else next(iter(asks))
            options = self._options(index)
            if not options:
                asks.discard(index)
            elif self._wiring.is_led[index]:
                self._take(index, options[0])
            else:
                return Decision(self.state.now, self._names[index], options)

    def _release(self, now: int) -> None:
        """Let orders whose time has come onto the floor, first come first, while there is room for them."""
        planned, orders = self._planned, self.state.orders
        self._has_left = False
        while planned and planned[-1][0] <= now and has_room(self.plant, self.state, orders[planned[-1][2]]):
            name = planned.pop()[2]
            self._emit(OrderReleased(now, name))
            self._offer(orders[name])
        self._arm_release()

    def _turn_away(self) -> bool:
        """Send off the orders from outside that found a full buffer; whether there were any."""
        state = self.state
        gone = [
            o for place in self._wiring.turning for o in state.wanting[place] if state.orders[o].stage == "released"
        ]
        for name in gone:
            self._emit(OrderTurnedAway(state.now, name))
            self._has_left = self._wiring.is_limited
        return bool(gone)

    def _start_repairs(self) -> None:
        """Let free crews begin with the machines that have been down longest."""
        self._is_calling = False
        now = self.state.now
        for crew in self.plant.crews.values():
            down = [i for i, machine in enumerate(self._machines) if self._repairer(i, machine) == crew.id]
            waiting = [i for i in down if self._machines[i].repair_since is None]
            waiting.sort(key=lambda i: (self._machines[i].down_since, i))
            for index in waiting[: max(0, crew.size - len(down) + len(waiting))]:
                self._emit(RepairStarted(now, self._names[index]))
                self._arm_fault(index)

    def _repairer(self, index: int, machine: MachineState) -> str | None:
        """The crew that repairs a machine, or has to; None if it is up or nobody in particular does."""
        ways = self.plant.machines[self._names[index]].failures
        return ways[machine.down].crew if machine.down is not None and machine.down < len(ways) else None

    def _admit(self, place: str) -> None:
        """Let orders that want to enter a buffer do so, first come first, while there is room."""
        state, wiring = self.state, self._wiring
        self._doors.discard(place)
        wanting, queue, capacity = state.wanting[place], state.buffers[place], wiring.capacity[place]
        while wanting and len(queue) < capacity:
            name = wanting[0]
            order = state.orders[name]
            if order.stage == "blocked":
                self._asks.add(wiring.index[order.where])
            self._emit(Entered(state.now, name, place))
            self._asks.update(wiring.takers[order.order.product][order.step])
            if wiring.reserving:
                self._asks.update(wiring.reserving)

    def _offer(self, order: OrderState) -> None:
        """Let an order that wants to go on be seen by those who can take it."""
        product, step = order.order.product, order.step
        place = self._wiring.places[product][step]
        if self._wiring.capacity[place]:
            self._doors.add(place)
        else:
            self._asks.update(self._wiring.takers[product][step])

    def _options(self, index: int) -> tuple[str, ...]:
        """The orders that a machine may take now; none if it may not take any."""
        machine, state = self._machines[index], self.state
        if machine.phase != "idle" or machine.down is not None or machine.is_closed:
            return ()
        if machine.is_held and (machine.held_until is None or state.now < machine.held_until):
            return ()
        place = self._wiring.queue_of[index]
        if place is not None:
            queue = state.buffers[place]
            return (queue[0],) if queue else ()
        return self._wiring.options(state, index)

    def _take(self, index: int, order_name: str) -> None:
        """Let an idle machine take an order: from its buffer, or from the machine that keeps it."""
        state, wiring, machine, name = self.state, self._wiring, self._machines[index], self._names[index]
        order, now = state.orders[order_name], state.now
        place = wiring.places[order.order.product][order.step]
        if order.stage == "blocked":
            self._asks.add(wiring.index[order.where])
        self._asks.discard(index)
        self._asks.update(wiring.next_in_line[place])
        self._hold_slots[index].due = None
        setup = self.plant.setup_time(name, machine.family, order.order.product) if wiring.changes[index] else 0
        if setup:
            self._emit(SetupStarted(now, name, order_name))
            self._totals[index] = setup
            self._work_slots[index].set(now + setup, wiring.ranks["work"] + index)
        else:
            self._begin(index, machine, order_name, order, now)
        if state.wanting[place]:
            self._doors.add(place)
        if wiring.reserving:
            self._asks.update(wiring.reserving)

    def _begin(self, index: int, machine: MachineState, order_name: str, order: OrderState, now: int) -> None:
        """Let a machine that is ready begin the work itself."""
        self._emit(Started(now, self._names[index], order_name, order.step))
        total = self._totals[index] = self._times.work(index, order_name, order, 0)
        self._work_slots[index].set(now + total, self._wiring.ranks["work"] + index)
        if self._wiring.wears[index]:
            self._arm_fault(index)

    def _emit(self, event: Event) -> None:
        apply(self.plant, self.state, event)
        if self._record is not None:
            self._record(event)

    # -- when things are due ----------------------------------------------------------------------------------------

    def _look_again(self) -> None:
        """Work out from the state all that is due: after a fork, or after something came from outside."""
        self._planned = sorted(
            (
                (order.order.release, n, name)
                for n, (name, order) in enumerate(self.state.orders.items())
                if order.stage == "planned"
            ),
            reverse=True,
        )
        self._arm_release()
        for index, machine in enumerate(self._machines):
            if machine.phase in ("setup", "work"):
                self._totals[index] = self._total(index, machine)
            self._arm_work(index)
            self._arm_fault(index)
            self._arm_shift(index)
            self._arm_hold(index)
        self._is_calling = self._wiring.has_crews
        self._asks.update(range(len(self._names)))
        self._doors.update(place for place, capacity in self._wiring.capacity.items() if capacity)

    def _total(self, index: int, machine: MachineState) -> int:
        """How long the present setup or work takes in all."""
        name, order_name, now = self._names[index], machine.order, self.state.now
        assert order_name is not None
        order = self.state.orders[order_name]
        done = progress(self.plant, name, machine, now)
        if machine.phase == "setup":
            return max(done, self.plant.setup_time(name, machine.family, order.order.product))
        return self._times.work(index, order_name, order, done)

    def _arm_work(self, index: int) -> None:
        machine, due = self._machines[index], None
        if is_running(self.plant, self._names[index], machine):
            due = max(self.state.now, machine.mark + self._totals[index] - machine.done)
        self._work_slots[index].set(due, self._wiring.ranks["work"] + index)

    def _arm_fault(self, index: int) -> None:
        machine, ways, now = self._machines[index], self._ways[index], self.state.now
        slot, ranks = self._fault_slots[index], self._wiring.ranks
        if machine.down is not None:
            slot.set(self._repair_end(index, machine, now), ranks["repair"] + index)
            return
        is_working = machine.phase == "work" and is_running(self.plant, self._names[index], machine)
        soonest = FOREVER
        for way, failure in enumerate(ways):
            if is_working if failure.clock == "working" else not machine.is_closed:
                age = machine.ages[way] + now - machine.age_mark
                due = now + max(0, self._times.to_failure(index, way, machine.failures[way], age) - age)
                if due < soonest:
                    soonest, self._next_fault[index] = due, way
        slot.set(soonest if soonest < FOREVER else None, ranks["breakdown"] + index)

    def _repair_end(self, index: int, machine: MachineState, now: int) -> int | None:
        """When a machine that is down will be up; None if nothing is known about its repairs."""
        ways, way = self.plant.machines[self._names[index]].failures, machine.down
        if way is None or not ways:
            return None
        is_known = way < len(ways)
        count = machine.failures[way] - 1 if is_known else 0
        if machine.repair_since is None:
            return None
        lasted = now - machine.repair_since
        return max(now, machine.repair_since + self._times.to_repair(index, way if is_known else 0, count, lasted))

    def _arm_shift(self, index: int) -> None:
        hours, now = self.plant.hours(self._names[index]), self.state.now
        if hours is None:
            return
        due = now if hours.is_open(now) == self._machines[index].is_closed else hours.next_change(now)
        self._shift_slots[index].set(due if due < FOREVER else None, self._wiring.ranks["shift"] + index)

    def _arm_hold(self, index: int) -> None:
        machine = self._machines[index]
        is_due = machine.is_held and machine.held_until is not None and machine.held_until > self.state.now
        self._hold_slots[index].set(machine.held_until if is_due else None, self._wiring.ranks["hold"] + index)

    def _is_worn_out(self, order: OrderState) -> bool:
        """Whether an order was sent back as often as it may be."""
        limit = self.plant.stops(order.order.product)[order.step].operation.rework_limit
        return limit is not None and order.repeats >= limit

    def _arm_release(self) -> None:
        due, state = None, self.state
        if self._planned:
            release, _, name = self._planned[-1]
            if release > state.now or has_room(self.plant, state, state.orders[name]):
                due = max(state.now, release)
        self._release_slot.set(due, self._wiring.ranks["release"])

    def _can_progress(self) -> bool:
        """Whether an order could still go on; breakdowns, repairs and shifts alone bring none further."""
        if self._release_slot.due is not None:
            return True
        for index, machine in enumerate(self._machines):
            returns = machine.down is None or bool(self.plant.machines[self._names[index]].failures)
            if machine.phase in ("setup", "work") and returns:
                return True
            if machine.phase == "idle" and returns:
                is_held = machine.is_held and machine.held_until is None
                if not is_held and self._wiring.options(self.state, index):
                    return True
        return False
