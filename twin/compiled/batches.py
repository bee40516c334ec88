"""Batches on the compiled floor: `twin.needs.batches`. Who goes together is written down, first come first."""

from twin.compiled.arrays import (
    ANY,
    BLOCKED,
    FAR,
    NOBODY,
    RELEASED,
    WAITING,
    World,
    clock,
    fixture,
    number,
    order,
    place,
    spot,
    terms,
)
from twin.compiled.baskets import basket_lacks_until, empty_basket, put_in_basket
from twin.compiled.joining import batch, put_together, together
from twin.compiled.lacks import NOTHING
from twin.compiled.moves import at_work, expected, station_of, stop_of
from twin.compiled.needs import lacks_until
from twin.compiled.stock_arrays import supply
from twin.native import compiled

_ALL = 1 << 62
_LOWEST = -(1 << 62)


@compiled
def waits_until(w: World, index: int, o: int) -> int:
    """Until when an order cannot be taken for something that is lacking, others to go with it among that.

    NOTHING if nothing is lacking, FAR if nobody knows.
    """
    until = lacks_until(w, index, o)
    if until != NOTHING or fixture(w, index).batch == NOBODY:
        return until
    least = batch(w, fixture(w, index).batch).least
    if least <= 1:
        return NOTHING
    found = first_come(w, index, o, least)
    until = _too_few_until(w, index, found)
    if w.material_count == 0:
        return until
    supply(w, 0).lacks = 0
    return _scarce_until(w, index, found) if until == FAR else until


@compiled
def _scarce_until(w: World, index: int, found: int) -> int:
    """Until when the material is lacking that keeps further orders out of a batch; FAR where that is not known."""
    leader = together(w, 0)
    at, key = stop_of(w, leader).place, trait(w, index, leader)
    empty_basket(w)
    for n in range(found):
        put_in_basket(w, together(w, n))
    each = _first_at(w, at)
    while each != NOBODY:
        is_next = _goes_with(w, index, each, key) and not is_written(w, each, found)
        if is_next and lacks_until(w, index, each) == NOTHING:
            until = basket_lacks_until(w, each)
            if until != NOTHING:
                return until
        each = order(w, each).next
    supply(w, 0).lacks = 0
    return FAR


@compiled
def take_together(w: World, index: int, o: int) -> int:
    """Write down who goes together when a machine takes an order, unless that was chosen; who of them comes first."""
    c = clock(w, 0)
    if c.together == 0:
        c.together = first_come(w, index, o, _ALL)
    return _led(w, index, c.together)


@compiled
def is_enough(w: World, index: int, found: int) -> bool:
    """Whether a machine may start with the orders that are written down: no more than it takes, and not too few."""
    of = batch(w, fixture(w, index).batch)
    if found > 1 and _pieces(w, index, found) > of.most:
        return False
    if w.material_count:
        empty_basket(w)
        for n in range(found):
            if basket_lacks_until(w, together(w, n)) != NOTHING:
                return False
            put_in_basket(w, together(w, n))
    return _too_few_until(w, index, found) == NOTHING


@compiled
def fits(w: World, index: int, leader: int, o: int) -> bool:
    """Whether an order could be in one batch with another that waits: by where it is, and what it lacks itself."""
    if o == leader:
        return True
    at = stop_of(w, leader).place
    if not _waits_at(w, o, at) or not _goes_with(w, index, o, trait(w, index, leader)):
        return False
    return lacks_until(w, index, o) == NOTHING


@compiled
def size_of(w: World, index: int, o: int) -> int:
    """For how many an order counts in a batch."""
    return at_work(w, o) if batch(w, fixture(w, index).batch).counts_pieces else 1


@compiled
def trait(w: World, index: int, o: int) -> int:
    """What an order has in common with those that can go with it on a machine."""
    return number(w, stop_of(w, o).traits + batch(w, fixture(w, index).batch).by)


