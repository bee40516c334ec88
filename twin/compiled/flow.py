"""How orders come in, go on and leave on the compiled floor: `twin.engine.releases`, `doors` and `stays`."""

from twin.compiled.applying import (
    entered,
    order_released,
    order_turned_away,
    spoiled,
)
from twin.compiled.arrays import (
    BLOCKED,
    FAR,
    GATHERING,
    NEVER,
    NOBODY,
    PLANNED,
    RELEASED,
    World,
    clock,
    number,
    order,
    place,
    real,
    spot,
    station,
    stop,
    terms,
)
from twin.compiled.conveyors import arm_belt, is_clear
from twin.compiled.grade_arrays import NOT_HELD, grade
from twin.compiled.lot_arrays import born
from twin.compiled.lots import lot_entered, merge_lots
from twin.compiled.moves import at_work, stop_of
from twin.compiled.slots import arm, ask, close_door, first_door, open_door
from twin.compiled.stoppages import ask_reserving
from twin.native import compiled


@compiled
def is_planned(w: World, o: int) -> bool:
    """Whether an order is planned, and nobody holds it."""
    return order(w, o).stage == PLANNED and not (w.has_grades and grade(w, o).hold != NOT_HELD)


@compiled
def next_planned(w: World) -> int:
    """The order that comes next onto the floor; -1 where none is planned.

    First come first; where the floor may be full, of those whose time has come the highest priority comes first.
    """
    c = clock(w, 0)
    while c.next_planned < w.order_count and not is_planned(w, number(w, w.planned + c.next_planned)):
        c.next_planned += 1
    if c.next_planned == w.order_count:
        return NOBODY
    best = number(w, w.planned + c.next_planned)
    if not (w.has_classes and w.is_limited):
        return best
    for n in range(w.planned + c.next_planned + 1, w.planned + w.order_count):
        o = number(w, n)
        if terms(w, o).release > c.now:
            break
        if is_planned(w, o) and terms(w, o).priority > terms(w, best).priority:
            best = o
    return best


@compiled
def next_to_come(w: World) -> int:
    """When the time of another planned order comes; NEVER if all have come."""
    for n in range(w.planned + clock(w, 0).next_planned, w.planned + w.order_count):
        o = number(w, n)
        if is_planned(w, o) and terms(w, o).release > clock(w, 0).now:
            return terms(w, o).release
    return NEVER


@compiled
def release(w: World) -> None:
    """Let orders whose time has come onto the floor, first come first, while there is room for them."""
    c = clock(w, 0)
    now, c.has_left = c.now, 0
    o = next_planned(w)
    while o != NOBODY and terms(w, o).release <= now and has_room(w, o) and not c.is_over:
        order_released(w, o, now)
        offer(w, o)
        o = next_planned(w)
    arm_release(w)


@compiled
def arm_release(w: World) -> None:
    """Work out when an order may come in next."""
    o, now, due = next_planned(w), clock(w, 0).now, NEVER
    if o != NOBODY and (terms(w, o).release > now or has_room(w, o)):
        due = max(now, terms(w, o).release)
    elif o != NOBODY and w.has_classes:
        due = next_to_come(w)
    arm(w, w.release_slot, due)


@compiled
def has_room(w: World, o: int) -> bool:
    """Whether an order may enter the floor now: `twin.release.has_room`."""
    on_floor = clock(w, 0).on_floor
    if not w.is_limited or on_floor == 0:
        return True
    if on_floor >= w.most_orders:
        return False
    if w.most_work >= FAR:
        return True
    inside = 0.0
    for n in range(clock(w, 0).born if w.has_lots else w.order_count):
        other = born(w, n) if w.has_lots else n
        if PLANNED < order(w, other).stage <= GATHERING:
            inside += work_in_lots(w, other)
    return inside + work_in_lots(w, o) <= w.most_work


@compiled
def work_in_lots(w: World, o: int) -> float:
    """What is left to do on an order, where its steps may go through the plant in lots."""
    known = order(w, o)
    if not w.has_lots or known.step >= terms(w, o).steps or (w.has_grades and grade(w, o).again):
        return work_left(w, o)
    at = stop_of(w, o)
    return real(w, at.in_lots + at.sizes * number(w, terms(w, o).sizes + known.quantity))


