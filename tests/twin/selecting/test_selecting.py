"""Ranking and selection: worked by hand where that is possible, and the promises kept by trying them out."""

import math
from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from twin.selecting import Selection, kim_nelson, kim_nelson_eta, max_t, nelson_matejcik, ocba, rinott, rinott_h

MACRO_RUNS = 200
NAMES = ["a", "b", "c", "d", "e"]


class Normals:
    """Alternatives whose figure is normal, with known means: the best is known, and so is when a choice is right.

    What chance does to all alternatives alike has the share *alike* of the variance.
    """

    def __init__(self, means: Mapping[str, float], *, seed: int, alike: float = 0.0, deviation: float = 1.0) -> None:
        luck, most = np.random.default_rng(seed), 4000
        shared = math.sqrt(alike) * luck.standard_normal(most)
        self._values = {
            name: mean + deviation * (shared + math.sqrt(1 - alike) * luck.standard_normal(most))
            for name, mean in means.items()
        }
        self.asked: list[dict[str, range]] = []

    def __call__(self, wanted: Mapping[str, range]) -> dict[str, NDArray[np.float64]]:
        self.asked.append(dict(wanted))
        return {name: self._values[name][runs.start : runs.stop] for name, runs in wanted.items()}


def listed(**values: list[float]):
    """A source that was written down by hand."""

    def source(wanted: Mapping[str, range]) -> dict[str, NDArray[np.float64]]:
        return {name: np.array(values[name])[runs.start : runs.stop] for name, runs in wanted.items()}

    return source


# -- the promise ------------------------------------------------------------------------------------------------------


def slipped(indifference: float) -> dict[str, float]:
    """The hardest case that the promise covers: all others are worse by exactly the indifference."""
    return {"a": 0.0, "b": 0.0, "c": indifference, "d": 0.0, "e": 0.0}


def share_right(choose, promised: float) -> tuple[float, float]:
    """How often it chose the best of `MACRO_RUNS`, and below which share that would be no accident.

    Where the true probability is what was promised, 99 of 100 such tests see at least the second number.
    """
    hits = sum(choose(seed).best == "c" for seed in range(MACRO_RUNS))
    tolerance = 2.33 * math.sqrt(promised * (1 - promised) / MACRO_RUNS)
    return hits / MACRO_RUNS, promised - tolerance


@pytest.mark.parametrize("promised", [0.8, 0.95])
@pytest.mark.parametrize("alike", [0.0, 0.7])
def test_run_by_run_the_best_is_chosen_as_often_as_promised(alike: float, promised: float) -> None:
    def choose(seed: int) -> Selection:
        source = Normals(slipped(0.5), seed=seed, alike=alike)
        return kim_nelson(source, NAMES, better="higher", indifference=0.5, confidence=promised)

    share, least = share_right(choose, promised)
    assert share >= promised > least


@pytest.mark.parametrize("promised", [0.8, 0.95])
def test_in_two_stages_the_best_is_chosen_as_often_as_promised(promised: float) -> None:
    def choose(seed: int) -> Selection:
        source = Normals(slipped(0.5), seed=seed)
        return rinott(source, NAMES, better="higher", indifference=0.5, confidence=promised)

    share, least = share_right(choose, promised)
    assert share >= promised > least


@pytest.mark.parametrize("promised", [0.8, 0.95])
def test_in_two_stages_with_the_same_luck_the_best_is_chosen_as_often_as_promised(promised: float) -> None:
    def choose(seed: int) -> Selection:
        source = Normals(slipped(0.5), seed=seed, alike=0.7)
        return nelson_matejcik(source, NAMES, better="higher", indifference=0.5, confidence=promised)

    share, least = share_right(choose, promised)
    assert share >= least


