"""Breakdowns, repairs and working hours on the compiled floor: `twin.engine.stoppages` and `twin.engine.hours`."""

import numpy as np

from twin.compiled.accounts import upkeep
from twin.compiled.applying import (
    repair_started,
    repaired,
    shift_ended,
    shift_started,
)
from twin.compiled.arrays import (
    FAR,
    NEVER,
    NOBODY,
    WORK,
    World,
    clock,
    fixture,
    machine,
    number,
    order,
    station,
    terms,
    timing,
)
from twin.compiled.calendars import next_turn
from twin.compiled.fault_arrays import age, fault
from twin.compiled.grade_arrays import grade
from twin.compiled.grades import inspecting
from twin.compiled.luck import TRACED, drawn
from twin.compiled.moves import at_work, station_of, stop_of, timing_of
from twin.compiled.pauses import runs
from twin.compiled.sharing import TO_REPAIR
from twin.compiled.slots import arm, ask
from twin.compiled.staffing import free_crew, will_come
from twin.compiled.tallying import runs_on
from twin.compiled.upkeep_arrays import level
from twin.native import compiled

_NO_ONE = np.uint64(0)
WEARS = -1
"""What stands for the next level of wear among the ways of failing."""


@compiled
def arm_stoppage(w: World, index: int) -> None:
    """Work out when a machine fails next, or is up again."""
    m, f = machine(w, index), fixture(w, index)
    if f.ways == 0 and f.levels == 0:
        return
    if m.down != NOBODY:
        arm(w, f.breakdown_slot, NEVER)
        arm(w, f.repair_slot, _repair_end(w, index))
        return
    now, soonest = clock(w, 0).now, FAR
    if not w.is_certain and m.maintenance == NOBODY:
        is_working = m.phase == WORK and runs_on(w, index, m)
        for way in range(f.ways):
            known = fault(w, f.first_way + way)
            if runs(w, index, known, is_working):
                past = age(w, f.first_way + way)
                lasted = past.age + now - m.age_mark
                length = drawn(w, known.to_failure, known.bases, _NO_ONE, past.count + (past.renewed << 20), lasted)
                due = now + max(0, length - lasted)
                if due < soonest:
                    soonest, m.next_way = due, way
        if f.levels:
            due = _worn_at(w, index, is_working)
            if due < soonest:
                soonest, m.next_way = due, WEARS
    arm(w, f.repair_slot, NEVER)
    arm(w, f.breakdown_slot, soonest if soonest < FAR else NEVER)


@compiled
def _worn_at(w: World, index: int, is_working: bool) -> int:
    """When a machine comes to the next level of its wear, as it stands now; FAR if it does not."""
    m, f, known, now = machine(w, index), fixture(w, index), upkeep(w, index), clock(w, 0).now
    if known.level + 1 >= f.levels or (not is_working if f.wears_at_work else m.is_closed):
        return FAR
    at, lasted = level(w, f.first_level + known.level), known.level_age + now - m.age_mark
    return now + max(0, drawn(w, at.to_next, at.bases, _NO_ONE, known.renewals, lasted) - lasted)


@compiled
def _repair_end(w: World, index: int) -> int:
    """When a machine that is down will be up; NEVER if nothing is known about its repairs."""
    m, f = machine(w, index), fixture(w, index)
    if m.repair_since == NOBODY or f.ways == 0:
        return NEVER
    now, is_known = clock(w, 0).now, m.down < f.ways
    way = f.first_way + (m.down if is_known else 0)
    count = age(w, way).count - 1 if is_known else 0
    known = fault(w, way)
    length = drawn(w, known.to_repair, known.bases + 2, _NO_ONE, count, now - m.repair_since)
    return max(now, m.repair_since + length)


@compiled
def call_people(w: World) -> None:
    """Somebody may have become free."""
    c = clock(w, 0)
    c.people_calling, c.is_calling = w.has_people, w.has_calls


@compiled
def start_repairs(w: World) -> None:
    """Let people who are free begin with the machines that have been down longest."""
    since, last = NOBODY, NOBODY
    at = _waits_next(w, since, last)
    while at != NOBODY:
        first = _waiting(w, at)
        m, f = machine(w, first), fixture(w, first)
        since, last = m.down_since, first
        needed = fault(w, f.first_way + m.down).skill if m.down < f.ways else NOBODY
        if needed != NOBODY:
            who = free_crew(w, needed, TO_REPAIR, fault(w, f.first_way + m.down).people)
            if who != NOBODY:
                _start_repair(w, at, who)
        at = _waits_next(w, since, last)


@compiled
def _start_repair(w: World, at: int, who: int) -> None:
    """Let people begin to repair all the places of a machine that wait for it."""
    first = number(w, w.wholes + 2 * at)
    for n in range(first, first + number(w, w.wholes + 2 * at + 1)):
        index = number(w, n)
        if machine(w, index).down != NOBODY and machine(w, index).repair_since == NOBODY:
            repair_started(w, index, who, clock(w, 0).now)
            arm_stoppage(w, index)


@compiled
def _waits_next(w: World, since: int, last: int) -> int:
    """Of the machines that wait for a repair that which has been down longest, after one that has been seen to."""
    found, first_since, first = NOBODY, FAR, FAR
    for at in range(w.whole_count):
        index = _waiting(w, at)
        if index != NOBODY:
            down = machine(w, index).down_since
            is_later = down > since or (down == since and index > last)
            if is_later and (down < first_since or (down == first_since and index < first)):
                found, first_since, first = at, down, index
    return found


