"""Pairs of runs are added until a change is known well enough, and are the pairs that one rehearsal would have had."""

import math

import numpy as np
import pytest

from tests.twin.shops import shop
from twin import Chance, World, compare, compare_until, opening, rehearse, rule

SHOP = shop()
START = opening(SHOP.plant, SHOP.orders)
BASE, OTHER = (World(SHOP.plant, START, rule(name)) for name in ("edd", "spt"))


def test_pairs_are_added_until_the_change_is_known_well_enough() -> None:
    wide = compare(rehearse(*BASE, runs=5, workers=1), rehearse(*OTHER, runs=5, workers=1))["weighted_tardiness_h"]
    wanted = (wide.change.high - wide.change.low) / 5
    got = compare_until(
        BASE, OTHER, kpi="weighted_tardiness_h", half_width=wanted, first_runs=5, most_runs=400, workers=1
    )
    assert got.is_reached
    assert got.half_width <= wanted
    assert got.runs > 5
    at_once = compare(*(rehearse(*world, runs=got.runs, workers=1) for world in (BASE, OTHER)))
    assert at_once.differences == got.comparison.differences
    assert f"after {got.runs} pairs, within" in got.words()


def test_the_width_may_be_a_share_of_the_figure_as_it_is() -> None:
    got = compare_until(BASE, OTHER, kpi="makespan_h", half_width=0.5, relative=True, first_runs=4, workers=1)
    assert got.is_reached
    assert got.half_width <= 0.5 * got.comparison.base.mean("makespan_h").value
    assert "0.5 of the figure as it is" in got.words()


def test_two_worlds_that_are_one_need_no_more_than_the_first_pairs() -> None:
    got = compare_until(BASE, BASE, kpi="makespan_h", half_width=1e-9, first_runs=3, workers=1)
    assert (got.runs, got.why, got.half_width) == (3, "narrow enough", 0)


def test_a_budget_is_kept_and_a_stop_keeps_what_there_is() -> None:
    seen: list[tuple[int, int]] = []

    def tell(done: int, of: int) -> bool:
        seen.append((done, of))
        return of < 12

    used = compare_until(
        BASE, OTHER, kpi="makespan_h", half_width=1e-9, first_runs=4, most_runs=9, workers=1, progress=tell
    )
    assert (used.why, used.runs, used.is_reached) == ("runs used up", 9, False)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (9, 9)
    timed = compare_until(BASE, OTHER, kpi="makespan_h", half_width=1e-9, first_runs=4, seconds=1e-9, workers=1)
    assert (timed.why, timed.runs) == ("time used up", 4)
    stopped = compare_until(
        BASE,
        OTHER,
        kpi="makespan_h",
        half_width=1e-9,
        first_runs=4,
        workers=1,
        progress=lambda done, of: of == 4,
    )
    assert (stopped.why, stopped.runs) == ("stopped", 4)


def test_a_change_that_cannot_be_told_is_refused_or_said() -> None:
    with pytest.raises(KeyError, match="no figure 'span_h' to tell a change of; there are makespan_h"):
        compare_until(BASE, OTHER, kpi="span_h", half_width=1)
    with pytest.raises(ValueError, match="more than zero"):
        compare_until(BASE, OTHER, kpi="makespan_h", half_width=math.nan)
    with pytest.raises(ValueError, match="first_runs"):
        compare_until(BASE, OTHER, kpi="makespan_h", half_width=1, first_runs=1)


def test_the_interval_of_the_change_holds_it_as_often_as_it_says() -> None:
    """Stopping when the interval is narrow costs a little of its confidence, and no more."""
    truth = compare(*(rehearse(*world, runs=600, seed=99, workers=1) for world in (BASE, OTHER)))["makespan_h"]
    width, held = (truth.change.high - truth.change.low) * 3, 0
    for seed in range(20):
        got = compare_until(
            BASE, OTHER, kpi="makespan_h", half_width=width, first_runs=20, workers=1, seed=seed, chance=Chance
        )
        held += bool(got.change.low <= truth.change.value <= got.change.high)
    assert held >= 16, f"{held} of 20"
    assert np.isfinite(width)
