"""The compiled floor at work: `twin.simulated.SimulatedFloor`, step for step, over flat arrays.

What is due is taken from the calendar in the declared order; then orders move into buffers and onto machines until
nothing moves. The facts that follow are those of the simulated floor, one for one.
"""

import numpy as np

from twin.compiled.applying import passed_over, setup_started, started
from twin.compiled.arrays import (
    BLOCKED,
    BY_BREAKDOWN,
    BY_CREW,
    BY_DELIVERY,
    BY_DUE,
    BY_END,
    BY_FREE,
    BY_GAP,
    BY_MAINTAINED,
    BY_RELEASE,
    BY_RENEWAL,
    BY_REPAIR,
    BY_SHIFT,
    BY_STAY,
    BY_WORK,
    FAR,
    NEVER,
    NOBODY,
    SETUP,
    WORK,
    Clock,
    World,
    clock,
    due,
    fixture,
    machine,
    number,
    order,
    spot,
    world,
)
from twin.compiled.batches import take_together
from twin.compiled.belt_arrays import belt_terms
from twin.compiled.conveyors import end_due
from twin.compiled.crews import arm_crew, attend, come, crew_due
from twin.compiled.crowds import answer, crowd, given, member, put_answer
from twin.compiled.finishing import breakdown_due, finish, finish_mates
from twin.compiled.flow import arm_release, arm_stay, ask_in_line, leave_place, let_in, release, stay_due, turn_away
from twin.compiled.following import follow, wait
from twin.compiled.grades import forget_hidden
from twin.compiled.joining import mate, together
from twin.compiled.judging import free_due, look_for_freed
from twin.compiled.lots import look_at_lots
from twin.compiled.luck import reseed
from twin.compiled.maintenances import arm_maintenance, begin_due, due_by_time, maintained, take_opportunities
from twin.compiled.metering import close_meter, lacks_meter_room
from twin.compiled.moves import stop_of
from twin.compiled.options import find_options
from twin.compiled.outlook import is_at_end, is_locked
from twin.compiled.processes import open_meter
from twin.compiled.renewals import arm_renewal, look_over, renewal_due
from twin.compiled.rules import choose
from twin.compiled.shortages import look_short, open_shortages
from twin.compiled.slots import arm, ask, clear_slots, earliest, first_asked, open_door, unask
from twin.compiled.sources import DIGEST
from twin.compiled.stock_arrays import supply
from twin.compiled.stocks import consume, look_at_stocks, settle_stocks, stock_due
from twin.compiled.stoppages import (
    arm_shift,
    arm_stoppage,
    arm_work,
    ask_reserving,
    call_people,
    progress,
    repair_due,
    setup_total,
    shift_due,
    start_repairs,
    work_time,
)
from twin.compiled.tallying import close_books, open_books
from twin.native import compiled, entrance

ENDED, FULL, CRAMPED, ASKED, UNREAD = range(5)
"""What `live` comes back for: it is at its end; the record of facts is full; there is no room to remember more; a
machine has a choice that is not made here; the meter has no room to be read."""

LACKS_ROOM = (FULL, CRAMPED, UNREAD)
"""Those of them after which it goes on where it was, with more room."""


@compiled
def live(w: World, until: int) -> int:
    """Work until *until*, which is included: `SimulatedFloor.advance`, with a rule that decides."""
    c = clock(w, 0)
    while not c.is_over:
        if not c.in_instant:
            came_back_for = settle(w)
            if came_back_for != ENDED:
                return came_back_for
            if w.can_lock and is_locked(w):
                c.is_locked = 1
                return ENDED
            instant = due_first(w)
            if until >= FAR and is_at_end(w, instant):
                return ENDED
            if instant > until or instant == NEVER:
                if until < FAR:
                    c.now = max(c.now, until)
                return ENDED
            c.is_idling, c.in_instant, c.instant = 1, 1, instant
        while due_first(w) == c.instant and not c.is_over:
            if lacks_room(w) != ENDED:
                return lacks_room(w)
            happen_next(w, c.instant)
        c.in_instant = 0
    return ENDED


