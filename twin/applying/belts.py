"""Conveyors: where orders are on them, and when the belt stands."""

from collections.abc import Callable, Mapping
from typing import Any

from plant_models.events import Arrived
from plant_models.plant import Plant
from twin.standing import OrderState, State


def moved(plant: Plant, state: State, place: str) -> int:
    """Milliseconds that the belt of a conveyor has moved so far; one that accumulates always moves."""
    belt, conveyor = state.belts[place], plant.buffers[place].conveyor
    if conveyor is None or conveyor.accumulating:
        return state.now
    return belt.moved + (0 if _stands(state, place) else state.now - belt.mark)


def get_on(plant: Plant, state: State, place: str, order: OrderState) -> None:
    """Let an order get on a conveyor that it has not been put in the queue of yet."""
    order.got_on, order.has_arrived = moved(plant, state, place), False


def get_off(plant: Plant, state: State, place: str, order: OrderState) -> None:
    """Let an order leave a conveyor in whose queue it still is; what stood behind it moves on."""
    belt = state.belts[place]
    belt.moved, belt.mark = moved(plant, state, place), state.now
    if order.has_arrived:
        belt.left_at = state.now
    order.has_arrived = False


def _arrived(plant: Plant, state: State, event: Arrived) -> None:
    belt = state.belts[event.buffer]
    belt.moved, belt.mark = moved(plant, state, event.buffer), event.time
    order = state.orders[event.order]
    order.has_arrived = True
    for machine in plant.stops(order.order.product)[order.step].machines:
        state.machines[machine].is_held = False


def _stands(state: State, place: str) -> bool:
    queue = state.buffers[place]
    return bool(queue) and state.orders[queue[0]].has_arrived


APPLY: Mapping[type[Any], Callable[[Plant, State, Any], None]] = {Arrived: _arrived}
"""Each fact of this kind, and what it changes."""
