"""How many pairs of runs a what-if needs: both worlds are played with the same luck until the change is known.

The interval that counts is that of the paired difference. It is often far narrower than that of either world by
itself, because what chance does to both falls out of the difference.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from plant_models.clock import now
from plant_models.plant import Plant
from twin.chance import Chance, Luck
from twin.comparison import Comparison, Difference, compare
from twin.decisions import Policy
from twin.estimates import Estimate
from twin.rehearsal import Progress, Rehearsal, rehearse
from twin.state import State
from twin.steady import Stop
from twin.tally import FIGURES


class World(NamedTuple):
    """A plant, the state it stands in, and who decides."""

    plant: Plant
    state: State
    policy: Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Pairs of runs that were added until a change was known well enough, or until something ran out.

    *wanted* is the half-width that was asked for, in the figure's unit or (*is_relative*) as a share of the figure as
    it is in the first world; *why* says what ended it.
    """

    comparison: Comparison
    kpi: str
    wanted: float
    is_relative: bool
    why: Stop

    @property
    def is_reached(self) -> bool:
        """Whether the interval of the change is as narrow as was asked for."""
        return self.why == "narrow enough"

    @property
    def runs(self) -> int:
        """How many pairs were played."""
        return self.comparison.base.runs

    @property
    def change(self) -> Estimate:
        """The paired change of the figure, with its interval."""
        return self.comparison[self.kpi].change if self.kpi in self.comparison.differences else _UNKNOWN

    @property
    def half_width(self) -> float:
        """Half the width of that interval, in the figure's unit."""
        return (self.change.high - self.change.low) / 2

    def words(self) -> str:
        """What was reached, as people say it."""
        wanted = f"{self.wanted:.3g}" + (" of the figure as it is" if self.is_relative else "")
        got = f"change of {self.kpi}: {self.change.value:+.4g} +- {self.half_width:.3g} after {self.runs} pairs"
        return f"{got}, {'within' if self.is_reached else 'NOT within'} {wanted} ({self.why})"


def compare_until(
    base: World,
    other: World,
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
) -> Pairs:
    """Play both worlds with as many pairs of runs as it takes until the change of a figure is narrow enough.

    The procedure is that of `twin.rehearse_until`, with the t interval of the paired change in the place of the
    figure's own. The pairs are those that `twin.compare` would have of two rehearsals of that number.

    Parameters
    ----------
    half_width
        In the figure's unit; with *relative* as a share of the figure's mean in the *base* world.
    most_runs, seconds
        The budget, in pairs and in time; it is looked at between batches.
    progress
        Is called with (pairs done, pairs foreseen). False ends it: between batches with what there is.

    Raises
    ------
    ValueError
        Where the width is not more than zero, or the numbers of runs do not fit.
    KeyError
        Where no change of that figure can be told.
    """
    _check(kpi, half_width, first_runs, most_runs)
    began = now()

    def more(first: int, runs: int) -> tuple[Rehearsal, Rehearsal]:
        def play(world: World, before: int) -> Rehearsal:
            def told(done: int, _runs: int) -> object:
                return None if progress is None else progress(first + (before + done) // 2, first + runs)

            return rehearse(
                *world,
                runs=runs,
                seed=seed,
                workers=workers,
                until=until,
                progress=told,
                chance=chance,
                confidence=confidence,
                warm_up=warm_up,
                first=first,
            )

        return play(base, 0), play(other, runs)

    one, two = more(0, first_runs)
    while True:
        passed = max(1e-6, (now() - began).total_seconds())
        found = compare(one, two, confidence=confidence)
        why, wanted = _judge(found.differences.get(kpi), half_width, relative=relative)
        if why is None and one.runs >= most_runs:
            why = "runs used up"
        added = 0
        if why is None:
            added = _added(one.runs, wanted, most_runs, None if seconds is None else (seconds - passed) / passed)
            why = "time used up" if added < 1 else None
        if why is None and progress is not None and progress(one.runs, one.runs + added) is False:
            why = "stopped"
        if why is not None:
            return Pairs(comparison=found, kpi=kpi, wanted=half_width, is_relative=relative, why=why)
        pair = more(one.runs, added)
        one, two = one.joined(pair[0]), two.joined(pair[1])


def _check(kpi: str, half_width: float, first_runs: int, most_runs: int) -> None:
    if not half_width > 0:
        raise ValueError(f"the half-width must be more than zero, not {half_width}")
    if not 2 <= first_runs <= most_runs:
        raise ValueError(f"wanted: 2 <= first_runs <= most_runs, not {first_runs} and {most_runs}")
    if FIGURES.get(kpi) is None:
        raise KeyError(
            f"no figure {kpi!r} to tell a change of; there are {', '.join(k for k in FIGURES if FIGURES[k])}"
        )


def _added(runs: int, wanted: int, most: int, left: float | None) -> int:
    """How many pairs to add where *runs* were played and *left* times the time they took is left."""
    added = min(max(wanted, math.ceil(1.2 * runs)), 2 * runs, most) - runs
    return added if left is None else min(added, int(left * runs))


def _judge(found: Difference | None, half_width: float, *, relative: bool) -> tuple[Stop | None, int]:
    """Why to end here, if at all, and how many pairs the spread so far calls for."""
    if found is None or math.isnan(found.change.value):
        return "not known", 0
    half = (found.change.high - found.change.low) / 2
    goal = half_width * abs(found.base) if relative else half_width
    if half <= goal:
        return "narrow enough", found.change.runs
    if goal == 0 or not math.isfinite(half):
        return None, 2 * found.change.runs
    return None, math.ceil(found.change.runs * min(4.0, (half / goal) ** 2))


_UNKNOWN = Estimate(math.nan, math.nan, math.nan, 0)
