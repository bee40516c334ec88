"""Tabu search for the makespan: critical operations move within their block, or to another machine.

Of a critical path, drawn at random among the longest ones, every operation of a block may go to either end of it, and
the first and the last into its midst (N7); one that other machines can do may go to any place there that cannot make a
cycle. The move with the best estimate is made, unless it puts two operations back into an order, or one back to a
machine, that was left not long ago; nobody keeps it from a new best schedule.

References
----------
C. Zhang, P. Li, Z. Guan, Y. Rao: A tabu search algorithm with a new neighborhood structure for the job shop scheduling
problem. Computers & Operations Research 34 (2007) 3229-3242. B. Peng, Z. Lü, T. Cheng: A tabu search/path relinking
algorithm to solve the job shop scheduling problem. Computers & Operations Research 53 (2015) 154-164.
"""

import numpy as np

from scheduler.search.estimates import IMPOSSIBLE, moved_before, moved_behind, put_elsewhere
from scheduler.search.graph import find_heads, find_tails, keep, mend_order, put_in, take_out, value_of
from scheduler.search.luck import below
from scheduler.search.records import (
    NOBODY,
    World,
    first_on,
    job,
    mode,
    op,
    path,
    put_path,
    put_tabu_until,
    step,
    tabu_until,
    track,
)
from twin.native import compiled

_SPREAD = np.uint64(0x9E3779B97F4A7C15)


@compiled
def search(w: World, iterations: int, patience: int, target: int) -> int:
    """Make so many moves, fewer where none of the last *patience* led to a new best or *target* is reached.

    Gives back whether it should go on.
    """
    t = track(w, 0)
    for _ in range(iterations):
        if t.best <= target or t.iteration - t.best_at >= patience or not move(w):
            return 0
    return 1


@compiled
def move(w: World) -> bool:
    """Make the best move that is not forbidden; False where there is none at all, so that the schedule is optimal."""
    t = track(w, 0)
    t.iteration += 1
    t.estimate, t.ties, t.op = IMPOSSIBLE, 0, NOBODY
    t.tabu_ties, t.tabu_op = 0, NOBODY
    find_path(w)
    look_at_blocks(w)
    if w.is_flexible:
        look_elsewhere(w)
    if t.op == NOBODY:
        if t.tabu_op == NOBODY:
            return False
        t.op, t.machine, t.after = t.tabu_op, t.tabu_machine, t.tabu_after
    forbid_return(w, t.op, t.machine, t.after)
    if relink(w, t.op, t.machine, t.after):
        t.value = value_of(w)
        if t.value < t.best:
            keep(w)
    return True


@compiled
def relink(w: World, o: int, machine: int, after: int) -> bool:
    """Move an operation right behind *after* on a machine, and time the schedule; False, and nothing, if a cycle."""
    t, s = track(w, 0), step(w, o)
    was_on, was_behind, was_before = s.machine, s.before, s.after
    take_out(w, o)
    put_in(w, o, machine, after)
    if not mend_order(w, o):
        take_out(w, o)
        put_in(w, o, was_on, was_behind)
        t.refused += 1
        return False
    first, last = s.place, s.place
    if was_before >= 0:
        first = min(first, step(w, was_before).place)
        last = _last_touched(w, was_before, last)
    if s.after >= 0:
        first = min(first, step(w, s.after).place)
        last = _last_touched(w, s.after, last)
    if was_behind >= 0:
        last = max(last, step(w, was_behind).place)
    if s.before >= 0:
        last = max(last, step(w, s.before).place)
    find_heads(w, first)
    find_tails(w, _last_touched(w, o, last))
    t.moves += 1
    return True


@compiled
def _last_touched(w: World, o: int, last: int) -> int:
    """How far back tails change where an operation got another setup, which those before it in its job wait for."""
    previous = op(w, o).before
    return max(last, step(w, previous).place) if w.is_attached and previous >= 0 else last


# -- the critical path -------------------------------------------------------------------------------------------------


@compiled
def find_path(w: World) -> None:
    """Write down a longest path, from its end to its beginning."""
    t = track(w, 0)
    count, v, ties = 0, NOBODY, 0
    for j in range(w.job_count):
        last = job(w, j).last
        if step(w, last).head + step(w, last).work + op(w, last).rest == t.value:
            ties += 1
            if ties == 1 or below(w, ties) == 0:
                v = last
    while v >= 0:
        put_path(w, count, v)
        count += 1
        v = _cause(w, v)
    t.path = count


@compiled
def _cause(w: World, v: int) -> int:
    """What an operation waits for before it begins; one of both, where it waits for two; nobody where for none."""
    s, previous = step(w, v), op(w, v).before
    lag = s.setup if w.is_attached else 0
    by_job = previous >= 0 and step(w, previous).head + step(w, previous).work + lag == s.head
    by_machine = s.before >= 0 and step(w, s.before).head + step(w, s.before).work + s.setup == s.head
    if by_job and by_machine:
        return previous if below(w, 2) else s.before
    return previous if by_job else s.before if by_machine else NOBODY


