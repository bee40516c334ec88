"""The plants of queueing and production-line theory, said in Foreshift's nouns, and what is measured on them.

One unit of the theory's time is a minute; what comes back is in those units.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Literal

from plant_models.batch import Batch
from plant_models.distributions import Constant, Distribution, Exponential
from plant_models.events import BrokeDown, Event, Finished, OrderReleased, OrderTurnedAway, Repaired, Started
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plant import Buffer, Crew, Failure, Machine, Plant, Release, Tool, WorkCenter
from plant_models.shifts import MINUTE
from twin.chance import Chance, quantile
from twin.decisions import Policy
from twin.floor import run
from twin.policies.rules import fifo
from twin.simulated import SimulatedFloor
from twin.state import opening

FAR = 1 << 60
AT_ONCE = Release()


@dataclass(frozen=True)
class Station:
    """One work center of a line: how long a step takes, how many machines, how much room before it."""

    time: Distribution
    room: int | None = None
    machines: int = 1
    failures: tuple[Failure, ...] = ()
    next: Mapping[str, float] = field(default_factory=dict)
    when_full: Literal["wait", "turn_away"] = "wait"
    batch: Batch | None = None


def line(
    stations: Sequence[Station],
    blocking: Literal["after_service", "before_service"] = "after_service",
    crews: Sequence[Crew] = (),
    release: Release = AT_ONCE,
    pallets: int | None = None,
) -> Plant:
    """Stations in series; first come, first served. With *pallets*, each order needs one from its first step on."""
    machines, buffers, centers, steps = {}, {}, {}, []
    for n, station in enumerate(stations):
        buffers[f"b{n}"] = Buffer(id=f"b{n}", capacity=station.room, discipline="fifo", when_full=station.when_full)
        centers[f"c{n}"] = WorkCenter(id=f"c{n}", buffer=f"b{n}", blocking=blocking)
        names = [f"m{n}.{k}" for k in range(station.machines)]
        machines |= {
            m: Machine(id=m, work_center=f"c{n}", failures=station.failures, batch=station.batch) for m in names
        }
        steps.append(Operation(id=f"s{n}", machines=dict.fromkeys(names, station.time), next=station.next))
    if pallets is not None:
        steps[0], steps[-1] = replace(steps[0], takes=("pallet",)), replace(steps[-1], returns=("pallet",))
    return Plant(
        id="line",
        work_centers=centers,
        machines=machines,
        buffers=buffers,
        routings={"r": Routing(id="r", operations=tuple(steps))},
        products={"p": Product(id="p", routing="r")},
        crews={crew.id: crew for crew in crews},
        tools={} if pallets is None else {"pallet": Tool(id="pallet", count=pallets)},
        release=release,
    )


def saturated(count: int) -> list[Order]:
    """Orders that are all there from the start."""
    return [Order(id=str(n), product="p") for n in range(count)]


def arriving(count: int, between: Distribution, seed: int, batch: int = 1, what: str = "arrival") -> list[Order]:
    """Orders that come one after another (or in batches), with random times in between."""
    number, at = Chance(seed).share(what, "source"), quantile(between)
    times = list(accumulate(at(number(0, n)) for n in range(-(-count // batch))))
    return [Order(id=f"{what}-{n}", product="p", release=round(times[n // batch])) for n in range(count)]


def play(plant: Plant, orders: Sequence[Order], seed: int, policy: Policy = fifo) -> Iterator[Event]:
    """All facts of one run, to the last order."""
    facts: list[Event] = []
    floor = SimulatedFloor(plant, opening(plant, orders), Chance(seed), facts.append)
    run(floor, policy, FAR if not orders else 1 << 62)
    assert floor.state.unfinished == 0
    yield from facts


def throughput(plant: Plant, count: int, seed: int) -> float:
    """Orders per unit of time while the line is neither filling nor running empty."""
    last = f"c{len(plant.work_centers) - 1}"
    done = [
        fact.time
        for fact in play(plant, saturated(count), seed)
        if isinstance(fact, Finished) and plant.machines[fact.machine].work_center == last
    ]
    cut = count // 20
    return (count - 2 * cut) * MINUTE / (done[count - cut - 1] - done[cut - 1])


def waits(plant: Plant, orders: Sequence[Order], seed: int, policy: Policy = fifo) -> dict[str, float]:
    """How long each order waited for its first step; the first tenth is left out."""
    released: dict[str, int] = {}
    found: dict[str, float] = {}
    for fact in play(plant, orders, seed, policy):
        if isinstance(fact, OrderReleased):
            released[fact.order] = fact.time
        elif isinstance(fact, Started) and fact.step == 0:
            for order in (fact.order, *fact.mates):
                found[order] = (fact.time - released[order]) / MINUTE
    early = {order.id for order in sorted(orders, key=lambda o: o.release)[: len(orders) // 10]}
    return {order: wait for order, wait in found.items() if order not in early}


def mean_wait(plant: Plant, orders: Sequence[Order], seed: int, policy: Policy = fifo) -> float:
    """The mean wait for the first step."""
    found = waits(plant, orders, seed, policy)
    return sum(found.values()) / len(found)


def mean_number(plant: Plant, orders: Sequence[Order], seed: int) -> float:
    """The time average of the number of orders on the floor, from the first release to the last."""
    area = level = at = 0
    end = max(order.release for order in orders)
    for fact in play(plant, orders, seed):
        if fact.time > end:
            break
        area += level * (fact.time - at)
        at = fact.time
        level += isinstance(fact, OrderReleased) - _leaves(plant, fact)
    return area / at


def mean_time_in_system(plant: Plant, orders: Sequence[Order], seed: int) -> float:
    """How long orders are on the floor, from their release to their last finish; the first tenth is left out."""
    released: dict[str, int] = {}
    spent = []
    for fact in play(plant, orders, seed):
        if isinstance(fact, OrderReleased):
            released[fact.order] = fact.time
        elif _leaves(plant, fact) and isinstance(fact, Finished):
            spent.append((fact.time - released[fact.order]) / MINUTE)
    late = spent[len(spent) // 10 :]
    return sum(late) / len(late)


def share_turned_away(plant: Plant, orders: Sequence[Order], seed: int) -> float:
    """The share of orders that found no place."""
    return sum(isinstance(fact, OrderTurnedAway) for fact in play(plant, orders, seed)) / len(orders)


def mean_availability(plant: Plant, until: int, seed: int) -> float:
    """The share of the time that machines are up, over all machines, while nothing is there to be worked on."""
    facts: list[Event] = []
    floor = SimulatedFloor(plant, opening(plant), Chance(seed), facts.append)
    run(floor, fifo, until)
    begin, down, since = until // 20, 0, dict[str, int]()
    for fact in facts:
        if isinstance(fact, BrokeDown):
            since[fact.machine] = fact.time
        elif isinstance(fact, Repaired):
            down += max(0, fact.time - max(begin, since.pop(fact.machine)))
    down += sum(until - max(begin, time) for time in since.values())
    return 1 - down / ((until - begin) * len(plant.machines))


def _leaves(plant: Plant, fact: Event) -> bool:
    """Whether an order leaves the floor with *fact*."""
    if not isinstance(fact, Finished):
        return False
    following = fact.step + 1 if fact.to is None else fact.to
    return following == len(plant.stops("p"))


def minutes(mean: float) -> Exponential:
    """Exponential with a mean in units of time."""
    return Exponential(mean * MINUTE)


def fixed(value: float) -> Constant:
    """Always the same, in units of time."""
    return Constant(value * MINUTE)


Measure = Callable[[int], float]
"""One replication: seed to figure."""
