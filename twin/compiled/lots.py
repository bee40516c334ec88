"""Lots on the compiled floor: orders divide in front of a step, and come together in front of another."""

from twin.compiled.applying_lots import merged, split_up
from twin.compiled.arrays import FINISHED, GATHERING, NOBODY, WAITING, World, clock, number, order, station
from twin.compiled.lot_arrays import born, lot
from twin.compiled.moves import stop_of
from twin.compiled.slots import ask
from twin.native import compiled


@compiled
def lot_entered(w: World, o: int) -> None:
    """An order has come into a buffer: divide it if it is too large for its next step, or let it gather."""
    if order(w, o).stage == GATHERING:
        _let_gather(w, lot(w, o).parent)
        return
    most = stop_of(w, o).split
    if most != NOBODY and order(w, o).quantity > most:
        clock(w, 0).tools_calling |= w.tool_count
        split_up(w, o, most, clock(w, 0).now)


@compiled
def _let_gather(w: World, o: int) -> None:
    """Some lots of an order wait for the others."""
    c = clock(w, 0)
    if lot(w, o).gathers:
        return
    lot(w, o).gathers, lot(w, o).next = 1, NOBODY
    if c.last_gathering == NOBODY:
        c.first_gathering = o
    else:
        lot(w, c.last_gathering).next = o
    c.last_gathering = o


@compiled
def _stop_gathering(w: World, o: int) -> None:
    """The lots of an order wait for each other no longer."""
    c, before, at = clock(w, 0), NOBODY, clock(w, 0).first_gathering
    while at != o:
        before, at = at, lot(w, at).next
    if before == NOBODY:
        c.first_gathering = lot(w, o).next
    else:
        lot(w, before).next = lot(w, o).next
    if c.last_gathering == o:
        c.last_gathering = before
    lot(w, o).gathers = 0


@compiled
def merge_lots(w: World) -> None:
    """Let the lots of each order of which all that are left are there go on in one."""
    c = clock(w, 0)
    o, last = c.first_gathering, c.last_gathering
    while o != NOBODY and not c.is_over:
        following = lot(w, o).next if o != last else NOBODY
        _see(w, o)
        o = following
    while c.first_again != NOBODY and not c.is_over:
        o = c.first_again
        c.first_again, lot(w, o).waits_again = lot(w, o).next_again, 0
        _see(w, o)


@compiled
def _see(w: World, o: int) -> None:
    """Let the lots of an order go on in one if all are there; what it is part of in turn is seen once more then."""
    c = clock(w, 0)
    if not lot(w, o).gathers or not _are_all_there(w, o):
        return
    _stop_gathering(w, o)
    if _left(w, o) == 0:
        return
    c.tools_calling |= w.tool_count
    merged(w, o, c.now)
    lot_entered(w, o)
    at = stop_of(w, o)
    for n in range(at.first_station, at.first_station + at.stations):
        ask(w, station(w, n).machine)
    up = lot(w, o).parent
    if order(w, o).stage == GATHERING and up != NOBODY and not lot(w, up).waits_again:
        lot(w, up).waits_again, lot(w, up).next_again = 1, NOBODY
        if c.first_again == NOBODY:
            c.first_again = up
        else:
            lot(w, c.last_again).next_again = up
        c.last_again = up


@compiled
def _left(w: World, o: int) -> int:
    """How many lots of an order have not left."""
    its, left = lot(w, o), 0
    for n in range(its.first, its.first + its.made):
        left += order(w, number(w, n)).stage < FINISHED
    return left


@compiled
def _are_all_there(w: World, o: int) -> bool:
    """Whether all lots of an order that have not left are gathered."""
    its = lot(w, o)
    for n in range(its.first, its.first + its.made):
        stage = order(w, number(w, n)).stage
        if stage < FINISHED and stage != GATHERING:
            return False
    return True


@compiled
def look_at_lots(w: World) -> None:
    """Work out from the state which orders divide, and which gather."""
    c = clock(w, 0)
    c.first_gathering = c.last_gathering = c.first_again = NOBODY
    count = c.born
    for n in range(count):
        lot(w, born(w, n)).gathers = lot(w, born(w, n)).waits_again = 0
    for n in range(count):
        o = born(w, n)
        if order(w, o).stage == WAITING or order(w, o).stage == GATHERING:
            lot_entered(w, o)
