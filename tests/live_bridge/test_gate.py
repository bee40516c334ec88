"""The gate: no way leads past a fresh rehearsal and somebody else's approval."""

import copy
import pickle
from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from live_bridge import gate
from live_bridge.floor import OpcUaFloor
from live_bridge.gate import Permit
from live_bridge.nodes import job_order_id
from plant_models import clock
from plant_models.deeds import CommandSent, PlanApproved, PlanRecalled, PlanRehearsed, PlanReleased
from plant_models.errors import NotApproved
from plant_models.events import BrokeDown, Finished, OrderAdded, Repaired, SetupStarted, Split, Started
from plant_models.plan import Plan, Slot
from plant_models.shifts import HOUR, MINUTE
from tests.live_bridge.shops import book, plan_by, shop
from twin.journal import Journal, replay


def slot(machine: str, order: str, start: int = 0, step: int = 0) -> Slot:
    return Slot(machine=machine, order=order, step=step, setup_start=start, start=start, end=start + MINUTE)


PLAN = Plan(slots=(slot("saw", "o0"), slot("saw", "o1", MINUTE)), made_at=0, source="edd")


def rehearsed(journal: Journal, digest: str, now: int = 0) -> None:
    """As `gate.rehearse` writes it, without the playing."""
    deed = PlanRehearsed(at=clock.now(), by="solver", digest=digest, now=now, state="", runs=100, seed=1, figures={})
    journal.append(deed)


def ready(plan: Plan = PLAN) -> tuple[Journal, str]:
    """A journal with a plan that could be released."""
    journal = Journal.in_memory()
    journal.append(*(OrderAdded(0, order) for order in book(2)))
    digest = gate.propose(journal, plan, by="Ada")
    rehearsed(journal, digest)
    gate.approve(journal, digest, by="Mira")
    return journal, digest


def refusal(journal: Journal, digest: str, now: int = 0, **more: object) -> str:
    with pytest.raises(NotApproved) as caught:
        gate.release(journal, digest, by="Mira", now=now, **more)
    return str(caught.value)


def test_a_plan_that_was_rehearsed_and_approved_by_another_is_released() -> None:
    journal, digest = ready()
    permit = gate.release(journal, digest, by="Mira", now=MINUTE)
    assert permit.plan == PLAN and permit.digest == digest
    standing = gate.in_force(journal)
    assert standing is not None and standing.digest == digest


def test_a_real_rehearsal_opens_the_gate_as_well() -> None:
    scenario, journal = shop(3), Journal.in_memory()
    journal.append(*(OrderAdded(0, order) for order in scenario.orders))
    state = replay(scenario.plant, journal.facts())
    digest = gate.propose(journal, plan_by(scenario.plant, state), by="solver")
    rehearsal = gate.rehearse(journal, scenario.plant, state, digest, by="solver", runs=3, workers=1)
    deed = gate.status(journal)[digest].rehearsed
    assert deed is not None and deed.state == rehearsal.state and deed.figures["makespan_h"] > 0
    gate.approve(journal, digest, by="Mira")
    assert gate.release(journal, digest, by="Mira", now=0).digest == digest


def test_a_plan_that_was_not_rehearsed_cannot_be_approved_or_released() -> None:
    journal = Journal.in_memory()
    digest = gate.propose(journal, PLAN, by="Ada")
    with pytest.raises(NotApproved, match="not rehearsed"):
        gate.approve(journal, digest, by="Mira")
    until = clock.now() + timedelta(hours=1)
    journal.append(PlanApproved(at=clock.now(), by="Mira", digest=digest, until=until))
    assert "it was not rehearsed; nobody approved it" in refusal(journal, digest)


def test_a_plan_that_was_changed_after_its_approval_is_another_plan() -> None:
    journal, _ = ready()
    changed = Plan(slots=(slot("saw", "o1"), slot("saw", "o0", MINUTE)), made_at=0)
    assert "no plan" in refusal(journal, changed.digest)
    gate.propose(journal, changed, by="Ada")
    assert "not rehearsed" in refusal(journal, changed.digest)


def test_an_approval_that_has_expired_is_none() -> None:
    journal, digest = ready()
    late = clock.now() + timedelta(hours=9)
    assert "expired" in refusal(journal, digest, at=late)
    assert gate.status(journal, at=late)[digest].status == "expired"


@pytest.mark.parametrize("name", ["Ada", " ada ", "ADA"])
def test_who_proposed_a_plan_cannot_approve_it_however_the_name_is_written(name: str) -> None:
    journal = Journal.in_memory()
    digest = gate.propose(journal, PLAN, by="Ada")
    rehearsed(journal, digest)
    with pytest.raises(NotApproved, match="someone else"):
        gate.approve(journal, digest, by=name)
    until = clock.now() + timedelta(hours=1)
    journal.append(PlanApproved(at=clock.now(), by=name, digest=digest, until=until))
    assert "who proposed it" in refusal(journal, digest)


