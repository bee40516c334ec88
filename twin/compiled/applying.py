"""What facts change: `twin.applying`, for the kinds of facts that the compiled floor has.

Each function lets one fact have happened, counts it and puts it on record. After the time at which a run is given up
none happens any more.
"""

from twin.compiled import tallying as tally
from twin.compiled.accounts import upkeep
from twin.compiled.applying_grades import go_on, pass_through
from twin.compiled.applying_stocks import put_out
from twin.compiled.arrays import (
    ARRIVED,
    BLOCKED,
    BROKE_DOWN,
    DONE,
    ENTERED,
    FINISHED_STEP,
    GATHERING,
    HELD,
    MATE,
    NOBODY,
    ORDER_RELEASED,
    ORDER_TURNED_AWAY,
    PASSED_OVER,
    RELEASED,
    REPAIR_STARTED,
    REPAIRED,
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
    Machine,
    World,
    clock,
    fixture,
    machine,
    order,
    spot,
    terms,
)
from twin.compiled.belt_arrays import belt_terms, ride
from twin.compiled.belts import get_on, mark_belt
from twin.compiled.fault_arrays import RESTARTS, age, fault
from twin.compiled.grade_arrays import ON, grade
from twin.compiled.joining import mate
from twin.compiled.lot_arrays import lot
from twin.compiled.moves import (
    at_work,
    expected,
    leave,
    load,
    lose,
    lose_of_whole,
    stop_of,
    take,
    unload,
    wake_takers,
    want,
)
from twin.compiled.noting import note
from twin.compiled.pauses import pause, tick_at_end
from twin.compiled.processes import work_began, work_ended
from twin.compiled.queues import queue_behind
from twin.compiled.sharing import TO_REPAIR
from twin.compiled.shortages import look_short, see_come, see_taken
from twin.compiled.staffing import dismiss, engage, is_manned, look, stand_still
from twin.compiled.tallying import could_run
from twin.compiled.tooling import give_back
from twin.compiled.upkeep import renew_wear
from twin.native import compiled


@compiled
def _note_mates(w: World, index: int, joined: int, now: int) -> None:
    """Put on record who goes with the order that a machine has just taken."""
    for n in range(joined):
        note(w, now, MATE, index, mate(w, fixture(w, index).mates + n), 0, 0, 0, 0)


@compiled
def order_released(w: World, o: int, now: int) -> None:
    """An order may come onto the floor."""
    c, known = clock(w, 0), order(w, o)
    if c.is_over:
        return
    c.now = now
    known.stage, known.since, known.released_at = RELEASED, now, now
    c.on_floor += 1
    want(w, o)
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
    take(w, o, known, now)
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
    take(w, o, known, now)
    if w.has_lots and lot(w, o).parent != NOBODY and stop_of(w, o).merges:
        known.stage, known.where, known.since = GATHERING, at, now
        if w.is_counting:
            tally.leaves_keeper(w, o, now)
            see_come(w, at, now)
        note(w, now, ENTERED, at, o, 0, 0, 0, 0)
        return
    known.stage, known.where, known.since = WAITING, at, now
    if spot(w, at).belt != NOBODY:
        get_on(w, spot(w, at).belt, o)
    queue_behind(w, at, o)
    wake_takers(w, stop_of(w, o))
    if w.is_counting:
        tally.leaves_keeper(w, o, now)
        see_come(w, at, now)
    note(w, now, ENTERED, at, o, 0, 0, 0, 0)


@compiled
def arrived(w: World, o: int, b: int, now: int) -> None:
    """An order has got to the end of a conveyor, where it can be taken; machines that were told to wait look again."""
    c = clock(w, 0)
    if c.is_over:
        return
    c.now = now
    mark_belt(w, b)
    ride(w, o).has_arrived = 1
    wake_takers(w, stop_of(w, o))
    note(w, now, ARRIVED, belt_terms(w, b).place, o, 0, 0, 0, 0)


@compiled
def spoiled(w: World, o: int, at: int, now: int) -> None:
    """An order has been in a buffer for too long: its pieces are scrap, and it leaves."""
    c, known = clock(w, 0), order(w, o)
    if c.is_over:
        return
    c.now = now
    pieces = known.quantity
    take(w, o, known, now)
    lose(w, o, pieces)
    leave(w, o, now)
    if w.is_counting:
        c.lost += pieces
        tally.left(w, o, now)
        if w.material_count:
            look_short(w, now)
    note(w, now, SPOILED, at, o, pieces, 0, 0, 0)


@compiled
def setup_started(w: World, index: int, o: int, now: int) -> None:
    """A machine takes an order and is being changed over for it."""
    c, m = clock(w, 0), machine(w, index)
    if c.is_over:
        return
    before, joined = m.family, load(w, index, o, SETUP, now)
    if w.is_counting:
        tally.see_started(w, index, o, now)
        see_taken(w, now)
    note(w, now, SETUP_STARTED, index, o, before, joined, 0, 0)
    _note_mates(w, index, joined, now)


@compiled
def started(w: World, index: int, o: int, now: int) -> None:
    """A machine begins to work on a step of an order, which it takes if it does not have it already."""
    c, m = clock(w, 0), machine(w, index)
    if c.is_over:
        return
    joined, family = load(w, index, o, WORK, now), terms(w, o).family
    if fixture(w, index).fetches:
        m.family = stop_of(w, o).origin
    else:
        if m.family != family:
            m.family, m.run = family, 0
        m.run += 1 + m.mates
    if w.is_counting:
        tally.see_started(w, index, o, now)
        see_taken(w, now)
        work_began(w, index)
    note(w, now, STARTED, index, o, order(w, o).step, joined, 0, 0)
    _note_mates(w, index, joined, now)