@compiled
def due_first(w: World) -> int:
    """When the next thing is due."""
    return due(w, earliest(w))


@compiled
def lacks_room(w: World) -> int:
    """FULL, CRAMPED or UNREAD where there may be no room for all that can follow at once, else ENDED."""
    c = clock(w, 0)
    facts = 4 * (w.order_count + w.machine_count) + w.planned_count + w.unit_count + 64
    if w.material_count:
        facts += 4 * c.passage_room + w.more_facts
    if w.fact_room > 0 and c.fact_count + facts > w.fact_room:
        return FULL
    more = w.order_count * w.has_grades + w.more_parcels * (w.material_count > 0)
    if more > 0 and c.passages + more >= c.passage_room:
        return CRAMPED
    if w.metering and w.is_counting and lacks_meter_room(w):
        return UNREAD
    return ENDED


@compiled
def settle(w: World) -> int:
    """Move orders into buffers and onto machines until nothing moves, somebody is asked, or the record is full."""
    c = clock(w, 0)
    while not c.is_over:
        if lacks_room(w) != ENDED:
            return lacks_room(w)
        see_to_errands(w, c)
        let_in(w)
        if w.has_lots and c.tools_calling:
            look_over(w)
        index = next_with_options(w)
        if index == NOBODY:
            if moves_last(w):
                continue
            return ENDED
        found = c.found
        if w.is_asking and not fixture(w, index).is_led:
            c.asked = index
            return ASKED
        o = NOBODY
        if w.follows and not fixture(w, index).is_led:
            o = follow(w, index, found)
        else:
            o = choose(w, index, found)
        if o != NOBODY:
            take(w, index, o)
    return ENDED


@compiled
def next_with_options(w: World) -> int:
    """The next of the machines to be asked that has orders to choose from, which are written down; -1 if none has."""
    c, index = clock(w, 0), first_asked(w)
    while index != NOBODY:
        c.found = find_options(w, index)
        if c.found:
            return index
        unask(w, index)
        index = first_asked(w)
    return NOBODY


@compiled
def moves_last(w: World) -> bool:
    """Do what comes only when no machine has anything to take: turn orders away, take opportunities."""
    if w.turning_count and turn_away(w):
        return True
    return w.opportune_count > 0 and take_opportunities(w)


@compiled
def see_to_errands(w: World, c: Clock) -> None:
    """Let repairs, people, releases and tools go on with what may have become possible."""
    if w.material_count and supply(w, 0).stirred:
        settle_stocks(w)
    if c.is_calling:
        c.is_calling = 0
        start_repairs(w)
        begin_due(w)
    if c.people_calling:
        attend(w)
    if c.has_left or c.stays_left:
        c.tools_calling |= c.stays_left and w.tool_count
        c.stays_left = 0
        release(w)
    if c.tools_calling:
        look_over(w)


@compiled
def happen_next(w: World, now: int) -> None:
    """Let what is due first happen."""
    slot = earliest(w)
    what, which = number(w, w.slots + 2 * slot), number(w, w.slots + 2 * slot + 1)
    arm(w, slot, NEVER)
    if what == BY_WORK:
        work_due(w, which, now)
    elif what == BY_BREAKDOWN:
        breakdown_due(w, which, now)
    elif what == BY_REPAIR:
        repair_due(w, which, now)
    elif what == BY_SHIFT:
        shift_due(w, which, now)
    elif what == BY_STAY:
        stay_due(w, which, now)
    elif what == BY_CREW:
        crew_due(w, which, now)
    elif what == BY_RENEWAL:
        renewal_due(w, which, now)
    elif what == BY_FREE:
        free_due(w, now)
    elif what >= BY_DELIVERY:
        stock_due(w, what, which, now)
    elif BY_MAINTAINED <= what <= BY_DUE:
        upkeep_due(w, what, which, now)
    elif what == BY_END:
        end_due(w, which, now)
    else:
        look_anew(w, what, which, now)