def test_who_proposes_an_approved_plan_as_well_takes_its_approval_away() -> None:
    journal, digest = ready()
    gate.propose(journal, PLAN, by="Mira")
    assert "approved by Mira, who proposed it" in refusal(journal, digest)


def test_an_approval_before_the_latest_rehearsal_does_not_count() -> None:
    journal, digest = ready()
    rehearsed(journal, digest)
    assert "nobody approved it after its rehearsal" in refusal(journal, digest)


def test_a_rehearsal_grows_old_by_the_clock_of_the_floor() -> None:
    journal, digest = ready()
    assert "rehearse it again" in refusal(journal, digest, now=31 * MINUTE)
    assert gate.release(journal, digest, by="Mira", now=31 * MINUTE, max_age=HOUR).digest == digest


def test_a_floor_that_has_drifted_keeps_the_plan_off() -> None:
    journal, digest = ready()
    journal.append(BrokeDown(2, "saw"), OrderAdded(3, book(3)[2]), Started(4, "band saw", "o0", 0))
    words = refusal(journal, digest, now=5)
    assert "machine saw is down since the rehearsal" in words
    assert "order o2 came in after the rehearsal began" in words
    assert "step 0 of order o0 was started on band saw; the plan has it on saw" in words


def test_what_went_as_the_plan_has_it_is_no_drift() -> None:
    journal, digest = ready()
    journal.append(BrokeDown(2, "saw"), Repaired(3, "saw"), OrderAdded(3, book(2)[0]), Started(4, "saw", "o0", 0))
    assert gate.release(journal, digest, by="Mira", now=5).digest == digest


def test_a_lot_that_is_set_up_for_elsewhere_than_planned_is_drift() -> None:
    cut = slot("saw", "o0")
    lots = tuple(slot("mill-1", f"o0/{n}", n * MINUTE, step=1) for n in (1, 2))
    journal, digest = ready(Plan(slots=(cut, *lots), made_at=0))
    journal.append(Finished(2, "saw", "o0", 0, 10), Split(2, "o0", ("o0/1", "o0/2"), (5, 5)))
    journal.append(SetupStarted(3, "mill-2", "o0/1"))
    assert "step 1 of order o0/1 was started on mill-2; the plan has it on mill-1" in refusal(journal, digest, now=5)


def test_a_rejected_or_recalled_plan_needs_everything_anew() -> None:
    journal, digest = ready()
    gate.reject(journal, digest, by="Mira", reason="no steel")
    assert "rejected" in refusal(journal, digest)
    gate.propose(journal, PLAN, by="Ada")
    assert "not rehearsed; nobody approved" in refusal(journal, digest)
    rehearsed(journal, digest)
    gate.approve(journal, digest, by="Mira")
    gate.release(journal, digest, by="Mira", now=0)
    gate.recall(journal, digest, by="Mira", reason="steel is late")
    assert gate.in_force(journal) is None
    assert "recalled" in refusal(journal, digest)


def test_a_released_plan_supersedes_the_one_before_and_its_permit() -> None:
    journal, first = ready()
    permit = gate.release(journal, first, by="Mira", now=0)
    other = Plan(slots=(slot("saw", "o1"),), made_at=0)
    second = gate.propose(journal, other, by="Ada")
    rehearsed(journal, second)
    gate.approve(journal, second, by="Mira")
    gate.release(journal, second, by="Mira", now=0)
    assert [standing.status for standing in gate.status(journal).values()] == ["superseded", "released"]
    with pytest.raises(NotApproved, match="superseded"):
        gate.check(journal, permit)


def test_a_plan_that_the_floor_did_not_take_leaves_the_one_before_in_force() -> None:
    journal, first = ready()
    gate.release(journal, first, by="Mira", now=0)
    second = gate.propose(journal, Plan(slots=(slot("saw", "o1"),), made_at=0), by="Ada")
    rehearsed(journal, second)
    gate.approve(journal, second, by="Mira")
    permit = gate.release(journal, second, by="Mira", now=0)
    gate.withdraw(journal, permit, reason="the saw refused", is_untouched=True)
    assert [standing.status for standing in gate.status(journal).values()] == ["released", "recalled"]


