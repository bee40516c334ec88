"""What the meter of a compiled floor counts: the records of `twin.energy`, where the plant says what it draws.

They are there while a span is counted, and no part of a snapshot.
"""

from twin.native import Row, column, only, rows, writer


class Metering(Row):
    """Where all of it lies, and what holds for the whole plant.

    *rates* and *energies* are where it lies among the real numbers what each machine draws in a millisecond by its
    status, and what each step takes beside that, and whether for each piece. The intervals of the meter are *interval*
    long, one of them begins *offset* after the epoch; *start* is when the span began, *first* the first interval of so
    many for which there is *room*. *free* is the first stretch that is not used, of so many that are *left*. *begun*
    and *spread* number machines in the order in which work with energy of its own began, and was first booked.
    """

    meters: int
    processes: int
    stretches: int
    loads: int
    rates: int
    energies: int
    has_processes: int
    interval: int
    offset: int
    start: int
    first: int
    room: int
    free: int
    left: int
    begun: int
    spread: int


class Meter(Row):
    """One machine: its first operation under way, and the stretches worked on it; what its operations took, in kWh."""

    process: int
    first_stretch: int
    last_stretch: int
    begun: int
    spread: int
    kwh: float


class Process(Row):
    """An operation with energy of its own, on an order: `twin.energy` says what is what; *next* is on the machine."""

    next: int
    expected: int
    before: int
    energy: float
    booked: float


class Stretch(Row):
    """From when to when was worked."""

    start: int
    end: int
    next: int


metering = only(Metering)
meter = rows(Meter, "meters", Metering)
process = rows(Process, "processes", Metering)
stretch = rows(Stretch, "stretches", Metering)
load = column(float, "loads", Metering)
put_load = writer(float, "loads", Metering)
