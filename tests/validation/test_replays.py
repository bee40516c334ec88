"""Cases whose answer is exact: schedules that the twin must reproduce to the millisecond."""

import csv
import json
from pathlib import Path

from hypothesis import given

from plant_models.distributions import Constant
from plant_models.events import Event
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plan import Plan, Slot
from plant_models.plant import Buffer, Machine, Plant, WorkCenter
from plant_models.shifts import FOREVER, MINUTE
from tests.laws.worlds import World, worlds
from twin.chance import Certain
from twin.floor import run
from twin.policies.follow import FollowPlan
from twin.policies.rules import fifo
from twin.simulated import SimulatedFloor
from twin.state import apply, opening

ROWS = {
    row["case"]: row for row in csv.DictReader(Path(__file__).with_name("validation_cases.csv").open(encoding="utf-8"))
}
FT06 = (
    "2 1 0 3 1 6 3 7 5 3 4 6",
    "1 8 2 5 4 10 5 10 0 10 3 4",
    "2 5 3 4 5 8 0 9 1 1 4 7",
    "1 5 0 5 2 5 3 3 4 8 5 9",
    "2 9 1 3 4 5 5 4 0 3 3 1",
    "1 3 3 3 5 9 0 10 4 4 2 1",
)
"""Fisher & Thompson (1963): machine and duration, six jobs on six machines."""


def taillard(jobs: int, machines: int, seed: int) -> list[list[int]]:
    """Durations by machine and job: Taillard (1993), EJOR 64, the published generator."""
    times = []
    for _ in range(machines):
        row = []
        for _ in range(jobs):
            k = seed // 127773
            seed = 16807 * (seed % 127773) - k * 2836
            seed += 2147483647 if seed < 0 else 0
            row.append(1 + int(seed / 2147483647 * 99))
        times.append(row)
    return times


def flow_shop(times: list[list[int]], room: int | None) -> Plant:
    """One machine after another; jobs differ, so each is a product of its own."""
    count = len(times)
    return _plant([[(m, times[m][job]) for m in range(count)] for job in range(len(times[0]))], count, room, "fifo")


def _plant(jobs: list[list[tuple[int, int]]], machines: int, room: int | None, discipline: str) -> Plant:
    routings = {
        f"j{n}": Routing(
            id=f"j{n}",
            operations=tuple(
                Operation(id=f"s{k}", machines={f"m{m}": Constant(time * MINUTE)}) for k, (m, time) in enumerate(job)
            ),
        )
        for n, job in enumerate(jobs)
    }
    return Plant(
        id="shop",
        work_centers={f"c{m}": WorkCenter(id=f"c{m}", buffer=f"b{m}") for m in range(machines)},
        machines={f"m{m}": Machine(id=f"m{m}", work_center=f"c{m}") for m in range(machines)},
        buffers={
            f"b{m}": Buffer(id=f"b{m}", capacity=room if m else None, discipline=discipline) for m in range(machines)
        },
        routings=routings,
        products={name: Product(id=name, routing=name) for name in routings},
    )


def makespan(plant: Plant, sequence: list[int]) -> float:
    """Minutes until the last job is done, jobs entering in *sequence*."""
    orders = [Order(id=f"{place:02}", product=f"j{job}") for place, job in enumerate(sequence)]
    floor = SimulatedFloor(plant, opening(plant, orders), Certain())
    run(floor, fifo, FOREVER)
    assert floor.state.unfinished == 0
    return floor.state.now / MINUTE


def test_taillards_first_flow_shop_in_the_order_of_its_jobs() -> None:
    plant = flow_shop(taillard(20, 5, 873654221), None)
    assert makespan(plant, list(range(20))) == float(ROWS["flowshop_ta001_identity"]["expected"])


def test_taillards_first_flow_shop_in_the_best_known_order() -> None:
    row = ROWS["flowshop_ta001_best"]
    plant = flow_shop(taillard(20, 5, 873654221), None)
    assert makespan(plant, json.loads(row["parameters"])["perm"]) == float(row["expected"])


def test_taillards_first_flow_shop_without_room_between_machines() -> None:
    plant = flow_shop(taillard(20, 5, 873654221), 0)
    assert makespan(plant, list(range(20))) == float(ROWS["flowshop_ta001_blocking_identity"]["expected"])


def test_ft06_replayed_from_its_best_machine_sequences() -> None:
    row = ROWS["jobshop_ft06_replay"]
    numbers = [[int(word) for word in line.split()] for line in FT06]
    jobs = [list(zip(line[::2], line[1::2], strict=True)) for line in numbers]
    plant = _plant(jobs, 6, None, "any")
    steps = {(job, machine): step for job, way in enumerate(jobs) for step, (machine, _) in enumerate(way)}
    slots = tuple(
        Slot(machine=f"m{m}", order=f"o{job}", step=steps[job, m], setup_start=place, start=place, end=place)
        for m, sequence in enumerate(json.loads(row["parameters"])["machine_sequences"])
        for place, job in enumerate(sequence)
    )
    orders = [Order(id=f"o{n}", product=f"j{n}") for n in range(6)]
    floor = SimulatedFloor(plant, opening(plant, orders), Certain())
    run(floor, FollowPlan(Plan(slots=slots), tolerance=1000 * MINUTE), FOREVER)
    assert floor.state.now / MINUTE == float(row["expected"])


@given(worlds())
def test_littles_law_is_an_identity_on_every_run_that_begins_and_ends_empty(world: World) -> None:
    """L = lambda W over a completed run: the area under the number in system is the sum of the times in system."""
    facts: list[Event] = []
    floor = world.floor(facts)
    run(floor, world.policy, FOREVER)
    if floor.state.unfinished or any(order.stage == "turned_away" for order in floor.state.orders.values()):
        return
    state = opening(world.plant, world.orders)
    area = at = 0
    for fact in facts:
        area += state.on_floor * (fact.time - at)
        at = fact.time
        apply(world.plant, state, fact)
    spent = 0
    for _, known in state.book():
        assert known.finished_at is not None and known.released_at is not None
        spent += known.finished_at - known.released_at
    assert state.on_floor == 0
    assert area == spent
