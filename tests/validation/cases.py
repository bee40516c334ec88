"""Each family of published cases as a function of its parameters: how to build it and what to measure.

A row of `validation_cases.csv` is matched by the beginning of its name, so that further rows of the same families
run without a line of code.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal

from plant_models.batch import Batch
from plant_models.distributions import Distribution, Exponential, Geometric, Lognormal, Uniform
from plant_models.orders import LEAVE, Operation, Order, Product, Routing
from plant_models.plant import Crew, Failure, Plant, Release
from plant_models.shifts import MINUTE
from tests.validation.assemblies import assembly
from tests.validation.models import (
    Measure,
    Station,
    arriving,
    fixed,
    line,
    mean_availability,
    mean_number,
    mean_time_in_system,
    mean_wait,
    minutes,
    share_turned_away,
    throughput,
    waits,
)
from twin.policies.rules import fifo, spt

Parameters = Mapping[str, Any]
Family = Callable[[Parameters, int], list[Measure]]
"""(parameters, length of a run in orders) -> what to measure, one for each expected figure."""


def exponential_line(p: Parameters, count: int) -> list[Measure]:
    """Machines in series with exponential times and finite buffers, blocking after or before service."""
    blocking = "before_service" if p.get("blocking", "").startswith("before_service") else "after_service"
    lines = [line(_stations(p["mu"], p["buffers"]), blocking)]
    if "reversed_mu" in p:
        lines.append(line(_stations(p["reversed_mu"], p["reversed_buffers"]), blocking))
    return [_throughput(plant, count) for plant in lines]


def unreliable_line(p: Parameters, count: int) -> list[Measure]:
    """The same with exponential breakdowns and repairs; work is resumed."""
    return [_throughput(line(_stations(p["mu"], p["buffers"], _failure(p))), count)]


def two_station(p: Parameters, count: int) -> list[Measure]:
    """Two machines with uniform times and no room in between."""
    time = Uniform(0.5 * MINUTE, 1.5 * MINUTE)
    return [_throughput(line([Station(time), Station(time, room=p["buffers"][0])]), count)]


def geometric_line(p: Parameters, count: int) -> list[Measure]:
    """Machines in step; in each cycle one that has work fails, and one that is down comes up, with its own chance.

    *N* counts the parts in a buffer and on the two machines beside it: a machine that cannot get rid of its part holds
    one of them, and the next machine another.
    """
    stations = [
        Station(fixed(p["cycle"]), room=room, failures=_cycles(p["cycle"], fails, repaired, "working"))
        for repaired, fails, room in zip(_row(p, "r"), _row(p, "p"), _rooms(p, beside=2), strict=True)
    ]
    return [_throughput(line(stations), count)]


def bernoulli_line(p: Parameters, count: int) -> list[Measure]:
    """Machines in step; in each cycle each is up with its own chance, whatever it was before and whatever it has to do.

    *N* counts the parts between the work of two machines: those in the buffer, and the one that the machine before it
    finished and could not get rid of. A machine takes its part at the beginning of a cycle.
    """
    stations = [
        Station(fixed(p["cycle"]), room=room, failures=_cycles(p["cycle"], 1 - up, up, "open"))
        for up, room in zip(_row(p, "p"), _rooms(p, beside=1), strict=True)
    ]
    return [_throughput(line(stations), count)]


def isolated_machine(p: Parameters, count: int) -> list[Measure]:
    """One machine that breaks down, with work always at hand."""
    return [_throughput(line([Station(fixed(p["cycle"]), failures=_failure(p))]), count)]


def infinite_buffer(p: Parameters, count: int) -> list[Measure]:
    """Two machines with all the room in the world: the slower one's rate."""
    return [_throughput(line([Station(minutes(1 / mu)) for mu in p["mu"]]), count)]


def mmc(p: Parameters, count: int) -> list[Measure]:
    """Parallel machines behind one queue."""
    plant = line([Station(minutes(1 / p["mu"]), machines=p["c"])])
    return [_wait(plant, p["lam"], count)]


def mg1(p: Parameters, count: int) -> list[Measure]:
    """One machine with lognormal times."""
    return [_wait(line([Station(Lognormal(MINUTE, 2**0.5))]), p["lam"], count)]


