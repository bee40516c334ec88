"""The schedule in hand as a graph: machine sequences, heads and tails, and an order in which none precedes its cause.

A move takes an operation out of its machine's sequence and puts it in elsewhere. The order of all operations is mended
between the two places only, and heads and tails are worked out again only beyond them.
"""

from scheduler.search.records import (
    MAKESPAN,
    NOBODY,
    World,
    first_on,
    given_machine,
    given_order,
    job,
    last_on,
    mode,
    op,
    order,
    put_first_on,
    put_kept_machine,
    put_kept_order,
    put_last_on,
    put_order,
    put_scratch,
    put_stamp,
    scratch,
    setup_ticks,
    spot,
    stamp,
    step,
    track,
)
from twin.native import compiled


@compiled
def setup_between(w: World, machine: int, before: int, after: int) -> int:
    """Ticks to set a machine up for an operation after another one, or after what it is set up for at first."""
    at = spot(w, machine)
    if at.setups < 0:
        return 0
    family = at.family if before < 0 else op(w, before).family
    return setup_ticks(w, at.setups + family * w.families + op(w, after).family)


@compiled
def work_on(w: World, o: int, machine: int) -> int:
    """How long an operation takes on a machine that can do it."""
    at = op(w, o)
    for n in range(at.first_mode, at.first_mode + at.modes):
        if mode(w, n).machine == machine:
            return mode(w, n).work
    return 0


@compiled
def set_up(w: World, o: int) -> None:
    """Let an operation have the setup that its place in the sequence calls for."""
    if o >= 0:
        s = step(w, o)
        s.setup = setup_between(w, s.machine, s.before, o)


@compiled
def take_out(w: World, o: int) -> None:
    """Take an operation out of its machine's sequence."""
    s = step(w, o)
    if s.before >= 0:
        step(w, s.before).after = s.after
    else:
        put_first_on(w, s.machine, s.after)
    if s.after >= 0:
        step(w, s.after).before = s.before
    else:
        put_last_on(w, s.machine, s.before)
    if w.has_setups:
        set_up(w, s.after)


@compiled
def put_in(w: World, o: int, machine: int, after: int) -> None:
    """Put an operation into a machine's sequence, behind *after*; first of all, where that is nobody."""
    s = step(w, o)
    following = first_on(w, machine) if after < 0 else step(w, after).after
    if s.machine != machine:
        s.machine, s.work = machine, work_on(w, o, machine)
    s.before, s.after = after, following
    if after >= 0:
        step(w, after).after = o
    else:
        put_first_on(w, machine, o)
    if following >= 0:
        step(w, following).before = o
    else:
        put_last_on(w, machine, o)
    if w.has_setups:
        set_up(w, o)
        set_up(w, following)


@compiled
def mend_order(w: World, o: int) -> bool:
    """Let the order of all operations fit one that was moved; False, and nothing is done, where that makes a cycle."""
    s = step(w, o)
    if s.before >= 0 and step(w, s.before).place > s.place:
        return _later(w, o, s.place, step(w, s.before).place)
    if s.after >= 0 and step(w, s.after).place < s.place:
        return _earlier(w, o, step(w, s.after).place, s.place)
    return True


@compiled
def _later(w: World, o: int, start: int, end: int) -> bool:
    """Move an operation, and all up to *end* that follow it, behind *end*."""
    t = track(w, 0)
    t.stamp += 1
    now, count = t.stamp, 0
    for n in range(start, end + 1):
        v = order(w, n)
        before, previous = step(w, v).before, op(w, v).before
        if v == o or (before >= 0 and stamp(w, before) == now) or (previous >= 0 and stamp(w, previous) == now):
            if n == end:
                return False
            put_stamp(w, v, now)
            put_scratch(w, count, v)
            count += 1
    at = start
    for n in range(start, end + 1):
        v = order(w, n)
        if stamp(w, v) != now:
            put_order(w, at, v)
            step(w, v).place = at
            at += 1
    for n in range(count):
        put_order(w, at + n, scratch(w, n))
        step(w, scratch(w, n)).place = at + n
    return True


