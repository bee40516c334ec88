"""When a run has settled, when there are enough runs, and what a run was made from."""

import math
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from plant_models.distributions import Constant, Exponential
from plant_models.events import Event
from plant_models.orders import Order
from plant_models.plan import Plan
from plant_models.plant import Plant
from plant_models.shifts import HOUR, MINUTE
from tests.twin.shops import line, shop
from twin import (
    Certain,
    Chance,
    Decision,
    FollowPlan,
    Rehearsal,
    SimulatedFloor,
    State,
    compare,
    estimates,
    measure,
    opening,
    rehearse,
    rehearse_until,
    rule,
    run,
    settled,
    warm_up,
)
from twin.recipe import ENGINE, plant_digest, policy_name
from twin.rehearsal import Progress

SHOP = shop()
START = opening(SHOP.plant, SHOP.orders)


def noise(count: int, seed: int = 1) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(size=count)


def slowly(series: NDArray[np.float64], batch: int = 5) -> int:
    """MSER as it is defined, one cut at a time."""
    means = series[: len(series) // batch * batch].reshape(-1, batch).mean(axis=1)
    errors = [np.var(means[cut:]) / (len(means) - cut) for cut in range(len(means) - 4)]
    return int(np.argmin(errors)) * batch


@pytest.mark.parametrize("seed", range(8))
def test_the_cut_is_the_one_of_the_definition(seed: int) -> None:
    series = noise(203, seed) - 6 * np.exp(-np.arange(203) / 20)
    assert settled(series).cut == slowly(series)


def test_what_fills_up_first_is_cut_off() -> None:
    series = noise(400) + np.minimum(0, np.arange(400) - 100) / 5
    found = settled(series)
    assert found.is_settled
    assert 85 <= found.cut <= 115
    assert found.mean == pytest.approx(0, abs=0.2)


def test_a_series_that_is_steady_loses_little() -> None:
    assert settled(np.full(100, 3.0)) == (0, 3.0, 0.0, True)
    assert np.mean([settled(noise(500, seed)).cut for seed in range(20)]) < 100


def test_a_series_that_only_grows_has_not_settled() -> None:
    assert not settled(np.arange(200.0)).is_settled


def test_a_short_series_cannot_show_a_warm_up() -> None:
    with pytest.raises(ValueError, match="at least 50"):
        settled(noise(49))


def test_a_line_that_opens_empty_takes_a_while_to_fill() -> None:
    plant = line(*[Constant(100 * MINUTE)] * 4)
    start = opening(plant, [Order(id=f"o{n:03}", product="p", release=n * 100 * MINUTE) for n in range(200)])
    found = warm_up(plant, start, rule("fifo"), until=300 * HOUR, every=HOUR, runs=2)
    assert found.is_settled
    assert 4 * HOUR <= found.time <= 10 * HOUR
    assert found.words().startswith("settled after")
    flood = opening(plant, [Order(id=f"o{n:03}", product="p", release=n * 10 * MINUTE) for n in range(600)])
    assert "not settled" in warm_up(plant, flood, rule("fifo"), until=100 * HOUR, every=HOUR, runs=2).words()


def test_a_warm_up_is_left_out_of_the_figures_and_of_nothing_else() -> None:
    until, cut, policy = 12 * HOUR, 2 * HOUR, rule("edd")
    got = rehearse(SHOP.plant, START, policy, runs=2, workers=1, until=until, warm_up=cut)
    whole = rehearse(SHOP.plant, START, policy, runs=2, workers=1, until=until)
    for index, seed in enumerate(got.seeds):
        floor = SimulatedFloor(SHOP.plant, START.copy(), Chance(seed))
        run(floor, policy, cut)
        middle, facts = floor.state.copy(), list[Event]()
        middle.now = cut
        run(floor.fork(record=facts.append), policy, until)
        by_hand = measure(SHOP.plant, middle, facts, until)
        assert {name: values[index] for name, values in got.figures.items()} == pytest.approx(
            {name: math.nan if value is None else value for name, value in by_hand.figures.items()}, nan_ok=True
        )
    assert {n: list(v) for n, v in got.finishes.items()} == {n: list(v) for n, v in whole.finishes.items()}
    with pytest.raises(ValueError, match="different spans"):
        compare(got, whole)
    with pytest.raises(ValueError, match="end before the runs do"):
        rehearse(SHOP.plant, START, policy, runs=2, until=until, warm_up=until)


def same(one: Rehearsal, other: Rehearsal) -> bool:
    return (
        one.recipe == other.recipe
        and one.seeds == other.seeds
        and all(np.array_equal(v, other.figures[k], equal_nan=True) for k, v in one.figures.items())
        and all(np.array_equal(v, other.finishes[k], equal_nan=True) for k, v in one.finishes.items())
    )


def test_runs_that_are_added_are_those_that_would_have_been_made_at_once() -> None:
    policy = rule("atc")
    first = rehearse(SHOP.plant, START, policy, runs=3, workers=1)
    joined = first.joined(rehearse(SHOP.plant, START, policy, runs=4, workers=1, first=3))
    assert same(joined, rehearse(SHOP.plant, START, policy, runs=7, workers=1))
    with pytest.raises(ValueError, match="from run 3"):
        first.joined(rehearse(SHOP.plant, START, policy, runs=4, workers=1, first=4))


def test_runs_are_added_until_the_interval_is_narrow_enough() -> None:
    policy = rule("edd")
    got = rehearse_until(
        SHOP.plant, START, policy, kpi="makespan_h", half_width=0.05, relative=True, first_runs=5, workers=1
    )
    assert got.is_reached
    assert got.half_width <= 0.05 / 1.05 * got.estimate.value
    assert same(got.rehearsal, rehearse(SHOP.plant, START, policy, runs=got.rehearsal.runs, workers=1))
    assert "within 0.05 of the mean" in got.words()
    absolute = rehearse_until(SHOP.plant, START, policy, kpi="makespan_h", half_width=0.4, first_runs=5, workers=1)
    assert absolute.is_reached and absolute.half_width <= 0.4
    assert absolute.rehearsal.runs > 5


def test_a_budget_that_is_used_up_is_said() -> None:
    seen: list[tuple[int, int]] = []
    got = rehearse_until(
        SHOP.plant,
        START,
        rule("edd"),
        kpi="makespan_h",
        half_width=1e-6,
        first_runs=4,
        most_runs=10,
        workers=1,
        progress=lambda done, most: seen.append((done, most)),
    )
    assert not got.is_reached and got.why == "runs used up"
    assert got.rehearsal.runs == 10
    assert seen == [(4, 10), (8, 10), (10, 10)]
    assert "NOT within 1e-06 (runs used up)" in got.words()


def test_time_that_is_used_up_and_a_stop_keep_what_there_is() -> None:
    def tried(seconds: float | None = None, progress: Progress | None = None) -> tuple[str, int]:
        got = rehearse_until(
            SHOP.plant,
            START,
            rule("edd"),
            kpi="makespan_h",
            half_width=1e-6,
            first_runs=4,
            workers=1,
            seconds=seconds,
            progress=progress,
        )
        return got.why, got.rehearsal.runs

    assert tried(seconds=1e-9) == ("time used up", 4)
    assert tried(progress=lambda done, most: done < 5) == ("stopped", 8)


def test_a_figure_that_no_run_knows_is_not_known() -> None:
    plant = line(Constant(MINUTE))
    start = opening(plant, [Order(id="o", product="p")])
    got = rehearse_until(plant, start, rule("fifo"), kpi="on_time_share", half_width=0.1, first_runs=2, workers=1)
    assert got.why == "not known"
    always = rehearse_until(plant, start, rule("fifo"), kpi="makespan_h", half_width=0.1, first_runs=2, workers=1)
    assert always.is_reached and always.half_width == 0
    with pytest.raises(ValueError, match="more than zero"):
        rehearse_until(plant, start, rule("fifo"), kpi="makespan_h", half_width=0)
    with pytest.raises(ValueError, match="first_runs"):
        rehearse_until(plant, start, rule("fifo"), kpi="makespan_h", half_width=1, first_runs=1)


def test_the_interval_of_a_median_is_the_one_of_the_tables() -> None:
    got = estimates.quantile(np.arange(1.0, 21.0), 0.5)
    assert (got.low, got.high) == (6.0, 15.0)  # n = 20: the 6th and the 15th
    assert estimates.quantile(np.arange(1.0, 6.0), 0.5)[1:3] == (-math.inf, math.inf)
    assert estimates.quantile(np.arange(1.0, 101.0), 0.99).high == math.inf
    assert estimates.quantile(np.array([math.nan]), 0.5).runs == 0
    with pytest.raises(ValueError, match="between 0 and 1"):
        estimates.quantile(np.arange(9.0), 1.0)


@pytest.mark.parametrize(("count", "share"), [(20, 0.5), (100, 0.9), (137, 0.05), (60, 0.75)])
def test_the_interval_of_a_quantile_covers_as_often_as_it_says(count: int, share: float) -> None:
    got = estimates.quantile(np.arange(1.0, count + 1), share)
    low = 0 if math.isinf(got.low) else int(got.low)
    high = count + 1 if math.isinf(got.high) else int(got.high)
    covered = stats.binom.cdf(high - 1, count, share) - stats.binom.cdf(low - 1, count, share)
    assert 0.95 <= covered < 0.995
    assert got.low <= got.value <= got.high


def test_a_rehearsal_offers_quantiles_with_intervals() -> None:
    got = rehearse(SHOP.plant, START, rule("edd"), runs=30, workers=1).quantile("makespan_h", 0.5)
    assert got.low < got.value < got.high


def test_equal_recipes_have_equal_digests_and_anything_else_another() -> None:
    base = rehearse(SHOP.plant, START, rule("edd"), runs=2, workers=1)
    again = rehearse(shop().plant, opening(SHOP.plant, SHOP.orders), rule("edd"), runs=2, workers=2)
    assert base.digest == again.digest
    other_plant = replace(
        SHOP.plant, machines={**SHOP.plant.machines, "saw-1": replace(SHOP.plant.machines["saw-1"], speed=2.0)}
    )
    others = [
        rehearse(SHOP.plant, START, rule("atc"), runs=2, workers=1),
        rehearse(SHOP.plant, START, rule("edd"), runs=3, workers=1),
        rehearse(SHOP.plant, START, rule("edd"), runs=2, workers=1, seed=2),
        rehearse(SHOP.plant, START, rule("edd"), runs=2, workers=1, until=HOUR),
        rehearse(SHOP.plant, START, rule("edd"), runs=2, workers=1, chance=lambda seed: Certain()),
        rehearse(SHOP.plant, opening(SHOP.plant, SHOP.orders[1:]), rule("edd"), runs=2, workers=1),
        rehearse(other_plant, START, rule("edd"), runs=2, workers=1),
    ]
    assert len({base.digest, *(other.digest for other in others)}) == 8
    assert base.recipe.words().startswith(f"run digest {base.digest[:12]}: plant ")
    assert "policy edd, chance Chance, seed 1, 2 runs until all orders have left" in base.recipe.words()


def test_a_plant_that_times_differ_in_kind_only_is_another_plant() -> None:
    assert plant_digest(line(Constant(MINUTE))) != plant_digest(line(Exponential(MINUTE)))


def first_come(plant: Plant, state: State, decision: Decision) -> str:
    return decision.options[0]


def test_policies_are_called_by_what_they_do() -> None:
    follow = FollowPlan(Plan(slots=()), otherwise=rule("edd"))
    assert policy_name(follow).startswith("plan ") and policy_name(follow).endswith("otherwise edd")
    assert policy_name(FollowPlan(Plan(slots=()), tolerance=0)) != policy_name(follow)
    assert policy_name(first_come) == "first_come"


def test_the_engine_is_the_version_of_the_project() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == ENGINE
