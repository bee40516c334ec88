"""Rehearsals: the same whatever the workers, comparable run by run, and honest about what is not known."""

import math
from concurrent.futures import CancelledError
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from plant_models import read
from plant_models.distributions import Constant, Exponential
from plant_models.errors import InvalidPlant
from plant_models.orders import Order
from plant_models.plant import Failure, Plant
from plant_models.shifts import FOREVER, HOUR, MINUTE, Shifts
from tests.laws.every import on_every_floor
from tests.laws.worlds import World, worlds
from tests.twin.shops import line, minutes, shop
from twin import (
    Certain,
    Chance,
    Comparison,
    Decision,
    Rehearsal,
    SimulatedFloor,
    State,
    Wait,
    compare,
    estimates,
    measure,
    opening,
    play_again,
    rehearse,
    rule,
    run,
    snapshot,
    state_digest,
)
from twin.engines import choose_engine
from twin.policies.rules import RULES, spt
from twin.tally import bounds
from twin.trials import horizon, seed_of_run

SHOP = shop()


def start() -> State:
    return opening(SHOP.plant, SHOP.orders)


def rehearsed(name: str = "fifo", runs: int = 30, seed: int = 1, workers: int | None = 1) -> Rehearsal:
    return rehearse(SHOP.plant, start(), rule(name), runs=runs, seed=seed, workers=workers)


def same(a: Rehearsal, b: Rehearsal) -> bool:
    tables = ((a.figures, b.figures), (a.finishes, b.finishes), (a.on_time, b.on_time))
    return a.seeds == b.seeds and all(
        list(x) == list(y) and all(np.array_equal(x[k], y[k], equal_nan=True) for k in x) for x, y in tables
    )


def test_the_result_does_not_depend_on_the_workers() -> None:
    alone, together = rehearsed("atc", runs=24, workers=1), rehearsed("atc", runs=24, workers=2)
    assert same(alone, together)
    assert alone.runs == 24


def test_more_runs_begin_with_the_same_ones() -> None:
    few, many = rehearsed(runs=5), rehearsed(runs=12)
    assert many.seeds[:5] == few.seeds
    assert np.array_equal(many.figures["makespan_h"][:5], few.figures["makespan_h"])


def test_another_seed_is_another_luck() -> None:
    assert not same(rehearsed(runs=5), rehearsed(runs=5, seed=2))
    assert len({seed_of_run(seed, index) for seed in range(20) for index in range(200)}) == 4_000


def test_the_state_is_left_alone_and_a_run_can_be_seen_again() -> None:
    state = start()
    before = state_digest(state)
    rehearsal = rehearse(SHOP.plant, state, rule("edd"), runs=9, workers=1)
    assert state_digest(state) == before == rehearsal.state
    number = rehearsal.median_run()
    facts, kpis = play_again(SHOP.plant, state, rule("edd"), rehearsal, number)
    assert kpis["makespan_h"] == rehearsal.figures["makespan_h"][number]
    assert measure(SHOP.plant, state, facts).figures == kpis.figures
    ordered = np.sort(rehearsal.figures["weighted_tardiness_h"])
    assert rehearsal.figures["weighted_tardiness_h"][number] == ordered[4]


def test_runs_have_the_same_numbers_whether_those_before_them_are_played_or_not() -> None:
    whole, late = rehearsed(runs=9), rehearse(SHOP.plant, start(), rule("fifo"), runs=4, first=5, workers=1)
    assert late.to_frame()["run"].tolist() == [5, 6, 7, 8]
    middle = late.median_run()
    assert middle in range(5, 9)
    ends = [play_again(SHOP.plant, start(), rule("fifo"), found, middle)[1]["makespan_h"] for found in (whole, late)]
    assert ends == [whole.figures["makespan_h"][middle], late.figures["makespan_h"][middle - 5]]
    assert ends[0] == ends[1]
    for run_number in (4, 9, -1):
        with pytest.raises(ValueError, match=f"no run {run_number} in this rehearsal; there are 5 to 8"):
            play_again(SHOP.plant, start(), rule("fifo"), late, run_number)


def test_a_run_of_another_state_cannot_be_seen_again() -> None:
    rehearsal, other = rehearsed(runs=2), start()
    other.now = 1
    with pytest.raises(ValueError, match="another state"):
        play_again(SHOP.plant, other, rule("fifo"), rehearsal, 0)