@compiled
def _earlier(w: World, o: int, start: int, end: int) -> bool:
    """Move an operation, and all from *start* on that it follows, before *start*."""
    t = track(w, 0)
    t.stamp += 1
    now, count = t.stamp, 0
    for n in range(end, start - 1, -1):
        v = order(w, n)
        after, following = step(w, v).after, op(w, v).after
        if v == o or (after >= 0 and stamp(w, after) == now) or (following >= 0 and stamp(w, following) == now):
            if n == start:
                return False
            put_stamp(w, v, now)
            put_scratch(w, count, v)
            count += 1
    at = end
    for n in range(end, start - 1, -1):
        v = order(w, n)
        if stamp(w, v) != now:
            put_order(w, at, v)
            step(w, v).place = at
            at -= 1
    for n in range(count):
        put_order(w, at - n, scratch(w, n))
        step(w, scratch(w, n)).place = at - n
    return True


@compiled
def find_heads(w: World, start: int) -> None:
    """Work out when each operation begins, from a place in the order on."""
    for n in range(start, w.op_count):
        v = order(w, n)
        s, at = step(w, v), op(w, v)
        arrival = at.ready
        if at.before >= 0:
            previous = step(w, at.before)
            arrival = max(arrival, previous.head + previous.work)
        if s.before >= 0:
            ahead_of_it = step(w, s.before)
            free = ahead_of_it.head + ahead_of_it.work
        else:
            free = spot(w, s.machine).free
        s.arrival = arrival
        s.head = max(arrival, free) + s.setup if w.is_attached else max(arrival, free + s.setup)


@compiled
def find_tails(w: World, start: int) -> None:
    """Work out the tail of each operation, from a place in the order back to the first."""
    for n in range(start, -1, -1):
        v = order(w, n)
        s, at = step(w, v), op(w, v)
        onward, behind = at.rest, 0
        if at.after >= 0:
            following = step(w, at.after)
            onward = max(onward, following.tail + following.setup if w.is_attached else following.tail)
        if s.after >= 0:
            behind = step(w, s.after).tail + step(w, s.after).setup
        s.onward = onward
        s.tail = s.work + max(onward, behind)


@compiled
def end_of(w: World, j: int) -> int:
    """When the last operation of an order ends, and what must follow it."""
    last = job(w, j).last
    return step(w, last).head + step(w, last).work + op(w, last).rest


@compiled
def lateness_of(w: World, j: int) -> int:
    """What the end of an order weighs: by how much it is late, and nearly late."""
    agreed, end = job(w, j), end_of(w, j)
    return agreed.weight * max(0, end - agreed.due) + agreed.soon_weight * max(0, end - agreed.soon)


@compiled
def value_of(w: World) -> int:
    """How good the schedule in hand is: its makespan, or its weighted tardiness, in ticks."""
    found = 0
    for j in range(w.job_count):
        if w.goal == MAKESPAN:
            found = max(found, end_of(w, j))
        else:
            found += lateness_of(w, j)
    return found


@compiled
def time_all(w: World) -> None:
    """Work out all heads, all tails and the value of the schedule in hand."""
    find_heads(w, 0)
    find_tails(w, w.op_count - 1)
    track(w, 0).value = value_of(w)


@compiled
def keep(w: World) -> None:
    """Keep the schedule in hand as the best one."""
    t = track(w, 0)
    t.best, t.best_at = t.value, t.iteration
    for n in range(w.op_count):
        put_kept_order(w, n, order(w, n))
        put_kept_machine(w, n, step(w, n).machine)


@compiled
def take_given(w: World) -> None:
    """Make the schedule in which machines take operations in the order that is given, and keep it as the best."""
    for m in range(w.machine_count):
        put_first_on(w, m, NOBODY)
        put_last_on(w, m, NOBODY)
    for n in range(w.op_count):
        append(w, given_order(w, n), given_machine(w, given_order(w, n)), n)
    time_all(w)
    keep(w)


@compiled
def append(w: World, o: int, machine: int, place: int) -> None:
    """Let an operation be the next in the order of all, and the last of a machine's sequence."""
    put_order(w, place, o)
    s = step(w, o)
    s.place, s.machine, s.work = place, machine, work_on(w, o, machine)
    s.before, s.after = last_on(w, machine), NOBODY
    if s.before >= 0:
        step(w, s.before).after = o
    else:
        put_first_on(w, machine, o)
    put_last_on(w, machine, o)
    s.setup = setup_between(w, machine, s.before, o)
