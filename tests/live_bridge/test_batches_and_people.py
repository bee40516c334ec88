"""Plants with batches, stays, people, tools and stocks on the wire: what they tell, and how they follow a plan."""

from dataclasses import replace

import pytest

from live_bridge.floor import OpcUaFloor
from live_bridge.mirror import OpcUaMirror
from live_bridge.nodes import JobState, ReturnStatus, job_orders
from live_bridge.plant_process import PlantProcess
from live_bridge.shift import run_shift
from live_bridge.works import Works, truth
from plant_models.batch import Batch
from plant_models.distributions import Constant
from plant_models.events import Consumed, Engaged, Finished, Started, ToolWornOut
from plant_models.materials import Amount, Material, Replenishment
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plan import Plan, Slot
from plant_models.plant import Buffer, Crew, Machine, Plant, Tool, WorkCenter
from plant_models.scenario import Scenario
from plant_models.shifts import HOUR, MINUTE
from tests.live_bridge.conftest import Serve
from tests.live_bridge.test_floor import permit_for, set_speed
from twin.chance import Certain
from twin.journal import Journal, replay
from twin.state import State


def bakery(orders: int = 6) -> Scenario:
    """A mixer that uses up flour, dough that has to rise, an oven for three at once with one baker and a few trays."""
    routing = Routing(
        id="bread",
        operations=(
            Operation(
                id="mix",
                machines={"mixer": Constant(6 * MINUTE)},
                consumes={"flour": Amount(id="flour", quantity=3, per="order")},
                takes=("tray",),
            ),
            Operation(id="bake", machines={"oven": Constant(40 * MINUTE)}, crew="bakers", returns=("tray",)),
        ),
    )
    plant = Plant(
        id="bakery",
        work_centers={
            "mixing": WorkCenter(id="mixing", buffer="in"),
            "baking": WorkCenter(id="baking", buffer="rising"),
        },
        machines={
            "mixer": Machine(id="mixer", work_center="mixing"),
            "oven": Machine(id="oven", work_center="baking", batch=Batch(most=3)),
        },
        buffers={"in": Buffer(id="in"), "rising": Buffer(id="rising", min_stay=15 * MINUTE)},
        routings={"bread": routing},
        products={"loaf": Product(id="loaf", routing="bread")},
        crews={"bakers": Crew(id="bakers")},
        tools={"tray": Tool(id="tray", count=5, uses=2, renewal=Constant(10 * MINUTE))},
        materials={"flour": Material(id="flour", stock=9, replenishment=Replenishment(quantity=6, every=HOUR))},
    )
    return Scenario(id="bakery", plant=plant, orders=tuple(Order(id=f"o{n}", product="loaf") for n in range(orders)))


def as_it_was(plant: PlantProcess, now: int) -> State:
    works = plant.setting.works()
    works.work(now)
    return works.state


def test_a_floor_with_everything_that_is_seen_through_opc_ua_is_the_floor(serve: Serve) -> None:
    plant = serve(scenario=bakery(12), orders="scenario", rule="edd", speed=4000.0, truth=7)
    journal = Journal.in_memory()
    with OpcUaMirror(plant.endpoint, bakery().plant, journal, security="none") as mirror:
        mirror.connect()
        assert mirror.wait_for(lambda m: m.state.now > 5 * HOUR and m.is_live, 20)
        seen = mirror.snapshot()
        assert seen == as_it_was(plant, seen.now)
        told = replay(mirror.plant, journal.facts())
        told.now = seen.now
        assert told == seen
        kinds = {type(fact) for fact in journal.facts()}
        assert {Consumed, Engaged, ToolWornOut} <= kinds
        assert any(isinstance(fact, Started) and fact.mates for fact in journal.facts())


def planned() -> Plan:
    """Two batches, of which the second is fuller; who came first would make it the other way round."""
    slots = [
        Slot(machine="mixer", order=f"o{n}", step=0, setup_start=t, start=t, end=t + 6 * MINUTE)
        for n, t in ((n, n * 6 * MINUTE) for n in range(4))
    ]
    for n, start in ((0, 30), (1, 70), (2, 70), (3, 70)):
        t = start * MINUTE
        slots.append(Slot(machine="oven", order=f"o{n}", step=1, setup_start=t, start=t, end=t + 40 * MINUTE))
    return Plan(slots=tuple(slots))


