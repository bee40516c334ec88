"""How long things take: distributions by name, in milliseconds.

A distribution here is a noun: its parameters, its mean, and how it scales. What number it yields for a given
machine, order and step is a matter of chance, and lives in `twin.chance`.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, get_args


def _name(kind: type[Any]) -> str:
    """The name of a kind in files: TruncatedNormal is ``truncated_normal`` there."""
    return re.sub(r"(?<!^)([A-Z])", r"_\1", kind.__name__).lower()


def _check(distribution: Any, rule: bool, want: str, *, is_open_ended: bool = False) -> None:
    values = {f.name: getattr(distribution, f.name) for f in fields(distribution)}
    numbers = [v for v in values.values() if isinstance(v, (int, float))]
    if not rule or not (is_open_ended or all(math.isfinite(v) for v in numbers)):
        shown = ", ".join(f"{name}={_short(value)}" for name, value in values.items())
        raise ValueError(f"{_name(type(distribution))} ({shown}): {want}")


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


@dataclass(frozen=True, slots=True)
class Constant:
    """Always the same time."""

    value: float

    def __post_init__(self) -> None:
        _check(self, self.value >= 0, "the time must be zero or more")

    @property
    def mean(self) -> float:
        """Milliseconds."""
        return self.value

    def scaled(self, factor: float) -> "Constant":
        """The same work at another pace."""
        return Constant(self.value * factor)


@dataclass(frozen=True, slots=True)
class Uniform:
    """Anything between *low* and *high*, all equally likely."""

    low: float
    high: float

    def __post_init__(self) -> None:
        _check(self, 0 <= self.low <= self.high, "wanted 0 <= low <= high")

    @property
    def mean(self) -> float:
        """Milliseconds."""
        return (self.low + self.high) / 2

    def scaled(self, factor: float) -> "Uniform":
        """The same work at another pace."""
        return Uniform(self.low * factor, self.high * factor)


@dataclass(frozen=True, slots=True)
class Triangular:
    """Between *low* and *high*, most often near *mode*: what people on the floor can tell."""

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        _check(self, 0 <= self.low <= self.mode <= self.high, "wanted 0 <= low <= mode <= high")

    @property
    def mean(self) -> float:
        """Milliseconds."""
        return (self.low + self.mode + self.high) / 3

    def scaled(self, factor: float) -> "Triangular":
        """The same work at another pace."""
        return Triangular(self.low * factor, self.mode * factor, self.high * factor)


@dataclass(frozen=True, slots=True)
class Exponential:
    """Without memory: having lasted long says nothing about what is left."""

    mean: float

    def __post_init__(self) -> None:
        _check(self, self.mean > 0, "the mean must be more than zero")

    def scaled(self, factor: float) -> "Exponential":
        """The same work at another pace."""
        return Exponential(self.mean * factor)


@dataclass(frozen=True, slots=True)
class Gamma:
    """Sum-of-phases times; an Erlang distribution with k phases is a gamma with shape k."""

    mean: float
    shape: float

    def __post_init__(self) -> None:
        _check(self, self.mean > 0 and self.shape > 0, "mean and shape must be more than zero")

    def scaled(self, factor: float) -> "Gamma":
        """The same work at another pace."""
        return Gamma(self.mean * factor, self.shape)


@dataclass(frozen=True, slots=True)
class Weibull:
    """Wear (shape above 1) or early failure (shape below 1)."""

    scale: float
    shape: float

    def __post_init__(self) -> None:
        _check(self, self.scale > 0 and self.shape >= 0.01, "wanted scale > 0 and shape of at least 0.01")

    @property
    def mean(self) -> float:
        """Milliseconds: scale times Gamma(1 + 1/shape)."""
        return self.scale * math.gamma(1 + 1 / self.shape)

    def scaled(self, factor: float) -> "Weibull":
        """The same work at another pace."""
        return Weibull(self.scale * factor, self.shape)


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Manual work and repairs: a few take much longer. *cv* is standard deviation over mean."""

    mean: float
    cv: float

    def __post_init__(self) -> None:
        _check(self, self.mean > 0 and 0 <= self.cv <= 1000, "the mean must be more than zero, cv zero to 1000")

    def scaled(self, factor: float) -> "Lognormal":
        """The same work at another pace."""
        return Lognormal(self.mean * factor, self.cv)


