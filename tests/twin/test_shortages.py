"""Orders that wait for material: which, when and for how long, worked out by hand."""

from dataclasses import replace

from plant_models.events import Event
from plant_models.orders import Order, Product, Routing
from plant_models.plant import Amount, Material, Replenishment
from plant_models.shifts import HOUR, MINUTE
from tests.twin.shops import line, minutes
from tests.twin.test_materials import played, using
from twin import compiled
from twin.chance import Certain
from twin.kpi import measure
from twin.policies.rules import fifo
from twin.shortages import Shortage, shortages
from twin.state import opening
from twin.tally import figures_of
from twin.trials import trials as simulated

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


def test_what_a_machine_keeps_for_want_of_room_is_at_hand_from_when_it_is_made() -> None:
    """A nut is made in ten minutes, and its stock has no room; the order that eats it waits for a machine till 30."""
    plant = line(*minutes(30, 10))
    works, makes = plant.routings["r"].operations
    ways = {
        "plain": works,
        "eats": replace(works, consumes={"nut": Amount(id="nut", quantity=1)}),
        "makes": replace(makes, yields={"nut": Amount(id="nut", quantity=1)}),
    }
    plant = replace(
        plant,
        routings={name: Routing(id=name, operations=(way,)) for name, way in ways.items()},
        products={name: Product(id=name, routing=name) for name in ways},
        materials={"nut": Material(id="nut", capacity=0)},
    )
    start = opening(plant, [Order(id=name, product=name) for name in ways])
    for engine in (simulated, compiled.trials):
        (run,) = engine(plant, start, fifo, lambda _: Certain(), seeds=[(0, 1)])
        figures = dict(zip(figures_of(plant), run.figures, strict=True))
        assert figures["short_of_material_h"] == 10 * MINUTE / HOUR
        assert figures["short_of_material_orders"] == 1
