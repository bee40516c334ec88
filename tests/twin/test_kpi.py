"""The figures of a span, worked out by hand; what they must add up to, on any plant."""

from collections import defaultdict
from dataclasses import replace

import pytest

from plant_models.distributions import Constant, Exponential
from plant_models.events import Event
from plant_models.orders import Order
from plant_models.plant import Failure, Plant
from plant_models.shifts import HOUR, MINUTE, Shifts
from tests.laws.every import on_every_floor
from tests.laws.worlds import FAR, World
from tests.twin.shops import line, minutes
from twin import Bar, Certain, Chance, Kpis, SimulatedFloor, State, bars, energy, kpi, measure, opening, rule, run
from twin.tally import QUALITY_FIGURES, SHORTAGE_FIGURES


def played(plant: Plant, orders: list[Order], until: int) -> tuple[State, list[Event]]:
    facts: list[Event] = []
    start = opening(plant, orders)
    run(SimulatedFloor(plant, start.copy(), Certain(), facts.append), rule("fifo"), until)
    return start, facts


def two_in_a_row() -> Kpis:
    """o1 is on m0 from 0 to 10 and on m1 from 10 to 40; o2 on m0 10 to 20 and, after waiting, on m1 40 to 70."""
    plant = line(*minutes(10, 30))
    orders = [
        Order(id="o1", product="p", due=40 * MINUTE, weight=5.0),
        Order(id="o2", product="p", release=5 * MINUTE, due=50 * MINUTE, weight=2.0),
    ]
    start, facts = played(plant, orders, 100 * MINUTE)
    return measure(plant, start, facts, until=100 * MINUTE)


def test_two_orders_in_a_row_are_measured_as_by_hand() -> None:
    got = two_in_a_row()
    wanted = {
        "span_h": 100 / 60,
        "makespan_h": 70 / 60,
        "throughput_per_h": 2 / (100 / 60),
        "wip_mean_orders": (40 + 65) / 100,
        "wip_end_orders": 0,
        "lead_time_mean_h": (40 + 65) / 2 / 60,
        "lead_time_max_h": 65 / 60,
        "total_tardiness_h": 20 / 60,
        "mean_tardiness_h": 10 / 60,
        "max_tardiness_h": 20 / 60,
        "weighted_tardiness_h": 2 * 20 / 60,
        "on_time_share": 0.5,
        "late_orders": 1,
        "finished_orders": 2,
        "unfinished_orders": 0,
        "good_pieces": 2,
        "scrap_pieces": 0,
        "working_h": 80 / 60,
        "idle_h": 120 / 60,
        "availability": 80 / 200,
        "effectiveness": 1.0,
        "quality": 1.0,
        "oee": 0.4,
    }
    assert {name: got[name] for name in wanted} == pytest.approx(wanted)
    assert got.times["m0"] == {"working": 20 * MINUTE, "idle": 80 * MINUTE} | dict.fromkeys(
        ("setup", "unattended", "blocked", "down", "closed", "maintenance", "micro_stop"), 0
    )


def test_a_span_that_is_cut_counts_what_is_left_as_unfinished() -> None:
    plant = line(*minutes(10, 30))
    orders = [Order(id=f"o{n}", product="p", due=due * MINUTE) for n, due in enumerate((40, 45, 90))]
    start, facts = played(plant, orders, 100 * MINUTE)
    got = measure(plant, start, facts, until=60 * MINUTE)
    assert got["finished_orders"] == 1
    assert got["unfinished_orders"] == 2
    assert got["makespan_h"] == 1.0
    assert got["wip_end_orders"] == 2
    assert got["total_tardiness_h"] == pytest.approx(15 / 60)
    assert got["on_time_share"] == 0.5
    assert [o.is_on_time(got.end) for o in got.outcomes] == [True, False, None]


