"""What a study found: its designs with their responses, and the tables of its method."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from plant_models.errors import InvalidPlant
from twin import estimates
from twin.estimates import Estimate
from twin.studying.designs import Design, Study
from twin.studying.playing import Player
from twin.tally import bounds


class Played(NamedTuple):
    """A design, and the runs of it that an answer rests on; *luck* as in `Player`."""

    design: Design
    runs: Sequence[int]
    luck: int = 0


class Answer(NamedTuple):
    """What a method has to say: the designs it played, its tables by name, and its findings in words.

    *confirmed* are more runs of some of the designs, on which a table rests and the designs' own figures do not.
    """

    played: Sequence[Played]
    tables: Mapping[str, pd.DataFrame]
    words: Sequence[str]
    confirmed: Sequence[Played] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a study found.

    Attributes
    ----------
    designs
        One row for each design: *design* (its number), its levels, *cost* where the file says what levels cost, *runs*,
        and for each response its *mean* with the interval from *low* to *high*.
    tables
        What the method found, by name: effects, morris, sobol, front, selection.
    runs, played
        How many runs it rests on, and how many of them were played now; the others had been kept.
    ahead
        How many more runs were had that in the end were not needed: a choice has some at a time.
    digest
        Of all those runs, 64 hexadecimal digits: the same wherever and in which order they were played.
    """

    study: str
    title: str
    method: str
    responses: tuple[str, ...]
    designs: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    words: tuple[str, ...]
    runs: int
    played: int
    ahead: int
    digest: str
    files: tuple[str, ...] = field(default=())


def means(study: Study, player: Player, designs: Sequence[Design], response: str) -> NDArray[np.float64]:
    """The mean of a response over the study's runs of each design.

    Raises
    ------
    InvalidPlant
        Where it is known in no run of a design.
    """
    found = []
    for design in designs:
        values = player.values(design, response, range(study.runs))
        if np.isnan(values).all():
            raise InvalidPlant(f"{response} is known in no run of {design.name}; look at another response")
        found.append(float(np.nanmean(values)))
    return np.array(found)


def designs_frame(study: Study, player: Player, played: Sequence[Played]) -> pd.DataFrame:
    """One row for each design that was played; see `Findings`."""
    rows: list[dict[str, Any]] = []
    for number, one in enumerate(played, 1):
        row: dict[str, Any] = {"design": number, **one.design.labels}
        if study.has_costs:
            row["cost"] = one.design.cost
        row["runs"] = len(one.runs)
        for response in study.responses:
            values = player.values(one.design, response, one.runs, one.luck)
            row |= estimate_row(response, estimates.mean(values, study.confidence, bounds(response)))
        rows.append(row)
    return pd.DataFrame(rows)


def estimate_row(name: str, estimate: Estimate) -> dict[str, float]:
    """A mean with its interval as columns."""
    return {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}


def runs_frame(player: Player, played: Sequence[Played], figures: Sequence[str]) -> pd.DataFrame:
    """One row for each run of each design: *design*, its levels, *run*, and every figure of the plant."""
    frames = []
    for number, one in enumerate(played, 1):
        columns: dict[str, Any] = {"design": number, **one.design.labels, "run": list(one.runs)}
        for figure in figures:
            columns[figure] = player.values(one.design, figure, one.runs, one.luck)
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)
