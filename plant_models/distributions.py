"""How long things take: distributions by name, in milliseconds.

A distribution here is a noun: its parameters, its mean, and how it scales. What number it yields for a given
machine, order and step is a matter of chance, and lives in `twin.chance`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, get_args


def _check(distribution: object, rule: bool, want: str) -> None:
    values = {f.name: getattr(distribution, f.name) for f in fields(distribution)}  # type: ignore[arg-type]
    numbers = [v for v in values.values() if isinstance(v, (int, float))]
    if not rule or not all(math.isfinite(v) for v in numbers):
        shown = ", ".join(f"{name}={value}" for name, value in values.items())
        raise ValueError(f"{type(distribution).__name__.lower()} ({shown}): {want}")


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
        _check(self, self.scale > 0 and self.shape > 0, "scale and shape must be more than zero")

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
        _check(self, self.mean > 0 and self.cv >= 0, "the mean must be more than zero, cv zero or more")

    def scaled(self, factor: float) -> "Lognormal":
        """The same work at another pace."""
        return Lognormal(self.mean * factor, self.cv)


Distribution = Constant | Uniform | Triangular | Exponential | Gamma | Weibull | Lognormal


DISTRIBUTIONS: Mapping[str, type[Any]] = {kind.__name__.lower(): kind for kind in get_args(Distribution)}
"""Every distribution by the name it has in files."""
