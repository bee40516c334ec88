"""The shipped plants of whole industries are played to their end, and show what they are there to show."""

from collections import Counter

from plant_models import read
from plant_models.events import Event, SetupStarted, Spoiled
from plant_models.scenario import Scenario
from plant_models.shifts import DAY
from twin.chance import Chance
from twin.floor import run
from twin.policies.rules import rule
from twin.simulated import SimulatedFloor
from twin.state import State, opening


def played(scenario: Scenario, rule_name: str, seed: int = 1) -> tuple[State, list[Event]]:
    facts: list[Event] = []
    floor = SimulatedFloor(scenario.plant, opening(scenario.plant, scenario.orders), Chance(seed), facts.append)
    run(floor, rule(rule_name), 60 * DAY)
    assert floor.deadlock is None
    return floor.state, facts


def test_food_is_washed_between_allergens_and_less_often_when_drinks_are_kept_together() -> None:
    food = read.scenario("food")
    counts = {}
    for name in ("fifo", "setup-saving"):
        state, facts = played(food, name)
        assert state.unfinished == 0
        counts[name] = Counter(c for fact in facts if isinstance(fact, SetupStarted) for c in fact.cleanings)
        for fact in facts:
            if isinstance(fact, SetupStarted) and fact.cleanings:
                assert fact.machine.split("-")[0] in ("mixer", "pasteurizer", "filler")
    assert 0 < counts["setup-saving"]["hot wash"] < counts["fifo"]["hot wash"]


def test_food_that_is_not_filled_in_time_spoils() -> None:
    food = read.scenario("food")
    state = opening(food.plant, food.orders)
    for filler in ("filler-1", "filler-2"):
        state.machines[filler].down = 9  # nobody knows when they are up again
    facts: list[Event] = []
    floor = SimulatedFloor(food.plant, state, Chance(1), facts.append)
    run(floor, rule("fifo"), DAY)
    spoiled = {fact.buffer for fact in facts if isinstance(fact, Spoiled)}
    assert "filling" in spoiled
