"""A first schedule: machines take what is most urgent, which is weighed from several figures.

Work is put down operation by operation: where the one that could end first would be done, one of those that would get
in its way is taken, the one with the highest priority. How long a machine may stand idle for something more urgent is
weighed, too: from not at all (non-delay schedules) to as long as anything could be done meanwhile (active ones).

References
----------
B. Giffler, G. L. Thompson: Algorithms for solving production-scheduling problems. Operations Research 8 (1960) 487-503.
"""

from scheduler.search.estimates import start_of
from scheduler.search.graph import append, keep, setup_between, time_all
from scheduler.search.records import (
    NOBODY,
    World,
    job,
    last_on,
    line,
    mode,
    op,
    put_first_on,
    put_last_on,
    spot,
    step,
    weight,
)
from twin.native import compiled

BY_WORK, BY_WORK_LEFT, BY_OPERATIONS_LEFT, BY_BEGIN, BY_END, BY_SLACK, BY_WEIGHT, PATIENCE = range(8)
"""What a priority is weighed from: ticks of work, of the job's work still to do, its operations still to do, when it
would begin and end, ticks to spare before it is late, what lateness weighs; and last how long machines stand idle."""


@compiled
def dispatch(w: World) -> None:
    """Make the schedule that the weights lead to, and keep it as the best."""
    for m in range(w.machine_count):
        put_first_on(w, m, NOBODY)
        put_last_on(w, m, NOBODY)
    for j in range(w.job_count):
        _open(w, j)
    for n in range(w.op_count):
        taken = _most_urgent(w)
        known = line(w, taken)
        o, machine = known.op, known.machine
        append(w, o, machine, n)
        step(w, o).head = known.end - known.work
        _go_on(w, taken)
        for j in range(w.job_count):
            if line(w, j).op >= 0 and line(w, j).machine == machine and j != taken:
                _offer(w, j)
    time_all(w)
    keep(w)


@compiled
def _open(w: World, j: int) -> None:
    known, o = line(w, j), job(w, j).first
    known.op, known.left, known.ops_left = o, 0, 0
    known.arrival = op(w, o).ready
    while o >= 0:
        known.left += _shortest(w, o)
        known.ops_left += 1
        o = op(w, o).after
    _offer(w, j)


@compiled
def _go_on(w: World, j: int) -> None:
    """Let a job come to its next operation."""
    known = line(w, j)
    done = known.op
    known.left -= _shortest(w, done)
    known.ops_left -= 1
    known.op = op(w, done).after
    if known.op >= 0:
        known.arrival = max(known.end, op(w, known.op).ready)
        _offer(w, j)


@compiled
def _shortest(w: World, o: int) -> int:
    """The shortest time that an operation takes."""
    at = op(w, o)
    found = mode(w, at.first_mode).work
    for n in range(at.first_mode + 1, at.first_mode + at.modes):
        found = min(found, mode(w, n).work)
    return found


@compiled
def _offer(w: World, j: int) -> None:
    """Let a job's next operation be seen where it would end first."""
    known = line(w, j)
    at = op(w, known.op)
    known.machine = NOBODY
    for n in range(at.first_mode, at.first_mode + at.modes):
        machine, work = mode(w, n).machine, mode(w, n).work
        last = last_on(w, machine)
        free = spot(w, machine).free if last < 0 else step(w, last).head + step(w, last).work
        setup = setup_between(w, machine, last, known.op) if w.has_setups else 0
        start = start_of(w, known.arrival, free, setup)
        if known.machine == NOBODY or start + work < known.end:
            known.machine, known.work, known.end = machine, work, start + work
            known.begin = max(known.arrival, free)


@compiled
def _most_urgent(w: World) -> int:
    """The job whose next operation is put down next."""
    first = NOBODY
    for j in range(w.job_count):
        if line(w, j).op >= 0 and (first == NOBODY or line(w, j).end < line(w, first).end):
            first = j
    machine, end, begin = line(w, first).machine, line(w, first).end, line(w, first).begin
    for j in range(w.job_count):
        if line(w, j).op >= 0 and line(w, j).machine == machine:
            begin = min(begin, line(w, j).begin)
    latest = begin + weight(w, PATIENCE) * (end - begin)
    best, found = 0.0, NOBODY
    for j in range(w.job_count):
        known = line(w, j)
        if known.op >= 0 and known.machine == machine and known.begin <= latest:
            urgency = _urgency(w, j)
            if found == NOBODY or urgency > best:
                best, found = urgency, j
    return found


@compiled
def _urgency(w: World, j: int) -> float:
    known, agreed = line(w, j), job(w, j)
    slack = agreed.due - known.left - known.begin
    return (
        weight(w, BY_WORK) * known.work
        + weight(w, BY_WORK_LEFT) * known.left
        + weight(w, BY_OPERATIONS_LEFT) * known.ops_left
        + weight(w, BY_BEGIN) * known.begin
        + weight(w, BY_END) * known.end
        + weight(w, BY_SLACK) * slack
        + weight(w, BY_WEIGHT) * agreed.weight
    )
