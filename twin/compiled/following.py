"""Following a plan on the compiled floor: `twin.policies.follow`."""

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
    put_option,
    terms,
)
from twin.compiled.baskets import basket_lacks_until, empty_basket, put_in_basket
from twin.compiled.batches import fits, is_enough, is_written, size_of
from twin.compiled.joining import batch, planned_slot, put_together
from twin.compiled.lacks import NOTHING
from twin.compiled.lot_arrays import lot
from twin.compiled.rules import choose
from twin.compiled.slots import arm, unask
from twin.native import compiled


@compiled
def follow(w: World, index: int, found: int) -> int:
    """The order that the plan has next for a machine, of so many options; -1 where the machine is to wait instead.

    On a machine that works in batches those that go with it are written down too.
    """
    f, now, until = fixture(w, index), clock(w, 0).now, FAR
    n, end, is_waiting = f.first_planned, f.first_planned + f.planned, False
    while n < end and not is_waiting:
        last, is_done, first_there = n, True, NOBODY
        while last < end and planned_slot(w, last).turn == planned_slot(w, n).turn:
            slot = planned_slot(w, last)
            if _is_to_do(w, slot.order, slot.step):
                is_done = False
                is_next = order(w, slot.order).step == slot.step
                if first_there == NOBODY and is_next and _is_option(w, slot.order, found):
                    first_there = slot.order
            last += 1
        patience = planned_slot(w, n).setup_start + w.tolerance
        if first_there != NOBODY and (f.batch == NOBODY or _goes(w, index, first_there, n, last, patience <= now)):
            _pass_over(w, index, f.first_planned, n, NOBODY)
            if f.batch != NOBODY:
                _pass_over(w, index, n, last, first_there)
            return first_there
        if patience > now and not is_done:
            until, is_waiting = patience, True
        n = last
    if not is_waiting and w.rule != NOBODY:
        unplanned = _unplanned(w, found)
        if unplanned:
            return choose(w, index, unplanned)
    wait(w, index, until)
    return NOBODY


@compiled
def _pass_over(w: World, index: int, first: int, until: int, leader: int) -> None:
    """Put on record that what was planned is not there, and has been waited for long enough.

    With a *leader* that is so for those alone that cannot go with it.
    """
    for n in range(first, until):
        slot = planned_slot(w, n)
        if _is_to_do(w, slot.order, slot.step) and (leader == NOBODY or not _is_there(w, index, leader, n)):
            passed_over(w, index, slot.order, slot.step, clock(w, 0).now)


@compiled
def _is_there(w: World, index: int, leader: int, n: int) -> bool:
    """Whether a step that is planned could be done in one batch with an order that waits."""
    slot = planned_slot(w, n)
    if order(w, slot.order).step != slot.step or not _is_to_do(w, slot.order, slot.step):
        return False
    return fits(w, index, leader, slot.order)


@compiled
def _goes(w: World, index: int, leader: int, first: int, until: int, is_late: bool) -> bool:
    """Write down the orders of a turn that go together now, and others where they are late; whether they can."""
    put_together(w, 0, leader)
    c, found = clock(w, 0), 1
    if is_late:
        found = _filled(w, index, leader, first, until)
    else:
        for n in range(first, until):
            slot = planned_slot(w, n)
            if not _is_to_do(w, slot.order, slot.step) or slot.order == leader:
                continue
            if not _is_there(w, index, leader, n) or is_written(w, slot.order, found):
                return False
            put_together(w, found, slot.order)
            found += 1
    c.together = found if is_enough(w, index, found) else 0
    return c.together > 0


@compiled
def _filled(w: World, index: int, leader: int, first: int, until: int) -> int:
    """Write down as many of a turn as fit, and as many of what is planned as it takes to be enough; how many."""
    f = fixture(w, index)
    of, found, size, has_leader = batch(w, f.batch), 1, 0, False
    if w.material_count:
        empty_basket(w)
    for n in range(first, until):
        o = planned_slot(w, n).order
        more = size_of(w, index, o)
        if not _is_there(w, index, leader, n) or (size > 0 and size + more > of.most):
            continue
        if has_leader if o == leader else is_written(w, o, found):
            continue
        if w.material_count and not _has_material(w, o, size):
            continue
        size += more
        if o == leader:
            has_leader = True
        else:
            put_together(w, found, o)
            found += 1
    for n in range(f.first_planned, f.first_planned + f.planned):
        o = planned_slot(w, n).order
        more = size_of(w, index, o)
        if size >= of.least or not _is_there(w, index, leader, n) or size + more > of.most:
            continue
        if not (has_leader if o == leader else is_written(w, o, found)):
            if w.material_count and not _has_material(w, o, size):
                continue
            put_together(w, found, o)
            found += 1
            size += more
    return found


@compiled
def _has_material(w: World, o: int, size: int) -> bool:
    """Whether there is material for an order besides those of so many that are chosen; it is then chosen too."""
    if size > 0 and basket_lacks_until(w, o) != NOTHING:
        return False
    put_in_basket(w, o)
    return True


@compiled
def _is_to_do(w: World, o: int, step: int) -> bool:
    """Whether a step of an order has not begun and still can."""
    while w.has_lots and lot(w, o).pieces == 0:  # a lot that is not there yet is where its order is
        o = lot(w, o).parent
    known = order(w, o)
    if known.stage >= FINISHED or known.step > step:
        return False
    return known.step < step or (known.stage != LOADED and known.fetched_by == NOBODY)


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