# -- moves -------------------------------------------------------------------------------------------------------------


@compiled
def look_at_blocks(w: World) -> None:
    """Look at the moves within each block: consecutive operations of the path on one machine."""
    t = track(w, 0)
    start = 0
    while start < t.path:
        end = start
        while end + 1 < t.path and step(w, path(w, end)).before == path(w, end + 1):
            end += 1
        if end > start:
            _look_at_block(w, end, start)
        start = end + 1


@compiled
def _look_at_block(w: World, first: int, last: int) -> None:
    """Look at the moves within a block of the path, which lies in it from its end to its beginning.

    At the beginning of the path only what comes last can matter, at its end only what comes first, unless there are
    setups or other work is done while the path lasts.
    """
    head, foot = path(w, first), path(w, last)
    is_first, is_last = first == track(w, 0).path - 1, last == 0
    is_open = w.has_setups or (is_first and is_last)
    if is_open or not is_last:
        for n in range(first, last, -1):
            _behind(w, path(w, n), foot)
        for n in range(last + 2, first):
            _before(w, foot, path(w, n))
    if is_open or not is_first:
        for n in range(first - 1, last - 1, -1):
            _before(w, path(w, n), head)
        for n in range(first - 2, last, -1):
            _behind(w, head, path(w, n))


@compiled
def _behind(w: World, o: int, last: int) -> None:
    estimate = moved_behind(w, o, last)
    if estimate == IMPOSSIBLE or estimate > track(w, 0).estimate:
        return
    is_tabu, v = False, o
    while v != last and not is_tabu:
        v = step(w, v).after
        is_tabu = is_forbidden(w, v, o)
    consider(w, estimate, o, step(w, o).machine, last, is_tabu)


@compiled
def _before(w: World, o: int, first: int) -> None:
    estimate = moved_before(w, o, first)
    if estimate == IMPOSSIBLE or estimate > track(w, 0).estimate:
        return
    is_tabu, v = False, o
    while v != first and not is_tabu:
        v = step(w, v).before
        is_tabu = is_forbidden(w, o, v)
    consider(w, estimate, o, step(w, o).machine, step(w, first).before, is_tabu)


@compiled
def look_elsewhere(w: World) -> None:
    """Look at the other machines that can do what is on the path."""
    for n in range(track(w, 0).path):
        v = path(w, n)
        at = op(w, v)
        for m in range(at.first_mode, at.first_mode + at.modes):
            if mode(w, m).machine != step(w, v).machine:
                _look_on(w, v, mode(w, m).machine, mode(w, m).work)


@compiled
def _look_on(w: World, o: int, machine: int, work: int) -> None:
    """Look at each place of an operation on another machine."""
    after, following = NOBODY, first_on(w, machine)
    is_tabu = is_forbidden(w, o, w.op_count + machine)
    while True:
        estimate = put_elsewhere(w, o, machine, work, after, following)
        if estimate != IMPOSSIBLE and estimate <= track(w, 0).estimate:
            consider(w, estimate, o, machine, after, is_tabu)
        if following < 0:
            return
        after, following = following, step(w, following).after


@compiled
def consider(w: World, estimate: int, o: int, machine: int, after: int, is_tabu: bool) -> None:
    """Let a move be the one to make if it looks better than all before; one of those that look alike, by lot."""
    t = track(w, 0)
    if is_tabu and estimate >= t.best:
        t.tabu_ties += 1
        if t.tabu_ties == 1 or below(w, t.tabu_ties) == 0:
            t.tabu_op, t.tabu_machine, t.tabu_after = o, machine, after
        return
    t.ties = 1 if estimate < t.estimate else t.ties + 1
    if t.ties == 1 or below(w, t.ties) == 0:
        t.estimate, t.op, t.machine, t.after = estimate, o, machine, after


# -- what is forbidden -------------------------------------------------------------------------------------------------


@compiled
def _slot(w: World, before: int, after: int) -> int:
    key = np.uint64(before * (w.op_count + w.machine_count) + after)
    return int((key * _SPREAD) >> np.uint64(64 - w.tabu_bits))


@compiled
def is_forbidden(w: World, before: int, after: int) -> bool:
    """Whether an operation may not yet come before another one again, or to a machine."""
    return tabu_until(w, _slot(w, before, after)) > track(w, 0).iteration


@compiled
def _forbid(w: World, before: int, after: int) -> None:
    put_tabu_until(w, _slot(w, before, after), track(w, 0).iteration + w.tenure + below(w, w.tenure))


@compiled
def forbid_return(w: World, o: int, machine: int, after: int) -> None:
    """Forbid for a while what would take a move back."""
    s = step(w, o)
    if s.machine != machine:
        _forbid(w, o, w.op_count + s.machine)
        return
    if after >= 0 and step(w, after).place > s.place:
        v = o
        while v != after:
            v = step(w, v).after
            _forbid(w, o, v)
        return
    v = s.before
    while v != after:
        _forbid(w, v, o)
        v = step(w, v).before
