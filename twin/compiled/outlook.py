"""Whether anything may still come of a compiled floor: `twin.engine.outlook` and `twin.deadlock`."""

from twin.compiled.arrays import (
    ANY,
    BLOCKED,
    DONE,
    FAR,
    FIFO,
    IDLE,
    NEVER,
    NOBODY,
    SETUP,
    WORK,
    World,
    clock,
    due,
    fixture,
    machine,
    mark,
    option,
    order,
    place,
    put_mark,
    spot,
    station,
)
from twin.compiled.batches import waits_until
from twin.compiled.conveyors import is_any_moving
from twin.compiled.crews import may_attend
from twin.compiled.lacks import COMES, NOTHING
from twin.compiled.maintenances import may_begin
from twin.compiled.moves import stop_of
from twin.compiled.options import gather
from twin.compiled.stocks import is_in_vain
from twin.compiled.stoppages import may_return
from twin.native import compiled

_LONG = 366 * 24 * 3_600_000
_MANY = 10_000


@compiled
def is_at_end(w: World, instant: int) -> bool:
    """Whether no order will go on, as the floor stands before what is due at *instant*."""
    c = clock(w, 0)
    if c.unfinished == 0:
        return True
    if c.vain_since != c.worked_at:
        c.in_vain, c.vain_since = 0, c.worked_at
    c.in_vain += 1
    is_in_vain = c.in_vain > _MANY and instant - c.vain_since > _LONG
    return (c.is_idling != 0 or is_in_vain) and not _can_progress(w, is_in_vain)


@compiled
def _can_progress(w: World, is_in_vain: bool) -> bool:
    """Whether an order could still go on; breakdowns, repairs and shifts alone bring none further."""
    if due(w, w.release_slot) != NEVER or (w.has_grades and due(w, w.free_slot) != NEVER):
        return True
    if is_in_vain:
        return False
    if is_any_moving(w):
        return True
    for at in range(w.place_count):
        slot = spot(w, at).spoil_slot
        if slot != NOBODY and due(w, slot) != NEVER:
            return True
    for index in range(w.machine_count):
        if _may_go_on(w, index):
            return True
    return False


@compiled
def _may_go_on(w: World, index: int) -> bool:
    m = machine(w, index)
    if not may_return(w, index) or (w.has_people and not may_attend(w, index)):
        return False
    if fixture(w, index).drains and not may_begin(w, index):
        return False
    if m.phase == SETUP or m.phase == WORK:
        return True
    if m.phase != IDLE or (m.is_held and m.held_until >= FAR):
        return False
    for n in range(gather(w, index, True)):
        until = waits_until(w, index, option(w, n)) if fixture(w, index).has_checks else NOTHING
        if until == NOTHING or ((until < FAR or until == COMES) and not is_in_vain(w)):
            return True
    return False


@compiled
def is_locked(w: World) -> bool:
    """Whether machines wait for each other in a circle, each for room that only the others could make."""
    stuck = 0
    for index in range(w.machine_count):
        is_stuck = _is_stuck(w, index)
        put_mark(w, index, 1 if is_stuck else 0)
        stuck += is_stuck
    is_changing = stuck > 0
    while is_changing:
        is_changing = False
        for index in range(w.machine_count):
            if mark(w, index) and _may_be_freed(w, index):
                put_mark(w, index, 0)
                stuck -= 1
                is_changing = True
    return stuck > 0


@compiled
def _is_stuck(w: World, index: int) -> bool:
    """Whether a machine keeps an order that finds no room."""
    m = machine(w, index)
    if m.phase != DONE or order(w, m.order).stage != BLOCKED or order(w, m.order).keeps:
        return False
    at = stop_of(w, m.order).place
    return place(w, at).count >= spot(w, at).capacity


@compiled
def _may_be_freed(w: World, index: int) -> bool:
    """Whether a machine that is not stuck could take an order that stands in the way of the one that is kept."""
    at = stop_of(w, machine(w, index).order)
    s, p = spot(w, at.place), place(w, at.place)
    if s.capacity == 0:
        return _has_free_taker(w, machine(w, index).order)
    o = p.head if s.discipline == ANY or s.discipline == FIFO else p.tail
    while o != NOBODY:
        if _has_free_taker(w, o):
            return True
        o = order(w, o).next if s.discipline == ANY else NOBODY
    return False


@compiled
def _has_free_taker(w: World, o: int) -> bool:
    at = stop_of(w, o)
    for n in range(at.first_station, at.first_station + at.stations):
        if not mark(w, station(w, n).machine):
            return True
    return False
