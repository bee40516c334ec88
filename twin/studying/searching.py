"""The best designs, by a search that learns where they lie (Optuna): one objective, or several with a Pareto front.

References
----------
Bergstra, Bardenet, Bengio & Kegl (2011), Algorithms for hyper-parameter optimization, NeurIPS 24.
"""

from collections.abc import Sequence

import numpy as np
import optuna
import pandas as pd
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

from twin import estimates
from twin.studying.designs import Design, Study
from twin.studying.factors import Factor, Level
from twin.studying.findings import Answer, Played, estimate_row, means
from twin.studying.playing import Player, Wanted
from twin.studying.reading import COST
from twin.tally import FIGURES, bounds


def answer(study: Study, player: Player) -> Answer:
    """Try designs, a few at a time, then play the best of them with futures that they were not chosen by.

    How many are tried at a time is the file's and not the workers', so that the search is the same everywhere.
    """
    asked = study.method.search
    assert asked is not None
    objectives = list(asked.objectives or study.responses)
    confirm = study.runs if asked.confirm is None else asked.confirm
    player.expect(asked.trials * study.runs)
    designs = _tried(study, player, objectives)
    values = np.array([_objectives(study, player, design, objectives) for design in designs])
    front = [designs[number] for number in undominated(values)]
    fresh = range(study.runs, study.runs + confirm) if confirm else range(study.runs)
    player.expect(len(designs) * study.runs + len(front) * confirm)
    player.play([Wanted(design, fresh) for design in front])
    table, front = _front(study, player, front, objectives, fresh)
    name = "best" if len(objectives) == 1 else "front"
    told = "new runs" if confirm else "the runs that they were chosen by"
    return Answer(
        [Played(design, range(study.runs)) for design in designs],
        {name: table},
        [_words(table, front, objectives, len(designs), f"{len(fresh)} {told}")],
        [Played(design, fresh) for design in front],
    )


def undominated(values: np.ndarray) -> list[int]:
    """The rows than which no other is as good everywhere and better somewhere; less is better."""
    kept = []
    for number, row in enumerate(values):
        as_good, better = (values <= row).all(axis=1), (values < row).any(axis=1)
        if not (as_good & better).any():
            kept.append(number)
    return kept


def _tried(study: Study, player: Player, objectives: Sequence[str]) -> list[Design]:
    """Every different design that the search tried, in the order in which it did."""
    asked = study.method.search
    assert asked is not None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    search = optuna.create_study(
        directions=["minimize"] * len(objectives), sampler=optuna.samplers.TPESampler(seed=study.seed & 0xFFFFFFFF)
    )
    space = {factor.name: _distribution(factor) for factor in study.factors}
    tried: dict[str, Design] = {}
    for begun in range(0, asked.trials, asked.at_once):
        trials = [search.ask(space) for _ in range(min(asked.at_once, asked.trials - begun))]
        designs = [
            Design({factor.name: _level(factor, trial.params[factor.name]) for factor in study.factors})
            for trial in trials
        ]
        player.play([Wanted(design, range(study.runs)) for design in designs])
        for trial, design in zip(trials, designs, strict=True):
            tried[player.key(design)] = design
            search.tell(trial, _objectives(study, player, design, objectives))
    return list(tried.values())


def _distribution(factor: Factor) -> BaseDistribution:
    if factor.levels:
        return CategoricalDistribution(list(range(len(factor.levels))))
    if factor.kind == "whole":
        return IntDistribution(int(factor.low), int(factor.high))
    return FloatDistribution(factor.low, factor.high)


def _level(factor: Factor, value: float) -> Level:
    return factor.levels[int(value)] if factor.levels else factor.of(value)


def _objectives(study: Study, player: Player, design: Design, objectives: Sequence[str]) -> list[float]:
    """What the search makes small: means over the study's runs, turned where more is better."""
    found = []
    for name in objectives:
        value = design.cost if name == COST else float(means(study, player, [design], name)[0])
        found.append(-value if FIGURES.get(name) == "higher" else value)
    return found


def _front(
    study: Study, player: Player, front: Sequence[Design], objectives: Sequence[str], runs: range
) -> tuple[pd.DataFrame, list[Design]]:
    """The best designs with their objectives in *runs*, and these designs: both in the order of the objectives there.

    *stays* says which are still not outdone by another in those runs.
    """
    rows, middles = [], []
    for design in front:
        row: dict[str, object] = dict(design.labels)
        middle = []
        for name in objectives:
            if name == COST:
                row[COST] = design.cost
                middle.append(design.cost)
                continue
            estimate = estimates.mean(player.values(design, name, runs), study.confidence, bounds(name))
            row |= estimate_row(name, estimate)
            middle.append(-estimate.value if FIGURES[name] == "higher" else estimate.value)
        rows.append(row)
        middles.append(middle)
    stays = set(undominated(np.array(middles)))
    frame = pd.DataFrame(rows)
    frame["stays"] = [number in stays for number in range(len(rows))]
    order = np.lexsort(np.array(middles).T[::-1])
    return frame.iloc[order].reset_index(drop=True), [front[number] for number in order]


def _words(table: pd.DataFrame, front: Sequence[Design], objectives: Sequence[str], tried: int, told: str) -> str:
    if len(objectives) > 1:
        return f"{len(front)} of {tried} designs are not outdone in all of {', '.join(objectives)}; by {told}"
    name = objectives[0]
    value = f"{table[name].iloc[0]:.4g}"
    interval = "" if name == COST else f" [{table[f'{name}_low'].iloc[0]:.4g}, {table[f'{name}_high'].iloc[0]:.4g}]"
    return f"the best of {tried} designs: {front[0].name}, {name} {value}{interval} in {told}"