def another(journal: Journal, now: int = 0) -> Permit:
    """A second plan, released from the state of *now*."""
    digest = gate.propose(journal, Plan(slots=(slot("saw", "o1"),), made_at=now), by="Ada")
    rehearsed(journal, digest, now)
    gate.approve(journal, digest, by="Mira")
    return gate.release(journal, digest, by="Mira", now=now)


def send(journal: Journal, permit: Permit, command: str = "Store") -> None:
    """As the bridge writes down what it is about to send."""
    jobs = (job_order_id(permit.digest, "o1", 0),)
    journal.append(CommandSent(at=clock.now(), by="bridge", command=command, machine="saw", job_orders=jobs))


def too_late(journal: Journal, permit: Permit) -> None:
    with pytest.raises(NotApproved, match=r"not handed over: its rehearsal was too old .* rehearse it"):
        gate.begin(journal, permit, now=permit.fresh_until + 1)


def test_a_permit_says_by_when_its_plan_has_to_be_begun() -> None:
    journal, digest = ready()
    permit = gate.release(journal, digest, by="Mira", now=20 * MINUTE, max_age=25 * MINUTE)
    again = gate.permit_in_force(journal)
    assert again is not None and again.fresh_until == permit.fresh_until == 25 * MINUTE
    gate.begin(journal, permit, now=25 * MINUTE)
    assert gate.in_force(journal) is not None


def test_a_plan_that_nobody_began_while_it_was_fresh_is_withdrawn_on_the_record() -> None:
    journal, digest = ready()
    permit = gate.release(journal, digest, by="Mira", now=0)
    too_late(journal, permit)
    (*_, deed) = journal.deeds()
    assert isinstance(deed, PlanRecalled)
    assert (deed.by, deed.digest) == ("bridge", digest)
    assert "nothing of it was sent; propose it again" in deed.reason
    assert gate.in_force(journal) is None
    with pytest.raises(NotApproved, match="it is recalled"):
        gate.begin(journal, permit, now=0)


def test_a_plan_that_was_begun_goes_on_however_old_it_is() -> None:
    journal, digest = ready()
    permit = gate.release(journal, digest, by="Mira", now=0)
    send(journal, permit)
    gate.begin(journal, permit, now=100 * HOUR)
    assert gate.in_force(journal) is not None


def test_what_was_sent_of_a_plan_before_it_was_recalled_does_not_begin_it_anew() -> None:
    journal, digest = ready()
    send(journal, gate.release(journal, digest, by="Mira", now=0))
    gate.recall(journal, digest, by="Mira", reason="no steel")
    gate.propose(journal, PLAN, by="Ada")
    rehearsed(journal, digest)
    gate.approve(journal, digest, by="Mira")
    too_late(journal, gate.release(journal, digest, by="Mira", now=0))


def test_a_plan_that_comes_too_late_leaves_the_one_before_in_force_as_it_was() -> None:
    journal, digest = ready()
    first = gate.release(journal, digest, by="Mira", now=0)
    send(journal, first)
    too_late(journal, another(journal, now=5 * MINUTE))
    permit = gate.permit_in_force(journal)
    assert permit is not None
    assert (permit.digest, permit.fresh_until) == (digest, first.fresh_until)
    gate.begin(journal, permit, now=100 * HOUR)


def test_a_release_that_does_not_say_until_when_counts_as_any_other() -> None:
    journal, digest = ready()
    journal.append(PlanReleased(at=clock.now(), by="Mira", digest=digest))
    permit = gate.permit_in_force(journal)
    assert permit is not None and permit.fresh_until == gate.MAX_AGE


def test_nobody_makes_copies_or_sends_a_permit() -> None:
    journal, digest = ready()
    permit = gate.release(journal, digest, by="Mira", now=0)
    with pytest.raises(NotApproved):
        Permit(object(), PLAN)
    for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError):
            attempt(permit)
    with pytest.raises(TypeError):
        type("MyPermit", (Permit,), {})
    with pytest.raises(AttributeError):
        permit._plan = PLAN
    forged = object.__new__(Permit)
    with pytest.raises(NotApproved):
        gate.check(journal, forged)


def test_a_floor_takes_nothing_but_a_permit_of_its_own_journal() -> None:
    journal, digest = ready()
    permit = gate.release(journal, digest, by="Mira", now=0)
    other, _ = ready()
    with pytest.raises(NotApproved):
        gate.check(other, permit)
    with pytest.raises(NotApproved):
        OpcUaFloor(SimpleNamespace(journal=journal), PLAN)


NAMES = st.sampled_from(["Ada", "Mira", "solver", "ada"])
PLANS = [Plan(slots=(slot("saw", f"o{n}"),), made_at=0) for n in range(2)]
WHICH = st.integers(0, 1)


