"""What if an order had other terms: another due date, weight, priority, number of pieces."""

from dataclasses import dataclass, replace
from typing import Any

from plant_models.clock import Epoch
from plant_models.errors import InvalidPlant
from plant_models.orders import Order
from plant_models.scenario import Scenario
from plant_models.units import duration


@dataclass(frozen=True, slots=True)
class DueDate:
    """An order is wanted at another time; None: at no time in particular."""

    order: str
    due: int | None

    def apply(self, scenario: Scenario) -> Scenario:
        """The order with the other due date."""
        return _changed(scenario, self.order, due=self.due)

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""
        at = "" if epoch is not None else "at "
        return f"order {self.order} is due " + ("at no time" if self.due is None else at + when(self.due, epoch))


@dataclass(frozen=True, slots=True)
class Priority:
    """An order is of another class: of those that wait, the highest number comes first."""

    order: str
    priority: int

    def apply(self, scenario: Scenario) -> Scenario:
        """The order in the other class."""
        return _changed(scenario, self.order, priority=self.priority)

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it."""
        return f"order {self.order} has priority {self.priority}"


@dataclass(frozen=True, slots=True)
class Quantity:
    """An order that has not begun is for another number of pieces."""

    order: str
    quantity: int

    def apply(self, scenario: Scenario) -> Scenario:
        """The order for the other number."""
        return _changed(scenario, self.order, quantity=self.quantity)

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it."""
        return f"order {self.order} is for {self.quantity} pieces"


@dataclass(frozen=True, slots=True)
class Weight:
    """An order matters more, or less."""

    order: str
    weight: float

    def apply(self, scenario: Scenario) -> Scenario:
        """The order with the other weight."""
        return _changed(scenario, self.order, weight=self.weight)

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it."""
        return f"order {self.order} has weight {self.weight:g}"


def order_in(scenario: Scenario, name: str) -> Order:
    """The order of that name in the book; InvalidPlant where there is none, with those that there are."""
    for order in scenario.orders:
        if order.id == name:
            return order
    known = ", ".join(order.id for order in scenario.orders) or "none"
    raise InvalidPlant(f"no order {name!r}; there are {known}")


def when(time: int, epoch: Epoch | None) -> str:
    """A time as people say it: since the epoch, or with *epoch* as a date."""
    return duration(time) if epoch is None else f"{epoch.datetime(time):%a %d %b %H:%M}"


def _changed(scenario: Scenario, name: str, **terms: Any) -> Scenario:
    order = order_in(scenario, name)
    try:
        changed = replace(order, **terms)
    except ValueError as error:
        raise InvalidPlant(str(error)) from None
    return scenario.with_orders(tuple(changed if order.id == name else order for order in scenario.orders))
