"""Acting on a plant: a plan is brought to all machines or to none, and nothing moves without a permit."""

import msgspec
import pytest

from live_bridge import gate
from live_bridge.commands import Command, carry_out, job_order_lists
from live_bridge.floor import OpcUaFloor
from live_bridge.gate import Permit
from live_bridge.mirror import OpcUaMirror
from live_bridge.nodes import JobState
from live_bridge.opcua import Call, text
from live_bridge.reconcile import open_commands
from live_bridge.shift import resume, run_shift
from live_bridge.trial import break_down, set_speed
from plant_models import clock
from plant_models.deeds import CommandSent, CommandSettled, OrdersImported
from plant_models.errors import NotApproved
from plant_models.events import BrokeDown, Entered, Event, Finished, OrderAdded, Started
from plant_models.plan import Plan
from plant_models.shifts import HOUR, MINUTE
from tests.live_bridge.conftest import Serve
from tests.live_bridge.shops import book, plan_by
from tests.live_bridge.test_mirror import watch
from twin.chance import Chance
from twin.floor import run
from twin.journal import Journal, replay
from twin.policies.follow import FollowPlan
from twin.policies.rules import rule
from twin.simulated import SimulatedFloor


def with_orders(count: int = 8) -> Journal:
    """A journal into which orders were imported."""
    journal = Journal.in_memory()
    take_in(journal, count)
    return journal


def take_in(journal: Journal, count: int) -> None:
    orders = book(count)
    deed = OrdersImported(at=clock.now(), by="erp", source="book", orders=tuple(order.id for order in orders))
    journal.append(deed, *(OrderAdded(0, order) for order in orders))


def permit_for(mirror: OpcUaMirror, journal: Journal, plan: Plan, *, max_age: int = 100 * HOUR) -> Permit:
    """The whole way through the gate."""
    digest = gate.propose(journal, plan, by="solver")
    gate.rehearse(journal, mirror.plant, mirror.snapshot(), digest, by="solver", runs=2, workers=1)
    gate.approve(journal, digest, by="Mira")
    return gate.release(journal, digest, by="Mira", now=mirror.state.now, max_age=max_age)


def pass_time(mirror: OpcUaMirror, minutes: int) -> None:
    """Let the plant's clock, which stands still, go on for so long."""
    end = mirror.state.now + minutes * MINUTE
    set_speed(mirror, 4000.0)
    assert mirror.wait_for(lambda seen: seen.state.now > end, 10)
    set_speed(mirror, 0.0)


def test_a_released_plan_is_followed_to_its_end_without_another_word(serve: Serve) -> None:
    plant, journal = serve(speed=0.0, truth=3), with_orders()
    with watch(plant, journal) as mirror:
        mirror.connect()
        assert len(mirror.state.orders) == 8
        plan = plan_by(mirror.plant, mirror.snapshot())
        floor = OpcUaFloor(mirror, permit_for(mirror, journal, plan))
        delivery = floor.release()
        assert delivery.outcome == "confirmed", delivery.words()
        held = job_order_lists(mirror, mirror.plant.machines)
        assert sum(len(jobs) for jobs in held.values()) == len(plan.slots)
        states = {entry.state for jobs in held.values() for entry in jobs.values()}
        assert states == {JobState.ALLOWED_TO_START, JobState.RUNNING}
        again = floor.release()
        assert again.outcome == "confirmed" and not again.settled
        set_speed(mirror, 4000.0)
        report = run_shift(floor)
        assert report.ending == "finished", report
        assert not open_commands(journal)
        seen = mirror.snapshot()
    told = replay(mirror.plant, journal.facts())
    told.now = seen.now
    assert told == seen
    assert journal.verify()


def test_the_virtual_plant_does_exactly_what_was_rehearsed_when_it_has_the_same_luck(serve: Serve) -> None:
    """The rehearsal's own run, played beside the plant, tells the same facts in the same order."""
    plant, journal = serve(speed=0.0, seed=5), with_orders()
    with watch(plant, journal) as mirror:
        mirror.connect()
        plan = plan_by(mirror.plant, mirror.snapshot())
        floor = OpcUaFloor(mirror, permit_for(mirror, journal, plan))
        start = mirror.snapshot()
        arrived: list[Event] = []
        mirror.listeners.append(arrived.append)
        assert floor.release().outcome == "confirmed"
        set_speed(mirror, 4000.0)
        assert run_shift(floor).ending == "finished"
    played: list[Event] = []
    run(SimulatedFloor(mirror.plant, start, Chance(5), played.append), FollowPlan(plan), 100 * HOUR)
    seen = [event for event in arrived if isinstance(event, Started | Finished | BrokeDown | Entered)]
    expected = [event for event in played if isinstance(event, Started | Finished | BrokeDown | Entered)]
    assert seen == expected[: len(seen)]
    assert sum(isinstance(event, Finished) for event in seen) == 24


