"""Simulated annealing for weighted tardiness: late orders are pulled forward along what they wait for.

A late order is drawn, the later and the heavier the likelier, and what it waits for is followed back from its last
operation. There two operations that follow each other on a machine change places, which never makes a cycle, or one
goes to another machine. A schedule that is worse stays in hand with a probability that falls with the temperature.

References
----------
P. van Laarhoven, E. Aarts, J. Lenstra: Job shop scheduling by simulated annealing. Operations Research 40 (1992)
113-125. S. Kreipl: A large step random walk for minimizing total weighted tardiness in a job shop. Journal of
Scheduling 3 (2000) 125-138.
"""

import math

from scheduler.search.graph import find_heads, keep, lateness_of, mend_order, put_in, take_out, value_of
from scheduler.search.luck import below, share
from scheduler.search.records import (
    NOBODY,
    World,
    first_on,
    job,
    mode,
    op,
    path,
    put_path,
    step,
    track,
)
from twin.native import compiled


@compiled
def anneal(w: World, iterations: int, until: int, target: int) -> int:
    """Make so many trials of a cooling that is over at iteration *until*; whether it should go on.

    The temperature falls by the same factor from trial to trial, from `Track.heat` to `Track.cold`.
    """
    t = track(w, 0)
    for _ in range(iterations):
        if t.best <= target or t.iteration >= until:
            return 0
        t.iteration += 1
        done = t.iteration / until
        _try(w, t.heat * math.exp(done * math.log(t.cold / t.heat)))
    return 1


@compiled
def _try(w: World, temperature: float) -> None:
    """Try one change, and keep it, or take it back."""
    t = track(w, 0)
    if not follow_back(w) or not _choose(w):
        return
    o, before = t.op, t.value
    was_on, was_behind = step(w, o).machine, step(w, o).before
    if not replace(w, o, t.machine, t.after):
        return
    t.value = value_of(w)
    worse = t.value - before
    if worse > 0 and share(w) >= math.exp(-worse / temperature):
        replace(w, o, was_on, was_behind)
        t.value = before
        return
    t.moves += 1
    if t.value < t.best:
        keep(w)


@compiled
def replace(w: World, o: int, machine: int, after: int) -> bool:
    """Move an operation right behind *after* on a machine, and time what follows; False, and nothing, if a cycle."""
    t, s = track(w, 0), step(w, o)
    was_on, was_behind, was_before = s.machine, s.before, s.after
    take_out(w, o)
    put_in(w, o, machine, after)
    if not mend_order(w, o):
        take_out(w, o)
        put_in(w, o, was_on, was_behind)
        t.refused += 1
        return False
    first = s.place
    if was_before >= 0:
        first = min(first, step(w, was_before).place)
    if s.after >= 0:
        first = min(first, step(w, s.after).place)
    find_heads(w, first)
    return True


@compiled
def follow_back(w: World) -> bool:
    """Write down what a late order waits for, from its end to its beginning; False where none is late."""
    t = track(w, 0)
    if t.value == 0:
        return False
    drawn, v = share(w) * t.value, NOBODY
    for j in range(w.job_count):
        late = lateness_of(w, j)
        if late > 0:
            v = job(w, j).last
            drawn -= late
            if drawn < 0.0:
                break
    count = 0
    while v >= 0:
        put_path(w, count, v)
        count += 1
        v = _cause(w, v)
    t.path = count
    return True


@compiled
def _cause(w: World, v: int) -> int:
    """What an operation waits for before it begins: what it follows on its machine, where it waits for both."""
    s, previous = step(w, v), op(w, v).before
    lag = s.setup if w.is_attached else 0
    if s.before >= 0 and step(w, s.before).head + step(w, s.before).work + s.setup == s.head:
        return s.before
    if previous >= 0 and step(w, previous).head + step(w, previous).work + lag == s.head:
        return previous
    return NOBODY


@compiled
def _choose(w: World) -> bool:
    """Draw a change somewhere along the path; whether there is one there."""
    t = track(w, 0)
    for _ in range(8):
        n = below(w, t.path)
        v = path(w, n)
        at, s = op(w, v), step(w, v)
        if at.modes > 1 and below(w, 2):
            return _elsewhere(w, v)
        if n + 1 < t.path and s.before == path(w, n + 1) and op(w, s.before).job != at.job:
            t.op, t.machine, t.after = v, s.machine, step(w, s.before).before
            return True
    return False


@compiled
def _elsewhere(w: World, v: int) -> bool:
    """Draw another machine for an operation; it comes there where it arrives, or one place off."""
    t, at, s = track(w, 0), op(w, v), step(w, v)
    taken = mode(w, at.first_mode + below(w, at.modes)).machine
    if taken == s.machine:
        return False
    arrival = at.ready
    if at.before >= 0:
        arrival = max(arrival, step(w, at.before).head + step(w, at.before).work)
    after, following = NOBODY, first_on(w, taken)
    while following >= 0 and step(w, following).head < arrival:
        after, following = following, step(w, following).after
    shift = below(w, 3)
    if shift == 1 and after >= 0:
        after = step(w, after).before
    if shift == 2 and following >= 0:
        after = following
    t.op, t.machine, t.after = v, taken, after
    return True