def test_a_rehearsal_that_starts_in_the_middle_covers_what_is_left() -> None:
    floor = SimulatedFloor(SHOP.plant, start(), Chance(7))
    run(floor, rule("fifo"), 4 * HOUR)
    left = {name for name, order in floor.state.orders.items() if not order.has_left}
    assert 0 < len(left) < len(SHOP.orders)
    rehearsal = rehearse(SHOP.plant, floor.state, rule("fifo"), runs=5, workers=1)
    assert set(rehearsal.finishes) == left
    assert rehearsal.now == floor.state.now
    assert np.all(rehearsal.figures["finished_orders"] == len(left))
    assert all((times >= floor.state.now).all() for times in rehearsal.finishes.values())


def test_progress_is_told_and_can_stop() -> None:
    told: list[tuple[int, int]] = []
    rehearse(SHOP.plant, start(), rule("fifo"), runs=40, workers=2, progress=lambda *at: told.append(at))
    assert told[-1] == (40, 40)
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    with pytest.raises(CancelledError, match="stopped after"):
        rehearse(SHOP.plant, start(), rule("fifo"), runs=40, workers=2, progress=lambda *at: False)

    def leave(done: int, runs: int) -> None:
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        rehearse(SHOP.plant, start(), rule("fifo"), runs=4, workers=1, progress=leave)
    assert rehearsed(runs=20, workers=2).runs == 20


def test_what_cannot_be_rehearsed_says_so() -> None:
    with pytest.raises(ValueError, match="at least one run"):
        rehearsed(runs=0)
    with pytest.raises(ValueError, match="not after the floor's present"):
        rehearse(SHOP.plant, start(), rule("fifo"), until=0)


def never(plant: Plant, state: State, decision: Decision) -> Wait:
    return Wait()


def dither(plant: Plant, state: State, decision: Decision) -> Wait:
    return Wait(decision.time + HOUR)


@pytest.mark.parametrize("policy", [never, dither])
def test_orders_that_are_never_finished_are_shown_and_late(policy: object) -> None:
    rehearsal = rehearse(SHOP.plant, start(), policy, runs=2, workers=1)
    assert np.all(rehearsal.figures["unfinished_orders"] == 12)
    assert np.all(rehearsal.figures["on_time_share"] == 0)
    assert all(np.isnan(times).all() for times in rehearsal.finishes.values())
    assert rehearsal.p_on_time("o00").value == 0
    frame = rehearsal.orders_frame()
    assert list(frame["unfinished_runs"]) == [2] * 12
    assert frame["finish_mean_h"].isna().all()


def test_a_shop_that_never_opens_again_does_not_hang() -> None:
    hours = Shifts(id="once", windows=(), period=24 * HOUR, extra=((0, HOUR),))
    plant = line(Constant(2 * HOUR), Constant(MINUTE), hours=hours)
    failing = Failure(time_to_failure=Exponential(HOUR), time_to_repair=Exponential(HOUR))
    second = replace(plant.machines["m1"], failures=(failing,))
    centers = {**plant.work_centers, "c1": replace(plant.work_centers["c1"], shifts=None)}
    plant = replace(plant, machines={**plant.machines, "m1": second}, work_centers=centers)
    state = opening(plant, [Order(id="o", product="p", due=HOUR)])
    rehearsal = rehearse(plant, state, rule("fifo"), runs=2, workers=1)
    assert np.all(rehearsal.figures["unfinished_orders"] == 1)
    assert horizon(plant, state) < FOREVER


def test_a_new_policy_is_asked_even_where_the_last_one_said_to_wait() -> None:
    plant = replace(line(*minutes(10)), buffers={"b0": replace(line(*minutes(1)).buffers["b0"], discipline="any")})
    floor = SimulatedFloor(plant, opening(plant, [Order(id="o", product="p")]), Certain())
    run(floor, never, MINUTE)
    assert floor.state.machines["m0"].is_held
    rehearsal = rehearse(plant, floor.state, rule("fifo"), runs=1, workers=1)
    assert rehearsal.finishes["o"][0] == 11 * MINUTE


def test_until_ends_every_run_there() -> None:
    rehearsal = rehearse(SHOP.plant, start(), rule("fifo"), runs=3, workers=1, until=2 * HOUR)
    assert np.all(rehearsal.figures["span_h"] == 2)
    assert rehearsal.until == 2 * HOUR
    assert math.isnan(rehearsal.p_on_time("o11").value)


def test_certain_chance_makes_all_runs_alike() -> None:
    rehearsal = rehearse(SHOP.plant, start(), rule("fifo"), runs=3, workers=1, chance=lambda seed: Certain())
    makespan = rehearsal.mean("makespan_h")
    assert makespan.low == makespan.value == makespan.high