def md1(p: Parameters, count: int) -> list[Measure]:
    """One machine with fixed times."""
    return [_wait(line([Station(fixed(1))]), p["lam"], count)]


def mm1_breakdowns(p: Parameters, count: int) -> list[Measure]:
    """One machine that breaks down only while it works; work is resumed."""
    failure = Failure(
        time_to_failure=minutes(1 / p["fail_rate_while_busy"]), time_to_repair=minutes(2), clock="working"
    )
    return [_wait(line([Station(minutes(1), failures=(failure,))]), p["lam"], count)]


def batch_arrivals(p: Parameters, count: int) -> list[Measure]:
    """Orders come in batches of a fixed size."""
    plant = line([Station(minutes(1 / p["mu"]))])
    between = minutes(1 / p["batch_rate"])
    return [lambda seed: mean_number(plant, arriving(count, between, seed, batch=p["batch"]), seed)]


def loss(p: Parameters, count: int) -> list[Measure]:
    """Parallel machines and no room to wait: who finds them all busy goes away. Any distribution gives the same."""
    between = minutes(1 / p["offered"])

    def measure(time: Distribution) -> Measure:
        plant = line([Station(time, room=0, machines=p["c"], when_full="turn_away")])
        return lambda seed: share_turned_away(plant, arriving(count, between, seed), seed)

    return [measure(minutes(1)), measure(fixed(1))]


def machine_repair(p: Parameters, count: int) -> list[Measure]:
    """Machines that share a crew of repairmen."""
    failure = Failure(time_to_failure=minutes(p["mttf"]), time_to_repair=minutes(p["mttr"]), crew="repair")
    station = Station(fixed(1), machines=p["N"], failures=(failure,))
    plant = line([station], crews=[Crew(id="repair", size=p["repairmen"])])
    return [lambda seed: mean_availability(plant, count * MINUTE, seed)]


def conwip(p: Parameters, count: int) -> list[Measure]:
    """A line in which a fixed number of orders circulates: one comes in when one leaves, or with its pallet."""
    stations = [Station(minutes(1)) for _ in range(p["stations"])]
    released = line(stations, release=Release(orders=p["wip"]))
    return [_throughput(released, count), _throughput(line(stations, pallets=p["wip"]), count)]


def open_network(p: Parameters, count: int) -> list[Measure]:
    """Stations between which orders go by chance, all coming in at the first."""
    names = [f"s{n}" for n in range(len(p["mu"]))]
    stations = []
    for n, mu in enumerate(p["mu"]):
        shares = dict(zip(names, p["routing"][n], strict=True))
        stations.append(Station(minutes(1 / mu), next={**shares, LEAVE: 1 - sum(shares.values())}))
    plant, between = line(stations), minutes(1 / p["external"][0])
    return [lambda seed: mean_number(plant, arriving(count, between, seed), seed)]


def rework(p: Parameters, count: int) -> list[Measure]:
    """One machine after which a share of the orders comes back."""
    plant, between = line([Station(minutes(1 / p["mu"]), next={"s0": p["rework_prob"]})]), minutes(1 / p["lam"])
    return [lambda seed: mean_time_in_system(plant, arriving(count, between, seed), seed)]


def bulk_service(p: Parameters, count: int) -> list[Measure]:
    """One machine that works on exactly so many orders at once, and waits until they are there."""
    batch = Batch(most=p["k"], least=p["k"])
    return [_wait(line([Station(minutes(1 / p["mu_batch"]), batch=batch)]), p["lam"], count - count % p["k"])]


def shortest_first(p: Parameters, count: int) -> list[Measure]:
    """One machine that knows how long each order takes and takes the shortest: each order is a product of its own."""

    def measure(seed: int) -> float:
        orders = arriving(count, minutes(1 / p["lam"]), seed)
        times = arriving(count, minutes(1), seed, what="work")
        lengths = [b.release - a for a, b in zip([0, *(t.release for t in times)], times, strict=False)]
        plant = _one_product_each(dict(zip((o.id for o in orders), lengths, strict=True)))
        own = [Order(id=o.id, product=o.id, release=o.release) for o in orders]
        return mean_wait(plant, own, seed, spt)

    return [measure]


