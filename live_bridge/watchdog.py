"""What to believe of a connection: nothing but how old its data are."""

from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Watchdog:
    """Says when a plant must be taken for lost, and how long to wait before it is called again.

    A connection can look healthy and be dead; so only what arrives counts. *patience* is how old the newest sign of
    life may be, in seconds. Times are those of a clock that never goes back.
    """

    patience: float = 3.0
    first_pause: float = 0.1
    longest_pause: float = 2.0
    _heard: float = field(default=0.0, init=False)
    _failed: int = field(default=0, init=False)

    def heard(self, now: float) -> None:
        """A sign of life arrived."""
        self._heard, self._failed = now, 0

    def called(self, now: float) -> None:
        """A new connection begins; it is given its time."""
        self._heard = now

    def age(self, now: float) -> float:
        """Seconds since the last sign of life."""
        return now - self._heard

    def is_lost(self, now: float) -> bool:
        """Whether the plant has been silent for too long."""
        return self.age(now) > self.patience

    def left(self, now: float) -> float:
        """Seconds for which silence would still be borne."""
        return max(0.0, self._heard + self.patience - now)

    def pause(self) -> float:
        """Seconds to wait before the next call; longer after each that failed."""
        self._failed += 1
        return float(min(self.longest_pause, self.first_pause * 2 ** (self._failed - 1)))
