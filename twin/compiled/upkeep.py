"""When machines are due for maintenance on the compiled floor: `twin.upkeep`; what maintenance facts change."""

from twin.compiled import tallying as tally
from twin.compiled.accounts import upkeep
from twin.compiled.arrays import (
    DONE,
    FAR,
    IDLE,
    MAINTENANCE_ENDED,
    MAINTENANCE_STARTED,
    NOBODY,
    WORN,
    World,
    clock,
    fixture,
    machine,
    number,
)
from twin.compiled.fault_arrays import age, fault
from twin.compiled.noting import note
from twin.compiled.pauses import pause, tick
from twin.compiled.sharing import TO_MAINTAIN
from twin.compiled.staffing import dismiss, engage
from twin.compiled.upkeep_arrays import BY_CALENDAR, BY_WEAR, task, task_state
from twin.native import compiled


@compiled
def is_due(w: World, index: int, n: int, now: int) -> bool:
    """Whether a maintenance should have begun, or should begin now; for a machine that is not working."""
    known = task(w, n)
    if known.by == BY_WEAR:
        return upkeep(w, index).level >= known.at_wear
    return _usage(w, n, now) >= known.interval


@compiled
def is_early(w: World, index: int, n: int, now: int) -> bool:
    """Whether so much of the interval is over that a maintenance is done if there is an opportunity, or is due."""
    known = task(w, n)
    if known.by == BY_WEAR:
        return is_due(w, index, n, now)
    return _usage(w, n, now) >= known.early


@compiled
def _usage(w: World, n: int, now: int) -> int:
    """How much of the interval is over."""
    used = task_state(w, n).used
    return now - used if task(w, n).by == BY_CALENDAR else used


@compiled
def next_due(w: World, index: int, now: int) -> int:
    """The next instant at which time alone makes a maintenance due, or lets it be done early; FAR if never."""
    f, soonest = fixture(w, index), FAR
    for n in range(f.first_task, f.first_task + f.tasks):
        known, used = task(w, n), task_state(w, n).used
        if known.by == BY_CALENDAR:
            if used + known.early > now:
                soonest = min(soonest, used + known.early)
            if used + known.interval > now:
                soonest = min(soonest, used + known.interval)
    return soonest


@compiled
def is_drained(w: World, index: int) -> bool:
    """Whether a machine takes no order because it is a place of one that is due for maintenance."""
    f, now = fixture(w, index), clock(w, 0).now
    for n in range(f.first_task, f.first_task + f.tasks):
        if is_due(w, index, n, now):
            return True
    return False


@compiled
def may_be_maintained(w: World, index: int) -> bool:
    """Whether no work stands in the way of a maintenance: there is none in hand, or a breakdown interrupts it."""
    m, f = machine(w, index), fixture(w, index)
    if m.maintenance != NOBODY:
        return False
    if m.phase == IDLE or m.phase == DONE:
        return True
    return m.down != NOBODY and not (m.down < f.ways and fault(w, f.first_way + m.down).is_micro_stop)


@compiled
def worn(w: World, index: int, to: int, now: int) -> None:
    """A machine comes to another level of its wear."""
    if clock(w, 0).is_over:
        return
    clock(w, 0).now = now
    tick(w, index, now)
    upkeep(w, index).level, upkeep(w, index).level_age = to, 0
    note(w, now, WORN, index, NOBODY, to, 0, 0, 0)


@compiled
def renew_wear(w: World, index: int) -> None:
    """Take a machine back to its first level of wear, and the failures that come of wear to their beginning."""
    f, known = fixture(w, index), upkeep(w, index)
    if f.levels == 0:
        return
    known.level = known.level_age = 0
    known.renewals += 1
    for way in range(f.first_way, f.first_way + f.ways):
        if fault(w, way).at_wear != NOBODY:
            age(w, way).age = 0
            age(w, way).renewed += 1


@compiled
def maintenance_started(w: World, index: int, which: int, who: int, now: int) -> None:
    """Somebody begins to maintain a machine; of one with places, the whole."""
    m, f = machine(w, index), fixture(w, index)
    if clock(w, 0).is_over:
        return
    pause(w, index, now)
    m.maintenance, m.maintenance_since = which, now
    known, its = task(w, f.first_task + which), task_state(w, f.first_task + which)
    its.done += 1
    if known.by == BY_CALENDAR:
        its.used = max(now - now % known.interval, its.used + known.interval)
    if known.skill != NOBODY and f.leads:
        engage(w, index, TO_MAINTAIN, who, known.people)
    if w.is_counting:
        tally.turn_to(w, index, now)
    note(w, now, MAINTENANCE_STARTED, index, NOBODY, which, who, 0, 0)


@compiled
def maintenance_ended(w: World, index: int, now: int) -> None:
    """The maintenance of a machine is done: what it renews is as new."""
    m, f = machine(w, index), fixture(w, index)
    if clock(w, 0).is_over:
        return
    pause(w, index, now)
    which, m.maintenance = m.maintenance, NOBODY
    if w.crew_count:
        dismiss(w, index, TO_MAINTAIN)
    known = task(w, f.first_task + which)
    upkeep(w, index).worked = 0
    if known.by != BY_CALENDAR:
        task_state(w, f.first_task + which).used = 0
    for way in range(f.ways):
        if number(w, known.renews + way):
            age(w, f.first_way + way).age = 0
            age(w, f.first_way + way).renewed += 1
    if known.renews_wear:
        renew_wear(w, index)
    if w.is_counting:
        tally.turn_to(w, index, now)
    note(w, now, MAINTENANCE_ENDED, index, NOBODY, 0, 0, 0, 0)
