"""The gate between thinking and doing: a plan reaches the floor rehearsed and approved, or not at all.

Everything here is a fold over the journal. What a plan's standing is follows from the deeds that are written there and
from nothing else; `release` looks at them afresh, so it does not matter who wrote them or in what order. The permit
that it gives is the only thing an `OpcUaFloor` accepts, and there is no other way to come by one.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal, NoReturn
from weakref import WeakSet

from live_bridge.drift import drift
from live_bridge.nodes import prefix
from plant_models import clock
from plant_models.deeds import (
    BRIDGE,
    CommandSent,
    Deed,
    PlanApproved,
    PlanProposed,
    PlanRecalled,
    PlanRehearsed,
    PlanRejected,
    PlanReleased,
)
from plant_models.errors import NotApproved
from plant_models.plan import Plan, Slot
from plant_models.plant import Plant
from plant_models.shifts import MINUTE
from twin.journal import Journal
from twin.policies.follow import FollowPlan
from twin.rehearsal import Rehearsal
from twin.rehearsal import rehearse as play
from twin.state import State

Status = Literal["proposed", "rehearsed", "approved", "released", "superseded", "recalled", "rejected", "expired"]
"""A plan in one word. Expired means that its approval is; it has to be approved again."""

MAX_AGE = 30 * MINUTE
"""How old the rehearsed state may be when the plan is released, and when it is begun, in the floor's time."""

VALID_FOR = timedelta(hours=8)
"""How long an approval holds, unless said otherwise."""

_SEAL = object()


class Permit:
    """The right to bring one plan to the floor. Only the gate makes one."""

    __slots__ = ("__weakref__", "_digest", "_fresh_until", "_plan", "_slots")
    _digest: str
    _fresh_until: int
    _plan: Plan
    _slots: frozenset[Slot]

    def __init__(self, seal: object, plan: Plan, fresh_until: int = 0) -> None:
        if seal is not _SEAL:
            raise NotApproved("a permit comes from gate.release and from nowhere else")
        object.__setattr__(self, "_plan", plan)
        object.__setattr__(self, "_digest", plan.digest)
        object.__setattr__(self, "_fresh_until", fresh_until)
        object.__setattr__(self, "_slots", frozenset(plan.slots))
        _issued.add(self)

    def __init_subclass__(cls) -> NoReturn:
        raise TypeError("a permit has no other kinds")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a permit is not changed")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a permit is not copied and does not leave its process")

    @property
    def plan(self) -> Plan:
        """What was rehearsed and approved."""
        return self._plan

    @property
    def digest(self) -> str:
        """The digest of that plan."""
        return self._digest

    @property
    def fresh_until(self) -> int:
        """By when the plan has to be begun, on the floor's clock (milliseconds); what has begun goes on."""
        return self._fresh_until

    @property
    def slots(self) -> frozenset[Slot]:
        """What it allows."""
        return self._slots


