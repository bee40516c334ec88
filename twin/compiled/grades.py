"""How good the pieces are, what is measured and who finds what: `twin.grades`, over flat arrays.

The counts are the very text of `twin.counts`, compiled.
"""

import math

import numpy as np

from twin import counts
from twin import transforms as to
from twin.compiled.arrays import NOBODY, World, number, order, real, terms
from twin.compiled.grade_arrays import (
    CHOSEN,
    DEFECTS,
    FALSE_FAIL,
    FOUND,
    FREED,
    HOLD,
    INSPECTION,
    LOST,
    OUT,
    SAMPLE,
    VALUE,
    Characteristic,
    Grading,
    Passage,
    characteristic,
    grade,
    grading,
    passage,
)
from twin.compiled.log_gamma import log_gamma
from twin.compiled.luck import drawn, share
from twin.compiled.moves import at_work
from twin.native import compiled, instead, shared

_HOUR = 3_600_000.0


@compiled
def grading_of(w: World, o: int) -> Grading:
    """What the step at which an order is has to do with quality."""
    return grading(w, terms(w, o).first_stop + order(w, o).step)


@compiled
def is_inspected(w: World, o: int) -> bool:
    """Whether an order is one of those that are looked at when its present step is finished."""
    known = grading_of(w, o)
    if not known.inspects:
        return False
    if known.is_of_pieces or grade(w, o).again:
        return number(w, known.pieces + at_work(w, o)) > 0
    return _share(w, o, known.bases + CHOSEN, order(w, o).step, order(w, o).repeats) < known.share


@compiled
def inspecting(w: World, o: int, mean: int, lasted: int) -> int:
    """Milliseconds that inspecting makes an order's step longer, *mean* on average, when it has lasted so long."""
    known = grading_of(w, o)
    if not known.inspects or known.duration == NOBODY:
        return 0
    if w.is_certain:
        return max(lasted, mean)
    if not is_inspected(w, o):
        return 0
    at = known.duration
    if known.is_by_piece:
        at += number(w, known.pieces + at_work(w, o)) - 1
    which = order(w, o).step + (order(w, o).repeats << 16)
    return drawn(w, at, known.bases + INSPECTION, terms(w, o).hash, which, lasted)


@compiled
def hold_time(w: World, o: int, step: int, lasted: int) -> int:
    """Milliseconds that the inspection of a step holds an order in all, when it did for *lasted*; -1: it does not."""
    known = grading(w, terms(w, o).first_stop + step)
    if not known.inspects or known.hold_time == NOBODY:
        return NOBODY
    which = step + (order(w, o).repeats << 16)
    return drawn(w, known.hold_time, known.bases + HOLD, terms(w, o).hash, which, lasted)


@compiled
def is_freed(w: World, o: int, step: int) -> bool:
    """Whether an order that an inspection holds goes on afterwards; else it is scrapped."""
    if step == NOBODY:
        return True
    known = grading(w, terms(w, o).first_stop + step)
    if not known.inspects:
        return True
    return _share(w, o, known.bases + FREED, step, order(w, o).repeats) < known.freed


@compiled
def failed(w: World, o: int, p: Passage) -> int:
    """How many of the pieces that are inspected at the end of a step fail."""
    look_through(w, o)
    known = grade(w, o)
    bad = _made(w, o, p, known.reworked if p.again else known.rest + known.reworked)
    caught, false = _verdict(w, o, p, bad)
    return caught + false


@compiled
def look_through(w: World, o: int) -> None:
    """Work out the hidden defects of an order after all its passages."""
    known = grade(w, o)
    n = known.first if known.seen == NOBODY else passage(w, known.seen).following
    while n != NOBODY:
        p = passage(w, n)
        if not p.again:
            known.rest += known.reworked
            known.reworked = 0
        bad = _made(w, o, p, known.reworked if p.again else known.rest)
        if p.inspected and grading(w, terms(w, o).first_stop + p.step).inspects:
            caught, _ = _verdict(w, o, p, bad)
            bad -= min(p.failed, caught)
        if p.again:
            known.reworked = bad
        else:
            known.rest = bad
        if p.sent_back:
            known.rest += known.reworked
            known.reworked = 0
        known.seen = n
        n = p.following


