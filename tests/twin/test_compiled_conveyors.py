"""Conveyors on the compiled floor, as they run on the simulated one."""

from itertools import pairwise

import pytest

from plant_models.documents import parsed
from plant_models.events import Arrived, Entered, Event, SetupStarted
from plant_models.read import described
from plant_models.scenario import Scenario
from plant_models.shifts import MINUTE
from tests.twin.floors import both
from twin.chance import Certain, Chance, Luck
from twin.compiled.floor import CompiledFloor
from twin.floor import run
from twin.policies.rules import RULES
from twin.simulated import SimulatedFloor
from twin.state import opening
from twin.trials import trials

LINE = """
scenario: line
work_centers:
  fill: {machines: {fill-1: {}}}
  pack: {machines: {pack-1: {}}, buffer: belt}
buffers:
  belt: {conveyor: {length: 6 m, speed: 1 m/min, spacing: 2 m, accumulating: true}}
products:
  box: {routing: [{fill: 3 min}, {pack: 4 min}]}
orders:
- {order: o, product: box, repeat: 5, every: 0 s}
"""
STANDING = LINE.replace("accumulating: true", "accumulating: false")


def shop(text: str) -> Scenario:
    return described(parsed(text, "line.yaml", is_json=False))


def played(scenario: Scenario, luck: Luck) -> list[Event]:
    """What happens, which is the same on both floors; so it is from each of the first 20 minutes on."""
    plant, floor = scenario.plant, SimulatedFloor(scenario.plant, opening(scenario.plant, scenario.orders), luck)
    facts = both(plant, floor.state, luck)
    for minute in range(20):
        run(floor, RULES["fifo"], minute * MINUTE)
        both(plant, floor.state, luck)
    return facts


def minutes(facts: list[Event], kind: type[Event]) -> list[float]:
    return [fact.time / MINUTE for fact in facts if isinstance(fact, kind)]


def test_orders_close_up_behind_the_one_that_waits_at_the_end() -> None:
    """They get on every 3 min, for a trip of 6 min; who was packed for 4 min lets the next come up in 2 min."""
    facts = played(shop(LINE), Certain())
    entered = [fact.time // MINUTE for fact in facts if isinstance(fact, Entered) and fact.buffer == "belt"]
    assert entered == [3, 6, 9, 12, 15]
    assert minutes(facts, Arrived) == [9, 12, 15, 19, 23]


def test_a_belt_stands_while_the_one_at_its_end_is_not_taken() -> None:
    """The second waits at the end from 12 to 13 min, so the third comes at 16; it waits for a minute as well."""
    assert minutes(played(shop(STANDING), Certain()), Arrived) == [9, 12, 16, 20, 23]


@pytest.mark.parametrize("text", [LINE, STANDING])
@pytest.mark.parametrize("failing", ["{}", "{failures: {stop: {time_to_failure: 9 min, time_to_repair: 3 min}}}"])
def test_conveyors_run_the_same_on_both_floors(text: str, failing: str) -> None:
    line = shop(text.replace("pack-1: {}", f"pack-1: {failing}").replace("repeat: 5", "repeat: 12"))
    facts = played(line, Chance(3))
    assert all(second >= first for first, second in pairwise(minutes(facts, Arrived)))
    state, seeds = opening(line.plant, line.orders), [(0, 3), (1, 8)]
    ours = trials(line.plant, state, RULES["spt"], Chance, seeds=seeds)
    assert trials(line.plant, state, RULES["spt"], Chance, seeds=seeds, engine="compiled") == ours


def test_a_vehicle_takes_an_order_from_the_end_of_a_conveyor() -> None:
    fleet = "{speed: 60 m/min, distances: {fill: {pack: 120 m}}}"
    text = LINE.replace("  pack: ", f"  truck: {{machines: [truck-1], buffer: belt, fleet: {fleet}}}\n  pack: ")
    text = text.replace("{pack-1: {}}, buffer: belt}", "{pack-1: {}}}")
    facts = played(shop(text), Chance(1))
    assert any(isinstance(fact, SetupStarted) and fact.machine == "truck-1" for fact in facts)


def test_a_state_that_knows_nothing_of_a_conveyor_yet_is_completed() -> None:
    line = shop(LINE)
    state = opening(line.plant, line.orders)
    known = state.copy()
    known.belts.clear()
    floor = CompiledFloor(line.plant, known, Certain(), RULES["fifo"])
    assert floor.state == state
