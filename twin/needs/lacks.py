"""What is lacking, and the shape of the functions that tell."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from twin.standing import State

What = Literal["batch", "carrier", "closing time", "conveyor", "crew", "material", "stay", "tool"]
"""What an order can wait for while a machine is free for it."""


class Lack(NamedTuple):
    """Why a machine that is free does not take an order: *what* it lacks, which one, and until when if that is known.

    With *until* None nothing but an event on the floor can change it; *comes* says that such an event is sure to come,
    though nobody knows when: the end of a repair, a tool that is made fit.
    """

    what: What
    name: str
    until: int | None = None
    comes: bool = False

    @property
    def is_passing(self) -> bool:
        """Whether it will be there by itself."""
        return self.comes or self.until is not None


Check = Callable[[State, str], Lack | None]
"""(state, order) -> what one machine lacks to take the order now; None where it lacks nothing."""
