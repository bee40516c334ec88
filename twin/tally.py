"""Keeping count while a floor works: one fold over its facts, fast enough to run beside every rehearsal.

`Tally.see` is called with each fact after `apply`; nothing is kept of the past but sums, so that the figures of a
run cost little more than the run.
"""

import math
from collections.abc import Mapping

from plant_models.events import (
    BrokeDown,
    CrewLeft,
    Engaged,
    Entered,
    Event,
    Finished,
    Inspected,
    MaintenanceEnded,
    MaintenanceStarted,
    OrderCancelled,
    OrderFreed,
    OrderHeld,
    OrderReleased,
    OrderTurnedAway,
    Repaired,
    Scrapped,
    SetupStarted,
    ShiftEnded,
    ShiftStarted,
    Spoiled,
    Started,
    Stored,
)
from plant_models.plant import Plant
from twin.deadlock import deadlock_of
from twin.energy import FIGURES as ENERGY_FIGURES
from twin.energy import Energy, Meter
from twin.indicators import Better
from twin.iso22400 import Elements, total
from twin.shortages import FIGURES as SHORTAGE_FIGURES
from twin.shortages import Shortages
from twin.span import STATUSES, Account, Outcome, elements_of, outcome, span_figures
from twin.state import MachineState, OrderState, State, Status, is_micro_stop, is_running, status
from twin.wiring import wiring

FIGURES: Mapping[str, Better | None] = {
    "makespan_h": "lower",
    "throughput_per_h": "higher",
    "wip_mean_orders": "lower",
    "wip_end_orders": "lower",
    "lead_time_mean_h": "lower",
    "lead_time_max_h": "lower",
    "total_tardiness_h": "lower",
    "mean_tardiness_h": "lower",
    "max_tardiness_h": "lower",
    "weighted_tardiness_h": "lower",
    "on_time_share": "higher",
    "late_orders": "lower",
    "finished_orders": "higher",
    "unfinished_orders": "lower",
    "deadlocks": "lower",
    "turned_away_orders": "lower",
    "cancelled_orders": None,
    "good_pieces": "higher",
    "scrap_pieces": "lower",
    "reworked_pieces": "lower",
    "first_pass_yield": "higher",
    "held_orders": "lower",
    **dict.fromkeys(SHORTAGE_FIGURES, "lower"),
    "availability": "higher",
    "effectiveness": "higher",
    "quality": "higher",
    "oee": "higher",
    "span_h": None,
    **{f"{word}_h": (None if word in ("working", "closed", "idle") else "lower") for word in STATUSES},
    **ENERGY_FIGURES,
}
"""Every figure by name, and which way is better; None where neither is.

Those of energy are there for plants that say what they draw, those of quality for plants that inspect or send orders
back, those of shortages for plants that keep materials; see `figures_of`.
"""

QUALITY_FIGURES = ("reworked_pieces", "first_pass_yield", "held_orders")
"""The figures of plants in which defects are found or orders sent back."""


_SHARES = frozenset(
    (
        *("on_time_share", "deadlocks", "first_pass_yield"),
        *("availability", "quality", "energy_not_working_share"),
    )
)
_OF_EITHER_SIGN = frozenset(("energy_cost", "demand_cost"))


def bounds(figure: str) -> tuple[float, float]:
    """Between what a figure always lies: shares from 0 to 1, all others from 0; money, with negative prices, anywhere.

    >>> bounds("on_time_share"), bounds("oee"), bounds("energy_cost")
    ((0.0, 1.0), (0.0, inf), (-inf, inf))
    """
    if figure in _SHARES:
        return 0.0, 1.0
    return (-math.inf if figure in _OF_EITHER_SIGN else 0.0), math.inf


def bounds_of_change(figure: str) -> tuple[float, float]:
    """Between what a change of a figure always lies: that of a share between -1 and 1."""
    low, high = bounds(figure)
    return low - high, high - low


def figures_of(plant: Plant) -> tuple[str, ...]:
    """The figures that a span of *plant* has: all, but those of energy, quality and materials only where it has any."""
    known = wiring(plant)
    has = (
        (known.is_metered, ENERGY_FIGURES),
        (known.has_quality, QUALITY_FIGURES),
        (plant.materials, SHORTAGE_FIGURES),
    )
    left_out = [name for is_there, names in has if not is_there for name in names]
    return tuple(name for name in FIGURES if name not in left_out)


