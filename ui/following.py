"""How the floor is followed: the last word of the process that listens to the plant."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from live_bridge import Standing, gate
from plant_models.clock import Epoch, now
from plant_models.deeds import BRIDGE, CommandSent, CommandSettled, PlanRecalled, PlanReleased
from plant_models.shifts import HOUR
from twin.journal import Journal
from ui import tables
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


def waiting(journal: Journal, standing: Standing, *, at: int, epoch: Epoch) -> str:
    """What to know of a released plan of which no machine was told yet, *at* the floor's present; else nothing."""
    if standing.status != "released" or gate.was_begun(journal, standing.digest):
        return ""
    end = tables.clock(epoch, standing.fresh_until / HOUR)
    if at <= standing.fresh_until:
        return f"no machine was told of it yet; it has to be handed over by {end}, before its rehearsal is too old"
    return (
        f"no machine was told of it by {end}, when its rehearsal grew too old, so it will not be handed over; "
        "propose again and rehearse from the floor as it is now"
    )


def refusals(journal: Journal, digest: str) -> list[str]:
    """What kept the plan, since people last released it, from the machines, in words; the last last.

    That is what the plant refused or left without an answer, unless it was done at a later try, and why the plan was
    withdrawn.
    """
    found: list[CommandSettled | PlanRecalled] = []
    was_sent = False
    for deed in journal.deeds():
        match deed:
            case PlanReleased() if deed.digest == digest and deed.by != BRIDGE:
                found, was_sent = [], False
            case PlanRecalled() if deed.digest == digest and deed.by == BRIDGE:
                found.append(deed)
            case CommandSent() | CommandSettled() if _is_about(deed, digest):
                was_sent = True
                if isinstance(deed, CommandSettled):
                    found = [each for each in found if not _settles(deed, each)]
                    found += [deed] if deed.outcome != "confirmed" else []
    return list(dict.fromkeys(_words(deed, was_sent=was_sent) for deed in found))


_HAS = {"refused": "refused", "unresolved": "did not answer to"}


def _words(deed: CommandSettled | PlanRecalled, *, was_sent: bool) -> str:
    if isinstance(deed, PlanRecalled):
        return f"{'the plant did not take the plan' if was_sent else 'the plan was not handed over'}: {deed.reason}"
    return f"{deed.machine or 'the plant'} {_HAS[deed.outcome]} {deed.command}: {deed.detail}"


def _settles(deed: CommandSettled, before: CommandSettled | PlanRecalled) -> bool:
    """Whether *deed* says anew what became of a command that was settled *before*: for some of the same job orders."""
    return (
        isinstance(before, CommandSettled)
        and (deed.command, deed.machine) == (before.command, before.machine)
        and not set(deed.job_orders).isdisjoint(before.job_orders)
    )


def _is_about(deed: CommandSent | CommandSettled, digest: str) -> bool:
    """Whether a command was one of the plan's; those to the plant itself are for every plan."""
    return deed.machine == "" or any(job.startswith(digest[:12]) for job in deed.job_orders)
