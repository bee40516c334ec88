"""A floor is anything that works, simulated or real; one loop drives them all."""

from typing import Protocol

from plant_models.plant import Plant
from twin.decisions import Choice, Decision, Policy
from twin.state import State


class Floor(Protocol):
    """Something that works until it needs a decision."""

    @property
    def plant(self) -> Plant:
        """What it is."""

    @property
    def state(self) -> State:
        """How it stands now. Read it; only what happens changes it."""

    def advance(self, until: int) -> Decision | None:
        """Work until a machine has a choice, or until *until*, which is included; None when it is reached."""

    def start(self, decision: Decision, choice: Choice) -> None:
        """Do what was chosen."""


def run(floor: Floor, policy: Policy, until: int) -> None:
    """Let *policy* decide on *floor* until *until*."""
    while (decision := floor.advance(until)) is not None:
        floor.start(decision, policy(floor.plant, floor.state, decision))