def priorities(p: Parameters, count: int) -> list[Measure]:
    """Two classes on one machine; the first goes first but does not interrupt."""
    plant = line([Station(minutes(1))])
    plant = _with_choice(plant, "b0")
    shares = [count * lam / sum(p["lam"]) for lam in p["lam"]]

    def measure(number: int) -> Measure:
        def one(seed: int) -> float:
            orders = [
                replace(order, priority=-k)
                for k, lam in enumerate(p["lam"])
                for order in arriving(round(shares[k]), minutes(1 / lam), seed, what=f"{k}")
            ]
            found = waits(plant, orders, seed, fifo)
            mine = [wait for order, wait in found.items() if order.startswith(f"{number}-")]
            return sum(mine) / len(mine)

        return one

    return [measure(0), measure(1)]


FAMILIES: dict[str, Family] = {
    "exp_line_": exponential_line,
    "exp_unreliable_": unreliable_line,
    "two_station_": two_station,
    "geometric_": geometric_line,
    "bernoulli_": bernoulli_line,
    "isolated_machine_": isolated_machine,
    "two_machine_infinite_": infinite_buffer,
    "mmc_": mmc,
    "mg1_lognormal": mg1,
    "md1_": md1,
    "mm1_breakdowns_odf": mm1_breakdowns,
    "batch_arrivals": batch_arrivals,
    "mm1_spt": shortest_first,
    "nonpreemptive_priority": priorities,
    "mgcc_erlang_B": loss,
    "machine_repair_": machine_repair,
    "conwip_": conwip,
    "jackson_": open_network,
    "rework_feedback": rework,
    "bulk_service_": bulk_service,
    "assembly_": assembly,
}
"""The families whose figure is a mean with an interval, by the beginning of a case's name."""


def family(case: str) -> Family | None:
    """The family of a case; None where it is exact (a replay) or needs a feature that the twin does not have."""
    return next((build for start, build in FAMILIES.items() if case.startswith(start)), None)


def parameters(text: str) -> Parameters:
    """The parameters of a row."""
    found: Parameters = json.loads(text)
    return found


def _throughput(plant: Plant, count: int) -> Measure:
    return lambda seed: throughput(plant, count, seed)


def _wait(plant: Plant, rate: float, count: int) -> Measure:
    return lambda seed: mean_wait(plant, arriving(count, minutes(1 / rate), seed), seed)


def _stations(rates: list[float], rooms: list[int], failures: tuple[Failure, ...] = ()) -> list[Station]:
    return [
        Station(Exponential(MINUTE / mu), room=room, failures=failures)
        for mu, room in zip(rates, [None, *rooms], strict=True)
    ]


def _failure(p: Parameters) -> tuple[Failure, ...]:
    clock = "working" if p["failures"].startswith("operation") else "open"
    return (Failure(time_to_failure=minutes(p["mttf"]), time_to_repair=minutes(p["mttr"]), clock=clock),)


def _row(p: Parameters, name: str) -> list[float]:
    """The parameters p1, p2 and so on."""
    return [p[f"{name}{number}"] for number in range(1, len(p)) if f"{name}{number}" in p]


def _rooms(p: Parameters, *, beside: int) -> list[int | None]:
    """The room before each machine, where *N* counts that many places on the machines beside a buffer as well."""
    between = p["N"] if isinstance(p["N"], list) else [p["N"]] * (len(_row(p, "p")) - 1)
    return [None, *(n - beside for n in between)]


def _cycles(cycle: float, fails: float, repaired: float, clock: Literal["working", "open"]) -> tuple[Failure, ...]:
    """Breakdowns and repairs that come with their chances in each cycle."""
    if not fails:
        return ()
    up, down = Geometric(cycle * MINUTE, fails), Geometric(cycle * MINUTE, repaired)
    return (Failure(time_to_failure=up, time_to_repair=down, clock=clock),)


def _one_product_each(times: dict[str, int]) -> Plant:
    plant = _with_choice(line([Station(fixed(1))]), "b0")
    routings = {
        name: Routing(id=name, operations=(Operation(id="s", machines={"m0.0": fixed(time / MINUTE)}),))
        for name, time in times.items()
    }
    products = {name: Product(id=name, routing=name) for name in times}
    return replace(plant, routings=routings, products=products)


def _with_choice(plant: Plant, buffer: str) -> Plant:
    buffers = {name: replace(b, discipline="any") if name == buffer else b for name, b in plant.buffers.items()}
    return replace(plant, buffers=buffers)
