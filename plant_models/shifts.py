"""Working time: when a work center is open, and when work that starts now will end."""

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY
FOREVER = 1 << 62
"""Later than anything: what an open end is called."""

Window = tuple[int, int]
"""Start and end, milliseconds since the epoch; the start belongs to it, the end does not."""


class NamedShift(NamedTuple):
    """A shift as it hangs on the wall: on which *days* (Monday is 0), and its hours in milliseconds from midnight."""

    name: str
    days: tuple[int, ...]
    hours: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Shifts:
    """The hours a work center is staffed: a pattern that repeats, with closures and overtime.

    *windows* are the open hours of one *period*, in milliseconds from the period's start; period 0 starts at
    the plant's epoch. *closed*, *extra* and *outages* are single windows in time since the epoch: overtime
    (*extra*) wins over a holiday (*closed*), an outage over both. *named* is how people call the shifts of the
    week that the windows are made of; it changes nothing.
    """

    id: str
    windows: tuple[Window, ...]
    period: int = WEEK
    closed: tuple[Window, ...] = ()
    extra: tuple[Window, ...] = ()
    outages: tuple[Window, ...] = ()
    named: tuple[NamedShift, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if self.period <= 0:
            raise ValueError(f"shifts {self.id!r}: the period must be more than zero, not {self.period}")
        end = 0
        for start, stop in self.windows:
            if not end <= start < stop <= self.period:
                raise ValueError(
                    f"shifts {self.id!r}: window {start}-{stop} must lie within 0-{self.period}, "
                    "in order, without overlap"
                )
            end = stop
        if not self.windows and not self.extra:
            raise ValueError(f"shifts {self.id!r}: no working time at all; give at least one window")
        for start, stop in (*self.closed, *self.extra, *self.outages):
            if not start < stop:
                raise ValueError(f"shifts {self.id!r}: window {start}-{stop} ends before it starts")

    def open_windows(self, start: int, end: int) -> list[Window]:
        """The open hours between *start* and *end*, merged, in order, clipped to the two."""
        found: list[Window] = []
        first = start // self.period
        for turn in range(first, -(-end // self.period)):
            for window in _turn(self, turn):
                lo, hi = max(window[0], start), min(window[1], end)
                if lo >= hi:
                    continue
                if found and found[-1][1] == lo:
                    found[-1] = (found[-1][0], hi)
                else:
                    found.append((lo, hi))
        return found

    def is_open(self, time: int) -> bool:
        """Whether anyone works at *time*."""
        windows = _turn(self, time // self.period)
        at = bisect_right(windows, (time, FOREVER)) - 1
        return at >= 0 and windows[at][0] <= time < windows[at][1]

    def next_change(self, time: int) -> int:
        """The next instant after *time* at which open becomes closed or closed open; FOREVER if never."""
        now, turn = self.is_open(time), time // self.period
        for ahead in range(self._horizon(time)):
            for start, end in _turn(self, turn + ahead):
                if not now and start > time:
                    return start
                if now and end > time and not self.is_open(end):
                    return end
        return FOREVER

    def working_time(self, start: int, end: int) -> int:
        """Open milliseconds between *start* and *end*."""
        return sum(stop - begin for begin, stop in self.open_windows(start, end))

    def finish(self, start: int, work: int) -> int:
        """When *work* milliseconds begun at *start* are done, if they pause while closed."""
        time, left = start, work
        if left == 0:
            return start
        while time < FOREVER:
            if not self.is_open(time):
                time = self.next_change(time)
                continue
            end = self.next_change(time)
            if time + left <= end:
                return time + left
            left -= end - time
            time = end
        return FOREVER

    def _horizon(self, time: int) -> int:
        """How many periods to look ahead before the answer can only be 'never'."""
        last = max((end for _, end in (*self.closed, *self.extra, *self.outages)), default=0)
        return max(0, last // self.period - time // self.period) + 3


@lru_cache(maxsize=4096)
def _turn(shifts: Shifts, turn: int) -> tuple[Window, ...]:
    """The open windows of one period, in absolute time, with closures and overtime applied."""
    base, end = turn * shifts.period, (turn + 1) * shifts.period
    windows = [(base + a, base + b) for a, b in shifts.windows]
    windows = _without(windows, shifts.closed)
    windows += [(max(lo, base), min(hi, end)) for lo, hi in shifts.extra if lo < end and hi > base]
    windows = _without(windows, shifts.outages)
    merged: list[Window] = []
    for a, b in sorted(windows):
        if merged and a <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        else:
            merged.append((a, b))
    return tuple(merged)


def _without(windows: list[Window], holes: tuple[Window, ...]) -> list[Window]:
    for lo, hi in holes:
        parts = [part for a, b in windows for part in ((a, min(b, lo)), (max(a, hi), b))]
        windows = [part for part in parts if part[0] < part[1]]
    return windows
