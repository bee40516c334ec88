"""When orders get to the end of conveyors, and when the next may get on: `twin.engine.conveyors`."""

from twin.compiled.applying import arrived
from twin.compiled.arrays import NEVER, NOBODY, World, clock, due, place, station
from twin.compiled.belt_arrays import belt, belt_terms, ride
from twin.compiled.belts import is_awaited, moved
from twin.compiled.moves import stop_of
from twin.compiled.slots import arm, ask, open_door
from twin.native import compiled


@compiled
def arm_belt(w: World, b: int) -> None:
    """Work out when the first order on a conveyor gets to its end, and when the next may get on."""
    terms = belt_terms(w, b)
    arm(w, terms.end_slot, _end_of(w, b))
    arm(w, terms.gap_slot, _gap_of(w, b))


@compiled
def is_clear(w: World, b: int) -> bool:
    """Whether the last order on a conveyor is a spacing away from where the next gets on."""
    last = place(w, belt_terms(w, b).place).tail
    return last == NOBODY or moved(w, b) - ride(w, last).got_on >= belt_terms(w, b).gap


@compiled
def is_any_moving(w: World) -> bool:
    """Whether anything moves on a conveyor that somebody may wait for."""
    for b in range(w.belt_count):
        terms = belt_terms(w, b)
        if due(w, terms.end_slot) != NEVER or due(w, terms.gap_slot) != NEVER:
            return True
    return False


@compiled
def _end_of(w: World, b: int) -> int:
    terms, now = belt_terms(w, b), clock(w, 0).now
    head = place(w, terms.place).head
    if head == NOBODY or ride(w, head).has_arrived:
        return NEVER
    end, left_at = now + terms.trip - (moved(w, b) - ride(w, head).got_on), belt(w, b).left_at
    if terms.accumulates and left_at != NOBODY:
        end = max(end, left_at + terms.gap)
    return max(now, end)


@compiled
def _gap_of(w: World, b: int) -> int:
    terms = belt_terms(w, b)
    p = place(w, terms.place)
    if p.head == NOBODY or p.wanting == 0 or is_clear(w, b):
        return NEVER
    if terms.accumulates == 0 and is_awaited(w, b):
        return NEVER
    return clock(w, 0).now + terms.gap - (moved(w, b) - ride(w, p.tail).got_on)


@compiled
def end_due(w: World, b: int, now: int) -> None:
    """The first order on a conveyor gets to its end; the belt stops where there may just be a gap."""
    clock(w, 0).is_idling = 0
    at = belt_terms(w, b).place
    o = place(w, at).head
    arrived(w, o, b, now)
    takers = stop_of(w, o)
    for n in range(takers.first_station, takers.first_station + takers.stations):
        ask(w, station(w, n).machine)
    open_door(w, at)
    arm_belt(w, b)
