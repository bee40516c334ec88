"""Preventive maintenance on the compiled floor: `twin.engine.maintenances`."""

import numpy as np

from twin.compiled.arrays import FAR, IDLE, NEVER, NOBODY, World, clock, fixture, machine, number
from twin.compiled.luck import drawn
from twin.compiled.options import gather
from twin.compiled.sharing import TO_MAINTAIN
from twin.compiled.slots import arm, ask
from twin.compiled.staffing import free_crew, will_come
from twin.compiled.stoppages import arm_stoppage, ask_reserving, stopped_or_going
from twin.compiled.upkeep import (
    is_due,
    is_early,
    maintenance_ended,
    maintenance_started,
    may_be_maintained,
    next_due,
)
from twin.compiled.upkeep_arrays import task, task_state
from twin.native import compiled

_NO_ONE = np.uint64(0)


@compiled
def begin_due(w: World) -> None:
    """Begin what is due on machines that no work keeps from it, as far as there are people for it."""
    for n in range(w.kept, w.kept + w.kept_count):
        _try(w, number(w, n), False)


@compiled
def take_opportunities(w: World) -> bool:
    """Begin early what may be done early on machines that stand anyway; whether there was any."""
    has_begun = False
    for n in range(w.opportune, w.opportune + w.opportune_count):
        if _all_stand(w, number(w, n)) and _try(w, number(w, n), True):
            has_begun = True
    return has_begun


@compiled
def _try(w: World, at: int, may_be_early: bool) -> bool:
    """Begin the first maintenance of a machine that may begin, and for which there are people."""
    members, count = number(w, w.wholes + 2 * at), number(w, w.wholes + 2 * at + 1)
    first, now = number(w, members), clock(w, 0).now
    for n in range(members, members + count):
        if not may_be_maintained(w, number(w, n)):
            return False
    f = fixture(w, first)
    for which in range(f.tasks):
        n = f.first_task + which
        if is_early(w, first, n, now) if may_be_early else is_due(w, first, n, now):
            known, who = task(w, n), NOBODY
            if known.skill != NOBODY:
                who = free_crew(w, known.skill, TO_MAINTAIN, known.people)
            if known.skill == NOBODY or who != NOBODY:
                for k in range(members, members + count):
                    maintenance_started(w, number(w, k), which, who, now)
                    _opened_or_closed(w, number(w, k))
                    arm_maintenance(w, number(w, k))
                return True
    return False


@compiled
def _all_stand(w: World, at: int) -> bool:
    """Whether a machine, with all its places, would not do anything now in any case."""
    members = number(w, w.wholes + 2 * at)
    for n in range(members, members + number(w, w.wholes + 2 * at + 1)):
        index = number(w, n)
        m = machine(w, index)
        if m.phase == IDLE and m.down == NOBODY and not m.is_closed and gather(w, index, False) > 0:
            return False
    return True


@compiled
def may_begin(w: World, index: int) -> bool:
    """Whether there are, or will be, people for all that a machine is due for."""
    f, now = fixture(w, index), clock(w, 0).now
    for n in range(f.first_task, f.first_task + f.tasks):
        known = task(w, n)
        if known.skill != NOBODY and is_due(w, index, n, now) and not will_come(w, known.skill, known.people):
            return False
    return True


@compiled
def due_by_time(w: World, index: int, now: int) -> None:
    """Time has made a maintenance due, or lets it be done early."""
    clock(w, 0).now = now
    clock(w, 0).is_calling = 1
    arm_maintenance(w, index)


@compiled
def maintained(w: World, index: int, now: int) -> None:
    """The maintenance of a machine is over."""
    maintenance_ended(w, index, now)
    clock(w, 0).is_calling = 1
    ask(w, index)
    ask_reserving(w)
    _opened_or_closed(w, index)
    arm_maintenance(w, index)


@compiled
def _opened_or_closed(w: World, index: int) -> None:
    stopped_or_going(w, index)
    arm_stoppage(w, index)
    clock(w, 0).is_calling = 1


@compiled
def arm_maintenance(w: World, index: int) -> None:
    """Work out when a maintenance ends, and when time alone makes the next one due."""
    m, f, now, end = machine(w, index), fixture(w, index), clock(w, 0).now, NEVER
    if m.maintenance != NOBODY:
        n, lasted = f.first_task + m.maintenance, now - m.maintenance_since
        length = drawn(w, task(w, n).duration, task(w, n).bases, _NO_ONE, task_state(w, n).done - 1, lasted)
        end = max(now, m.maintenance_since + length)
    arm(w, f.maintained_slot, end)
    due = next_due(w, index, now)
    arm(w, f.due_slot, due if due < FAR else NEVER)
