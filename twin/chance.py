"""Chance with names: the same name gives the same draw, in every run and every what-if.

A draw is a hash of (seed, what, who, which) made into a quantile. There is no stream, so a state has no hidden part,
a fork is exact, and two variants of a plant meet the same luck wherever they meet the same work.

References
----------
Steele, Lea & Flood (2014), Fast splittable pseudorandom number generators, OOPSLA: the mixing function.
Wichura (1988), Algorithm AS 241, Applied Statistics 37: the inverse normal of the standard library.
"""

import math
from collections.abc import Callable
from hashlib import blake2b
from itertools import accumulate, pairwise
from statistics import NormalDist
from typing import Protocol

from plant_models.distributions import (
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Gamma,
    Geometric,
    Lognormal,
    Trace,
    Triangular,
    TruncatedNormal,
    Uniform,
    Weibull,
)
from twin import transforms as to
from twin.gamma import gamma_beyond, gamma_cdf, gamma_quantile

_MASK = (1 << 64) - 1
_TO_UNIT = 2.0**-53
_NORMAL = NormalDist()


def name_hash(name: str) -> int:
    """64 bits that stand for a name, the same on every computer."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")


def mix(value: int) -> int:
    """Scatter 64 bits (splitmix64's finalizer)."""
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB & _MASK
    return value ^ (value >> 31)


def unit(bits: int) -> float:
    """A number strictly between 0 and 1 from 64 bits."""
    return ((bits >> 11) + 0.5) * _TO_UNIT


Draw = Callable[[int, int, int], int]
"""(hash of the order or 0, which, lasted) -> milliseconds; *lasted* is how long it has gone on already."""


class Luck(Protocol):
    """Where the twin's times come from."""

    def draw(self, what: str, who: str, distribution: Distribution) -> Draw:
        """A function for all draws of one kind (*what*) for one machine (*who*)."""

    def share(self, what: str, who: str) -> Callable[[int, int], float]:
        """A function (hash of the order, which) -> number between 0 and 1, for all draws of one kind."""

    @property
    def breaks_down(self) -> bool:
        """Whether anything fails at all."""


class Chance:
    """One future out of many, fixed by its seed."""

    __slots__ = ("_root", "seed")

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._root = mix(seed & _MASK ^ 0x9E3779B97F4A7C15)

    breaks_down = True

    def share(self, what: str, who: str) -> Callable[[int, int], float]:
        """A function (hash of the order, which) -> number strictly between 0 and 1."""
        base = self._base(what, who)

        def number(order: int, which: int) -> float:
            value = base ^ order ^ (which * 0x9E3779B97F4A7C15 & _MASK)
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB & _MASK
            return (((value ^ (value >> 31)) >> 11) + 0.5) * _TO_UNIT

        return number

    def _base(self, what: str, who: str) -> int:
        """64 bits that stand for all draws of one kind in this future."""
        return mix(self._root ^ name_hash(f"{what}\0{who}"))

    def draw(self, what: str, who: str, distribution: Distribution) -> Draw:
        """A function for all draws of one kind for one machine.

        What has lasted longer than its draw (work on a real floor, say) is drawn anew among what lasts longer than
        that draw, and so on until a draw is no shorter than what it has lasted. That is a draw on condition of having
        lasted so long, and it stays the same until it is outlasted in turn. A trace is no matter of chance.
        """
        if isinstance(distribution, Constant):
            return _fixed(distribution.value)
        if isinstance(distribution, Trace):
            return _recorded(distribution)
        base, at = self._base(what, who), quantile(distribution)

        def time(order: int, which: int, lasted: int) -> int:
            value = base ^ order ^ (which * 0x9E3779B97F4A7C15 & _MASK)
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB & _MASK
            drawn = at((((value ^ (value >> 31)) >> 11) + 0.5) * _TO_UNIT)
            due = round(drawn)
            if due >= lasted:
                return due
            again = self.share(f"{what}\0again", who)
            return _outlasting(distribution, drawn, lasted, lambda n: again(order, which ^ (n << 40)))

        return time


class Certain:
    """The world of a plan: everything takes its mean time and nothing breaks down."""

    __slots__ = ()
    breaks_down = False

    def share(self, what: str, who: str) -> Callable[[int, int], float]:
        """Always one half."""
        return lambda order, which: 0.5

    def draw(self, what: str, who: str, distribution: Distribution) -> Draw:
        """Always the mean, or as long as it has lasted already."""
        return _fixed(distribution.mean)


def _fixed(value: float) -> Draw:
    mean = round(value)
    return lambda order, which, lasted: mean if mean > lasted else lasted


def _outlasting(distribution: Distribution, drawn: float, lasted: int, share: Callable[[int], float]) -> int:
    """The first draw, each among what is longer than the one before it, that is no shorter than *lasted*.

    Whatever came before, it is spread as what is longer than *lasted*: these are the records of a row of draws.
    """
    at = beyond(distribution)
    for n in range(_RECORDS):
        drawn, before = at(share(n), drawn), drawn
        if round(drawn) >= lasted:
            return round(drawn)
        if drawn <= before:
            return lasted
    return max(lasted, round(at(share(_RECORDS), lasted)))


_RECORDS = 1000
"""So often something is drawn anew before what lies in between is skipped."""


def _recorded(trace: Trace) -> Draw:
    values = tuple(round(value) for value in trace.values)
    count = len(values)
    return lambda order, which, lasted: max(values[which % count], lasted)


def quantile(distribution: Distribution) -> Callable[[float], float]:
    """The inverse distribution function: share of cases (0 to 1, exclusive) to milliseconds.

    A trace is taken for its values in no order.
    """
    log, exp, sqrt = math.log, math.exp, math.sqrt
    match distribution:
        case Constant(value):
            return lambda u: value
        case Uniform(low, high):
            return lambda u: low + u * (high - low)
        case Triangular(low, mode, high):
            return lambda u: to.triangular(u, low, mode, high)
        case Exponential(mean):
            return lambda u: -mean * log(1.0 - u)
        case Gamma(mean, shape):
            scale = mean / shape
            return lambda u: scale * gamma_quantile(shape, u)
        case Weibull(scale, shape):
            power = 1.0 / shape
            return lambda u: scale * (-log(1.0 - u)) ** power
        case Lognormal(mean, cv):
            variance = log(1.0 + cv * cv)
            mu, sigma, normal = log(mean) - variance / 2.0, sqrt(variance), _NORMAL.inv_cdf
            return lambda u: exp(mu + sigma * normal(u))
        case TruncatedNormal(middle, sd, low, high):
            first, rest, sd = to.cuts(middle, sd, low, high)
            return lambda u: to.truncated_normal(u, middle, sd, low, high, first, rest)
        case Geometric(cycle, probability):
            return lambda u: to.geometric(u, cycle, probability)
        case Empirical() | Trace():
            values, heights, is_linear = ecdf(distribution)
            at = to.linear if is_linear else to.stepwise
            return lambda u: at(u, values, heights)


def cdf(distribution: Distribution) -> Callable[[float], float]:
    """The distribution function: milliseconds to the share of cases that are over by then."""
    match distribution:
        case Constant(value):
            return lambda t: float(t >= value)
        case Uniform(low, high):
            return lambda t: 1.0 if t >= high else max(0.0, (t - low) / (high - low))
        case Triangular(low, mode, high):
            return lambda t: to.triangular_below(t, low, mode, high)
        case Exponential(mean):
            return lambda t: -math.expm1(-max(t, 0.0) / mean)
        case Gamma(mean, shape):
            return lambda t: gamma_cdf(shape, max(t, 0.0) * shape / mean)
        case Weibull(scale, shape):
            return lambda t: -math.expm1(-to.weibull_hazard(t, scale, shape))
        case Lognormal(mean, cv):
            mu, sigma = _normal_of(mean, cv)
            if sigma == 0:
                return lambda t: float(t >= mean)
            return lambda t: to.normal_below((math.log(t) - mu) / sigma) if t > 0 else 0.0
        case TruncatedNormal(middle, sd, low, high):
            return lambda t: to.truncated_normal_below(t, middle, sd, low, high)
        case Geometric(cycle, probability):
            return lambda t: to.geometric_below(t, cycle, probability)
        case Empirical() | Trace():
            values, heights, is_linear = ecdf(distribution)
            below = to.linear_below if is_linear else to.stepwise_below
            return lambda t: below(t, values, heights)


def beyond(distribution: Distribution) -> Callable[[float, float], float]:
    """The inverse distribution function of what lasts longer than it has: (share, lasted) to milliseconds in all.

    Where nothing lasts longer, it is what it has lasted.
    """
    match distribution:
        case Constant(value):
            return lambda u, lasted: max(value, lasted)
        case Uniform(low, high):
            return lambda u, lasted: max(low, lasted) + u * (high - max(low, lasted)) if lasted < high else lasted
        case Triangular(low, mode, high):
            return lambda u, lasted: to.triangular_beyond(u, lasted, low, mode, high)
        case Exponential(mean):
            return lambda u, lasted: lasted - mean * math.log(1.0 - u)
        case Gamma(mean, shape):
            scale = mean / shape
            return lambda u, lasted: scale * gamma_beyond(shape, lasted / scale, u)
        case Weibull(scale, shape):
            return lambda u, lasted: to.weibull_beyond(u, lasted, scale, shape)
        case Lognormal(mean, cv):
            mu, sigma = _normal_of(mean, cv)
            return lambda u, lasted: to.lognormal_beyond(u, lasted, mu, sigma)
        case TruncatedNormal(middle, sd, low, high):
            return lambda u, lasted: to.truncated_normal_beyond(u, lasted, middle, sd, low, high)
        case Geometric(cycle, probability):
            return lambda u, lasted: to.geometric_beyond(u, lasted, cycle, probability)
        case Empirical() | Trace():
            values, heights, is_linear = ecdf(distribution)
            from_there = to.linear_beyond if is_linear else to.stepwise_beyond
            return lambda u, lasted: from_there(u, lasted, values, heights)


def _normal_of(mean: float, cv: float) -> tuple[float, float]:
    """Mean and standard deviation of the logarithm."""
    variance = math.log(1.0 + cv * cv)
    return math.log(mean) - variance / 2.0, math.sqrt(variance)


def ecdf(measured: Empirical | Trace) -> tuple[tuple[float, ...], tuple[float, ...], bool]:
    """The values from low to high, the heights of their distribution function there, whether it is linear between."""
    if isinstance(measured, Trace):
        measured = Empirical(measured.values)
    values, weights = zip(*measured.points, strict=True)
    if not measured.interpolated or len(values) == 1:
        return values, tuple(accumulate(weights)), False
    sums = (0.0, *accumulate((a + b) / 2 for a, b in pairwise(weights)))
    return values, tuple(s / sums[-1] for s in sums), True
