"""Orders that divide into lots and come together again, with numbers worked out by hand."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

import scheduler
from plant_models.clock import Epoch
from plant_models.errors import Infeasible, InvalidPlant
from plant_models.events import Event, Finished, Merged, OrderCancelled, OrderChanged, Split, Started
from plant_models.orders import LEAVE, Order, Routing
from plant_models.plant import Plant
from plant_models.resources import Tool
from plant_models.scenario import Scenario
from plant_models.shifts import FOREVER, MINUTE, Shifts
from tests.twin.shops import line, minutes
from twin.chance import Certain
from twin.changes import DueDate, live
from twin.film import Film
from twin.floor import run
from twin.gantt import bars
from twin.kpi import measure
from twin.lateness import order_times
from twin.policies.follow import FollowPlan
from twin.policies.rules import fifo
from twin.records.tracking import track
from twin.simulated import SimulatedFloor
from twin.state import State, apply, opening
from twin.tally import Tally


def shop(*steps: dict[str, object], room: int | None = None, **more: object) -> Plant:
    """One machine for each step, a minute for each piece, in a row; *steps* say what is special about each."""
    plant = line(*minutes(*[1] * len(steps)), room=room)
    plain = plant.routings["r"].operations
    operations = tuple(replace(one, per="unit", **said) for one, said in zip(plain, steps, strict=True))
    return replace(plant, routings={"r": Routing(id="r", operations=operations)}, **more)


def played(plant: Plant, *orders: Order, until: int = FOREVER) -> tuple[State, list[Event]]:
    facts: list[Event] = []
    floor = SimulatedFloor(plant, opening(plant, orders), Certain(), facts.append)
    run(floor, fifo, until)
    return floor.state, facts


def hundred(id: str = "o", quantity: int = 100, due: int | None = None) -> Order:
    return Order(id=id, product="p", quantity=quantity, due=due)


@pytest.mark.parametrize(("most", "end"), [(None, 200), (50, 150), (25, 125), (30, 130), (1, 101)])
def test_transfer_batches_let_steps_overlap(most: int | None, end: int) -> None:
    """Two machines, a minute for a piece: the second begins when the first lot is there, and ends a lot later.

    With 30 the last lot has 10 pieces: the first machine is done at 100, the second works from 30 to 130.
    """
    state, facts = played(shop({"split": most}, {}), hundred())
    assert state.orders["o"].finished_at == end * MINUTE
    assert (state.orders["o"].quantity, state.orders["o"].stage) == (100, "finished")
    splits = [fact for fact in facts if isinstance(fact, Split)]
    assert len(splits) == (most is not None)
    if most == 30:
        assert splits[0].into == ("o/1", "o/2", "o/3", "o/4")
        assert splits[0].pieces == (30, 30, 30, 10)


def test_lots_wait_for_each_other_where_they_merge() -> None:
    state, facts = played(shop({"split": 50}, {}, {"merge": True}), hundred())
    merged = [fact for fact in facts if isinstance(fact, Merged)]
    assert merged == [Merged(150 * MINUTE, "o", ("o/1", "o/2"))]
    last = [fact for fact in facts if isinstance(fact, Started)][-1]
    assert (last.time, last.order, last.step) == (150 * MINUTE, "o", 2)
    assert state.orders["o"].finished_at == 250 * MINUTE
    assert state.orders["o/1"].stage == "merged"


def test_an_order_that_is_small_enough_goes_in_one() -> None:
    _, facts = played(shop({"split": 25}, {"merge": True}), hundred(quantity=25))
    assert not any(isinstance(fact, Split | Merged) for fact in facts)


def test_lots_divide_again_and_meet_all_at_once() -> None:
    state, facts = played(shop({"split": 4}, {"split": 2}, {"merge": True}), hundred(quantity=8))
    assert [fact.into for fact in facts if isinstance(fact, Split)] == [
        ("o/1", "o/2"),
        ("o/1/1", "o/1/2"),
        ("o/2/1", "o/2/2"),
    ]
    assert [fact.order for fact in facts if isinstance(fact, Merged)] == ["o/1", "o/2", "o"]
    assert state.orders["o"].finished_at == 20 * MINUTE  # four come at 8; their last two are done at 12


def test_what_is_scrap_of_a_lot_is_scrap_of_the_order_and_the_others_do_not_wait_for_it() -> None:
    plant = shop({"split": 2}, {}, {"merge": True})
    state = opening(plant, [hundred(quantity=4)])
    floor = SimulatedFloor(plant, state, Certain())
    run(floor, fifo, 3 * MINUTE)  # the first lot is on the second machine, the other on the first
    floor.happen(Finished(3 * MINUTE, "m1", "o/1", 1, 0, 2))
    assert (state.orders["o"].quantity, state.orders["o"].scrap, state.orders["o"].stage) == (2, 2, "split")
    run(floor, fifo, FOREVER)
    assert state.orders["o"].stage == "finished"
    assert (state.orders["o"].quantity, state.orders["o"].scrap) == (2, 2)
    assert state.unfinished == state.on_floor == 0


def test_an_order_counts_once_in_every_figure() -> None:
    plant = shop({"split": 25}, {})
    state = opening(plant, [hundred(due=130 * MINUTE), hundred("late", due=100 * MINUTE)])
    tally = Tally(plant, state)
    run(SimulatedFloor(plant, state, Certain(), tally.see), fifo, FOREVER)
    tally.close(state.now)
    figures = tally.figures()
    assert (figures["finished_orders"], figures["good_pieces"], figures["wip_end_orders"]) == (2, 200, 0)
    assert figures["lead_time_mean_h"] == pytest.approx((125 + 225) / 2 / 60)
    assert figures["late_orders"] == 1
    assert figures["wip_mean_orders"] == pytest.approx((125 + 225) / 225)


def test_an_order_releases_the_next_only_when_its_last_lot_has_left() -> None:
    plant = shop({"split": 50}, {})
    plant = replace(plant, release=replace(plant.release, orders=1))
    state, _ = played(plant, hundred(), hundred("next"))
    assert state.orders["next"].released_at == 150 * MINUTE


def test_the_time_of_an_order_in_lots_is_that_of_its_last() -> None:
    plant = shop({"split": 50}, {}, {"merge": True})
    _, facts = played(plant, hundred())
    parts = order_times(plant, opening(plant, [hundred()]), facts)["o"].parts
    assert {part: time // MINUTE for part, time in parts.items() if time} == {"work": 200, "machine": 50}


def test_a_lot_has_a_history_and_the_order_says_that_it_goes_in_lots() -> None:
    plant = shop({"split": 50}, {}, {"merge": True})
    start = opening(plant, [hundred()])
    _, facts = played(plant, hundred())
    found = track(plant, start, facts)
    assert found.where("o", 60 * MINUTE).stage == "split"
    assert found.where("o/1", 120 * MINUTE).stage == "gathering"
    assert [visit.machine for visit in found.visits("o/2")] == ["m0", "m1"]
    assert found.times("o")["lots"] == 150 * MINUTE
    assert {bar.order for bar in bars(plant, start, facts)} == {"o/1", "o/2", "o"}
    film = Film.of(plant, start, facts)
    assert film.orders["o/2"].lot_of == "o"
    assert film.at(120 * MINUTE).buffers["b2"] == ("o/1",)
    assert Film.from_json(film.to_json()) == film


def test_a_plan_that_a_rule_made_for_lots_is_followed_and_found_good() -> None:
    plant = shop({"split": 50}, {}, {"merge": True})
    start = opening(plant, [hundred(), hundred("p2", quantity=30)])
    plan = scheduler.plan_of_rule(plant, start, "spt")
    assert scheduler.faults(plant, start, plan) == []
    facts: list[Event] = []
    run(SimulatedFloor(plant, start.copy(), Certain(), facts.append), FollowPlan(plan), FOREVER)
    assert {(f.order, f.step, f.machine, f.time) for f in facts if isinstance(f, Started)} == {
        (slot.order, slot.step, slot.machine, slot.start) for slot in plan.slots
    }


def test_the_solver_says_which_order_it_cannot_plan() -> None:
    plant = shop({"split": 50}, {})
    with pytest.raises(Infeasible, match=r"order 'o' goes in lots \(step 's0'\)"):
        scheduler.plan(plant, opening(plant, [hundred()]))


def test_new_terms_of_an_order_are_those_of_its_lots() -> None:
    plant = shop({"split": 50}, {})
    state, _ = played(plant, hundred(due=500 * MINUTE), until=60 * MINUTE)
    scenario = Scenario(
        id="s", title="", epoch=Epoch(datetime(2026, 1, 5, 6, tzinfo=UTC)), plant=plant, orders=(hundred(),)
    )
    changed, moved = live(scenario, state, [DueDate("o", 90 * MINUTE)])
    assert [order.id for order in changed.orders] == ["o"]
    assert moved.orders["o/2"].order.due == 90 * MINUTE


def test_a_cancelled_order_leaves_with_each_of_its_lots() -> None:
    plant = shop({"split": 50}, {})
    floor = SimulatedFloor(plant, opening(plant, [hundred()]), Certain())
    run(floor, fifo, 60 * MINUTE)  # the first lot is on the second machine, the other on the first
    floor.happen(OrderCancelled(60 * MINUTE, "o"))
    assert (floor.state.orders["o"].stage, floor.state.unfinished) == ("split", 1)
    run(floor, fifo, FOREVER)
    assert {name: order.stage for name, order in floor.state.orders.items()} == dict.fromkeys(
        ("o", "o/1", "o/2"), "cancelled"
    )
    assert (floor.state.now, floor.state.unfinished, floor.state.on_floor) == (100 * MINUTE, 0, 0)


def cancelled_in_front_of_a_closed_machine() -> tuple[Plant, State, list[Event]]:
    """m1 has room for one lot and is closed until 300 min; the other lot is blocked on m0, and cancelled at 100 min."""
    plant = shop({"split": 20}, {}, room=1)
    late = Shifts(id="late", windows=((300 * MINUTE, 1000 * MINUTE),))
    center = replace(plant.work_centers["c1"], shifts="late")
    plant = replace(plant, shifts={"late": late}, work_centers={**plant.work_centers, "c1": center})
    start, facts = opening(plant, [hundred(quantity=40)]), list[Event]()
    floor = SimulatedFloor(plant, start.copy(), Certain(), facts.append)
    run(floor, fifo, 100 * MINUTE)
    floor.happen(OrderCancelled(100 * MINUTE, "o"))
    run(floor, fifo, 300 * MINUTE)
    return plant, start, facts


def test_a_machine_is_blocked_no_longer_once_the_order_of_the_lot_that_it_keeps_is_cancelled() -> None:
    plant, start, facts = cancelled_in_front_of_a_closed_machine()
    times = measure(plant, start, facts, until=300 * MINUTE).times["m0"]
    assert {word: time // MINUTE for word, time in times.items() if time} == {"working": 40, "blocked": 60, "idle": 200}


def test_what_a_cancelled_order_in_lots_takes_along_is_seen_at_once() -> None:
    """m0 has nothing any more, nor has the buffer before m1."""
    plant, start, facts = cancelled_in_front_of_a_closed_machine()
    end = 300 * MINUTE
    blocked = [bar for bar in bars(plant, start, facts, until=end) if bar.kind == "blocked"]
    assert [(bar.order, bar.start // MINUTE, bar.end // MINUTE) for bar in blocked] == [("o/2", 40, 100)]
    lots = track(plant, start, facts)
    assert [lots.where(lot, 200 * MINUTE).stage for lot in ("o", "o/1", "o/2")] == ["cancelled"] * 3
    film = Film.of(plant, start, facts)
    assert film.at(200 * MINUTE).buffers["b1"] == ()
    assert film.at(200 * MINUTE).machines["m0"].status == "idle"


def test_lots_are_not_cancelled_or_changed_without_their_order() -> None:
    plant = shop({"split": 50}, {})
    state, _ = played(plant, hundred(), until=60 * MINUTE)
    with pytest.raises(InvalidPlant, match="'o/1' is a lot of order 'o'; cancel the order"):
        apply(plant, state, OrderCancelled(60 * MINUTE, "o/1"))
    with pytest.raises(InvalidPlant, match="'o/1' is a lot of order 'o'; change the order"):
        apply(plant, state, OrderChanged(60 * MINUTE, hundred("o/1", quantity=50)))
    with pytest.raises(InvalidPlant, match="order 'o' has begun; its quantity stays 100"):
        apply(plant, state, OrderChanged(60 * MINUTE, hundred(quantity=50)))


def test_an_order_gives_its_pallet_back_when_it_divides() -> None:
    pallet = Tool(id="pallet", count=1)
    plant = shop({"takes": ("pallet",)}, {"split": 50}, {"takes": ("pallet",)}, tools={"pallet": pallet})
    state, _ = played(plant, hundred(), hundred("next"))
    assert state.unfinished == 0
    assert state.tools["pallet"].free == [0]


def test_a_fork_taken_while_lots_gather_goes_on_the_same_way() -> None:
    plant = shop({"split": 25}, {}, {"merge": True})
    facts: list[Event] = []
    floor = SimulatedFloor(plant, opening(plant, [hundred()]), Certain(), facts.append)
    run(floor, fifo, 60 * MINUTE)
    again = facts.copy()
    fork = floor.fork(record=again.append)
    run(floor, fifo, FOREVER)
    run(fork, fifo, FOREVER)
    assert again == facts
    state = opening(plant, [hundred()])
    for fact in facts:
        apply(plant, state, fact)
    assert state == floor.state


def test_orders_do_not_divide_where_there_may_be_no_room_for_the_lots() -> None:
    with pytest.raises(InvalidPlant, match="divide into lots in buffer 'b1', which must have room for all of them"):
        shop({}, {"split": 5}, room=3)
    with pytest.raises(InvalidPlant, match="wait for their other lots in buffer 'b1'"):
        shop({"split": 5}, {"merge": True}, room=3)


def test_lots_that_could_miss_the_others_are_refused() -> None:
    with pytest.raises(ValueError, match="some would merge at 's2' while others leave"):
        shop({"split": 5, "next": {LEAVE: 0.1}}, {}, {"merge": True})
    with pytest.raises(ValueError, match="some would merge at 's1' and 's2'; all of them have to meet"):
        shop({"split": 5, "next": {"s2": 0.1}}, {"merge": True}, {"merge": True})
    with pytest.raises(ValueError, match="split must be at least 1 piece to a lot"):
        shop({"split": 0})
    shop({"split": 5}, {"next": {"s0": 0.2}}, {"merge": True})  # rework before they meet is well


def test_lots_of_lots_that_are_done_at_the_same_instant_come_together_once() -> None:
    """Pairs divide into single pieces, which all four machines finish at once: the pairs are whole, and the order."""
    plant = line(*minutes(5, 4, 3, 2))
    machines = dict(plant.machines)
    for name, more in (("m1", 1), ("m2", 3)):
        machines |= {f"{name}x{n}": replace(machines[name], id=f"{name}x{n}") for n in range(more)}
    a, b, c, d = plant.routings["r"].operations
    pairs = replace(b, split=2, machines={name: b.machines["m1"] for name in machines if name.startswith("m1")})
    single = replace(c, split=1, machines={name: c.machines["m2"] for name in machines if name.startswith("m2")})
    steps = (a, pairs, single, replace(d, merge=True))
    plant = replace(plant, machines=machines, routings={"r": replace(plant.routings["r"], operations=steps)})
    state, facts = played(plant, hundred(quantity=4))
    assert [(fact.time // MINUTE, fact.order) for fact in facts if isinstance(fact, Merged)] == [
        (12, "o/1"),
        (12, "o/2"),
        (12, "o"),
    ]
    assert (state.orders["o"].finished_at, state.orders["o"].quantity) == (14 * MINUTE, 4)
