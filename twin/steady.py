"""When a run has settled, and when there are enough runs.

A plant that opens empty is quieter than it will be: what it does until it has filled belongs to no steady state.
`settled` finds how much of a series to leave out, `warm_up` how much of a plant's runs; `rehearse(..., warm_up=...)`
leaves it out. `rehearse_until` adds runs until a figure's interval is as narrow as it must be.

References
----------
White (1997), An effective truncation heuristic for bias reduction in simulation output, Simulation 69.
Franklin & White (2008), Stationarity tests and MSER-5, Proceedings of the Winter Simulation Conference.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from plant_models.clock import duration
from plant_models.events import Event
from plant_models.plant import Plant
from twin import estimates
from twin.chance import Chance, Luck
from twin.decisions import Policy
from twin.estimates import Estimate
from twin.flows import flow
from twin.rehearsal import Progress, Rehearsal, rehearse
from twin.sequential import Spread, Stop, Wanted, until_narrow
from twin.state import State
from twin.trials import play, seed_of_run

LEAST_BATCHES = 10
"""With fewer batches than these nothing can be said about a warm-up."""


class Settled(NamedTuple):
    """What MSER says of a series.

    *cut* values at its beginning are to be left out; *mean* is that of the rest and *statistic* the least squared
    standard error. Where *is_settled* is False the least lies in the second half: the series is too short to show that
    it has settled, and *cut* is not to be relied on.
    """

    cut: int
    mean: float
    statistic: float
    is_settled: bool


def settled(series: Sequence[float] | NDArray[np.float64], *, batch: int = 5) -> Settled:
    """Where a series has settled, by the marginal standard error rule on batch means (MSER-5 with *batch* 5).

    The cut is the one that makes the squared standard error of the mean of what is left smallest: leaving out more
    drops biased values, but leaves fewer. A last batch that is not full is dropped.

    Raises
    ------
    ValueError
        Where there are fewer than `LEAST_BATCHES` batches.
    """
    values = np.asarray(series, dtype=np.float64)
    count = len(values) // batch
    if count < LEAST_BATCHES:
        raise ValueError(
            f"a series of {len(values)} cannot show a warm-up; at least {LEAST_BATCHES * batch} are needed"
        )
    means = values[: count * batch].reshape(count, batch).mean(axis=1)
    left = np.arange(count, 0, -1)
    centred = means - means.mean()  # sums of squares lose less when the numbers are small
    sums, squares = np.cumsum(centred[::-1])[::-1], np.cumsum(centred[::-1] ** 2)[::-1]
    errors = np.maximum(0.0, squares - sums**2 / left) / left.astype(np.float64) ** 2
    errors = errors[: count - LEAST_BATCHES // 2 + 1]  # the error of a handful is an accident
    cut = int(np.argmax(errors <= errors.min() + 1e-12 * errors.max()))  # the first of those that rounding tells apart
    return Settled(cut * batch, float(means[cut:].mean()), float(errors[cut]), cut <= count // 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmUp:
    """How long a plant's runs take to settle.

    *time* is what to leave out (milliseconds, for ``rehearse(..., warm_up=...)``); *series* is the mean over the runs,
    one value for each interval of *every*; *found* is what MSER says of it.
    """

    time: int
    every: int
    series: NDArray[np.float64]
    found: Settled

    @property
    def is_settled(self) -> bool:
        """Whether the runs were long enough to tell."""
        return self.found.is_settled

    def words(self) -> str:
        """What was found, as people say it."""
        if self.is_settled:
            return f"settled after {duration(self.time)}, of {duration(self.every * len(self.series))} looked at"
        return f"not settled within {duration(self.every * len(self.series))}: look at longer runs"


def warm_up(
    plant: Plant,
    state: State,
    policy: Policy,
    *,
    until: int,
    every: int,
    of: Literal["wip", "output"] = "wip",
    runs: int = 10,
    seed: int = 1,
    chance: Callable[[int], Luck] = Chance,
) -> WarmUp:
    """How long runs of *policy* from *state* (left alone) take to settle: MSER-5 on the mean of *runs* of them.

    Work in process or output is looked at in intervals of *every* milliseconds up to *until*.
    """
    rows = []
    for index in range(runs):
        facts: list[Event] = []
        play(plant, state.copy(), policy, chance(seed_of_run(seed, index)), until=until, record=facts.append)
        rows.append(flow(plant, state, facts, until).series(of, every))
    series: NDArray[np.float64] = np.mean(rows, axis=0)
    found = settled(series)
    return WarmUp(time=found.cut * every, every=every, series=series, found=found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """Runs that were added until a figure was known well enough, or until something ran out.

    *wanted* is the half-width that was asked for, in the figure's unit or (*is_relative*) as a share of its mean;
    *why* says what ended it.
    """

    rehearsal: Rehearsal
    kpi: str
    wanted: float
    is_relative: bool
    why: Stop

    @property
    def is_reached(self) -> bool:
        """Whether the interval is as narrow as was asked for."""
        return self.why == "narrow enough"

    @property
    def estimate(self) -> Estimate:
        """The figure's mean with its interval."""
        return self.rehearsal.mean(self.kpi)

    @property
    def half_width(self) -> float:
        """Half the width of that interval, in the figure's unit; of all of it, where the figure's bounds cut it off."""
        return _half_width(self.rehearsal, self.kpi)

    def words(self) -> str:
        """What was reached, as people say it."""
        wanted = f"{self.wanted:.3g}" + (" of the mean" if self.is_relative else "")
        got = f"{self.kpi}: {self.estimate.value:.4g} +- {self.half_width:.3g} after {self.rehearsal.runs} runs"
        return f"{got}, {'within' if self.is_reached else 'NOT within'} {wanted} ({self.why})"


