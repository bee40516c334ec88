"""The gamma distribution from scalar functions only, so that every engine computes the same last bit.

References
----------
Abramowitz & Stegun (1964), 6.5: series and continued fraction of the incomplete gamma function.
Wilson & Hilferty (1931), PNAS 17: the starting point of the inversion; Halley's method leads on from there.
"""

import math
from statistics import NormalDist

_INVERSE = NormalDist().inv_cdf
_TINY = 1e-300


def log_gamma(x: float) -> float:
    """The logarithm of the gamma function."""
    return math.lgamma(x)


def normal(share: float) -> float:
    """The z with that share of a standard normal below it."""
    return _INVERSE(share)


def gamma_cdf(shape: float, x: float) -> float:
    """P(X <= x) for a gamma variable of the given shape and scale 1."""
    if x <= 0.0:
        return 0.0
    front = math.exp(shape * math.log(x) - x - log_gamma(shape))
    if x < shape + 1.0:
        return min(1.0, _series(shape, x) * front)
    return max(0.0, 1.0 - front * _fraction(shape, x))


def _series(shape: float, x: float) -> float:
    term = total = 1.0 / shape
    a = shape
    while abs(term) > abs(total) * 1e-16:
        a += 1.0
        term *= x / a
        total += term
    return total


def _fraction(shape: float, x: float) -> float:
    b = x + 1.0 - shape
    c = 1.0 / _TINY
    d = 1.0 / b
    h = d
    for i in range(1, 500):
        an = -i * (i - shape)
        b += 2.0
        d = 1.0 / (an * d + b or _TINY)
        c = b + an / c or _TINY
        step = d * c
        h *= step
        if abs(step - 1.0) < 1e-16:
            break
    return h


def _log_longer(shape: float, x: float) -> float:
    """The logarithm of P(X > x), precise however little that is."""
    if x < shape + 1.0:
        below = gamma_cdf(shape, x)
        return math.log1p(-below) if below < 1.0 else -math.inf
    return shape * math.log(x) - x - log_gamma(shape) + math.log(_fraction(shape, x))


def gamma_beyond(shape: float, lasted: float, u: float) -> float:
    """The x with P(X <= x | X > lasted) = u, for a gamma variable of the given shape and scale 1."""
    if lasted <= 0.0:
        return gamma_quantile(shape, u)
    wanted = _log_longer(shape, lasted) + math.log1p(-u)
    low, high, x = lasted, math.inf, lasted - math.log1p(-u)
    for _ in range(200):
        longer = _log_longer(shape, x)
        if longer > wanted:
            low = x
        else:
            high = x
        hazard = math.exp((shape - 1.0) * math.log(x) - x - log_gamma(shape) - longer)
        following = x + (longer - wanted) / hazard if hazard > 0.0 else -1.0
        if abs(following - x) <= 1e-9 * x:
            return following
        if not low < following < high:
            following = (low + high) / 2.0 if high < math.inf else 2.0 * x - low + 1.0
        x = following
    return x


def gamma_quantile(shape: float, u: float) -> float:
    """The x with P(X <= x) = u, for a gamma variable of the given shape and scale 1."""
    z = normal(u)
    x = shape * (1.0 - 1.0 / (9.0 * shape) + z / (3.0 * math.sqrt(shape))) ** 3
    if x <= 0.0 or shape < 0.5:
        x = math.exp((math.log(u) + log_gamma(shape + 1.0)) / shape)
    low, high = 0.0, math.inf
    for _ in range(100):
        error = gamma_cdf(shape, x) - u
        if error > 0.0:
            high = min(high, x)
        else:
            low = max(low, x)
        step = _halley(shape, x, error)
        following = x - step
        if abs(step) <= _NEAR * x:
            return following
        if not low < following < high:
            following = (low + high) / 2.0 if high < math.inf else 2.0 * x + 1.0
        x = following
    return x


_NEAR = 1e-6
"""A step this small leaves an error of its cube."""


def _halley(shape: float, x: float, error: float) -> float:
    """How far beyond the goal *x* is, where the distribution function is too high by *error*."""
    slope = math.exp((shape - 1.0) * math.log(x) - x - log_gamma(shape)) if x > 0.0 else 0.0
    if slope <= 0.0:
        return math.inf
    step = error / slope
    return step / max(0.5, 1.0 - step * ((shape - 1.0) / x - 1.0) / 2.0)
