"""Foreshift's simulated floor: every fact is applied to the state and recorded."""

from cases import DOWN, FAILING, MACHINES, ROOM, UP, WARM_UP, Job, shop
from serving import Played, Stopwatch, serve

from plant_models import generate
from plant_models.distributions import Constant, Exponential
from plant_models.events import Event, Finished
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plant import Buffer, Failure, Machine, Plant, WorkCenter
from plant_models.scenario import Scenario
from plant_models.shifts import FOREVER, MINUTE
from twin.chance import Chance
from twin.decisions import Policy
from twin.floor import run
from twin.policies.rules import fifo, spt
from twin.simulated import SimulatedFloor
from twin.state import opening

TROUBLE = Failure(time_to_failure=Exponential(UP * MINUTE), time_to_repair=Exponential(DOWN * MINUTE))


def play(scenario: Scenario, policy: Policy, seed: int) -> tuple[float, list[Event]]:
    """CPU seconds to put all orders on the floor and work until the last has left, and what happened."""
    facts: list[Event] = []
    with Stopwatch() as watch:
        floor = SimulatedFloor(scenario.plant, opening(scenario.plant, scenario.orders), Chance(seed), facts.append)
        run(floor, policy, FOREVER)
    if floor.state.unfinished:
        raise SystemExit("the floor did not work to its end")
    return watch.seconds, facts


def produce(parts: int, seed: int, machines: int, failures: list[Failure]) -> Played:
    scenario = generate.flow_line(machines, buffers=ROOM, work=Exponential(MINUTE), orders=parts, failures=failures)
    seconds, facts = play(scenario, fifo, seed)
    last = f"m{machines}"
    ends = [fact.time for fact in facts if isinstance(fact, Finished) and fact.machine == last]
    throughput = (parts - WARM_UP) / (ends[-1] - ends[WARM_UP - 1]) * MINUTE
    return Played(parts * machines, throughput, seconds)


def line(parts: int, seed: int) -> Played:
    return produce(parts, seed, MACHINES, [])


def failures(parts: int, seed: int) -> Played:
    return produce(parts, seed, FAILING, [TROUBLE])


def shop_of(jobs: list[Job]) -> Scenario:
    """The same jobs as everybody's: a product for each."""
    names = [f"m{number}" for number in range(MACHINES)]
    plant = Plant(
        id="shop",
        work_centers={name: WorkCenter(id=name, buffer=name) for name in names},
        machines={name: Machine(id=name, work_center=name) for name in names},
        buffers={name: Buffer(id=name) for name in names},
        routings={
            f"p{number}": Routing(
                id=f"p{number}",
                operations=tuple(
                    Operation(id=names[machine], machines={names[machine]: Constant(time)})
                    for machine, time in job.steps
                ),
            )
            for number, job in enumerate(jobs)
        },
        products={f"p{number}": Product(id=f"p{number}", routing=f"p{number}") for number in range(len(jobs))},
    )
    orders = tuple(
        Order(id=f"o{number:03}", product=f"p{number}", release=job.release) for number, job in enumerate(jobs)
    )
    return Scenario(id="shop", plant=plant, orders=orders)


def shops(count: int, seed: int) -> Played:
    jobs = shop()
    scenario = shop_of(jobs)
    seconds = 0.0
    for _ in range(count):
        spent, facts = play(scenario, spt, seed)
        seconds += spent
    return Played(count * len(jobs) * MACHINES, facts[-1].time, seconds)


if __name__ == "__main__":
    serve({"line": line, "failures": failures, "shop": shops})
