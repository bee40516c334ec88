"""What a what-if question may start from: the floor now, a snapshot that was kept, a scenario, or a file."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from plant_models import read
from plant_models.errors import InvalidPlant
from ui import snapshots
from ui.desk import Desk
from ui.workspace import Workspace, scenario_of

FLOOR = ""
"""The baseline that is the floor as it stands now."""

KEPT = 20
"""How many of the snapshots that questions left behind are kept; those that people took are kept for good."""

_ASKED = "asked-"


def choices(workspace: Workspace) -> dict[str, str]:
    """Every baseline there is, and what it is called: the newest snapshot first, then files, then scenarios."""
    found = {FLOOR: "The floor as it stands"}
    for path in _newest(workspace.snapshots):
        if not path.name.startswith(_ASKED):
            found[str(path)] = f"Snapshot {path.stem}"
    for path in _newest(workspace.uploads):
        found[str(path)] = f"File {path.name}"
    return found | {name: f"Scenario {name}" for name in read.names()}


def name_of(baseline: str | None) -> str:
    """What a baseline is called where it may be gone by now."""
    if not baseline:
        return "the floor"
    path = Path(baseline)
    if path.name.startswith(_ASKED):
        return "the floor as it stood"
    return f"snapshot {path.stem}" if path.parent.name == "snapshots" else path.name


def keep(workspace: Workspace, desk: Desk, name: str = "", *, repairs: Mapping[str, int] | None = None) -> Path:
    """Take a snapshot for good, under a *name* or that of its instant; the file.

    Raises
    ------
    InvalidPlant
        Where a name cannot be a file's, or one of it is there.
    """
    taken = replace(desk.snapshot(), repairs=dict(repairs or {}))
    epoch = desk.scenario.epoch
    stem = name.strip() or f"{epoch.datetime(taken.state.now):%a %d %b %H.%M.%S}"
    if not re.fullmatch(r"[\w][\w .+-]{0,80}", stem) or stem.startswith(_ASKED):
        raise InvalidPlant(
            f"{stem!r} cannot be the name of a snapshot; wanted letters, digits, spaces, dots and dashes"
        )
    path = workspace.snapshots / f"{stem}.json"
    if path.exists() and snapshots.load(path).digest != taken.digest:
        raise InvalidPlant(f"a snapshot is called {stem!r} already; give this one another name")
    snapshots.save(taken, path)
    return path


def freeze(workspace: Workspace, desk: Desk, *, repairs: Mapping[str, int] | None = None) -> Path:
    """Keep the floor as it stands while a question about it is answered, and a while longer; the file.

    The answer is then to what the one who asked has seen, however fast the floor moves on.
    """
    taken = replace(desk.snapshot(), repairs=dict(repairs or {}))
    path = workspace.snapshots / f"{_ASKED}{taken.digest[:16]}.json"
    snapshots.save(taken, path)
    for old in [p for p in _newest(workspace.snapshots) if p.name.startswith(_ASKED)][KEPT:]:
        old.unlink(missing_ok=True)
    return path


def take_in(workspace: Workspace, name: str, content: bytes) -> Path:
    """A file that somebody brought, kept in the workspace once it is known to be a plant or a floor.

    Raises
    ------
    InvalidPlant
        Where it is neither.
    """
    workspace.uploads.mkdir(parents=True, exist_ok=True)
    path = workspace.uploads / (re.sub(r"[^\w.+-]", "_", Path(name).name).lstrip(".") or "file")
    fresh = path.with_name(f"new-{path.name}")
    fresh.write_bytes(content)
    try:
        if snapshots.is_snapshot(fresh):
            snapshots.load(fresh)
        else:
            scenario_of(str(fresh))
    except InvalidPlant as error:
        raise InvalidPlant(str(error).replace(str(fresh), name)) from None
    except OSError as error:
        raise InvalidPlant(f"{name}: {error.strerror}") from None
    else:
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return path


def _newest(folder: Path) -> list[Path]:
    files = [path for path in folder.glob("*") if path.is_file() and path.suffix != ".part"] if folder.exists() else []
    return sorted(files, key=lambda path: (-path.stat().st_mtime_ns, path.name))
