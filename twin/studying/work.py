"""What a worker is given to do in a study: to change the plant and to play some runs of it.

Worker processes import this module and little else, so that they start quickly.
"""

from typing import NamedTuple

from plant_models.scenario import Scenario
from twin import changes
from twin.chance import Chance
from twin.changes import Change
from twin.engines import EngineChoice, choose_engine
from twin.policies.rules import RULES
from twin.state import State
from twin.tally import figures_of
from twin.trials import trials


class Common(NamedTuple):
    """What all designs have in common; *rule* is None where the scenario's decides."""

    scenario: Scenario
    state: State
    changes: tuple[Change, ...]
    rule: str | None
    until: int | None
    warm_up: int
    engine: EngineChoice = "auto"


class Task(NamedTuple):
    """Some runs of one design: the *key* it is kept under, its changes, and (run, seed) of each.

    *in_all* is how many runs there are for a worker in all its tasks: what makes loading the fast engine worth while.
    """

    key: str
    changes: tuple[Change, ...]
    seeds: tuple[tuple[int, int], ...]
    in_all: int


class Block(NamedTuple):
    """What came of a task: the names of the figures, and for each run its number and their values."""

    key: str
    figures: tuple[str, ...]
    rows: tuple[tuple[int, tuple[float | None, ...]], ...]


def world(common: Common, edits: tuple[Change, ...]) -> tuple[Scenario, State, str]:
    """The changed plant, the floor in it, and the rule that decides: a change's, the study's or the scenario's.

    Raises
    ------
    InvalidPlant
        Where the changes do not go together.
    """
    every = (*common.changes, *edits)
    scenario, state = changes.live(common.scenario, common.state, every)
    rules = [edit.rule for edit in every if isinstance(edit, changes.OtherRule)]
    return scenario, state, rules[-1] if rules else common.rule or scenario.rule


def played(common: Common, task: Task) -> Block:
    """The runs of a task, played."""
    scenario, state, rule = world(common, task.changes)
    engine = choose_engine(common.engine, scenario.plant, state, RULES[rule], Chance, task.in_all)
    done = trials(
        scenario.plant,
        state,
        RULES[rule],
        Chance,
        seeds=task.seeds,
        until=common.until,
        warm_up=common.warm_up,
        engine=engine.name,
    )
    return Block(task.key, figures_of(scenario.plant), tuple((trial.run, trial.figures) for trial in done))