def test_frames_are_tidy_and_carry_units() -> None:
    rehearsal = rehearsed(runs=8)
    frame = rehearsal.to_frame()
    assert list(frame["run"]) == list(range(8))
    assert {"seed", "makespan_h", "on_time_share", "oee"} <= set(frame.columns)
    summary = rehearsal.summary_frame().set_index("kpi")
    assert summary.loc["makespan_h", "mean"] == pytest.approx(frame["makespan_h"].mean())
    assert (summary["low"] <= summary["mean"]).all()
    assert (summary["q05"] <= summary["q95"]).all()
    orders = rehearsal.orders_frame()
    assert list(orders["order"]) == [order.id for order in SHOP.orders]
    assert orders["p_on_time"].between(0, 1).all()


def test_the_mean_has_students_interval() -> None:
    values = np.array([1.0, 2.0, 4.0, 7.0, math.nan])
    low, high = stats.t.interval(0.9, 3, loc=3.5, scale=stats.sem(values[:4]))
    assert estimates.mean(values, 0.9) == pytest.approx((3.5, low, high, 4))
    assert estimates.mean(np.array([2.0])) == (2.0, -math.inf, math.inf, 1)


@pytest.mark.parametrize(("hits", "runs"), [(0, 10), (10, 10), (3, 10), (97, 100)])
def test_a_share_has_wilsons_interval(hits: int, runs: int) -> None:
    wanted = stats.binomtest(hits, runs).proportion_ci(0.95, method="wilson")
    assert estimates.share(hits, runs)[:3] == pytest.approx((hits / runs, wanted.low, wanted.high), abs=1e-12)


def test_a_share_of_nothing_is_not_known() -> None:
    assert math.isnan(estimates.share(0, 0).value)


# -- comparing --------------------------------------------------------------------------------------------------------


@given(worlds(orders=5), st.integers(0, 1000))
@settings(max_examples=10)
def test_a_what_if_with_no_change_differs_by_exactly_zero(world: World, seed: int) -> None:
    state = opening(world.plant, world.orders)
    base = rehearse(world.plant, state, world.policy, runs=3, seed=seed, workers=1)
    other = rehearse(replace(world.plant, id="same"), state.copy(), world.policy, runs=3, seed=seed, workers=1)
    found = compare(base, other)
    assert found.is_zero
    for difference in found.differences.values():
        assert difference.change[:3] == (0, 0, 0) or difference.change.runs == 1
        assert difference.verdict == "no difference shown"


def faster() -> Comparison:
    machines = {name: replace(machine, speed=2.0) for name, machine in SHOP.plant.machines.items()}
    plant = replace(SHOP.plant, machines=machines)
    return compare(rehearsed(), rehearse(plant, opening(plant, SHOP.orders), rule("fifo"), runs=30, workers=1))


def test_faster_machines_are_better_and_words_say_so() -> None:
    found = faster()
    assert found["makespan_h"].verdict == "better"
    assert found["throughput_per_h"].verdict == "better"
    assert found["weighted_tardiness_h"].verdict == "better"
    assert found["finished_orders"].verdict == "no difference shown"
    assert "span_h" not in found.differences
    assert any(words.startswith("makespan_h: better") for words in found.words())
    back = compare(found.other, found.base)
    assert back["makespan_h"].verdict == "worse"
    assert back["makespan_h"].change.value == -found["makespan_h"].change.value


def test_a_paired_interval_is_that_of_the_differences() -> None:
    found = faster()
    paired = stats.ttest_rel(found.other.figures["makespan_h"], found.base.figures["makespan_h"])
    low, high = paired.confidence_interval(0.95)
    assert found["makespan_h"].change[1:3] == pytest.approx((low, high))


def test_a_comparison_shows_every_figure_and_every_order() -> None:
    frame = faster().to_frame().set_index("kpi")
    assert frame.loc["makespan_h", "change"] == pytest.approx(
        frame.loc["makespan_h", "other"] - frame.loc["makespan_h", "base"]
    )
    extra = Order(id="rush", product="bolt", due=HOUR)
    state = opening(SHOP.plant, (*SHOP.orders, extra))
    found = compare(rehearsed(), rehearse(SHOP.plant, state, rule("fifo"), runs=30, workers=1))
    orders = found.orders_frame().set_index("order")
    assert math.isnan(float(str(orders.loc["rush", "p_on_time_base"])))
    assert 0 <= float(str(orders.loc["rush", "p_on_time_other"])) <= 1


