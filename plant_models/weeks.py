"""Weekly patterns of shifts, as they hang on the wall of a plant, from and to working time since the epoch."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from plant_models.clock import Epoch
from plant_models.shifts import DAY, HOUR, MINUTE, WEEK, Shifts, Window

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS_PATTERN = r"^\s*([0-9]{1,2}):([0-9]{2})\s*[-\u2013]\s*([0-9]{1,2}):([0-9]{2})\s*$"
"""Hours of a day, as a regular expression."""
_HOURS = re.compile(HOURS_PATTERN)


def days(text: object) -> tuple[int, ...]:
    """The days of the week that *text* names, from Monday 0.

    >>> days("mon-wed, sat"), days("fri-mon"), days("daily")
    ((0, 1, 2, 5), (4, 5, 6, 0), (0, 1, 2, 3, 4, 5, 6))
    """
    if not isinstance(text, str):
        raise ValueError(f"{text!r} are no days; wanted such as 'mon-fri' or 'sat, sun'")
    found: list[int] = []
    for part in text.lower().split(","):
        if part.strip() == "daily":
            found += range(7)
            continue
        first, dash, last = (
            word.strip()[:3] if word.strip()[:3] in DAYS else word.strip() for word in part.partition("-")
        )
        for name in (first, last) if dash else (first,):
            if name not in DAYS:
                raise ValueError(f"no day {name!r}; wanted days such as 'mon-fri' or 'sat, sun', of {', '.join(DAYS)}")
        start = DAYS.index(first)
        length = (DAYS.index(last) - start) % 7 + 1 if dash else 1
        found += [(start + ahead) % 7 for ahead in range(length)]
    return tuple(dict.fromkeys(found))


def hours(text: object) -> Window:
    """Start and end of a window, in milliseconds from midnight; one that ends before it starts goes past midnight.

    >>> hours("22:00-06:00")
    (79200000, 108000000)
    """
    match = _HOURS.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"{text!r} are no hours; wanted such as '06:00-14:00'")
    h1, m1, h2, m2 = map(int, match.groups())
    if h1 > 23 or h2 > 24 or m1 > 59 or m2 > 59 or (h2 == 24 and m2):
        raise ValueError(f"{text!r}: no such time of day; wanted 00:00 to 24:00")
    start, end = h1 * HOUR + m1 * MINUTE, h2 * HOUR + m2 * MINUTE
    return start, end if end > start else end + DAY


def monday(epoch: Epoch) -> int:
    """The midnight before the Monday of the epoch's week, in milliseconds since the epoch (zero or less)."""
    start = epoch.start
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=start.weekday())
    return epoch.milliseconds(midnight)


def weekly(windows: Iterable[Window], epoch: Epoch) -> tuple[Window, ...]:
    """Windows since Monday's midnight as windows of a week that begins at the epoch, merged."""
    parts: list[Window] = []
    for start, end in windows:
        lo = (start + monday(epoch)) % WEEK
        hi = lo + min(end - start, WEEK)
        parts += [(lo, min(hi, WEEK))] + ([(0, hi - WEEK)] if hi > WEEK else [])
    merged: list[Window] = []
    for lo, hi in sorted(parts):
        if merged and lo <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(hi, merged[-1][1]))
        else:
            merged.append((lo, hi))
    return tuple(merged)


def day_window(day: str, epoch: Epoch, within: str = "00:00-24:00") -> Window:
    """A calendar day, or the hours *within* it, in milliseconds since the epoch."""
    try:
        begin = datetime.combine(date.fromisoformat(day), datetime.min.time())
    except ValueError:
        raise ValueError(f"{day!r} is no day; wanted such as '2026-01-06'") from None
    start, (lo, hi) = epoch.milliseconds(begin), hours(within)
    return start + lo, start + hi


def pattern(shifts: Shifts, epoch: Epoch) -> list[dict[str, str]] | None:
    """The weekly pattern that *shifts* were read from; None if no such pattern gives the same windows."""
    if shifts.period != WEEK:
        return None
    offset = monday(epoch)
    rejoined = _rejoined(shifts.windows)
    by_hours: dict[str, list[int]] = {}
    for start, end in rejoined:
        lo = (start - offset) % WEEK
        while lo < (start - offset) % WEEK + end - start:
            hi = min((start - offset) % WEEK + end - start, lo - lo % DAY + DAY * (1 if end - start > DAY else 2))
            if lo % MINUTE or hi % MINUTE:
                return None
            by_hours.setdefault(f"{_clock(lo % DAY)}-{_clock((hi - 1) % DAY + 1)}", []).append(lo // DAY % 7)
            lo = hi
    rows = [{"days": _named(found), "hours": text} for text, found in by_hours.items()]
    windows = [
        (day * DAY + hours(row["hours"])[0], day * DAY + hours(row["hours"])[1])
        for row in rows
        for day in days(row["days"])
    ]
    return rows if weekly(windows, epoch) == shifts.windows else None


def named(shifts: Shifts, epoch: Epoch) -> dict[str, dict[str, str]] | None:
    """The weekly pattern by the names of its shifts, numbered where they have none; None where there is no pattern."""
    rows = {shift.name: {"days": _named(shift.days), "hours": _hours_of(shift.hours)} for shift in shifts.named}
    parts = ((day * DAY + start, day * DAY + end) for _, on, (start, end) in shifts.named for day in on)
    if rows and shifts.period == WEEK and weekly(parts, epoch) == shifts.windows:
        return rows
    found = pattern(shifts, epoch)
    return None if found is None else {f"shift {number}": row for number, row in enumerate(found, 1)}


def _hours_of(window: Window) -> str:
    start, end = window
    return f"{_clock(start)}-{_clock((end - 1) % DAY + 1)}"


def _rejoined(windows: Sequence[Window]) -> list[Window]:
    """Windows of a week, those that the end of the week cut in two made one again."""
    if len(windows) > 1 and windows[0][0] == 0 and windows[-1][1] == WEEK:
        return [*windows[1:-1], (windows[-1][0], WEEK + windows[0][1])]
    return list(windows)


def _clock(time: int) -> str:
    return f"{time // HOUR:02}:{time % HOUR // MINUTE:02}"


def _named(found: Iterable[int]) -> str:
    """Days of the week in short: runs of them joined by a dash."""
    runs: list[list[int]] = []
    for day in sorted(set(found)):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs)
