"""The constants of the procedures, worked out instead of looked up: any number of alternatives and any confidence.

References
----------
Kim & Nelson (2001), A fully sequential procedure for indifference-zone selection in simulation, ACM TOMACS 11.
Rinott (1978), On two-stage selection procedures and related probability-inequalities, Comm. in Statistics A7.
Nelson & Matejcik (1995), Using common random numbers for indifference-zone selection and multiple comparisons in
simulation, Management Science 41.
"""

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

_NODES = 128
"""Of the quadrature over probabilities; the constants are right to about three decimals."""


def kim_nelson_eta(alternatives: int, first_runs: int, confidence: float) -> float:
    """Half of ``(2 a / (k - 1)) ** (-2 / (n0 - 1)) - 1``, with *a* the chance of a wrong selection (c = 1).

    >>> round(kim_nelson_eta(2, 10, 0.95), 4)
    0.3341
    """
    wrong = 1 - confidence
    return 0.5 * (math.pow(2 * wrong / (alternatives - 1), -2 / (first_runs - 1)) - 1)


@lru_cache(maxsize=64)
def rinott_h(alternatives: int, first_runs: int, confidence: float) -> float:
    """How many standard deviations, over the square root of the runs, must fit into the indifference.

    The h for which the expectation of ``E[Phi(h / sqrt(v (1 / X + 1 / Y))) | Y] ** (k - 1)`` is *confidence*, with X
    and Y chi-squared with v = n0 - 1 degrees of freedom.

    >>> round(rinott_h(2, 20, 0.95), 2)
    2.45
    """
    freedom = first_runs - 1
    points, weights = _probabilities()
    squares = 2 * special.gammaincinv(freedom / 2, points)
    scale = 1 / np.sqrt(freedom * (1 / squares[:, None] + 1 / squares[None, :]))

    def chance(h: float) -> float:
        inner: NDArray[np.float64] = weights @ special.ndtr(h * scale)
        return float(weights @ inner ** (alternatives - 1))

    return _where(chance, confidence)


@lru_cache(maxsize=64)
def max_t(others: int, freedom: int, confidence: float) -> float:
    """The quantile of the largest of *others* t variables that have pairwise correlation 1/2.

    >>> round(max_t(1, 9, 0.95), 3)  # one alone is Student's t
    1.833
    """
    points, weights = _probabilities()
    spread = np.sqrt(2 * special.gammaincinv(freedom / 2, points) / freedom)
    shared = special.ndtri(points)

    def chance(g: float) -> float:
        inner: NDArray[np.float64] = special.ndtr(math.sqrt(2) * g * spread[:, None] + shared[None, :]) ** others
        return float(weights @ inner @ weights)

    return _where(chance, confidence)


def _probabilities() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Gauss-Legendre nodes on (0, 1), and their weights."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return (nodes + 1) / 2, weights / 2


def _where(chance: Callable[[float], float], confidence: float) -> float:
    """The argument at which a growing probability is *confidence*."""
    high = 1.0
    while chance(high) < confidence:
        high *= 2
    return float(optimize.brentq(lambda x: chance(x) - confidence, 0.0, high, xtol=1e-10))