def test_a_breakdown_leads_to_a_new_plan_that_supersedes_the_old(serve: Serve) -> None:
    plant, journal = serve(speed=0.0), with_orders()
    with watch(plant, journal) as mirror:
        mirror.connect()
        first = permit_for(mirror, journal, plan_by(mirror.plant, mirror.snapshot()))
        floor = OpcUaFloor(mirror, first)
        floor.release()
        set_speed(mirror, 600.0)
        mirror.wait_for(lambda m: m.state.now > 30 * MINUTE, 10)
        break_down(mirror, "mill-1", 45.0)
        made: list[Permit] = []

        def replan(seen: OpcUaMirror, event: Event) -> Permit | None:
            assert isinstance(event, BrokeDown)
            if made:
                return None
            set_speed(seen, 0.0)
            plan = plan_by(seen.plant, seen.snapshot(), rule("spt"), "spt")
            made.append(permit_for(seen, journal, plan))
            assert OpcUaFloor(seen, made[0]).release().outcome == "confirmed"
            set_speed(seen, 4000.0)
            return made[-1]

        report = run_shift(floor, replan=replan)
        assert report.ending == "finished", report
        assert len(made) == 1
        standing = gate.status(journal)
        assert standing[first.digest].status == "superseded"
        assert standing[made[0].digest].status == "released"
        held = job_order_lists(mirror, mirror.plant.machines)
        left = [e for jobs in held.values() for e in jobs.values() if e.state <= JobState.ALLOWED_TO_START]
        assert not left


def test_a_recalled_plan_is_taken_off_the_machines_and_moves_nothing_more(serve: Serve) -> None:
    plant, journal = serve(speed=0.0), with_orders()
    with watch(plant, journal) as mirror:
        mirror.connect()
        floor = OpcUaFloor(mirror, permit_for(mirror, journal, plan_by(mirror.plant, mirror.snapshot())))
        floor.release()
        assert floor.recall(by="Mira", reason="steel is late").outcome == "confirmed"
        held = job_order_lists(mirror, mirror.plant.machines)
        assert [entry.state for jobs in held.values() for entry in jobs.values()] == [JobState.RUNNING]
        set_speed(mirror, 4000.0)
        mirror.wait_for(lambda m: m.state.now > 2 * HOUR, 10)
        assert all(machine.order is None for machine in mirror.state.machines.values())
        report = run_shift(floor)
        assert report.ending == "recalled"


def test_a_machine_that_refuses_a_job_order_keeps_the_plan_off_every_machine(serve: Serve) -> None:
    plant, journal = serve(speed=0.0), with_orders()
    with watch(plant, journal) as mirror:
        mirror.connect()
        permit = permit_for(mirror, journal, plan_by(mirror.plant, mirror.snapshot()))
        floor = OpcUaFloor(mirror, permit)
        job = floor._jobs["washer"][0]
        other = msgspec.structs.replace(job, tolerance=1)
        (reply,) = mirror._line.call([Call("Machines/washer", "Store", (text(msgspec.json.encode(other).decode()),))])
        assert reply.is_done
        delivery = floor.release()
        assert delivery.outcome == "refused"
        assert "washer" in delivery.words() and "UNABLE_TO_ACCEPT" in delivery.words()
        assert not any(job_order_lists(mirror, mirror.plant.machines).values())
        assert gate.status(journal)[permit.digest].status == "recalled"


def test_every_command_is_written_down_before_it_is_sent_and_settled_after(serve: Serve) -> None:
    plant, journal = serve(speed=0.0), with_orders()
    with watch(plant, journal) as mirror:
        mirror.connect()
        floor = OpcUaFloor(mirror, permit_for(mirror, journal, plan_by(mirror.plant, mirror.snapshot())))
        floor.release()
    sent = [deed for deed in journal.deeds() if isinstance(deed, CommandSent)]
    settled = [deed for deed in journal.deeds() if isinstance(deed, CommandSettled)]
    assert [(d.command, d.machine) for d in sent] == [(d.command, d.machine) for d in settled]
    assert {deed.command for deed in sent} == {"AddOrders", "Store", "Start"}


