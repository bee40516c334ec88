"""What becomes of lots: `twin.applying.lots`, fact by fact."""

from twin.compiled.arrays import (
    FINISHED,
    GATHERING,
    MATE,
    MERGED,
    MERGED_AGAIN,
    NOBODY,
    SPLIT_UP,
    WAITING,
    World,
    clock,
    number,
    order,
)
from twin.compiled.arrays import SPLIT as DIVIDED
from twin.compiled.belt_arrays import ride
from twin.compiled.lot_arrays import lot, put_born
from twin.compiled.moves import stop_of, wake_takers
from twin.compiled.noting import note
from twin.compiled.queues import queue_behind, take_out
from twin.compiled.shortages import look_short
from twin.compiled.tooling import drop_all
from twin.native import compiled


@compiled
def split_up(w: World, o: int, most: int, now: int) -> None:
    """An order in a buffer divides into lots of at most so many pieces."""
    c, known, its = clock(w, 0), order(w, o), lot(w, o)
    if c.is_over:
        return
    c.now = now
    place, left, before = known.where, known.quantity, its.made
    take_out(w, place, o)
    if w.tool_count:
        drop_all(w, o)
    while left > 0:
        new = number(w, its.first + its.made)
        pieces = min(left, most)
        _begin_lot(w, o, new, pieces)
        _queue_up(w, new, place, now)
        its.made += 1
        left -= pieces
    known.stage, known.where, known.since = DIVIDED, NOBODY, now
    if w.is_counting and w.material_count:
        look_short(w, now)
    note(w, now, SPLIT_UP, NOBODY, o, before + 1, known.quantity, most, 0)


@compiled
def _begin_lot(w: World, o: int, new: int, pieces: int) -> None:
    """Let a lot of an order be there, with what is known of the order."""
    c, known, its = clock(w, 0), order(w, o), order(w, new)
    its.quantity, its.scrap, its.step, its.repeats = pieces, 0, known.step, known.repeats
    its.released_at, its.finished_at, its.keeper, its.carriers = known.released_at, known.finished_at, NOBODY, NOBODY
    its.fetched_by, its.keeps = NOBODY, 0
    if w.belt_count:
        ride(w, new).got_on, ride(w, new).has_arrived = ride(w, o).got_on, 0
    lot(w, new).parent, lot(w, new).pieces, lot(w, new).made, lot(w, new).gathers = o, pieces, 0, 0
    put_born(w, c.born, new)
    c.born += 1


@compiled
def merged(w: World, o: int, now: int) -> None:
    """The lots of an order, all that are left, have come together, and it goes on in one."""
    c, known, its = clock(w, 0), order(w, o), lot(w, o)
    if c.is_over:
        return
    c.now = now
    place, left = NOBODY, 0
    for n in range(its.first, its.first + its.made):
        left += order(w, number(w, n)).stage < FINISHED
    note(w, now, MERGED_AGAIN, NOBODY, o, 0, left, 0, 0)
    known.repeats = 0
    for n in range(its.first, its.first + its.made):
        part = number(w, n)
        if order(w, part).stage < FINISHED:
            if place == NOBODY:
                place, known.step = order(w, part).where, order(w, part).step
            known.repeats = max(known.repeats, order(w, part).repeats)
            if w.tool_count:
                drop_all(w, part)
            order(w, part).stage, order(w, part).where, order(w, part).since = MERGED, NOBODY, now
            note(w, now, MATE, NOBODY, part, 0, 0, 0, 0)
    if its.parent != NOBODY:
        known.stage, known.where, known.since = GATHERING, place, now
    else:
        _queue_up(w, o, place, now)
    if w.is_counting and w.material_count:
        look_short(w, now)


@compiled
def _queue_up(w: World, o: int, place: int, now: int) -> None:
    """Let an order wait in a buffer, behind those that are there."""
    known = order(w, o)
    known.stage, known.where, known.since = WAITING, place, now
    queue_behind(w, place, o)
    wake_takers(w, stop_of(w, o))
