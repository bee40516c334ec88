"""Standstills: orders that keep what others need, and wait for what these keep, round in a circle.

Machines that wait for each other's places are found while a floor works (`twin.deadlock`). Here the rest comes in as
well: carriers and tools that orders have with them, stocks that are full until somebody uses them up, materials that
only an order can make that waits itself, limits of what is let onto the floor.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from plant_models.plant import Plant
from twin.needs import lack
from twin.state import OrderState, State
from twin.wiring import wiring


@dataclass(frozen=True, slots=True)
class Claim:
    """An order waits for something that only one of the orders *on* could give; *words* say for what."""

    order: str
    words: str
    on: tuple[str, ...]

    def said(self) -> str:
        """Who waits for whom."""
        return f"{self.order} waits for {self.words}"


def circle(plant: Plant, end: State) -> list[Claim]:
    """Orders of which each waits for the next, round in a circle, where nothing goes on any more; often there is none.

    *end* is the state of a floor on which nothing will happen any more. The circle with the fewest orders is told, and
    of those the one that the first order of the book is in, or leads to.
    """
    claims = {name: list(_claims(plant, end, name, order)) for name, order in _left(end)}
    found = (_round(claims, name) for name in claims)
    return min((way for way in found if way), key=len, default=[])


def _left(end: State) -> Iterator[tuple[str, OrderState]]:
    return ((name, order) for name, order in end.orders.items() if not order.has_left and order.stage != "split")


def _round(claims: dict[str, list[Claim]], name: str) -> list[Claim]:
    """The way from one order to what it waits for and so on, as soon as it comes back to where it was."""
    way: list[Claim] = []
    while True:
        seen = [claim.order for claim in way]
        if name in seen:
            return way[seen.index(name) :]
        step = next((claim for claim in claims.get(name, ()) if claim.on), None)
        if step is None:
            return []
        way.append(step)
        back = [other for other in step.on if other in seen or other == step.order]
        name = back[0] if back else step.on[0]


def _claims(plant: Plant, end: State, name: str, order: OrderState) -> Iterator[Claim]:
    """What one order waits for, with whom it waits for."""
    if order.stage == "planned":
        inside = tuple(other for other, known in _left(end) if known.stage != "planned")
        yield Claim(name, f"the floor to let it in, where {_or(inside)} is", inside)
        return
    full = [material for material, stock in end.stocks.items() if any(other == name for other, _ in stock.wanting)]
    for material in full:
        users = _users(plant, end, material)
        yield Claim(name, f"room in the stock of {material}, which {_or(users)} would use up", users)
    if full or order.step >= order.steps or order.stage == "loaded":
        return
    stop = plant.stops(order.order.product)[order.step]
    buffer, queue = plant.buffers[stop.place], tuple(end.buffers[stop.place])
    if order.stage in ("released", "blocked") and buffer.capacity is not None and queue:
        heads = queue if buffer.discipline == "any" else queue[:1] if buffer.discipline == "fifo" else queue[-1:]
        yield Claim(name, f"room in {stop.place}, which {_or(heads)} is in", heads)
        return
    for machine in stop.machines:
        yield from _at(plant, end, name, machine)


def _at(plant: Plant, end: State, name: str, machine: str) -> Iterator[Claim]:
    """What keeps an order from one machine."""
    known = end.machines[machine]
    if known.order is not None:
        yield Claim(name, f"{machine}, which keeps {known.order}", (known.order,))
        return
    missing = lack(wiring(plant).checks[wiring(plant).index[machine]], end, name)
    if missing is None:
        return
    if missing.what in ("tool", "carrier"):
        holders = _holders(end, missing.name)
        yield Claim(name, f"a {missing.name}, which {_or(holders)} has", holders)
    elif missing.what == "material":
        makers = _makers(plant, end, missing.name)
        yield Claim(name, f"{missing.name}, which {_or(makers)} would make", makers)


def _holders(end: State, tool: str) -> tuple[str, ...]:
    """The orders that have units of a tool or carrier, with them or on their machine."""
    found = {name: None for name, order in _left(end) if tool in order.carriers}
    for machine in end.machines.values():
        if tool in machine.tools and machine.order is not None:
            found[machine.order] = None
    return tuple(found)


def _users(plant: Plant, end: State, material: str) -> tuple[str, ...]:
    """The orders that would use up a material at the step before which they wait."""
    return tuple(
        name
        for name, order in _left(end)
        if order.step < order.steps
        and order.stage != "loaded"
        and material in plant.stops(order.order.product)[order.step].operation.consumes
    )


def _makers(plant: Plant, end: State, material: str) -> tuple[str, ...]:
    """The orders that would put some of a material into its stock."""
    return tuple(
        name
        for name, order in _left(end)
        if plant.products[order.order.product].stock == material
        or any(material in stop.operation.yields for stop in plant.stops(order.order.product)[order.step :])
    )


def _or(names: tuple[str, ...]) -> str:
    return " or ".join(names[:3]) + (" or another" if len(names) > 3 else "") if names else "nobody"
