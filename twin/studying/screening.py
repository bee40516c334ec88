"""Which factors matter: Morris' elementary effects, and Sobol's shares of the variance, by SALib.

Every factor goes from 0 to 1. A range is what lies there; levels have equal parts of the way, in the file's order.

References
----------
Morris (1991), Factorial sampling plans for preliminary computational experiments, Technometrics 33.
Campolongo, Cariboni & Saltelli (2007), An effective screening design for sensitivity analysis of large models,
Environmental Modelling & Software 22.
Saltelli et al. (2010), Variance based sensitivity analysis of model output, Computer Physics Communications 181.
"""

import math
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from SALib.analyze import morris as morris_analysis
from SALib.analyze import sobol as sobol_analysis
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as sobol_sample

from twin.studying.designs import Study
from twin.studying.findings import Answer, Played, means
from twin.studying.playing import Player, Wanted
from twin.studying.shares import TOLD_WITHIN, samples_enough

_SEED = (1 << 32) - 1
_RESAMPLES = 200


def answer(study: Study, player: Player) -> Answer:
    """Play the sampled designs, all with the same futures, and tell the factors apart."""
    names = [factor.name for factor in study.factors]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    shares = _shares(study, problem)
    designs = [study.at(dict(zip(names, row, strict=True))) for row in shares.tolist()]
    different = {player.key(design): design for design in designs}
    runs = range(study.runs)
    player.expect(len(different) * study.runs)
    player.play([Wanted(design, runs) for design in different.values()])
    frames, words = [], list[str]()
    for response in study.responses:
        found = _analysed(study, problem, shares, means(study, player, designs, response))
        frames.append(pd.DataFrame({"response": response, "factor": names, **found}))
        words.append(_words(study, response, frames[-1]))
    table = pd.concat(frames, ignore_index=True)
    return Answer([Played(design, runs) for design in different.values()], {study.kind: table}, words)


def _shares(study: Study, problem: dict[str, Any]) -> NDArray[np.float64]:
    method, seed = study.method, study.seed & _SEED
    if method.morris is not None:
        drawn = morris_sample.sample(problem, method.morris.trajectories, num_levels=method.morris.grid, seed=seed)
    else:
        assert method.sobol is not None
        drawn = sobol_sample.sample(problem, method.sobol.samples, calc_second_order=False, seed=seed)
    found: NDArray[np.float64] = np.asarray(drawn, dtype=np.float64)
    return found


def _analysed(
    study: Study, problem: dict[str, Any], shares: NDArray[np.float64], values: NDArray[np.float64]
) -> dict[str, list[float]]:
    """The measures of one response for each factor; `_conf` is half the width of a bootstrap interval."""
    method = study.method
    asked: dict[str, Any] = {"num_resamples": _RESAMPLES, "conf_level": study.confidence, "seed": study.seed & _SEED}
    measures: tuple[str, ...] = ("mu", "mu_star", "mu_star_conf", "sigma")
    if method.morris is None:
        measures = ("S1", "S1_conf", "ST", "ST_conf")
        if np.ptp(values) == 0:
            return {measure: [math.nan] * len(problem["names"]) for measure in measures}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        if method.morris is not None:
            found = morris_analysis.analyze(problem, shares, values, num_levels=method.morris.grid, **asked)
        else:
            found = sobol_analysis.analyze(problem, values, calc_second_order=False, **asked)
    return {measure: [float(value) for value in found[measure]] for measure in measures}


def _words(study: Study, response: str, table: pd.DataFrame) -> str:
    """Which factors matter for a response, most first; those that do not are named as such."""
    measure, is_shares = ("mu_star", False) if study.kind == "morris" else ("ST", True)
    if table[measure].isna().all() or not (table[measure] > 0).any():
        return f"{response}: no factor changes it"
    matter = table[table[measure] > table[f"{measure}_conf"]].sort_values(measure, ascending=False)
    shown: Sequence[str] = [f"{row.factor} ({getattr(row, measure):.3g})" for row in matter.itertuples()]
    rest = [name for name in table["factor"] if name not in set(matter["factor"])]
    said = f"{response}: {', '.join(shown) or 'no factor'} by {'ST' if is_shares else 'mu*'}"
    said += f"; not told from nothing: {', '.join(rest)}" if rest else ""
    return said + (_few(study, float(table["ST_conf"].max())) if is_shares else "")


def _few(study: Study, half: float) -> str:
    """That there are too few samples to rely on, and how many would do; nothing where there are enough."""
    assert study.method.sobol is not None
    samples = study.method.sobol.samples
    enough = samples_enough(samples, half)
    if enough == samples:
        return ""
    known = f"; with {samples} samples shares are known to ±{half:.2f} only"
    return f"{known}, about {enough:,} would make it ±{TOLD_WITHIN:g}"
