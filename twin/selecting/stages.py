"""Two-stage procedures: from first runs it follows how many are needed in all, and then they are played.

References
----------
Rinott (1978), On two-stage selection procedures and related probability-inequalities, Comm. in Statistics A7.
Nelson & Matejcik (1995), Using common random numbers for indifference-zone selection and multiple comparisons in
simulation, Management Science 41.
"""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from twin.indicators import Better
from twin.selecting.constants import max_t, rinott_h
from twin.selecting.selection import Selection, check, selection
from twin.selecting.values import Source, Values


def rinott(
    source: Source,
    names: Sequence[str],
    *,
    better: Better,
    indifference: float,
    confidence: float = 0.95,
    first_runs: int = 10,
    most_runs: int = 10_000,
    told: Callable[[int], object] | None = None,
) -> Selection:
    """The best alternative by Rinott's procedure: each gets as many runs as its own variance calls for.

    The arguments are those of `kim_nelson`. The promise holds where *source* gives every alternative luck of its own.

    Raises
    ------
    ValueError
        Where what is asked does not make sense, or a value is not known.
    """
    check(indifference, confidence, first_runs, most_runs, len(names))
    values = Values(source, names, better=better, told=told)
    values.fetch(dict.fromkeys(names, first_runs))
    h = rinott_h(len(names), first_runs, confidence)
    needed = {
        name: _runs(h * float(values.first(name, first_runs).std(ddof=1)) / indifference, first_runs) for name in names
    }
    return _second(values, needed, "rinott", better, indifference, confidence, most_runs)


def nelson_matejcik(
    source: Source,
    names: Sequence[str],
    *,
    better: Better,
    indifference: float,
    confidence: float = 0.95,
    first_runs: int = 10,
    most_runs: int = 10_000,
    told: Callable[[int], object] | None = None,
) -> Selection:
    """The best alternative by the two-stage procedure for common random numbers; all get the same number of runs.

    The arguments are those of `kim_nelson`. It assumes that all differences vary about alike (sphericity) and does
    little harm where they do not; `kim_nelson` assumes nothing of the kind.

    Raises
    ------
    ValueError
        Where what is asked does not make sense, or a value is not known.
    """
    check(indifference, confidence, first_runs, most_runs, len(names))
    values = Values(source, names, better=better, told=told)
    values.fetch(dict.fromkeys(names, first_runs))
    freedom = (len(names) - 1) * (first_runs - 1)
    variance = _spherical(np.array([values.first(name, first_runs) for name in names]))
    g = max_t(len(names) - 1, freedom, confidence)
    runs = _runs(g * math.sqrt(variance) / indifference, first_runs)
    return _second(values, dict.fromkeys(names, runs), "nelson-matejcik", better, indifference, confidence, most_runs)


def _runs(ratio: float, first_runs: int) -> int:
    return max(first_runs, math.ceil(ratio**2))


def _spherical(first: NDArray[np.float64]) -> float:
    """The variance of a difference, pooled over all pairs: twice what neither alternative nor run explains."""
    left = first - first.mean(axis=1, keepdims=True) - first.mean(axis=0, keepdims=True) + first.mean()
    alternatives, runs = first.shape
    return float(2 * (left**2).sum() / ((alternatives - 1) * (runs - 1)))


def _second(
    values: Values,
    needed: Mapping[str, int],
    procedure: str,
    better: Better,
    indifference: float,
    confidence: float,
    most_runs: int,
) -> Selection:
    """The second stage: play what is *needed*, at most *most_runs* of each, and take the largest mean."""
    is_whole = max(needed.values()) <= most_runs
    runs = {name: min(count, most_runs) for name, count in needed.items()}
    values.fetch(runs)
    means = [float(values.first(name, runs[name]).mean()) for name in values.names]
    return selection(
        values,
        runs,
        procedure=procedure,
        better=better,
        best=values.names[int(np.argmax(means))],
        dropped={},
        indifference=indifference,
        confidence=confidence,
        reached=confidence if is_whole else None,
        why="selected" if is_whole else "runs used up",
    )
