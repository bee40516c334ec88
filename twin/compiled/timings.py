"""How long things take, laid out: each distribution as the numbers from which `twin.chance` would draw."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
from twin.chance import ecdf
from twin.compiled import luck
from twin.compiled.arrays import Timing
from twin.native import layout_of


class Timings:
    """The timings of a plant, one after the other, and the numbers that they and other records refer to."""

    def __init__(self) -> None:
        self._rows: list[tuple[float, ...]] = []
        self._numbers: list[int] = []
        self._reals: list[float] = []

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._rows)

    def whole(self, numbers: Iterable[int]) -> int:
        """Put whole numbers in a row; where they begin."""
        start = len(self._numbers)
        self._numbers += numbers
        return start

    def real(self, numbers: Iterable[float]) -> int:
        """Put real numbers in a row; where they begin."""
        start = len(self._reals)
        self._reals += numbers
        return start

    def add(self, time: Distribution) -> int:
        """Lay out one distribution; its number."""
        kind, first, count, numbers = self._said(time)
        padded = (*numbers, *(0.0,) * (7 - len(numbers)))
        self._rows.append((kind, round(time.mean), first, count, *padded))
        return len(self._rows) - 1

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All of it, by the field of the world that has its address."""
        return {
            "timings": np.array(self._rows, dtype=layout_of(Timing)),
            "numbers": np.array(self._numbers, dtype=np.int64),
            "reals": np.array(self._reals, dtype=np.float64),
        }

    def _said(self, time: Distribution) -> tuple[int, int, int, tuple[float, ...]]:
        """The kind of a distribution, where its list of values lies and how long it is, and its parameters."""
        match time:
            case Constant():
                return luck.FIXED, 0, 0, ()
            case Trace(values):
                return luck.TRACED, self.whole(round(value) for value in values), len(values), ()
            case Uniform(low, high):
                return luck.UNIFORM, 0, 0, (low, high)
            case Triangular(low, mode, high):
                return luck.TRIANGULAR, 0, 0, (low, mode, high)
            case Exponential(mean):
                return luck.EXPONENTIAL, 0, 0, (mean,)
            case Weibull(scale, shape):
                return luck.WEIBULL, 0, 0, (scale, shape, 1.0 / shape)
            case Lognormal(mean, cv):
                variance = math.log(1.0 + cv * cv)
                return luck.LOGNORMAL, 0, 0, (math.log(mean) - variance / 2.0, math.sqrt(variance))
            case TruncatedNormal(middle, sd, low, high):
                first, rest, signed = to.cuts(middle, sd, low, high)
                return luck.TRUNCATED_NORMAL, 0, 0, (middle, signed, low, high, first, rest, sd)
            case Geometric(cycle, probability):
                return luck.GEOMETRIC, 0, 0, (cycle, probability)
            case Empirical():
                values, heights, is_linear = ecdf(time)
                kind = luck.LINEAR if is_linear else luck.STEPWISE
                return kind, self.real((*values, *heights)), len(values), ()
            case Gamma(mean, shape):
                return luck.GAMMA, 0, 0, (mean / shape, shape)