def works(orders: int = 4, flour: int = 99) -> Works:
    scenario = bakery(orders)
    stocked = {"flour": replace(scenario.plant.materials["flour"], stock=flour)}
    plant = replace(scenario.plant, materials=stocked, tools={"tray": Tool(id="tray", count=9)})
    return Works(replace(scenario, plant=plant), Certain())


def baked(at: Works) -> list[tuple[int, tuple[str, ...]]]:
    facts = at.facts(0, 1000).events(0)
    begun = [f for f in facts if isinstance(f, Started) and f.machine == "oven"]
    return [(f.time // MINUTE, tuple(sorted((f.order, *f.mates)))) for f in begun]


def test_machines_that_were_given_a_plan_form_its_batches() -> None:
    at = works()
    for machine, jobs in job_orders(planned(), tolerance=30 * MINUTE).items():
        for job in jobs:
            assert at.command(machine, "StoreAndStart", job) == ReturnStatus.NO_ERROR
    at.work(10 * HOUR)
    assert baked(at) == [(21, ("o0",)), (61, ("o1", "o2", "o3"))]
    assert {entry.state for machine in ("mixer", "oven") for entry in at.jobs.of(machine)} == {JobState.ENDED}


def test_a_machine_waits_for_those_of_a_batch_that_it_was_not_told_to_start_yet() -> None:
    at = works()
    jobs = job_orders(planned(), tolerance=30 * MINUTE)
    for job in jobs["mixer"]:
        at.command("mixer", "StoreAndStart", job)
    at.work(65 * MINUTE)
    first, second, third, last = jobs["oven"]
    at.command("oven", "StoreAndStart", second)
    at.command("oven", "StoreAndStart", third)
    at.work(66 * MINUTE)
    assert baked(at) == []
    at.command("oven", "StoreAndStart", last)
    at.work(67 * MINUTE)
    assert baked(at) == [(66, ("o1", "o2", "o3"))]
    held = {entry.job_order.order: entry.state for entry in at.jobs.of("oven")}
    assert held == dict.fromkeys(("o1", "o2", "o3"), JobState.RUNNING)
    at.command("oven", "StoreAndStart", first)
    at.work(10 * HOUR)
    assert baked(at)[1:] == [(106, ("o0",))]


@pytest.mark.parametrize("by_decision", [False, True])
def test_a_released_plan_with_batches_is_followed_to_its_end(serve: Serve, by_decision: bool) -> None:
    journal = Journal.in_memory()
    plant = serve(scenario=bakery(3), orders="scenario", speed=0.0)
    with OpcUaMirror(plant.endpoint, bakery().plant, journal, security="none") as mirror:
        mirror.connect()
        rows = (("mixer", 0, 0, 6), ("mixer", 6, 0, 12), ("mixer", 12, 0, 18), *3 * (("oven", 33, 1, 73),))
        slots = [
            Slot(machine=m, order=f"o{n % 3}", step=s, setup_start=t * MINUTE, start=t * MINUTE, end=e * MINUTE)
            for n, (m, t, s, e) in enumerate(rows)
        ]
        floor = OpcUaFloor(mirror, permit_for(mirror, journal, Plan(slots=tuple(slots))))
        if not by_decision:
            assert floor.release().outcome == "confirmed"
            set_speed(mirror, 4000.0)
            assert run_shift(floor).ending == "finished"
        else:
            floor.begin()
            set_speed(mirror, 60.0)
            while (decision := floor.advance()) is not None:
                job = next(s for s in slots if s.machine == decision.machine and s.order in decision.options)
                floor.start(decision, job.order)
                if decision.machine == "oven":
                    set_speed(mirror, 4000.0)
        done = [fact for fact in journal.facts() if isinstance(fact, Finished) and fact.machine == "oven"]
        assert len(done) == 3
        if not by_decision:
            assert len({fact.time for fact in done}) == 1


def test_the_truth_differs_in_how_long_tools_are_away() -> None:
    believed = bakery()
    real = truth(believed, 5).plant.tools["tray"].renewal
    assert real is not None
    assert real != believed.plant.tools["tray"].renewal
    assert 0.85 <= real.mean / (10 * MINUTE) <= 1.15
