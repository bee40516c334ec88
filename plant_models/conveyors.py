"""Conveyors: buffers in which orders travel."""

from dataclasses import dataclass

from plant_models.shifts import MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Conveyor:
    """A belt of *length* metres at *speed* metres per minute, on which orders are at least *spacing* metres apart.

    Orders get on at one end, one spacing after one another, and are taken at the other, first come first. Where they
    accumulate (rollers, a slipping belt) they close up behind one that waits at the end: the next is at the end one
    spacing after that one has left, or when it gets there by itself if that is later. Where they do not, the belt
    stands while one at its end is not taken, and nobody gets on until those on it have moved on by a spacing.
    """

    length: float
    speed: float
    spacing: float
    accumulating: bool = True

    def __post_init__(self) -> None:
        for what, value in (("length", self.length), ("speed", self.speed), ("spacing", self.spacing)):
            if not 0 < value < float("inf"):
                raise ValueError(f"conveyor: the {what} must be more than zero, not {value}")
        if self.spacing > self.length:
            raise ValueError(
                f"conveyor: a spacing of {self.spacing:g} m leaves no room on {self.length:g} m; wanted a longer "
                "conveyor or a smaller spacing"
            )

    @property
    def room(self) -> int:
        """How many orders there is room for."""
        return int(self.length / self.spacing + 1e-9)

    @property
    def trip(self) -> int:
        """Milliseconds from one end to the other, with nobody in the way."""
        return round(self.length / self.speed * MINUTE)

    @property
    def gap(self) -> int:
        """Milliseconds in which the belt moves by a spacing."""
        return round(self.spacing / self.speed * MINUTE)