def test_a_plan_that_waited_longer_than_its_rehearsal_is_fresh_is_not_begun(serve: Serve) -> None:
    plant, journal = serve(speed=0.0), with_orders()
    with watch(plant, journal) as mirror:
        mirror.connect()
        plan = plan_by(mirror.plant, mirror.snapshot())
        permit = permit_for(mirror, journal, plan, max_age=gate.MAX_AGE)
        floor = OpcUaFloor(mirror, permit)
        pass_time(mirror, 31)
        report = run_shift(floor)
        assert (report.ending, report.deliveries) == ("recalled", ())
        assert "was not handed over: its rehearsal was too old" in report.detail
        assert not any(job_order_lists(mirror, mirror.plant.machines).values())
        assert not [deed for deed in journal.deeds() if isinstance(deed, CommandSent)]
        assert gate.status(journal)[permit.digest].status == "recalled"
        assert OpcUaFloor(mirror, permit_for(mirror, journal, plan)).release().outcome == "confirmed"


def test_a_plan_that_was_begun_is_handed_over_to_its_end_however_old_it_is(serve: Serve) -> None:
    plant, journal = serve(speed=0.0), with_orders()
    with watch(plant, journal) as mirror:
        mirror.connect()
        plan = plan_by(mirror.plant, mirror.snapshot())
        floor = OpcUaFloor(mirror, permit_for(mirror, journal, plan, max_age=gate.MAX_AGE))
        floor.add_orders()
        carry_out(mirror, floor.permit, [Command(method="Store", machine="saw", jobs=floor._jobs["saw"])])
        pass_time(mirror, 31)
    with watch(plant, journal) as mirror:  # as after a kill
        mirror.connect()
        again = resume(mirror)
        assert again is not None
        assert again.release().outcome == "confirmed"
        held = job_order_lists(mirror, mirror.plant.machines)
        assert sum(len(jobs) for jobs in held.values()) == len(plan.slots)


@pytest.mark.parametrize("is_begun", [True, False])
def test_what_a_policy_decides_is_sent_late_only_where_its_shift_began_in_time(serve: Serve, is_begun: bool) -> None:
    plant, journal = serve(speed=0.0), with_orders(4)
    with watch(plant, journal) as mirror:
        mirror.connect()
        plan = plan_by(mirror.plant, mirror.snapshot())
        permit = permit_for(mirror, journal, plan, max_age=gate.MAX_AGE)
        floor = OpcUaFloor(mirror, permit)
        if is_begun:
            floor.begin()
        else:
            floor.add_orders()
        pass_time(mirror, 31)
        decision = floor.advance()
        assert decision is not None
        choice = FollowPlan(plan)(mirror.plant, mirror.state, decision)
        if is_begun:
            floor.start(decision, choice)
        else:
            with pytest.raises(NotApproved, match="not handed over"):
                floor.start(decision, choice)
        held = job_order_lists(mirror, [decision.machine])[decision.machine]
        assert len(held) == is_begun


def test_a_policy_dispatches_live_within_its_permit(serve: Serve) -> None:
    plant, journal = serve(speed=0.0), with_orders(4)
    with watch(plant, journal) as mirror:
        mirror.connect()
        plan = plan_by(mirror.plant, mirror.snapshot())
        floor = OpcUaFloor(mirror, permit_for(mirror, journal, plan))
        set_speed(mirror, 600.0)
        report = run_shift(floor, FollowPlan(plan))
        assert report.ending == "finished", report
        assert {deed.command for deed in journal.deeds() if isinstance(deed, CommandSent)} == {
            "AddOrders",
            "StoreAndStart",
        }


def test_a_permit_gives_a_machine_nothing_but_what_its_plan_says(serve: Serve) -> None:
    plant, journal = serve(speed=0.0), with_orders(4)
    with watch(plant, journal) as mirror:
        mirror.connect()
        plan = plan_by(mirror.plant, mirror.snapshot())
        floor = OpcUaFloor(mirror, permit_for(mirror, journal, plan))
        moved = msgspec.structs.replace(floor._jobs["saw"][0], start=1, setup_start=1)
        for jobs, method in ((moved,), "Store"), ((moved,), "StoreAndStart"):
            with pytest.raises(NotApproved, match="not in the plan"):
                carry_out(mirror, floor.permit, [Command(method=method, machine="saw", jobs=jobs)])
        with pytest.raises(NotApproved, match="takes a permit"):
            carry_out(mirror, object.__new__(Permit), [Command(method="Store", machine="saw", jobs=floor._jobs["saw"])])
        assert not any(job_order_lists(mirror, mirror.plant.machines).values())
