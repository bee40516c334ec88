"""Where orders are on conveyors, and when a belt stands: `twin.applying.belts`."""

from twin.compiled.arrays import NOBODY, World, clock, place
from twin.compiled.belt_arrays import belt, belt_terms, ride
from twin.native import compiled


@compiled
def moved(w: World, b: int) -> int:
    """Milliseconds that the belt of a conveyor has moved so far; one that accumulates always moves."""
    known, now = belt(w, b), clock(w, 0).now
    if belt_terms(w, b).accumulates:
        return now
    return known.moved + (0 if is_awaited(w, b) else now - known.mark)


@compiled
def is_awaited(w: World, b: int) -> bool:
    """Whether the first order on a conveyor is at its end."""
    head = place(w, belt_terms(w, b).place).head
    return head != NOBODY and ride(w, head).has_arrived != 0


@compiled
def mark_belt(w: World, b: int) -> None:
    """Write down how far a belt has moved by now: from now on it may move when it stood, or stand."""
    known = belt(w, b)
    known.moved = moved(w, b)
    known.mark = clock(w, 0).now


@compiled
def get_on(w: World, b: int, o: int) -> None:
    """Let an order get on a conveyor that it has not been put in the queue of yet."""
    new = ride(w, o)
    new.got_on, new.has_arrived = moved(w, b), 0


@compiled
def get_off(w: World, b: int, o: int) -> None:
    """Let an order leave a conveyor in whose queue it still is; what stood behind it moves on."""
    gone = ride(w, o)
    mark_belt(w, b)
    if gone.has_arrived:
        belt(w, b).left_at = clock(w, 0).now
    gone.has_arrived = 0
