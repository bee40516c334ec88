"""The candidate network in machine code: a score for each row of features, and what is best.

Two layers see each candidate by itself; two more see it beside the mean and the greatest of all of them (Zaheer et al.
2017, Deep Sets), so that any number of candidates in any order can be scored.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rl.minds import Mind, high, inside, low, put_inside, seen_row, weight
from rl.sight import COLUMNS, FEATURES, see
from twin.native import compiled

_CHECKED = FEATURES.index("wait")
"""So many features may lie outside what was seen in training."""


def shapes(width: int, score_width: int) -> dict[str, tuple[int, ...]]:
    """The arrays of a candidate network: two layers for each candidate, two from candidate and pool to its score."""
    return {
        "candidate.0.weight": (width, len(FEATURES)),
        "candidate.0.bias": (width,),
        "candidate.2.weight": (width, width),
        "candidate.2.bias": (width,),
        "score.0.weight": (score_width, 3 * width),
        "score.0.bias": (score_width,),
        "score.2.weight": (1, score_width),
        "score.2.bias": (1,),
    }


def in_line(arrays: Mapping[str, NDArray[Any]], width: int, score_width: int) -> NDArray[np.float64]:
    """The arrays of `shapes`, one behind the other; weights with what comes in as rows."""
    return np.concatenate([np.asarray(arrays[name], dtype=np.float64).T.ravel() for name in shapes(width, score_width)])


def room(count: int, width: int, score_width: int) -> int:
    """How many numbers lie inside the network when it scores so many rows."""
    return count * (2 * width + 1) + 2 * width + 2 * score_width


@compiled
def think(m: Mind, count: int, unfinished: int) -> int:
    """The option to take of so many, first as 0; *count* to wait; -1 - f where feature f is outside the training's."""
    see(m, count, unfinished)
    beyond = outside(m, count)
    return -1 - beyond if beyond >= 0 else best_of(m, count + m.waits)


@compiled
def score(m: Mind, count: int) -> int:
    """Score so many rows of features; where the scores begin among the numbers inside."""
    width, wide = m.width, m.score_width
    second = COLUMNS * width + width
    third = second + width * width + width
    for n in range(count):
        _layer_of_rows(m, n * COLUMNS, n * width)
    base = count * width
    for n in range(count):
        _layer(m, n * width, width, base + n * width, width, second, second + width * width)
    pool = 2 * base
    _pool(m, base, count, pool)
    shared, own = pool + 2 * width, pool + 2 * width + wide
    bias = third + 3 * width * wide
    for j in range(wide):
        put_inside(m, shared + j, weight(m, bias + j))
    _add(m, pool, 2 * width, shared, wide, third + width * wide)
    scores, last = own + wide, bias + wide
    for n in range(count):
        for j in range(wide):
            put_inside(m, own + j, inside(m, shared + j))
        _add(m, base + n * width, width, own, wide, third)
        total = weight(m, last + wide)
        for j in range(wide):
            total += math.tanh(inside(m, own + j)) * weight(m, last + j)
        put_inside(m, scores + n, total)
    return scores


@compiled
def best_of(m: Mind, count: int) -> int:
    """The row with the highest score; ties go to the first."""
    first = score(m, count)
    best = 0
    for n in range(1, count):
        if inside(m, first + n) > inside(m, first + best):
            best = n
    return best


@compiled
def outside(m: Mind, count: int) -> int:
    """The first feature of so many orders that lies outside what was seen in training; -1 if none does."""
    for column in range(_CHECKED):
        for n in range(count):
            value = seen_row(m, n * COLUMNS + column)
            if value < low(m, column) or value > high(m, column):
                return column
    return -1


@compiled
def _layer_of_rows(m: Mind, row: int, to: int) -> None:
    """The first layer, of a row of features."""
    width = m.width
    for j in range(width):
        put_inside(m, to + j, weight(m, COLUMNS * width + j))
    for k in range(COLUMNS):
        value = seen_row(m, row + k)
        for j in range(width):
            put_inside(m, to + j, inside(m, to + j) + value * weight(m, k * width + j))
    for j in range(width):
        put_inside(m, to + j, math.tanh(inside(m, to + j)))


@compiled
def _layer(m: Mind, at: int, count: int, to: int, width: int, weights: int, biases: int) -> None:
    for j in range(width):
        put_inside(m, to + j, weight(m, biases + j))
    _add(m, at, count, to, width, weights)
    for j in range(width):
        put_inside(m, to + j, math.tanh(inside(m, to + j)))


@compiled
def _add(m: Mind, at: int, count: int, to: int, width: int, weights: int) -> None:
    """Add what comes in, weighted, to what lies there."""
    for k in range(count):
        value, row = inside(m, at + k), weights + k * width
        for j in range(width):
            put_inside(m, to + j, inside(m, to + j) + value * weight(m, row + j))


@compiled
def _pool(m: Mind, base: int, count: int, to: int) -> None:
    """The mean and the greatest of each number over all candidates."""
    width = m.width
    for j in range(width):
        total, most = 0.0, inside(m, base + j)
        for n in range(count):
            value = inside(m, base + n * width + j)
            total += value
            most = max(most, value)
        put_inside(m, to + j, total / float(count))
        put_inside(m, to + width + j, most)
