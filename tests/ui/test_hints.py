"""What is said before a question is played: rules that do not look at what was changed, and material that lacks."""

from dataclasses import replace

from plant_models import read
from plant_models.arrivals import Arrival
from plant_models.distributions import Exponential
from plant_models.orders import Order
from plant_models.plant import Material, Replenishment
from plant_models.scenario import Scenario
from plant_models.shifts import HOUR, MINUTE
from tests.twin.shops import line
from tests.twin.test_materials import using
from twin.changes import AddOrder, DueDate, OtherRule, Priority, StockChange, Weight
from twin.state import opening
from ui import hints
from ui.desk import Desk

SHOP = Desk.at(read.scenario("machine-shop"))
RUSH = Order(id="RUSH-1", product="shaft-30", quantity=5, due=30 * HOUR, weight=4.0)


def asked(*changes: object, who: str = "fifo") -> list[str]:
    return hints.of_question(SHOP.scenario, SHOP.state, changes, who)


def test_a_rule_that_ignores_what_was_changed_says_so() -> None:
    (weight,) = asked(Weight("MO-1001", 9.0))
    assert weight == "fifo does not look at weights: MO-1001 is not preferred for it; atc, wspt do"
    (due,) = asked(DueDate("MO-1001", HOUR), who="wspt")
    assert due.startswith("wspt does not look at due dates: MO-1001 is not preferred for it; edd, slack")
    (rush,) = asked(AddOrder(RUSH))
    assert "RUSH-1 waits its turn like any other; give it a priority to let it pass" in rush


def test_a_rule_that_looks_at_it_or_a_plan_says_nothing() -> None:
    assert asked(Weight("MO-1001", 9.0), AddOrder(RUSH), who="atc") == []
    assert asked(AddOrder(RUSH), OtherRule("edd")) == []
    assert asked(AddOrder(replace(RUSH, priority=1))) == [], "a hot lot passes whatever the rule"
    assert asked(AddOrder(RUSH), Priority("RUSH-1", 1)) == []
    assert asked(AddOrder(RUSH), who="plan 0123") == []
    assert asked(AddOrder(replace(RUSH, weight=50.0)), who="wspt") == [], "it passes by its weight"


def test_material_that_never_suffices_is_told_before_anything_is_played() -> None:
    clay = Material(id="clay", stock=50, unit="kg")
    orders = [Order(id=f"o{number}", product="p", quantity=10) for number in range(1, 8)]
    plant = using(clay)
    scenario = Scenario(id="s", plant=plant, orders=tuple(orders))
    (said,) = hints.of_supply(scenario, opening(plant, orders))
    assert said == ("clay: o1, o2, o3, o4 and 3 more need 70 kg, there are 50, and none comes; some are never finished")
    enough = replace(scenario, plant=using(replace(clay, stock=70)))
    assert hints.of_supply(enough, opening(enough.plant, orders)) == []
    comes = replace(scenario, plant=using(replace(clay, replenishment=Replenishment(quantity=5, every=HOUR))))
    assert hints.of_supply(comes, opening(comes.plant, orders)) == []
    (counted,) = hints.of_question(enough, opening(enough.plant, orders), [StockChange("clay", 12)], "fifo")
    assert "need 70 kg, there are 12" in counted


def test_no_shipped_plant_lacks_material() -> None:
    for name in read.names():
        desk = Desk.at(read.scenario(name))
        assert hints.of_supply(desk.scenario, desk.state) == [], name


def calls(limit: int | None) -> Scenario:
    """A counter where callers come by themselves: for ever, or so many."""
    come = Arrival(id="calls", product="p", between=Exponential(10 * MINUTE), limit=limit)
    return Scenario(id="counter", plant=replace(line(MINUTE), arrivals={"calls": come}), orders=())


def test_a_plan_of_nothing_says_why_and_what_to_do_instead() -> None:
    (said,) = hints.of_plan(calls(None), 0, "counter.yaml")
    assert said.startswith("there is nothing to plan yet: orders come by themselves (calls)")
    assert said.endswith("foreshift rehearse counter.yaml --rule edd --for 24h")
    (ending,) = hints.of_plan(calls(5), 0, None)
    assert ending.endswith("foreshift rehearse --rule edd"), "with orders that end, a run ends by itself"
    (empty,) = hints.of_plan(replace(SHOP.scenario, orders=()), 0, "machine-shop")
    assert "no order is open; give the scenario orders" in empty


def test_a_plan_says_which_orders_it_cannot_have() -> None:
    (said,) = hints.of_plan(calls(None), 3, None)
    assert said == "orders that come by themselves (calls) are not in it: nobody knows them before they come"
    assert hints.of_plan(SHOP.scenario, 3, None) == []