def rehearse_until(
    plant: Plant,
    state: State,
    policy: Policy,
    *,
    kpi: str,
    half_width: float,
    relative: bool = False,
    confidence: float = 0.95,
    first_runs: int = 20,
    most_runs: int = 2000,
    seconds: float | None = None,
    seed: int = 1,
    workers: int | None = None,
    until: int | None = None,
    warm_up: int = 0,
    progress: Progress | None = None,
    chance: Callable[[int], Luck] = Chance,
) -> Precision:
    """Rehearse *policy* with as many runs as it takes until the interval of a figure is narrow enough.

    The procedure is sequential (`twin.sequential`). It ends when the half-width of the t interval is *half_width* or
    less (*relative*: no more than ``half_width / (1 + half_width)`` of the mean, which keeps the error within
    *half_width* of the true mean). The runs are those that `rehearse` would have made of that number at once.

    Parameters
    ----------
    most_runs, seconds
        The budget. It is looked at between batches, and a batch that would not fit into the seconds that are left, by
        the pace so far, is made smaller. The seconds change how many runs there are, never what they are.
    first_runs
        With too few the spread may look small by accident, and the procedure ends too early.
    progress
        Is called with (runs done, *most_runs*) between batches; where it returns False what there is comes back.

    Raises
    ------
    ValueError
        Where the figure is unknown, or the width is not more than zero.
    """
    wanted = Wanted(half_width=half_width, first_runs=first_runs, most_runs=most_runs, seconds=seconds)

    def more(done: Rehearsal | None, runs: int) -> Rehearsal:
        added = rehearse(
            plant,
            state,
            policy,
            runs=runs,
            seed=seed,
            workers=workers,
            until=until,
            chance=chance,
            confidence=confidence,
            warm_up=warm_up,
            first=0 if done is None else done.runs,
        )
        return added if done is None else done.joined(added)

    def spread(done: Rehearsal) -> Spread:
        found = done.mean(kpi)
        goal = half_width / (1 + half_width) * abs(found.value) if relative else half_width
        return Spread(done.runs, _half_width(done, kpi), goal)

    def goes_on(done: int, _foreseen: int) -> bool:
        return progress is None or progress(done, most_runs) is not False

    done, why = until_narrow(wanted, more=more, spread=spread, goes_on=goes_on)
    return Precision(rehearsal=done, kpi=kpi, wanted=half_width, is_relative=relative, why=why)


def _half_width(found: Rehearsal, kpi: str) -> float:
    low, high = estimates.mean(found.figures[kpi], found.confidence)[1:3]
    return (high - low) / 2
