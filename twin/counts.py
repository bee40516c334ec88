"""How many of a number of pieces: binomial and hypergeometric counts from one share, exactly.

Both are the least count whose distribution function reaches the share, found by summing probabilities from a count
below which less than 1e-16 lies. So more defects in the plant never mean fewer in the same future.

References
----------
Devroye (1986), Non-Uniform Random Variate Generation, chapter X.
"""

from math import exp, floor, lgamma, log, log1p, sqrt


def binomial(pieces: int, share: float, u: float) -> int:
    """How many of *pieces* are hit, each with probability *share*, at the quantile *u* (0 to 1, exclusive)."""
    if pieces <= 0 or share <= 0:
        return 0
    if share >= 1:
        return pieces
    if share > 0.5:
        return pieces - binomial(pieces, 1 - share, 1 - u)
    mean, odds = pieces * share, share / (1 - share)
    count = max(0, floor(mean - 9 * sqrt(mean)) - 1)
    height = exp(_choose(pieces, count) + count * log(share) + (pieces - count) * log1p(-share))
    below = height
    while below < u and count < pieces:
        count += 1
        height *= odds * (pieces - count + 1) / count
        below += height
    return count


def hypergeometric(pieces: int, marked: int, taken: int, u: float) -> int:
    """How many of *taken* pieces are marked, where *marked* of all *pieces* are, at the quantile *u*."""
    marked, taken = min(marked, pieces), min(taken, pieces)
    least, most = max(0, taken + marked - pieces), min(taken, marked)
    if least == most:
        return least
    mean = taken * marked / pieces
    count = max(least, floor(mean - 9 * sqrt(mean)) - 1)
    height = exp(_choose(marked, count) + _choose(pieces - marked, taken - count) - _choose(pieces, taken))
    below = height
    while below < u and count < most:
        height *= (marked - count) * (taken - count) / ((count + 1) * (pieces - marked - taken + count + 1))
        count += 1
        below += height
    return count


def _choose(pieces: int, count: int) -> float:
    """The logarithm of the number of ways to choose *count* of *pieces*."""
    return lgamma(pieces + 1) - lgamma(count + 1) - lgamma(pieces - count + 1)
