"""The bottleneck, where it is known: by active periods from what happened, and by trying out faster machines."""

from dataclasses import replace

import pytest

from plant_models.distributions import Constant, Distribution, Exponential
from plant_models.events import Event
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plant import Failure, Plant
from plant_models.shifts import HOUR, MINUTE, Shifts
from tests.laws.every import on_every_floor
from tests.laws.worlds import FAR, World
from tests.twin.shops import line, minutes, shop
from twin import (
    Bottlenecks,
    Certain,
    Chance,
    SimulatedFloor,
    active_periods,
    bottlenecks,
    measure,
    opening,
    rule,
    run,
    sensitivity,
)
from twin.bottleneck import Period, Share, Spell


def flood(count: int = 400, product: str = "p") -> list[Order]:
    return [Order(id=f"o{n:03}", product=product) for n in range(count)]


def seen(plant: Plant, orders: list[Order], until: int, seed: int = 1) -> Bottlenecks:
    facts: list[Event] = []
    start = opening(plant, orders)
    run(SimulatedFloor(plant, start.copy(), Chance(seed), facts.append), rule("fifo"), until)
    return bottlenecks(plant, start, facts, until)


def periods(plant: Plant, orders: list[Order], until: int) -> list[Period]:
    facts: list[Event] = []
    start = opening(plant, orders)
    run(SimulatedFloor(plant, start.copy(), Certain(), facts.append), rule("fifo"), until)
    return active_periods(plant, start, facts, until)


def test_the_slow_machine_of_a_certain_line_is_the_bottleneck() -> None:
    got = seen(line(*minutes(10, 30, 20), room=2), flood(20), 10 * HOUR)
    assert next(iter(got.shares)) == "m1"
    assert got.shares["m1"].sole > 0.85
    assert got.at(5 * HOUR) == ("m1",)
    assert got.words().startswith("the bottleneck was m1 ")


@pytest.mark.parametrize("slow", range(4))
def test_the_slow_machine_of_a_random_line_is_the_bottleneck_wherever_it_stands(slow: int) -> None:
    times: list[Distribution] = [Exponential((8 if n == slow else 5) * MINUTE) for n in range(4)]
    got = seen(line(*times, room=3), flood(), 40 * HOUR)
    assert next(iter(got.shares)) == f"m{slow}"
    assert got.shares[f"m{slow}"].total > 0.5


def test_a_bottleneck_shifts_where_the_mix_does() -> None:
    """Products that are slow on the first machine come first, then those that are slow on the last."""
    plant = line(*minutes(1, 1, 1), room=1)
    routings = {
        name: Routing(
            id=name,
            operations=tuple(
                Operation(id=f"s{n}", machines={f"m{n}": Constant(t * MINUTE)}) for n, t in enumerate(times)
            ),
        )
        for name, times in (("front", (30, 10, 10)), ("back", (10, 10, 30)))
    }
    plant = replace(plant, routings=routings, products={name: Product(id=name, routing=name) for name in routings})
    orders = [Order(id=f"a{n}", product="front") for n in range(10)] + [
        Order(id=f"b{n}", product="back") for n in range(10)
    ]
    got = seen(plant, orders, 11 * HOUR)
    assert got.at(2 * HOUR) == ("m0",)
    assert got.at(9 * HOUR) == ("m2",)
    kinds = [spell.kind for spell in got.spells]
    assert "shifting" in kinds
    assert got.shares["m0"].shifting == got.shares["m2"].shifting > 0
    assert set(list(got.shares)[:2]) == {"m0", "m2"}


def test_periods_that_overlap_are_shifting_as_in_the_paper() -> None:
    """m0 works from 0 to 40, m1 from 10 to 80: alone, then both, then m1 alone."""
    plant = line(*minutes(10, 30))
    orders = flood(4)
    assert periods(plant, orders[:2], 2 * HOUR) == [
        Period("m0", 0, 20 * MINUTE),
        Period("m1", 10 * MINUTE, 70 * MINUTE),
    ]
    got = seen(plant, orders[:2], 2 * HOUR)
    assert got.spells == (
        Spell(0, 10 * MINUTE, ("m0",)),
        Spell(10 * MINUTE, 20 * MINUTE, ("m0", "m1")),
        Spell(20 * MINUTE, 70 * MINUTE, ("m1",)),
    )
    assert got.shares["m1"] == Share(50 / 120, 10 / 120)
    assert got.at(80 * MINUTE) == ()
    assert list(got.spells_frame()["kind"]) == ["sole", "shifting", "sole"]
    assert got.to_frame().set_index("machine").loc["m1", "total"] == pytest.approx(0.5)


def test_repair_is_active_and_waiting_is_not() -> None:
    plant = line(Constant(20 * MINUTE))
    failure = Failure(time_to_failure=Constant(30 * MINUTE), time_to_repair=Constant(60 * MINUTE))
    plant = replace(plant, machines={"m0": replace(plant.machines["m0"], failures=(failure,))})
    start, facts = opening(plant, [*flood(1), Order(id="late", product="p", release=25 * MINUTE)]), list[Event]()
    run(SimulatedFloor(plant, start.copy(), Chance(1), facts.append), rule("fifo"), 2 * HOUR)
    got = active_periods(plant, start, facts, 2 * HOUR)
    assert got[:2] == [Period("m0", 0, 20 * MINUTE), Period("m0", 25 * MINUTE, 105 * MINUTE)]


