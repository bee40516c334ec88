"""Plans whose orders divide into lots on the way: the plant is told the orders, and its machines are given the lots."""

from dataclasses import replace

import pytest

from live_bridge.floor import OpcUaFloor
from live_bridge.mirror import OpcUaMirror
from live_bridge.nodes import job_orders
from live_bridge.shift import run_shift
from live_bridge.works import Works
from plant_models.deeds import CommandSent
from plant_models.events import Merged, Split
from plant_models.plan import Plan, Slot
from plant_models.plant import Buffer
from plant_models.scenario import Scenario
from plant_models.shifts import MINUTE
from tests.live_bridge.conftest import Serve
from tests.live_bridge.shops import plan_by, shop
from tests.live_bridge.test_batches_and_people import baked, bakery
from tests.live_bridge.test_floor import permit_for, set_speed, take_in
from twin.chance import Certain
from twin.journal import Journal, replay
from twin.policies.follow import FollowPlan


def in_lots(step: int) -> Scenario:
    """The shop, where orders divide into lots of 4 pieces before *step* and come together again to be washed."""
    base = shop(failing=False)
    (routing,) = base.plant.routings.values()
    operations = list(routing.operations)
    operations[step] = replace(operations[step], split=4)
    operations[2] = replace(operations[2], merge=True)
    routings = {routing.id: replace(routing, operations=tuple(operations))}
    buffers = {name: Buffer(id=name) for name in base.plant.buffers}
    return replace(base, plant=replace(base.plant, routings=routings, buffers=buffers))


def following(plant_of: Serve, step: int, journal: Journal) -> OpcUaMirror:
    scenario = in_lots(step)
    served = plant_of(scenario=scenario, speed=0.0, truth=3)
    return OpcUaMirror(served.endpoint, scenario.plant, journal, security="none")


def told(journal: Journal) -> list[str]:
    """What the plant was given as orders."""
    sent = (deed for deed in journal.deeds() if isinstance(deed, CommandSent) and deed.command == "AddOrders")
    return [name for deed in sent for name in deed.job_orders]


@pytest.mark.parametrize("by_decision", [False, True])
@pytest.mark.parametrize("step", [0, 1])
def test_a_released_plan_with_lots_is_followed_to_its_end(serve: Serve, step: int, by_decision: bool) -> None:
    journal = Journal.in_memory()
    take_in(journal, 3)
    with following(serve, step, journal) as mirror:
        mirror.connect()
        plan = plan_by(mirror.plant, mirror.snapshot())
        assert {"o0/1", "o0/2", "o0/3"} < {slot.order for slot in plan.slots}
        floor = OpcUaFloor(mirror, permit_for(mirror, journal, plan))
        set_speed(mirror, 1500.0 if by_decision else 4000.0)
        report = run_shift(floor, FollowPlan(plan) if by_decision else None)
        assert report.ending == "finished", report
        seen = mirror.snapshot()
    assert told(journal) == ["o0", "o1", "o2"]
    facts = list(journal.facts())
    assert sum(isinstance(fact, Split) for fact in facts) == sum(isinstance(fact, Merged) for fact in facts) == 3
    state = replay(mirror.plant, facts)
    state.now = seen.now
    assert state == seen


def test_a_plan_made_while_lots_are_on_the_floor_takes_over_from_there(serve: Serve) -> None:
    journal = Journal.in_memory()
    take_in(journal, 3)
    with following(serve, 1, journal) as mirror:
        mirror.connect()
        floor = OpcUaFloor(mirror, permit_for(mirror, journal, plan_by(mirror.plant, mirror.snapshot())))
        assert floor.release().outcome == "confirmed"
        set_speed(mirror, 600.0)
        assert mirror.wait_for(lambda m: "o0/3" in m.state.orders, 20)
        set_speed(mirror, 0.0)
        again = OpcUaFloor(mirror, permit_for(mirror, journal, plan_by(mirror.plant, mirror.snapshot())))
        assert "o0/3" in {slot.order for slot in again.plan.slots}
        delivery = again.release()
        assert delivery.outcome == "confirmed", delivery.words()
        set_speed(mirror, 4000.0)
        assert run_shift(again).ending == "finished"
    assert told(journal) == ["o0", "o1", "o2"]


def test_a_batch_waits_for_a_lot_that_is_not_there_yet_and_was_not_told_to_start() -> None:
    base = bakery(2)
    (routing,) = base.plant.routings.values()
    mix, bake = routing.operations
    mix, bake = replace(mix, consumes={}, takes=()), replace(bake, split=1, returns=())
    plant = replace(base.plant, routings={routing.id: replace(routing, operations=(mix, bake))})
    orders = tuple(replace(order, quantity=2) for order in base.orders)
    at = Works(replace(base, plant=plant, orders=orders), Certain())
    slots = [slot("mixer", "o0", 0, 0, 12), slot("mixer", "o1", 0, 40, 52)]
    slots += [slot("oven", lot, 1, 67, 107) for lot in ("o0/1", "o0/2", "o1/1")]
    jobs = job_orders(Plan(slots=tuple(slots)), tolerance=30 * MINUTE)
    for job in (jobs["mixer"][0], *jobs["oven"][:2]):
        at.command(job.machine, "StoreAndStart", job)
    at.work(39 * MINUTE)
    assert not baked(at)
    for job in (jobs["mixer"][1], jobs["oven"][2]):
        at.command(job.machine, "StoreAndStart", job)
    at.work(100 * MINUTE)
    assert [lots for _, lots in baked(at)] == [("o0/1", "o0/2", "o1/1")]


def slot(machine: str, order: str, step: int, start: int, end: int) -> Slot:
    """A slot without setup; times in minutes."""
    start, end = start * MINUTE, end * MINUTE
    return Slot(machine=machine, order=order, step=step, setup_start=start, start=start, end=end)
