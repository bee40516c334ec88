"""Release control: whether the floor has room for one more order."""

from plant_models.plant import Plant
from twin.state import OrderState, State


def has_room(plant: Plant, state: State, order: OrderState) -> bool:
    """Whether *order*, whose time has come, may enter the floor now. An empty floor takes any order."""
    limit = plant.release
    if state.on_floor == 0:
        return True
    if limit.orders is not None and state.on_floor >= limit.orders:
        return False
    if limit.work is None:
        return True
    inside = sum(work_left(plant, o) for o in state.orders.values() if o.stage != "planned" and not o.has_left)
    return inside + work_left(plant, order) <= limit.work


def work_left(plant: Plant, order: OrderState) -> float:
    """Expected milliseconds of the order's steps from the present one on, each on its mean machine."""
    total = 0.0
    for step, stop in enumerate(plant.stops(order.order.product)[order.step :], start=order.step):
        works = [plant.expected_work(order.order, step, machine, order.quantity) for machine in stop.machines]
        total += sum(works) / len(works)
    return total
