"""The dispatching rules of `twin.policies.rules`, compiled: which of the written options a machine takes."""

import math

from twin.compiled.arrays import NOBODY, World, clock, option, put_option, terms
from twin.compiled.flow import work_here, work_left
from twin.compiled.lottery import by_lot
from twin.compiled.moves import at_work, expected, stop_of
from twin.compiled.needs import time_to_set_up
from twin.native import compiled

CODES = {
    name: code
    for code, name in enumerate(
        ("fifo", "spt", "lpt", "edd", "slack", "critical-ratio", "atc", "wspt", "mwkr", "setup-saving", "random")
    )
}
"""The number of each rule that is compiled."""

_FIFO, _SPT, _LPT, _EDD, _SLACK, _RATIO, _ATC, _WSPT, _MWKR, _SETUP_SAVING, _RANDOM = CODES.values()
_LOOK_AHEAD = 2.0


@compiled
def choose(w: World, index: int, found: int) -> int:
    """The order that a machine takes of so many options; ties go to the one that came first."""
    if w.has_classes and found > 1:
        found = _of_highest_class(w, found)
    if w.rule == _FIFO or found == 1:
        return option(w, 0)
    if w.rule == _RANDOM:
        return option(w, by_lot(w, index, found))
    scale = _scale(w, index, found) if w.rule == _ATC else 1.0
    best, least, next_least = NOBODY, math.inf, math.inf
    for n in range(found):
        o = option(w, n)
        key = _key(w, index, o, scale)
        if w.rule == _SETUP_SAVING:
            then = float(terms(w, o).due)
            if best == NOBODY or key < least or (key == least and then < next_least):
                best, least, next_least = o, key, then
        elif best == NOBODY or key < least:
            best, least = o, key
    return best


@compiled
def _of_highest_class(w: World, found: int) -> int:
    """Keep the orders of the highest priority that is there."""
    highest, kept = terms(w, option(w, 0)).priority, 0
    for n in range(1, found):
        highest = max(highest, terms(w, option(w, n)).priority)
    for n in range(found):
        if terms(w, option(w, n)).priority == highest:
            put_option(w, kept, option(w, n))
            kept += 1
    return kept


@compiled
def _key(w: World, index: int, o: int, scale: float) -> float:
    """By what a rule sorts its options: the least comes first."""
    rule, now, agreed = w.rule, clock(w, 0).now, terms(w, o)
    if rule == _SPT:
        return float(_work(w, index, o))
    if rule == _LPT:
        return -float(_work(w, index, o))
    if rule == _EDD:
        return float(agreed.due)
    if rule == _SLACK:
        return float(agreed.due - now) - work_left(w, o)
    if rule == _RATIO:
        return float(agreed.due - now) / max(1.0, work_left(w, o))
    if rule == _ATC:
        return _cost(w, index, o, scale)
    if rule == _WSPT:
        return -agreed.weight / float(max(1, _work(w, index, o)))
    if rule == _MWKR:
        return -work_left(w, o)
    return float(time_to_set_up(w, index, o))


@compiled
def _cost(w: World, index: int, o: int, scale: float) -> float:
    """Apparent tardiness cost."""
    agreed, work = terms(w, o), float(max(1, _work(w, index, o)))
    after = work_left(w, o) - work_here(w, o)
    left = max(0.0, float(agreed.due) - after - work - float(clock(w, 0).now))
    return -agreed.weight / work * math.exp(-left / scale)


@compiled
def _scale(w: World, index: int, found: int) -> float:
    total = 0
    for n in range(found):
        total += max(1, _work(w, index, option(w, n)))
    return _LOOK_AHEAD * float(total) / float(found)


@compiled
def _work(w: World, index: int, o: int) -> int:
    return expected(w, index, o, stop_of(w, o), at_work(w, o))
