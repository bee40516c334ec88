"""The record of a compiled floor: what happened, one fact after the other."""

from twin.compiled.arrays import World, clock
from twin.native import Row, compiled, rows


class Fact(Row):
    """Something that happened; what *a* to *d* say depends on its kind."""

    time: int
    kind: int
    machine: int
    order: int
    a: int
    b: int
    c: int
    d: int


fact = rows(Fact, "facts", World)


@compiled
def note(w: World, now: int, kind: int, index: int, o: int, a: int, b: int, c: int, d: int) -> None:
    """Put a fact on record, and see whether the run is given up."""
    floor = clock(w, 0)
    if w.fact_room:
        f = fact(w, floor.fact_count)
        f.time, f.kind, f.machine, f.order = now, kind, index, o
        f.a, f.b, f.c, f.d = a, b, c, d
        floor.fact_count += 1
    if now > w.give_up:
        floor.is_over = 1
