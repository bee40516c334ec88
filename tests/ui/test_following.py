"""What people are told of a plan on its way to the machines."""

from datetime import UTC, datetime

from live_bridge import gate
from plant_models import clock
from plant_models.clock import Epoch
from plant_models.deeds import (
    CommandSent,
    CommandSettled,
    Outcome,
    PlanApproved,
    PlanProposed,
    PlanRecalled,
    PlanRehearsed,
    PlanReleased,
)
from plant_models.plan import Plan, Slot
from plant_models.shifts import HOUR
from twin.journal import Journal
from ui.following import refusals, waiting

PLAN = Plan(slots=(Slot(machine="saw-1", order="o1", step=0, setup_start=0, start=0, end=1),), made_at=0)
JOBS = (f"{PLAN.digest[:12]}/o1/0", f"{PLAN.digest[:12]}/o2/0")
EPOCH = Epoch(datetime(2026, 1, 5, 6, tzinfo=UTC))


def released(fresh_until: int = HOUR) -> Journal:
    """A journal in which the plan was released."""
    journal, digest, now = Journal.in_memory(), PLAN.digest, clock.now()
    journal.append(
        PlanProposed(at=now, by="ann", plan=PLAN),
        PlanRehearsed(at=now, by="ann", digest=digest, now=0, state="", runs=1, seed=1, figures={}),
        PlanApproved(at=now, by="bob", digest=digest, until=now),
        PlanReleased(at=now, by="bob", digest=digest, fresh_until=fresh_until),
    )
    return journal


def settle(journal: Journal, outcome: Outcome, detail: str = "", jobs: tuple[str, ...] = JOBS) -> None:
    journal.append(
        CommandSent(at=clock.now(), by="bridge", command="Store", machine="saw-1", job_orders=jobs),
        CommandSettled(
            at=clock.now(),
            by="bridge",
            command="Store",
            machine="saw-1",
            job_orders=jobs,
            outcome=outcome,
            detail=detail,
        ),
    )


def words(journal: Journal, at: int) -> str:
    return waiting(journal, gate.status(journal)[PLAN.digest], at=at, epoch=EPOCH)


def test_what_was_done_at_a_later_try_was_not_refused() -> None:
    journal = released()
    settle(journal, "refused", "it was not done")
    assert refusals(journal, PLAN.digest) == ["saw-1 refused Store: it was not done"]
    settle(journal, "confirmed", jobs=JOBS[1:])  # the first had arrived
    assert refusals(journal, PLAN.digest) == []


def test_what_was_done_for_one_order_is_still_refused_for_another() -> None:
    journal = released()
    settle(journal, "unresolved", "no answer", JOBS[:1])
    settle(journal, "confirmed", jobs=JOBS[1:])
    assert refusals(journal, PLAN.digest) == ["saw-1 did not answer to Store: no answer"]


def test_why_a_plan_is_withdrawn_depends_on_whether_the_plant_was_asked() -> None:
    asked, unasked = released(), released()
    settle(asked, "confirmed")
    for journal in asked, unasked:
        journal.append(PlanRecalled(at=clock.now(), by="bridge", digest=PLAN.digest, reason="because"))
    assert refusals(asked, PLAN.digest) == ["the plant did not take the plan: because"]
    assert refusals(unasked, PLAN.digest) == ["the plan was not handed over: because"]


def test_a_released_plan_waits_until_it_is_begun() -> None:
    journal = released(fresh_until=HOUR)
    assert "no machine was told of it yet; it has to be handed over by Mon 05 Jan 07:00" in words(journal, HOUR)
    assert "no machine was told of it by Mon 05 Jan 07:00" in words(journal, HOUR + 1)
    settle(journal, "confirmed")
    assert words(journal, HOUR + 1) == ""
