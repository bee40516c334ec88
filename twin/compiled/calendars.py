"""When somebody works: `plant_models.shifts`, laid out as the instants at which open and closed change."""

from twin.compiled.arrays import FAR, NEVER, World, number
from twin.native import Fixed, compiled, rows


class Turn(Fixed):
    """When somebody works: the instants at which it changes up to *rest*, and those of each period after it."""

    is_open: int
    first: int
    count: int
    rest: int
    is_open_later: int
    period: int
    later: int
    later_count: int


turn = rows(Turn, "turns", World)


@compiled
def next_change(w: World, at: int, time: int) -> int:
    """The next instant after *time* at which open becomes closed or closed open; FAR if never."""
    t = turn(w, at)
    if time < t.rest:
        before = passed(w, t.first, t.count, time)
        if before < t.count:
            return number(w, t.first + before)
        return _later(w, t, t.rest - 1, -1)
    return _later(w, t, time, (time - t.rest) % t.period)


@compiled
def is_open(w: World, at: int, time: int) -> bool:
    """Whether anyone works at *time*."""
    t = turn(w, at)
    if time < t.rest:
        return (t.is_open + passed(w, t.first, t.count, time)) % 2 == 1
    return (t.is_open_later + passed(w, t.later, t.later_count, (time - t.rest) % t.period)) % 2 == 1


@compiled
def next_turn(w: World, at: int, now: int, is_shut: int) -> int:
    """When whoever works by these hours begins or stops next; now where they stand otherwise, NEVER if never."""
    if is_open(w, at, now) == (is_shut != 0):
        return now
    due = next_change(w, at, now)
    return due if due < FAR else NEVER


@compiled
def _later(w: World, t: Turn, time: int, into: int) -> int:
    """The next change after *time*, which is so far *into* one of the periods that are all alike (-1: before them)."""
    if t.later_count == 0:
        return FAR
    before = passed(w, t.later, t.later_count, into)
    start = time - into
    if before < t.later_count:
        return start + number(w, t.later + before)
    return start + t.period + number(w, t.later)


@compiled
def passed(w: World, first: int, count: int, time: int) -> int:
    """How many of so many rising instants are not after *time*."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if time < number(w, first + middle):
            high = middle
        else:
            low = middle + 1
    return low
