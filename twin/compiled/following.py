"""Following a plan on the compiled floor: `twin.policies.follow`, for machines that work on one order at a time."""

from twin.compiled.applying import held, passed_over
from twin.compiled.arrays import (
    FAR,
    FINISHED,
    LOADED,
    NEVER,
    NOBODY,
    World,
    clock,
    due,
    fixture,
    number,
    option,
    order,
    planned_slot,
    put_option,
    terms,
)
from twin.compiled.rules import choose
from twin.compiled.slots import arm, unask
from twin.native import compiled


@compiled
def follow(w: World, index: int, found: int) -> int:
    """The order that the plan has next for a machine, of so many options; -1 where the machine is to wait instead."""
    f, now, until, is_waiting = fixture(w, index), clock(w, 0).now, FAR, False
    for n in range(f.first_planned, f.first_planned + f.planned):
        slot = planned_slot(w, n)
        if not _is_to_do(w, slot.order, slot.step):
            continue
        if order(w, slot.order).step == slot.step and _is_option(w, slot.order, found):
            _pass_over(w, index, n)
            return slot.order
        if slot.setup_start + w.tolerance > now:
            until, is_waiting = slot.setup_start + w.tolerance, True
            break
    if not is_waiting and w.rule != NOBODY:
        unplanned = _unplanned(w, found)
        if unplanned:
            return choose(w, index, unplanned)
    wait(w, index, until)
    return NOBODY


@compiled
def _pass_over(w: World, index: int, until: int) -> None:
    """Put on record that what was planned before a slot is not there, and has been waited for long enough."""
    for n in range(fixture(w, index).first_planned, until):
        slot = planned_slot(w, n)
        if _is_to_do(w, slot.order, slot.step):
            passed_over(w, index, slot.order, slot.step, clock(w, 0).now)


@compiled
def _is_to_do(w: World, o: int, step: int) -> bool:
    """Whether a step of an order has not begun and still can."""
    known = order(w, o)
    if known.stage >= FINISHED or known.step > step:
        return False
    return known.step < step or known.stage != LOADED


@compiled
def _is_option(w: World, o: int, found: int) -> bool:
    for n in range(found):
        if option(w, n) == o:
            return True
    return False


@compiled
def _unplanned(w: World, found: int) -> int:
    """Keep the options that the plan does not have."""
    kept = 0
    for n in range(found):
        o = option(w, n)
        if not number(w, terms(w, o).planned_steps + order(w, o).step):
            put_option(w, kept, o)
            kept += 1
    return kept


@compiled
def wait(w: World, index: int, until: int) -> None:
    """Let a machine wait, no longer than *until*, or until time brings it another option."""
    f, now = fixture(w, index), clock(w, 0).now
    woken = due(w, f.wake_slot) if f.has_checks else NEVER
    if now < woken < until:
        until = woken
    held(w, index, until, now)
    unask(w, index)
    arm(w, f.hold_slot, until if now < until < FAR else NEVER)
