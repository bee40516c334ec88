"""Orders that wait for material, counted: `twin.shortages`."""

from twin.compiled.arrays import NOBODY, World, clock, number, order, place
from twin.compiled.baskets import amount, supply_of
from twin.compiled.lot_arrays import lot
from twin.compiled.moves import at_work
from twin.compiled.parcels import at_hand
from twin.compiled.stock_arrays import is_short, put_short, supply
from twin.native import compiled

_NOW, _MET = 1, 2
"""What is known of an order: it waits for a material, it did so at some time."""


@compiled
def open_shortages(w: World) -> None:
    """A span begins now: nobody has waited yet."""
    s = supply(w, 0)
    for o in range(w.order_count):
        put_short(w, o, 0)
    s.short = s.short_time = s.met = 0
    s.short_since = clock(w, 0).now
    _find(w)


@compiled
def look_short(w: World, now: int) -> None:
    """Book the time up to *now*, and see who is short of material from now on."""
    s = supply(w, 0)
    if now > s.short_since:
        if s.short:
            s.short_time += s.short * (now - s.short_since)
            for o in range(w.order_count):
                if is_short(w, o) == _NOW:
                    put_short(w, o, _NOW + _MET)
                    s.met += 1
        s.short_since = now
    _find(w)


@compiled
def see_come(w: World, at: int, now: int) -> None:
    """An order has come to a buffer: look again where orders that wait there use up material."""
    if w.material_count and number(w, w.places_using + at):
        look_short(w, now)


@compiled
def see_taken(w: World, now: int) -> None:
    """A machine has taken an order, which may have waited for material, or has done one, which others may wait for."""
    if w.material_count and supply(w, 0).short:
        look_short(w, now)


@compiled
def _find(w: World) -> None:
    """See which orders are short of material now."""
    s = supply(w, 0)
    if s.short:
        for o in range(w.order_count):
            put_short(w, o, is_short(w, o) & _MET)
    s.short = 0
    for at in range(w.place_count):
        o = place(w, at).head if number(w, w.places_using + at) else NOBODY
        while o != NOBODY:
            if _lacks(w, o):
                whole = o
                while w.has_lots and lot(w, whole).parent != NOBODY:
                    whole = lot(w, whole).parent
                if is_short(w, whole) & _NOW == 0:
                    s.short += 1
                    put_short(w, whole, is_short(w, whole) + _NOW)
            o = order(w, o).next


@compiled
def _lacks(w: World, o: int) -> bool:
    """Whether there is less of a material at hand than the next step of an order uses up."""
    at, pieces = supply_of(w, o), at_work(w, o)
    for n in range(at.uses, at.uses + 3 * at.use_count, 3):
        if at_hand(w, number(w, n)) < amount(w, n, pieces):
            return True
    return False
