"""Vehicles on the floor: empty runs, loaded runs, pick-up places, breakdowns, and queues against theory."""

import random
from collections.abc import Sequence

import pytest

from plant_models.documents import parsed
from plant_models.errors import InvalidPlant
from plant_models.events import BrokeDown, Event, Finished, SetupStarted, Started
from plant_models.orders import Order
from plant_models.plant import Plant
from plant_models.read import described
from plant_models.scenario import Scenario
from plant_models.shifts import FOREVER, MINUTE
from twin import changes, kpi
from twin.chance import Certain, Chance
from twin.floor import run
from twin.lateness import order_times
from twin.policies.rules import RULES
from twin.refitting import refit
from twin.simulated import SimulatedFloor
from twin.state import State, opening

STATIONS = """
scenario: two-stations
work_centers:
  a: {machines: [a-1]}
  b: {machines: [b-1]}
  agv:
    machines: [agv-1]
    fleet: {speed: 60 m/min, load: 1 min, unload: 1 min, start: a, distances: {a: {b: 180 m}}}
products:
  part: {routing: [{a: 10 min}, {b: 4 min}]}
orders:
- {order: o, product: part, repeat: 2, every: 0 s}
"""


def shop(text: str = STATIONS) -> Scenario:
    return described(parsed(text, "shop.yaml", is_json=False))


def played(scenario: Scenario, rule: str = "fifo", until: int = FOREVER) -> tuple[State, list[Event]]:
    facts: list[Event] = []
    floor = SimulatedFloor(scenario.plant, opening(scenario.plant, scenario.orders), Certain(), facts.append)
    run(floor, RULES[rule], until)
    return floor.state, facts