@compiled
def upkeep_due(w: World, what: int, which: int, now: int) -> None:
    """A maintenance is done, or due."""
    if what == BY_MAINTAINED:
        maintained(w, which, now)
    else:
        due_by_time(w, which, now)


@compiled
def look_anew(w: World, what: int, which: int, now: int) -> None:
    """Let orders be looked for that come onto the floor, onto a conveyor, or onto a machine."""
    clock(w, 0).is_idling = 0
    clock(w, 0).now = now
    if what == BY_RELEASE:
        release(w)
    elif what == BY_GAP:
        open_door(w, belt_terms(w, which).place)
    else:
        ask(w, which)


@compiled
def take(w: World, index: int, o: int) -> None:
    """Let an idle machine take an order: from its buffer, or from the machine that keeps it."""
    c, f, m = clock(w, 0), fixture(w, index), machine(w, index)
    now = c.now
    arm(w, f.hold_slot, NEVER)
    if f.batch != NOBODY:
        o = take_together(w, index, o)
        ask_keepers(w)
    if f.is_attended:
        come(w, index, o)
    if w.material_count and number(w, w.machines_using + index):
        consume(w, index, o)
        for n in range(1, c.together):
            consume(w, index, together(w, n))
    setup, at = setup_total(w, index, o, 0), stop_of(w, o).place
    if order(w, o).stage == BLOCKED:
        ask(w, order(w, o).where)
    if setup:
        setup_started(w, index, o, now)
        m.total = setup
        arm(w, f.work_slot, now + setup)
    else:
        begin(w, index, o, now)
    c.together = 0
    if setup and f.fetches:
        ask_in_line(w, at)
    else:
        leave_place(w, at)
    unask(w, index)


@compiled
def ask_keepers(w: World) -> None:
    """Let the machines be asked again that keep orders which are taken together."""
    for n in range(1, clock(w, 0).together):
        o = together(w, n)
        if order(w, o).stage == BLOCKED:
            ask(w, order(w, o).where)


@compiled
def load_fetched(w: World, index: int, o: int, now: int) -> None:
    """Let a vehicle that has come to orders take them, and others come to where they were."""
    at = stop_of(w, o).place
    for n in range(-1, machine(w, index).mates):
        each = o if n < 0 else mate(w, fixture(w, index).mates + n)
        if order(w, each).stage == BLOCKED:
            ask(w, order(w, each).where)
    begin(w, index, o, now)
    leave_place(w, at)


@compiled
def begin(w: World, index: int, o: int, now: int) -> None:
    """Let a machine that is ready begin the work itself."""
    started(w, index, o, now)
    m, f = machine(w, index), fixture(w, index)
    m.total = work_time(w, index, o, 0, 0)
    arm(w, f.work_slot, NEVER if m.is_unattended else now + m.total)
    if f.wears:
        arm_stoppage(w, index)


@compiled
def work_due(w: World, index: int, now: int) -> None:
    """A machine is done with its setup or its work."""
    m, c = machine(w, index), clock(w, 0)
    c.is_idling = 0
    if m.phase == SETUP:
        if w.has_fleets and order(w, m.order).fetched_by != NOBODY:
            load_fetched(w, index, m.order, now)
        else:
            begin(w, index, m.order, now)
        if w.has_people:
            call_people(w)
        return
    if m.mates:
        finish_mates(w, index, now)
    finish(w, index, m.order, now)
    ask_reserving(w)
    if fixture(w, index).wears:
        arm_stoppage(w, index)
    if w.has_people:
        call_people(w)
    c.tools_calling = w.tool_count
    if fixture(w, index).tasks:
        c.is_calling = 1


