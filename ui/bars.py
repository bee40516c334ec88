"""What a Gantt chart shows: bars made from a plan or from what happened, cut to what a screen can take."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from plant_models.events import BrokeDown, Event, Finished, Repaired, SetupStarted, Started
from plant_models.orders import Order
from plant_models.plan import Plan
from plant_models.plant import Plant

Kind = Literal["setup", "work", "down"]

LIMIT = 2000
"""How many bars one chart may have; a browser that draws more of them is no longer quick."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A machine is taken from *start* to *end* (milliseconds since the epoch), by a step of an order or by a breakdown."""

    machine: str
    order: str
    step: int
    product: str
    start: int
    end: int
    kind: Kind = "work"
    is_late: bool = False


def of_plan(plan: Plan, orders: Mapping[str, Order]) -> list[Bar]:
    """The bars of a plan; an order that the plan ends after its due date is late in all its bars."""
    ends: dict[str, int] = {}
    for slot in plan.slots:
        ends[slot.order] = max(ends.get(slot.order, 0), slot.end)
    late = {name for name, end in ends.items() if is_after_due(orders.get(name), end)}
    bars: list[Bar] = []
    for slot in plan.slots:
        known = orders.get(slot.order)
        bar = Bar(
            machine=slot.machine,
            order=slot.order,
            step=slot.step,
            product=known.product if known else "",
            start=slot.start,
            end=slot.end,
            is_late=slot.order in late,
        )
        if slot.setup_start < slot.start:
            bars.append(replace(bar, start=slot.setup_start, end=slot.start, kind="setup"))
        bars.append(bar)
    return bars


def of_facts(plant: Plant, facts: Iterable[Event], orders: Mapping[str, Order], *, now: int) -> list[Bar]:
    """The bars of what happened until *now*; what still goes on ends there."""
    record = _Record(orders, plant)
    for fact in facts:
        record.take(fact)
    return record.close(now)


class _Record:
    """Follows the facts machine by machine and keeps what each was taken by."""

    def __init__(self, orders: Mapping[str, Order], plant: Plant) -> None:
        self._orders, self._plant = orders, plant
        self._bars: list[Bar] = []
        self._open: dict[str, Bar] = {}
        self._down: dict[str, int] = {}
        self._ends: dict[str, int] = {}

    def take(self, fact: Event) -> None:
        """Let one fact add to the bars."""
        match fact:
            case SetupStarted(time=time, machine=machine, order=order):
                self._begin(machine, order, 0, time, "setup")
            case Started(time=time, machine=machine, order=order, step=step):
                self._end(machine, time)
                self._begin(machine, order, step, time, "work")
            case Finished(time=time, machine=machine, order=order, step=step):
                self._end(machine, time)
                known = self._orders.get(order)
                if known and step == len(self._plant.operations(known)) - 1:
                    self._ends[order] = time
            case BrokeDown(time=time, machine=machine):
                self._down[machine] = time
            case Repaired(time=time, machine=machine) if machine in self._down:
                self._add_down(machine, time)
            case _:
                pass

    def close(self, now: int) -> list[Bar]:
        """All bars, with those that still run ended at *now*."""
        for machine in list(self._open):
            self._end(machine, now)
        for machine in list(self._down):
            self._add_down(machine, now)
        late = {
            name
            for name, order in self._orders.items()
            if is_after_due(order, self._ends.get(name, now if any(b.order == name for b in self._bars) else 0))
        }
        return [replace(bar, is_late=True) if bar.order in late else bar for bar in self._bars]

    def _begin(self, machine: str, order: str, step: int, time: int, kind: Kind) -> None:
        known = self._orders.get(order)
        product = known.product if known else ""
        self._open[machine] = Bar(
            machine=machine, order=order, step=step, product=product, start=time, end=time, kind=kind
        )

    def _end(self, machine: str, time: int) -> None:
        bar = self._open.pop(machine, None)
        if bar is not None and time > bar.start:
            self._bars.append(replace(bar, end=time))

    def _add_down(self, machine: str, time: int) -> None:
        start = self._down.pop(machine)
        if time > start:
            self._bars.append(Bar(machine=machine, order="", step=0, product="", start=start, end=time, kind="down"))


def is_after_due(order: Order | None, end: int) -> bool:
    """Whether *end* is later than the order was wanted."""
    return order is not None and order.due is not None and end > order.due


def window(
    bars: Sequence[Bar], *, start: int, end: int, machines: Sequence[str] | None = None, limit: int = LIMIT
) -> tuple[list[Bar], int]:
    """The bars that touch *start* to *end* on *machines*, at most *limit* of them, and how many were left out."""
    wanted = None if machines is None else set(machines)
    seen = [b for b in bars if b.end > start and b.start < end and (wanted is None or b.machine in wanted)]
    seen.sort(key=lambda b: (b.start, b.machine, b.end))
    return seen[:limit], max(0, len(seen) - limit)


def occupancy(bars: Sequence[Bar], machines: Sequence[str], *, start: int, end: int, bins: int = 240) -> list[list[float]]:
    """For each machine the share of each of *bins* equal stretches in which it is taken, 0 to 1."""
    width = max(1, -(-(end - start) // bins))
    rows = {machine: [0.0] * bins for machine in machines}
    for bar in bars:
        row = rows.get(bar.machine)
        if row is None or bar.kind == "down":
            continue
        lo, hi = max(bar.start, start), min(bar.end, end)
        while lo < hi:
            at = (lo - start) // width
            edge = min(hi, start + (at + 1) * width)
            row[at] = min(1.0, row[at] + (edge - lo) / width)
            lo = edge
    return [rows[machine] for machine in machines]


def moved(old: Sequence[Bar], new: Sequence[Bar], *, by: int) -> list[tuple[Bar, Bar]]:
    """The work that another machine does in the new plan, or that begins more than *by* milliseconds earlier or later."""
    before = {(b.order, b.step): b for b in old if b.kind == "work"}
    pairs = ((before.get((b.order, b.step)), b) for b in new if b.kind == "work")
    return [(a, b) for a, b in pairs if a and (a.machine != b.machine or abs(a.start - b.start) > by)]
