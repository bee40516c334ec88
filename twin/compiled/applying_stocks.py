"""What becomes of materials: `twin.applying.materials`, fact by fact."""

from twin.compiled import tallying as tally
from twin.compiled.applying_grades import go_on
from twin.compiled.arrays import (
    CONSUMED,
    DELIVERED,
    EXPIRED,
    FINISHED,
    MATE,
    NOBODY,
    REORDERED,
    STORED,
    World,
    clock,
    machine,
    number,
    order,
    terms,
)
from twin.compiled.baskets import amount
from twin.compiled.grade_arrays import ON, grade
from twin.compiled.noting import note
from twin.compiled.parcels import add_last, lessen, put_in
from twin.compiled.shortages import look_short
from twin.compiled.stock_arrays import (
    LOTS,
    ORDERED,
    OUTSIDE,
    WANTING,
    chain,
    parcel,
    step_supply,
    stock,
    stock_terms,
)
from twin.native import compiled


@compiled
def put_out(w: World, o: int, step: int, good: int, well: int) -> int:
    """Let what comes out of a step, besides an order that goes on, want to go into its stocks; into how many.

    *good* pieces go on, *well* of them are made well by the step itself.
    """
    at = step_supply(w, terms(w, o).first_stop + step)
    goes_to = at.stock if order(w, o).step == terms(w, o).steps else NOBODY
    found = 0
    for n in range(at.yields, at.yields + 3 * (at.yield_count if well else 0), 3):
        quantity = amount(w, n, well)
        if number(w, n) == goes_to:
            quantity, goes_to = quantity + good, NOBODY
        _wait_for_room(w, o, number(w, n), quantity)
        found += 1
    if goes_to != NOBODY:
        _wait_for_room(w, o, goes_to, good)
        found += 1
    order(w, o).keeps = found
    return found


@compiled
def _wait_for_room(w: World, o: int, material: int, quantity: int) -> None:
    add_last(w, 4 * material + WANTING, o, quantity, 0)
    _tell(w, material)


@compiled
def _tell(w: World, material: int) -> None:
    """More of a material is at hand: the machines that use it have something new to choose from."""
    agreed = stock_terms(w, material)
    for n in range(agreed.users, agreed.users + agreed.users_count):
        machine(w, number(w, n)).is_held = 0


@compiled
def consumed(w: World, index: int, o: int, material: int, needed: int, now: int) -> None:
    """A machine uses up so much of a material for an order that it takes, what expires first before the rest."""
    at, left, count = 4 * material + LOTS, needed, 0
    if clock(w, 0).is_over:
        return
    clock(w, 0).now = now
    n = chain(w, at).first
    while n != NOBODY and left > 0:
        left, count, n = left - parcel(w, n).quantity, count + 1, parcel(w, n).following
    note(w, now, CONSUMED, index, o, order(w, o).step, count, material, 0)
    left = needed
    for _ in range(count):
        n = chain(w, at).first
        taken = min(left, parcel(w, n).quantity)
        left -= taken
        note(w, now, MATE, index, o, parcel(w, n).what, taken, 0, 0)
        lessen(w, at, n, taken)
    if w.is_counting:
        look_short(w, now)


@compiled
def stored(w: World, material: int, quantity: int, now: int) -> None:
    """Material that came out of an order, the first of those with any, goes from its machine into the stock."""
    if clock(w, 0).is_over:
        return
    clock(w, 0).now = now
    n = chain(w, 4 * material + WANTING).first
    o = parcel(w, n).what
    known, index, is_all = order(w, o), order(w, o).where, parcel(w, n).quantity == quantity
    lessen(w, 4 * material + WANTING, n, quantity)
    put_in(w, material, o, quantity, now, 0)
    if is_all:
        known.keeps -= 1
        if known.keeps == 0:
            _go_on(w, index, o, now)
    if w.is_counting:
        tally.leaves_keeper(w, o, now)
        if known.stage >= FINISHED:
            tally.left(w, o, now)
        look_short(w, now)
    note(w, now, STORED, index, o, material, quantity, 0, 0)


@compiled
def _go_on(w: World, index: int, o: int, now: int) -> None:
    """Let an order that its machine is done with leave the plant after its last step, or want to go to the next.

    One that is to be held is set aside instead, one that was cancelled leaves, unless it is in stock already.
    """
    known = order(w, o)
    is_bound, is_last = w.has_grades != 0 and grade(w, o).bound_for != ON, known.step == terms(w, o).steps
    is_stocked = is_last and number(w, w.products_stocked + terms(w, o).product) != 0
    go_on(w, index, o, is_bound and known.quantity > 0 and not is_stocked, now)


@compiled
def reordered(w: World, material: int, now: int) -> None:
    """A material runs low and is ordered."""
    known, agreed = stock(w, material), stock_terms(w, material)
    if clock(w, 0).is_over:
        return
    clock(w, 0).now = now
    add_last(w, 4 * material + ORDERED, known.purchases, agreed.quantity, now)
    note(w, now, REORDERED, NOBODY, NOBODY, material, known.purchases, agreed.quantity, 0)
    known.purchases += 1


@compiled
def delivered(w: World, material: int, quantity: int, waiting: int, n: int, now: int) -> None:
    """Material comes from outside: so much goes into the stock, and the rest waits before the door.

    *n* is what was ordered, -1 where it comes by the clock.
    """
    known, purchase = stock(w, material), NOBODY
    if clock(w, 0).is_over:
        return
    clock(w, 0).now = now
    known.deliveries += 1
    known.delivered_at = now
    lot = -1 - known.deliveries
    if n != NOBODY:
        purchase = parcel(w, n).what
        lessen(w, 4 * material + ORDERED, n, parcel(w, n).quantity)
    if waiting:
        add_last(w, 4 * material + OUTSIDE, lot, waiting, 0)
    if quantity:
        put_in(w, material, lot, quantity, now, 1)
    _tell(w, material)
    if w.is_counting:
        look_short(w, now)
    note(w, now, DELIVERED, material, purchase, lot, quantity, waiting, 0)


@compiled
def let_in_from_outside(w: World, material: int, quantity: int, now: int) -> None:
    """So much of what waits first before the door comes into the stock."""
    if clock(w, 0).is_over:
        return
    clock(w, 0).now = now
    n = chain(w, 4 * material + OUTSIDE).first
    lot, waiting = parcel(w, n).what, parcel(w, n).quantity - quantity
    lessen(w, 4 * material + OUTSIDE, n, quantity)
    put_in(w, material, lot, quantity, now, 0)
    _tell(w, material)
    if w.is_counting:
        look_short(w, now)
    note(w, now, DELIVERED, material, NOBODY, lot, quantity, waiting, 0)


@compiled
def expired(w: World, material: int, now: int) -> None:
    """What is left of the first lot in a stock was kept too long and is thrown away."""
    if clock(w, 0).is_over:
        return
    clock(w, 0).now = now
    n = chain(w, 4 * material + LOTS).first
    lot, quantity = parcel(w, n).what, parcel(w, n).quantity
    lessen(w, 4 * material + LOTS, n, quantity)
    if w.is_counting:
        look_short(w, now)
    note(w, now, EXPIRED, NOBODY, NOBODY, material, lot, quantity, 0)
