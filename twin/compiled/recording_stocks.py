"""The record of what became of materials, as the facts that it stands for."""

from collections.abc import Callable, Mapping

from plant_models.events import Consumed, Delivered, Event, Expired, Reordered, Stored
from twin.compiled import arrays as a
from twin.compiled.layout import Layout


def consumed(
    layout: Layout, time: int, machine: int, order: int, rest: list[int], parcels: list[tuple[int, int]]
) -> Event:
    """What a machine used up, with the lots that it comes from, each once."""
    step, _, material, __ = rest
    name, lots = layout.materials.names[material], dict[str, int]()
    for number, quantity in parcels:
        lot = layout.materials.lot_name(name, number, layout.orders)
        lots[lot] = lots.get(lot, 0) + quantity
    return Consumed(time, layout.machines[machine], layout.orders[order], step, name, tuple(lots.items()))


def _stored(layout: Layout, time: int, machine: int, order: int, rest: list[int]) -> Event:
    name = layout.orders[order]
    return Stored(time, layout.machines[machine], name, layout.materials.names[rest[0]], name, rest[1])


def _reordered(layout: Layout, time: int, _: int, __: int, rest: list[int]) -> Event:
    return Reordered(time, layout.materials.names[rest[0]], rest[1], rest[2])


def _delivered(layout: Layout, time: int, material: int, purchase: int, rest: list[int]) -> Event:
    name = layout.materials.names[material]
    lot = layout.materials.lot_name(name, rest[0], layout.orders)
    return Delivered(time, name, lot, rest[1], rest[2], None if purchase < 0 else purchase)


def _expired(layout: Layout, time: int, _: int, __: int, rest: list[int]) -> Event:
    name = layout.materials.names[rest[0]]
    return Expired(time, name, layout.materials.lot_name(name, rest[1], layout.orders), rest[2])


STOCK_FACTS: Mapping[int, Callable[[Layout, int, int, int, list[int]], Event]] = {
    a.STORED: _stored,
    a.REORDERED: _reordered,
    a.DELIVERED: _delivered,
    a.EXPIRED: _expired,
}
"""The facts of materials behind which nothing else stands."""
