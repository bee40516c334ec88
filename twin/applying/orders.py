"""What becomes of orders: added, released, turned away, come into a buffer."""

from collections.abc import Callable, Mapping
from typing import Any

from plant_models.errors import InvalidPlant
from plant_models.events import (
    Entered,
    OrderAdded,
    OrderCancelled,
    OrderChanged,
    OrderReleased,
    OrderTurnedAway,
    Spoiled,
)
from plant_models.orders import Order
from plant_models.plant import Plant
from twin.applying.belts import get_on
from twin.applying.moves import leave, take, want, withdraw
from twin.standing import Grade, OrderState, State


def _order_added(plant: Plant, state: State, event: OrderAdded) -> None:
    order = event.order
    if order.product not in plant.products:
        known = ", ".join(plant.products)
        raise InvalidPlant(f"order {order.id!r}: no product {order.product!r}; there are {known}")
    known_before = state.orders.get(order.id)
    if known_before is None:
        state.unfinished += 1
    elif known_before.stage != "planned":
        raise InvalidPlant(
            f"order {order.id!r} is on the floor already ({known_before.stage}); give a new one another id"
        )
    number = _number(state, order) if plant.is_traced(order.product) else 0
    grade = Grade() if plant.is_graded(order.product) else None
    hold = None if known_before is None else known_before.hold
    steps = len(plant.stops(order.product))
    state.orders[order.id] = OrderState(order, steps, order.quantity, number=number, grade=grade, hold=hold)


def _number(state: State, order: Order) -> int:
    """How many orders for the same product were known before this one."""
    known = state.orders.get(order.id)
    if known is not None and known.order.product == order.product:
        return known.number
    same = (o.number + 1 for o in reversed(state.orders.values()) if o.order.product == order.product)
    return next(same, 0)


def _order_released(plant: Plant, state: State, event: OrderReleased) -> None:
    order = state.orders[event.order]
    order.stage, order.since, order.released_at = "released", event.time, event.time
    state.on_floor += 1
    want(plant, state, event.order, order)


def _order_turned_away(plant: Plant, state: State, event: OrderTurnedAway) -> None:
    order = state.orders[event.order]
    take(plant, state, event.order, order)
    order.stage, order.where, order.since = "turned_away", "", event.time
    state.unfinished -= 1
    state.on_floor -= 1


def _order_cancelled(plant: Plant, state: State, event: OrderCancelled) -> None:
    order = _unfinished(state, event.order, "cancelled")
    order.hold = None
    if order.in_hand or order.keeps:
        order.bound_for = "cancelled"
        return
    if order.stage not in ("planned", "held"):
        take(plant, state, event.order, order)
    withdraw(plant, state, order, event.time)


def _order_changed(plant: Plant, state: State, event: OrderChanged) -> None:
    order, terms = _unfinished(state, event.order.id, "changed"), event.order
    known = order.order
    if terms.product != known.product:
        raise InvalidPlant(f"order {terms.id!r} is for {known.product!r}; cancel it and add one for {terms.product!r}")
    if terms.quantity != known.quantity and (order.step or order.repeats or order.in_hand or order.scrap):
        raise InvalidPlant(f"order {terms.id!r} has begun; its quantity stays {known.quantity}")
    if terms.release != known.release and order.stage != "planned":
        raise InvalidPlant(f"order {terms.id!r} is released; its release stays at {known.release} ms")
    if terms.quantity != known.quantity:
        order.quantity = terms.quantity
    order.order = terms


def _unfinished(state: State, name: str, what: str) -> OrderState:
    order = state.orders.get(name)
    if order is None:
        raise InvalidPlant(f"no order {name!r} that could be {what}; the floor does not know it")
    if order.has_left:
        raise InvalidPlant(f"order {name!r} has left the floor ({order.stage}); it cannot be {what}")
    return order


def _entered(plant: Plant, state: State, event: Entered) -> None:
    order = state.orders[event.order]
    take(plant, state, event.order, order)
    order.stage, order.where, order.since = "waiting", event.buffer, event.time
    if event.buffer in state.belts:
        get_on(plant, state, event.buffer, order)
    state.buffers[event.buffer].append(event.order)
    for machine in plant.stops(order.order.product)[order.step].machines:
        state.machines[machine].is_held = False


def _spoiled(plant: Plant, state: State, event: Spoiled) -> None:
    order = state.orders[event.order]
    take(plant, state, event.order, order)
    order.scrap += event.pieces
    order.quantity -= event.pieces
    leave(plant, state, order, event.time)


APPLY: Mapping[type[Any], Callable[[Plant, State, Any], None]] = {
    OrderAdded: _order_added,
    OrderReleased: _order_released,
    OrderTurnedAway: _order_turned_away,
    OrderCancelled: _order_cancelled,
    OrderChanged: _order_changed,
    Entered: _entered,
    Spoiled: _spoiled,
}
"""Each fact of this kind, and what it changes."""