@compiled
def look_again(w: World) -> None:
    """Work out from the state all that is due: `SimulatedFloor` when it is made."""
    c = clock(w, 0)
    c.worked_at = c.vain_since = c.now
    c.is_idling = c.in_vain = c.has_left = c.stays_left = c.in_instant = c.is_over = c.next_planned = c.is_locked = 0
    c.is_calling, c.people_calling = w.has_calls, w.has_people
    clear_slots(w)
    arm_release(w)
    for index in range(w.machine_count):
        m, f = machine(w, index), fixture(w, index)
        if m.phase == SETUP:
            done = progress(w, index)
            m.total = max(done, setup_total(w, index, m.order, done)) if f.setups != NOBODY else done
        elif m.phase == WORK:
            m.total = work_time(w, index, m.order, progress(w, index), m.restarts)
        arm_work(w, index)
        is_held = m.is_held and m.held_until < FAR and m.held_until > c.now
        arm(w, f.hold_slot, m.held_until if is_held else NEVER)
        arm_stoppage(w, index)
        if f.tasks:
            arm_maintenance(w, index)
        arm_shift(w, index)
        ask(w, index)
    for who in range(w.crew_count):
        arm_crew(w, who)
    for what in range(w.tool_count):
        arm_renewal(w, what)
    c.tools_calling = w.tool_count
    for at in range(w.place_count):
        arm_stay(w, at)
        if spot(w, at).capacity:
            open_door(w, at)
    forget_hidden(w)
    look_for_freed(w)
    if w.has_lots:
        look_at_lots(w)
    if w.material_count:
        look_at_stocks(w)


SEED, LOOK, LIVE, OPEN, CLOSE, STUCK, TAKE, WAIT, PASS = range(9)
"""What `enter` is asked for."""


@compiled
def begin_count(w: World) -> None:
    """A span begins that is counted."""
    open_books(w)
    if w.material_count:
        open_shortages(w)
    if w.metering:
        open_meter(w)


@compiled
def end_count(w: World, end: int) -> None:
    """The span that is counted ends at *end*."""
    close_books(w, end)
    if w.material_count:
        look_short(w, end)
    if w.metering:
        close_meter(w)


@compiled
def do(w: World, what: int, argument: int) -> int:
    """Let a floor do what it is asked for."""
    c = clock(w, 0)
    if what == LIVE:
        return live(w, argument)
    if what == STUCK:
        return 1 if is_locked(w) else 0
    if what == TAKE:
        take(w, c.asked, argument)
    elif what == WAIT:
        wait(w, c.asked, argument)
    elif what == PASS:
        passed_over(w, c.asked, argument >> 32, argument & 0xFFFFFFFF, c.now)
    elif what == SEED:
        reseed(w, np.uint64(argument))
        forget_hidden(w)
    elif what == LOOK:
        look_again(w)
    elif what == OPEN:
        begin_count(w)
    else:
        end_count(w, argument)
    return ENDED


@compiled
def do_together(address: int, what: int, argument: int) -> int:
    """Let each floor of a crowd do what it is asked for, with an argument of its own where it is to take an order.

    Those with no order to take are left alone. How many then have a choice to make.
    """
    floors, asked = crowd(address), 0
    for n in range(floors.count):
        own = given(floors, n) if what == TAKE else argument
        if what != TAKE or own != NOBODY:
            put_answer(floors, n, do(world(member(floors, n)), what, own))
            asked += 1 if answer(floors, n) == ASKED else 0
    return asked


@entrance(DIGEST, __file__, has_long_loops=False)
def enter(address: int, what: int, argument: int, is_crowd: int) -> int:
    """The one way in: the address of a world, or of a crowd of them; what for, and with what."""
    if is_crowd:
        return do_together(address, what, argument)
    return do(world(address), what, argument)


def is_kept() -> bool:
    """Whether the machine code lies on disk: it is then loaded, and not made again."""
    return enter.is_kept
