"""Where an order's time went: by hand where it is known, and to the millisecond on every plant."""

from collections import Counter
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plant_models.distributions import Constant
from plant_models.events import Event
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plant import Changeover, Failure, Material, Plant, Replenishment
from plant_models.shifts import HOUR, MINUTE, Shifts
from tests.laws.every import on_every_floor
from tests.laws.worlds import FAR, World, worlds
from tests.twin.shops import line, minutes
from tests.twin.test_materials import played, using
from twin import (
    Certain,
    Chance,
    Decision,
    Luck,
    OrderTimes,
    Policy,
    SimulatedFloor,
    State,
    Wait,
    apply,
    kpi,
    opening,
    order_times,
    rule,
    run,
)
from twin.film import Film
from twin.lateness import MEANING
from twin.situations import Part, situation
from twin.tally import is_inside


def times(
    plant: Plant, orders: list[Order], until: int, policy: Policy | None = None, luck: Luck | None = None
) -> OrderTimes:
    facts: list[Event] = []
    start = opening(plant, orders)
    run(SimulatedFloor(plant, start.copy(), luck or Certain(), facts.append), policy or rule("fifo"), until)
    return order_times(plant, start, facts, until)


def in_minutes(times: OrderTimes, order: str) -> dict[str, float]:
    return {part: time / MINUTE for part, time in times[order].parts.items() if time}


def test_an_order_waits_for_the_machine_that_is_busy_with_others() -> None:
    got = times(line(*minutes(10, 30)), [Order(id=f"o{n}", product="p", due=60 * MINUTE) for n in range(3)], 2 * HOUR)
    assert in_minutes(got, "o0") == {"work": 40}
    assert in_minutes(got, "o2") == {"work": 40, "machine": 60}
    assert {pair: time / MINUTE for pair, time in got["o2"].waits().items()} == {
        ("m1", "o1"): 30, ("m0", "o0"): 10, ("m0", "o1"): 10, ("m1", "o0"): 10
    }  # fmt: skip
    assert [order.terms.id for order in got.late()] == ["o2", "o1"]
    assert got.words()[0] == (
        "o2 was finished 40 min late. On the floor for 1 h 40 min: 1 h waiting for a machine (m1 busy with o1, 30 min; "
        "m0 busy with o0, 10 min; m0 busy with o1, 10 min); 40 min being worked on. Its route alone takes 40 min."
    )


def test_setup_repair_and_closed_hours_have_their_own_parts() -> None:
    hours = Shifts(id="day", windows=((0, 2 * HOUR),), period=4 * HOUR)
    plant = line(Constant(90 * MINUTE), hours=hours)
    failure = Failure(time_to_failure=Constant(60 * MINUTE), time_to_repair=Constant(20 * MINUTE), clock="working")
    plant = replace(
        plant,
        machines={"m0": replace(plant.machines["m0"], failures=(failure,), set_up_for="other")},
        work_centers={"c0": replace(plant.work_centers["c0"], changeover="tools")},
        changeovers={"tools": Changeover(id="tools", default=15 * MINUTE)},
    )
    got = times(plant, [Order(id="a", product="p"), Order(id="b", product="p")], 8 * HOUR, luck=Chance(1))
    assert in_minutes(got, "a") == {"setup": 15, "work": 90, "repair": 20, "closed": 120}
    assert in_minutes(got, "b") == {"machine": 105, "repair": 20 + 20, "closed": 120, "work": 90}
    assert got["a"].lead_time == (15 + 90 + 20 + 120) * MINUTE


def test_an_order_that_is_kept_by_its_machine_is_blocked_and_one_outside_is_outside() -> None:
    plant = line(*minutes(10, 30), room=0)
    plant = replace(plant, buffers={**plant.buffers, "b0": replace(plant.buffers["b0"], capacity=1)})
    got = times(plant, [Order(id=f"o{n}", product="p") for n in range(3)], 3 * HOUR)
    assert in_minutes(got, "o1") == {"machine": 10, "work": 40, "blocked": 20}
    assert in_minutes(got, "o2") == {"outside": 10, "machine": 30, "work": 40, "blocked": 20}


