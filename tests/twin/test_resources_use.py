"""What people and tools were used for, by hand."""

from dataclasses import replace

import pytest

from plant_models.distributions import Constant
from plant_models.events import Event
from plant_models.orders import Order
from plant_models.plant import Crew, Tool
from plant_models.shifts import HOUR, MINUTE
from tests.twin import test_people as floors
from tests.twin.test_tools import plant as shop
from tests.twin.test_tools import step
from twin import Certain, SimulatedFloor, opening, resource_use, run
from twin.policies.rules import fifo


def test_a_person_who_tends_two_machines_is_busy_once_and_at_machines_twice() -> None:
    crew = Crew(id="operators", size=2, tends=2, shifts="early")
    floor = floors.plant(crew, machines=2, work=50, setup=5, setup_crew="operators")
    start = opening(floor, [Order(id=f"o{n}", product="p") for n in range(4)])
    facts: list[Event] = []
    run(SimulatedFloor(floor, start.copy(), Certain(), facts.append), fifo, 3 * HOUR)
    used = resource_use(floor, start, facts, 3 * HOUR).crews["operators"]
    assert used.present == 2 * HOUR
    assert used.tasks == {"setup": 10 * MINUTE, "work": 4 * 50 * MINUTE, "repair": 0, "maintenance": 0}
    assert used.busy == 2 * 5 * MINUTE + 55 * MINUTE, "both set up for 5 min; then one tends both machines, to 105 min"
    assert used.beyond == 45 * MINUTE
    assert used.utilization == pytest.approx(65 / 120)


def test_tools_are_used_away_or_free() -> None:
    mould = Tool(id="mould", count=2, uses=2, renewal=Constant(30 * MINUTE))
    floor = shop(mould, steps=(step("s", "m0", tools=("mould",)),))
    start = opening(floor, [Order(id=f"o{n}", product="p") for n in range(3)])
    facts: list[Event] = []
    run(SimulatedFloor(floor, start.copy(), Certain(), facts.append), fifo, HOUR)
    got = resource_use(floor, start, facts, HOUR)
    used = got.tools["mould"]
    assert (used.used, used.away, used.free) == (30 * MINUTE, 30 * MINUTE, 60 * MINUTE)
    assert used.renewals == 1
    assert got.tools_frame().iloc[0]["utilization"] == pytest.approx(0.25)
    assert list(got.crews_frame()) == []


def test_the_parts_of_a_span_add_up() -> None:
    floor = floors.plant(replace(floors.THEIR, shifts="late"))
    got = resource_use(floor, opening(floor), [], 6 * HOUR).crews["operators"]
    assert (got.present, got.busy, got.utilization) == (0, 0, None), "no fact says that anybody came"