def test_a_budget_is_spent_better_than_evenly() -> None:
    means = {"a": 0.0, "b": 0.2, "c": 0.8, "d": 0.5, "e": -1.0}

    def choose(seed: int) -> Selection:
        source = Normals(means, seed=seed, deviation=2.0)
        return ocba(source, NAMES, better="higher", budget=400, step=25, confidence=0.999)

    def evenly(seed: int) -> str:
        values = Normals(means, seed=seed, deviation=2.0)(dict.fromkeys(NAMES, range(80)))
        return max(NAMES, key=lambda name: float(values[name].mean()))

    chosen = [choose(seed) for seed in range(MACRO_RUNS)]
    right = sum(found.best == "c" for found in chosen)
    assert right > sum(evenly(seed) == "c" for seed in range(MACRO_RUNS))
    assert np.mean([found.reached for found in chosen]) <= right / MACRO_RUNS  # it estimates from below


# -- what it costs ----------------------------------------------------------------------------------------------------


def test_the_same_luck_for_all_saves_runs() -> None:
    def cost(alike: float) -> int:
        chosen = (
            kim_nelson(Normals(slipped(0.5), seed=s, alike=alike), NAMES, better="higher", indifference=0.5)
            for s in range(20)
        )
        return sum(found.values for found in chosen)

    assert cost(0.8) < cost(0.0) / 2


def test_the_choice_does_not_depend_on_how_many_runs_are_fetched_together() -> None:
    def chosen(at_once: int) -> Selection:
        source = Normals({"a": 0.0, "b": 0.3, "c": 0.5}, seed=3, alike=0.5)
        return kim_nelson(source, ["a", "b", "c"], better="higher", indifference=0.2, at_once=at_once)

    assert chosen(1) == chosen(7) == chosen(100)


def test_what_was_dropped_is_played_no_more() -> None:
    source = Normals({"far behind": -50.0, "a": 0.0, "b": 0.1}, seed=1)
    found = kim_nelson(source, ["far behind", "a", "b"], better="higher", indifference=0.3, at_once=1)
    assert found.candidates[-1].name == "far behind"
    assert found.candidates[-1].dropped_after == 10
    assert all("far behind" not in asked for asked in source.asked[1:])


def test_where_less_is_better_the_mirror_image_is_chosen() -> None:
    means = {"a": 0.0, "b": 0.4, "c": 0.8}
    up = kim_nelson(Normals(means, seed=5), list(means), better="higher", indifference=0.3)
    mirrored = listed(**{n: list(-Normals(means, seed=5)({n: range(4000)})[n]) for n in means})
    down = kim_nelson(mirrored, list(means), better="lower", indifference=0.3)
    assert (down.best, down.values) == (up.best, up.values)
    assert down.candidates[0].mean.value == -up.candidates[0].mean.value


# -- by hand ----------------------------------------------------------------------------------------------------------


def test_the_constants_are_those_of_the_tables() -> None:
    # Law & Kelton (2000), table 10.11: two alternatives, for which Rinott's constant and that table's are the same
    assert rinott_h(2, 20, 0.90) == pytest.approx(1.896, abs=1e-3)
    assert rinott_h(2, 20, 0.95) == pytest.approx(2.453, abs=1e-3)
    assert rinott_h(2, 40, 0.95) == pytest.approx(2.386, abs=1e-3)
    assert max_t(1, 20, 0.95) == pytest.approx(1.725, abs=1e-3)  # Student's t
    assert kim_nelson_eta(2, 10, 0.95) == pytest.approx((0.1 ** (-2 / 9) - 1) / 2)


