"""Hours laid out: the instants at which machines and crews come and go."""

from collections.abc import Callable

from plant_models.shifts import FOREVER, Shifts
from twin.compiled.arrays import NOBODY
from twin.compiled.calendars import Turn
from twin.compiled.layout_people import Whole


class Hours:
    """Hours that are laid out once, whoever keeps them."""

    def __init__(self, add: Callable[..., int], whole: Whole) -> None:
        self._add, self._whole = add, whole
        self._turns: dict[int, int] = {}

    def turn(self, hours: Shifts | None) -> int:
        """Where hours are laid out; -1 for those that never change."""
        if hours is None:
            return NOBODY
        if id(hours) not in self._turns:
            self._turns[id(hours)] = self._lay(hours)
        return self._turns[id(hours)]

    def _lay(self, hours: Shifts) -> int:
        """The instants at which hours change: one by one while anything is special, then those of one period."""
        last = max((end for _, end in (*hours.closed, *hours.extra, *hours.outages)), default=0)
        rest = (min(last, FOREVER >> 2) // hours.period + 2) * hours.period
        early = _changes(hours, -1, rest - 1)
        later = [change - rest for change in _changes(hours, rest - 1, rest + hours.period - 1)]
        return self._add(
            "turns",
            Turn,
            is_open=int(hours.is_open(-1)),
            first=self._whole(early),
            count=len(early),
            rest=rest,
            is_open_later=int(hours.is_open(rest - 1)),
            period=hours.period,
            later=self._whole(later),
            later_count=len(later),
        )


def _changes(hours: Shifts, after: int, until: int) -> list[int]:
    """The instants after *after* and not after *until* at which hours change."""
    found, time = [], after
    while (time := hours.next_change(time)) <= until:
        found.append(time)
    return found
