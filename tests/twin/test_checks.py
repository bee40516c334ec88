"""The contracts hold for our own floors and policies, and find those that break them."""

from dataclasses import replace

import pytest

from plant_models.plan import Plan
from plant_models.plant import Plant
from plant_models.shifts import HOUR
from tests.twin.shops import shop
from twin import (
    RULES,
    Chance,
    Choice,
    Decision,
    FollowPlan,
    SimulatedFloor,
    State,
    Wait,
    check_floor,
    check_policy,
    opening,
    rule,
)

SHOP = shop()


def start() -> State:
    return opening(SHOP.plant, SHOP.orders)


def make() -> SimulatedFloor:
    return SimulatedFloor(SHOP.plant, start(), Chance(1))


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule_is_a_policy(name: str) -> None:
    check_policy(rule(name), SHOP.plant, start())


def test_following_a_plan_is_a_policy() -> None:
    check_policy(FollowPlan(Plan(slots=()), otherwise=rule("edd")), SHOP.plant, start())


def test_the_simulated_floor_is_a_floor() -> None:
    check_floor(make)


def _meddler(plant: Plant, state: State, decision: Decision) -> Choice:
    state.orders[decision.options[0]].order = replace(state.orders[decision.options[0]].order, weight=99.0)
    return decision.options[0]


def _dreamer(plant: Plant, state: State, decision: Decision) -> Choice:
    return "castle in the air"


def _late(plant: Plant, state: State, decision: Decision) -> Choice:
    return Wait(decision.time)


def _sleeper(plant: Plant, state: State, decision: Decision) -> Choice:
    return Wait(decision.time + 1)


class _Moody:
    asked = 0

    def __call__(self, plant: Plant, state: State, decision: Decision) -> Choice:
        self.asked += 1
        return decision.options[0] if self.asked % 2 else Wait()


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        (_meddler, "changed the state"),
        (_dreamer, "chose 'castle in the air' of"),
        (_late, "not ahead"),
        (_sleeper, "decided 50 times"),
        (_Moody(), "asked the same twice"),
    ],
)
def test_what_is_no_policy_is_found(policy: object, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_policy(policy, SHOP.plant, start(), most=50)


class _Deaf(SimulatedFloor):
    """Does not do what it is told."""

    def start(self, decision: Decision, choice: Choice) -> None:
        super().start(decision, Wait(decision.time + HOUR) if choice in decision.options else choice)


class _Obedient(SimulatedFloor):
    """Takes any order, also one that is not there."""

    def start(self, decision: Decision, choice: Choice) -> None:
        super().start(decision, choice if choice in decision.options else decision.options[0])


class _Hasty(SimulatedFloor):
    """Goes on for an hour longer than it was asked."""

    def advance(self, until: int = 0) -> Decision | None:
        return super().advance(until + HOUR)


@pytest.mark.parametrize(
    ("kind", "message"),
    [(_Deaf, "was told to take"), (_Obedient, "accepted 'there is no such order'"), (_Hasty, "asked to go on|stands")],
)
def test_what_is_no_floor_is_found(kind: type[SimulatedFloor], message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_floor(lambda: kind(SHOP.plant, start(), Chance(1)))
