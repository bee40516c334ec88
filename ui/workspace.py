"""Where a planner's work is kept: a folder with the scenario, the journal, certificates and jobs."""

import hashlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from plant_models import read, write
from plant_models.clock import now
from plant_models.deeds import ScenarioOpened
from plant_models.errors import InvalidPlant
from plant_models.scenario import Scenario
from twin.journal import Journal
from ui import jobs

_FORMATS: dict[str, Callable[[Path], Scenario]] = {
    ".fjs": lambda path: read.flexible_job_shop(path),
    ".jsp": lambda path: read.job_shop(path),
    ".txt": lambda path: read.job_shop(path),
}


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder, which may not exist yet."""

    folder: Path

    @property
    def journal(self) -> Path:
        """Everything that happened."""
        return self.folder / "journal.db"

    @property
    def scenario_file(self) -> Path:
        """The plant this workspace is for."""
        return self.folder / "scenario.yaml"

    @property
    def certificates(self) -> Path:
        """Who we are to a plant, and whom we trust."""
        return self.folder / "certificates"

    @property
    def jobs(self) -> Path:
        """The long work that pages asked for."""
        return self.folder / "jobs.db"

    @property
    def snapshots(self) -> Path:
        """Floors at one instant, to ask about."""
        return self.folder / "snapshots"

    @property
    def uploads(self) -> Path:
        """Plants that people brought, to ask about."""
        return self.folder / "uploads"

    @property
    def studies(self) -> Path:
        """Studies that pages asked for, each with its results."""
        return self.folder / "studies"

    @property
    def log(self) -> Path:
        """What processes in the background had to say."""
        return self.folder / "background.log"

    @property
    def exists(self) -> bool:
        """Whether it was begun."""
        return self.journal.exists() and self.scenario_file.exists()

    def begin(self, scenario: Scenario, *, by: str) -> Journal:
        """Make the folder and the first entry of its journal.

        Raises
        ------
        InvalidPlant
            Where it was begun before.
        """
        if self.exists:
            raise InvalidPlant(f"{self.folder}: a workspace was begun here before; use another with --workspace")
        self.folder.mkdir(parents=True, exist_ok=True)
        write.scenario(scenario, self.scenario_file)
        journal = Journal(self.journal)
        journal.append(
            ScenarioOpened(at=now(), by=by, scenario=scenario.id, digest=self.digest(), epoch=scenario.epoch.start)
        )
        return journal

    def scenario(self) -> Scenario:
        """The plant this workspace is for.

        Raises
        ------
        InvalidPlant
            Where there is no workspace, or its scenario was changed since the journal began.
        """
        if not self.exists:
            raise InvalidPlant(
                f"no workspace at {self.folder}; `foreshift init machine-shop` begins one, or name a scenario"
            )
        with Journal(self.journal, read_only=True) as journal:
            opened = next((deed for deed in journal.deeds() if isinstance(deed, ScenarioOpened)), None)
        if opened is None or opened.digest != self.digest():
            raise InvalidPlant(
                f"{self.scenario_file}: it was changed since the journal began; begin another workspace for it"
            )
        return read.scenario(self.scenario_file)

    def digest(self) -> str:
        """What the scenario's file is, in 64 hexadecimal digits."""
        return hashlib.sha256(self.scenario_file.read_bytes()).hexdigest()


def scenario_of(name: str) -> Scenario:
    """A shipped scenario by name, or one from a file: YAML, JSON, or the public job-shop formats (.fjs, .jsp, .txt).

    Raises
    ------
    InvalidPlant
        Where there is none, or it is wrong.
    """
    path = Path(name)
    form = _FORMATS.get(path.suffix.lower())
    return form(path) if form is not None else read.scenario(name)


def start(module: str, workspace: Workspace, *arguments: str) -> int:
    """Start a module of this package in the background, for *workspace*; its process id."""
    workspace.folder.mkdir(parents=True, exist_ok=True)
    return jobs.start(module, str(workspace.folder), *arguments, log=workspace.log).pid


def environment() -> dict[str, str]:
    """This process's environment, with the packages where it found them, for processes that it starts."""
    here = str(Path(__file__).resolve().parent.parent)
    paths = [here, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return os.environ | {"PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)), "PYTHONUNBUFFERED": "1"}


PYTHON = sys.executable
