"""A learned policy within the compiled floor: what it decides there is what it decides when it is asked in Python."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_models.plan import Plan
from plant_models.shifts import FOREVER
from rl import LearnedPolicy
from rl.card import Range
from rl.policy import names
from tests.laws.playable import playable
from tests.laws.worlds import World
from tests.rl.nets import untrained
from tests.rl.shops import small_shop
from tests.twin.floors import both
from twin import Batch, rehearse
from twin.chance import Chance
from twin.compiled import refusals
from twin.compiled.floor import CompiledFloor
from twin.floor import run
from twin.policies.follow import FollowPlan
from twin.state import opening

SHOP = small_shop()
PATIENT = untrained(waits=True)


@given(playable(), st.booleans())
def test_it_decides_on_both_floors_alike(world: World, is_patient: bool) -> None:
    policy = PATIENT if is_patient else untrained()
    both(world.plant, opening(world.plant, world.orders), Chance(world.seed), policy, FOREVER)


@given(playable(), st.integers(0, 3000 * 60_000), st.integers(1, 1_000))
def test_whatever_it_learned_it_goes_on_from_any_instant_alike(world: World, cut: int, lesson: int) -> None:
    floor = world.floor()
    run(floor, world.policy, cut)
    both(world.plant, floor.state, Chance(world.seed), untrained(waits=True, seed=lesson), FOREVER)


def test_beyond_its_training_its_rule_decides_on_both_floors() -> None:
    policy = untrained().with_card(envelope={"slack": Range(low=-1, high=1)})
    both(SHOP.plant, opening(SHOP.plant, SHOP.orders), Chance(1), policy)
    assert 0 < sum(policy.fallbacks.values()) < policy.decisions


def test_a_rehearsal_under_the_shipped_policy_is_the_same_on_either_engine() -> None:
    policy = LearnedPolicy.load(names()[0])
    simulated, compiled = (
        rehearse(SHOP.plant, opening(SHOP.plant, SHOP.orders), policy, runs=20, engine=engine, workers=1)
        for engine in ("simpy", "compiled")
    )
    assert compiled.engine.name == "compiled"
    for name, figure in simulated.figures.items():
        assert (figure == compiled.figures[name]).all(), name


def test_many_floors_decide_together() -> None:
    seeds = [Chance(seed) for seed in range(8)]
    floors = Batch(SHOP.plant, opening(SHOP.plant, SHOP.orders), seeds, PATIENT)
    assert not floors.advance().any()
    for number, chance in enumerate(seeds):
        alone = CompiledFloor(SHOP.plant, opening(SHOP.plant, SHOP.orders), chance, PATIENT)
        alone.run()
        assert floors.orders[number]["finished_at"].tolist() == alone.orders["finished_at"].tolist()


def test_what_it_was_trained_to_see_must_be_what_there_is() -> None:
    stranger = untrained(schema="another")
    (reason,) = refusals(SHOP.plant, opening(SHOP.plant, SHOP.orders), stranger)
    assert "trained on features another" in reason
    with pytest.raises(ValueError, match="trained on features another"):
        CompiledFloor(SHOP.plant, opening(SHOP.plant, SHOP.orders), Chance(1), stranger)


def test_a_plan_that_leaves_the_rest_to_it_is_asked_in_python() -> None:
    (reason,) = refusals(SHOP.plant, opening(SHOP.plant, SHOP.orders), FollowPlan(Plan(slots=()), otherwise=PATIENT))
    assert "left to a learned policy" in reason
