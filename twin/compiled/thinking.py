"""Policies that decide in machine code of their own, within the loop of the compiled floor."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from plant_models.plant import Plant
from twin.compiled.layout import Layout
from twin.decisions import Choice, Decision, Policy
from twin.native import Entrance
from twin.standing import State


class Lies(Protocol):
    """Numbers that lie where machine code finds them, for as long as this lives."""

    @property
    def address(self) -> int:
        """Where their record lies."""


@runtime_checkable
class Thinking(Protocol):
    """A policy with machine code of its own, which takes the place of the floor's way in.

    The code does what `twin.compiled.kernel.enter` does, and decides itself where that comes back with a machine that
    has a choice. What it wants to know it finds at the address that the world has as `mind`.
    """

    @property
    def otherwise(self) -> Policy:
        """The compiled rule that decides where the policy does not."""

    @property
    def code(self) -> Entrance:
        """The way in."""

    def refusals(self) -> Sequence[str]:
        """Why it cannot decide in machine code, a sentence for each reason; it is then asked in Python."""

    def mind(self, layout: Layout) -> Lies:
        """What it knows on a floor that is laid out so."""

    def __call__(self, plant: Plant, state: State, decision: Decision) -> Choice:
        """The same choice, asked in Python."""