@compiled
def forget_hidden(w: World) -> None:
    """Let what is hidden be worked out anew: the luck is another."""
    for o in range(w.order_count if w.has_grades else 0):
        known = grade(w, o)
        known.seen = NOBODY
        known.rest = known.reworked = 0


@compiled
def _made(w: World, o: int, p: Passage, bad: int) -> int:
    """Hidden defects among the pieces at work after a step, when there were *bad* before: some lost, some made."""
    known = grading(w, terms(w, o).first_stop + p.step)
    if bad and p.scrap:
        bad -= counts.hypergeometric(p.pieces, bad, p.scrap, _of(w, o, p, known.bases + LOST))
    left = p.pieces - p.scrap
    bad = min(bad, left)
    if known.defects > 0.0:
        bad += counts.binomial(left - bad, known.defects, _of(w, o, p, known.bases + DEFECTS))
    for n in range(known.first_characteristic, known.first_characteristic + known.characteristics):
        if not characteristic(w, n).is_at_once and left > bad:
            bad += out_of_limits(w, o, p, n, left - bad)
    return bad


@compiled
def told(w: World, o: int, p: Passage, n: int) -> int:
    """The value of the piece that is measured, in whole steps of the resolution."""
    known = characteristic(w, n)
    value = _mean(w, p, known) + known.sd * to.normal_at(_of(w, o, p, known.bases + VALUE))
    return round(value / known.resolution)


@compiled
def out_of_limits(w: World, o: int, p: Passage, n: int, pieces: int) -> int:
    """How many of so many pieces, the one that is measured among them, are out of limits."""
    known = characteristic(w, n)
    value = told(w, o, p, n)
    out = 1 if value < known.first_good or value >= known.first_above else 0
    if pieces > 1:
        mean = _mean(w, p, known)
        out += counts.binomial(pieces - 1, _share_out(known, mean), _of(w, o, p, known.bases + OUT))
    return out


@compiled
def _mean(w: World, p: Passage, known: Characteristic) -> float:
    """The mean of what comes from a machine, as worn as it was, so long after it was last repaired."""
    hours = float(p.worked) / _HOUR
    offset = real(w, known.offsets + 1 + p.machine)
    return known.target + offset + known.per_wear * float(p.wear) + known.per_hour * hours


@compiled
def _share_out(known: Characteristic, mean: float) -> float:
    """The share of the pieces that are out of limits where the mean is *mean*."""
    if known.sd == 0.0:
        is_below, is_above = known.has_lower and mean < known.lower, known.has_upper and mean > known.upper
        return 1.0 if is_below or is_above else 0.0
    below = above = 0.0
    if known.has_lower:
        below = to.normal_below((known.lower - mean) / known.sd)
    if known.has_upper:
        above = to.normal_below((mean - known.upper) / known.sd)
    return min(1.0, below + above)


@compiled
def _verdict(w: World, o: int, p: Passage, bad: int) -> tuple[int, int]:
    """How many defective pieces fail, and how many good ones, of those that are looked at."""
    known, left = grading(w, terms(w, o).first_stop + p.step), p.pieces - p.scrap
    seen = counts.hypergeometric(left, bad, p.inspected, _of(w, o, p, known.bases + SAMPLE))
    caught = counts.binomial(seen, 1.0 - known.false_pass, _of(w, o, p, known.bases + FOUND))
    good = min(p.inspected, left) - seen
    return caught, counts.binomial(good, known.false_fail, _of(w, o, p, known.bases + FALSE_FAIL))


@compiled
def _of(w: World, o: int, p: Passage, base: int) -> float:
    return _share(w, o, base, p.step, p.repeats)


@compiled
def _share(w: World, o: int, base: int, step: int, repeats: int) -> float:
    return share(w, base, terms(w, o).hash, np.uint64(step + (repeats << 16)))


def _log_gamma(x: float) -> float:
    return log_gamma(x)


instead(math.lgamma, _log_gamma)
shared(counts.binomial, counts.hypergeometric, counts._choose)
