"""What machines and orders share: people, and what they work with."""

from dataclasses import dataclass
from typing import Literal

from plant_models.distributions import Distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """People who can do the same things and keep the same hours, *size* of them.

    They can do what *skills* names, and what bears the crew's own name. *shifts* None means that somebody is always
    there. A setup or a repair takes a whole person, or as many as it says; of machines that only have to be tended
    while they work, one person tends *tends* at once. Work for several people takes all of them whole. Those who do one
    thing together are of one crew, come together, and wait for each other with nothing in hand. At the end of their
    shift people finish what they have in hand, or leave it (*at_shift_end*): then those machines stand still until
    somebody who can go on is free, of whatever crew. A repair that has begun is always brought to its end.
    """

    id: str
    size: int = 1
    skills: tuple[str, ...] = ()
    shifts: str | None = None
    tends: int = 1
    at_shift_end: Literal["finish", "pause"] = "finish"

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError(f"crew {self.id!r}: its size must be at least 1, not {self.size}")
        if self.tends < 1:
            raise ValueError(f"crew {self.id!r}: one person must tend at least 1 machine, not {self.tends}")

    def can(self, skill: str) -> bool:
        """Whether its people have a skill."""
        return skill == self.id or skill in self.skills


def check_people(where: str, crew: str | None, people: int) -> None:
    """Raise ValueError where there cannot be so many people for something."""
    if people < 1:
        raise ValueError(f"{where}: the people must be at least 1, not {people}")
    if people > 1 and crew is None:
        raise ValueError(f"{where}: {people} people of no crew; say which crew, or skill, it takes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """What a machine or an order needs beside people: moulds, cutters, fixtures, pallets, cards; *count* of them.

    A unit that has worked *life* milliseconds, or was used *uses* times, since it was last made fit goes away for its
    *renewal* when it is given back; what was begun with it is finished with it. None: it never wears out.
    """

    id: str
    count: int = 1
    life: int | None = None
    uses: int | None = None
    renewal: Distribution | None = None

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError(f"tool {self.id!r}: there must be at least 1, not {self.count}")
        for what, limit in (("life", self.life), ("uses", self.uses)):
            if limit is not None and limit < 1:
                raise ValueError(f"tool {self.id!r}: its {what} must be more than zero, not {limit}")
        if (self.renewal is None) != (not self.wears):
            wanted = "a renewal (how long it is away then)" if self.wears else "a life or a number of uses"
            raise ValueError(f"tool {self.id!r}: wanted {wanted} as well")

    @property
    def wears(self) -> bool:
        """Whether its units wear out."""
        return self.life is not None or self.uses is not None
