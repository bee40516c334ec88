"""Materials: whether all that a step uses up is there."""

from plant_models.materials import Material
from plant_models.orders import Operation
from plant_models.plant import Plant
from twin.needs.lacks import Check, Lack
from twin.standing import State, StockState


def check_of(plant: Plant, machine: str) -> Check | None:
    """Whether all the materials are there that an order's step uses up."""
    using: dict[tuple[str, int], Operation] = {
        (product, step): stop.operation
        for product in plant.products
        for step, stop in enumerate(plant.stops(product))
        if machine in stop.machines and stop.operation.consumes
    }
    if not using:
        return None

    def check(state: State, name: str) -> Lack | None:
        order = state.orders[name]
        operation = using.get((order.order.product, order.step))
        if operation is None:
            return None
        for material, amount in operation.consumes.items():
            stock, needed = state.stocks[material], amount.of(order.at_work)
            if stock.level < needed and stock.at_hand < needed:
                until = next_delivery(plant.materials[material], stock, state.now, needed)
                return Lack("material", material, until, comes=bool(stock.ordered))
        return None

    return check


class Basket:
    """What the orders of a batch use up, as they are put together."""

    def __init__(self, plant: Plant, state: State) -> None:
        self._plant, self._state = plant, state
        self._taken: dict[str, int] = {}

    def take(self, name: str) -> None:
        """Let an order be in the batch."""
        order = self._state.orders[name]
        for material, amount in self._plant.stops(order.order.product)[order.step].operation.consumes.items():
            self._taken[material] = self._taken.get(material, 0) + amount.of(order.at_work)

    def lacking(self, name: str) -> Lack | None:
        """The material of which there is not enough for an order besides those that are in the batch."""
        order = self._state.orders[name]
        for material, amount in self._plant.stops(order.order.product)[order.step].operation.consumes.items():
            stock, needed = self._state.stocks[material], self._taken.get(material, 0) + amount.of(order.at_work)
            if stock.level < needed and stock.at_hand < needed:
                until = next_delivery(self._plant.materials[material], stock, self._state.now, needed)
                return Lack("material", material, until, comes=bool(stock.ordered))
        return None


def next_delivery(material: Material, stock: StockState, now: int, needed: int) -> int | None:
    """When *material* comes in next by the clock; None where it does not, or never so much at once as is *needed*."""
    replenishment = material.replenishment
    if replenishment is None or replenishment.every is None:
        return None
    if material.shelf_life is not None:
        most = -(-material.shelf_life // replenishment.every) * replenishment.quantity
        if most < needed:
            return None
    coming = replenishment.coming(now, stock.delivered_at)
    return None if coming is None else coming[0]