class Tally:
    """The sums of one span of a floor's life: from *state*, as it stands now, to `close`.

    It covers the orders that had not left when the span began and those that came since.
    """

    def __init__(self, plant: Plant, state: State) -> None:
        self.plant, self.state, self.start = plant, state, state.now
        self.end: int | None = None
        self._accounts = {
            name: Account(time_class(plant, name, machine), state.now, dict.fromkeys(STATUSES, 0))
            for name, machine in state.machines.items()
        }
        self._keepers = {m.order: name for name, m in state.machines.items() if m.order and m.phase == "done"}
        self._before = {name for name, order in state.book() if order.has_left}
        self._inside = sum(1 for _, order in state.book() if is_inside(order))
        self._inside_since, self._inside_time = state.now, 0
        self._last_finish = state.now
        self._meter = Meter(plant, state) if wiring(plant).is_metered else None
        self._energy: Energy | None = None
        self._shortages = Shortages(plant, state) if plant.materials else None
        self._lost = self._holds = 0

    def see(self, fact: Event) -> None:
        """Take in a fact that the state has just been changed by."""
        if self._shortages is not None:
            self._shortages.see(fact)
        if isinstance(fact, Started | SetupStarted):
            self._leave_keepers(fact.machine, fact.time)
            self._turn(fact.machine, fact.time)
            if self._meter is not None and isinstance(fact, Started):
                self._meter.started(fact.machine)
        elif isinstance(fact, Finished):
            self._finished(fact)
            if self._meter is not None:
                self._meter.finished(fact.machine, fact.order, fact.step, self._pieces(fact))
        elif isinstance(fact, Entered):
            self._leaves_keeper(fact.order, fact.time)
        elif isinstance(fact, Stored):
            self._leaves_keeper(fact.order, fact.time)
            if self.state.orders[fact.order].has_left:
                self._left(fact.order, fact.time)
        elif isinstance(fact, OrderReleased | OrderTurnedAway):
            self._count(1 if isinstance(fact, OrderReleased) else -1, fact.time)
        elif isinstance(fact, Spoiled):
            self._lost += fact.pieces
            self._left(fact.order, fact.time)
        else:
            self._see_machine(fact)

    def _see_machine(self, fact: Event) -> None:
        """Take in what stops a machine or lets it go on."""
        if isinstance(fact, Scrapped):
            self._scrapped(fact)
        elif isinstance(fact, MaintenanceStarted | MaintenanceEnded):
            self._turn(fact.machine, fact.time)
        elif isinstance(fact, BrokeDown | Repaired | ShiftEnded | ShiftStarted | Engaged | CrewLeft):
            self._stopped_or_going(fact)
        elif isinstance(fact, Inspected | OrderHeld | OrderFreed):
            self._judged(fact)
        elif isinstance(fact, OrderCancelled):
            order = self.state.orders[fact.order]
            for name in [name for name in self._keepers if self.state.whole(name) == fact.order]:
                self._leaves_keeper(name, fact.time)
            self._count(-1 if order.has_left and order.released_at is not None else 0, fact.time)

    def close(self, end: int) -> None:
        """The span ends at *end*; nothing is seen after it."""
        for name in self._accounts:
            self._turn(name, end)
        self._count(0, end)
        if self._shortages is not None:
            self._shortages.look(end)
        self.end = end
        if self._meter is not None:
            self._energy = self._meter.energy(self.start, end, self.times())

    def outcomes(self) -> list[Outcome]:
        """What became of each order."""
        return [outcome(name, order) for name, order in self.state.book() if name not in self._before]

    def times(self) -> dict[str, dict[Status, int]]:
        """Milliseconds of each machine by status; they sum to the span."""
        return {name: account.times for name, account in self._accounts.items()}

    def energy(self) -> Energy | None:
        """What the span took, once it is closed; None where the plant does not say what it draws."""
        return self._energy

    def elements(self) -> dict[str, Elements]:
        """Each machine's time and pieces in the words of ISO 22400-2.

        Closed hours and maintenance are no planned busy time (they are planned down time); micro-stops are delays.
        """
        return elements_of(self._accounts, self._energy)

    def figures(self) -> dict[str, float | None]:
        """The span in figures, in the order of `figures_of`.

        Raises
        ------
        ValueError
            Where the span is not closed.
        """
        if self.end is None:
            raise ValueError("the span is not closed; close it at its end")
        found = span_figures(
            self._accounts,
            self.outcomes(),
            elements=total(self.elements().values()),
            start=self.start,
            end=self.end,
            inside=self._inside,
            inside_time=self._inside_time,
            last_finish=self._last_finish,
            lost=self._lost,
            holds=self._holds,
            is_locked=wiring(self.plant).can_lock and deadlock_of(self.plant, self.state) is not None,
        )
        if self._energy is not None:
            found |= self._energy.figures(found["good_pieces"] or 0)
        if self._shortages is not None:
            found |= self._shortages.figures()
        return {name: found[name] for name in figures_of(self.plant)}

    def _stopped_or_going(self, fact: BrokeDown | Repaired | ShiftEnded | ShiftStarted | Engaged | CrewLeft) -> None:
        if isinstance(fact, CrewLeft):
            for name in self.plant.sharing.served[fact.crew]:
                self._turn(name, fact.time)
            return
        is_counted = not is_micro_stop(self.plant, fact.machine, self.state.machines[fact.machine])
        self._accounts[fact.machine].failures += isinstance(fact, BrokeDown) and is_counted
        self._turn(fact.machine, fact.time)

    def _pieces(self, fact: Finished) -> int:
        """How many pieces were worked on: all that the order had, or those that were reworked."""
        grade = self.state.orders[fact.order].grade
        return grade.passages[-1].pieces if grade is not None and grade.passages else fact.good + fact.scrap

    def _finished(self, fact: Finished) -> None:
        name, order = fact.machine, self.state.orders[fact.order]
        account, pieces = self._accounts[name], self._pieces(fact)
        returns = wiring(self.plant).returns[order.order.product][fact.step]
        sent_back = fact.rework or (pieces - fact.scrap if fact.to in returns else 0)
        account.produced += pieces
        account.rework += sent_back
        account.good += pieces - fact.scrap - sent_back
        if fact.step == 0 and order.repeats == (sent_back > 0):
            account.first += pieces
        account.prt += self.plant.expected_work(order.order, fact.step, name, pieces)
        if order.stage == "finished" or order.stage == "cancelled":
            self._left(fact.order, fact.time)
        elif order.stage == "blocked":
            self._keepers[fact.order] = name
        self._turn(name, fact.time)

    def _scrapped(self, fact: Scrapped) -> None:
        """What is spoiled in work counts as produced and as scrap, as what is found bad at its end."""
        account, order = self._accounts[fact.machine], self.state.orders[fact.order]
        account.produced += fact.pieces
        account.prt += self.plant.expected_work(order.order, fact.step, fact.machine, fact.pieces)
        self._left(fact.order, fact.time)
        if self._meter is not None:
            self._meter.scrapped(fact.machine)
        self._turn(fact.machine, fact.time)

    def _leave_keepers(self, name: str, now: int) -> None:
        """What a machine has taken has left those that kept it."""
        machine = self.state.machines[name]
        for order in (machine.order, *machine.mates):
            if order is not None:
                self._leaves_keeper(order, now)

    def _judged(self, fact: Inspected | OrderHeld | OrderFreed) -> None:
        """Take in what was found, who is held for it, and who goes on."""
        order = self.state.orders[fact.order]
        if isinstance(fact, Inspected):
            if order.grade is None or not order.grade.again:
                self._accounts[fact.machine].inspected += fact.inspected
                self._accounts[fact.machine].passed += fact.inspected - fact.failed
        elif isinstance(fact, OrderHeld):
            self._holds += 1
            self._leaves_keeper(fact.order, fact.time)
        else:
            self._lost += fact.scrap
            if order.has_left:
                self._left(fact.order, fact.time)

    def _left(self, name: str, now: int) -> None:
        """An order has left, or one of its lots, with which it has left if that was the last."""
        self._last_finish = now
        if self.state.orders[self.state.whole(name)].has_left:
            self._count(-1, now)

    def _leaves_keeper(self, order: str, now: int) -> None:
        keeper = self._keepers.get(order)
        if keeper is not None and self.state.orders[order].stage != "blocked":
            del self._keepers[order]
            self._turn(keeper, now)

    def _turn(self, name: str, now: int) -> None:
        """Book a machine's time up to *now*, and see what it does from now on."""
        account = self._accounts[name]
        if now != account.since:
            account.times[account.word] += now - account.since
            if self._meter is not None:
                self._meter.book(name, account.word, account.since, now)
            account.since = now
        account.word = time_class(self.plant, name, self.state.machines[name])
        if self._meter is not None:
            self._meter.look(name)

    def _count(self, change: int, now: int) -> None:
        self._inside_time += self._inside * (now - self._inside_since)
        self._inside_since = now
        self._inside += change


def time_class(plant: Plant, name: str, machine: MachineState) -> Status:
    """What a machine's time is booked on: its status, but what stops it in closed hours costs no planned time."""
    if machine.down is None and not machine.is_closed:
        return status(plant, name, machine)
    if machine.is_closed and not is_running(plant, name, machine):
        return "closed"
    return status(plant, name, machine)


def is_inside(order: OrderState) -> bool:
    """Whether an order is work in process: released, and not gone."""
    return order.stage != "planned" and not order.has_left
