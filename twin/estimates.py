"""From runs to statements: means and shares, each with an interval that says how sure they are."""

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special


class Estimate(NamedTuple):
    """A figure that was estimated from *runs* runs, and where it lies with the confidence that was asked for."""

    value: float
    low: float
    high: float
    runs: int


EVERYWHERE = (-math.inf, math.inf)
"""Where a figure lies of which nothing is known before."""


def mean(values: NDArray[np.float64], confidence: float = 0.95, within: tuple[float, float] = EVERYWHERE) -> Estimate:
    """The mean with Student's t interval; values that are not known (NaN) are left out, one alone has no interval.

    Where the mean cannot but lie *within* bounds (a share: 0 to 1), what is beyond them is cut off the interval. That
    covers the mean exactly as often as the whole interval does, because the mean is never in what is cut off.

    References
    ----------
    Mandelkern (2002), Setting confidence intervals for bounded parameters, Statistical Science 17 (2): the interval
    that is cut off at the bounds, its coverage, and what speaks for others.
    """
    known = values[~np.isnan(values)]
    count = len(known)
    if count == 0:
        return Estimate(math.nan, math.nan, math.nan, 0)
    middle = float(known.mean())
    if count == 1:
        return Estimate(middle, *within, 1)
    half = float(special.stdtrit(count - 1, (1 + confidence) / 2)) * float(known.std(ddof=1)) / math.sqrt(count)
    return Estimate(middle, max(within[0], middle - half), min(within[1], middle + half), count)


def share(hits: int, runs: int, confidence: float = 0.95) -> Estimate:
    """The share *hits* of *runs* with Wilson's score interval, which stays sensible near 0 and 1.

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22.
    """
    if runs == 0:
        return Estimate(math.nan, 0.0, 1.0, 0)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    part, square = hits / runs, z * z / runs
    middle = (part + square / 2) / (1 + square)
    half = z * math.sqrt(part * (1 - part) / runs + square / (4 * runs)) / (1 + square)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Estimate(part, 0.0 if hits == 0 else low, 1.0 if hits == runs else high, runs)


def quantiles(values: NDArray[np.float64], shares: Sequence[float]) -> list[float]:
    """The values below which the given shares of the runs lie; NaN where nothing is known."""
    known = values[~np.isnan(values)]
    if len(known) == 0:
        return [math.nan] * len(shares)
    return [float(q) for q in np.quantile(known, shares)]


def quantile(values: NDArray[np.float64], share: float, confidence: float = 0.95) -> Estimate:
    """The value below which *share* of the runs lie, with the distribution-free interval of order statistics.

    The number of runs below the true quantile is binomial, whatever the figure is like. So the interval runs from the
    r-th to the s-th smallest run, with r and s chosen so that the binomial leaves no more than half of what
    *confidence* leaves out on either side. An end that so few runs cannot give is infinite. Values may be infinite
    themselves: of what never came in a run.

    References
    ----------
    Conover (1999), Practical nonparametric statistics, 3rd ed., section 3.2.
    """
    if not 0 < share < 1:
        raise ValueError(f"the share must lie between 0 and 1, not {share}")
    known = np.sort(values[~np.isnan(values)])
    count = len(known)
    if count == 0:
        return Estimate(math.nan, math.nan, math.nan, 0)
    tail = (1 - confidence) / 2
    below = special.bdtr(np.arange(count), count, share)  # P(at most k runs lie below the quantile), k = 0 ... n - 1
    first = int(np.searchsorted(below, tail, side="right"))  # how many k have P(at most k) <= tail
    low = float(known[first - 1]) if first else -math.inf
    last = int(np.searchsorted(below, 1 - tail, side="left"))  # the least k with P(at most k) >= 1 - tail
    high = float(known[last]) if last < count else math.inf
    value = float(np.quantile(known, share)) if math.isfinite(known[-1]) else _between(known, share)
    return Estimate(value, low, high, count)


def _between(known: NDArray[np.float64], share: float) -> float:
    """The quantile where the last of the sorted values are infinite: it is too, where it leans on one of them."""
    place = share * (len(known) - 1)
    low, high = float(known[math.floor(place)]), float(known[math.ceil(place)])
    return low + (high - low) * (place - math.floor(place)) if math.isfinite(high) else high
