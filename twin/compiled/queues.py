"""Orders that wait: each place has two lists of them, linked through the orders themselves."""

from twin.compiled.arrays import NOBODY, World, order, place
from twin.native import compiled


@compiled
def queue_behind(w: World, at: int, o: int) -> None:
    """Let an order be the last in a buffer."""
    p, new = place(w, at), order(w, o)
    new.next, new.prev = NOBODY, p.tail
    if p.tail == NOBODY:
        p.head = o
    else:
        order(w, p.tail).next = o
    p.tail = o
    p.count += 1


@compiled
def take_out(w: World, at: int, o: int) -> None:
    """Let an order be in a buffer no longer."""
    p, gone = place(w, at), order(w, o)
    if gone.prev == NOBODY:
        p.head = gone.next
    else:
        order(w, gone.prev).next = gone.next
    if gone.next == NOBODY:
        p.tail = gone.prev
    else:
        order(w, gone.next).prev = gone.prev
    gone.next = gone.prev = NOBODY
    p.count -= 1


@compiled
def line_up(w: World, at: int, o: int) -> None:
    """Let an order be the last of those that want to enter a buffer."""
    p, new = place(w, at), order(w, o)
    new.next, new.prev = NOBODY, p.last_wanting
    if p.last_wanting == NOBODY:
        p.first_wanting = o
    else:
        order(w, p.last_wanting).next = o
    p.last_wanting = o
    p.wanting += 1


@compiled
def step_out(w: World, at: int, o: int) -> None:
    """Let an order want to enter a buffer no longer."""
    p, gone = place(w, at), order(w, o)
    if gone.prev == NOBODY:
        p.first_wanting = gone.next
    else:
        order(w, gone.prev).next = gone.next
    if gone.next == NOBODY:
        p.last_wanting = gone.prev
    else:
        order(w, gone.next).prev = gone.prev
    gone.next = gone.prev = NOBODY
    p.wanting -= 1
