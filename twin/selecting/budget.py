"""Optimal computing budget allocation: a number of runs, spent where it does most for the choice.

References
----------
Chen, Lin, Yucesan & Chick (2000), Simulation budget allocation for further enhancing the efficiency of ordinal
optimization, Discrete Event Dynamic Systems 10.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import special

from twin.indicators import Better
from twin.selecting.selection import Selection, selection
from twin.selecting.values import Source, Values


def ocba(
    source: Source,
    names: Sequence[str],
    *,
    better: Better,
    budget: int,
    indifference: float = 0.0,
    confidence: float = 0.95,
    first_runs: int = 10,
    step: int | None = None,
    told: Callable[[int], object] | None = None,
) -> Selection:
    """The best alternative that *budget* runs, over all alternatives together, can find.

    After *first_runs* of each, runs are added *step* by step (left out: a tenth of what the first stage took) to those
    that are hard to tell from the best: many where the difference is small and the variance large. It ends early where
    the estimated probability that the choice is right has reached *confidence*.

    That probability is estimated from below (one less the chances that each other one is truly better, as if all were
    independent), and it is an estimate: nothing is promised. Differences below *indifference* count as that much.

    Raises
    ------
    ValueError
        Where the budget does not reach for the first runs, or a value is not known.
    """
    if first_runs < 2 or indifference < 0 or not 0 < confidence < 1:
        raise ValueError(
            f"wanted: first_runs of 2 or more, indifference of 0 or more and a confidence between 0 and 1, not "
            f"{first_runs}, {indifference:g} and {confidence:g}"
        )
    if budget < first_runs * len(names):
        raise ValueError(
            f"{first_runs} first runs of each of {len(names)} alternatives take {first_runs * len(names)} runs; the "
            f"budget is {budget}"
        )
    values = Values(source, names, better=better, told=told)
    counts = np.full(len(names), first_runs)
    step = step or max(len(names), first_runs * len(names) // 10)
    while True:
        values.fetch(dict(zip(names, counts.tolist(), strict=True)))
        known = [values.first(name, count) for name, count in zip(names, counts.tolist(), strict=True)]
        means = np.array([float(of.mean()) for of in known])
        deviations = np.array([float(of.std(ddof=1)) for of in known])
        best = int(np.argmax(means))
        reached = _correct(means, deviations, counts, best, indifference)
        added = min(step, budget - int(counts.sum()))
        if reached >= confidence or added < 1:
            break
        counts = counts + _added(_weights(means, deviations, best, indifference), counts, added)
    return selection(
        values,
        dict(zip(names, counts.tolist(), strict=True)),
        procedure="ocba",
        better=better,
        best=names[best],
        dropped={},
        indifference=indifference,
        confidence=confidence,
        reached=reached,
        why="selected" if reached >= confidence else "runs used up",
    )


def _correct(
    means: NDArray[np.float64],
    deviations: NDArray[np.float64],
    counts: NDArray[np.int64],
    best: int,
    indifference: float,
) -> float:
    """The chance that the best is, from below: Bonferroni over all others."""
    wrong = 0.0
    for number in range(len(means)):
        if number != best:
            error = math.sqrt(deviations[best] ** 2 / counts[best] + deviations[number] ** 2 / counts[number])
            lead = max(means[best] - means[number], indifference)
            wrong += float(special.ndtr(-lead / error)) if error else 0.0
    return max(0.0, 1 - wrong)


def _weights(
    means: NDArray[np.float64], deviations: NDArray[np.float64], best: int, indifference: float
) -> NDArray[np.float64]:
    """How the runs are best shared out: ``(s / d) ** 2`` for the others, the root of a sum of squares for the best."""
    scale = max(float(np.ptp(means)), float(deviations.max()), 1e-300)
    leads = np.maximum(means[best] - means, max(indifference, 1e-6 * scale))
    noise = np.maximum(deviations, 1e-6 * scale)
    weights: NDArray[np.float64] = (noise / leads) ** 2
    others = np.arange(len(means)) != best
    weights[best] = noise[best] * math.sqrt(float(((weights[others] / noise[others]) ** 2).sum()))
    shares: NDArray[np.float64] = weights / weights.sum()
    return shares


def _added(weights: NDArray[np.float64], counts: NDArray[np.int64], added: int) -> NDArray[np.int64]:
    """Where *added* runs go so that all of them come as near to their shares as what was played allows."""
    is_open, total = np.ones(len(counts), dtype=bool), int(counts.sum()) + added
    while True:
        goal = weights * is_open * (total - counts[~is_open].sum()) / weights[is_open].sum()
        has_enough = is_open & (goal < counts)
        if not has_enough.any():
            break
        is_open &= ~has_enough
    more = np.where(is_open, goal - counts, 0.0)
    found = np.floor(more + 1e-9).astype(np.int64)
    for number in np.argsort(found - more, kind="stable")[: added - int(found.sum())]:
        found[number] += 1
    return found
