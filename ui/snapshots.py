"""A snapshot: the plant, the floor as it stood at one instant, and when its repairs were expected, in one file.

What was asked of a snapshot can be asked again later, on a page or on a command line, with the same numbers.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plant_models import read, write
from plant_models.clock import Epoch
from plant_models.documents import parsed
from plant_models.errors import InvalidPlant
from plant_models.scenario import Scenario
from twin import snapshot as documents
from twin.state import State

FORMAT = "foreshift snapshot 1"
_HEAD = '{"format":"foreshift snapshot'


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A floor at one instant. *repairs* says when machines that are down are expected up (ms since the epoch)."""

    scenario: Scenario
    state: State
    repairs: Mapping[str, int] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The digest of the floor's state, 64 hexadecimal digits."""
        return documents.state_digest(self.state)

    @property
    def words(self) -> str:
        """Which floor, and when."""
        return f"{self.scenario.id} at {when(self.scenario.epoch, self.state.now)}"


def when(epoch: Epoch, time: int) -> str:
    """A plant's time as a day and a minute."""
    return f"{epoch.datetime(time):%a %d %b %H:%M}"


def save(snapshot: Snapshot, path: Path) -> None:
    """Put a snapshot into a file.

    Raises
    ------
    InvalidPlant
        Where the plant has something that no file can say.
    """
    content = json.loads(write.as_json(snapshot.scenario))
    if _read(content, path) != snapshot.scenario:
        raise InvalidPlant(f"scenario {snapshot.scenario.id!r}: it has something that no file can say")
    found = {
        "format": FORMAT,
        "digest": snapshot.digest,
        "repairs": dict(snapshot.repairs),
        "scenario": content,
        "state": json.loads(documents.to_json(snapshot.state)),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_name(f"{path.name}.part")
    whole.write_text(json.dumps(found, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    whole.replace(path)


def is_snapshot(path: Path) -> bool:
    """Whether a file says that it is one."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_HEAD) + 8).decode("utf-8", "replace").replace(" ", "").startswith(_HEAD.replace(" ", ""))


def load(path: Path) -> Snapshot:
    """The snapshot in a file.

    Raises
    ------
    InvalidPlant
        Where it is none, is of another format, or is not as it was written.
    """
    try:
        found: Any = json.loads(path.read_bytes())
        kind = found["format"]
        if kind != FORMAT:
            raise InvalidPlant(f"{path}: its format is {kind!r}; wanted {FORMAT!r}")
        digest, repairs, content, state = (found[key] for key in ("digest", "repairs", "scenario", "state"))
        known = {str(machine): int(end) for machine, end in repairs.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidPlant(f"{path}: not a snapshot: {_said(error)}") from None
    scenario = _read(content, path)
    try:
        floor = documents.from_json(json.dumps(state))
    except ValueError as error:
        raise InvalidPlant(f"{path}: not a snapshot: {error}") from None
    if documents.state_digest(floor) != digest or set(floor.machines) != set(scenario.plant.machines):
        raise InvalidPlant(f"{path}: it was changed since it was taken; take another")
    return Snapshot(scenario=scenario, state=floor, repairs=known)


def _read(content: object, path: Path) -> Scenario:
    return read.described(parsed(json.dumps(content), f"{path}, scenario", is_json=True))


def _said(error: Exception) -> str:
    return f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
