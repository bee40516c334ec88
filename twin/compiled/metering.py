"""Reading what machines draw while a compiled floor works: `twin.energy.Meter`, addition by addition."""

from twin.compiled.accounts import WORDS, WORKING
from twin.compiled.arrays import NOBODY, World, clock, real
from twin.compiled.meter_arrays import (
    Meter,
    Metering,
    Process,
    load,
    meter,
    metering,
    process,
    put_load,
    stretch,
)
from twin.native import compiled


@compiled
def close_meter(w: World) -> None:
    """The span ends, and the time of all machines is booked: book what operations that have not ended used so far."""
    g, last, is_any = metering(w.metering), 0, True
    while is_any:
        following, is_any = NOBODY, False
        for index in range(w.machine_count):
            m = meter(g, index)
            if m.process != NOBODY and m.begun > last and (not is_any or m.begun < meter(g, following).begun):
                following, is_any = index, True
        if is_any:
            last = meter(g, following).begun
            settle_work(w, following)


@compiled
def read_meter(w: World, index: int, word: int, start: int, end: int) -> None:
    """From *start* to *end* a machine had a status."""
    g = metering(w.metering)
    rate, m = real(w, g.rates + index * WORDS + word), meter(g, index)
    if rate != 0.0:
        _draw(g, rate, start, end)
    if word == WORKING and m.process != NOBODY:
        here = g.free
        g.free, g.left = stretch(g, here).next, g.left - 1
        s = stretch(g, here)
        s.start, s.end, s.next = start, end, NOBODY
        if m.first_stretch == NOBODY:
            m.first_stretch = here
        else:
            stretch(g, m.last_stretch).next = here
        m.last_stretch = here


@compiled
def settle_work(w: World, index: int) -> None:
    """Book what operations of a machine that have not ended used so far, and look at them no more."""
    g = metering(w.metering)
    m, worked = meter(g, index), 0
    if m.process == NOBODY:
        return
    at = m.first_stretch
    while at != NOBODY:
        worked += stretch(g, at).end - stretch(g, at).start
        at = stretch(g, at).next
    o = m.process
    while o != NOBODY:
        p = process(g, o)
        spread(w, g, m, used(p, p.before + worked) - p.booked)
        o = p.next
    m.process = NOBODY
    forget_stretches(g, m)


@compiled
def lacks_meter_room(w: World) -> bool:
    """Whether there may be no room for all that can be booked by what follows at once."""
    g, c = metering(w.metering), clock(w, 0)
    if g.has_processes and g.left < 3 * w.machine_count + 8:
        return True
    return (max(c.now, c.instant) - g.offset) // g.interval - g.first >= g.room


@compiled
def used(p: Process, done: int) -> float:
    """The kWh used when *done* milliseconds are worked, as far as one can tell before the end."""
    return p.energy * min(1.0, float(done) / float(p.expected)) if p.expected else 0.0


@compiled
def spread(w: World, g: Metering, m: Meter, kwh: float) -> None:
    """Book the energy of an operation evenly over the time that it was worked on in the span."""
    if m.spread == 0:
        g.spread += 1
        m.spread = g.spread
    m.kwh += kwh
    worked, at = 0, m.first_stretch
    while at != NOBODY:
        worked += stretch(g, at).end - stretch(g, at).start
        at = stretch(g, at).next
    if worked:
        at = m.first_stretch
        while at != NOBODY:
            _draw(g, kwh / float(worked), stretch(g, at).start, stretch(g, at).end)
            at = stretch(g, at).next
    elif kwh != 0.0:
        _add(g, (max(g.start, clock(w, 0).now - 1) - g.offset) // g.interval, kwh)


@compiled
def _draw(g: Metering, rate: float, start: int, end: int) -> None:
    """Book *rate* kWh for each millisecond, by the intervals of the meter."""
    number = (start - g.offset) // g.interval
    stop = (number + 1) * g.interval + g.offset
    while end > stop:
        _add(g, number, rate * float(stop - start))
        start, number, stop = stop, number + 1, stop + g.interval
    _add(g, number, rate * float(end - start))


@compiled
def _add(g: Metering, number: int, kwh: float) -> None:
    """Book what was drawn in an interval of the meter."""
    put_load(g, number - g.first, load(g, number - g.first) + kwh)


@compiled
def forget_stretches(g: Metering, m: Meter) -> None:
    """Let the stretches of a machine be used for others."""
    at = m.first_stretch
    while at != NOBODY:
        following = stretch(g, at).next
        stretch(g, at).next = g.free
        g.free, g.left = at, g.left + 1
        at = following
    m.first_stretch = m.last_stretch = NOBODY
