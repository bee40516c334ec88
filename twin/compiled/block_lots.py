"""Lots in the block of a compiled floor: to and from `twin.standing`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from plant_models.orders import Order
from twin.compiled import arrays as a
from twin.compiled.layout import Layout
from twin.standing import OrderState, State


def put_lots(layout: Layout, parts: Mapping[str, Any], state: State) -> None:
    """Let orders be in the lots that they are in, and the others wait to be made."""
    numbers = layout.order_numbers
    for number, (name, row) in enumerate(zip(layout.orders, parts["lots"], strict=False)):
        known, order = state.orders.get(name), parts["orders"][number]
        parent = name.rpartition("/")[0] if known is None else known.parent
        row["parent"] = a.NOBODY if parent is None else numbers[parent]
        row["first"], row["gathers"], row["waits_again"] = layout.lots.firsts[number], 0, 0
        row["made"] = 0 if known is None else len(known.lots)
        row["pieces"] = 0 if known is None else known.order.quantity
        if known is None:
            order["stage"], order["where"], order["keeps"] = a.MERGED, a.NOBODY, 0
            for field in ("next", "prev", "keeper", "fetched_by", "carriers", "released_at", "finished_at"):
                order[field] = a.NOBODY
    if len(parts["born"]):
        count = len(state.orders)
        parts["born"][:count] = [numbers[name] for name in state.orders]
        parts["clock"][0]["born"] = count


def there(layout: Layout, parts: Mapping[str, Any]) -> list[int]:
    """The numbers of the orders and lots that there are or were, in the order in which they came to be."""
    if not len(parts["born"]):
        return list(range(len(layout.orders)))
    found: list[int] = parts["born"][: int(parts["clock"][0]["born"])].tolist()
    return found


def like_of(layout: Layout, parts: Mapping[str, Any], number: int, like: State) -> OrderState:
    """An order as it was when the floor began; a lot that was not there as what it was part of, with its own terms."""
    name = layout.orders[number]
    known = like.orders.get(name)
    if known is not None:
        return known
    known = like.find(name)
    assert known is not None  # lots are made of orders
    terms: Order = replace(known.order, id=name, quantity=int(parts["lots"][number]["pieces"]))
    return OrderState(terms, known.steps, terms.quantity, number=known.number)


def set_lots(layout: Layout, parts: Mapping[str, Any], number: int, order: OrderState) -> None:
    """Let an order, which may be a lot, have what its record says."""
    if not len(parts["lots"]):
        return
    row = parts["lots"][number]
    order.parent = None if row["parent"] < 0 else layout.orders[row["parent"]]
    order.lots = layout.lots.names[number][: int(row["made"])]
