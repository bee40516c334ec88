"""How orders flow through a span, and Little's law on any span of any plant."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plant_models.events import Event
from plant_models.orders import Order
from plant_models.shifts import HOUR, MINUTE
from tests.laws.every import on_every_floor
from tests.laws.worlds import FAR, World, worlds
from tests.twin.shops import line, minutes
from twin import Certain, SimulatedFloor, flow, kpi, littles_law, opening, rule, run
from twin.flows import Flow, Stay


def two_in_a_row() -> Flow:
    """o1 is on the floor from 0 to 40, o2 from 5 to 70."""
    plant = line(*minutes(10, 30))
    start = opening(plant, [Order(id="o1", product="p"), Order(id="o2", product="p", release=5 * MINUTE)])
    facts: list[Event] = []
    run(SimulatedFloor(plant, start.copy(), Certain(), facts.append), rule("fifo"), 100 * MINUTE)
    return flow(plant, start, facts, until=100 * MINUTE)


def test_two_orders_in_a_row_flow_as_by_hand() -> None:
    got = two_in_a_row()
    assert got.levels == ((0, 1), (5 * MINUTE, 2), (40 * MINUTE, 1), (70 * MINUTE, 0))
    assert got.stays == (Stay("o1", 0, 40 * MINUTE), Stay("o2", 5 * MINUTE, 70 * MINUTE))
    assert list(got.lead_times) == [40 * MINUTE, 65 * MINUTE]
    assert list(got.series("wip", 20 * MINUTE)) == pytest.approx([35 / 20, 2, 1, 0.5, 0])
    assert list(got.series("output", 20 * MINUTE)) == [0, 1, 0, 1, 0]
    assert list(got.wip_frame()["wip"]) == [1, 2, 1, 0]


def test_littles_law_ties_them() -> None:
    law = two_in_a_row().littles_law()
    assert law.holds and law.is_whole
    assert law.wip == pytest.approx(105 / 100)
    assert law.rate is not None and law.stay is not None
    assert law.wip == pytest.approx(law.rate * law.stay)
    assert law.words() == "Little's law holds: 1.05 orders on the floor, 1.2/h * 52 min 30 s"


def test_an_order_that_was_misdated_breaks_the_law() -> None:
    got = two_in_a_row()
    law = replace(got, stays=(Stay("o1", 0, 41 * MINUTE), got.stays[1])).littles_law()
    assert not law.holds
    assert "DOES NOT HOLD" in law.words()


def test_an_unknown_series_and_an_empty_interval_say_what_is_wrong() -> None:
    with pytest.raises(ValueError, match="there are wip, output, lead_time"):
        two_in_a_row().series("queue", HOUR)
    with pytest.raises(ValueError, match="longer than zero"):
        two_in_a_row().wip(0)


def test_an_empty_span_has_nothing_to_tie() -> None:
    plant = line(*minutes(10))
    law = littles_law(plant, opening(plant), [])
    assert law.holds and law.wip is None and law.stay is None
    assert "nothing was on the floor" in law.words()


@given(worlds(), st.integers(0, 400), st.integers(1, 600))
@settings(max_examples=40)
def test_littles_law_holds_on_every_span_of_every_plant(world: World, begin: int, length: int) -> None:
    floor = world.floor()
    run(floor, world.policy, begin * MINUTE)
    start, facts = floor.state.copy(), list[Event]()
    start.now = begin * MINUTE
    until = (begin + length) * MINUTE
    fork = SimulatedFloor(world.plant, start.copy(), floor.chance, facts.append)
    run(fork, world.policy, until)
    got = flow(world.plant, start, facts, until)
    assert got.littles_law().holds
    measured = kpi.measure(world.plant, start, facts, until)
    assert got.littles_law().wip == pytest.approx(measured["wip_mean_orders"])
    assert got.wip(MINUTE).mean() == pytest.approx(measured["wip_mean_orders"])
    assert got.output(MINUTE).sum() <= (measured["finished_orders"] or 0) == len(got.lead_times)


@on_every_floor(most=20)
def test_a_completed_run_gives_the_throughput_and_the_lead_time(world: World) -> None:
    facts: list[Event] = []
    floor = world.floor(facts)
    start = floor.state.copy()
    run(floor, world.policy, FAR)
    if floor.state.unfinished:
        return
    got = flow(world.plant, start, facts)
    law = got.littles_law()
    assert law.holds and law.is_whole
    assert law.stay == pytest.approx(float(np.mean(got.lead_times)))
