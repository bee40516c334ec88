"""Working hours: from the shifts of a file to windows of time."""

from plant_models import weeks
from plant_models.documents import Place
from plant_models.entries.hours import OvertimeEntry, ShiftsEntry, SpanEntry
from plant_models.making.faults import moment
from plant_models.making.parts import Making
from plant_models.shifts import DAY, WEEK, NamedShift, Shifts, Window


def add_shifts(making: Making, name: str, entry: ShiftsEntry) -> None:
    """The hours that work centers keep, under one name."""
    place: Place = ("shifts", name)
    closed = [window(making, (*place, "closed", at), span) for at, span in enumerate(entry.closed)]
    extra = [window(making, (*place, "overtime", at), span) for at, span in enumerate(entry.overtime)]
    outages = [window(making, (*place, "outages", at), span) for at, span in enumerate(entry.outages)]
    if entry.cycle is not None and entry.week:
        making.faults.add(place, "has both 'week' and 'cycle'; wanted one of them")
        return
    windows = weeks.weekly(
        (
            (day * DAY + start, day * DAY + end)
            for shift in entry.week.values()
            for day in shift.days
            for start, end in (shift.hours,)
        ),
        making.epoch,
    )
    period = WEEK
    if entry.cycle is not None:
        period = entry.cycle.period
        windows = tuple(
            window(making, (*place, "cycle", "open", at), span) or (0, 1) for at, span in enumerate(entry.cycle.open)
        )
    made = making.faults.made(
        place,
        lambda: Shifts(
            id=name,
            windows=windows,
            period=period,
            closed=tuple(filter(None, closed)),
            extra=tuple(filter(None, extra)),
            outages=tuple(filter(None, outages)),
            named=tuple(NamedShift(shift, row.days, row.hours) for shift, row in entry.week.items()),
        ),
    )
    if made is not None:
        making.shifts[name] = made


def window(making: Making, place: Place, span: str | SpanEntry | OvertimeEntry) -> Window | None:
    """A span of time, or a day; None, and a fault, where it is neither."""

    def make() -> Window:
        if isinstance(span, str):
            return weeks.day_window(span, making.epoch)
        if isinstance(span, OvertimeEntry):
            return weeks.day_window(span.day, making.epoch, span.hours)
        start, end = moment(span.start, making.epoch), moment(span.end, making.epoch)
        if start >= end:
            raise ValueError(f"the end, {span.end!r}, is not after the start, {span.start!r}")
        return start, end

    return making.faults.made(place, make)
