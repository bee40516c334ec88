"""Orders that wait for material: which, when and for how long, worked out by hand."""

from plant_models.events import Event
from plant_models.orders import Order
from plant_models.plant import Material, Replenishment
from plant_models.shifts import HOUR, MINUTE
from tests.twin.test_materials import played, using
from twin.kpi import measure
from twin.shortages import Shortage, shortages
from twin.state import opening

SLOW = Material(id="clay", stock=2, replenishment=Replenishment(quantity=2, every=HOUR))


def told() -> tuple[list[Shortage], dict[str, float | None]]:
    """Three orders at 0, of two pieces each, ten minutes of work; clay for one, and for one more every hour."""
    plant, orders = using(SLOW), [Order(id=f"o{number}", product="p", quantity=2) for number in (1, 2, 3)]
    _, facts = played(plant, orders, until=3 * HOUR)
    start = opening(plant, orders)
    seen: list[Event] = list(facts)
    return shortages(plant, start, seen), dict(measure(plant, start, seen, until=3 * HOUR).figures)


def test_an_order_is_short_from_when_the_last_is_used_until_more_comes() -> None:
    """The first uses up all at once; the second goes on at 1 h, the third at 2 h."""
    spans, figures = told()
    assert spans == [
        Shortage("clay", 0, HOUR, ("o2", "o3")),
        Shortage("clay", HOUR, 2 * HOUR, ("o3",)),
    ]
    assert figures["short_of_material_h"] == 1 + 1 + 1
    assert figures["short_of_material_orders"] == 2


def test_what_is_enough_is_not_short_and_a_plant_without_materials_has_no_such_figure() -> None:
    plant = using(Material(id="clay", stock=6))
    orders = [Order(id=f"o{number}", product="p", quantity=2) for number in (1, 2, 3)]
    _, facts = played(plant, orders, until=40 * MINUTE)
    assert shortages(plant, opening(plant, orders), facts) == []
    figures = measure(plant, opening(plant, orders), facts).figures
    assert figures["short_of_material_orders"] == 0


def test_an_order_that_waits_for_two_materials_is_counted_once() -> None:
    spans, figures = told()
    waited = sum(len(span.orders) * (span.end - span.start) for span in spans) / HOUR
    assert figures["short_of_material_h"] == waited
