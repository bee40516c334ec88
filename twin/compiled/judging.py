"""What comes of an order that a machine is done with, and when held orders are freed: `twin.engine.quality`."""

import math

import numpy as np

from twin.compiled.accounts import upkeep
from twin.compiled.applying_grades import inspected, measured, order_freed, order_held, passage_now
from twin.compiled.arrays import (
    FINISHED,
    NEVER,
    NOBODY,
    PLANNED,
    PUT_ASIDE,
    RELEASED,
    World,
    branch,
    clock,
    due,
    fixture,
    number,
    order,
    terms,
)
from twin.compiled.flow import arm_release, offer
from twin.compiled.grade_arrays import (
    NOT_HELD,
    TO_BE_HELD,
    TO_LEAVE,
    TO_REWORK,
    characteristic,
    grade,
    grading,
)
from twin.compiled.grades import failed, grading_of, hold_time, is_freed, is_inspected, out_of_limits, told
from twin.compiled.lot_arrays import born
from twin.compiled.luck import share
from twin.compiled.moves import at_work, stop_of
from twin.compiled.slots import arm
from twin.compiled.upkeep_arrays import level
from twin.compiled.ways import leads_back
from twin.native import compiled


@compiled
def outcome(w: World, index: int, o: int, now: int) -> tuple[int, int, int, int]:
    """What comes of an order that a machine is done with, once all is measured and inspected.

    Pieces that go on, pieces that are scrap, the step that follows (-1: the next), pieces to be worked on again.
    """
    known, at = order(w, o), stop_of(w, o)
    scrap = _scrapped_pieces(w, index, o) if at.scraps or _worked_at(w, index) else 0
    to = _following(w, index, o) if at.branches else NOBODY
    if to != NOBODY and leads_back(w, o, known.step, to) and 0 <= at.rework_limit <= known.repeats:
        return given_up(w, o)
    if not w.has_grades or not grading_of(w, o).is_graded or scrap == known.quantity:
        return known.quantity - scrap, scrap, to, 0
    g = grade(w, o)
    scrap, rework = _judge(w, index, o, scrap, now)
    if rework:
        to = grading_of(w, o).rework_to
    elif g.again and scrap >= g.again and known.step != g.sent_from:
        to = _usual(w, o, g.sent_from)
    return known.quantity - scrap, scrap, to, rework


@compiled
def given_up(w: World, o: int) -> tuple[int, int, int, int]:
    """The outcome where what is at work is sent back no more or was spoiled: scrap, and the other pieces go on."""
    pieces, lost = order(w, o).quantity, at_work(w, o)
    if lost == pieces:
        return 0, pieces, NOBODY, 0
    return pieces - lost, lost, _usual(w, o, grade(w, o).sent_from), 0


@compiled
def _usual(w: World, o: int, step: int) -> int:
    """The step behind a step where most go on to."""
    return grading(w, terms(w, o).first_stop + step).usual


@compiled
def _scrapped_pieces(w: World, index: int, o: int) -> int:
    """Pieces of the order that do not survive its present step: the mean, rounded up or down by lot."""
    known, worn, scrap = order(w, o), _worked_at(w, index), stop_of(w, o).scrap
    if worn:
        scrap += (1 - scrap) * level(w, fixture(w, index).first_level + worn).scrap
    which = np.uint64(known.step + (known.repeats << 16))
    lot = share(w, fixture(w, index).bases + 3, terms(w, o).hash, which)
    return math.floor(float(at_work(w, o)) * scrap + lot)


@compiled
def _worked_at(w: World, index: int) -> int:
    """The level of wear at which a machine began its present work."""
    return upkeep(w, index).worked_at if fixture(w, index).levels else 0


@compiled
def _following(w: World, index: int, o: int) -> int:
    """The step that the order goes to after its present one, where it branches."""
    at, known = stop_of(w, o), order(w, o)
    which = np.uint64(known.step + (known.repeats << 16))
    lot = share(w, fixture(w, index).bases + 2, terms(w, o).hash, which)
    for n in range(at.first_branch, at.first_branch + at.branches):
        lot -= branch(w, n).share
        if lot < 0:
            return branch(w, n).to
    return branch(w, at.first_branch + at.branches - 1).to


@compiled
def _judge(w: World, index: int, o: int, scrap: int, now: int) -> tuple[int, int]:
    """How many pieces are scrap, and how many go back, once all is measured and inspected."""
    known, at, p = order(w, o), grading_of(w, o), passage_now(w, index, o, now)
    for n in range(at.first_characteristic, at.first_characteristic + at.characteristics):
        if scrap < p.pieces:
            left = p.pieces - scrap
            measured(w, index, o, n, told(w, o, p, n), now)
            if characteristic(w, n).is_at_once:
                scrap += out_of_limits(w, o, p, n, left)
    left = p.pieces - scrap
    if not at.inspects or left <= 0 or not is_inspected(w, o):
        return scrap, 0
    p.scrap, p.inspected = scrap, left
    if not p.again:
        p.inspected = number(w, at.pieces + left)
    bad = failed(w, o, p)
    inspected(w, index, o, p.inspected, bad, now)
    if bad == 0:
        return scrap, 0
    if at.on_fail == TO_BE_HELD:
        if grade(w, o).bound_for != TO_LEAVE:
            order_held(w, o, bad, p.inspected, now)
        return scrap, 0
    if at.on_fail == TO_REWORK and (at.limit == NOBODY or known.repeats < at.limit):
        return scrap, bad
    return scrap + bad, 0


# -- held orders -------------------------------------------------------------------------------------------------------


@compiled
def _end(w: World, o: int) -> int:
    """When an order that is held is freed, as far as anybody knows; NEVER otherwise."""
    g, known = grade(w, o), order(w, o)
    if g.hold == NOT_HELD or (known.stage != PUT_ASIDE and g.hold_until == NEVER):
        return NEVER
    if g.hold_until != NEVER or g.hold_step == NOBODY:
        return g.hold_until
    lasted = hold_time(w, o, g.hold_step, clock(w, 0).now - known.since)
    return NEVER if lasted == NOBODY else known.since + lasted


@compiled
def arm_free(w: World, o: int) -> None:
    """Work out when an order is freed that has just been held."""
    end = _end(w, o)
    if end < due(w, w.free_slot):
        arm(w, w.free_slot, max(clock(w, 0).now, end))


@compiled
def look_for_freed(w: World) -> None:
    """Work out from the state when the first held order is freed."""
    if not w.has_grades:
        return
    first = NEVER
    for o in range(w.order_count):
        first = min(first, _end(w, o))
    arm(w, w.free_slot, first if first == NEVER else max(clock(w, 0).now, first))


@compiled
def free_due(w: World, now: int) -> None:
    """Held orders are freed, or given up."""
    c = clock(w, 0)
    c.is_idling = 0
    c.now = now
    for n in range(c.born if w.has_lots else w.order_count):
        o = born(w, n) if w.has_lots else n
        known, g = order(w, o), grade(w, o)
        if _end(w, o) > now or c.is_over:
            continue
        is_good = known.stage != PUT_ASIDE or is_freed(w, o, g.hold_step)
        order_freed(w, o, 0 if is_good else known.quantity, now)
        if known.stage == PLANNED:
            c.next_planned = 0
            arm_release(w)
        elif known.stage == RELEASED:
            offer(w, o)
        elif known.stage >= FINISHED:
            c.has_left, c.tools_calling = w.is_limited, w.tool_count
    look_for_freed(w)
