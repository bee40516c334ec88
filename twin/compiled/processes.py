"""Operations with energy of their own that are under way on a compiled floor, as `twin.energy.Meter` sees them."""

from twin.compiled.arrays import NOBODY, WORK, World, clock, fixture, machine, order, real, terms
from twin.compiled.joining import mate
from twin.compiled.meter_arrays import meter, metering, process
from twin.compiled.metering import forget_stretches, settle_work, spread, used
from twin.compiled.moves import at_work, expected, stop_of
from twin.compiled.tallying import runs_on
from twin.native import compiled


@compiled
def open_meter(w: World) -> None:
    """A span begins now: see which operations with energy of their own are under way."""
    g = metering(w.metering)
    if not g.has_processes:
        return
    for index in range(w.machine_count):
        if machine(w, index).phase == WORK:
            work_began(w, index)
            o = meter(g, index).process
            while o != NOBODY:
                p = process(g, o)
                p.before = _progress(w, index)
                p.booked = used(p, p.before)
                o = p.next


@compiled
def work_began(w: World, index: int) -> None:
    """A machine begins to work on what it has in hand; the time before that is booked."""
    if w.metering == 0:
        return
    g = metering(w.metering)
    if not g.has_processes:
        return
    settle_work(w, index)
    has, last, first = machine(w, index), NOBODY, NOBODY
    for n in range(has.mates + 1):
        o = has.order if n == 0 else mate(w, fixture(w, index).mates + n - 1)
        here = g.energies + 2 * (terms(w, o).first_stop + order(w, o).step)
        if real(w, here) != 0.0:
            p = process(g, o)
            p.energy = _kwh(w, here, at_work(w, o))
            p.expected = expected(w, index, has.order, stop_of(w, has.order), at_work(w, has.order))
            p.before, p.booked, p.next = 0, 0.0, NOBODY
            if last == NOBODY:
                first = o
            else:
                process(g, last).next = o
            last = o
    if first != NOBODY:
        g.begun += 1
        m = meter(g, index)
        m.process, m.begun = first, g.begun


@compiled
def work_ended(w: World, index: int, o: int, step: int, pieces: int) -> None:
    """A machine has done a step of an order on so many pieces; the time before that is booked."""
    if w.metering == 0:
        return
    g = metering(w.metering)
    m, before = meter(g, index), NOBODY
    here = m.process
    while here != NOBODY and here != o:
        before, here = here, process(g, here).next
    if here == NOBODY:
        return
    p = process(g, o)
    if before == NOBODY:
        m.process = p.next
    else:
        process(g, before).next = p.next
    kwh = _kwh(w, g.energies + 2 * (terms(w, o).first_stop + step), pieces)
    spread(w, g, m, kwh - p.booked)
    if m.process == NOBODY:
        forget_stretches(g, m)


@compiled
def _kwh(w: World, here: int, pieces: int) -> float:
    """What a step takes for so many pieces beyond what the machine draws."""
    return real(w, here) * float(pieces) if real(w, here + 1) != 0.0 else real(w, here)


@compiled
def _progress(w: World, index: int) -> int:
    """Milliseconds of the present work that are done by now."""
    m = machine(w, index)
    return m.done + (clock(w, 0).now - m.mark if runs_on(w, index, m) else 0)