def test_runs_with_other_luck_are_not_compared() -> None:
    with pytest.raises(ValueError, match="same luck"):
        compare(rehearsed(runs=3), rehearsed(runs=3, seed=2))
    with pytest.raises(ValueError, match="same luck"):
        compare(rehearsed(runs=3), rehearsed(runs=4))


def test_one_run_alone_shows_no_difference() -> None:
    a, b = rehearsed("fifo", runs=1), rehearsed("random", runs=1)
    assert {d.verdict for d in compare(a, b).differences.values()} == {"no difference shown"}


@on_every_floor(most=20)
def test_a_state_survives_its_document(world: World) -> None:
    floor = world.floor()
    run(floor, world.policy, 10 * HOUR)
    again = snapshot.from_json(snapshot.to_json(floor.state))
    assert again == floor.state
    assert state_digest(again) == state_digest(floor.state)


def test_what_is_no_state_says_so() -> None:
    with pytest.raises(ValueError, match="not the state of a floor"):
        snapshot.from_json(b'{"machines": 3}')


def test_the_engine_makes_no_difference_but_is_told() -> None:
    scenario = shop()
    state = opening(scenario.plant, scenario.orders)
    on = {
        engine: rehearse(scenario.plant, state, spt, runs=5, seed=3, workers=1, engine=engine)
        for engine in ("simpy", "compiled", "auto")
    }
    assert {engine: one.engine.name for engine, one in on.items()} == {
        "simpy": "simpy",
        "compiled": "compiled",
        "auto": "simpy",
    }
    assert on["auto"].engine.words() == (
        "Played on the SimPy engine: 120 steps are done before the compiled one is loaded."
    )
    assert on["compiled"].engine.words() == "Played on the compiled engine."
    assert len({one.digest for one in on.values()}) == 1
    pd.testing.assert_frame_equal(on["simpy"].to_frame(), on["compiled"].to_frame())
    pd.testing.assert_frame_equal(on["simpy"].orders_frame(), on["compiled"].orders_frame())


def last_come(plant: Plant, state: State, decision: Decision) -> str:
    """The order that came last."""
    return decision.options[-1]


def test_many_runs_are_played_on_the_compiled_engine_where_it_can() -> None:
    scenario = shop()
    state = opening(scenario.plant, scenario.orders)
    assert choose_engine("auto", scenario.plant, state, spt, Chance, 100_000).name == "compiled"
    chosen = choose_engine("auto", scenario.plant, state, last_come, Chance, 100_000)
    assert chosen.name == "simpy"
    assert chosen.words().startswith(
        "Played on the SimPy engine: who decides is last_come; compiled are plans and the rules fifo,"
    )


def test_an_engine_that_is_asked_for_and_cannot_play_says_why() -> None:
    scenario = shop()
    state = opening(scenario.plant, scenario.orders)
    with pytest.raises(InvalidPlant, match="cannot play this: who decides is last_come"):
        rehearse(scenario.plant, state, last_come, runs=2, engine="compiled")
    with pytest.raises(InvalidPlant, match="no engine 'steam'; there are auto, simpy, compiled"):
        rehearse(scenario.plant, state, spt, runs=2, engine="steam")


def test_an_interval_does_not_go_where_the_figure_cannot_be() -> None:
    """Of two runs that differ Student's interval is 12.7 standard errors wide either way."""
    values = np.array([0.9, 1.0])
    whole, cut = estimates.mean(values), estimates.mean(values, within=(0.0, 1.0))
    assert whole.low < 0.35
    assert whole.high > 1.5
    assert cut == (whole.value, whole.low, 1.0, 2)
    assert estimates.mean(np.array([0.1]), within=(0.0, 1.0)) == (0.1, 0.0, 1.0, 1)


def test_no_figure_of_two_runs_is_told_beyond_what_is_possible() -> None:
    there = read.scenario("machine-shop")
    now = opening(there.plant, there.orders)
    found = rehearse(there.plant, now, RULES["edd"], runs=2, seed=1, workers=1)
    unbounded = {name: estimates.mean(values) for name, values in found.figures.items()}
    assert any(one.low < 0 for one in unbounded.values()), "else this test shows nothing"
    for name, figure in found.summary().items():
        low, high = bounds(name)
        assert low <= figure.low <= figure.mean <= figure.high <= high, name
        assert found.mean(name)[1:3] == (figure.low, figure.high)
    assert unbounded["on_time_share"].high > 1 >= found.mean("on_time_share").high
    changes_ = compare(found, rehearse(there.plant, now, RULES["fifo"], runs=2, seed=1, workers=1))
    for name in ("on_time_share", "availability", "quality"):
        change = changes_[name].change
        assert -1 <= change.low <= change.value <= change.high <= 1