def runs(facts: Sequence[Event], vehicle: str = "agv-1") -> list[tuple[str, str, int]]:
    """What a vehicle did: the kind of fact, the order, the minute."""
    kinds = {SetupStarted: "sets out", Started: "picks up", Finished: "sets down"}
    return [
        (kinds[type(fact)], fact.order, fact.time // MINUTE)
        for fact in facts
        if isinstance(fact, SetupStarted | Started | Finished) and fact.machine == vehicle
    ]


def test_a_vehicle_loads_runs_unloads_and_comes_back_empty() -> None:
    state, facts = played(shop())
    assert runs(facts) == [
        ("picks up", "o-1", 10), ("sets down", "o-1", 15),
        ("sets out", "o-2", 20), ("picks up", "o-2", 23), ("sets down", "o-2", 28),
    ]  # fmt: skip
    assert state.machines["agv-1"].family == "b"
    assert state.now == 32 * MINUTE


def test_where_an_order_s_time_goes_names_transport_and_the_wait_for_it() -> None:
    scenario = shop()
    _, facts = played(scenario)
    times = order_times(scenario.plant, opening(scenario.plant, scenario.orders), facts)
    parts = {part: time // MINUTE for part, time in times["o-2"].parts.items() if time}
    assert parts == {"machine": 10, "work": 14, "vehicle": 3, "transport": 5}


def test_an_order_keeps_its_place_at_the_pick_up_until_the_vehicle_is_there() -> None:
    scenario = shop(STATIONS.replace("machines: [agv-1]", "machines: [agv-1]\n    buffer: {capacity: 1}"))
    state, _ = played(scenario, until=21 * MINUTE)
    assert list(state.buffers["agv"]) == ["o-2"]
    assert state.orders["o-2"].fetched_by == "agv-1" and state.orders["o-2"].stage == "waiting"
    assert state.machines["agv-1"].phase == "setup"


def test_without_a_pick_up_place_the_machine_is_blocked_until_the_vehicle_is_there() -> None:
    text = STATIONS.replace("machines: [agv-1]", "machines: [agv-1]\n    buffer: {capacity: 0}")
    text = text.replace("repeat: 2", "repeat: 3")
    scenario = shop(text)
    state, facts = played(scenario)
    assert [f.time // MINUTE for f in facts if isinstance(f, Started) and f.machine == "a-1"] == [0, 10, 23]
    times = kpi.measure(scenario.plant, opening(scenario.plant, scenario.orders), facts).times
    assert times["a-1"]["blocked"] == 6 * MINUTE  # twice while the vehicle runs back from b, 3 min
    assert state.unfinished == 0


def test_a_vehicle_waits_with_its_load_where_there_is_no_room() -> None:
    text = STATIONS.replace("b: {machines: [b-1]}", "b: {machines: [b-1], buffer: {capacity: 0}}")
    scenario = shop(text.replace("{b: 4 min}", "{b: 40 min}"))
    _, facts = played(scenario)
    times = kpi.measure(scenario.plant, opening(scenario.plant, scenario.orders), facts).times
    assert runs(facts)[-1] == ("sets down", "o-2", 28)
    assert times["agv-1"]["blocked"] == (15 + 40 - 28) * MINUTE


def test_two_orders_with_the_same_way_go_together_where_there_is_room_for_two() -> None:
    text = STATIONS.replace("fleet: {", "fleet: {capacity: 2, ").replace("{a: 10 min}", "{a: 1 min}")
    _, facts = played(shop(text.replace("repeat: 2", "repeat: 3")))
    assert runs(facts) == [
        ("picks up", "o-1", 1), ("sets down", "o-1", 6),
        ("sets out", "o-2", 6), ("picks up", "o-2", 9), ("sets down", "o-3", 14), ("sets down", "o-2", 14),
    ]  # fmt: skip


def test_which_order_a_vehicle_fetches_is_a_decision_like_any_other() -> None:
    text = """
scenario: star
work_centers:
  near: {machines: [near-1]}
  far: {machines: [far-1]}
  agv:
    machines: [agv-1]
    fleet: {start: hub, exit: hub, distances: {hub: {near: 60 m, far: 600 m}, near: {far: 600 m}}}
products:
  n: {routing: [{near: 2 min}]}
  f: {routing: [{far: 1 min}]}
orders:
- {order: busy, product: n}
- {order: from-far, product: f}
- {order: from-near, product: n}
"""
    first = {rule: [f.order for f in played(shop(text), rule)[1] if isinstance(f, SetupStarted)] for rule in RULES}
    assert first["setup-saving"] == ["from-far", "busy", "from-near"]
    later = text.replace("{far: 1 min}", "{far: 3 min}").replace(
        "order: busy, product: n", "order: busy, product: n, release: 0 s"
    )
    assert next(f.order for f in played(shop(later), "setup-saving")[1] if isinstance(f, SetupStarted)) == "busy"


def test_a_broken_vehicle_keeps_its_errand() -> None:
    scenario = shop()
    facts: list[Event] = []
    floor = SimulatedFloor(scenario.plant, opening(scenario.plant, scenario.orders), Certain(), facts.append)
    run(floor, RULES["fifo"], 21 * MINUTE)
    floor.happen(BrokeDown(21 * MINUTE, "agv-1"))
    run(floor, RULES["fifo"], 60 * MINUTE)
    assert floor.state.orders["o-2"].fetched_by == "agv-1"
    assert floor.state.orders["o-2"].where == "agv"


def test_an_order_sent_back_too_often_is_scrapped_where_it_is_found_out() -> None:
    text = STATIONS.replace("{b: 4 min}", "{step: b, at: b, time: 4 min, next: {a: 1.0}, rework_limit: 1}")
    state, facts = played(shop(text.replace("repeat: 2", "repeat: 1")))
    assert [f.machine for f in facts if isinstance(f, Finished)] == [
        "a-1",
        "agv-1",
        "b-1",
        "agv-1",
        "a-1",
        "agv-1",
        "b-1",
    ]
    assert state.orders["o-1"].scrap == 1 and state.orders["o-1"].repeats == 1


def test_empty_runs_vary_about_their_mean_and_are_drawn_by_name() -> None:
    scenario = shop(STATIONS.replace("fleet: {", "fleet: {variation: 0.3, "))
    setups = []
    for seed in range(200):
        facts: list[Event] = []
        floor = SimulatedFloor(scenario.plant, opening(scenario.plant, scenario.orders), Chance(seed), facts.append)
        run(floor, RULES["fifo"], FOREVER)
        [out] = [f.time for f in facts if isinstance(f, SetupStarted)]
        [picked] = [f.time for f in facts if isinstance(f, Started) and f.machine == "agv-1" and f.order == "o-2"]
        setups.append(picked - out)
    assert sum(setups) / len(setups) == pytest.approx(3 * MINUTE, rel=0.07)
    assert len(set(setups)) > 150


def test_a_fleet_can_have_more_vehicles_or_fewer_from_now_on() -> None:
    scenario = shop(STATIONS.replace("{a: 10 min}", "{a: 4 min}"))
    facts: list[Event] = []
    floor = SimulatedFloor(scenario.plant, opening(scenario.plant, scenario.orders), Certain(), facts.append)
    run(floor, RULES["fifo"], 6 * MINUTE)
    asked = changes.read([{"change": "fleet-size", "fleet": "agv", "size": 2}])
    changed, state = changes.live(scenario, floor.state, asked)
    later, before = list[Event](), state.copy()
    run(SimulatedFloor(changed.plant, state, Certain(), later.append), RULES["fifo"], FOREVER)
    assert runs(later, "agv-2") == [("picks up", "o-2", 8), ("sets down", "o-2", 13)]
    busy = changes.FleetSize("agv", 1).apply(changed).plant
    floor = SimulatedFloor(changed.plant, before, Certain())
    run(floor, RULES["fifo"], 10 * MINUTE)
    with pytest.raises(InvalidPlant, match="machine 'agv-2' has 'o-2' in hand; it cannot be taken away now"):
        refit(busy, floor.state, scenario.orders)
    with pytest.raises(InvalidPlant, match="no fleet 'a'; there are agv"):
        changes.FleetSize("a", 2).apply(scenario)


def test_the_time_of_vehicles_is_told_loaded_and_empty() -> None:
    scenario = shop()
    _, facts = played(scenario)
    found = kpi.measure(scenario.plant, opening(scenario.plant, scenario.orders), facts)
    [row] = found.vehicles_frame().to_dict("records")
    assert (row["loaded"], row["empty"]) == (10 / 32, 3 / 32)


def poisson(count: int, every: int, seed: int) -> list[Order]:
    luck, time, found = random.Random(seed), 0.0, []
    for number in range(count):
        time += luck.expovariate(1 / every)
        found.append(Order(id=f"o{number}", product="part", release=round(time)))
    return found


def test_orders_that_wait_for_one_vehicle_are_the_queue_m_d_1() -> None:
    """Each trip is an empty run back (3 min), loading, a loaded run and unloading (5 min): 8 min for all."""
    text = STATIONS.replace("[{a: 10 min}, {b: 4 min}]", "[{step: carry, at: agv, move: {origin: a, to: b}}]")
    plant: Plant = shop(text.replace("start: a", "start: b")).plant
    orders = poisson(6_000, 10 * MINUTE, seed=5)
    facts: list[Event] = []
    run(SimulatedFloor(plant, opening(plant, orders), Certain(), facts.append), RULES["fifo"], FOREVER)
    left = {f.order: f.time for f in facts if isinstance(f, Finished)}
    free, trip, waits = 0, 8 * MINUTE, []
    for order in orders:
        start = max(free, order.release)
        free = start + trip
        assert left[order.id] == free
        waits.append(start - order.release)
    load = 0.8
    assert sum(waits) / len(waits) == pytest.approx(load * trip / (2 * (1 - load)), rel=0.15)
