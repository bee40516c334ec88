"""How the floor is followed: the last word of the process that listens to the plant."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from plant_models.clock import now
from plant_models.deeds import CommandSettled, PlanRecalled, PlanReleased
from twin.journal import Journal
from ui.jobs import Jobs

ROLE = "shift"
"""The role of the process that follows the floor."""

STALE = 5.0
"""Seconds without a word after which what is shown may no longer be so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """How the floor is followed: its *endpoint*, whether it answers, its *speed* and time, how old the last word is.

    *said* is what the process that follows it said last: what was delivered, refused, lost or found.
    """

    endpoint: str = ""
    is_live: bool = False
    trouble: str = ""
    speed: float = 0.0
    now: int = 0
    age: float = 0.0
    said: str = ""

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


def refusals(journal: Journal, digest: str) -> list[str]:
    """What the plant refused, or left without an answer, since the plan was last released, in words; the last last."""
    found: list[str] = []
    for deed in journal.deeds():
        match deed:
            case PlanReleased() if deed.digest == digest and deed.by != "bridge":
                found = []
            case PlanRecalled() if deed.digest == digest and deed.by == "bridge":
                found.append(f"the plant did not take the plan: {deed.reason}")
            case CommandSettled() if deed.outcome != "confirmed" and _is_about(deed, digest):
                found.append(f"{deed.machine or 'the plant'} {_HAS[deed.outcome]} {deed.command}: {deed.detail}")
    return list(dict.fromkeys(found))


_HAS = {"refused": "refused", "unresolved": "did not answer to"}


def _is_about(deed: CommandSettled, digest: str) -> bool:
    """Whether a command was one of the plan's; those to the plant itself are for every plan."""
    return deed.machine == "" or any(job.startswith(digest[:12]) for job in deed.job_orders)
