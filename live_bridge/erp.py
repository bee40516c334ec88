"""Orders from the ERP system: read from its file, and taken into the journal, each once."""

from dataclasses import dataclass
from pathlib import Path

from plant_models import clock, read
from plant_models.deeds import OrdersImported
from plant_models.errors import InvalidPlant
from plant_models.events import Fact, OrderAdded, OrderReleased
from plant_models.orders import Order
from plant_models.scenario import Scenario
from twin.journal import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What became of an order file, order by order."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]

    def words(self) -> str:
        """In one line.

        >>> Import(added=("o1", "o2"), changed=("o3",), unchanged=()).words()
        '2 orders added, 1 changed (o3)'
        """
        parts = [f"{len(self.added)} orders added"]
        if self.changed:
            parts.append(f"{len(self.changed)} changed ({', '.join(self.changed)})")
        if self.unchanged:
            parts.append(f"{len(self.unchanged)} known already")
        return ", ".join(parts)


def read_orders(path: Path | str, scenario: Scenario) -> tuple[Order, ...]:
    """The orders in an ERP file, for the products of *scenario*; InvalidPlant says where it is wrong."""
    return read.orders(path, scenario)


def import_orders(journal: Journal, path: Path | str, scenario: Scenario, *, by: str) -> Import:
    """Take the orders of a file into the journal.

    To import a file again does nothing. An order whose terms changed is added anew, in its new terms, and is named
    among the changed, as long as it is not on the floor yet.

    Raises
    ------
    InvalidPlant
        Where the file is wrong, or would change an order that has begun. Nothing is imported then.
    """
    orders = read_orders(path, scenario)
    known: dict[str, Order] = {}
    begun: set[str] = set()
    now = 0
    for fact in journal.facts():
        now = max(now, fact.time)
        if isinstance(fact, OrderAdded):
            known[fact.order.id] = fact.order
        elif isinstance(fact, OrderReleased):
            begun.add(fact.order)
    fresh = [order for order in orders if known.get(order.id) != order]
    late = [order.id for order in fresh if order.id in begun]
    if late:
        raise InvalidPlant(f"{path}: order {late[0]!r} is on the floor already; its terms cannot change any more")
    if fresh:
        facts: list[Fact] = [OrderAdded(now, order) for order in fresh]
        names = tuple(order.id for order in fresh)
        journal.append(OrdersImported(at=clock.now(), by=by, source=str(path), orders=names), *facts)
    return Import(
        added=tuple(order.id for order in fresh if order.id not in known),
        changed=tuple(order.id for order in fresh if order.id in known),
        unchanged=tuple(order.id for order in orders if known.get(order.id) == order),
    )
