"""Stays: orders that must wait a while before anybody may take them, such as while they cure, cool or dry."""

from plant_models.plant import Plant
from twin.needs.lacks import Check, Lack
from twin.standing import State


def check_of(plant: Plant, machine: str) -> Check | None:
    """Whether an order has been in its buffer long enough."""
    stays = {
        stop.place: plant.buffers[stop.place].min_stay
        for product in plant.products
        for stop in plant.stops(product)
        if machine in stop.machines and plant.buffers[stop.place].min_stay
    }
    if not stays:
        return None

    def check(state: State, name: str) -> Lack | None:
        order = state.orders[name]
        until = order.since + (stays.get(order.where, 0) if order.stage == "waiting" else 0)
        return Lack("stay", order.where, until) if until > state.now else None

    return check
