"""Tools and carriers: whether a unit of each lies ready."""

from plant_models.plant import Plant
from twin.needs.lacks import Check, Lack
from twin.standing import State


def check_of(plant: Plant, machine: str) -> Check | None:
    """Whether there is a unit of every tool that a machine needs for an order, and of all that goes with the order."""
    if machine not in plant.sharing.equipped:
        return None

    def check(state: State, name: str) -> Lack | None:
        order = state.orders[name]
        operation = plant.stops(order.order.product)[order.step].operation
        for tool in operation.tools:
            if not state.tools[tool].free:
                return Lack("tool", tool, comes=bool(state.tools[tool].away))
        for tool in operation.takes:
            if tool not in order.carriers and not state.tools[tool].free:
                return Lack("carrier", tool, comes=bool(state.tools[tool].away))
        return None

    return check
