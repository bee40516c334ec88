"""The stocks of a compiled floor: what comes in, what is used up, what is kept too long: `twin.engine.stocks`."""

from twin.compiled.applying_stocks import consumed, delivered, expired, let_in_from_outside, reordered, stored
from twin.compiled.arrays import BLOCKED, BY_DELIVERY, NOBODY, PUT_ASIDE, World, clock, machine, number, order
from twin.compiled.baskets import amount, supply_of
from twin.compiled.deliveries import arm_stock, arrival_of, coming
from twin.compiled.flow import offer
from twin.compiled.judging import arm_free
from twin.compiled.moves import at_work
from twin.compiled.parcels import room_in
from twin.compiled.slots import ask
from twin.compiled.stock_arrays import (
    LOTS,
    ORDERED,
    OUTSIDE,
    WANTING,
    chain,
    parcel,
    stock,
    stock_terms,
    supply,
)
from twin.native import compiled

_PATIENCE = 1000
"""So many deliveries, one after the other, that let nothing go on are enough to say that none ever will."""


@compiled
def look_at_stocks(w: World) -> None:
    """Let all stocks be looked at, as a floor does that has just been made."""
    supply(w, 0).in_vain = 0
    for material in range(w.material_count):
        _change(w, material)


@compiled
def _change(w: World, material: int) -> None:
    """Something has changed in a stock."""
    stock(w, material).stirred = supply(w, 0).stirred = 1


@compiled
def settle_stocks(w: World) -> None:
    """Put away and order what can be, in the stocks in which something changed."""
    supply(w, 0).stirred = 0
    for material in range(w.material_count):
        if stock(w, material).stirred and not clock(w, 0).is_over:
            stock(w, material).stirred = 0
            _let_in(w, material, room_in(w, material))
            _reorder(w, material)
            arm_stock(w, material)


@compiled
def is_in_vain(w: World) -> bool:
    """Whether what was lacking last is a material of which so much has come in vain that no delivery ever helps."""
    return w.material_count > 0 and supply(w, 0).lacks != 0 and supply(w, 0).in_vain > _PATIENCE


@compiled
def put_away(w: World, o: int) -> None:
    """An order on its machine has something for the stocks."""
    for material in range(w.material_count):
        n = chain(w, 4 * material + WANTING).first
        while n != NOBODY:
            if parcel(w, n).what == o:
                _stir(w, material)
            n = parcel(w, n).following


@compiled
def _stir(w: World, material: int) -> None:
    """More of a material is at hand."""
    agreed = stock_terms(w, material)
    _change(w, material)
    for n in range(agreed.users, agreed.users + agreed.users_count):
        ask(w, number(w, n))


@compiled
def consume(w: World, index: int, o: int) -> None:
    """Let a machine use up what it needs for an order that it takes now."""
    at, pieces = supply_of(w, o), at_work(w, o)
    supply(w, 0).in_vain = 0
    for n in range(at.uses, at.uses + 3 * at.use_count, 3):
        material, needed = number(w, n), amount(w, n, pieces)
        there = chain(w, 4 * material + LOTS).total
        if there < needed:
            _let_in(w, material, needed - there)
        consumed(w, index, o, material, needed, clock(w, 0).now)
        _change(w, material)


@compiled
def _let_in(w: World, material: int, room: int) -> None:
    """Let so much into a stock that waits to come in."""
    c, wanting, outside = clock(w, 0), chain(w, 4 * material + WANTING), chain(w, 4 * material + OUTSIDE)
    while wanting.first != NOBODY and room > 0 and not c.is_over:
        o, quantity = parcel(w, wanting.first).what, min(room, parcel(w, wanting.first).quantity)
        index = order(w, o).where
        room -= quantity
        stored(w, material, quantity, c.now)
        if order(w, o).keeps == 0:
            _gone_on(w, o, index)
    while outside.first != NOBODY and room > 0 and not c.is_over:
        quantity = min(room, parcel(w, outside.first).quantity)
        room -= quantity
        let_in_from_outside(w, material, quantity, c.now)


@compiled
def _gone_on(w: World, o: int, index: int) -> None:
    """See to what follows when an order has put away all that it had."""
    c = clock(w, 0)
    c.has_left = w.is_limited
    if order(w, o).stage == BLOCKED:
        offer(w, o)
        return
    if machine(w, index).order == NOBODY:
        ask(w, index)
    if order(w, o).stage == PUT_ASIDE:
        arm_free(w, o)
    else:
        c.tools_calling = w.tool_count


@compiled
def _reorder(w: World, material: int) -> None:
    """Order more, as often as it takes, where a material runs low."""
    point = stock_terms(w, material).reorder_point
    if point == NOBODY:
        return
    outside, on_order = chain(w, 4 * material + OUTSIDE).total, chain(w, 4 * material + ORDERED)
    while chain(w, 4 * material + LOTS).total + outside + on_order.total <= point and not clock(w, 0).is_over:
        reordered(w, material, clock(w, 0).now)


@compiled
def stock_due(w: World, what: int, material: int, now: int) -> None:
    """A material comes in, or what is in its stock has been there for too long."""
    if what == BY_DELIVERY:
        _delivery_due(w, material, now)
    else:
        _expiry_due(w, material, now)


@compiled
def _delivery_due(w: World, material: int, now: int) -> None:
    """A material comes in: what was ordered, by the numbers of the purchases, then what comes by the clock."""
    supply(w, 0).in_vain += 1
    agreed, n = stock_terms(w, material), chain(w, 4 * material + ORDERED).first
    while n != NOBODY:
        parcel(w, n).arrives = arrival_of(w, material, n) <= now
        n = parcel(w, n).following
    n = _first_to_arrive(w, material)
    while n != NOBODY and not clock(w, 0).is_over:
        _deliver(w, material, parcel(w, n).quantity, n, now)
        n = _first_to_arrive(w, material)
    if agreed.every != NOBODY:
        arrival, count = coming(w, material, now)
        if arrival == now:
            for _ in range(count):
                _deliver(w, material, agreed.quantity, NOBODY, now)
    _stir(w, material)


@compiled
def _first_to_arrive(w: World, material: int) -> int:
    """Of what was ordered and comes now that with the lowest number; -1 where there is none."""
    found, n = NOBODY, chain(w, 4 * material + ORDERED).first
    while n != NOBODY:
        if parcel(w, n).arrives and (found == NOBODY or parcel(w, n).what < parcel(w, found).what):
            found = n
        n = parcel(w, n).following
    return found


@compiled
def _deliver(w: World, material: int, quantity: int, n: int, now: int) -> None:
    fits = min(quantity, max(0, room_in(w, material)))
    delivered(w, material, fits, quantity - fits, n, now)


@compiled
def _expiry_due(w: World, material: int, now: int) -> None:
    """What has been in stock for too long is thrown away."""
    c, there = clock(w, 0), chain(w, 4 * material + LOTS)
    c.now = now
    while there.first != NOBODY and parcel(w, there.first).until <= now and not c.is_over:
        expired(w, material, now)
    _change(w, material)
