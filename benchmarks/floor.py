"""The simulated floor beside bare SimPy on the same line of 10 machines with 9 buffers of 10 and exponential times.

Ours applies every fact to the state and records it; bare SimPy counts parts and remembers nothing.
"""

import random

import simpy
from _table import at_least, medians, seconds, show

from plant_models.distributions import Exponential
from plant_models.events import Event
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plant import Buffer, Machine, Plant, WorkCenter
from plant_models.shifts import MINUTE
from twin.chance import Chance
from twin.simulated import SimulatedFloor
from twin.state import opening

MACHINES, ROOM, PARTS, ROUNDS = 10, 10, 4000, 5


def line() -> Plant:
    steps = tuple(Operation(id=f"s{n}", machines={f"m{n}": Exponential(MINUTE)}) for n in range(MACHINES))
    return Plant(
        id="line",
        work_centers={f"c{n}": WorkCenter(id=f"c{n}", buffer=f"b{n}") for n in range(MACHINES)},
        machines={f"m{n}": Machine(id=f"m{n}", work_center=f"c{n}") for n in range(MACHINES)},
        buffers={f"b{n}": Buffer(id=f"b{n}", capacity=ROOM if n else None, discipline="fifo") for n in range(MACHINES)},
        routings={"r": Routing(id="r", operations=steps)},
        products={"p": Product(id="p", routing="r")},
    )


def ours(plant: Plant) -> float:
    """Operations per second."""
    facts: list[Event] = []
    orders = [Order(id=str(n), product="p") for n in range(PARTS)]
    floor = SimulatedFloor(plant, opening(plant, orders), Chance(1), facts.append)
    spent = seconds(floor.advance)
    if floor.state.unfinished or len(facts) < 3 * PARTS * MACHINES:
        raise SystemExit("the line did not run to its end")
    return PARTS * MACHINES / spent


def bare() -> float:
    """Operations per second of a model in SimPy's own style: a process for each machine, a store for each buffer."""
    env, draw, done = simpy.Environment(), random.Random(1).expovariate, [0]
    stores = [simpy.Store(env, capacity=ROOM) for _ in range(MACHINES - 1)]

    def machine(number: int):  # type: ignore[no-untyped-def]
        while True:
            if number:
                yield stores[number - 1].get()
            yield env.timeout(draw(1.0))
            if number < MACHINES - 1:
                yield stores[number].put(1)
            else:
                done[0] += 1

    for number in range(MACHINES):
        env.process(machine(number))

    def work() -> None:
        while done[0] < PARTS:
            env.step()

    return PARTS * MACHINES / seconds(work)


def main() -> int:
    plant = line()
    ours(plant)
    mine, simpys = medians(ROUNDS, lambda: ours(plant), bare)
    return show(
        "Simulated floor, all facts applied and recorded, beside bare process-style SimPy",
        [("foreshift", mine, "operations/s"), ("bare SimPy", simpys, "operations/s")],
        [at_least("foreshift over bare SimPy", mine / simpys, 0.5)],
    )


if __name__ == "__main__":
    raise SystemExit(main())