@compiled
def _let_go(w: World, index: int, o: int, now: int) -> None:
    """Let a machine give back the tools of an order that it is done with, and a vehicle be where it took it."""
    if fixture(w, index).fetches:
        machine(w, index).family = stop_of(w, o).goal
    if w.tool_count:
        give_back(w, index, o, stop_of(w, o), now)


@compiled
def finished(w: World, index: int, o: int, good: int, scrap: int, to: int, rework: int, now: int) -> None:
    """A machine has done a step; *to* is the step that follows, -1 for the next, *rework* what is to be done again."""
    c, m, known = clock(w, 0), machine(w, index), order(w, o)
    if c.is_over:
        return
    c.now = now
    c.operations += 1
    step, mean, pieces, well = known.step, 0, good + scrap, good
    is_graded, is_bound = False, False
    if w.has_grades:
        is_graded, is_bound = grade(w, o).is_graded != 0, grade(w, o).bound_for != ON
    if is_graded:
        pieces = at_work(w, o)
        well -= known.quantity - pieces + rework
    if w.is_counting:
        mean = expected(w, index, o, stop_of(w, o), pieces)
    tick_at_end(w, index, now)
    if w.tool_count or w.has_fleets:
        _let_go(w, index, o, now)
    if is_graded:
        pass_through(w, index, o, scrap, to, rework, now)
    lose_of_whole(w, o, scrap)
    known.quantity, known.since = good, now
    known.scrap += scrap
    m.good += well
    m.scrap += scrap
    m.since = now
    following = step + 1 if to == NOBODY else to
    if following <= step:
        known.repeats += 1
    known.step, m.phase = following, DONE
    if w.material_count and good and put_out(w, o, step, good, well):
        known.stage = BLOCKED
    else:
        go_on(w, index, o, is_bound and good > 0, now)
    if w.crew_count:
        stand_still(w, index)
    if w.is_counting:
        tally.see_finished(w, index, o, step, pieces, scrap, to, rework, mean, now)
        work_ended(w, index, o, step, pieces)
        see_taken(w, now)
    note(w, now, FINISHED_STEP, index, o, step + (rework << 16), good, scrap, to)


@compiled
def broke_down(w: World, index: int, way: int, now: int) -> None:
    """A machine fails."""
    c, m, f = clock(w, 0), machine(w, index), fixture(w, index)
    if c.is_over:
        return
    pause(w, index, now)
    m.down, m.down_since = way, now
    m.repair_since = now if fault(w, f.first_way + way).skill == NOBODY else NOBODY
    age(w, f.first_way + way).count += 1
    if fault(w, f.first_way + way).work == RESTARTS and m.phase == WORK:
        m.done = 0
        m.restarts += 1
    if w.crew_count and is_manned(w, index):
        stand_still(w, index)
    if w.is_counting:
        tally.see_stopped_or_going(w, index, True, now)
    note(w, now, BROKE_DOWN, index, NOBODY, way, 0, 0, 0)


@compiled
def repair_started(w: World, index: int, who: int, now: int) -> None:
    """People of a crew begin to repair a machine that is down; of one with places, the whole."""
    m, f = machine(w, index), fixture(w, index)
    if clock(w, 0).is_over:
        return
    clock(w, 0).now = now
    m.repair_since = now
    if f.leads:
        engage(w, index, TO_REPAIR, who, fault(w, f.first_way + m.down).people)
    note(w, now, REPAIR_STARTED, index, NOBODY, who, 0, 0, 0)


@compiled
def repaired(w: World, index: int, now: int) -> None:
    """A machine is up again."""
    m, f = machine(w, index), fixture(w, index)
    if clock(w, 0).is_over:
        return
    pause(w, index, now)
    if m.down != NOBODY and m.down < f.ways:
        age(w, f.first_way + m.down).age = 0
    if f.is_kept_up:
        _is_mended(w, index, m)
    m.down = m.repair_since = NOBODY
    if w.crew_count:
        dismiss(w, index, TO_REPAIR)
    if w.is_counting:
        tally.see_stopped_or_going(w, index, False, now)
    note(w, now, REPAIRED, index, NOBODY, 0, 0, 0, 0)


@compiled
def _is_mended(w: World, index: int, m: Machine) -> None:
    """Let a machine that is up again have worked no longer since its repair, and be as new where that renews it."""
    f, known = fixture(w, index), upkeep(w, index)
    if m.down == NOBODY or m.down >= f.ways:
        known.worked = 0
        return
    way = fault(w, f.first_way + m.down)
    if not way.is_micro_stop:
        known.worked = 0
    if way.renews_wear:
        renew_wear(w, index)
    if way.work == RESTARTS and m.phase == WORK:
        known.worked_at = known.level


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
    if w.tool_count:
        give_back(w, index, o, stop_of(w, o), now)
    lose(w, o, pieces)
    m.scrap += pieces
    unload(w, index, o, now)
    leave(w, o, now)
    if w.crew_count:
        look(w, index)
    if w.is_counting:
        tally.see_scrapped(w, index, o, pieces, mean, now)
    note(w, now, SCRAPPED, index, o, step, pieces, 0, 0)


@compiled
def shift_ended(w: World, index: int, now: int) -> None:
    """Nobody works at a machine until its next shift."""
    if clock(w, 0).is_over:
        return
    pause(w, index, now)
    machine(w, index).is_closed = 1
    if w.crew_count and is_manned(w, index) and not could_run(w, index, machine(w, index)):
        stand_still(w, index)
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
