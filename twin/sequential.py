"""Runs until an interval is narrow enough: the sequential procedure that single plants and pairs of worlds share.

References
----------
Law & Kelton (2000), Simulation modeling and analysis, 3rd ed., section 9.4.1: precision given beforehand.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar

from plant_models.clock import now

Stop = Literal["narrow enough", "runs used up", "time used up", "stopped", "not known"]
"""Why no more runs were added."""

_T = TypeVar("_T")


class Spread(NamedTuple):
    """What the runs so far say of a figure: half its interval's width (NaN: not known), and the goal."""

    runs: int
    half: float
    goal: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The half-width that is asked for, how many runs to begin with, and what may be spent: runs and seconds.

    Raises
    ------
    ValueError
        Where the width is not more than zero, or the numbers of runs do not fit.
    """

    half_width: float
    first_runs: int
    most_runs: int
    seconds: float | None = None

    def __post_init__(self) -> None:
        if not self.half_width > 0:
            raise ValueError(f"the half-width must be more than zero, not {self.half_width}")
        if not 2 <= self.first_runs <= self.most_runs:
            raise ValueError(f"wanted: 2 <= first_runs <= most_runs, not {self.first_runs} and {self.most_runs}")


def until_narrow(
    wanted: Wanted,
    *,
    more: Callable[[_T | None, int], _T],
    spread: Callable[[_T], Spread],
    goes_on: Callable[[int, int], bool],
) -> tuple[_T, Stop]:
    """Add runs until the interval is narrow enough or the budget is spent, and why it ended.

    Where the interval is too wide, the number of runs that this spread calls for is foreseen (the width falls with the
    square root of their number); at least a fifth more and at most twice as many are made of what there is. The budget
    is looked at between batches, and a batch that would not fit into the seconds that are left, by the pace so far, is
    made smaller.

    Parameters
    ----------
    more
        What there is (None at first) with so many runs added.
    spread
        What there is says so.
    goes_on
        Is asked between batches with (runs done, runs foreseen); False ends it.
    """
    began = now()
    done = more(None, wanted.first_runs)
    while True:
        found = spread(done)
        why = _verdict(found, wanted)
        added = 0 if why is not None else _added(found, wanted, (now() - began).total_seconds())
        if why is None and added < 1:
            why = "time used up"
        if not goes_on(found.runs, found.runs + added) and why is None:
            why = "stopped"
        if why is not None:
            return done, why
        done = more(done, added)


def _verdict(found: Spread, wanted: Wanted) -> Stop | None:
    """Why to end here, if the runs alone say so."""
    if math.isnan(found.half):
        return "not known"
    if found.half <= found.goal:
        return "narrow enough"
    return "runs used up" if found.runs >= wanted.most_runs else None


def _added(found: Spread, wanted: Wanted, passed: float) -> int:
    """How many runs to add, where those that there are took *passed* seconds."""
    runs = found.runs
    is_foreseen = found.goal > 0 and math.isfinite(found.half)
    foreseen = math.ceil(runs * min(4.0, (found.half / found.goal) ** 2)) if is_foreseen else 2 * runs
    added = min(max(foreseen, math.ceil(1.2 * runs)), 2 * runs, wanted.most_runs) - runs
    if wanted.seconds is None:
        return added
    passed = max(1e-6, passed)
    return min(added, int((wanted.seconds - passed) / passed * runs))
