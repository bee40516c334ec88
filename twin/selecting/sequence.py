"""Kim and Nelson's procedure: run by run, dropping alternatives as soon as they are shown not to be the best.

References
----------
Kim & Nelson (2001), A fully sequential procedure for indifference-zone selection in simulation, ACM TOMACS 11.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from twin.indicators import Better
from twin.selecting.constants import kim_nelson_eta
from twin.selecting.selection import Ending, Selection, check, selection
from twin.selecting.values import Source, Values


def kim_nelson(
    source: Source,
    names: Sequence[str],
    *,
    better: Better,
    indifference: float,
    confidence: float = 0.95,
    first_runs: int = 10,
    most_runs: int = 10_000,
    at_once: int = 10,
    told: Callable[[int], object] | None = None,
) -> Selection:
    """The best alternative by the fully sequential procedure, with common random numbers.

    After *first_runs* of each, every alternative whose mean is behind that of another by more than the procedure's
    limit is dropped; the limit closes as runs are added, and at the latest when it has closed one is left.

    Parameters
    ----------
    source
        Run *i* of all alternatives has the same luck (independent luck is allowed too, and takes more runs).
    better, indifference
        Which way is better, and the difference that matters, in the figure's unit.
    first_runs
        From these the variances of the differences are estimated. With fewer than ten much more is played later.
    most_runs
        Of each alternative. Where that is not enough the best so far comes back, and nothing is promised.
    at_once
        Runs of each alternative that are fetched together: more keep more processes busy, and some may be played for
        nothing. The choice and the runs that count do not depend on it.
    told
        Hears the number of values fetched so far.

    Raises
    ------
    ValueError
        Where what is asked does not make sense, or a value is not known.
    """
    check(indifference, confidence, first_runs, most_runs, len(names))
    values = Values(source, names, better=better, told=told)
    values.fetch(dict.fromkeys(names, first_runs))
    first = np.array([values.first(name, first_runs) for name in names])
    spread = 2 * kim_nelson_eta(len(names), first_runs, confidence) * (first_runs - 1) * _variances(first)
    needed = np.floor(spread / indifference**2)
    alive, runs = list(range(len(names))), first_runs
    ending: Ending = "selected"
    sums, counts = first.sum(axis=1), [first_runs] * len(names)
    dropped: dict[str, int] = {}
    while True:
        kept = _kept(alive, sums[alive] / runs, spread, indifference, runs)
        dropped |= {names[number]: runs for number in alive if number not in kept}
        alive = kept
        if len(alive) == 1 or runs > needed[np.ix_(alive, alive)].max():
            break
        if runs == most_runs:
            ending = "runs used up"
            break
        runs += 1
        if runs > len(values.first(names[alive[0]], runs)):
            values.fetch({names[number]: min(runs + at_once - 1, most_runs) for number in alive})
        for number in alive:
            sums[number] += values.first(names[number], runs)[-1]
            counts[number] = runs
    return selection(
        values,
        dict(zip(names, counts, strict=True)),
        procedure="kn",
        better=better,
        best=names[alive[int(np.argmax(sums[alive]))]],
        dropped=dropped,
        indifference=indifference,
        confidence=confidence,
        reached=confidence if ending == "selected" else None,
        why=ending,
    )


def _variances(first: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each pair of alternatives the sample variance of the difference between their first values."""
    found: NDArray[np.float64] = (first[:, None, :] - first[None, :, :]).var(axis=2, ddof=1)
    return found


def _kept(
    alive: Sequence[int], means: NDArray[np.float64], spread: NDArray[np.float64], indifference: float, runs: int
) -> list[int]:
    """Those of *alive* that are behind no other by more than the limit after *runs* of each."""
    limit = np.maximum(0.0, spread[np.ix_(alive, alive)] / (2 * indifference * runs) - indifference / 2)
    is_kept = np.all(means[:, None] >= means[None, :] - limit, axis=1).tolist()
    return [number for number, stays in zip(alive, is_kept, strict=True) if stays]