def test_a_blocked_machine_is_blocked_and_not_idle() -> None:
    plant = line(*minutes(10, 30), room=0)
    start, facts = played(plant, [Order(id=f"o{n}", product="p") for n in range(2)], 70 * MINUTE)
    got = measure(plant, start, facts)
    assert got.times["m0"]["blocked"] == 20 * MINUTE
    assert got.times["m1"]["idle"] == 10 * MINUTE
    assert got.elements["m0"].aubt == 40 * MINUTE
    assert got.elements["m0"].utilization_efficiency == 0.5
    assert got["on_time_share"] is None
    assert Bar("m0", "o1", 0, "blocked", 20 * MINUTE, 40 * MINUTE) in bars(plant, start, facts)


def test_closed_hours_are_no_planned_time_even_when_the_machine_is_broken() -> None:
    hours = Shifts(id="day", windows=((0, HOUR),), period=4 * HOUR)
    plant = line(Constant(90 * MINUTE), hours=hours)
    failure = Failure(time_to_failure=Constant(30 * MINUTE), time_to_repair=Constant(60 * MINUTE))
    plant = replace(plant, machines={"m0": replace(plant.machines["m0"], failures=(failure,))})
    facts: list[Event] = []
    start = opening(plant, [Order(id="o", product="p")])
    run(SimulatedFloor(plant, start.copy(), Chance(1), facts.append), rule("fifo"), 4 * HOUR)
    got = measure(plant, start, facts, until=4 * HOUR)
    assert got.times["m0"] == {
        "working": 30 * MINUTE, "down": 30 * MINUTE, "closed": 180 * MINUTE,
        "idle": 0, "setup": 0, "blocked": 0, "unattended": 0, "maintenance": 0, "micro_stop": 0,
    }  # fmt: skip
    assert got.elements["m0"].availability == 0.5
    assert [bar.kind for bar in bars(plant, start, facts, 4 * HOUR)] == ["working", "down", "closed"]


def test_scrap_lowers_quality_and_nothing_else() -> None:
    plant = line(Constant(10 * MINUTE), scrap=0.25)
    start, facts = played(plant, [Order(id="o", product="p", quantity=8)], 10 * MINUTE)
    got = measure(plant, start, facts)
    assert (got["quality"], got["availability"], got["effectiveness"]) == (0.75, 1.0, 1.0)
    assert (got["good_pieces"], got["scrap_pieces"]) == (6, 2)


def test_what_had_left_before_the_span_does_not_count_in_it() -> None:
    plant = line(*minutes(10))
    orders = [Order(id="o1", product="p", due=0), Order(id="o2", product="p", due=0)]
    floor = SimulatedFloor(plant, opening(plant, orders), Certain())
    run(floor, rule("fifo"), 15 * MINUTE)
    middle, facts = floor.state.copy(), list[Event]()
    run(floor.fork(record=facts.append), rule("fifo"), 30 * MINUTE)
    got = measure(plant, middle, facts, until=30 * MINUTE)
    assert [o.order for o in got.outcomes] == ["o2"]
    assert got["lead_time_mean_h"] == pytest.approx(20 / 60)
    assert got["makespan_h"] == pytest.approx(5 / 60)


def test_nothing_that_happened_is_measured_as_nothing_known() -> None:
    plant = line(*minutes(10))
    got = measure(plant, opening(plant), [])
    assert got["throughput_per_h"] is None
    assert got["oee"] is None
    assert got["makespan_h"] == 0
    assert list(got.to_frame()["kpi"]) == [
        name for name in kpi.FIGURES if name not in (*energy.FIGURES, *QUALITY_FIGURES, *SHORTAGE_FIGURES)
    ]


def test_an_unknown_figure_and_a_backward_span_say_what_is_wrong() -> None:
    with pytest.raises(KeyError, match="there are makespan_h"):
        two_in_a_row()["oeee"]
    plant = line(*minutes(10))
    state = opening(plant)
    state.now = 5
    with pytest.raises(ValueError, match="before it begins"):
        measure(plant, state, [], until=4)


