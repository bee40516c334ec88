"""Every combination of levels, or the designs of a list: what each gives, what each level does, what is best."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from twin import estimates
from twin.studying.designs import Design, Study
from twin.studying.findings import Answer, Played
from twin.studying.playing import Player, Wanted
from twin.tally import FIGURES, bounds_of_change


def answer(study: Study, player: Player) -> Answer:
    """Play all designs with the same futures; effects of levels where every combination is there."""
    designs, runs = study.all_designs(), range(study.runs)
    player.expect(len(designs) * study.runs)
    player.play([Wanted(design, runs) for design in designs])
    tables, words = {}, list[str]()
    for response in study.responses:
        values = np.array([player.values(design, response, runs) for design in designs])
        words += _best(study, designs, response, values)
        if study.kind == "factorial":
            tables[response] = _effects(study, designs, response, values)
    effects = {"effects": pd.concat(tables.values(), ignore_index=True)} if tables else {}
    return Answer([Played(design, runs) for design in designs], effects, words)


def _effects(study: Study, designs: Sequence[Design], response: str, values: NDArray[np.float64]) -> pd.DataFrame:
    """What each level gives on average over all others, and how that differs from the factor's first level.

    Both are averaged within each run, so that the interval is that of runs that met the same luck.
    """
    rows = []
    for factor in study.factors:
        labels = [str(design.levels[factor.name].label) for design in designs]
        base: NDArray[np.float64] | None = None
        for label in dict.fromkeys(labels):
            of_level = values[[number for number, other in enumerate(labels) if other == label]].mean(axis=0)
            base = of_level if base is None else base
            mean = estimates.mean(of_level)
            change = estimates.mean(of_level - base, study.confidence, bounds_of_change(response))
            first = of_level is base
            rows.append(
                (
                    response,
                    factor.name,
                    label,
                    mean.value,
                    *((0.0, 0.0, 0.0) if first else (change.value, change.low, change.high)),
                    "" if first else _verdict(change, FIGURES[response]),
                )
            )
    columns = ["response", "factor", "level", "mean", "change", "change_low", "change_high", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def _verdict(change: estimates.Estimate, better: str | None) -> str:
    if not change.runs or change.low <= 0 <= change.high:
        return "no difference shown"
    if better is None:
        return "different"
    return "better" if (change.high < 0) == (better == "lower") else "worse"


def _best(study: Study, designs: Sequence[Design], response: str, values: NDArray[np.float64]) -> list[str]:
    """The design with the best mean, and how many others are not shown to be worse (Bonferroni over all of them)."""
    better, middles = FIGURES[response], [estimates.mean(of).value for of in values]
    if better is None or len(designs) < 2 or np.isnan(middles).all():
        return []
    best = int(np.nanargmax(middles) if better == "higher" else np.nanargmin(middles))
    at_once = 1 - (1 - study.confidence) / (len(designs) - 1)
    changes = [estimates.mean(of - values[best], at_once) for number, of in enumerate(values) if number != best]
    open_ = sum(not change.runs or change.low <= 0 <= change.high for change in changes)
    rest = f"{open_} of {len(changes)} others are not shown to be worse" if open_ else "all others are worse"
    way = "highest" if better == "higher" else "lowest"
    return [f"{response} is {way} with {designs[best].name}: {middles[best]:.4g}; {rest}"]
