"""Vehicles on the compiled floor, as they run on the simulated one."""

import pytest

from plant_models.documents import parsed
from plant_models.events import Event, Finished, SetupStarted, Started
from plant_models.read import described
from plant_models.scenario import Scenario
from plant_models.shifts import MINUTE
from tests.twin.floors import both
from twin.chance import Certain, Chance, Luck
from twin.floor import run
from twin.policies.rules import RULES
from twin.simulated import SimulatedFloor
from twin.state import opening
from twin.trials import trials

STATIONS = """
scenario: three-stations
work_centers:
  a: {machines: [a-1, a-2]}
  b: {machines: [b-1]}
  c: {machines: [c-1]}
  agv:
    machines: [agv-1]
    fleet:
      {speed: 60 m/min, load: 1 min, unload: 1 min, start: a, distances: {a: {b: 180 m}, b: {c: 60 m}}}
products:
  part: {routing: [{a: 10 min}, {b: 4 min}]}
  long: {routing: [{a: 7 min}, {c: 5 min}, {b: 2 min}]}
orders:
- {order: o, product: part, repeat: 2, every: 0 s}
"""
MORE = STATIONS + "- {order: l, product: long, repeat: 8, every: 3 min}\n"


def shop(text: str) -> Scenario:
    return described(parsed(text, "shop.yaml", is_json=False))


def played(scenario: Scenario, rule: str, luck: Luck) -> list[Event]:
    """What happens, which is the same on both floors; so it is from the middle on."""
    plant, floor = scenario.plant, SimulatedFloor(scenario.plant, opening(scenario.plant, scenario.orders), luck)
    facts = both(plant, floor.state, luck, RULES[rule])
    run(floor, RULES[rule], 25 * MINUTE)
    both(plant, floor.state, luck, RULES[rule])
    return facts


def test_a_vehicle_loads_runs_unloads_and_comes_back_empty() -> None:
    facts = played(shop(STATIONS), "fifo", Certain())
    kinds = {SetupStarted: "sets out", Started: "picks up", Finished: "sets down"}
    told = [
        (kinds[type(fact)], fact.order, fact.time // MINUTE)
        for fact in facts
        if isinstance(fact, SetupStarted | Started | Finished) and fact.machine == "agv-1"
    ]
    assert told[:2] == [("picks up", "o-1", 10), ("sets down", "o-1", 15)]
    assert told[2:] == [("sets out", "o-2", 15), ("picks up", "o-2", 18), ("sets down", "o-2", 23)]


@pytest.mark.parametrize("rule", ["fifo", "spt", "setup-saving", "atc"])
@pytest.mark.parametrize("change", ["", "variation: 0.4, ", "entry: c, exit: a, "])
def test_vehicles_run_the_same_on_both_floors(rule: str, change: str) -> None:
    played(shop(MORE.replace("{speed", "{" + change + "speed")), rule, Chance(4))


@pytest.mark.parametrize("batch", ["{most: 2}", "{most: 3, least: 2, longest_wait: 30 min, by: any}"])
def test_vehicles_that_take_several_at_once_run_the_same_on_both_floors(batch: str) -> None:
    scenario = shop(MORE.replace("machines: [agv-1]", f"machines: {{agv-1: {{batch: {batch}}}, agv-2: {{}}}}"))
    facts = played(scenario, "fifo", Chance(4))
    assert any(isinstance(fact, SetupStarted) and fact.mates for fact in facts)
    state, seeds = opening(scenario.plant, scenario.orders), [(0, 3), (1, 8)]
    ours = trials(scenario.plant, state, RULES["spt"], Chance, seeds=seeds)
    assert trials(scenario.plant, state, RULES["spt"], Chance, seeds=seeds, engine="compiled") == ours
