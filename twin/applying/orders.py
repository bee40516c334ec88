"""What becomes of orders: added, released, turned away, come into a buffer."""

from collections.abc import Callable, Mapping
from dataclasses import replace
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
from twin.applying.moves import known, leave, lose, queue_up, take, unload, want, withdraw
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
    if order.priority:
        state.has_classes = True
    if event.source in state.arrivals:
        arrival = state.arrivals[event.source]
        arrival.come, arrival.last = arrival.come + 1, event.time


def _number(state: State, order: Order) -> int:
    """How many orders for the same product were known before this one."""
    same_id = state.orders.get(order.id)
    if same_id is not None and same_id.order.product == order.product:
        return same_id.number
    known_orders = reversed(state.orders.values())
    same = (o.number + 1 for o in known_orders if o.order.product == order.product and o.parent is None)
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
    order = known(state, event.order, "cancelled")
    if order.parent is not None:
        raise InvalidPlant(f"{event.order!r} is a lot of order {state.whole(event.order)!r}; cancel the order")
    _cancel(plant, state, event.order, order, event.time)


def _cancel(plant: Plant, state: State, name: str, order: OrderState, now: int) -> None:
    """Let an order, or each lot that it is in, leave at once, or when its machine is done with it."""
    order.hold = None
    if order.in_hand or order.keeps or order.stage == "split":
        order.bound_for = "cancelled"
        for lot in order.lots:
            if not state.orders[lot].has_left:
                _cancel(plant, state, lot, state.orders[lot], now)
        return
    if order.stage not in ("planned", "held"):
        take(plant, state, name, order)
    withdraw(plant, state, order, now)


def _order_changed(plant: Plant, state: State, event: OrderChanged) -> None:
    order, terms = known(state, event.order.id, "changed"), event.order
    before = order.order
    if order.parent is not None:
        raise InvalidPlant(f"{terms.id!r} is a lot of order {state.whole(terms.id)!r}; change the order")
    if terms.product != before.product:
        raise InvalidPlant(f"order {terms.id!r} is for {before.product!r}; cancel it and add one for {terms.product!r}")
    has_begun = order.step or order.repeats or order.in_hand or order.scrap or order.lots
    if terms.quantity != before.quantity and has_begun:
        raise InvalidPlant(f"order {terms.id!r} has begun; its quantity stays {before.quantity}")
    if terms.release != before.release and order.stage != "planned":
        raise InvalidPlant(f"order {terms.id!r} is released; its release stays at {before.release} ms")
    if terms.quantity != before.quantity:
        order.quantity = terms.quantity
    if terms.priority:
        state.has_classes = True
    _have_terms(state, order, terms)


def _have_terms(state: State, order: OrderState, terms: Order) -> None:
    """Let an order, and its lots, have other terms."""
    order.order = terms
    for name in order.lots:
        lot = state.orders[name]
        _have_terms(state, lot, replace(terms, id=name, quantity=lot.order.quantity))


def _entered(plant: Plant, state: State, event: Entered) -> None:
    name, place = event.order, event.buffer
    order = state.orders[name]
    if order.parent is not None or state.belts or order.stage not in ("released", "blocked"):
        _entered_otherwise(plant, state, event, order)
        return
    stop = plant.ways[order.order.product][order.step]
    state.wanting[stop.place].remove(name)
    if order.stage == "blocked":
        unload(state, state.machines[order.where], name)
    order.stage, order.where, order.since = "waiting", place, event.time
    state.buffers[place].append(name)
    for each in stop.machines:
        machine = state.machines[each]
        if machine.is_held:
            machine.is_held = False


def _entered_otherwise(plant: Plant, state: State, event: Entered, order: OrderState) -> None:
    """Let a lot come in, which may have to gather, or an order get on a conveyor."""
    take(plant, state, event.order, order)
    if order.parent is not None and plant.stops(order.order.product)[order.step].operation.merge:
        order.stage, order.where, order.since = "gathering", event.buffer, event.time
        return
    if event.buffer in state.belts:
        get_on(plant, state, event.buffer, order)
    queue_up(plant, state, event.order, order, event.buffer)


def _spoiled(plant: Plant, state: State, event: Spoiled) -> None:
    order = state.orders[event.order]
    take(plant, state, event.order, order)
    lose(state, order, event.pieces)
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
