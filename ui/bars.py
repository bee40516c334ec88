"""What a Gantt chart shows: bars made from a plan or from what happened, cut to what a screen can take."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from plant_models.orders import Order
from plant_models.plan import Plan
from plant_models.plant import Plant
from twin import gantt

Kind = Literal["setup", "work", "unattended", "down", "maintenance", "blocked"]

_LOT = re.compile(r"(/\d+)+$")

LIMIT = 2000
"""How many bars one chart may have; a browser that draws more of them is no longer quick."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A machine is taken from *start* to *end* (milliseconds since the epoch): by an order, or by a breakdown."""

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
    terms = {name: orders.get(name) or orders.get(order_of(name)) for name in ends}
    late = {name for name, end in ends.items() if is_after_due(terms[name], end)}
    bars: list[Bar] = []
    for slot in plan.slots:
        known = terms[slot.order]
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


def of_record(
    record: Iterable[gantt.Bar], orders: Mapping[str, Order], *, finished: Mapping[str, int | None], now: int
) -> list[Bar]:
    """The bars of what happened (`twin.gantt.bars`); an order that was, or is by *now*, after its due date is late."""
    late = set()
    for name, order in orders.items():
        end = finished.get(name)
        if is_after_due(order, now if end is None else end):
            late.add(name)
    bars = []
    for bar in record:
        if bar.kind not in _KINDS:
            continue
        name = bar.order or ""
        whole = name if name in orders else order_of(name)
        bars.append(
            Bar(
                machine=bar.machine,
                order=name,
                step=bar.step or 0,
                product=orders[whole].product if whole in orders else "",
                start=bar.start,
                end=bar.end,
                kind=_KINDS[bar.kind],
                is_late=whole in late,
            )
        )
    return bars


def of_outages(plant: Plant, *, start: int, end: int) -> list[Bar]:
    """When machines are out of use for a time that is known beforehand, from *start* to *end*."""
    return [
        Bar(machine=name, order="", step=0, product="", start=max(begin, start), end=min(over, end), kind="down")
        for name, machine in plant.machines.items()
        for begin, over in machine.outages
        if begin < end and over > start
    ]


_KINDS: dict[str, Kind] = {
    "working": "work",
    "setup": "setup",
    "unattended": "unattended",
    "micro_stop": "down",
    "down": "down",
    "maintenance": "maintenance",
    "blocked": "blocked",
}


def order_of(name: str) -> str:
    """The order that a lot is part of, whose name is that of its order, a slash and a number."""
    return _LOT.sub("", name)


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


def occupancy(
    bars: Sequence[Bar], machines: Sequence[str], *, start: int, end: int, bins: int = 240
) -> list[list[float]]:
    """For each machine the share of each of *bins* equal stretches in which it is taken, 0 to 1."""
    width = max(1, -(-(end - start) // bins))
    rows = {machine: [0.0] * bins for machine in machines}
    for bar in bars:
        row = rows.get(bar.machine)
        if row is None or bar.kind in ("down", "maintenance"):
            continue
        lo, hi = max(bar.start, start), min(bar.end, end)
        while lo < hi:
            at = (lo - start) // width
            edge = min(hi, start + (at + 1) * width)
            row[at] = min(1.0, row[at] + (edge - lo) / width)
            lo = edge
    return [rows[machine] for machine in machines]


def moved(old: Sequence[Bar], new: Sequence[Bar], *, by: int) -> list[tuple[Bar, Bar]]:
    """The work that is on another machine in the new plan, or begins more than *by* milliseconds earlier or later."""
    before = {(b.order, b.step): b for b in old if b.kind == "work"}
    pairs = ((before.get((b.order, b.step)), b) for b in new if b.kind == "work")
    return [(a, b) for a, b in pairs if a and (a.machine != b.machine or abs(a.start - b.start) > by)]
