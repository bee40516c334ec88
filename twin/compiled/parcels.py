"""Parcels of material, one behind the other: how they come and go."""

from twin.compiled.arrays import FAR, NOBODY, World, clock
from twin.compiled.stock_arrays import LOTS, chain, parcel, stock_terms, supply
from twin.native import compiled


@compiled
def new_parcel(w: World, what: int, quantity: int, until: int) -> int:
    """So much of something, which is in no chain yet."""
    s, c = supply(w, 0), clock(w, 0)
    n = s.free
    if n == NOBODY:
        n = 2 * c.passages
        c.passages += 1
        s.free = n + 1
        parcel(w, n + 1).following = NOBODY
    else:
        s.free = parcel(w, n).following
    made = parcel(w, n)
    made.what, made.quantity, made.until = what, quantity, until
    made.following, made.before, made.arrives = NOBODY, NOBODY, 0
    return n


@compiled
def put_behind(w: World, at: int, before: int, n: int) -> None:
    """Let a parcel be in a chain, behind another one; behind -1 as the first."""
    row, new = chain(w, at), parcel(w, n)
    new.before = before
    new.following = row.first if before == NOBODY else parcel(w, before).following
    if before == NOBODY:
        row.first = n
    else:
        parcel(w, before).following = n
    if new.following == NOBODY:
        row.last = n
    else:
        parcel(w, new.following).before = n
    row.total += new.quantity


@compiled
def add_last(w: World, at: int, what: int, quantity: int, until: int) -> None:
    """Let so much of something be the last in a chain."""
    put_behind(w, at, chain(w, at).last, new_parcel(w, what, quantity, until))


@compiled
def lessen(w: World, at: int, n: int, quantity: int) -> None:
    """Take so much of a parcel out of its chain; one of which nothing is left is gone."""
    row, known = chain(w, at), parcel(w, n)
    row.total -= quantity
    known.quantity -= quantity
    if known.quantity > 0:
        return
    if known.before == NOBODY:
        row.first = known.following
    else:
        parcel(w, known.before).following = known.following
    if known.following == NOBODY:
        row.last = known.before
    else:
        parcel(w, known.following).before = known.before
    known.following = supply(w, 0).free
    supply(w, 0).free = n


@compiled
def put_in(w: World, material: int, lot: int, quantity: int, now: int, is_new: int) -> None:
    """Let so much of a lot be in stock from *now* on; of a *new* one nothing is there yet."""
    at, agreed = 4 * material + LOTS, stock_terms(w, material)
    until = FAR if agreed.shelf_life == NOBODY else now + agreed.shelf_life
    n = NOBODY if is_new else chain(w, at).last
    while n != NOBODY:
        if parcel(w, n).what == lot and parcel(w, n).until == until:
            parcel(w, n).quantity += quantity
            chain(w, at).total += quantity
            return
        n = parcel(w, n).before
    n = chain(w, at).last
    while n != NOBODY and parcel(w, n).until > until:
        n = parcel(w, n).before
    put_behind(w, at, n, new_parcel(w, lot, quantity, until))


@compiled
def at_hand(w: World, material: int) -> int:
    """How much of a material a machine could take now: what is in stock, and what waits to come in."""
    return chain(w, 4 * material).total + chain(w, 4 * material + 1).total + chain(w, 4 * material + 2).total


@compiled
def room_in(w: World, material: int) -> int:
    """How much more of a material there is room for in its stock; less than none where there is too much."""
    capacity = stock_terms(w, material).capacity
    return FAR if capacity == NOBODY else capacity - chain(w, 4 * material + LOTS).total