@compiled
def first_come(w: World, index: int, o: int, enough: int) -> int:
    """Write down an order, and as many that can go with it as there is room for, or as are *enough*; how many.

    First come first; where orders may be taken in any sequence, those of a higher priority come before the others.
    """
    put_together(w, 0, o)
    found, more = 1, size_of(w, index, o)
    room, size = batch(w, fixture(w, index).batch).most - more, more
    at, key = stop_of(w, o).place, trait(w, index, o)
    is_by_class = w.has_classes != 0 and spot(w, at).discipline == ANY
    level = _next_level(w, at, -_LOWEST) if is_by_class else 0
    if w.material_count:
        empty_basket(w)
        put_in_basket(w, o)
    while level > _LOWEST and room > 0:
        each = _first_at(w, at)
        while each != NOBODY and room > 0 and size < enough:
            more = size_of(w, index, each)
            is_next = each != o and more <= room and (not is_by_class or terms(w, each).priority == level)
            is_next = is_next and _goes_with(w, index, each, key) and lacks_until(w, index, each) == NOTHING
            if is_next and (w.material_count == 0 or _is_put_in(w, each)):
                put_together(w, found, each)
                found += 1
                room -= more
                size += more
            each = order(w, each).next
        level = _next_level(w, at, level) if is_by_class else _LOWEST
    return found


@compiled
def _is_put_in(w: World, o: int) -> bool:
    """Whether there is material for an order besides those in the batch, in which it then is."""
    if basket_lacks_until(w, o) != NOTHING:
        return False
    put_in_basket(w, o)
    return True


@compiled
def _next_level(w: World, at: int, below: int) -> int:
    """The highest priority below another among those that wait; _LOWEST where there is none."""
    level, each = _LOWEST, _first_at(w, at)
    while each != NOBODY:
        if level < terms(w, each).priority < below:
            level = terms(w, each).priority
        each = order(w, each).next
    return level


@compiled
def _first_at(w: World, at: int) -> int:
    """Who waits first in a buffer; in front of it, where nobody has room in it."""
    return place(w, at).head if spot(w, at).capacity else place(w, at).first_wanting


@compiled
def _waits_at(w: World, o: int, at: int) -> bool:
    """Whether an order waits in a buffer; in front of it, where nobody has room in it."""
    known = order(w, o)
    if spot(w, at).capacity:
        return known.stage == WAITING and known.where == at
    return (known.stage == RELEASED or known.stage == BLOCKED) and known.keeps == 0 and stop_of(w, o).place == at


@compiled
def _goes_with(w: World, index: int, o: int, key: int) -> bool:
    """Whether an order has that in common with others, and can be done on a machine."""
    if order(w, o).fetched_by != NOBODY:
        return False
    return trait(w, index, o) == key and station_of(w, stop_of(w, o), index) != NOBODY


@compiled
def _too_few_until(w: World, index: int, found: int) -> int:
    """Until when the orders that are written down are too few to begin with: NOTHING if not, FAR if nobody knows."""
    of, now = batch(w, fixture(w, index).batch), clock(w, 0).now
    if _pieces(w, index, found) >= of.least:
        return NOTHING
    if of.longest_wait == NOBODY:
        return FAR
    ripe = FAR
    for n in range(found):
        known = order(w, together(w, n))
        stay = spot(w, known.where).min_stay if known.stage == WAITING else 0
        ripe = min(ripe, known.since + stay)
    return ripe + of.longest_wait if ripe + of.longest_wait > now else NOTHING


@compiled
def _pieces(w: World, index: int, found: int) -> int:
    """For how many the orders count that are written down."""
    size = 0
    for n in range(found):
        size += size_of(w, index, together(w, n))
    return size


@compiled
def _led(w: World, index: int, found: int) -> int:
    """Put the order with the most expected work first, of several the one that came first; the others as they came."""
    o = together(w, 0)
    if found == 1:
        return o
    at, aside = stop_of(w, o).place, w.order_count + 1
    leader, most, seen, each = NOBODY, -1, 0, _first_at(w, at)
    while seen < found and each != NOBODY:
        if is_written(w, each, found):
            work = expected(w, index, each, stop_of(w, each), at_work(w, each))
            put_together(w, aside + seen, each)
            seen += 1
            if work > most:
                leader, most = each, work
        each = order(w, each).next
    put_together(w, 0, leader)
    behind = 1
    for n in range(seen):
        each = together(w, aside + n)
        if each != leader:
            put_together(w, behind, each)
            behind += 1
    return leader


@compiled
def is_written(w: World, o: int, found: int) -> bool:
    """Whether an order is among the first so many that are written down."""
    for n in range(found):
        if together(w, n) == o:
            return True
    return False
