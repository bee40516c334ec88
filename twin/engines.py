"""Two engines, one behaviour: which of them plays a rehearsal, and why.

The simulated floor plays everything; the compiled one is many times as fast and plays most of it. What comes out is the
same to the last bit, so the choice is one of time alone.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final, Literal, NamedTuple

from plant_models.errors import InvalidPlant, known_names
from plant_models.plant import Plant
from twin import compiled
from twin.chance import Luck
from twin.compiled import refusals, refuses_luck
from twin.compiled.thinking import Thinking
from twin.decisions import Policy
from twin.standing import State

EngineName = Literal["simpy", "compiled"]
"""The simulated floor, driven by SimPy, and the compiled one."""

EngineChoice = Literal["auto", "simpy", "compiled"]
"""What may be asked for: *auto* is the compiled one where it can play and where that is worth loading it."""

ENGINES: Final[tuple[EngineChoice, ...]] = ("auto", "simpy", "compiled")

_WORTH = 3_000
"""Steps of orders that take about as long on the simulated floor as it takes to load the compiled one."""

_FIRST = 30_000
"""Steps that take about as long as it takes to compile it, which each machine does once."""


class Chosen(NamedTuple):
    """The engine that plays, and what speaks against the compiled one, a sentence each; nothing where it plays."""

    name: EngineName
    reasons: tuple[str, ...] = ()

    def words(self) -> str:
        """Which engine plays and why, in a sentence."""
        if self.name == "compiled":
            return "Played on the compiled engine."
        shown = in_short(self.reasons, 2)
        return f"Played on the SimPy engine{': ' if shown else ''}{shown}."


def in_short(reasons: Sequence[str], most: int) -> str:
    """The reasons by what they say, names left aside: the first of each kind and how many there are, *most* kinds.

    >>> in_short(["machine 'a' wears out", "machine 'b' wears out", "machine 'b' is maintained"], 2)
    "machine 'a' wears out (2 such); machine 'b' is maintained"
    """
    kinds: dict[str, list[str]] = {}
    for reason in reasons:
        kinds.setdefault(_NAME.sub("", reason), []).append(reason)
    told = [of[0] + (f" ({len(of)} such)" if len(of) > 1 else "") for of in kinds.values()]
    left = len(told) - most
    return "; ".join(told[:most]) + (f"; and {left} more kind{'s' * (left > 1)}" if left > 0 else "")


_NAME = re.compile(r"""'[^']*'|"[^"]*\"""")
_KINDS = 6


def choose_engine(
    asked: EngineChoice, plant: Plant, state: State, policy: Policy, chance: Callable[[int], Luck], runs: int
) -> Chosen:
    """The engine that plays *runs* runs of that.

    Raises
    ------
    InvalidPlant
        Where there is no such engine, or the compiled one is asked for and cannot play that.
    """
    if asked not in ENGINES:
        raise InvalidPlant(known_names("engine", asked, dict.fromkeys(ENGINES)))
    if asked == "simpy":
        return Chosen("simpy")
    reasons = (*refusals(plant, state, policy), *refuses_luck(chance))
    if reasons and asked == "compiled":
        told = in_short(reasons, _KINDS)
        raise InvalidPlant(f"the compiled engine cannot play this: {told}; wanted engine simpy or auto")
    steps = steps_left(state) * runs
    if reasons or asked == "compiled":
        return Chosen("simpy", reasons) if reasons else Chosen("compiled")
    if steps < _WORTH:
        return Chosen("simpy", (f"{steps:,} steps are done before the compiled one is loaded",))
    if steps < _FIRST and not (policy.code.is_kept if isinstance(policy, Thinking) else compiled.is_kept()):
        return Chosen("simpy", (f"{steps:,} steps are done before the compiled one is made, which is done once",))
    return Chosen("compiled")


def steps_left(state: State) -> int:
    """How many steps all orders have before them."""
    return sum(order.steps - order.step for _, order in state.book() if not order.has_left)
