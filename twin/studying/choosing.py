"""The best of the designs with a promised probability: `twin.selecting` on the runs of a study."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from plant_models.errors import InvalidPlant
from twin import selecting
from twin.selecting import Selection, Source
from twin.studying.designs import Design, Study
from twin.studying.findings import Answer, Played
from twin.studying.playing import Player, Wanted
from twin.tally import FIGURES, bounds


def answer(study: Study, player: Player) -> Answer:
    """Play as many runs of each design as the procedure calls for, and choose."""
    asked = study.method.select
    assert asked is not None
    designs = study.all_designs()
    by, names = asked.by or study.responses[0], [design.name for design in designs]
    luck = {name: number if asked.procedure == "rinott" else 0 for number, name in enumerate(names, 1)}
    known = dict(zip(names, designs, strict=True))
    if asked.budget is not None and asked.procedure == "ocba":
        player.expect(asked.budget * asked.batch)

    def source(wanted: Mapping[str, range]) -> dict[str, NDArray[np.float64]]:
        runs = {name: range(values.start * asked.batch, values.stop * asked.batch) for name, values in wanted.items()}
        player.play([Wanted(known[name], of, luck[name]) for name, of in runs.items()])
        found = {name: player.values(known[name], by, of, luck[name]) for name, of in runs.items()}
        for name, values in found.items():
            if np.isnan(values).any():
                run = runs[name][int(np.isnan(values).argmax())]
                raise InvalidPlant(
                    f"{by} is not known in run {run} of {name}, and what is not known cannot be ranked; choose by "
                    f"another response, or say how long a run is (until) so that every run has it"
                )
        return {name: values.reshape(-1, asked.batch).mean(axis=1) for name, values in found.items()}

    chosen = _chosen(study, source, names, by)
    played = {c.name: c.mean.runs * asked.batch for c in chosen.candidates}
    return Answer(
        [Played(known[name], range(runs), luck[name]) for name, runs in played.items()],
        {"selection": _table(chosen, known, bounds(by))},
        [f"{by}: {chosen.words()}" + (f" (a value is the mean of {asked.batch} runs)" if asked.batch > 1 else "")],
    )


def _chosen(study: Study, source: Source, names: list[str], by: str) -> Selection:
    asked, better = study.method.select, FIGURES[by]
    assert asked is not None
    assert better is not None
    if asked.procedure == "ocba":
        assert asked.budget is not None
        return selecting.ocba(
            source,
            names,
            better=better,
            budget=asked.budget,
            indifference=asked.indifference or 0.0,
            confidence=asked.confidence,
            first_runs=asked.first_runs,
        )
    procedures = {
        "kn": selecting.kim_nelson,
        "nelson-matejcik": selecting.nelson_matejcik,
        "rinott": selecting.rinott,
    }
    assert asked.indifference is not None
    return procedures[asked.procedure](
        source,
        names,
        better=better,
        indifference=asked.indifference,
        confidence=asked.confidence,
        first_runs=asked.first_runs,
        most_runs=max(asked.first_runs, asked.most_runs),
    )


def _table(chosen: Selection, known: Mapping[str, Design], within: tuple[float, float]) -> pd.DataFrame:
    """The alternatives with their levels, the chosen one first."""
    rows = [
        {
            **known[c.name].labels,
            "mean": c.mean.value,
            "low": max(within[0], c.mean.low),
            "high": min(within[1], c.mean.high),
            "values": c.mean.runs,
            "dropped_after": c.dropped_after,
        }
        for c in chosen.candidates
    ]
    frame = pd.DataFrame(rows)
    return frame.astype({"dropped_after": "Int64"})
