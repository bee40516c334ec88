"""From a share to a time and back: what the distributions need beyond a line, as functions of numbers alone.

Nothing but scalar functions of the C library, so that every engine computes the same last bit. What lies *beyond* a
time is computed from the share that lasts longer, never from one minus the share that is over: a repair that has
lasted a hundred times its mean still has a future.

References
----------
Wichura (1988), Algorithm AS 241, Applied Statistics 37: the inverse normal of the standard library.
Devroye (1986), Non-Uniform Random Variate Generation, chapter II: inversion, also of what is truncated.
Law (2015), Simulation Modeling and Analysis, 5th ed., section 6.2.4: the interpolated ECDF.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from statistics import NormalDist

_INVERSE = NormalDist().inv_cdf
_LEAST, _MOST = 5e-324, 1 - 2.0**-53


def normal_below(z: float) -> float:
    """The share of a standard normal below *z*, to full relative precision far out on the left."""
    return math.erfc(-z * math.sqrt(0.5)) / 2


def normal_at(share: float) -> float:
    """The z with that share of a standard normal below it."""
    return _INVERSE(min(max(share, _LEAST), _MOST))


def cuts(middle: float, sd: float, low: float, high: float) -> tuple[float, float, float]:
    """What a cut normal is drawn with: the share that is cut off, the share that is left, and the standard deviation.

    They are counted from the nearer tail; where that is the upper one, the share that is left and *sd* are negative.
    """
    a, b = (low - middle) / sd, (high - middle) / sd
    if a > 0:
        a, b, sd = -a, -b, -sd
    return normal_below(a), normal_below(b) - normal_below(a), sd


def truncated_normal(u: float, middle: float, sd: float, low: float, high: float, cut: float, left: float) -> float:
    """The quantile of a normal that is cut off at *low* and *high*; *sd*, *cut* and *left* are from `cuts`."""
    return min(max(middle + sd * normal_at(cut + u * left), low), high)


def truncated_normal_beyond(u: float, lasted: float, middle: float, sd: float, low: float, high: float) -> float:
    """The quantile of a normal that is cut off, among what lasts longer than *lasted*."""
    if lasted >= high:
        return lasted
    low = max(low, lasted)
    cut, left, sd = cuts(middle, sd, low, high)
    return truncated_normal(u, middle, sd, low, high, cut, left) if left else lasted


def truncated_normal_below(t: float, middle: float, sd: float, low: float, high: float) -> float:
    """The distribution function of a normal that is cut off at *low* and *high*."""
    if t <= low:
        return 0.0
    if t >= high:
        return 1.0
    a, z, b = (low - middle) / sd, (t - middle) / sd, (high - middle) / sd
    if a > 0:
        a, z, b = -a, -z, -b
    return (normal_below(z) - normal_below(a)) / (normal_below(b) - normal_below(a))


def lognormal_beyond(u: float, lasted: float, mu: float, sigma: float) -> float:
    """The quantile of a lognormal among what lasts longer than *lasted*."""
    if sigma == 0:
        return max(lasted, math.exp(mu))
    longer = normal_below((mu - math.log(lasted)) / sigma) if lasted > 0 else 1.0
    return math.exp(mu - sigma * normal_at(longer * (1.0 - u))) if longer > 0.0 else lasted


def triangular(u: float, low: float, mode: float, high: float) -> float:
    """The quantile of a triangular distribution."""
    width = high - low
    if width == 0:
        return low
    if u * width < mode - low:
        return low + math.sqrt(u * width * (mode - low))
    return high - math.sqrt((1.0 - u) * width * (high - mode))


def triangular_below(t: float, low: float, mode: float, high: float) -> float:
    """The distribution function of a triangular distribution."""
    if t <= low:
        return 0.0
    if t >= high:
        return 1.0
    if t < mode:
        return (t - low) ** 2 / ((high - low) * (mode - low))
    return 1.0 - (high - t) ** 2 / ((high - low) * (high - mode))


def triangular_beyond(u: float, lasted: float, low: float, mode: float, high: float) -> float:
    """The quantile of a triangular distribution among what lasts longer than *lasted*."""
    if lasted >= high:
        return lasted
    if lasted >= mode:
        return high - (high - lasted) * math.sqrt(1.0 - u)
    below = triangular_below(lasted, low, mode, high)
    return triangular(below + u * (1.0 - below), low, mode, high)


def weibull_hazard(t: float, scale: float, shape: float) -> float:
    """What has gathered until *t* on the clock on which a Weibull is exponential with mean 1; at most e**700."""
    return math.exp(min(700.0, shape * math.log(t / scale))) if t > 0 else 0.0


def weibull_beyond(u: float, lasted: float, scale: float, shape: float) -> float:
    """The quantile of a Weibull among what lasts longer than *lasted*."""
    gathered = weibull_hazard(lasted, scale, shape) - math.log(1.0 - u)
    return scale * math.pow(gathered, 1.0 / shape)


def geometric(u: float, cycle: float, probability: float) -> float:
    """The quantile of a geometric number of cycles, 1 at least."""
    if probability == 1:
        return cycle
    return cycle * max(1, math.ceil(math.log1p(-u) / math.log1p(-probability)))


def geometric_below(t: float, cycle: float, probability: float) -> float:
    """The distribution function of a geometric number of cycles."""
    cycles = math.floor(t / cycle * (1 + 1e-12))
    if cycles < 1:
        return 0.0
    return 1.0 if probability == 1 else -math.expm1(cycles * math.log1p(-probability))


def geometric_beyond(u: float, lasted: float, cycle: float, probability: float) -> float:
    """As many cycles as are over (to the millisecond) when it has *lasted* so long, and a fresh number of them."""
    return cycle * math.floor((lasted + 0.5) / cycle) + geometric(u, cycle, probability)


def stepwise(u: float, values: Sequence[float], sums: Sequence[float]) -> float:
    """One of the *values* (low to high); *sums* are their weights, added up."""
    return values[bisect_left(sums, u * sums[-1])]


def stepwise_beyond(u: float, lasted: float, values: Sequence[float], sums: Sequence[float]) -> float:
    """One of the *values* longer than *lasted*."""
    passed = bisect_right(values, lasted)
    if passed == len(values):
        return lasted
    gone = sums[passed - 1] if passed else 0.0
    return values[min(bisect_left(sums, gone + u * (sums[-1] - gone), passed), len(values) - 1)]


def stepwise_below(t: float, values: Sequence[float], sums: Sequence[float]) -> float:
    """The share of the *values* that are at most *t*."""
    passed = bisect_right(values, t)
    return sums[passed - 1] / sums[-1] if passed else 0.0


def linear(u: float, values: Sequence[float], shares: Sequence[float]) -> float:
    """The quantile of a distribution function in straight lines; *shares* are its heights at the *values*."""
    n = bisect_left(shares, u) or 1
    low, below = values[n - 1], shares[n - 1]
    return low + (values[n] - low) * (u - below) / (shares[n] - below)


def linear_beyond(u: float, lasted: float, values: Sequence[float], shares: Sequence[float]) -> float:
    """The quantile of a distribution function in straight lines, among what lasts longer than *lasted*."""
    if lasted >= values[-1]:
        return lasted
    gone = linear_below(lasted, values, shares)
    return linear(min(gone + u * (1.0 - gone), 1.0), values, shares)


def linear_below(t: float, values: Sequence[float], shares: Sequence[float]) -> float:
    """A distribution function in straight lines from value to value."""
    n = bisect_right(values, t)
    if n == 0 or n == len(values):
        return float(n > 0)
    (low, high), (below, above) = values[n - 1 : n + 1], shares[n - 1 : n + 1]
    return below + (above - below) * (t - low) / (high - low)