@compiled
def work_left(w: World, o: int) -> float:
    """Expected milliseconds of the order's steps from the present one on, each on its mean machine."""
    known, agreed = order(w, o), terms(w, o)
    if known.step >= agreed.steps:
        return 0.0
    if w.has_grades and grade(w, o).again:
        total = work_here(w, o)
        for step in range(known.step + 1, agreed.steps):
            at = stop(w, agreed.first_stop + step)
            total += real(w, at.here + at.sizes * number(w, agreed.sizes + known.quantity))
        return total
    at = stop_of(w, o)
    return real(w, at.left + at.sizes * number(w, agreed.sizes + known.quantity))


@compiled
def work_here(w: World, o: int) -> float:
    """Expected milliseconds of the order's present step, on the pieces at work, on its mean machine."""
    at = stop_of(w, o)
    return real(w, at.here + at.sizes * number(w, terms(w, o).sizes + at_work(w, o)))


@compiled
def offer(w: World, o: int) -> None:
    """Let an order that wants to go on be seen by those who can take it."""
    at = stop_of(w, o)
    if spot(w, at.place).capacity:
        open_door(w, at.place)
    else:
        for n in range(at.first_station, at.first_station + at.stations):
            ask(w, station(w, n).machine)


@compiled
def let_in(w: World) -> None:
    """Let in whoever can come in, at the doors where something may have changed."""
    at = first_door(w)
    while at != NOBODY:
        _admit(w, at)
        at = first_door(w)
    if w.has_lots:
        merge_lots(w)


@compiled
def _admit(w: World, at: int) -> None:
    """Let orders that want to enter a buffer do so, first come first, while there is room."""
    p, s, c = place(w, at), spot(w, at), clock(w, 0)
    close_door(w, at)
    while p.first_wanting != NOBODY and p.count < s.capacity and not c.is_over:
        if s.belt != NOBODY and not is_clear(w, s.belt):
            break
        o = p.first_wanting
        if order(w, o).stage == BLOCKED:
            ask(w, order(w, o).where)
        entered(w, o, at, c.now)
        if w.has_lots:
            lot_entered(w, o)
        takers = stop_of(w, o)
        for n in range(takers.first_station, takers.first_station + takers.stations):
            ask(w, station(w, n).machine)
        ask_reserving(w)
    arm_stay(w, at)


@compiled
def ask_in_line(w: World, at: int) -> None:
    """Let machines be asked again that another order may suit once the first in a buffer is somebody's."""
    s = spot(w, at)
    for n in range(s.in_line, s.in_line + s.in_line_count):
        ask(w, number(w, n))


@compiled
def leave_place(w: World, at: int) -> None:
    """Let others come to where an order has just left a buffer, or its door."""
    ask_in_line(w, at)
    if place(w, at).wanting:
        open_door(w, at)
    arm_stay(w, at)
    ask_reserving(w)


@compiled
def arm_stay(w: World, at: int) -> None:
    """Work out when the first order in a buffer spoils; on a conveyor, when it gets to the end."""
    s, head = spot(w, at), place(w, at).head
    if s.belt != NOBODY:
        arm_belt(w, s.belt)
    if s.spoil_slot == NOBODY:
        return
    due = NEVER
    if head != NOBODY:
        due = max(order(w, head).since + s.max_stay, clock(w, 0).now)
    arm(w, s.spoil_slot, due)


@compiled
def stay_due(w: World, at: int, now: int) -> None:
    """Orders have been in a buffer for too long."""
    c, s, p = clock(w, 0), spot(w, at), place(w, at)
    c.is_idling = 0
    while p.head != NOBODY and order(w, p.head).since + s.max_stay <= now and not c.is_over:
        spoiled(w, p.head, at, now)
    open_door(w, at)
    for n in range(s.in_line, s.in_line + s.in_line_count):
        ask(w, number(w, n))
    ask_reserving(w)
    c.stays_left = 1
    arm_stay(w, at)


@compiled
def turn_away(w: World) -> bool:
    """Send off the orders from outside that found a full buffer; whether there were any."""
    c, is_any = clock(w, 0), False
    for n in range(w.turning, w.turning + w.turning_count):
        o = place(w, number(w, n)).first_wanting
        while o != NOBODY and not c.is_over:
            known, following = order(w, o), order(w, o).next
            if known.stage == RELEASED and known.step == 0 and known.repeats == 0 and known.fetched_by == NOBODY:
                order_turned_away(w, o, c.now)
                c.has_left, is_any = w.is_limited, True
                ask_reserving(w)
            o = following
    return is_any
