"""What becomes of materials: used up, put away, ordered, delivered, expired."""

from bisect import insort
from collections.abc import Callable, Mapping
from typing import Any

from plant_models.errors import InvalidPlant
from plant_models.events import Consumed, Delivered, Expired, Finished, Reordered, Stored
from plant_models.plant import Plant
from plant_models.shifts import FOREVER
from twin.applying.moves import go_on
from twin.standing import Lot, OrderState, Purchase, State, StockState


def put_out(plant: Plant, state: State, event: Finished, order: OrderState, good: int) -> bool:
    """Let what comes out of a finished step, besides an order that goes on, want to go into its stocks; whether any.

    It waits on the machine, which keeps the order until all of it is put away. *good* are the pieces that the step has
    made well, which may be fewer than the order has.
    """
    product = order.order.product
    found = {
        material: amount.of(good)
        for material, amount in plant.stops(product)[event.step].operation.yields.items()
        if good
    }
    stock = plant.products[product].stock
    if stock is not None and order.step == order.steps:
        found[stock] = found.get(stock, 0) + event.good
    for material, quantity in found.items():
        state.stocks[material].wanting.append((event.order, quantity))
        _tell(plant, state, material)
    order.keeps = len(found)
    return bool(found)


def _consumed(plant: Plant, state: State, event: Consumed) -> None:
    stock = state.stocks[event.material]
    for lot, quantity in event.lots:
        take_out(event.material, stock, lot, quantity)


def _stored(plant: Plant, state: State, event: Stored) -> None:
    stock, order = state.stocks[event.material], state.orders[event.order]
    put_in(plant, event.material, stock, event.lot, event.quantity, event.time)
    at = next(n for n, (name, _) in enumerate(stock.wanting) if name == event.order)
    left = stock.wanting[at][1] - event.quantity
    if left:
        stock.wanting[at] = (event.order, left)
        return
    del stock.wanting[at]
    order.keeps -= 1
    if not order.keeps:
        go_on(plant, state, event.order, order)


def _reordered(plant: Plant, state: State, event: Reordered) -> None:
    stock = state.stocks[event.material]
    stock.ordered.append(Purchase(event.purchase, event.time, event.quantity))
    stock.purchases = event.purchase + 1


def _delivered(plant: Plant, state: State, event: Delivered) -> None:
    stock = state.stocks[event.material]
    at = next((n for n, lot in enumerate(stock.outside) if lot.id == event.lot), None)
    if at is None:
        stock.deliveries += 1
        stock.delivered_at = event.time
        if event.purchase is not None:
            stock.ordered = [purchase for purchase in stock.ordered if purchase.number != event.purchase]
        at = len(stock.outside)
    stock.outside[at : at + 1] = [Lot(event.lot, event.waiting)] if event.waiting else []
    if event.quantity:
        put_in(plant, event.material, stock, event.lot, event.quantity, event.time)
    _tell(plant, state, event.material)


def _expired(plant: Plant, state: State, event: Expired) -> None:
    take_out(event.material, state.stocks[event.material], event.lot, event.quantity)


def put_in(plant: Plant, material: str, stock: StockState, lot: str, quantity: int, now: int) -> None:
    """Let so much of a lot be in stock from *now* on (milliseconds since the epoch)."""
    shelf_life = plant.materials[material].shelf_life
    expires_at = None if shelf_life is None else now + shelf_life
    stock.level += quantity
    for at, known in enumerate(stock.lots):
        if known.id == lot and known.expires_at == expires_at:
            stock.lots[at] = Lot(lot, known.quantity + quantity, expires_at)
            return
    insort(stock.lots, Lot(lot, quantity, expires_at), key=_expiry)


def take_out(material: str, stock: StockState, lot: str, quantity: int) -> None:
    """Take so much of a lot out of a stock, what expires first before the rest of it."""
    there = sum(known.quantity for known in stock.lots if known.id == lot)
    if there < quantity:
        raise InvalidPlant(f"material {material!r}: {quantity} of lot {lot!r} are gone, and only {there} were in stock")
    left, lots = quantity, []
    for known in stock.lots:
        taken = min(left, known.quantity) if known.id == lot else 0
        left -= taken
        if taken == 0:
            lots.append(known)
        elif taken < known.quantity:
            lots.append(Lot(lot, known.quantity - taken, known.expires_at))
    stock.lots = lots
    stock.level -= quantity


def _expiry(lot: Lot) -> int:
    return FOREVER if lot.expires_at is None else lot.expires_at


def _tell(plant: Plant, state: State, material: str) -> None:
    """More of a material is at hand: the machines that use it have something new to choose from."""
    for machine in plant.users(material):
        state.machines[machine].is_held = False


APPLY: Mapping[type[Any], Callable[[Plant, State, Any], None]] = {
    Consumed: _consumed,
    Stored: _stored,
    Reordered: _reordered,
    Delivered: _delivered,
    Expired: _expired,
}
"""Each fact of this kind, and what it changes."""
