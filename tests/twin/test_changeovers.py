"""Changeovers by family and attribute, cleaning between what must not meet, and runs that are not cut short."""

from dataclasses import replace

import pytest

from plant_models.changeovers import AttributeChange, Changeover, Cleaning
from plant_models.errors import InvalidPlant
from plant_models.events import Event, SetupStarted, Started
from plant_models.orders import Order, Product
from plant_models.plant import Buffer, Plant
from plant_models.shifts import FOREVER, MINUTE
from tests.twin.shops import line, minutes
from twin.chance import Certain
from twin.floor import run
from twin.policies.rules import fifo
from twin.simulated import SimulatedFloor
from twin.state import opening

RECIPES = {
    "plain": {"allergens": "", "bottle": "small"},
    "milk": {"allergens": "milk", "bottle": "small"},
    "nougat": {"allergens": "milk, nuts", "bottle": "large"},
}


def kitchen(**more: object) -> Plant:
    plant = line(*minutes(10))
    changeover = Changeover(
        id="change",
        default=2 * MINUTE,
        attributes={"bottle": AttributeChange(default=5 * MINUTE, times={"large": {"small": 8 * MINUTE}})},
        cleanings=(Cleaning(id="wash", attribute="allergens", time=30 * MINUTE),),
        **more,
    )
    return replace(
        plant,
        products={name: Product(id=name, routing="r", attributes=what) for name, what in RECIPES.items()},
        work_centers={"c0": replace(plant.work_centers["c0"], changeover="change")},
        changeovers={"change": changeover},
        buffers={"b0": Buffer(id="b0")},
    )


def minutes_between(plant: Plant, before: str, after: str) -> int:
    return plant.setup_time("m0", before, after) // MINUTE


def test_what_changes_adds_up_and_what_must_not_meet_is_cleaned_away() -> None:
    plant = kitchen()
    assert minutes_between(plant, "plain", "plain") == 0
    assert minutes_between(plant, "plain", "milk") == 2
    assert minutes_between(plant, "milk", "plain") == 2 + 30
    assert minutes_between(plant, "milk", "nougat") == 2 + 5
    assert minutes_between(plant, "nougat", "milk") == 2 + 8 + 30
    assert plant.cleanings("m0", "nougat", "milk") == ("wash",)
    assert plant.cleanings("m0", "milk", "nougat") == ()
    assert plant.setup_time("m0", None, "plain") == 0


def test_forbidden_pairs_are_cleaned_between_and_others_are_not() -> None:
    rule = Cleaning(id="rinse", attribute="colour", time=MINUTE, pairs={"black": ("white", "yellow")})
    assert rule.is_needed("black", "white")
    assert rule.is_needed("red, black", "yellow")
    assert not rule.is_needed("white", "black")
    assert not rule.is_needed("black", "red")
    assert not rule.is_needed(None, "white")


def played(plant: Plant, products: list[str]) -> list[Event]:
    facts: list[Event] = []
    orders = [Order(id=f"{n}-{product}", product=product) for n, product in enumerate(products)]
    floor = SimulatedFloor(plant, opening(plant, orders), Certain(), facts.append)
    run(floor, fifo, FOREVER)
    return facts


def test_the_floor_is_told_of_a_cleaning_and_takes_its_time() -> None:
    facts = played(kitchen(), ["nougat", "plain"])
    setup = next(fact for fact in facts if isinstance(fact, SetupStarted))
    assert setup == SetupStarted(10 * MINUTE, "m0", "1-plain", (), ("wash",))
    assert [f.time // MINUTE for f in facts if isinstance(f, Started)] == [0, 10 + 2 + 8 + 30]


def sequence(plant: Plant, products: list[str]) -> list[str]:
    return [fact.order.split("-")[1] for fact in played(plant, products) if isinstance(fact, Started)]


def test_a_run_goes_on_until_it_is_long_enough_or_nothing_of_its_family_waits() -> None:
    mixed = ["plain", "milk", "plain", "milk", "plain", "milk", "plain"]
    assert sequence(kitchen(), mixed) == mixed
    assert sequence(kitchen(least_run=3), mixed) == ["plain"] * 3 + ["milk"] * 3 + ["plain"]
    assert sequence(kitchen(least_run=2), mixed) == ["plain", "plain", "milk", "milk", "plain", "plain", "milk"]
    assert sequence(kitchen(least_run=9), mixed) == ["plain"] * 4 + ["milk"] * 3


def test_products_of_one_family_cannot_differ_for_a_changeover() -> None:
    plant = kitchen()
    twins = {
        "a": Product(id="a", routing="r", family="x", attributes={"bottle": "small", "allergens": ""}),
        "b": Product(id="b", routing="r", family="x", attributes={"bottle": "large", "allergens": ""}),
    }
    with pytest.raises(InvalidPlant, match="are not those of family 'x'"):
        replace(plant, products=twins)


def test_an_attribute_that_no_product_has_is_refused() -> None:
    wrong = Changeover(id="change", cleanings=(Cleaning(id="wash", attribute="alergens", time=MINUTE),))
    said = r"no attribute of a product 'alergens'; did you mean 'allergens'\? there are allergens, bottle"
    with pytest.raises(InvalidPlant, match=said):
        replace(kitchen(), changeovers={"change": wrong})
