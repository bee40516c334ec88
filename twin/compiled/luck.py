"""The draws of `twin.chance`, bit for bit: the same hashes, the same quantiles, the same roundings.

What is more than a line is the very text of `twin.transforms`, compiled. Only the inverse of the normal distribution is
written down again, in the form in which the standard library has it.

References
----------
Wichura (1988), Algorithm AS 241, Applied Statistics 37: the inverse normal.
"""

import math

import numpy as np

from twin import gamma
from twin import transforms as to
from twin.compiled.arrays import Timing, World, base, name_bits, number, put_base, timing
from twin.compiled.log_gamma import log_gamma
from twin.compiled.measured import linear, linear_beyond, stepwise, stepwise_beyond
from twin.native import compiled, instead, shared

(
    FIXED,
    TRACED,
    UNIFORM,
    TRIANGULAR,
    EXPONENTIAL,
    WEIBULL,
    LOGNORMAL,
    TRUNCATED_NORMAL,
    GEOMETRIC,
    STEPWISE,
    LINEAR,
    GAMMA,
) = range(12)
"""The kinds of a timing."""

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_11, _27, _30, _31, _40 = np.uint64(11), np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(40)
_TO_UNIT = 2.0**-53
_LEAST, _MOST = 5e-324, 1 - 2.0**-53
_RECORDS = 1000
"""So often something is drawn anew before what lies in between is skipped, as in `twin.chance`."""


@compiled
def mix(value: np.uint64) -> np.uint64:
    """Scatter 64 bits."""
    value = (value ^ (value >> _30)) * _FIRST
    value = (value ^ (value >> _27)) * _SECOND
    return value ^ (value >> _31)


@compiled
def reseed(w: World, seed: np.uint64) -> None:
    """Let the floor have the luck of another seed."""
    root = mix(seed ^ _GOLDEN)
    for n in range(w.base_count):
        put_base(w, n, mix(root ^ name_bits(w, n)))


@compiled
def share(w: World, of: int, who: np.uint64, which: np.uint64) -> float:
    """A number strictly between 0 and 1 for the draw of that name; one half in the world of a plan."""
    if w.is_certain:
        return 0.5
    bits = mix(base(w, of) ^ who ^ which * _GOLDEN)
    return (float(bits >> _11) + 0.5) * _TO_UNIT


@compiled
def drawn(w: World, at: int, of: int, who: np.uint64, which: int, lasted: int) -> int:
    """Milliseconds that something takes in all, when it has gone on for *lasted*: `twin.chance.Chance.draw`."""
    t = timing(w, at)
    if w.is_certain or t.kind == FIXED:
        return max(t.mean, lasted)
    if t.kind == TRACED:
        return max(number(w, t.first + which % t.count), lasted)
    length = quantile(w, t, share(w, of, who, np.uint64(which)))
    due = round(length)
    if due >= lasted:
        return due
    return _outlasting(w, t, of + 1, who, np.uint64(which), length, lasted)


@compiled
def _outlasting(w: World, t: Timing, of: int, who: np.uint64, which: np.uint64, length: float, lasted: int) -> int:
    """The first of a row of draws, each among what is longer than the last, that is no shorter than *lasted*."""
    for n in range(_RECORDS):
        before = length
        length = beyond(w, t, share(w, of, who, which ^ (np.uint64(n) << _40)), before)
        if round(length) >= lasted:
            return round(length)
        if length <= before:
            return lasted
    last = beyond(w, t, share(w, of, who, which ^ (np.uint64(_RECORDS) << _40)), float(lasted))
    return max(lasted, round(last))


@compiled
def quantile(w: World, t: Timing, u: float) -> float:
    """The inverse distribution function, as `twin.chance.quantile` has it."""
    if t.kind == EXPONENTIAL:
        return -t.a * math.log(1.0 - u)
    if t.kind == UNIFORM:
        return t.a + u * (t.b - t.a)
    if t.kind == TRIANGULAR:
        return to.triangular(u, t.a, t.b, t.c)
    if t.kind == WEIBULL:
        return t.a * math.pow(-math.log(1.0 - u), t.c)
    if t.kind == LOGNORMAL:
        return math.exp(t.a + t.b * inverse_normal(u))
    if t.kind == TRUNCATED_NORMAL:
        return to.truncated_normal(u, t.a, t.b, t.c, t.d, t.e, t.f)
    if t.kind == GEOMETRIC:
        return to.geometric(u, t.a, t.b)
    if t.kind == GAMMA:
        return t.a * gamma.gamma_quantile(t.b, u)
    if t.kind == STEPWISE:
        return stepwise(w, t, u)
    return linear(w, t, u)