_issued: "WeakSet[Permit]" = WeakSet()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What was done with one plan so far.

    The latest rehearsal counts, and an approval only if it was given after that. A released plan has to be begun by
    *fresh_until*, on the floor's clock (milliseconds).
    """

    digest: str
    plan: Plan
    status: Status
    proposers: tuple[str, ...]
    rehearsed: PlanRehearsed | None = None
    approved: PlanApproved | None = None
    fresh_until: int = 0
    superseded: str | None = field(default=None, compare=False)

    @property
    def is_closed(self) -> bool:
        """Whether it has to be proposed again before anything else can be done with it."""
        return self.status in ("superseded", "recalled", "rejected")


def status(journal: Journal, *, at: datetime | None = None) -> dict[str, Standing]:
    """The standing of every plan that was ever proposed, by digest, first proposed first; *at* is now."""
    moment = at or clock.now()
    found: dict[str, Standing] = {}
    for deed in journal.deeds():
        _fold(found, deed)
    for digest, standing in found.items():
        if standing.status == "approved" and standing.approved is not None and standing.approved.until <= moment:
            found[digest] = replace(standing, status="expired")
    return found


def propose(journal: Journal, plan: Plan, *, by: str, reason: str = "") -> str:
    """Somebody, or something, thinks that *plan* should be done; its digest, by which it is known from here on."""
    journal.append(PlanProposed(at=clock.now(), by=_name(by), plan=plan, reason=reason))
    return plan.digest


def rehearse(
    journal: Journal,
    plant: Plant,
    state: State,
    digest: str,
    *,
    by: str,
    runs: int = 100,
    seed: int = 1,
    workers: int | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Rehearsal:
    """Play exactly the plan *digest* from *state*, as the floor will follow it, and write down what comes of it."""
    plan = _known(journal, digest).plan
    start = state.copy()
    rehearsal = play(
        plant.without_arrivals(), start, FollowPlan(plan), runs=runs, seed=seed, workers=workers, progress=progress
    )
    known = {name: figure for name, figure in rehearsal.summary().items() if math.isfinite(figure.mean)}
    deed = PlanRehearsed(
        at=clock.now(),
        by=_name(by),
        digest=digest,
        now=rehearsal.now,
        state=rehearsal.state,
        runs=rehearsal.runs,
        seed=seed,
        figures={name: figure.mean for name, figure in known.items()},
        intervals={
            name: (f.low, f.high) for name, f in known.items() if math.isfinite(f.low) and math.isfinite(f.high)
        },
    )
    journal.append(deed)
    return rehearsal


def approve(
    journal: Journal, digest: str, *, by: str, meaning: str = "", valid_for: timedelta = VALID_FOR
) -> PlanApproved:
    """A person takes responsibility for the plan: someone other than who proposed it, who has seen its rehearsal.

    Raises
    ------
    NotApproved
        Where the plan was not rehearsed, or *by* proposed it.
    """
    standing = _known(journal, digest)
    if standing.status not in ("rehearsed", "approved", "expired"):
        what = "it was not rehearsed yet" if standing.status == "proposed" else f"it is {standing.status}"
        raise NotApproved(f"plan {digest[:12]} cannot be approved: {what}")
    if _same(by, standing.proposers):
        raise NotApproved(f"plan {digest[:12]} was proposed by {by}; someone else has to approve it")
    if valid_for <= timedelta(0):
        raise ValueError(f"an approval must hold for more than no time, not {valid_for}")
    journal.verify()
    now = clock.now()
    deed = PlanApproved(at=now, by=_name(by), digest=digest, until=now + valid_for, meaning=meaning)
    journal.append(deed)
    return deed


def reject(journal: Journal, digest: str, *, by: str, reason: str) -> None:
    """A person decides against the plan; it may be proposed again."""
    standing = _known(journal, digest)
    if standing.status == "released":
        raise NotApproved(f"plan {digest[:12]} is on the floor; recall it")
    if standing.is_closed:
        raise NotApproved(f"plan {digest[:12]} is {standing.status} already; there is nothing to decide")
    journal.append(PlanRejected(at=clock.now(), by=_name(by), digest=digest, reason=reason))


def release(
    journal: Journal, digest: str, *, by: str, now: int, max_age: int = MAX_AGE, at: datetime | None = None
) -> Permit:
    """Let the plan go to the floor, in place of the one in force.

    Parameters
    ----------
    now
        The floor's present, in milliseconds since its epoch.
    max_age
        How old the rehearsed state may be, in the floor's time; by then the plan has to be begun, too.
    at
        The time on the wall, for the approval's end; left out, it is now.

    Raises
    ------
    NotApproved
        With everything that is missing.
    CorruptJournal
        Where the journal on which all of it rests was changed after it was written.
    """
    standing = _known(journal, digest, at=at)
    missing = lacking(journal, standing, now=now, max_age=max_age, at=at)
    if missing:
        raise NotApproved(f"plan {digest[:12]} cannot be released: {'; '.join(missing)}")
    journal.verify()
    fresh_until = (0 if standing.rehearsed is None else standing.rehearsed.now) + max_age
    journal.append(PlanReleased(at=clock.now(), by=_name(by), digest=digest, fresh_until=fresh_until))
    return Permit(_SEAL, standing.plan, fresh_until)


def lacking(
    journal: Journal, standing: Standing, *, now: int, max_age: int = MAX_AGE, at: datetime | None = None
) -> list[str]:
    """What still keeps a plan from the floor, in words; empty where nothing does."""
    if standing.is_closed or standing.status == "released":
        return [f"it is {standing.status}" + ("" if standing.status == "released" else "; propose it again")]
    missing = _lacking_rehearsal(journal, standing, now=now, max_age=max_age)
    approved = standing.approved
    if approved is None:
        return [*missing, "nobody approved it" + (" after its rehearsal" if standing.rehearsed else "")]
    if _same(approved.by, standing.proposers):
        missing.append(f"it was approved by {approved.by}, who proposed it")
    if approved.until <= (at or clock.now()):
        missing.append(f"its approval expired at {approved.until:%Y-%m-%d %H:%M:%S}")
    return missing


def recall(journal: Journal, digest: str, *, by: str, reason: str) -> None:
    """Take the plan in force back; what it began is finished. The floor is told by `OpcUaFloor.recall`."""
    standing = _known(journal, digest)
    if standing.status != "released":
        raise NotApproved(f"plan {digest[:12]} is not in force, it is {standing.status}")
    journal.append(PlanRecalled(at=clock.now(), by=_name(by), digest=digest, reason=reason))


def in_force(journal: Journal) -> Standing | None:
    """The plan that the floor follows now."""
    return next((standing for standing in status(journal).values() if standing.status == "released"), None)


def permit_in_force(journal: Journal) -> Permit | None:
    """The permit for the plan in force: how a shift whose process was killed gets it back."""
    standing = in_force(journal)
    return None if standing is None else Permit(_SEAL, standing.plan, standing.fresh_until)


def permit_to_take_away(journal: Journal, digest: str) -> Permit:
    """The permit under which what is left of a recalled plan is taken off the floor; it allows to give nothing."""
    standing = _known(journal, digest)
    if standing.status == "released":
        raise NotApproved(f"plan {digest[:12]} is in force; recall it before it is taken off the floor")
    return Permit(_SEAL, Plan(slots=(), made_at=standing.plan.made_at, source=standing.plan.source))


def require(permit: Permit, journal: Journal | None) -> Journal:
    """The journal in which whoever holds *permit* writes what he does; NotApproved without one of the two."""
    if permit not in _issued:
        raise NotApproved("to act on a floor takes a permit from gate.release")
    if journal is None:
        raise NotApproved("to act on a floor takes a journal; give one to the mirror")
    return journal


def check(journal: Journal, permit: Permit) -> None:
    """Raise NotApproved unless *permit* came from the gate and its plan is the one in force."""
    require(permit, journal)
    standing = status(journal).get(permit.digest)
    if standing is None:
        raise NotApproved(f"plan {permit.digest[:12]} was released in another journal")
    if standing.status != "released":
        raise NotApproved(f"plan {permit.digest[:12]} is not in force any more, it is {standing.status}")


def begin(journal: Journal, permit: Permit, *, now: int) -> None:
    """Make sure, before anything is sent, that the plan is in force and was either begun or rehearsed of late.

    A plan that was released when nobody followed the floor may have waited too long: then its release is withdrawn.

    Parameters
    ----------
    now
        The floor's present, in milliseconds since its epoch.

    Raises
    ------
    NotApproved
        Where the plan is not in force, or is withdrawn.
    """
    check(journal, permit)
    late = now - permit.fresh_until
    if late <= 0 or was_begun(journal, permit.digest):
        return
    reason = (
        f"its rehearsal was too old {clock.duration(late)} before the floor could be told, and nothing of it was sent; "
        "propose it again and rehearse it from the floor as it is now"
    )
    withdraw(journal, permit, reason=reason, is_untouched=True)
    raise NotApproved(f"plan {permit.digest[:12]} was not handed over: {reason}")


def was_begun(journal: Journal, digest: str) -> bool:
    """Whether a machine was sent anything of the plan since people last released it, whatever became of that."""
    own, found = f"{prefix(digest)}/", False
    for deed in journal.deeds():
        if isinstance(deed, PlanReleased) and deed.digest == digest and deed.by != BRIDGE:
            found = False
        elif isinstance(deed, CommandSent):
            found = found or any(job.startswith(own) for job in deed.job_orders)
    return found


def withdraw(journal: Journal, permit: Permit, *, reason: str, is_untouched: bool) -> None:
    """The plan does not go to the floor: it is recalled, and the one before is in force again if *is_untouched*."""
    check(journal, permit)
    found = status(journal)
    before = found[permit.digest].superseded
    deeds: list[Deed] = [PlanRecalled(at=clock.now(), by=BRIDGE, digest=permit.digest, reason=reason)]
    if is_untouched and before is not None:
        until = found[before].fresh_until
        deeds.append(PlanReleased(at=clock.now(), by=BRIDGE, digest=before, fresh_until=until))
    journal.append(*deeds)


def _lacking_rehearsal(journal: Journal, standing: Standing, *, now: int, max_age: int) -> list[str]:
    rehearsed = standing.rehearsed
    if rehearsed is None:
        return ["it was not rehearsed"]
    missing = []
    age = now - rehearsed.now
    if age > max_age:
        missing.append(
            f"its rehearsal began {clock.duration(age)} ago on the floor, more than {clock.duration(max_age)}; "
            "rehearse it again"
        )
    elif age < 0:
        missing.append(f"its rehearsal began at {rehearsed.now} ms, which the floor has not reached ({now} ms)")
    missing += drift(journal, standing.plan, rehearsed)
    return missing


def _fold(found: dict[str, Standing], deed: Deed) -> None:
    if isinstance(deed, PlanProposed):
        _proposed(found, deed)
        return
    standing = found.get(getattr(deed, "digest", ""))
    if standing is None:
        return
    changes: dict[str, Any] | None = None
    match deed:
        case PlanRehearsed() if standing.status in ("proposed", "rehearsed", "approved"):
            changes = {"status": "rehearsed", "rehearsed": deed, "approved": None}
        case PlanApproved() if standing.status in ("rehearsed", "approved"):
            changes = {"status": "approved", "approved": deed}
        case PlanRejected() if standing.status not in ("released", "superseded", "recalled"):
            changes = {"status": "rejected"}
        case PlanRecalled():
            changes = {"status": "recalled"}
        case PlanReleased():
            until = _fresh_until(standing) if deed.fresh_until is None else deed.fresh_until
            changes = {"status": "released", "superseded": _supersede(found, deed.digest), "fresh_until": until}
    if changes is not None:
        found[standing.digest] = replace(standing, **changes)


def _proposed(found: dict[str, Standing], deed: PlanProposed) -> None:
    digest = deed.plan.digest
    before = found.get(digest)
    if before is None:
        found[digest] = Standing(digest=digest, plan=deed.plan, status="proposed", proposers=(deed.by,))
        return
    proposers = (*before.proposers, *(name for name in (deed.by,) if name not in before.proposers))
    if before.is_closed:
        found[digest] = Standing(digest=digest, plan=before.plan, status="proposed", proposers=proposers)
    else:
        found[digest] = replace(before, proposers=proposers)


def _fresh_until(standing: Standing) -> int:
    """By when a plan has to be begun whose release does not say so."""
    return (0 if standing.rehearsed is None else standing.rehearsed.now) + MAX_AGE


def _supersede(found: dict[str, Standing], digest: str) -> str | None:
    """Let the plan in force give way to *digest*; which one that was."""
    for other, standing in found.items():
        if other != digest and standing.status == "released":
            found[other] = replace(standing, status="superseded")
            return other
    return None


def _known(journal: Journal, digest: str, *, at: datetime | None = None) -> Standing:
    found = status(journal, at=at)
    if digest not in found:
        known = ", ".join(name[:12] for name in found) or "none"
        raise NotApproved(f"no plan {digest[:12]!r} was proposed; there are {known}")
    return found[digest]


def _name(by: str) -> str:
    if not by.strip():
        raise ValueError("a deed needs the name of who did it")
    return by.strip()


def _same(name: str, names: Iterable[str]) -> bool:
    """Whether *name* is one of *names*, however it is written."""
    return name.strip().casefold() in {other.strip().casefold() for other in names}
