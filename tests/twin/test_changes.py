"""What-if edits: what each does to a scenario, how it is written down, and how a floor's state moves into it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plant_models import read
from plant_models.clock import Epoch
from plant_models.errors import InvalidPlant
from plant_models.orders import Order
from plant_models.scenario import Scenario
from plant_models.shifts import HOUR, MINUTE
from tests.laws.worlds import World, worlds
from tests.twin.shops import line, minutes, shop
from twin import Certain, SimulatedFloor, State, changes, compare, measure, opening, rehearse, rule, run
from twin.changes import (
    AddOrder,
    BufferSize,
    CancelOrder,
    Change,
    DueDate,
    ExtraShift,
    MachineDown,
    OtherRule,
    Priority,
    Quantity,
    Speed,
    Weight,
)

SHOP = shop()
RUSH = Order(id="rush", product="bolt", quantity=3, release=HOUR, due=4 * HOUR, weight=9.0)
EVERY: list[Change] = [
    MachineDown("saw-1", 2 * HOUR, 6 * HOUR),
    AddOrder(RUSH),
    AddOrder(Order(id="plain", product="nut")),
    CancelOrder("o03"),
    DueDate("o01", 90 * MINUTE),
    DueDate("o01", None),
    Weight("o01", 7.0),
    Priority("o01", 2),
    Quantity("o02", 5),
    Speed("mill-1", 1.25),
    ExtraShift("saw", 20 * HOUR, 22 * HOUR),
    BufferSize("at the mill", 3),
    BufferSize("at the mill", None),
    OtherRule("atc"),
]


def test_an_edit_changes_what_it_names_and_leaves_the_scenario_alone() -> None:
    before = shop()
    got = changes.apply(SHOP, EVERY)
    assert before == SHOP
    assert got.plant.machines["saw-1"].outages == ((2 * HOUR, 6 * HOUR),)
    assert got.plant.machines["saw-2"] == SHOP.plant.machines["saw-2"]
    assert got.plant.machines["mill-1"].speed == 1.25
    assert got.plant.buffers["at the mill"].capacity is None
    assert got.rule == "atc"
    book = {order.id: order for order in got.orders}
    assert book["rush"] == RUSH
    assert "o03" not in book
    assert (book["o01"].due, book["o01"].weight, book["o01"].priority) == (None, 7.0, 2)
    assert book["o02"].quantity == 5


def test_an_extra_shift_is_for_the_named_work_center_only() -> None:
    got = ExtraShift("saw", 20 * HOUR, 22 * HOUR).apply(SHOP).plant
    saw, mill = got.hours("saw-1"), got.hours("mill-1")
    assert saw is not None
    assert mill is not None
    assert saw.is_open(21 * HOUR)
    assert not mill.is_open(21 * HOUR)
    again = ExtraShift("saw", 22 * HOUR, 23 * HOUR).apply(replace(SHOP, plant=got)).plant.hours("saw-1")
    assert again is not None
    assert again.working_time(20 * HOUR, 24 * HOUR) == 3 * HOUR


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (MachineDown("lathe", 0, 1), "no machine 'lathe'; there are saw-1, saw-2, mill-1, mill-2"),
        (MachineDown("saw-1", 5, 5), "ends before it starts"),
        (AddOrder(Order(id="o01", product="bolt")), "two orders are called 'o01'"),
        (AddOrder(Order(id="x", product="screw")), "no product 'screw'; there are bolt, nut"),
        (CancelOrder("o99"), "no order 'o99'; did you mean"),
        (DueDate("o99", 1), "no order 'o99'"),
        (Weight("o01", -1.0), "the weight must be"),
        (Priority("o01", 40_000), "the priority must be -32768 to 32767"),
        (Quantity("o01", 0), "the quantity must be at least 1"),
        (Speed("saw-1", 0.0), "the speed must be more than zero"),
        (Speed("lathe", 1.0), "no machine 'lathe'"),
        (ExtraShift("paint", 0, 1), "no work center 'paint'; there are saw, mill"),
        (ExtraShift("saw", 2, 1), "ends before it starts"),
        (BufferSize("shelf", 1), "no buffer 'shelf'; there are at the saw"),
        (BufferSize("at the saw", -1), "capacity must be zero or more"),
        (OtherRule("luck"), "no dispatching rule 'luck'; did you mean 'slack'"),
    ],
)
def test_an_edit_that_cannot_be_says_what_is_known(change: Change, message: str) -> None:
    with pytest.raises(InvalidPlant, match=message):
        change.apply(SHOP)


def test_an_extra_shift_where_nobody_goes_home_is_refused() -> None:
    with pytest.raises(InvalidPlant, match="never closes"):
        ExtraShift("c0", 0, 1).apply(Scenario(id="s", plant=line(*minutes(1)), orders=()))


@pytest.mark.parametrize("change", EVERY, ids=lambda change: change.words())
def test_an_edit_survives_its_file_and_speaks(change: Change) -> None:
    assert changes.read([changes.to_dict(change)]) == (change,)
    assert change.words() in changes.words([change, OtherRule("spt")])


def test_edits_take_dates_where_the_epoch_is_known() -> None:
    epoch = Epoch(datetime(2026, 1, 5, 6, tzinfo=UTC))
    entry = {"change": "due-date", "order": "o01", "due": "2026-01-05T08:00"}
    assert changes.read([entry], epoch) == (DueDate("o01", 2 * HOUR),)
    with pytest.raises(InvalidPlant, match="no date"):
        changes.read([entry | {"due": "2026-13-05"}], epoch)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("speed", "change 1: 'speed' is no change"),
        ({}, "no change is named; there are add-order, buffer-size"),
        ({"change": ["speed"]}, "there are add-order"),
        ({"change": "sped", "machine": "saw-1"}, "no change 'sped'; did you mean 'speed'?"),
        ({"change": "speed", "machine": "saw-1"}, "it takes machine, factor"),
        ({"change": "speed", "machine": "saw-1", "factor": 2, "color": 1}, "it takes machine, factor"),
        ({"change": "speed", "machine": "saw-1", "factor": "2 x"}, "factor: '2 x' is no number"),
        ({"change": "speed", "machine": 3, "factor": 2}, "machine: 3 is no name"),
        ({"change": "machine-down", "machine": "saw-1", "start": 5, "end": "1 h"}, "start: 5 has no unit"),
        ({"change": "machine-down", "machine": "saw-1", "start": None, "end": "1 h"}, "start: None is no time"),
        ({"change": "buffer-size", "buffer": "b", "capacity": 1.5}, "1.5 is no whole number"),
        ({"change": "add-order", "product": "bolt"}, "it takes order, product, quantity .may be left out."),
        ({"change": "add-order", "order": "x", "product": "bolt", "quantity": 0}, "quantity must be at least 1"),
    ],
)
def test_a_wrong_entry_is_named_with_what_would_be_right(entry: Mapping[str, Any], message: str) -> None:
    with pytest.raises(InvalidPlant, match=message):
        changes.read([entry])


# -- from the present -------------------------------------------------------------------------------------------------


def middle(hours: int = 2) -> State:
    floor = SimulatedFloor(SHOP.plant, opening(SHOP.plant, SHOP.orders), Certain())
    run(floor, rule("fifo"), hours * HOUR)
    return floor.state


def test_a_what_if_starts_from_the_floor_as_it_stands() -> None:
    state = middle()
    before = state.copy()
    scenario, changed = changes.live(SHOP, state, [AddOrder(RUSH), Weight("o07", 3.0), OtherRule("edd")])
    assert state == before
    assert scenario.rule == "edd"
    assert changed.orders["rush"].stage == "planned"
    assert changed.unfinished == state.unfinished + 1
    assert changed.now == state.now
    base = rehearse(SHOP.plant, state, rule("fifo"), runs=3, workers=1)
    other = rehearse(scenario.plant, changed, rule("edd"), runs=3, workers=1)
    assert "rush" in other.finishes
    assert compare(base, other)["finished_orders"].change.value == 1


def test_new_terms_reach_an_order_that_is_on_the_floor() -> None:
    state = middle()
    name = next(name for name, order in state.orders.items() if order.stage == "loaded")
    _, changed = changes.live(SHOP, state, [DueDate(name, 9 * HOUR)])
    assert changed.orders[name].order.due == 9 * HOUR
    assert changed.orders[name].stage == "loaded"
    assert state.orders[name].order.due != 9 * HOUR


def test_an_order_that_has_left_keeps_its_terms() -> None:
    with pytest.raises(InvalidPlant, match="has left the floor"):
        changes.live(SHOP, middle(), [Weight("o01", 3.0)])


def test_what_has_begun_leaves_after_its_step_when_cancelled_and_what_has_not_at_once() -> None:
    state = middle(1)
    begun = next(name for name, order in state.orders.items() if order.stage == "loaded")
    planned = next(name for name, order in state.orders.items() if order.stage == "planned")
    _, changed = changes.live(SHOP, state, [CancelOrder(begun)])
    assert (changed.orders[begun].stage, changed.orders[begun].bound_for) == ("loaded", "cancelled")
    _, changed = changes.live(SHOP, state, [CancelOrder(planned)])
    assert planned not in changed.orders
    assert changed.unfinished == state.unfinished - 1
    bigger = tuple(replace(order, quantity=9) if order.id == begun else order for order in SHOP.orders)
    with pytest.raises(InvalidPlant, match="has begun; its quantity stays"):
        changes.refit(SHOP.plant, state, bigger)


def test_a_buffer_cannot_be_smaller_than_what_it_holds() -> None:
    plant = line(*minutes(1, 60), room=9)
    floor = SimulatedFloor(plant, opening(plant, [Order(id=f"o{n}", product="p") for n in range(5)]), Certain())
    run(floor, rule("fifo"), 10 * MINUTE)
    scenario = Scenario(id="s", plant=plant, orders=())
    with pytest.raises(InvalidPlant, match="'b1' holds 4 orders now; its capacity cannot be 3"):
        changes.live(scenario, floor.state, [BufferSize("b1", 3)])
    _, changed = changes.live(scenario, floor.state, [BufferSize("b1", 4)])
    assert list(changed.buffers["b1"]) == ["o1", "o2", "o3", "o4"]


@pytest.mark.parametrize(("factor", "finish"), [(2.0, 40), (0.5, 100), (1.0, 60)])
def test_work_that_goes_on_keeps_its_share_when_the_speed_changes(factor: float, finish: int) -> None:
    plant = line(*minutes(60))
    floor = SimulatedFloor(plant, opening(plant, [Order(id="o", product="p")]), Certain())
    run(floor, rule("fifo"), 20 * MINUTE)
    scenario, state = changes.live(Scenario(id="s", plant=plant, orders=()), floor.state, [Speed("m0", factor)])
    rehearsal = rehearse(scenario.plant, state, rule("fifo"), runs=1, workers=1, chance=lambda seed: Certain())
    assert rehearsal.finishes["o"][0] == finish * MINUTE


def test_a_machine_that_goes_down_now_stops_now() -> None:
    plant = line(*minutes(60))
    floor = SimulatedFloor(plant, opening(plant, [Order(id="o", product="p")]), Certain())
    run(floor, rule("fifo"), 20 * MINUTE)
    down = MachineDown("m0", 10 * MINUTE, 90 * MINUTE)
    scenario, state = changes.live(Scenario(id="s", plant=plant, orders=()), floor.state, [down])
    assert state.machines["m0"].is_closed
    rehearsal = rehearse(scenario.plant, state, rule("fifo"), runs=1, workers=1, chance=lambda seed: Certain())
    assert rehearsal.finishes["o"][0] == (90 + 40) * MINUTE


@given(worlds(orders=5), st.integers(0, 600))
@settings(max_examples=20)
def test_no_change_leaves_a_live_floor_as_it_is(world: World, cut: int) -> None:
    floor = world.floor()
    run(floor, world.policy, cut * MINUTE)
    scenario = Scenario(id="s", plant=world.plant, orders=())
    changed, state = changes.live(scenario, floor.state, [])
    assert changed.plant == world.plant
    assert state == floor.state
    assert measure(world.plant, state, []).figures == measure(world.plant, floor.state, []).figures


def test_maintenance_comes_at_another_interval_for_all_places_of_a_machine():
    heavy = read.scenario("heavy")
    (change,) = changes.read(
        [{"change": "maintenance-interval", "machine": "furnace", "maintenance": "relining", "interval": "7 d"}]
    )
    assert change.words() == "relining of furnace is due every 7 d"
    assert changes.to_dict(change)["interval"] == "7 d"
    changed = change.apply(heavy).plant.machines
    assert {changed[f"furnace/{n}"].maintenance[0].every for n in (1, 2, 3)} == {7 * 24 * HOUR}
    for machine, task, said in (
        ("x", "relining", "no machine 'x'"),
        ("furnace", "x", "no maintenance 'x'; there are relining"),
        ("press", "dies", "is due by wear"),
        ("ring-mill", "mandrel", "is due by every 24 orders"),
    ):
        with pytest.raises(InvalidPlant, match=said):
            changes.MaintenanceInterval(machine, task, HOUR).apply(heavy)


def test_a_machine_with_places_is_out_of_use_as_a_whole():
    changed = changes.MachineDown("furnace/2", 0, HOUR).apply(read.scenario("heavy")).plant.machines
    assert all(changed[f"furnace/{n}"].outages == ((0, HOUR),) for n in (1, 2, 3))
