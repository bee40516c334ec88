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
from statistics import NormalDist
from typing import Protocol

from plant_models.distributions import (
    Constant,
    Distribution,
    Exponential,
    Gamma,
    Lognormal,
    Triangular,
    Uniform,
    Weibull,
)
from twin.gamma import gamma_cdf, gamma_quantile

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
        base = mix(self._root ^ name_hash(f"{what}\0{who}"))

        def number(order: int, which: int) -> float:
            value = base ^ order ^ (which * 0x9E3779B97F4A7C15 & _MASK)
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB & _MASK
            return (((value ^ (value >> 31)) >> 11) + 0.5) * _TO_UNIT

        return number

    def draw(self, what: str, who: str, distribution: Distribution) -> Draw:
        """A function for all draws of one kind for one machine.

        Where something has lasted longer than its draw (work on a real floor, say), the time is drawn anew on
        condition that it lasted so long.
        """
        if isinstance(distribution, Constant):
            return _fixed(distribution.value)
        number, at = self.share(what, who), quantile(distribution)

        def time(order: int, which: int, lasted: int) -> int:
            share = number(order, which)
            drawn = round(at(share))
            if drawn > lasted or lasted == 0:
                return drawn
            below = cdf(distribution)(lasted)
            return max(lasted, round(at(min(below + share * (1 - below), 1 - 2**-53))))

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


def quantile(distribution: Distribution) -> Callable[[float], float]:
    """The inverse distribution function: share of cases (0 to 1, exclusive) to milliseconds."""
    log, exp, sqrt = math.log, math.exp, math.sqrt
    match distribution:
        case Constant(value):
            return lambda u: value
        case Uniform(low, high):
            return lambda u: low + u * (high - low)
        case Triangular(low, mode, high):
            return lambda u: _triangular(low, mode, high, u)
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


def _triangular(low: float, mode: float, high: float, u: float) -> float:
    width = high - low
    if width == 0:
        return low
    if u * width < mode - low:
        return low + math.sqrt(u * width * (mode - low))
    return high - math.sqrt((1.0 - u) * width * (high - mode))


def cdf(distribution: Distribution) -> Callable[[float], float]:
    """The distribution function: milliseconds to the share of cases that are over by then."""
    match distribution:
        case Constant(value):
            return lambda t: float(t >= value)
        case Uniform(low, high):
            return lambda t: 1.0 if t >= high else max(0.0, (t - low) / (high - low))
        case Triangular(low, mode, high):
            return lambda t: _triangular_cdf(low, mode, high, t)
        case Exponential(mean):
            return lambda t: -math.expm1(-max(t, 0.0) / mean)
        case Gamma(mean, shape):
            return lambda t: gamma_cdf(shape, max(t, 0.0) * shape / mean)
        case Weibull(scale, shape):
            return lambda t: -math.expm1(-((max(t, 0.0) / scale) ** shape))
        case Lognormal(mean, cv):
            variance = math.log(1.0 + cv * cv)
            mu, sigma = math.log(mean) - variance / 2.0, math.sqrt(variance)
            if sigma == 0:
                return lambda t: float(t >= mean)
            return lambda t: _NORMAL.cdf((math.log(t) - mu) / sigma) if t > 0 else 0.0


def _triangular_cdf(low: float, mode: float, high: float, t: float) -> float:
    if t <= low:
        return 0.0
    if t >= high:
        return 1.0
    if t < mode:
        return (t - low) ** 2 / ((high - low) * (mode - low))
    return 1.0 - (high - t) ** 2 / ((high - low) * (high - mode))