def test_frames_carry_units_in_their_column_names() -> None:
    got = two_in_a_row()
    assert set(got.to_frame().columns) == {"kpi", "value", "better"}
    machines = got.machines_frame().set_index("machine")
    assert machines.loc["m1", "working_h"] == 1.0
    assert machines.loc["m1", "utilization"] == pytest.approx(0.6)
    assert machines.loc["m1", "oee"] == pytest.approx(0.6)
    orders = got.orders_frame().set_index("order")
    assert orders.loc["o2", "tardiness_h"] == pytest.approx(20 / 60)
    assert list(orders["on_time"]) == [True, False]


def test_a_span_tells_the_indicators_of_the_standard_for_each_machine_and_for_the_plant() -> None:
    hours = Shifts(id="day", windows=((0, HOUR),), period=4 * HOUR)
    plant = line(Constant(90 * MINUTE), hours=hours)
    failure = Failure(time_to_failure=Constant(30 * MINUTE), time_to_repair=Constant(10 * MINUTE))
    plant = replace(plant, machines={"m0": replace(plant.machines["m0"], failures=(failure,))})
    facts: list[Event] = []
    start = opening(plant, [Order(id="o", product="p")])
    run(SimulatedFloor(plant, start.copy(), Chance(1), facts.append), rule("fifo"), 4 * HOUR)
    frame = measure(plant, start, facts, until=4 * HOUR).indicators_frame()
    assert list(frame.columns) == ["machine", "number", "name", "value", "better"]
    of_machine = frame[frame["machine"] == "m0"].set_index("number")["value"]
    of_plant = frame[frame["machine"].isna()].set_index("number")["value"]
    assert of_machine.equals(of_plant)
    assert of_machine["K08"] == pytest.approx(50 / 60)
    assert of_machine["K31"] == 50 * MINUTE
    assert of_machine["K33"] == 10 * MINUTE
    assert of_machine.isna()["K10"]


@on_every_floor(most=40)
def test_every_millisecond_of_every_machine_is_in_one_class(world: World) -> None:
    facts: list[Event] = []
    floor = world.floor(facts)
    start = floor.state.copy()
    run(floor, world.policy, FAR // 30)
    got = measure(world.plant, start, facts, until=FAR // 30)
    for name, times in got.times.items():
        assert sum(times.values()) == FAR // 30
        assert got.elements[name].pbt == FAR // 30 - times["closed"] - times["maintenance"]
    book = [order for _, order in floor.state.book()]
    assert got["finished_orders"] == sum(o.finished_at is not None for o in book)
    assert got["wip_end_orders"] == sum(o.stage != "planned" and not o.has_left for o in book)


@on_every_floor(most=40)
def test_bars_do_not_overlap_and_hold_what_was_measured(world: World) -> None:
    facts: list[Event] = []
    floor = world.floor(facts)
    start = floor.state.copy()
    run(floor, world.policy, FAR // 30)
    by_machine = defaultdict(list)
    for bar in bars(world.plant, start, facts, until=FAR // 30):
        by_machine[bar.machine].append(bar)
    times = measure(world.plant, start, facts, until=FAR // 30).times
    for name, of_machine in by_machine.items():
        assert all(a.end <= b.start for a, b in zip(of_machine, of_machine[1:], strict=False))
        for word in ("working", "setup", "blocked"):
            assert sum(bar.end - bar.start for bar in of_machine if bar.kind == word) == times[name][word]


def test_a_faster_pace_than_planned_shows_in_the_effectiveness() -> None:
    plant = line(Exponential(10 * MINUTE))
    start = opening(plant, [Order(id=f"o{n}", product="p") for n in range(5)])
    facts: list[Event] = []
    run(SimulatedFloor(plant, start.copy(), Chance(3), facts.append), rule("fifo"), 2 * HOUR)
    got = measure(plant, start, facts, until=2 * HOUR)
    assert got["effectiveness"] == pytest.approx(50 * MINUTE / got.times["m0"]["working"])
