"""What a worker is given to do: to play some runs of a setting that it was told once.

Worker processes import this module and little else, so that they start quickly.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from plant_models.plant import Plant
from twin.chance import Luck
from twin.decisions import Policy
from twin.engines import EngineName
from twin.span import Trial
from twin.state import State
from twin.trials import trials


class Setting(NamedTuple):
    """All that runs have in common: the world they begin in, who decides, luck, the span, and who plays."""

    plant: Plant
    state: State
    policy: Policy
    chance: Callable[[int], Luck]
    until: int | None
    warm_up: int
    engine: EngineName = "simpy"


def played(setting: Setting, seeds: Sequence[tuple[int, int]]) -> list[Trial]:
    """Play once for each (run, seed)."""
    plant, state, policy, chance, until, warm_up, engine = setting
    return trials(plant, state, policy, chance, seeds=seeds, until=until, warm_up=warm_up, engine=engine)
