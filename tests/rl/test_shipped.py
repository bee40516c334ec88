"""The policy that comes with the package: small, loadable, trusted by its own shop, and honest on its card."""

import pytest

from plant_models import read
from rl import LearnedPolicy
from rl.evaluate import evaluate
from rl.policy import SHIPPED, names
from twin.chance import Chance
from twin.simulated import SimulatedFloor
from twin.state import opening

SHOP = read.scenario("machine-shop")


@pytest.mark.parametrize("name", names())
def test_a_shipped_policy_is_small_and_of_the_present_schema(name: str) -> None:
    policy = LearnedPolicy.load(name)
    assert policy.distrust == ""
    assert sum(path.stat().st_size for path in (SHIPPED / name).iterdir()) < 300_000
    assert all(exam.runs >= 60 for exam in policy.card.exams)


def test_the_machine_shops_policy_is_at_home_there() -> None:
    policy = LearnedPolicy.load("machine-shop")
    for seed in range(3):
        floor = SimulatedFloor(SHOP.plant, opening(SHOP.plant, SHOP.orders), Chance(seed))
        while (decision := floor.advance()) is not None:
            floor.start(decision, policy(SHOP.plant, floor.state, decision))
        assert floor.state.unfinished == 0
    assert sum(policy.fallbacks.values()) < 0.05 * policy.decisions


def test_the_machine_shops_policy_is_not_worse_than_the_rules_that_planners_know() -> None:
    found = evaluate(SHOP, LearnedPolicy.load("machine-shop"), runs=6, seed=1, rules=("fifo", "spt"))
    assert {found.line(rule).verdict for rule in found.rules} == {"better"}


def test_elsewhere_it_knows_that_it_is_a_stranger_or_still_ends_the_book() -> None:
    line = read.scenario("bottling-line")
    floor = SimulatedFloor(line.plant, opening(line.plant, line.orders), Chance(1))
    policy = LearnedPolicy.load("machine-shop")
    while (decision := floor.advance()) is not None:
        floor.start(decision, policy(line.plant, floor.state, decision))
    assert floor.state.unfinished == 0
