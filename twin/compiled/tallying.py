"""Keeping count while a compiled floor works: the sums of `twin.tally`, fact by fact, in whole numbers."""

from twin.compiled.accounts import (
    BLOCKED_WORD,
    CLOSED,
    DOWN,
    IDLE_WORD,
    MAINTENANCE,
    MICRO_STOP,
    SETTING_UP,
    UNATTENDED,
    WORDS,
    WORKING,
    account,
    book,
    booked,
)
from twin.compiled.arrays import (
    BLOCKED,
    CANCELLED,
    DONE,
    FINISHED,
    NOBODY,
    SETUP,
    WORK,
    Machine,
    World,
    clock,
    fixture,
    machine,
    order,
)
from twin.compiled.fault_arrays import fault
from twin.compiled.joining import mate
from twin.compiled.lot_arrays import lot
from twin.compiled.metering import read_meter, settle_work
from twin.compiled.ways import leads_back
from twin.native import compiled


@compiled
def open_books(w: World) -> None:
    """A span begins now: nothing is counted yet."""
    c = clock(w, 0)
    c.inside = c.inside_time = c.lost = c.holds = 0
    c.inside_since = c.last_finish = c.now
    for o in range(w.order_count):
        stage = order(w, o).stage
        order(w, o).keeper = NOBODY
        c.inside += 0 < stage < FINISHED and not (w.has_lots and lot(w, o).parent != NOBODY)
    for index in range(w.machine_count):
        a, m = account(w, index), machine(w, index)
        a.word, a.since = word_of(w, index), c.now
        a.prt = a.produced = a.good = a.rework = a.first = a.inspected = a.passed = a.failures = 0
        for word in range(WORDS):
            book(w, index * WORDS + word, 0)
        if m.phase == DONE:
            order(w, m.order).keeper = index


@compiled
def close_books(w: World, end: int) -> None:
    """The span ends at *end*."""
    for index in range(w.machine_count):
        turn_to(w, index, end)
    count(w, 0, end)


@compiled
def word_of(w: World, index: int) -> int:
    """What a machine's time is booked on from now on."""
    m = machine(w, index)
    if m.is_closed and not runs_on(w, index, m):
        return CLOSED
    if m.down != NOBODY:
        f = fixture(w, index)
        if m.down < f.ways and fault(w, f.first_way + m.down).is_micro_stop:
            return MICRO_STOP
        return DOWN
    if m.maintenance != NOBODY:
        return MAINTENANCE
    if m.is_unattended:
        return UNATTENDED
    if m.phase == WORK:
        return WORKING
    if m.phase == SETUP:
        return SETTING_UP
    return BLOCKED_WORD if m.phase == DONE else IDLE_WORD


@compiled
def runs_on(w: World, index: int, m: Machine) -> bool:
    """Whether setup or work goes on, rather than standing still: `twin.standing.is_running`."""
    return m.is_unattended == 0 and could_run(w, index, m)


@compiled
def could_run(w: World, index: int, m: Machine) -> bool:
    """Whether setup or work would go on if the people for it were there: nothing else stops it."""
    if m.down != NOBODY or m.maintenance != NOBODY or (m.phase != SETUP and m.phase != WORK):
        return False
    return not m.is_closed or fixture(w, index).finishes != 0


@compiled
def turn_to(w: World, index: int, now: int) -> None:
    """Book a machine's time up to *now*, and see what it does from now on."""
    a = account(w, index)
    if now != a.since:
        at = index * WORDS + a.word
        book(w, at, booked(w, at) + now - a.since)
        if w.metering:
            read_meter(w, index, a.word, a.since, now)
        a.since = now
    a.word = word_of(w, index)


@compiled
def count(w: World, change: int, now: int) -> None:
    """So many more orders are on the floor."""
    c = clock(w, 0)
    c.inside_time += c.inside * (now - c.inside_since)
    c.inside_since = now
    c.inside += change


@compiled
def leaves_keeper(w: World, o: int, now: int) -> None:
    """An order may have left the machine that kept it."""
    known = order(w, o)
    if known.keeper != NOBODY and known.stage != BLOCKED:
        keeper, known.keeper = known.keeper, NOBODY
        turn_to(w, keeper, now)


@compiled
def left(w: World, o: int, now: int) -> None:
    """An order has left, or one of its lots, with which it has left if that was the last."""
    clock(w, 0).last_finish = now
    while w.has_lots and lot(w, o).parent != NOBODY:
        o = lot(w, o).parent
    if order(w, o).stage >= FINISHED:
        count(w, -1, now)


@compiled
def see_started(w: World, index: int, o: int, now: int) -> None:
    """A machine has taken an order, or begins to work on it."""
    leaves_keeper(w, o, now)
    for n in range(machine(w, index).mates):
        leaves_keeper(w, mate(w, fixture(w, index).mates + n), now)
    turn_to(w, index, now)


@compiled
def see_finished(
    w: World, index: int, o: int, step: int, pieces: int, scrap: int, to: int, rework: int, mean: int, now: int
) -> None:
    """A step is done on so many pieces; *mean* is how long that takes on average."""
    a, known = account(w, index), order(w, o)
    sent_back = rework
    if rework == 0 and to != NOBODY and leads_back(w, o, step, to):
        sent_back = pieces - scrap
    a.produced += pieces
    a.rework += sent_back
    a.good += pieces - scrap - sent_back
    if step == 0 and known.repeats == (1 if sent_back > 0 else 0):
        a.first += pieces
    a.prt += mean
    if known.stage == FINISHED or known.stage == CANCELLED:
        left(w, o, now)
    elif known.stage == BLOCKED:
        known.keeper = index
    turn_to(w, index, now)


@compiled
def see_inspected(w: World, index: int, pieces: int, failed: int) -> None:
    """So many pieces were looked at for the first time, and so many of them failed."""
    a = account(w, index)
    a.inspected += pieces
    a.passed += pieces - failed


@compiled
def see_scrapped(w: World, index: int, o: int, pieces: int, mean: int, now: int) -> None:
    """What is spoiled in work counts as produced and as scrap, as what is found bad at its end."""
    a = account(w, index)
    a.produced += pieces
    a.prt += mean
    left(w, o, now)
    if w.metering:
        settle_work(w, index)
    turn_to(w, index, now)


@compiled
def see_stopped_or_going(w: World, index: int, has_failed: bool, now: int) -> None:
    """A machine stops or goes on; a breakdown counts unless it is a micro-stop."""
    m, f = machine(w, index), fixture(w, index)
    is_micro_stop = m.down != NOBODY and m.down < f.ways and fault(w, f.first_way + m.down).is_micro_stop != 0
    account(w, index).failures += has_failed and not is_micro_stop
    turn_to(w, index, now)
