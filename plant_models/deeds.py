"""What people and Foreshift itself do at the desk: imported, proposed, rehearsed, approved, released.

Deeds and facts of the floor stand in one journal. A deed is dated by the clock on the wall, in UTC.
"""

from datetime import datetime
from typing import Any, Literal

import msgspec

from plant_models.plan import Plan

Outcome = Literal["confirmed", "refused", "unresolved"]
"""What became of a command. Unresolved means not known: it is shown and reconciled, never guessed."""


BRIDGE = "bridge"
"""By whom deeds are that nobody decided: plans withdrawn, connections lost and found, commands sent."""


class Deed(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag=True):
    """Something that *by* did, at *at* (UTC)."""

    at: datetime
    by: str


class ScenarioOpened(Deed, frozen=True, kw_only=True):
    """The journal begins: this is the plant, as the digest of its file, and this is when its clock stood at zero."""

    scenario: str
    digest: str
    epoch: datetime


class OrdersImported(Deed, frozen=True, kw_only=True):
    """Orders came from outside; each is a fact `OrderAdded` of its own."""

    source: str
    orders: tuple[str, ...]


class PlanProposed(Deed, frozen=True, kw_only=True):
    """Somebody, or something, thinks that this should be done."""

    plan: Plan
    reason: str = ""


class PlanRehearsed(Deed, frozen=True, kw_only=True):
    """The plan was played in the twin *runs* times, from the state with the digest *state* at *now* (milliseconds).

    *figures* are means over the runs, *intervals* the bounds within which the mean lies with 95 % confidence.
    """

    digest: str
    now: int
    state: str
    runs: int
    seed: int
    figures: dict[str, float]
    intervals: dict[str, tuple[float, float]] = {}


class PlanApproved(Deed, frozen=True, kw_only=True):
    """A person other than the proposer takes responsibility for the plan, until *until*."""

    digest: str
    until: datetime
    meaning: str = ""


class PlanRejected(Deed, frozen=True, kw_only=True):
    """A person decides against the plan."""

    digest: str
    reason: str


class PlanReleased(Deed, frozen=True, kw_only=True):
    """The plan may go to the floor; the one in force before is superseded by it.

    It has to be begun by *fresh_until*, on the floor's clock (milliseconds): by then its rehearsal is too old.
    """

    digest: str
    fresh_until: int | None = None


class PlanRecalled(Deed, frozen=True, kw_only=True):
    """The plan was taken back from the floor; what had begun is finished."""

    digest: str
    reason: str


class CommandSent(Deed, frozen=True, kw_only=True):
    """A command is about to go to a machine: written before the call, so that a lost answer is known to be lost."""

    command: str
    machine: str
    job_orders: tuple[str, ...]


class CommandSettled(Deed, frozen=True, kw_only=True):
    """What became of a command to a machine."""

    command: str
    machine: str
    job_orders: tuple[str, ...]
    outcome: Outcome
    detail: str = ""


class ConnectionLost(Deed, frozen=True, kw_only=True):
    """The floor stopped answering; from here on its state is not known."""

    endpoint: str


class ConnectionRestored(Deed, frozen=True, kw_only=True):
    """The floor answers again; *missed* facts were caught up with, None when it is not known how many there were.

    Facts of a floor are numbered from 1 through its *run*.
    """

    endpoint: str
    missed: int | None
    run: str = ""


AnyDeed = (
    ScenarioOpened
    | OrdersImported
    | PlanProposed
    | PlanRehearsed
    | PlanApproved
    | PlanRejected
    | PlanReleased
    | PlanRecalled
    | CommandSent
    | CommandSettled
    | ConnectionLost
    | ConnectionRestored
)

_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(AnyDeed)


def to_json(deed: Deed) -> bytes:
    """One line of JSON."""
    return msgspec.json.encode(deed)


def from_json(line: bytes | str) -> AnyDeed:
    """The deed that `to_json` wrote; ValueError with the place where it is none."""
    try:
        deed: AnyDeed = _decoder.decode(line)
    except msgspec.DecodeError as error:
        raise ValueError(f"not a deed of the desk: {error}") from None
    return deed