@compiled
def _waiting(w: World, at: int) -> int:
    """The first of the places of a machine that is down and waits for somebody to repair it; -1 if there is none."""
    first = number(w, w.wholes + 2 * at)
    for n in range(first, first + number(w, w.wholes + 2 * at + 1)):
        m = machine(w, number(w, n))
        if m.down != NOBODY and m.repair_since == NOBODY:
            return number(w, n)
    return NOBODY


@compiled
def may_return(w: World, index: int) -> bool:
    """Whether a machine is up, or will be."""
    m, f = machine(w, index), fixture(w, index)
    if m.down == NOBODY:
        return True
    if f.ways == 0:
        return False
    if m.repair_since != NOBODY or m.down >= f.ways:
        return True
    known = fault(w, f.first_way + m.down)
    return known.skill == NOBODY or will_come(w, known.skill, known.people)


@compiled
def repair_due(w: World, index: int, now: int) -> None:
    """A machine is up again."""
    clock(w, 0).is_calling = w.has_calls
    repaired(w, index, now)
    ask(w, index)
    ask_reserving(w)
    stopped_or_going(w, index)
    arm_stoppage(w, index)


@compiled
def shift_due(w: World, index: int, now: int) -> None:
    """A machine opens or closes."""
    if machine(w, index).is_closed:
        shift_started(w, index, now)
        ask(w, index)
        ask_reserving(w)
    else:
        shift_ended(w, index, now)
    stopped_or_going(w, index)
    arm_stoppage(w, index)
    if fixture(w, index).tasks:
        clock(w, 0).is_calling = 1
    arm_shift(w, index)


@compiled
def arm_shift(w: World, index: int) -> None:
    """Work out when a machine opens or closes next."""
    f = fixture(w, index)
    if f.turn != NOBODY:
        arm(w, f.shift_slot, next_turn(w, f.turn, clock(w, 0).now, machine(w, index).is_closed))


@compiled
def stopped_or_going(w: World, index: int) -> None:
    """A machine that was working may not be, or may be again; work that is begun again takes a new time."""
    m = machine(w, index)
    if fixture(w, index).restarts and m.phase == WORK:
        m.total = work_time(w, index, m.order, progress(w, index), m.restarts)
    arm_work(w, index)
    if w.has_people:
        call_people(w)


@compiled
def arm_work(w: World, index: int) -> None:
    """Work out when a machine is done with its setup or its work."""
    m, due = machine(w, index), NEVER
    if runs_on(w, index, m):
        due = max(clock(w, 0).now, m.mark + m.total - m.done)
    arm(w, fixture(w, index).work_slot, due)


@compiled
def ask_reserving(w: World) -> None:
    """Let machines that block before service be asked again: there may be a place for what they make."""
    for n in range(w.reserving, w.reserving + w.reserving_count):
        ask(w, number(w, n))


@compiled
def progress(w: World, index: int) -> int:
    """Milliseconds of the present setup or work that are done by now."""
    m = machine(w, index)
    return m.done + (clock(w, 0).now - m.mark if runs_on(w, index, m) else 0)


@compiled
def work_time(w: World, index: int, o: int, lasted: int, restarts: int) -> int:
    """Milliseconds of the order's present step in all, when it has gone on for *lasted*.

    Where the order is inspected, that comes after the work; it is the work that has lasted, up to its draw.
    """
    if not w.has_grades or not grade(w, o).is_graded:
        return _work_alone(w, index, o, order(w, o).quantity, lasted, restarts)
    pieces, at = at_work(w, o), stop_of(w, o)
    work = _work_alone(w, index, o, pieces, 0, restarts)
    mean = 0 if at.inspecting == NOBODY else number(w, at.inspecting + pieces)
    more = inspecting(w, o, mean, max(0, lasted - work))
    return work + more if more else _work_alone(w, index, o, pieces, lasted, restarts)


@compiled
def _work_alone(w: World, index: int, o: int, pieces: int, lasted: int, restarts: int) -> int:
    """Milliseconds of the work on so many pieces, without the inspection that may follow."""
    known, agreed = order(w, o), terms(w, o)
    where = station_of(w, stop_of(w, o), index)
    at = timing_of(w, where, o, pieces)
    if fixture(w, index).levels:
        at += upkeep(w, index).worked_at * station(w, where).per_level
    which = known.step + (known.repeats << 16) + (restarts << 30)
    if timing(w, at).kind == TRACED:
        which = agreed.number
    return drawn(w, at, fixture(w, index).bases, agreed.hash, which, lasted)


@compiled
def setup_time(w: World, index: int, o: int) -> int:
    """Mean milliseconds to set a machine up for an order; for a vehicle to get to where it is."""
    f = fixture(w, index)
    return number(w, f.setups + _way(w, index, o)) if f.setups != NOBODY else 0


@compiled
def setup_total(w: World, index: int, o: int, lasted: int) -> int:
    """Milliseconds of the setup for an order in all, when it has gone on for *lasted*: empty runs may vary."""
    f, time = fixture(w, index), setup_time(w, index, o)
    if time == 0 or f.empty_runs == NOBODY:
        return time
    which = order(w, o).step + (order(w, o).repeats << 16)
    return drawn(w, number(w, f.empty_runs + _way(w, index, o)), f.empty_run_bases, terms(w, o).hash, which, lasted)


@compiled
def _way(w: World, index: int, o: int) -> int:
    """Which entry of the tables of setups is that from what a machine is set up for, or where it is, to an order."""
    after = stop_of(w, o).origin if fixture(w, index).fetches else terms(w, o).family
    return (machine(w, index).family + 1) * w.family_count + after
