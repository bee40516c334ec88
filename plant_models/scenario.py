"""A scenario: a plant, the orders it is given, and when its clock stands at zero."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from plant_models.clock import Epoch
from plant_models.errors import InvalidPlant, known_names
from plant_models.orders import Order
from plant_models.plant import Plant


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A plant and its order book. *rule* is the dispatching rule that works where nothing else is said."""

    id: str
    plant: Plant
    orders: tuple[Order, ...]
    epoch: Epoch = Epoch(datetime(2026, 1, 5, 6, tzinfo=UTC))
    title: str = ""
    rule: str = "fifo"

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for order in self.orders:
            if order.id in seen:
                raise InvalidPlant(f"scenario {self.id!r}: two orders are called {order.id!r}")
            seen.add(order.id)
            if order.product not in self.plant.products:
                raise InvalidPlant(f"order {order.id!r}: {known_names('product', order.product, self.plant.products)}")

    def with_orders(self, orders: tuple[Order, ...]) -> "Scenario":
        """The same plant with another order book."""
        return replace(self, orders=orders)
