"""The time axis of a schedule: hours in which nobody works anywhere are cut out of it, and it is counted in ticks.

On an axis without closed hours a shift pattern that all machines share costs the solver nothing. An instant at which
a cut was made stands for both its ends: work that ends there ends before the closed hours, work that begins there
begins after them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from plant_models.shifts import Shifts, Window


@dataclass(frozen=True)
class Axis:
    """Milliseconds since *origin* without the *cuts* (in time since the epoch, in order, apart from each other)."""

    origin: int
    cuts: tuple[Window, ...] = ()

    @cached_property
    def _before(self) -> list[int]:
        """How much is cut out before each cut begins."""
        return [0, *accumulate(end - start for start, end in self.cuts)]

    @cached_property
    def places(self) -> list[int]:
        """Where the cuts are on the axis."""
        return [start - self.origin - cut for (start, _), cut in zip(self.cuts, self._before, strict=False)]

    def at(self, time: int) -> int:
        """Where *time* is on the axis; a time within a cut is where the cut is."""
        number = bisect_right(self.cuts, (time, 1 << 63))
        if number and time < self.cuts[number - 1][1]:
            return self.places[number - 1]
        return time - self.origin - self._before[number]

    def end(self, place: int) -> int:
        """The time of something that ends at *place*."""
        return place + self.origin + self._before[bisect_left(self.places, place)]


def closed_windows(hours: Shifts | None, start: int, end: int) -> list[Window]:
    """The closed hours between *start* and *end*."""
    if hours is None:
        return []
    found, since = [], start
    for begin, stop in hours.open_windows(start, end):
        if begin > since:
            found.append((since, begin))
        since = stop
    if since < end:
        found.append((since, end))
    return found


def common(windows: Sequence[Iterable[Window]]) -> tuple[Window, ...]:
    """The time that lies in a window of every one of several lists."""
    if not windows:
        return ()
    shared = list(windows[0])
    for others in windows[1:]:
        other = list(others)
        shared = [
            (max(a, c), min(b, d)) for a, b in shared for c, d in other if max(a, c) < min(b, d)
        ]  # both lists are short: a few windows a week
    return tuple(shared)
