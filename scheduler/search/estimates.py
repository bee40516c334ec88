"""What a move would come to, without making it: lengths of the longest paths through what it moves.

References
----------
E. Balas, A. Vazacopoulos: Guided local search with shifting bottleneck for job shop scheduling. Management Science
44 (1998) 262-275 (moves on a machine). M. Mastrolilli, L. M. Gambardella: Effective neighbourhood functions for the
flexible job shop problem. Journal of Scheduling 3 (2000) 3-20 (moves to another machine).
"""

from scheduler.search.graph import setup_between
from scheduler.search.records import World, ahead, op, put_ahead, spot, step
from twin.native import compiled

IMPOSSIBLE = 1 << 62
"""The estimate of a move that might make a cycle."""


@compiled
def start_of(w: World, arrival: int, free: int, setup: int) -> int:
    """When work can begin on something that arrives then, on a machine that is free then."""
    return max(arrival, free) + setup if w.is_attached else max(arrival, free + setup)


@compiled
def free_after(w: World, machine: int, before: int) -> int:
    """When a machine is done with an operation; when it is free at first, where there is none."""
    return spot(w, machine).free if before < 0 else step(w, before).head + step(w, before).work


@compiled
def tail_of(w: World, o: int, behind: int) -> int:
    """The tail of an operation, where so much follows it on its machine; what follows in its job is as it was."""
    s = step(w, o)
    return s.work + max(s.onward, behind)


@compiled
def setup_of(w: World, machine: int, before: int, after: int) -> int:
    """The setup between two operations, where there are setups at all; none before nobody."""
    return setup_between(w, machine, before, after) if w.has_setups and after >= 0 else 0


@compiled
def moved_behind(w: World, o: int, last: int) -> int:
    """The longest path through those that move if *o* goes right behind *last*, later on the same machine."""
    moved = step(w, o)
    machine, following = moved.machine, op(w, o).after
    if following >= 0 and step(w, last).tail < step(w, following).tail:
        return IMPOSSIBLE
    free, before, count, v = free_after(w, machine, moved.before), moved.before, 0, moved.after
    while True:
        s = step(w, v)
        if op(w, v).job == op(w, o).job:
            return IMPOSSIBLE
        begin = start_of(w, s.arrival, free, setup_of(w, machine, before, v))
        put_ahead(w, count, begin)
        free, before = begin + s.work, v
        count += 1
        if v == last:
            break
        v = s.after
    setup = setup_of(w, machine, last, o)
    begin, after = start_of(w, moved.arrival, free, setup), step(w, last).after
    behind = 0 if after < 0 else step(w, after).tail + setup_of(w, machine, o, after)
    tail = tail_of(w, o, behind)
    longest = begin + tail
    while count:
        count -= 1
        tail = tail_of(w, v, tail + setup)
        longest = max(longest, ahead(w, count) + tail)
        before = step(w, v).before
        setup = setup_of(w, machine, moved.before if before == o else before, v)
        v = before
    return longest


@compiled
def moved_before(w: World, o: int, first: int) -> int:
    """The longest path through those that move if *o* goes right before *first*, earlier on the same machine."""
    moved = step(w, o)
    machine, previous = moved.machine, op(w, o).before
    if previous >= 0:
        was = step(w, previous)
        if step(w, first).head + step(w, first).work < was.head + was.work:
            return IMPOSSIBLE
    before = step(w, first).before
    setup = setup_of(w, machine, before, o)
    own = start_of(w, moved.arrival, free_after(w, machine, before), setup)
    free, before, count, v = own + moved.work, o, 0, first
    while v != o:
        s = step(w, v)
        if op(w, v).job == op(w, o).job:
            return IMPOSSIBLE
        begin = start_of(w, s.arrival, free, setup_of(w, machine, before, v))
        put_ahead(w, count, begin)
        free, before = begin + s.work, v
        count += 1
        v = s.after
    v, after, longest = moved.before, moved.after, 0
    tail = 0 if after < 0 else step(w, after).tail + setup_of(w, machine, v, after)
    while count:
        count -= 1
        tail = tail_of(w, v, tail)
        longest = max(longest, ahead(w, count) + tail)
        before = o if v == first else step(w, v).before
        tail += setup_of(w, machine, before, v)
        v = before
    return max(longest, own + tail_of(w, o, tail))


@compiled
def put_elsewhere(w: World, o: int, machine: int, work: int, after: int, following: int) -> int:
    """The longest path through *o*, if it goes to another machine, right behind *after* and before *following*."""
    moved, at = step(w, o), op(w, o)
    if after >= 0 and at.after >= 0 and _follows(w, after, at.after):
        return IMPOSSIBLE
    if following >= 0 and at.before >= 0 and _follows(w, at.before, following):
        return IMPOSSIBLE
    begin = start_of(w, moved.arrival, free_after(w, machine, after), setup_of(w, machine, after, o))
    behind = 0 if following < 0 else step(w, following).tail + setup_of(w, machine, o, following)
    return begin + work + max(moved.onward, behind)


@compiled
def _follows(w: World, o: int, other: int) -> bool:
    """Whether an operation might have to wait for another one, as far as their times tell; or is the same."""
    first = step(w, other)
    return o == other or step(w, o).head >= first.head + first.work