def test_a_policy_that_lets_an_order_wait_is_named() -> None:
    def patient(plant: Plant, state: State, decision: Decision) -> str | Wait:
        return Wait(until=25 * MINUTE) if decision.time < 25 * MINUTE else decision.options[0]

    plant = line(*minutes(10))
    plant = replace(plant, buffers={"b0": replace(plant.buffers["b0"], discipline="any")})
    got = times(plant, [Order(id="o", product="p")], HOUR, patient)
    assert in_minutes(got, "o") == {"held": 25, "work": 10}


def test_a_buffer_that_leaves_no_choice_makes_an_order_stand_behind_another() -> None:
    """Only m0 can take "slow", which stands first; m1 is free, but "quick" behind it may not pass."""
    plant = line(*minutes(60, 10))
    routings = {
        "slow": Routing(
            id="slow", operations=(Operation(id="s", machines={"m0": Constant(60 * MINUTE)}, buffer="b0"),)
        ),
        "quick": Routing(
            id="quick", operations=(Operation(id="q", machines={"m1": Constant(10 * MINUTE)}, buffer="b0"),)
        ),
    }
    plant = replace(plant, routings=routings, products={name: Product(id=name, routing=name) for name in routings})
    orders = [Order(id="a", product="slow"), Order(id="b", product="slow"), Order(id="c", product="quick")]
    got = times(plant, orders, 3 * HOUR)
    assert in_minutes(got, "c") == {"behind": 60, "work": 10}


def test_of_several_busy_machines_it_waited_for_the_one_that_took_it() -> None:
    plant = line(*minutes(60))
    plant = replace(plant, machines={n: replace(plant.machines["m0"], id=n) for n in ("m0", "m1")})
    routing = Routing(
        id="r", operations=(Operation(id="s", machines={"m0": Constant(60 * MINUTE), "m1": Constant(30 * MINUTE)}),)
    )
    plant = replace(plant, routings={"r": routing})
    got = times(plant, [Order(id=f"o{n}", product="p") for n in range(3)], 3 * HOUR)
    assert got["o2"].waits() == {("m1", "o1"): 30 * MINUTE}


def test_what_was_before_the_record_and_what_is_not_finished_count_as_well() -> None:
    plant = line(*minutes(30, 30))
    floor = SimulatedFloor(
        plant, opening(plant, [Order(id="o", product="p", due=0), Order(id="x", product="p")]), Certain()
    )
    run(floor, rule("fifo"), 20 * MINUTE)
    middle, facts = floor.state.copy(), list[Event]()
    middle.now = 20 * MINUTE
    run(SimulatedFloor(plant, middle.copy(), Certain(), facts.append), rule("fifo"), 50 * MINUTE)
    got = order_times(plant, middle, facts, until=50 * MINUTE)
    assert in_minutes(got, "o") == {"before": 20, "work": 30}
    assert got["o"].lead_time == 50 * MINUTE
    assert got["o"].words().startswith("o is not finished and is 50 min late")
    assert got["x"].words().startswith("x is not finished; nothing is due")


def test_an_order_that_could_have_been_released_sooner_says_so_apart() -> None:
    plant = line(*minutes(30))
    start = opening(plant, [Order(id="o", product="p", due=2 * HOUR)])
    start.now = 10 * MINUTE
    facts: list[Event] = []
    run(SimulatedFloor(plant, start.copy(), Certain(), facts.append), rule("fifo"), HOUR)
    got = order_times(plant, start, facts)["o"]
    assert (got.release_wait, got.lead_time) == (10 * MINUTE, 30 * MINUTE)
    assert "80 min early" not in got.words() and "released 10 min after it could have been" in got.words()


