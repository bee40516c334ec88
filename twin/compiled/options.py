"""Which orders a machine may take: `twin.wiring.Wiring.options`."""

from twin.compiled.arrays import (
    ANY,
    FAR,
    FIFO,
    IDLE,
    LIFO,
    NEVER,
    NOBODY,
    SETUP,
    WORK,
    World,
    clock,
    fixture,
    machine,
    number,
    option,
    order,
    place,
    put_option,
    spot,
    stop,
    terms,
)
from twin.compiled.batches import waits_until
from twin.compiled.joining import mate
from twin.compiled.lacks import NOTHING
from twin.compiled.moves import station_of, stop_of
from twin.compiled.slots import arm
from twin.compiled.stock_arrays import supply
from twin.compiled.upkeep import is_drained
from twin.native import compiled


@compiled
def is_free(w: World, index: int) -> bool:
    """Whether a machine could take an order: idle, up and open."""
    m = machine(w, index)
    return m.phase == IDLE and m.down == NOBODY and m.maintenance == NOBODY and m.is_closed == 0


@compiled
def find_options(w: World, index: int) -> int:
    """Write down the orders that a machine may take now, first come first; how many there are."""
    m, f, now = machine(w, index), fixture(w, index), clock(w, 0).now
    if not is_free(w, index) or (m.is_held and now < m.held_until):
        return 0
    if f.queue_of != NOBODY:
        head = place(w, f.queue_of).head
        put_option(w, 0, head)
        return 1 if head != NOBODY else 0
    if f.drains and is_drained(w, index):
        return 0
    found = gather(w, index, False)
    if f.has_checks and found:
        found = _allowed(w, index, found)
    if 0 < m.run < f.least_run:
        found = _same_family(w, m.family, found)
    return found


@compiled
def gather(w: World, index: int, in_time: bool) -> int:
    """Write down the orders that a machine could take if it were idle; with *in_time* once all are up and open."""
    f, found = fixture(w, index), 0
    for n in range(f.draws, f.draws + 2 * f.draw_count, 2):
        at, takes_all = number(w, n), number(w, n + 1)
        p, s = place(w, at), spot(w, at)
        o = p.head if s.capacity else p.first_wanting
        if s.discipline != ANY and s.discipline != FIFO:
            o = p.tail if s.capacity else p.last_wanting
        if w.has_fleets:
            o = _left_for_others(w, o, s.discipline)
        while o != NOBODY:
            if (takes_all or station_of(w, stop_of(w, o), index) != NOBODY) and (
                not f.reserves or has_place_after(w, o, in_time)
            ):
                put_option(w, found, o)
                found += 1
            o = order(w, o).next if s.discipline == ANY else NOBODY
            if w.has_fleets:
                o = _left_for_others(w, o, s.discipline)
    return found


@compiled
def _left_for_others(w: World, o: int, discipline: int) -> int:
    """An order, or the next behind it to which no vehicle is on its way."""
    while o != NOBODY and order(w, o).fetched_by != NOBODY:
        o = order(w, o).prev if discipline == LIFO else order(w, o).next
    return o


@compiled
def has_place_after(w: World, o: int, in_time: bool) -> bool:
    """Whether an order is sure to find a place after its next step, those on their way there counted."""
    agreed, known = terms(w, o), order(w, o)
    if known.step + 1 == agreed.steps:
        return True
    at = stop_after(w, o)
    s, p = spot(w, at), place(w, at)
    if s.capacity >= FAR:
        return True
    taken, room = p.count + p.wanting, s.capacity
    for n in range(s.behind, s.behind + s.behind_count):
        behind = number(w, n)
        if machine(w, behind).phase == IDLE if in_time else is_free(w, behind):
            room += 1
    for index in range(w.machine_count):
        m = machine(w, index)
        if m.order != NOBODY and (m.phase == SETUP or m.phase == WORK):
            taken += leads_to(w, m.order, at)
            for n in range(m.mates):
                taken += leads_to(w, mate(w, fixture(w, index).mates + n), at)
    return taken < room


@compiled
def leads_to(w: World, o: int, at: int) -> bool:
    """Whether an order will wait in a buffer after its present step."""
    return order(w, o).step + 1 < terms(w, o).steps and stop_after(w, o) == at


@compiled
def stop_after(w: World, o: int) -> int:
    """The buffer in which an order waits after its present step."""
    return stop(w, terms(w, o).first_stop + order(w, o).step + 1).place


@compiled
def _same_family(w: World, family: int, found: int) -> int:
    """Keep the orders for which a machine is set up; all of them where there are none."""
    same = 0
    for n in range(found):
        if terms(w, option(w, n)).family == family:
            same += 1
    if same == 0 or same == found:
        return found
    same = 0
    for n in range(found):
        if terms(w, option(w, n)).family == family:
            put_option(w, same, option(w, n))
            same += 1
    return same


@compiled
def _allowed(w: World, index: int, found: int) -> int:
    """Keep the orders for which the machine has all it needs; it is asked again when time alone brings more."""
    allowed, soonest = 0, FAR
    for n in range(found):
        o = option(w, n)
        until = waits_until(w, index, o)
        if until == NOTHING:
            put_option(w, allowed, o)
            allowed += 1
        elif w.material_count == 0 or supply(w, 0).lacks == 0:  # deliveries ask for themselves
            soonest = min(soonest, until)
    arm(w, fixture(w, index).wake_slot, soonest if soonest < FAR else NEVER)
    return allowed
