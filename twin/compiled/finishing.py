"""How machines are done with orders, well or badly: the end of work in `twin.simulated`, and what breakdowns spoil."""

from twin.compiled.accounts import upkeep
from twin.compiled.applying import broke_down, finished, scrapped
from twin.compiled.arrays import (
    BLOCKED,
    NOBODY,
    PUT_ASIDE,
    WORK,
    World,
    clock,
    fixture,
    machine,
    order,
)
from twin.compiled.fault_arrays import SPOILS, fault
from twin.compiled.flow import offer
from twin.compiled.joining import mate
from twin.compiled.judging import arm_free, given_up, outcome
from twin.compiled.moves import at_work
from twin.compiled.slots import ask
from twin.compiled.stocks import put_away
from twin.compiled.stoppages import WEARS, arm_stoppage, stopped_or_going
from twin.compiled.upkeep import worn
from twin.native import compiled


@compiled
def finish(w: World, index: int, o: int, now: int) -> None:
    """Let a machine be done with its order, and the order go on or leave."""
    good, scrap, to, rework = outcome(w, index, o, now)
    _end(w, index, o, good, scrap, to, rework, now)


@compiled
def finish_mates(w: World, index: int, now: int) -> None:
    """Let a machine be done with the orders that it has beside its first; those that leave are its own no longer."""
    m, n = machine(w, index), 0
    while n < m.mates and not clock(w, 0).is_over:
        before = m.mates
        finish(w, index, mate(w, fixture(w, index).mates + n), now)
        if m.mates == before:
            n += 1


@compiled
def _end(w: World, index: int, o: int, good: int, scrap: int, to: int, rework: int, now: int) -> None:
    """Let a machine be done with its order, with an outcome that is known."""
    c = clock(w, 0)
    c.worked_at = now
    finished(w, index, o, good, scrap, to, rework, now)
    c.has_left = w.is_limited
    if order(w, o).keeps:
        put_away(w, o)
        return
    if order(w, o).stage == BLOCKED:
        offer(w, o)
        return
    if machine(w, index).order == NOBODY:
        ask(w, index)
    if order(w, o).stage == PUT_ASIDE:
        arm_free(w, o)


@compiled
def breakdown_due(w: World, index: int, now: int) -> None:
    """A machine fails; what it works on may be lost."""
    m, f = machine(w, index), fixture(w, index)
    way, clock(w, 0).is_calling = m.next_way, w.has_calls
    if way == WEARS:
        worn(w, index, upkeep(w, index).level + 1, now)
        arm_stoppage(w, index)
        return
    broke_down(w, index, way, now)
    if m.phase == WORK and fault(w, f.first_way + way).work == SPOILS:
        _spoil_all(w, index, now)
    stopped_or_going(w, index)
    arm_stoppage(w, index)


@compiled
def _spoil_all(w: World, index: int, now: int) -> None:
    """Let the pieces be lost of all orders that a machine works on, the first and its mates."""
    m, kept = machine(w, index), 0
    for _ in range(1 + m.mates):
        if clock(w, 0).is_over:
            return
        before = m.mates
        o = mate(w, fixture(w, index).mates + kept - 1) if kept else m.order
        _spoil(w, index, o, now)
        if m.order != NOBODY and m.mates == before:
            kept += 1


@compiled
def _spoil(w: World, index: int, o: int, now: int) -> None:
    """Let the pieces be lost that a machine works on; of an order of which others are left, those go on."""
    c = clock(w, 0)
    if at_work(w, o) == order(w, o).quantity:
        scrapped(w, index, o, now)
    else:
        good, scrap, to, rework = given_up(w, o)
        _end(w, index, o, good, scrap, to, rework, now)
    c.is_idling = 0
    c.has_left, c.tools_calling = w.is_limited, w.tool_count
