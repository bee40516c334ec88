"""What inspections and holds change: `twin.applying.quality`, fact by fact."""

from twin.compiled import tallying as tally
from twin.compiled.accounts import upkeep
from twin.compiled.arrays import (
    BLOCKED,
    FINISHED,
    INSPECTED,
    MEASURED,
    NEVER,
    NOBODY,
    ORDER_FREED,
    ORDER_HELD,
    PUT_ASIDE,
    RELEASED,
    World,
    clock,
    fixture,
    machine,
    order,
    terms,
)
from twin.compiled.grade_arrays import BY_INSPECTION, NOT_HELD, ON, TO_HOLD, Passage, grade, passage
from twin.compiled.moves import at_work, leave, lose, unload, want, withdraw
from twin.compiled.noting import note
from twin.compiled.tallying import runs_on
from twin.native import compiled


@compiled
def passage_now(w: World, index: int, o: int, now: int) -> Passage:
    """How an order goes through its present step, as far as that is known: where its next passage will lie."""
    known, m, p = order(w, o), machine(w, index), passage(w, clock(w, 0).passages)
    p.following, p.machine, p.step, p.repeats = NOBODY, index, known.step, known.repeats
    p.pieces = at_work(w, o)
    p.again = 1 if grade(w, o).again else 0
    p.scrap = p.worked = p.wear = p.inspected = p.failed = p.sent_back = 0
    if fixture(w, index).is_kept_up:
        p.worked, p.wear = upkeep(w, index).worked, upkeep(w, index).level
        if runs_on(w, index, m):
            p.worked += now - m.age_mark
    return p


@compiled
def pass_through(w: World, index: int, o: int, scrap: int, to: int, rework: int, now: int) -> None:
    """Remember how an order went through a step, and which of its pieces are worked on again from there."""
    known, g, c = order(w, o), grade(w, o), clock(w, 0)
    p = passage_now(w, index, o, now)
    is_thrown = g.failed > 0 and rework == 0 and g.bound_for != TO_HOLD
    p.scrap = max(0, scrap - g.failed) if is_thrown else scrap
    p.inspected, p.failed = g.inspected, g.failed
    p.sent_back = 1 if rework else 0
    if g.last == NOBODY:
        g.first = c.passages
    else:
        passage(w, g.last).following = c.passages
    g.last = c.passages
    c.passages += 1
    following = known.step + 1 if to == NOBODY else to
    if rework:
        g.again, g.sent_from, g.sent_to = rework, known.step, following
    elif g.again:
        is_back = known.step == g.sent_from or following > max(g.sent_from, g.sent_to)
        g.again = 0 if is_back else max(0, g.again - scrap)
    g.inspected = g.failed = 0


@compiled
def go_on(w: World, index: int, o: int, is_bound: bool, now: int) -> None:
    """Let an order that its machine is done with want to go to its next step, or leave; or what it is bound for."""
    known = order(w, o)
    if is_bound:
        _go_on_as_bound(w, index, o, now)
    elif known.step < terms(w, o).steps and known.quantity:
        known.stage = BLOCKED
        want(w, o)
    else:
        unload(w, index, o, now)
        leave(w, o, now)


@compiled
def _go_on_as_bound(w: World, index: int, o: int, now: int) -> None:
    """Let an order be set aside that is to be held, or be gone that was cancelled, now that its step is done."""
    known, g = order(w, o), grade(w, o)
    unload(w, index, o, now)
    if g.bound_for == TO_HOLD:
        known.stage, known.where, known.since, g.bound_for = PUT_ASIDE, NOBODY, now, ON
        return
    withdraw(w, o, now)


@compiled
def measured(w: World, index: int, o: int, which: int, value: int, now: int) -> None:
    """A characteristic was measured on a piece of an order."""
    if clock(w, 0).is_over:
        return
    clock(w, 0).now = now
    note(w, now, MEASURED, index, o, order(w, o).step, which, value, 0)


@compiled
def inspected(w: World, index: int, o: int, pieces: int, failed: int, now: int) -> None:
    """So many pieces of an order were inspected, and so many of them failed."""
    g = grade(w, o)
    if clock(w, 0).is_over:
        return
    clock(w, 0).now = now
    g.is_graded, g.inspected, g.failed = 1, pieces, failed
    if w.is_counting and g.again == 0:
        tally.see_inspected(w, index, pieces, failed)
    note(w, now, INSPECTED, index, o, order(w, o).step, pieces, failed, 0)


@compiled
def order_held(w: World, o: int, failed: int, pieces: int, now: int) -> None:
    """The inspection of a step holds the order that is on its machine: it is set aside when the step is done."""
    g, c = grade(w, o), clock(w, 0)
    if c.is_over:
        return
    c.now = now
    g.hold, g.hold_step, g.hold_until = BY_INSPECTION, order(w, o).step, NEVER
    g.hold_failed, g.hold_inspected = failed, pieces
    g.bound_for = TO_HOLD
    if w.is_counting:
        c.holds += 1
    note(w, now, ORDER_HELD, NOBODY, o, order(w, o).step, failed, pieces, 0)


@compiled
def order_freed(w: World, o: int, scrap: int, now: int) -> None:
    """A held order may go on, but for so many pieces; if none is left, it leaves the floor."""
    g, c, known = grade(w, o), clock(w, 0), order(w, o)
    if c.is_over:
        return
    c.now = now
    g.hold, g.bound_for = NOT_HELD, ON
    if known.stage == PUT_ASIDE:
        lose(w, o, scrap)
        if known.step == terms(w, o).steps or known.quantity == 0:
            leave(w, o, now)
        else:
            known.stage, known.since = RELEASED, now
            want(w, o)
    if w.is_counting:
        c.lost += scrap
        if known.stage >= FINISHED:
            tally.left(w, o, now)
    note(w, now, ORDER_FREED, NOBODY, o, scrap, 0, 0, 0)
