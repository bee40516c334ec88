"""Wear and maintenance on the compiled floor: machines wear out and are kept up there as on the simulated one."""

from dataclasses import replace

import pytest

from plant_models.distributions import Constant, Exponential, Trace
from plant_models.events import BrokeDown, Event, Finished, MaintenanceEnded, MaintenanceStarted, Started, Worn
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plant import Buffer, Crew, Failure, Machine, Plant, Wear, WearLevel, WorkCenter
from plant_models.shifts import HOUR, MINUTE
from plant_models.upkeep import Maintenance
from tests.twin.floors import both
from twin.chance import Certain, Chance
from twin.compiled.floor import CompiledFloor
from twin.compiled.refusing import refusals
from twin.policies.rules import fifo
from twin.state import Upkeep, opening
from twin.trials import trials

ORDERS = tuple(Order(id=f"o{n}", product="p", quantity=4) for n in range(40))
WEAR = Wear(
    levels=(
        WearLevel(id="new", time_to_next=Exponential(60 * MINUTE)),
        WearLevel(id="used", time_to_next=Exponential(60 * MINUTE), speed=0.8, scrap=0.1),
        WearLevel(id="worn", speed=0.5, scrap=0.3),
    )
)
BREAKS = Failure(
    id="break",
    time_to_failure=Exponential(80 * MINUTE),
    time_to_repair=Constant(15 * MINUTE),
    at_wear="used",
    renews_wear=True,
    work="restart",
)
OIL = Maintenance(id="oil", after_work=100 * MINUTE, duration=Constant(10 * MINUTE), opportunity=0.6, renews=())
CHECK = Maintenance(id="check", every=2 * HOUR, duration=Exponential(20 * MINUTE), crew="fitters")
EXCHANGE = Maintenance(id="exchange", at_wear="worn", duration=Constant(30 * MINUTE), crew="fitters", people=2)
COUNTED = Maintenance(id="counted", after_orders=5, duration=Constant(5 * MINUTE), renews=("wear",), opportunity=0.5)


def shop(*tasks: Maintenance, wear: Wear | None = WEAR, whole: str | None = None, machines: int = 2) -> Plant:
    """Machines side by side; those that are places of one wear out by the clock and together."""
    failures = (replace(BREAKS, at_wear=None, renews_wear=False) if wear is None else BREAKS,)
    if whole is not None and wear is not None:
        wear = replace(wear, clock="open")
    names = [f"m{n}" for n in range(machines)]
    step = Operation(id="s", machines=dict.fromkeys(names, Exponential(3 * MINUTE)), per="unit", scrap=0.05)
    return Plant(
        id="shop",
        work_centers={"c": WorkCenter(id="c", buffer="b")},
        machines={
            name: Machine(
                id=name, work_center="c", failures=failures, wear=wear, maintenance=tasks, part_of=whole, speed=1.25
            )
            for name in names
        },
        buffers={"b": Buffer(id="b")},
        routings={"r": Routing(id="r", operations=(step,))},
        products={"p": Product(id="p", routing="r")},
        crews={"fitters": Crew(id="fitters", size=2)},
    )


def count(facts: list[Event], kind: type[Event]) -> int:
    return sum(isinstance(fact, kind) for fact in facts)


@pytest.mark.parametrize(
    "plant",
    [
        shop(),
        shop(OIL),
        shop(CHECK, OIL),
        shop(EXCHANGE, CHECK),
        shop(COUNTED),
        shop(OIL, CHECK, EXCHANGE, COUNTED, machines=4),
        shop(CHECK, replace(OIL, renews=None), wear=None),
        shop(CHECK, EXCHANGE, whole="rack", machines=3),
    ],
)
def test_machines_wear_out_and_are_kept_up_the_same_on_both_floors(plant: Plant) -> None:
    has_wear, has_tasks = plant.machines["m0"].wear is not None, bool(plant.machines["m0"].maintenance)
    told: list[Event] = []
    for seed in range(6):
        told += both(plant, opening(plant, ORDERS), Chance(seed))
    assert bool(count(told, Worn)) == has_wear
    assert bool(count(told, MaintenanceStarted)) == has_tasks
    assert count(told, BrokeDown)


def test_what_is_due_by_use_is_done_early_when_nothing_waits() -> None:
    plant = shop(replace(OIL, after_work=20 * MINUTE, opportunity=0.4), wear=None, machines=1)
    facts = both(plant, opening(plant, ORDERS[:1]), Certain())
    assert [type(fact).__name__ for fact in facts][-3:] == ["Started", "Finished", "MaintenanceStarted"]


def test_two_fitters_who_are_both_needed_maintain_one_machine_after_the_other() -> None:
    plant = shop(replace(CHECK, duration=Constant(20 * MINUTE), people=2), wear=None)
    facts = both(plant, opening(plant, ORDERS), Certain(), until=4 * HOUR - 1)
    began = [fact.time for fact in facts if isinstance(fact, MaintenanceStarted)]
    ended = [fact.time for fact in facts if isinstance(fact, MaintenanceEnded)]
    assert len(began) == 2
    assert ended == [began[0] + 20 * MINUTE, began[1] + 20 * MINUTE]
    assert began[1] >= ended[0]


def test_recorded_times_are_those_of_the_order_however_worn_its_machine_is() -> None:
    plant = shop(EXCHANGE)
    (step,) = plant.routings["r"].operations
    step = replace(step, machines=dict.fromkeys(step.machines, Trace((5 * MINUTE, 9 * MINUTE))), per="order")
    plant = replace(plant, routings={"r": Routing(id="r", operations=(step,))})
    for seed in range(4):
        facts = both(plant, opening(plant, ORDERS), Chance(seed))
        assert count(facts, Started) >= len(ORDERS) >= count(facts, Finished)


def test_the_figures_of_machines_that_are_kept_up_are_the_same_to_the_last_bit() -> None:
    plant = shop(OIL, CHECK, EXCHANGE)
    state = opening(plant, ORDERS)
    seeds = [(n, 11 * n) for n in range(5)]
    ours, theirs = (
        trials(plant, state, fifo, Chance, seeds=seeds, warm_up=HOUR, engine=engine) for engine in ("simpy", "compiled")
    )
    assert [trial._asdict() for trial in theirs] == [trial._asdict() for trial in ours]


def test_a_snapshot_brings_wear_and_usage_back() -> None:
    plant = shop(OIL, CHECK, EXCHANGE)
    floor = CompiledFloor(plant, opening(plant, ORDERS), Chance(3), fifo)
    floor.run(3 * HOUR)
    there, state = floor.snapshot(), floor.state
    floor.run()
    assert floor.state != state
    floor.restore(there)
    assert floor.state == state
    assert any(machine.upkeep is not None and machine.upkeep.worked for machine in state.machines.values())


def test_a_machine_that_stands_as_one_that_is_kept_up_otherwise_is_refused() -> None:
    plant = shop(OIL)
    for upkeep in (None, Upkeep([0], [0, 0], [0, 0])):
        state = opening(plant, ORDERS)
        state.machines["m1"].upkeep = upkeep
        (reason,) = refusals(plant, state, fifo)
        assert reason == "machine 'm1' stands as one that wears, or is kept up, in another way than the plant says"
