"""What if the order book were another one: orders more, orders cancelled, other terms."""

from dataclasses import dataclass

from plant_models.clock import Epoch
from plant_models.errors import InvalidPlant
from plant_models.orders import Order
from plant_models.scenario import Scenario
from twin.changes.edit import altered, unknown, when, with_one


@dataclass(frozen=True, slots=True)
class AddOrder:
    """One more order."""

    order: Order

    def apply(self, scenario: Scenario) -> Scenario:
        """The order at the end of the book."""
        return scenario.with_orders((*scenario.orders, self.order))

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""
        order = self.order
        due = "" if order.due is None else f", due {when(order.due, epoch)}"
        hot = f", priority {order.priority}" if order.priority else ""
        return f"one more order {order.id}: {order.quantity} of {order.product}{due}{hot}"


@dataclass(frozen=True, slots=True)
class Demand:
    """Orders that come by themselves come *factor* times as often as they did."""

    arrivals: str
    factor: float

    def apply(self, scenario: Scenario) -> Scenario:
        """The arrivals with less time between two, in proportion; what is drawn for them stays the same."""
        known = scenario.plant.arrivals
        if self.arrivals not in known:
            raise unknown("arrivals", self.arrivals, known)
        if not 0 < self.factor < float("inf"):
            raise InvalidPlant(f"{self.words()}: the factor must be more than zero")
        between = known[self.arrivals].between.scaled(1 / self.factor)
        return with_one(scenario, "arrivals", self.arrivals, between=between)

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it."""
        return f"{self.arrivals} come {self.factor:g} times as often"


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """An order that has not begun is not wanted any more."""

    order: str

    def apply(self, scenario: Scenario) -> Scenario:
        """The book without it."""
        _order(scenario, self.order)
        return scenario.with_orders(tuple(order for order in scenario.orders if order.id != self.order))

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""
        return f"order {self.order} is cancelled"


@dataclass(frozen=True, slots=True)
class DueDate:
    """An order is wanted at another time; None: at no time in particular."""

    order: str
    due: int | None

    def apply(self, scenario: Scenario) -> Scenario:
        """The order with the other due date."""
        return _with_order(scenario, altered(_order(scenario, self.order), due=self.due))

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""
        at = "" if epoch is not None else "at "
        return f"order {self.order} is due " + ("at no time" if self.due is None else at + when(self.due, epoch))


@dataclass(frozen=True, slots=True)
class Quantity:
    """An order that has not begun is for another number of pieces."""

    order: str
    quantity: int

    def apply(self, scenario: Scenario) -> Scenario:
        """The order for the other number."""
        return _with_order(scenario, altered(_order(scenario, self.order), quantity=self.quantity))

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it."""
        return f"order {self.order} is for {self.quantity} pieces"


@dataclass(frozen=True, slots=True)
class Priority:
    """An order is of another class: of those that wait, the highest number comes first."""

    order: str
    priority: int

    def apply(self, scenario: Scenario) -> Scenario:
        """The order with the other priority."""
        return _with_order(scenario, altered(_order(scenario, self.order), priority=self.priority))

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it."""
        return f"order {self.order} has priority {self.priority}"


@dataclass(frozen=True, slots=True)
class Weight:
    """An order matters more, or less."""

    order: str
    weight: float

    def apply(self, scenario: Scenario) -> Scenario:
        """The order with the other weight."""
        return _with_order(scenario, altered(_order(scenario, self.order), weight=self.weight))

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""
        return f"order {self.order} has weight {self.weight:g}"


def _order(scenario: Scenario, name: str) -> Order:
    for order in scenario.orders:
        if order.id == name:
            return order
    raise unknown("order", name, [order.id for order in scenario.orders])


def _with_order(scenario: Scenario, changed: Order) -> Scenario:
    return scenario.with_orders(tuple(changed if order.id == changed.id else order for order in scenario.orders))
