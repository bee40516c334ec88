"""Luck of a search: a stream of bits that its seed alone decides.

References
----------
S. Vigna: An experimental exploration of Marsaglia's xorshift generators, scrambled. ACM Transactions on Mathematical
Software 42 (2016), article 30.
"""

import numpy as np

from scheduler.search.records import World, track
from twin.native import compiled

_A, _B, _C, _STAR = np.uint64(12), np.uint64(25), np.uint64(27), np.uint64(0x2545F4914F6CDD1D)
_HIGH = np.uint64(33)
_UPPER = np.uint64(11)


@compiled
def bits(w: World) -> np.uint64:
    """64 bits that were not drawn before."""
    t = track(w, 0)
    x = t.random
    x = x ^ (x >> _A)
    x = x ^ (x << _B)
    x = x ^ (x >> _C)
    t.random = x
    return x * _STAR


@compiled
def below(w: World, count: int) -> int:
    """A whole number from 0 on, below *count*."""
    return int(bits(w) >> _HIGH) % count


@compiled
def share(w: World) -> float:
    """A real number from 0 on, below 1."""
    return int(bits(w) >> _UPPER) * 2.0**-53


def mixed(*numbers: int) -> int:
    """A seed that looks like no other, from whole numbers that say what it is for; never 0."""
    found = 0
    for number in numbers:
        found = (found + number + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
        found = ((found ^ (found >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
        found = ((found ^ (found >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
        found ^= found >> 31
    return found or 1


def drawn(*numbers: int) -> float:
    """A real number from 0 on, below 1, that depends on those whole numbers alone."""
    return (mixed(*numbers) >> 11) * 2.0**-53