class Desk(RuleBasedStateMachine):
    """People and programs do things at the desk, and write into the journal, in any order they like."""

    @initialize()
    def begin(self) -> None:
        self.journal = Journal.in_memory()
        self.now, self.late = 0, timedelta(0)
        self.proposers: dict[int, set[str]] = {0: set(), 1: set()}
        self.rehearsed: dict[int, int | None] = {0: None, 1: None}
        self.approved: dict[int, tuple[str, timedelta] | None] = {0: None, 1: None}
        self.is_closed = {0: True, 1: True}
        self.drifted: dict[int, bool] = {0: False, 1: False}
        self.is_down = False
        self.was_down = {0: False, 1: False}
        self.released: int | None = None

    @rule(which=WHICH, name=NAMES)
    def propose(self, which: int, name: str) -> None:
        gate.propose(self.journal, PLANS[which], by=name)
        self.proposers[which].add(name.casefold())
        if self.is_closed[which]:
            self.is_closed[which] = False
            self.rehearsed[which] = self.approved[which] = None

    @rule(which=WHICH)
    def rehearse(self, which: int) -> None:
        rehearsed(self.journal, PLANS[which].digest, self.now)
        if self.proposers[which] and not self.is_closed[which] and self.released != which:
            self.rehearsed[which], self.approved[which] = self.now, None
            self.drifted[which], self.was_down[which] = False, self.is_down

    @rule(which=WHICH, name=NAMES, hours=st.integers(1, 3))
    def sign(self, which: int, name: str, hours: int) -> None:
        """Somebody writes an approval into the journal, whether or not the gate would have taken it."""
        until = clock.now() + self.late + timedelta(hours=hours)
        journal_deed = PlanApproved(at=clock.now(), by=name, digest=PLANS[which].digest, until=until)
        self.journal.append(journal_deed)
        if self.rehearsed[which] is not None and not self.is_closed[which] and self.released != which:
            self.approved[which] = (name.casefold(), self.late + timedelta(hours=hours))

    @rule(which=WHICH)
    def go_by_the_book(self, which: int) -> None:
        self.propose(which, "solver")
        self.rehearse(which)
        self.sign(which, "Mira", 2)

    @rule(which=WHICH, name=NAMES)
    def reject(self, which: int, name: str) -> None:
        try:
            gate.reject(self.journal, PLANS[which].digest, by=name, reason="no")
        except NotApproved:
            return
        self.is_closed[which] = True
        self.rehearsed[which] = self.approved[which] = None

    @rule(minutes=st.sampled_from([1, 20, 90]))
    def floor_goes_on(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule(hours=st.integers(1, 2))
    def wall_clock_goes_on(self, hours: int) -> None:
        self.late += timedelta(hours=hours, minutes=1)

    @rule()
    def saw_fails_or_is_repaired(self) -> None:
        self.now += 1
        self.journal.append(Repaired(self.now, "saw") if self.is_down else BrokeDown(self.now, "saw"))
        self.is_down = not self.is_down

    @precondition(lambda self: self.released is not None)
    @rule(name=NAMES)
    def recall(self, name: str) -> None:
        which = self.released
        assert which is not None
        gate.recall(self.journal, PLANS[which].digest, by=name, reason="late")
        self.is_closed[which], self.released = True, None
        self.rehearsed[which] = self.approved[which] = None

    @rule(which=WHICH, name=NAMES)
    def release(self, which: int, name: str) -> None:
        when, signed = self.rehearsed[which], self.approved[which]
        is_right = (
            bool(self.proposers[which])
            and not self.is_closed[which]
            and self.released != which
            and when is not None
            and self.now - when <= gate.MAX_AGE
            and self.is_down == self.was_down[which]
            and signed is not None
            and signed[0] not in self.proposers[which]
            and signed[1] > self.late
        )
        digest, at = PLANS[which].digest, clock.now() + self.late
        if not is_right:
            with pytest.raises(NotApproved):
                gate.release(self.journal, digest, by=name, now=self.now, at=at)
            return
        assert gate.release(self.journal, digest, by=name, now=self.now, at=at).digest == digest
        if self.released is not None:
            self.is_closed[self.released] = True
            self.rehearsed[self.released] = self.approved[self.released] = None
        self.released = which

    @invariant()
    def at_most_one_plan_is_in_force_and_it_is_the_one_that_was_released(self) -> None:
        if not hasattr(self, "journal"):
            return
        standing = gate.in_force(self.journal)
        assert (standing.digest if standing else None) == (
            None if self.released is None else PLANS[self.released].digest
        )


Desk.TestCase.settings = settings(stateful_step_count=25, deadline=None)
TestDesk = Desk.TestCase
