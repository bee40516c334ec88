"""Studies: many variants of a plant, from one file."""

from dataclasses import replace
from pathlib import Path

from rich.console import RenderableType
from rich.text import Text

from twin import backends, studying
from twin.engines import EngineChoice
from twin.studying.findings import Findings
from ui import study_tables
from ui.desk import Desk
from ui.terminal import Answer, progress, terminal


def study(
    workspace: Path,
    file: str,
    *,
    backend: str,
    workers: int | None,
    engine: EngineChoice,
    out: Path | None,
    quiet: bool,
) -> Answer:
    """What a study finds; its results are kept in a folder as they come, and taken from there the next time."""
    on, path = backends.backend(backend), studying.path_of(file)
    desk = Desk.open(workspace, studying.scenario_of(path))
    asked = studying.read(path, desk.scenario.epoch)
    plant, state = desk.ahead()
    folder = out or Path(f"{path.stem}.results")
    with progress(f"Playing {asked.name}", quiet=quiet, in_lines=not quiet) as tell:
        try:
            found = studying.conduct(
                asked,
                replace(desk.scenario, plant=plant),
                state,
                folder=folder,
                workers=workers,
                backend=on,
                engine=engine,
                tell=tell,
            )
        except KeyboardInterrupt:
            terminal(stderr=True).print(f"What was played is kept in {folder}; the same command goes on from there.")
            raise
    return Answer(_data(found, folder), _shown(found, folder))


def _data(found: Findings, folder: Path) -> dict[str, object]:
    return {
        "study": found.study,
        "method": found.method,
        "responses": list(found.responses),
        "words": list(found.words),
        "designs": study_tables.records(found.designs),
        **{name: study_tables.records(frame) for name, frame in found.tables.items()},
        "runs": found.runs,
        "played": found.played,
        "ahead": found.ahead,
        "digest": found.digest,
        "folder": str(folder),
        "files": list(found.files),
    }


def _shown(found: Findings, folder: Path) -> list[RenderableType]:
    title = found.study + (f": {found.title}" if found.title else "")
    kept = found.runs - found.played
    runs = f"{found.runs:,} runs" + (f", {kept:,} of them from before" if kept else "")
    runs += f"; {found.ahead:,} more were played ahead and not needed" if found.ahead else ""
    return [
        Text(title, style="bold"),
        *study_tables.tables(found),
        *(Text(f"• {words}") for words in found.words),
        Text(f"{runs}, digest {found.digest[:12]}; every run and these tables are in {folder}", style="dim"),
    ]