def test_closed_hours_do_not_end_a_period_that_goes_on_after_them() -> None:
    hours = Shifts(id="day", windows=((0, HOUR),), period=4 * HOUR)
    plant = line(Constant(90 * MINUTE), hours=hours)
    assert periods(plant, flood(1), 8 * HOUR) == [Period("m0", 0, 4 * HOUR + 30 * MINUTE)]
    short = line(Constant(60 * MINUTE), hours=hours)
    late = [Order(id="a", product="p"), Order(id="b", product="p", release=4 * HOUR + MINUTE)]
    assert [period.start for period in periods(short, late, 8 * HOUR)] == [0, 4 * HOUR + MINUTE]


def test_where_nothing_happens_nothing_is_the_bottleneck() -> None:
    plant = line(*minutes(10))
    got = bottlenecks(plant, opening(plant), [])
    assert got.spells == () and got.shares == {"m0": Share(0.0, 0.0)}
    assert got.words() == "no machine was active"


@on_every_floor(most=40)
def test_a_bottleneck_is_active_and_the_longest_and_shares_fit_into_the_span(world: World) -> None:
    until = FAR // 30
    facts: list[Event] = []
    floor = world.floor(facts)
    start = floor.state.copy()
    run(floor, world.policy, until)
    got, active = bottlenecks(world.plant, start, facts, until), active_periods(world.plant, start, facts, until)
    assert sum(share.sole for share in got.shares.values()) <= 1 + 1e-9
    for one, other in zip(got.spells, got.spells[1:], strict=False):
        assert one.end <= other.start
    for spell in got.spells:
        going = [period for period in active if period.start <= spell.start and spell.end <= period.end]
        assert set(spell.machines) <= {period.machine for period in going}
        longest = max(period.end - period.start for period in going)
        assert any(p.machine in spell.machines for p in going if p.end - p.start == longest)
    covered = sum(spell.end - spell.start for spell in got.spells)
    marks = sorted({mark for period in active for mark in (period.start, period.end)})
    busy = sum(
        b - a for a, b in zip(marks, marks[1:], strict=False) if any(p.start <= a and b <= p.end for p in active)
    )
    assert covered == busy
    times = measure(world.plant, start, facts, until).times
    for name in times:
        mine = sum(p.end - p.start for p in active if p.machine == name)
        assert mine >= times[name]["working"] + times[name]["setup"]


def test_a_tenth_more_at_the_slow_machine_of_a_certain_line_is_a_tenth_more_throughput() -> None:
    plant = line(*minutes(10, 22, 10), room=1)
    got = sensitivity(
        plant, opening(plant, flood(200)), rule("fifo"), runs=2, until=40 * HOUR, warm_up=2 * HOUR, workers=1
    )
    assert got.bottleneck == "m1"
    assert got["m1"].change.value == pytest.approx(0.1, abs=0.02)
    assert got["m0"].change.value == 0
    assert "+10% at m0: no difference shown in throughput_per_h" in got.words()
    assert next(iter(got.to_frame()["machine"])) == "m1"


def test_the_slow_machine_of_a_random_line_is_worth_most_and_a_spare_one_nothing() -> None:
    plant = line(Exponential(3 * MINUTE), Exponential(10 * MINUTE), Exponential(3 * MINUTE))
    got = sensitivity(plant, opening(plant, flood()), rule("fifo"), runs=15, until=30 * HOUR, workers=1)
    assert got.bottleneck == "m1"
    assert got["m1"].verdict == "better"
    assert got["m1"].change.low < 0.1 < got["m1"].change.high + 0.02
    assert got["m2"].verdict == "no difference shown"
    line_ = next(said for said in got.words() if "m1" in said)
    assert line_.startswith("+10% at m1 = +") and line_.endswith("%]")


def test_lower_is_better_for_lead_times_and_slower_machines_make_them_worse() -> None:
    scenario = shop()
    start = opening(scenario.plant, scenario.orders)
    got = sensitivity(
        scenario.plant, start, rule("edd"), runs=10, figure="lead_time_mean_h", machines=["mill-1"], workers=1
    )
    assert got["mill-1"].change.value < 0
    slower = sensitivity(
        scenario.plant,
        start,
        rule("edd"),
        runs=10,
        figure="lead_time_mean_h",
        machines=["mill-1"],
        faster=-0.3,
        workers=1,
    )
    assert slower["mill-1"].verdict == "worse"
    assert slower.bottleneck is None


def test_what_cannot_be_asked_is_said() -> None:
    plant = line(*minutes(10))
    start = opening(plant, flood(1))
    with pytest.raises(ValueError, match="there are m0"):
        sensitivity(plant, start, rule("fifo"), machines=["m9"])
    with pytest.raises(ValueError, match="there are makespan_h"):
        sensitivity(plant, start, rule("fifo"), figure="idle_h")
    with pytest.raises(ValueError, match="not zero"):
        sensitivity(plant, start, rule("fifo"), faster=0)
    got = sensitivity(plant, start, rule("fifo"), runs=2, workers=1, progress=lambda done, runs: False)
    with pytest.raises(KeyError, match="there are m0"):
        got["m1"]
