"""Measured times, compiled: the values and heights of `twin.transforms`, found among the real numbers of the world.

A timing has its *count* values from *first* on, from low to high, and the heights that belong to them behind.
"""

from twin.compiled.arrays import Timing, World, real
from twin.native import compiled


@compiled
def first_not_below(w: World, first: int, count: int, wanted: float, low: int) -> int:
    """How many of so many rising numbers are below *wanted*, where at least *low* are (bisect_left)."""
    high = count
    while low < high:
        middle = (low + high) // 2
        if real(w, first + middle) < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def first_above(w: World, first: int, count: int, limit: float) -> int:
    """How many of so many rising numbers are not above *limit* (bisect_right)."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if limit < real(w, first + middle):
            high = middle
        else:
            low = middle + 1
    return low


@compiled
def stepwise(w: World, t: Timing, u: float) -> float:
    """One of the values; their heights are weights, added up."""
    heights = t.first + t.count
    last = real(w, heights + t.count - 1)
    return real(w, t.first + first_not_below(w, heights, t.count, u * last, 0))


@compiled
def stepwise_beyond(w: World, t: Timing, u: float, lasted: float) -> float:
    """One of the values longer than *lasted*."""
    heights = t.first + t.count
    passed = first_above(w, t.first, t.count, lasted)
    if passed == t.count:
        return lasted
    last = real(w, heights + t.count - 1)
    gone = 0.0
    if passed:
        gone = real(w, heights + passed - 1)
    found = first_not_below(w, heights, t.count, gone + u * (last - gone), passed)
    return real(w, t.first + min(found, t.count - 1))


@compiled
def linear(w: World, t: Timing, u: float) -> float:
    """The quantile of a distribution function in straight lines."""
    heights = t.first + t.count
    n = max(1, first_not_below(w, heights, t.count, u, 0))
    low, below = real(w, t.first + n - 1), real(w, heights + n - 1)
    return low + (real(w, t.first + n) - low) * (u - below) / (real(w, heights + n) - below)


@compiled
def linear_beyond(w: World, t: Timing, u: float, lasted: float) -> float:
    """The quantile of a distribution function in straight lines, among what lasts longer than *lasted*."""
    if lasted >= real(w, t.first + t.count - 1):
        return lasted
    gone = linear_below(w, t, lasted)
    return linear(w, t, min(gone + u * (1.0 - gone), 1.0))


@compiled
def linear_below(w: World, t: Timing, limit: float) -> float:
    """The distribution function in straight lines."""
    heights = t.first + t.count
    n = first_above(w, t.first, t.count, limit)
    if n == 0:
        return 0.0
    if n == t.count:
        return 1.0
    low, high = real(w, t.first + n - 1), real(w, t.first + n)
    below, above = real(w, heights + n - 1), real(w, heights + n)
    return below + (above - below) * (limit - low) / (high - low)
