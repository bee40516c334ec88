"""How what a machine has done, and its clocks, add up when something stops it: `twin.applying.pauses`."""

from twin.compiled.accounts import upkeep
from twin.compiled.arrays import NOBODY, WORK, World, age, clock, fault, fixture, machine
from twin.compiled.tallying import runs_on
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
    """Bring the clocks of the failures up to *now*."""
    m, f = machine(w, index), fixture(w, index)
    if f.ways == 0 and not f.is_kept_up:
        return
    passed = now - m.age_mark
    m.age_mark = now
    if passed == 0 or m.down != NOBODY:
        return
    is_working = m.phase == WORK and runs_on(w, index, m)
    for way in range(f.first_way, f.first_way + f.ways):
        if is_working if fault(w, way).runs_at_work else not m.is_closed:
            age(w, way).age += passed
    if f.is_kept_up and is_working:
        upkeep(w, index).worked += passed
