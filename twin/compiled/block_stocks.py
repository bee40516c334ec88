"""Stocks in the block of a compiled floor: to and from `twin.standing.StockState`."""

from collections.abc import Iterable, Mapping
from typing import Any

from plant_models.shifts import FOREVER
from twin.compiled import arrays as a
from twin.compiled import stock_arrays as s
from twin.compiled.layout import Layout
from twin.native import layout_of
from twin.standing import Lot, Purchase, State, StockState


def put_stocks(layout: Layout, parts: Mapping[str, Any], state: State, passages: int) -> int:
    """Let the stocks stand as in *state*; so many passages are then in use, where there were that many before."""
    materials, count = layout.materials, 2 * passages
    parcels = parts["passages"].view(layout_of(s.Parcel))
    for number, name in enumerate(materials.names):
        known, row = state.stocks[name], parts["stocks"][number]
        row["purchases"], row["deliveries"], row["stirred"] = known.purchases, known.deliveries, 1
        row["delivered_at"] = known.delivered_at
        rows: tuple[list[tuple[int, int, int]], ...] = (
            [(materials.lot(name, lot.id), lot.quantity, _until(lot)) for lot in known.lots],
            [(layout.order_numbers[order], quantity, 0) for order, quantity in known.wanting],
            [(materials.lot(name, lot.id), lot.quantity, 0) for lot in known.outside],
            [(purchase.number, purchase.quantity, purchase.ordered_at) for purchase in known.ordered],
        )
        for chain, there in zip(parts["chains"][4 * number :], rows, strict=False):
            count = _link(parcels, chain, there, count)
    if materials.names:
        supply = parts["supply"][0]
        supply["stirred"], supply["in_vain"], supply["lacks"], supply["free"] = 1, 0, 0, a.NOBODY
        if count % 2:
            parcels[count]["following"], supply["free"] = a.NOBODY, count
    return (count + 1) // 2


def _link(parcels: Any, chain: Any, there: Iterable[tuple[int, int, int]], count: int) -> int:
    """Let parcels be in a chain, from the *count*-th on; how many parcels are in use then."""
    chain["first"] = chain["last"] = a.NOBODY
    chain["total"] = 0
    for what, quantity, until in there:
        row = parcels[count]
        row["what"], row["quantity"], row["until"], row["arrives"] = what, quantity, until, 0
        row["before"], row["following"] = chain["last"], a.NOBODY
        if chain["last"] < 0:
            chain["first"] = count
        else:
            parcels[chain["last"]]["following"] = count
        chain["last"] = count
        chain["total"] += quantity
        count += 1
    return count


def stocks_of(layout: Layout, parts: Mapping[str, Any]) -> dict[str, StockState]:
    """How the stocks stand."""
    found, materials, orders = {}, layout.materials, layout.orders
    for number, name in enumerate(materials.names):
        row = parts["stocks"][number]
        lots, wanting, outside, ordered = (_along(parts, 4 * number + chain) for chain in range(4))
        found[name] = StockState(
            int(parts["chains"][4 * number]["total"]),
            [
                Lot(materials.lot_name(name, what, orders), quantity, None if until >= FOREVER else until)
                for what, quantity, until in lots
            ],
            [(orders[what], quantity) for what, quantity, _ in wanting],
            [Lot(materials.lot_name(name, what, orders), quantity) for what, quantity, _ in outside],
            [Purchase(what, until, quantity) for what, quantity, until in ordered],
            int(row["purchases"]),
            int(row["deliveries"]),
            int(row["delivered_at"]),
        )
    return found


def _along(parts: Mapping[str, Any], number: int) -> list[tuple[int, int, int]]:
    """What the parcels of a chain are, how much, and until when."""
    parcels, found = parts["passages"].view(layout_of(s.Parcel)), []
    n = int(parts["chains"][number]["first"])
    while n >= 0:
        row = parcels[n]
        found.append((int(row["what"]), int(row["quantity"]), int(row["until"])))
        n = int(row["following"])
    return found


def _until(lot: Lot) -> int:
    return FOREVER if lot.expires_at is None else lot.expires_at
