"""Time is an int of milliseconds since the plant's epoch; here, and only here, it meets the calendar."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from plant_models.shifts import DAY, HOUR, MINUTE

_Moment = datetime  # inside Epoch, `datetime` is its method


@dataclass(frozen=True, slots=True)
class Epoch:
    """The instant at which a plant's clock stands at zero."""

    start: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None:
            object.__setattr__(self, "start", self.start.replace(tzinfo=UTC))

    def datetime(self, time: int) -> _Moment:
        """The calendar's word for *time*."""
        return self.start + timedelta(milliseconds=time)

    def milliseconds(self, moment: _Moment) -> int:
        """Milliseconds from the epoch to *moment*; a moment without a time zone is in the epoch's."""
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.start.tzinfo)
        return round((moment - self.start) / timedelta(milliseconds=1))


def now() -> datetime:
    """The time by this computer's clock, in UTC."""
    return datetime.now(UTC)


def duration(time: float) -> str:
    """A length of time as people say it.

    >>> duration(5_400_000), duration(90_000), duration(250)
    ('1 h 30 min', '1 min 30 s', '250 ms')
    """
    sign, left = ("-" if time < 0 else ""), abs(round(time))
    if left < 1000:
        return f"{sign}{left} ms"
    units = (("d", DAY), ("h", HOUR), ("min", MINUTE), ("s", 1000))
    for (name, size), (next_name, next_size) in zip(units, (*units[1:], ("s", 1000)), strict=True):
        if left >= size:
            rest = left % size // next_size if size != next_size else 0
            return f"{sign}{left // size} {name}" + (f" {rest} {next_name}" if rest else "")
    return f"{sign}{left} ms"