def test_frames_have_a_row_for_each_order_wait_and_stretch() -> None:
    got = times(line(*minutes(10, 30)), [Order(id=f"o{n}", product="p", due=HOUR) for n in range(3)], 2 * HOUR)
    frame = got.to_frame().set_index("order")
    assert list(frame.index) == ["o0", "o1", "o2"]
    assert frame.loc["o2", "machine_h"] == pytest.approx(1.0)
    assert frame.loc["o2", "lateness_h"] == pytest.approx(40 / 60)
    assert frame[[f"{part}_h" for part in MEANING]].sum(axis=1).tolist() == pytest.approx(frame["lead_time_h"].tolist())
    assert got.waits_frame()["hours"].sum() == pytest.approx(frame["machine_h"].sum())
    assert (got.stretches_frame()["end_h"] > got.stretches_frame()["start_h"]).all()
    with pytest.raises(KeyError, match="there were o0, o1, o2"):
        got["o9"]


def test_every_part_has_a_meaning() -> None:
    assert set(MEANING) == set(get_args(Part))


@given(worlds(), st.integers(0, 300))
@settings(max_examples=60)
def test_the_parts_of_every_order_sum_to_its_lead_time(world: World, begin: int) -> None:
    floor = world.floor()
    run(floor, world.policy, begin * MINUTE)
    start, facts, until = floor.state.copy(), list[Event](), FAR // 30
    run(floor.fork(record=facts.append), world.policy, until)
    got = order_times(world.plant, start, facts, until)
    measured = {o.order: o for o in kpi.measure(world.plant, start, facts, until).outcomes}
    for name, order in got.orders.items():
        assert sum(order.parts.values()) == order.lead_time
        if order.is_finished:
            assert order.lead_time == measured[name].lead_time
        at = order.released_at
        for stretch in order.stretches:
            assert stretch.start == at < stretch.end
            at = stretch.end
        assert at == order.until or not order.stretches
        waited = sum(order.waits().values())
        assert order.parts["machine"] <= waited <= order.parts["machine"] + order.parts["vehicle"]


@on_every_floor(most=60)
def test_every_stretch_is_the_situation_that_the_state_shows(world: World) -> None:
    """Looking at the orders that a fact touches finds what looking at all of them would."""
    until = FAR // 30
    facts: list[Event] = []
    floor = world.floor(facts)
    start = floor.state.copy()
    run(floor, world.policy, until)
    got = order_times(world.plant, start, facts, until)
    state = start.copy()
    work: Counter[str] = Counter()
    for number, fact in enumerate(facts):
        apply(world.plant, state, fact)
        if number + 1 < len(facts) and facts[number + 1].time == fact.time:
            continue
        following = facts[number + 1].time if number + 1 < len(facts) else until
        for name, order in state.book():
            if is_inside(order) and following > fact.time:
                then = next(s for s in got[name].stretches if s.start <= fact.time < s.end)
                inside = [lot for lot in state.orders if state.whole(lot) == name and is_inside(state.orders[lot])]
                seen = [situation(world.plant, state, lot) for lot in (inside if order.stage == "split" else [name])]
                assert (then.part, then.step) in [(now.part, now.step) for now in seen]
                work[then.part] += following - fact.time
    totals = Counter[str]()
    for order_time in got.orders.values():
        totals.update(order_time.parts)
    assert +work == +totals


def test_a_film_says_of_each_order_that_waits_what_it_waits_for() -> None:
    """The same as the situation that the state shows, with the name of what is lacking."""
    slow = Material(id="clay", stock=2, replenishment=Replenishment(quantity=2, every=HOUR))
    plant, orders = using(slow), [Order(id=f"o{number}", product="p", quantity=2) for number in (1, 2, 3)]
    _, facts = played(plant, orders, until=3 * HOUR)
    film = Film.of(plant, opening(plant, orders), facts)
    (machine,) = plant.machines

    def said(order: str, time: int) -> tuple[str, str]:
        cue = film.order(order, time)
        assert cue is not None
        return cue.why, cue.on

    assert said("o1", 0) == ("", ""), "it is being worked on"
    assert said("o2", 5 * MINUTE) == ("machine", machine)
    assert said("o2", 30 * MINUTE) == ("material", "clay")
    assert said("o3", HOUR + 5 * MINUTE) == ("machine", machine)
    assert said("o3", HOUR + 30 * MINUTE) == ("material", "clay")
    assert Film.from_json(film.to_json()) == film
