"""How many pairs of runs a what-if needs: both worlds are played with the same luck until the change is known.

The interval that counts is that of the paired difference. It is often far narrower than that of either world by
itself, because what chance does to both falls out of the difference.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from plant_models.plant import Plant
from twin.chance import Chance, Luck
from twin.comparison import Comparison, compare
from twin.decisions import Policy
from twin.estimates import Estimate
from twin.rehearsal import Progress, Rehearsal, rehearse
from twin.sequential import Spread, Stop, Wanted, until_narrow
from twin.state import State
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
    wanted = Wanted(half_width=half_width, first_runs=first_runs, most_runs=most_runs, seconds=seconds)
    if FIGURES.get(kpi) is None:
        raise KeyError(
            f"no figure {kpi!r} to tell a change of; there are {', '.join(k for k in FIGURES if FIGURES[k])}"
        )

    def more(done: Comparison | None, runs: int) -> Comparison:
        first = 0 if done is None else done.base.runs

        def play(world: World, before: int) -> Rehearsal:
            def told(played: int, _runs: int) -> object:
                return None if progress is None else progress(first + (before + played) // 2, first + runs)

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

        one, two = play(base, 0), play(other, runs)
        if done is not None:
            one, two = done.base.joined(one), done.other.joined(two)
        return compare(one, two, confidence=confidence)

    def spread(done: Comparison) -> Spread:
        found = done.differences.get(kpi)
        goal = half_width * abs(found.base) if relative and found else half_width
        return Spread(done.base.runs, (found.change.high - found.change.low) / 2 if found else math.nan, goal)

    def goes_on(done: int, foreseen: int) -> bool:
        return progress is None or progress(done, foreseen) is not False

    found, why = until_narrow(wanted, more=more, spread=spread, goes_on=goes_on)
    return Pairs(comparison=found, kpi=kpi, wanted=half_width, is_relative=relative, why=why)


_UNKNOWN = Estimate(math.nan, math.nan, math.nan, 0)
