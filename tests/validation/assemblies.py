"""Machines that feed an assembly: every piece of theirs goes into a stock of its own, from which the assembly takes."""

from collections.abc import Mapping
from typing import Any

from plant_models.events import Finished
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plant import Amount, Buffer, Machine, Material, Plant, WorkCenter
from plant_models.shifts import MINUTE
from tests.validation.models import Measure, minutes, play


def assembly(p: Mapping[str, Any], count: int) -> list[Measure]:
    """Feeders with exponential times, blocked after service, and an assembly that starts when all its parts are there.

    *bom* is how many pieces of each feeder go into one assembly: ``"1+2 -> 1"``.
    """
    needs = [int(part) for part in p["bom"].partition("->")[0].split("+")]
    plant = _plant(p["feeders"], p["assembly"], p["buffers"], needs)
    orders = [
        Order(id=f"{n}-{k}", product=f"part-{n}") for n, need in enumerate(needs) for k in range(need * count)
    ] + [Order(id=f"a-{k}", product="whole") for k in range(count)]

    def measure(seed: int) -> float:
        facts = play(plant, orders, seed)
        done = [fact.time for fact in facts if isinstance(fact, Finished) and fact.machine == "assembly"]
        cut = count // 20
        return (count - 2 * cut) * MINUTE / (done[count - cut - 1] - done[cut - 1])

    return [measure]


def _plant(feeders: list[float], rate: float, rooms: list[int], needs: list[int]) -> Plant:
    names = [f"feeder-{n}" for n in range(len(feeders))]
    products = [Product(id=f"part-{n}", routing=f"part-{n}", stock=f"part-{n}") for n in range(len(feeders))]
    steps = {f"part-{n}": Operation(id="make", machines={names[n]: minutes(1 / mu)}) for n, mu in enumerate(feeders)}
    bom = {f"part-{n}": Amount(id=f"part-{n}", quantity=need) for n, need in enumerate(needs)}
    steps["whole"] = Operation(id="join", machines={"assembly": minutes(1 / rate)}, consumes=bom)
    every = [*names, "assembly"]
    return Plant(
        id="assembly",
        work_centers={name: WorkCenter(id=name, buffer=name) for name in every},
        machines={name: Machine(id=name, work_center=name) for name in every},
        buffers={name: Buffer(id=name, discipline="fifo") for name in every},
        routings={name: Routing(id=name, operations=(step,)) for name, step in steps.items()},
        products={product.id: product for product in (*products, Product(id="whole", routing="whole"))},
        materials={f"part-{n}": Material(id=f"part-{n}", capacity=room) for n, room in enumerate(rooms)},
    )
