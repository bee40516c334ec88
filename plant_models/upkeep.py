"""What wears machines out, and what keeps them up: levels of wear, preventive maintenance."""

from dataclasses import dataclass
from typing import Literal

from plant_models.distributions import Distribution
from plant_models.resources import check_people

WEAR = "wear"
"""What a maintenance is said to renew that takes a machine back to its first level of wear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WearLevel:
    """How a machine is while it is worn so far.

    *time_to_next* is how long it stays at this level, on the clock of its wear; the last level has none, for there it
    stays. Work that begins at this level goes at *speed* times the machine's speed, and a further share *scrap* of its
    pieces (on average) does not survive.
    """

    id: str
    time_to_next: Distribution | None = None
    speed: float = 1.0
    scrap: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.speed < float("inf"):
            raise ValueError(f"level of wear {self.id!r}: the speed must be more than zero, not {self.speed}")
        if not 0 <= self.scrap < 1:
            raise ValueError(f"level of wear {self.id!r}: scrap must be at least 0 and below 1, not {self.scrap}")
        if self.time_to_next is not None and self.time_to_next.mean <= 0:
            raise ValueError(f"level of wear {self.id!r}: the time to the next level must be more than zero")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wear:
    """How a machine wears out, level by level from the first (as new) to the last: Markov degradation.

    The time at a level runs while the machine is working (``clock="working"``), or while it is up, open and not being
    maintained. With exponential times the levels are a Markov chain. What the wear does is in its levels, and in the
    failures that happen only from a level on (`Failure.at_wear`): a failure at the last level makes it a breakdown.

    References
    ----------
    Bloch-Mercier (2002), A preventive maintenance policy with sequential checking procedure for a Markov
    deteriorating system, Eur. J. Oper. Res. 142(3).
    """

    levels: tuple[WearLevel, ...]
    clock: Literal["working", "open"] = "working"

    def __post_init__(self) -> None:
        if len(self.levels) < 2:
            raise ValueError(f"wear: wanted at least two levels, from as new to worn, not {len(self.levels)}")
        names = [level.id for level in self.levels]
        if len(set(names)) < len(names):
            raise ValueError(f"wear: each level needs a name of its own, not {', '.join(names)}")
        for level in self.levels[:-1]:
            if level.time_to_next is None:
                raise ValueError(f"wear: level {level.id!r} never ends; wanted time_to_next (the last level has none)")
        if self.levels[-1].time_to_next is not None:
            raise ValueError(
                f"wear: {names[-1]!r} is the last level and cannot have time_to_next; a failure with at_wear: "
                f"{names[-1]} makes it break down"
            )

    def number(self, level: str) -> int:
        """The place of a level, from 0; KeyError where there is none of that name."""
        for number, known in enumerate(self.levels):
            if known.id == level:
                return number
        raise KeyError(f"no level of wear {level!r}; there are {', '.join(known.id for known in self.levels)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance:
    """Work on a machine that is done so that it does not break down (EN 13306: preventive maintenance).

    It is due by the calendar (at the multiples of *every* milliseconds since the epoch; of several that were missed
    one is made up for), by usage (*after_work* milliseconds of working, or *after_orders* finished orders since it
    was last done), or by condition (from the level of wear *at_wear* on).

    When it is due it begins as soon as the machine has no work in hand and *people* with the skill *crew* are free
    (None: nobody in particular does it); until then the machine goes on working, and takes new orders where nobody is
    free to maintain it. A machine that has places does not: once it is due they take no order more, and when all are
    free it begins. Work that a breakdown interrupts does not stand in its way. It goes on in closed hours, as repairs
    do, and a machine cannot break down meanwhile.

    *opportunity* (None: never) is the share of the interval from which on it is done early, where the machine stands
    anyway: with nothing waiting for it, unable to get rid of an order, closed, or down.

    Afterwards the machine is as new: its wear and the clocks of all its failures, or of those in *renews* (the ids of
    failures; ``"wear"``).
    """

    id: str
    duration: Distribution
    every: int | None = None
    after_work: int | None = None
    after_orders: int | None = None
    at_wear: str | None = None
    opportunity: float | None = None
    crew: str | None = None
    people: int = 1
    renews: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        where = f"maintenance {self.id!r}"
        check_people(where, self.crew, self.people)
        ways = [self.every, self.after_work, self.after_orders, self.at_wear]
        if sum(way is not None for way in ways) != 1:
            raise ValueError(f"{where}: wanted one of every, after_work, after_orders and at_wear")
        for what, value in zip(("every", "after_work", "after_orders"), ways, strict=False):
            if isinstance(value, int) and value < 1:
                raise ValueError(f"{where}: {what} must be more than zero, not {value}")
        if self.duration.mean <= 0:
            raise ValueError(f"{where}: the duration must be more than zero")
        if self.opportunity is not None and not 0 < self.opportunity <= 1:
            raise ValueError(f"{where}: the opportunity must be a share of the interval, not {self.opportunity}")
        if self.opportunity is not None and self.at_wear is not None:
            raise ValueError(f"{where}: it is due by condition and has no interval; wanted no opportunity")

    @property
    def interval(self) -> int:
        """Milliseconds or orders from one to the next; 0 where it is due by condition."""
        return self.every or self.after_work or self.after_orders or 0

    @property
    def early(self) -> int:
        """How much of the interval must be over before it may be done early; all of it where it never is."""
        return self.interval if self.opportunity is None else round(self.interval * self.opportunity)
