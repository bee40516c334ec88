"""Where an order is and was follows from the facts alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_models import read
from plant_models.events import Event, OrderAdded, Started
from plant_models.shifts import HOUR, MINUTE
from tests.laws.every import on_every_floor
from tests.laws.worlds import FAR, World, worlds
from twin import RULES, Chance, SimulatedFloor, opening, run
from twin.records.tracking import ACTIVITIES, Track, at, track
from twin.state import State

INSTANTS = st.one_of(st.integers(0, 3000 * MINUTE), st.integers(0, 100).map(lambda half: half * HOUR // 2))


def played(world: World, until: int = FAR) -> tuple[State, list[Event]]:
    if until == FAR:
        return world.life
    facts: list[Event] = []
    floor = world.floor(facts)
    run(floor, world.policy, until)
    return floor.state, facts


@given(worlds(), INSTANTS)
def test_the_floor_rebuilt_at_any_instant_is_the_floor_as_it_was(world: World, instant: int) -> None:
    _, facts = played(world)
    live, _ = played(world, instant)
    assert at(world.plant, opening(world.plant, world.orders), facts, instant) == live


@given(worlds(), INSTANTS)
def test_an_order_is_tracked_to_where_the_floor_has_it(world: World, instant: int) -> None:
    _, facts = played(world)
    whole = track(world.plant, opening(world.plant, world.orders), facts, FAR)
    live, _ = played(world, instant)
    for name, order in live.orders.items():
        stay = whole.where(name, instant)
        assert (stay.stage, stay.step, stay.quantity) == (order.stage, order.step, order.quantity)
        assert stay.where == (order.where if order.stage in ("waiting", "loaded", "blocked") else "")


@on_every_floor(most=50)
def test_what_is_followed_up_to_an_instant_is_the_beginning_of_the_whole(world: World) -> None:
    _, facts = played(world)
    empty = opening(world.plant, world.orders)
    whole = track(world.plant, empty, facts)
    middle = whole.now // 2
    half = track(world.plant, empty, facts, middle)
    for name, stays in half.stays.items():
        assert [stay[:7] for stay in stays] == [stay[:7] for stay in whole.stays[name] if stay.since <= middle]


@given(worlds(), INSTANTS)
def test_the_times_of_an_order_are_all_the_time_since_its_release(world: World, until: int) -> None:
    _, facts = played(world, until)
    found = track(world.plant, opening(world.plant, world.orders), facts, until)
    for name, order in found.state.orders.items():
        if order.released_at is None:
            assert not found.visits(name)
            continue
        is_gone = order.has_left
        life = (order.since if is_gone else found.now) - order.released_at
        assert sum(found.times(name).values()) == life
        visits = found.visits(name)
        assert {part: sum(v.times[part] for v in visits) for part in ACTIVITIES} == found.times(name)
        started = [fact.step for fact in facts if isinstance(fact, Started) and fact.order == name]
        assert [v.step for v in visits if v.times["work"]] == started[: sum(v.times["work"] > 0 for v in visits)]
        assert all(v.machine in world.plant.stops(order.order.product)[v.step].machines for v in visits if v.machine)
        assert all(
            v.left_at == w.queued_at or v.left_at == w.loaded_at for v, w in zip(visits, visits[1:], strict=False)
        )


def shop(until: int | None = None) -> Track:
    scenario = read.scenario("machine-shop")
    facts: list[Event] = [OrderAdded(0, order) for order in scenario.orders]
    empty = opening(scenario.plant)
    floor = SimulatedFloor(scenario.plant, opening(scenario.plant, scenario.orders), Chance(1), facts.append)
    run(floor, RULES["edd"], 2 * 24 * HOUR)
    return track(scenario.plant, empty, facts, until)


def test_the_frames_have_a_row_for_each_stay_visit_and_order() -> None:
    found = shop()
    visits = found.visits_frame()
    assert len(found.orders_frame()) == 40 == found.orders_frame()["order"].nunique()
    assert len(found.stays_frame()) == sum(map(len, found.stays.values()))
    done = visits[visits["left_at"].notna()]
    assert (
        (done["finished_at"] - done["loaded_at"]) == done[["setup_ms", "work_ms", "down_ms", "closed_ms"]].sum(axis=1)
    ).all()
    assert (done["pieces_out"] <= done["pieces_in"]).all()


def test_an_order_that_waits_has_an_open_visit_without_a_machine() -> None:
    found = shop(2 * HOUR)
    waiting = next(name for name, order in found.state.orders.items() if order.stage == "waiting" and not order.step)
    [visit] = found.visits(waiting)
    assert visit.machine is None
    assert visit.left_at is None
    assert visit.times["queue"] == 2 * HOUR


def test_an_order_that_is_not_known_or_not_yet_is_named() -> None:
    found = shop(2 * HOUR)
    with pytest.raises(KeyError, match=r"no order 'MO-1'; there are MO-1001"):
        found.where("MO-1")
    with pytest.raises(ValueError, match="known from 0 to 7200000 ms"):
        found.where("MO-1001", 3 * HOUR)
    with pytest.raises(ValueError, match="lies before the opening"):
        at(found.plant, found.state, [], HOUR)