@compiled
def beyond(w: World, t: Timing, u: float, lasted: float) -> float:
    """The inverse distribution function of what lasts longer than it has, as `twin.chance.beyond` has it."""
    if t.kind == EXPONENTIAL:
        return lasted - t.a * math.log(1.0 - u)
    if t.kind == UNIFORM:
        return max(t.a, lasted) + u * (t.b - max(t.a, lasted)) if lasted < t.b else lasted
    if t.kind == TRIANGULAR:
        return to.triangular_beyond(u, lasted, t.a, t.b, t.c)
    if t.kind == WEIBULL:
        return to.weibull_beyond(u, lasted, t.a, t.b)
    if t.kind == LOGNORMAL:
        return to.lognormal_beyond(u, lasted, t.a, t.b)
    if t.kind == TRUNCATED_NORMAL:
        return to.truncated_normal_beyond(u, lasted, t.a, t.g, t.c, t.d)
    if t.kind == GEOMETRIC:
        return to.geometric_beyond(u, lasted, t.a, t.b)
    if t.kind == GAMMA:
        return t.a * gamma.gamma_beyond(t.b, lasted / t.a, u)
    if t.kind == STEPWISE:
        return stepwise_beyond(w, t, u, lasted)
    return linear_beyond(w, t, u, lasted)


@compiled
def inverse_normal(p: float) -> float:
    """The z with that share of a standard normal below it, as `statistics.NormalDist.inv_cdf` computes it."""
    q = p - 0.5
    if math.fabs(q) <= 0.425:
        r = 0.180625 - q * q
        return _ratio(r, _CENTRE_OVER, _CENTRE_UNDER, q)
    r = p if q <= 0.0 else 1.0 - p
    r = math.sqrt(-math.log(r))
    z = _ratio(r - 1.6, _NEAR_OVER, _NEAR_UNDER, 1.0) if r <= 5.0 else _ratio(r - 5.0, _FAR_OVER, _FAR_UNDER, 1.0)
    return -z if q < 0.0 else z


@compiled
def _ratio(r: float, over: tuple[float, ...], under: tuple[float, ...], times: float) -> float:
    above, below = over[0], under[0]
    for n in range(1, 8):
        above = above * r + over[n]
        below = below * r + under[n]
    return above * times / below


def _normal_at(share: float) -> float:
    return inverse_normal(min(max(share, _LEAST), _MOST))


# fmt: off
_CENTRE_OVER = (
    2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
    1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0,
)
_CENTRE_UNDER = (
    5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
    5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0,
)
_NEAR_OVER = (
    7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0,
    3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0,
)
_NEAR_UNDER = (
    1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
    6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1.0,
)
_FAR_OVER = (
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
    2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0,
)
_FAR_UNDER = (
    2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
    1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0,
)
# fmt: on


def _log_gamma(x: float) -> float:
    return log_gamma(x)


def _normal(share: float) -> float:
    return inverse_normal(share)


instead(to.normal_at, _normal_at)
instead(gamma.log_gamma, _log_gamma)
instead(gamma.normal, _normal)
shared(
    gamma.gamma_beyond,
    gamma.gamma_cdf,
    gamma.gamma_quantile,
    gamma._fraction,
    gamma._halley,
    gamma._log_longer,
    gamma._series,
    to.cuts,
    to.geometric,
    to.geometric_beyond,
    to.lognormal_beyond,
    to.normal_below,
    to.triangular,
    to.triangular_below,
    to.triangular_beyond,
    to.truncated_normal,
    to.truncated_normal_beyond,
    to.weibull_beyond,
    to.weibull_hazard,
)
