"""What facts change: `twin.applying`, for the kinds of facts that the compiled floor has.

Each function lets one fact have happened, counts it and puts it on record. After the time at which a run is given up
none happens any more.
"""

from twin.compiled import tallying as tally
from twin.compiled.arrays import (
    BLOCKED,
    BROKE_DOWN,
    DONE,
    ENTERED,
    FINISHED,
    FINISHED_STEP,
    HELD,
    IDLE,
    LOADED,
    NOBODY,
    ORDER_RELEASED,
    ORDER_TURNED_AWAY,
    PASSED_OVER,
    RELEASED,
    REPAIRED,
    RESTARTS,
    SCRAPPED,
    SETUP,
    SETUP_STARTED,
    SHIFT_ENDED,
    SHIFT_STARTED,
    SPOILED,
    STARTED,
    TURNED_AWAY,
    WAITING,
    WORK,
    Order,
    Stop,
    World,
    age,
    clock,
    fault,
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
from twin.compiled.noting import note
from twin.compiled.pauses import pause, tick_at_work
from twin.compiled.queues import line_up, queue_behind, step_out, take_out
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
    """Mean milliseconds of a step of an order on a machine."""
    return timing(w, timing_of(w, station_of(w, at, index), o, pieces)).mean


@compiled
def order_released(w: World, o: int, now: int) -> None:
    """An order may come onto the floor."""
    c, known = clock(w, 0), order(w, o)
    if c.is_over:
        return
    c.now = now
    known.stage, known.since, known.released_at = RELEASED, now, now
    c.on_floor += 1
    _want(w, o)
    if w.is_counting:
        tally.count(w, 1, now)
    note(w, now, ORDER_RELEASED, NOBODY, o, 0, 0, 0, 0)


@compiled
def order_turned_away(w: World, o: int, now: int) -> None:
    """An order found no place on the floor and went elsewhere."""
    c, known = clock(w, 0), order(w, o)
    if c.is_over:
        return
    c.now = now
    _take(w, o, known, now)
    known.stage, known.where, known.since = TURNED_AWAY, NOBODY, now
    c.unfinished -= 1
    c.on_floor -= 1
    if w.is_counting:
        tally.count(w, -1, now)
    note(w, now, ORDER_TURNED_AWAY, NOBODY, o, 0, 0, 0, 0)


@compiled
def entered(w: World, o: int, at: int, now: int) -> None:
    """An order comes to wait in a buffer; machines that were told to wait may look again."""
    c, known = clock(w, 0), order(w, o)
    if c.is_over:
        return
    c.now = now
    _take(w, o, known, now)
    known.stage, known.where, known.since = WAITING, at, now
    queue_behind(w, at, o)
    _wake_takers(w, stop_of(w, o))
    if w.is_counting:
        tally.leaves_keeper(w, o, now)
    note(w, now, ENTERED, at, o, 0, 0, 0, 0)


@compiled
def spoiled(w: World, o: int, at: int, now: int) -> None:
    """An order has been in a buffer for too long: its pieces are scrap, and it leaves."""
    c, known = clock(w, 0), order(w, o)
    if c.is_over:
        return
    c.now = now
    pieces = known.quantity
    _take(w, o, known, now)
    known.quantity -= pieces
    known.scrap += pieces
    _leave(w, known, now)
    if w.is_counting:
        c.lost += pieces
        tally.left(w, now)
    note(w, now, SPOILED, at, o, pieces, 0, 0, 0)


@compiled
def setup_started(w: World, index: int, o: int, now: int) -> None:
    """A machine takes an order and is being changed over for it."""
    c, m = clock(w, 0), machine(w, index)
    if c.is_over:
        return
    before = m.family
    _load(w, index, o, SETUP, now)
    if w.is_counting:
        tally.see_started(w, index, o, now)
    note(w, now, SETUP_STARTED, index, o, before, 0, 0, 0)


@compiled
def started(w: World, index: int, o: int, now: int) -> None:
    """A machine begins to work on a step of an order, which it takes if it does not have it already."""
    c, m = clock(w, 0), machine(w, index)
    if c.is_over:
        return
    _load(w, index, o, WORK, now)
    family = terms(w, o).family
    if m.family != family:
        m.family, m.run = family, 0
    m.run += 1
    if w.is_counting:
        tally.see_started(w, index, o, now)
    note(w, now, STARTED, index, o, order(w, o).step, 0, 0, 0)


@compiled
def finished(w: World, index: int, o: int, good: int, scrap: int, to: int, now: int) -> None:
    """A machine has done a step; *to* is the step that follows, -1 for the next."""
    c, m, known = clock(w, 0), machine(w, index), order(w, o)
    if c.is_over:
        return
    c.now = now
    c.operations += 1
    step, mean = known.step, 0
    if w.is_counting:
        mean = expected(w, index, o, stop_of(w, o), good + scrap)
    tick_at_work(w, index, now)
    known.quantity, known.since = good, now
    known.scrap += scrap
    m.good += good
    m.scrap += scrap
    m.since = now
    following = step + 1 if to == NOBODY else to
    if following <= step:
        known.repeats += 1
    known.step, m.phase = following, DONE
    if following < terms(w, o).steps and good:
        known.stage = BLOCKED
        _want(w, o)
    else:
        _unload(w, index, now)
        _leave(w, known, now)
    if w.is_counting:
        tally.see_finished(w, index, o, step, good, scrap, to, mean, now)
    note(w, now, FINISHED_STEP, index, o, step, good, scrap, to)


@compiled
def broke_down(w: World, index: int, way: int, now: int) -> None:
    """A machine fails."""
    c, m, f = clock(w, 0), machine(w, index), fixture(w, index)
    if c.is_over:
        return
    pause(w, index, now)
    m.down, m.down_since, m.repair_since = way, now, now
    age(w, f.first_way + way).count += 1
    if fault(w, f.first_way + way).work == RESTARTS and m.phase == WORK:
        m.done = 0
        m.restarts += 1
    if w.is_counting:
        tally.see_stopped_or_going(w, index, True, now)
    note(w, now, BROKE_DOWN, index, NOBODY, way, 0, 0, 0)


@compiled
def repaired(w: World, index: int, now: int) -> None:
    """A machine is up again."""
    m, f = machine(w, index), fixture(w, index)
    if clock(w, 0).is_over:
        return
    pause(w, index, now)
    if m.down != NOBODY and m.down < f.ways:
        age(w, f.first_way + m.down).age = 0
    m.down = m.repair_since = NOBODY
    if w.is_counting:
        tally.see_stopped_or_going(w, index, False, now)
    note(w, now, REPAIRED, index, NOBODY, 0, 0, 0, 0)


@compiled
def scrapped(w: World, index: int, o: int, now: int) -> None:
    """A breakdown spoils the work on an order: all its pieces are scrap, and it leaves the floor."""
    c, m, known = clock(w, 0), machine(w, index), order(w, o)
    if c.is_over:
        return
    c.now = now
    step, pieces, mean = known.step, known.quantity, 0
    if w.is_counting:
        mean = expected(w, index, o, stop_of(w, o), pieces)
    known.quantity -= pieces
    known.scrap += pieces
    m.scrap += pieces
    _unload(w, index, now)
    _leave(w, known, now)
    if w.is_counting:
        tally.see_scrapped(w, index, pieces, mean, now)
    note(w, now, SCRAPPED, index, o, step, pieces, 0, 0)


@compiled
def shift_ended(w: World, index: int, now: int) -> None:
    """Nobody works at a machine until its next shift."""
    if clock(w, 0).is_over:
        return
    pause(w, index, now)
    machine(w, index).is_closed = 1
    if w.is_counting:
        tally.see_stopped_or_going(w, index, False, now)
    note(w, now, SHIFT_ENDED, index, NOBODY, 0, 0, 0, 0)


@compiled
def shift_started(w: World, index: int, now: int) -> None:
    """A machine is staffed again."""
    if clock(w, 0).is_over:
        return
    pause(w, index, now)
    machine(w, index).is_closed = 0
    if fixture(w, index).refuses:
        machine(w, index).is_held = 0
    if w.is_counting:
        tally.see_stopped_or_going(w, index, False, now)
    note(w, now, SHIFT_STARTED, index, NOBODY, 0, 0, 0, 0)


@compiled
def held(w: World, index: int, until: int, now: int) -> None:
    """A machine was told to wait."""
    m, c = machine(w, index), clock(w, 0)
    if c.is_over:
        return
    c.now = now
    m.is_held, m.held_until = 1, until
    note(w, now, HELD, index, NOBODY, until, 0, 0, 0)


@compiled
def passed_over(w: World, index: int, o: int, step: int, now: int) -> None:
    """A machine was to work on an order next and takes another, because it had waited long enough."""
    if clock(w, 0).is_over:
        return
    clock(w, 0).now = now
    note(w, now, PASSED_OVER, index, o, step, 0, 0, 0)


@compiled
def _load(w: World, index: int, o: int, phase: int, now: int) -> None:
    """Let a machine have an order, to set up for it or to work on it."""
    m, known = machine(w, index), order(w, o)
    clock(w, 0).now = now
    tick_at_work(w, index, now)
    if m.order != o:
        m.order = o
        _take(w, o, known, now)
        known.stage, known.where, known.since = LOADED, index, now
    m.phase, m.since, m.mark = phase, now, now
    m.done = m.restarts = m.is_held = 0


@compiled
def _want(w: World, o: int) -> None:
    """Let an order want to enter the buffer before its next step."""
    at = stop_of(w, o)
    line_up(w, at.place, o)
    if spot(w, at.place).capacity == 0:
        _wake_takers(w, at)


@compiled
def _wake_takers(w: World, at: Stop) -> None:
    for n in range(at.first_station, at.first_station + at.stations):
        machine(w, station(w, n).machine).is_held = 0


@compiled
def _take(w: World, o: int, known: Order, now: int) -> None:
    """Take an order away from where it is: a buffer, the door of a full one, or the machine that keeps it."""
    if known.stage == WAITING:
        take_out(w, known.where, o)
        return
    step_out(w, stop_of(w, o).place, o)
    if known.stage == BLOCKED:
        _unload(w, known.where, now)


@compiled
def _unload(w: World, index: int, now: int) -> None:
    m = machine(w, index)
    m.order, m.phase, m.since = NOBODY, IDLE, now


@compiled
def _leave(w: World, known: Order, now: int) -> None:
    """Let an order be finished and gone, with whatever is left of it."""
    c = clock(w, 0)
    known.stage, known.where, known.finished_at, known.since = FINISHED, NOBODY, now, now
    c.unfinished -= 1
    c.on_floor -= 1