def test_two_alternatives_run_by_run_worked_by_hand() -> None:
    # Differences of the first two runs 1 and 3: S2 = 2. With n0 = 2 and a = 0.25: eta = (0.5 ** -2 - 1) / 2 = 1.5,
    # h2 = 3, N = floor(3 * 2 / 4) = 1 with an indifference of 2: as many runs as there are, and the larger mean wins.
    source = listed(a=[1.0, 3.0], b=[0.0, 0.0])
    found = kim_nelson(source, ["a", "b"], better="higher", indifference=2.0, confidence=0.75, first_runs=2)
    assert (found.best, found.values, found.why) == ("a", 4, "selected")
    # With an indifference of 1 the limit after r runs is max(0, 3 * 2 / (2 r) - 1 / 2): 1, 0.5, 0.25 ... The mean
    # difference is 2 after two runs, more than 1: b is dropped at once.
    found = kim_nelson(source, ["a", "b"], better="higher", indifference=1.0, confidence=0.75, first_runs=2)
    assert (found.best, found.candidates[1].dropped_after) == ("a", 2)
    # Differences 2, -2, 1.5, 2: S2 = 8, the limit is 12 / r - 1 / 2. The means 0, 0.5, 0.875 never pass it: N = 24.
    # Four runs at most: the better one so far, and nothing promised.
    source = listed(a=[2.0, 0.0, 1.5, 2.0], b=[0.0, 2.0, 0.0, 0.0])
    found = kim_nelson(
        source, ["a", "b"], better="higher", indifference=1.0, confidence=0.75, first_runs=2, most_runs=4
    )
    assert (found.best, found.why, found.reached) == ("a", "runs used up", None)
    assert "nothing is promised" in found.words()


def test_two_stages_worked_by_hand() -> None:
    # S of a is sqrt(2) with values 0 and 2, of b it is 0: a needs (h * sqrt(2) / 4) ** 2 runs, b the first two.
    source = listed(a=[0.0, 2.0, *[4.0] * 100], b=[3.5] * 2)
    found = rinott(source, ["a", "b"], better="higher", indifference=4.0, confidence=0.9, first_runs=2)
    needed = math.ceil(rinott_h(2, 2, 0.9) ** 2 * 2 / 16)
    runs = {candidate.name: candidate.mean.runs for candidate in found.candidates}
    assert runs == {"a": max(2, needed), "b": 2}


def test_alternatives_that_are_the_same_in_every_run_end_at_once_with_the_first() -> None:
    source = listed(a=[1.0, 2.0, 3.0], b=[1.0, 2.0, 3.0], c=[0.0, 1.0, 2.0])
    for procedure in (kim_nelson, nelson_matejcik):
        found = procedure(source, ["a", "b", "c"], better="higher", indifference=0.5, first_runs=3)
        assert (found.best, found.values) == ("a", 9)
    found = ocba(source, ["a", "b", "c"], better="higher", budget=9, first_runs=3)
    assert (found.best, found.why) == ("a", "runs used up")


def test_a_budget_goes_where_the_formula_says() -> None:
    # Means 3, 2, 1 and equal spread: the others get (1 / 1) ** 2 and (1 / 2) ** 2, the best sqrt(1 + 1 / 16).
    values = {name: [mean - 1, mean + 1] * 500 for name, mean in (("a", 3.0), ("b", 2.0), ("c", 1.0))}
    found = ocba(listed(**values), ["a", "b", "c"], better="higher", budget=600, confidence=0.999999, step=598 - 6 + 2)
    runs = {candidate.name: candidate.mean.runs for candidate in found.candidates}
    weights = np.array([math.sqrt(1 + 1 / 16), 1, 1 / 4])
    assert sum(runs.values()) == 600
    assert [runs[name] for name in "abc"] == pytest.approx(list(600 * weights / weights.sum()), abs=3)


def test_what_cannot_be_ranked_is_refused_with_the_reason() -> None:
    with pytest.raises(ValueError, match=r"b: the figure is not known in run 1"):
        kim_nelson(listed(a=[1, 2], b=[1, math.nan]), ["a", "b"], better="higher", indifference=1, first_runs=2)
    with pytest.raises(ValueError, match="more than zero, not 0"):
        kim_nelson(listed(), ["a", "b"], better="higher", indifference=0)
    with pytest.raises(ValueError, match=r"blind choice among 5 gives, 0\.2"):
        rinott(listed(), NAMES, better="higher", indifference=1, confidence=0.2)
    with pytest.raises(ValueError, match="take 50 runs; the budget is 40"):
        ocba(listed(), NAMES, better="higher", budget=40)
    with pytest.raises(ValueError, match="at least two alternatives"):
        ocba(listed(), ["a"], better="higher", budget=40)
