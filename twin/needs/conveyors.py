"""Conveyors: an order is taken only at the end."""

from plant_models.plant import Plant
from twin.needs.lacks import Check, Lack
from twin.standing import State


def check_of(plant: Plant, machine: str) -> Check | None:
    """Whether an order has got to the end of its conveyor."""
    belts = {
        stop.place
        for product in plant.products
        for stop in plant.stops(product)
        if machine in stop.machines and plant.buffers[stop.place].conveyor is not None
    }
    if not belts:
        return None

    def check(state: State, name: str) -> Lack | None:
        order = state.orders[name]
        is_on_its_way = order.stage == "waiting" and order.where in belts and not order.has_arrived
        return Lack("conveyor", order.where) if is_on_its_way else None

    return check