@dataclass(frozen=True, slots=True)
class TruncatedNormal:
    """A normal that is cut off below *low* and above *high*; mean and *sd* are what they were before the cut.

    *middle* is that mean, the one that files give; `mean` is the mean of what is left.
    """

    middle: float
    sd: float
    low: float = 0.0
    high: float = math.inf

    def __post_init__(self) -> None:
        is_in_order = 0 <= self.low < self.high and math.isfinite(self.low)
        is_normal = 0 <= self.middle < math.inf and 0 < self.sd < math.inf
        _check(
            self,
            is_in_order and is_normal,
            "wanted 0 <= low < high, sd > 0 and a middle (its mean before it is cut) >= 0",
            is_open_ended=True,
        )
        if self.share < LEAST_SHARE:
            _check(self, False, f"less than {LEAST_SHARE} of that normal lies between low and high")

    @property
    def share(self) -> float:
        """How much of the whole normal is left."""
        a, b = (self.low - self.middle) / self.sd, (self.high - self.middle) / self.sd
        return _above(a) - _above(b) if a > 0 else _above(-b) - _above(-a)

    @property
    def mean(self) -> float:
        """Milliseconds: middle + sd (f(a) - f(b)) / share, f the normal density at the two cuts."""
        a, b = (self.low - self.middle) / self.sd, (self.high - self.middle) / self.sd
        difference = math.exp(-a * a / 2) - (math.exp(-b * b / 2) if math.isfinite(b) else 0.0)
        mean = self.middle + self.sd * difference / math.sqrt(2 * math.pi) / self.share
        return min(max(mean, self.low), self.high)

    def scaled(self, factor: float) -> "TruncatedNormal":
        """The same work at another pace."""
        return TruncatedNormal(self.middle * factor, self.sd * factor, self.low * factor, self.high * factor)


LEAST_SHARE = 1e-6
"""How much of a normal must be left when it is cut off."""


def _above(z: float) -> float:
    """The share of a standard normal above *z*."""
    return math.erfc(z * math.sqrt(0.5)) / 2


@dataclass(frozen=True, slots=True)
class Empirical:
    """Times that were measured: one of *values*, as likely as its weight; *interpolated*, anything in between as well.

    Interpolated, the distribution function rises in straight lines from the lowest value to the highest, and passes
    the middle of each value's weight there; with equal weights that is the ECDF of Law (2015), section 6.2.4.
    """

    values: tuple[float, ...]
    weights: tuple[float, ...] = ()
    interpolated: bool = False

    def __post_init__(self) -> None:
        _check_values(self, self.values)
        is_weighted = not self.weights or len(self.weights) == len(self.values)
        _check(self, is_weighted, f"wanted as many weights as values, {len(self.values)}, or none")
        _check(self, all(0 < w < math.inf for w in self.weights), "every weight must be more than zero")

    @property
    def points(self) -> tuple[tuple[float, float], ...]:
        """The values from low to high, each with its weight."""
        return tuple(sorted(zip(self.values, self.weights or (1.0,) * len(self.values), strict=True)))

    @property
    def mean(self) -> float:
        """Milliseconds."""
        points = self.points
        if not self.interpolated or len(points) == 1:
            return math.fsum(v * w for v, w in points) / math.fsum(w for _, w in points)
        pieces = [((v + x) / 2, (w + y) / 2) for (v, w), (x, y) in pairwise(points)]
        return math.fsum(v * w for v, w in pieces) / math.fsum(w for _, w in pieces)

    def scaled(self, factor: float) -> "Empirical":
        """The same work at another pace."""
        return Empirical(tuple(value * factor for value in self.values), self.weights, self.interpolated)


@dataclass(frozen=True, slots=True)
class Trace:
    """Recorded times, taken one after the other; after the last, the first again.

    The n-th failure, repair or arrival takes the n-th value; at a step, the n-th order of the product in the order
    book does, whoever works on it and whenever, and takes it again when it comes back.
    """

    values: tuple[float, ...]

    def __post_init__(self) -> None:
        _check_values(self, self.values)

    @property
    def mean(self) -> float:
        """Milliseconds."""
        return math.fsum(self.values) / len(self.values)

    def scaled(self, factor: float) -> "Trace":
        """The same work at another pace."""
        return Trace(tuple(value * factor for value in self.values))


def _check_values(distribution: "Empirical | Trace", values: tuple[float, ...]) -> None:
    _check(distribution, bool(values), "wanted at least one value")
    _check(distribution, all(0 <= value < math.inf for value in values), "every value must be zero or more")


@dataclass(frozen=True, slots=True)
class Geometric:
    """A whole number of cycles, one at least: each is the last with the same *probability*."""

    cycle: float
    probability: float

    def __post_init__(self) -> None:
        _check(self, self.cycle > 0 and 0 < self.probability <= 1, "wanted cycle > 0 and 0 < probability <= 1")

    @property
    def mean(self) -> float:
        """Milliseconds: cycle / probability."""
        return self.cycle / self.probability

    def scaled(self, factor: float) -> "Geometric":
        """The same work at another pace."""
        return Geometric(self.cycle * factor, self.probability)


Distribution = (
    Constant
    | Uniform
    | Triangular
    | Exponential
    | Gamma
    | Weibull
    | Lognormal
    | TruncatedNormal
    | Empirical
    | Trace
    | Geometric
)


DISTRIBUTIONS: Mapping[str, type[Any]] = {_name(kind): kind for kind in get_args(Distribution)}
"""Every distribution by the name it has in files."""
