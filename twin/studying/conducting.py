"""Conducting a study: play what is not there yet, answer what is asked, and leave the results in files."""

from pathlib import Path

import pandas as pd
import pyarrow as pa

from plant_models.errors import known_names
from plant_models.scenario import Scenario
from twin.arriving import check_end
from twin.backends import Backend
from twin.engines import EngineChoice
from twin.state import State
from twin.studying import method_of
from twin.studying.designs import Design, Study
from twin.studying.findings import Answer, Findings, designs_frame, runs_frame
from twin.studying.keeping import Kept, whole
from twin.studying.playing import Player, Tell, player
from twin.studying.work import Common, world
from twin.tally import figures_of


def conduct(
    study: Study,
    scenario: Scenario,
    state: State,
    *,
    folder: Path | None = None,
    workers: int | None = None,
    backend: str | Backend = "loky",
    engine: EngineChoice = "auto",
    tell: Tell | None = None,
) -> Findings:
    """Play *study* from *state* (left alone) of *scenario*, and say what was found.

    Parameters
    ----------
    folder
        Where results are kept: as they come (so that what was played before a kill is not played again), and at the
        end as ``runs.parquet``, ``designs.parquet`` and a file for each table of the method. None: nowhere.
    workers, backend, engine
        As for `twin.backends` and `twin.engines`; none of them changes a result.
    tell
        Hears how far it is; what it raises ends the study, and what was played is kept.

    Raises
    ------
    InvalidPlant
        Where changes do not go with the plant, or a response is not one of its figures.
    """
    figures = _checked(study, scenario, state)
    with player(
        study, scenario, state, Kept(folder), workers=workers, backend=backend, engine=engine, tell=tell
    ) as playing:
        found = method_of(study.kind)(study, playing)
        designs = designs_frame(study, playing, found.played)
        runs = _rested_on(playing, found)
        files = () if folder is None else _written(folder, playing, found, designs, figures)
    return Findings(
        study=study.name,
        title=study.title,
        method=study.kind,
        responses=study.responses,
        designs=designs,
        tables=found.tables,
        words=tuple(found.words),
        runs=sum(map(len, runs.values())),
        played=sum(run in playing.fresh.get(key, ()) for key, of in runs.items() for run in of),
        ahead=sum(map(len, playing.used.values())) - sum(map(len, runs.values())),
        digest=playing.digest(runs),
        files=files,
    )


def _checked(study: Study, scenario: Scenario, state: State) -> tuple[str, ...]:
    """The figures of the plant; every level of every factor is tried on it before anything is played."""
    common = Common(scenario, state, study.changes, study.rule, None, 0)
    try:
        plant = world(common, ())[0].plant
    except ValueError as error:
        raise study.wrong("changes", error) from None
    figures = figures_of(plant)
    check_end(plant, study.until)
    if study.until is not None and study.until <= study.warm_up:
        raise study.wrong("warm_up", "that is as long as the runs or longer; it must end before until")
    for response in study.responses:
        if response not in figures:
            there = dict.fromkeys(figures)
            raise study.wrong("responses", f"this plant has {known_names('figure', response, there)}")
    for factor in study.factors:
        for level in factor.levels or (factor.at(0.0), factor.at(1.0)):
            try:
                world(common, Design({factor.name: level}).changes)
            except ValueError as error:
                raise study.wrong(f"factors.{factor.name}", f"level {level.label}: {error}") from None
    return figures


def _rested_on(playing: Player, found: Answer) -> dict[str, list[int]]:
    """The runs of each design that an answer rests on, by the key under which they are kept."""
    runs: dict[str, dict[int, None]] = {}
    for one in (*found.played, *found.confirmed):
        runs.setdefault(playing.key(one.design, one.luck), {}).update(dict.fromkeys(one.runs))
    return {key: list(of) for key, of in runs.items()}


def _written(
    folder: Path, playing: Player, found: Answer, designs: pd.DataFrame, figures: tuple[str, ...]
) -> tuple[str, ...]:
    runs = runs_frame(playing, found.played, figures)
    frames = {"runs": runs, "designs": designs, **found.tables}
    return tuple(
        str(whole(pa.Table.from_pandas(frame, preserve_index=False), folder / f"{name}.parquet"))
        for name, frame in frames.items()
    )
