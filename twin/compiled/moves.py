"""How orders come to and leave a machine, and where they stand on their way: `twin.applying.moves`."""

from twin.compiled.accounts import upkeep
from twin.compiled.arrays import (
    BLOCKED,
    CANCELLED,
    FINISHED,
    IDLE,
    LOADED,
    NOBODY,
    SETUP,
    WAITING,
    Order,
    Stop,
    World,
    clock,
    fixture,
    machine,
    number,
    order,
    spot,
    station,
    stop,
    terms,
    timing,
)
from twin.compiled.belts import get_off
from twin.compiled.grade_arrays import NOT_HELD, ON, TO_LEAVE, grade
from twin.compiled.joining import mate, put_mate, together
from twin.compiled.lot_arrays import lot
from twin.compiled.pauses import tick_at_work
from twin.compiled.queues import line_up, step_out, take_out
from twin.compiled.staffing import hand_over
from twin.compiled.tooling import drop_all, equip
from twin.native import compiled


@compiled
def stop_of(w: World, o: int) -> Stop:
    """The step at which an order is."""
    return stop(w, terms(w, o).first_stop + order(w, o).step)


@compiled
def timing_of(w: World, station_number: int, o: int, pieces: int) -> int:
    """The timing of an order with so many pieces on a machine that can do its step."""
    s = station(w, station_number)
    return s.timing + number(w, terms(w, o).sizes + pieces) if s.is_by_size else s.timing


@compiled
def station_of(w: World, at: Stop, index: int) -> int:
    """A machine among those that can do a step; -1 where it cannot."""
    for n in range(at.first_station, at.first_station + at.stations):
        if station(w, n).machine == index:
            return n
    return -1


@compiled
def expected(w: World, index: int, o: int, at: Stop, pieces: int) -> int:
    """Mean milliseconds of a step of an order on a machine, with the inspection that goes with it."""
    mean = timing(w, timing_of(w, station_of(w, at, index), o, pieces)).mean
    return mean + number(w, at.inspecting + pieces) if at.inspecting != NOBODY else mean


@compiled
def at_work(w: World, o: int) -> int:
    """How many pieces of an order are worked on in its present step: those to be reworked alone, or all."""
    pieces = order(w, o).quantity
    if w.has_grades and grade(w, o).again:
        return min(grade(w, o).again, pieces)
    return pieces


@compiled
def load(w: World, index: int, o: int, phase: int, now: int) -> int:
    """Let a machine have an order, and those that go with it, to set up or to work; how many come with it now."""
    m, c, joined = machine(w, index), clock(w, 0), 0
    c.now = now
    tick_at_work(w, index, now)
    if m.order != o:
        m.order, is_fetching = o, phase == SETUP and fixture(w, index).fetches != 0
        _have(w, index, o, is_fetching, now)
        for n in range(1, c.together):
            _have(w, index, together(w, n), is_fetching, now)
            put_mate(w, fixture(w, index).mates + joined, together(w, n))
            joined += 1
        m.mates = joined
        if w.tool_count:
            equip(w, index, o, stop_of(w, o))
    elif w.has_fleets and order(w, o).fetched_by != NOBODY:
        _have(w, index, o, False, now)
        for n in range(m.mates):
            _have(w, index, mate(w, fixture(w, index).mates + n), False, now)
    if fixture(w, index).is_kept_up:
        upkeep(w, index).worked_at = upkeep(w, index).level
    m.phase, m.since, m.mark = phase, now, now
    m.done = m.restarts = m.is_held = 0
    if w.crew_count:
        hand_over(w, index)
    return joined


@compiled
def _have(w: World, index: int, o: int, is_fetching: bool, now: int) -> None:
    """Let an order be on a machine; one that a vehicle fetches keeps its place until the vehicle is there."""
    known = order(w, o)
    if is_fetching:
        known.fetched_by = index
        return
    take(w, o, known, now)
    known.stage, known.where, known.since, known.fetched_by = LOADED, index, now, NOBODY


@compiled
def want(w: World, o: int) -> None:
    """Let an order want to enter the buffer before its next step."""
    at = stop_of(w, o)
    line_up(w, at.place, o)
    if spot(w, at.place).capacity == 0:
        wake_takers(w, at)


@compiled
def wake_takers(w: World, at: Stop) -> None:
    """Let machines that were told to wait look again, where they can do a step."""
    for n in range(at.first_station, at.first_station + at.stations):
        machine(w, station(w, n).machine).is_held = 0


@compiled
def take(w: World, o: int, known: Order, now: int) -> None:
    """Take an order away from where it is: a buffer, the door of a full one, or the machine that keeps it."""
    if known.stage == WAITING:
        if spot(w, known.where).belt != NOBODY:
            get_off(w, spot(w, known.where).belt, o)
        take_out(w, known.where, o)
        return
    step_out(w, stop_of(w, o).place, o)
    if known.stage == BLOCKED:
        unload(w, known.where, o, now)


@compiled
def unload(w: World, index: int, o: int, now: int) -> None:
    """Let an order leave its machine, which is idle when it was the last."""
    m = machine(w, index)
    if m.mates:
        _leave_mates(w, index, o)
    else:
        m.order, m.phase, m.since = NOBODY, IDLE, now


@compiled
def _leave_mates(w: World, index: int, o: int) -> None:
    """Let an order leave the others of its batch; where it was the first of them, the next is."""
    m, first = machine(w, index), fixture(w, index).mates
    at = 0
    if m.order == o:
        m.order = mate(w, first)
    else:
        while mate(w, first + at) != o:
            at += 1
    m.mates -= 1
    for n in range(at, m.mates):
        put_mate(w, first + n, mate(w, first + n + 1))


@compiled
def leave(w: World, o: int, now: int) -> None:
    """Let an order be finished and gone, with whatever is left of it."""
    c, known = clock(w, 0), order(w, o)
    if w.tool_count:
        drop_all(w, o)
    known.stage, known.where, known.finished_at, known.since = FINISHED, NOBODY, now, now
    if w.has_grades:
        grade(w, o).hold, grade(w, o).bound_for = NOT_HELD, ON
    if w.has_lots and lot(w, o).parent != NOBODY:
        _leave_with(w, lot(w, o).parent, now)
        return
    c.unfinished -= 1
    c.on_floor -= 1


@compiled
def _leave_with(w: World, o: int, now: int) -> None:
    """One of the lots of an order has left: it leaves with the last of them."""
    its, step = lot(w, o), 0
    for n in range(its.first, its.first + its.made):
        part = order(w, number(w, n))
        if part.stage < FINISHED:
            return
        step = max(step, part.step)
    order(w, o).step = step
    if w.has_grades and grade(w, o).bound_for == TO_LEAVE:
        withdraw(w, o, now)
    else:
        leave(w, o, now)


@compiled
def withdraw(w: World, o: int, now: int) -> None:
    """Let an order that nobody wants any more be gone; it was released, and is nowhere on the floor."""
    leave(w, o, now)
    order(w, o).stage, order(w, o).finished_at = CANCELLED, NOBODY


@compiled
def lose(w: World, o: int, pieces: int) -> None:
    """Let so many pieces of an order be scrap: of a lot, and so of what it is part of."""
    order(w, o).quantity -= pieces
    order(w, o).scrap += pieces
    lose_of_whole(w, o, pieces)


@compiled
def lose_of_whole(w: World, o: int, pieces: int) -> None:
    """Let what a lot is part of lose so many pieces."""
    if w.has_lots and lot(w, o).parent != NOBODY:
        lose(w, lot(w, o).parent, pieces)
