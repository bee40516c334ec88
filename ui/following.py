"""How the floor is followed: the last word of the process that listens to the plant."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from plant_models.clock import now
from ui.jobs import Jobs

ROLE = "shift"
"""The role of the process that follows the floor."""

STALE = 5.0
"""Seconds without a word after which what is shown may no longer be so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """How the floor is followed: its *endpoint*, whether it answers, its *speed* and time, how old the last word is."""

    endpoint: str = ""
    is_live: bool = False
    trouble: str = ""
    speed: float = 0.0
    now: int = 0
    age: float = 0.0

    @property
    def words(self) -> str:
        """The connection in a few words."""
        if not self.endpoint:
            return "No plant is followed"
        if not self.is_live:
            return "Not connected"
        return "Connected" if self.age < STALE else "Silent"


def tell(jobs: Jobs, connection: Connection) -> None:
    """Note how the floor is followed; for the process that does."""
    jobs.beat(ROLE, json.dumps(asdict(connection)))


def connection(jobs: Jobs) -> Connection:
    """How the floor is followed now."""
    worker = jobs.worker(ROLE)
    if worker is None or not worker.is_alive or not worker.words:
        return Connection()
    said = json.loads(worker.words)
    silent = (now() - datetime.fromisoformat(worker.seen_at)).total_seconds()
    return Connection(**(said | {"age": max(silent, said["age"])}))
