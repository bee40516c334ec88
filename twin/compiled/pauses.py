"""How what a machine has done, and its clocks, add up when something stops it: `twin.applying.pauses`."""

from twin.compiled.accounts import upkeep
from twin.compiled.arrays import (
    NOBODY,
    WORK,
    Fixture,
    World,
    clock,
    fixture,
    machine,
)
from twin.compiled.fault_arrays import Fault, age, fault
from twin.compiled.tallying import runs_on
from twin.compiled.upkeep_arrays import BY_ORDERS, BY_USED_TIME, task, task_state
from twin.native import compiled


@compiled
def pause(w: World, index: int, now: int) -> None:
    """Add up what was done until *now*, before something that stops or resumes the machine."""
    m = machine(w, index)
    clock(w, 0).now = now
    tick(w, index, now)
    if runs_on(w, index, m):
        m.done += now - m.mark
    m.mark = now


@compiled
def tick_at_work(w: World, index: int, now: int) -> None:
    """Bring the clocks up to *now* before work begins or ends, where that makes a difference to any of them."""
    f = fixture(w, index)
    if f.is_kept_up:
        tick(w, index, now)
        return
    for way in range(f.first_way, f.first_way + f.ways):
        if fault(w, way).runs_at_work:
            tick(w, index, now)
            return


@compiled
def tick(w: World, index: int, now: int) -> None:
    """Bring the clocks of the failures, of the wear and of the maintenance up to *now*."""
    m, f = machine(w, index), fixture(w, index)
    if f.ways == 0 and not f.is_kept_up:
        return
    passed = now - m.age_mark
    m.age_mark = now
    if passed == 0 or m.down != NOBODY or m.maintenance != NOBODY:
        return
    is_working = m.phase == WORK and runs_on(w, index, m)
    for way in range(f.first_way, f.first_way + f.ways):
        if runs(w, index, fault(w, way), is_working):
            age(w, way).age += passed
    if f.is_kept_up:
        _wear(w, index, f, is_working, passed)


@compiled
def _wear(w: World, index: int, f: Fixture, is_working: bool, passed: int) -> None:
    """Let a machine have been up for so long, working or not."""
    known = upkeep(w, index)
    if f.levels and (is_working if f.wears_at_work else not machine(w, index).is_closed):
        known.level_age += passed
    if is_working:
        known.worked += passed
        for n in range(f.first_task, f.first_task + f.tasks):
            if task(w, n).by == BY_USED_TIME:
                task_state(w, n).used += passed


@compiled
def tick_at_end(w: World, index: int, now: int) -> None:
    """Bring the clocks up to the end of a machine's work, with one more order done since each maintenance."""
    f = fixture(w, index)
    tick_at_work(w, index, now)
    for n in range(f.first_task, f.first_task + f.tasks):
        if task(w, n).by == BY_ORDERS:
            task_state(w, n).used += 1


@compiled
def runs(w: World, index: int, known: Fault, is_working: bool) -> bool:
    """Whether the clock of a failure goes on, on a machine that is up and not being maintained."""
    if not is_working if known.runs_at_work else machine(w, index).is_closed:
        return False
    return known.at_wear == NOBODY or upkeep(w, index).level >= known.at_wear
