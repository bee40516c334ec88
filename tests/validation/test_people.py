"""Machines that share people, against closed forms."""

import math
import statistics
from collections.abc import Callable
from dataclasses import replace

import pytest
from scipy.stats import t as student

from plant_models.events import Finished
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plant import Buffer, Crew, Machine, Plant, Tool, WorkCenter
from plant_models.shifts import MINUTE
from tests.validation.models import Station, arriving, line, mean_wait, minutes, play

CONFIDENCE = 0.999


def check(case: str, wanted: float, measure: Callable[[int], float], *, runs: int, precision: float) -> None:
    """The figure lies in the interval of so many runs, which is no wider than *precision* (a share of it)."""
    figures = [measure(seed) for seed in range(runs)]
    got = statistics.mean(figures)
    half = float(student.ppf((1 + CONFIDENCE) / 2, runs - 1)) * statistics.stdev(figures) / math.sqrt(runs)
    print(f"\n{case}: expected {wanted:.6f}, got {got:.6f} +- {half:.6f}")
    assert half <= precision * wanted, "the run is too short to say anything"
    assert abs(got - wanted) <= half


def erlang_c(servers: int, load: float) -> float:
    """The share of those who have to wait in a queue with exponential times (Erlang 1917)."""
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    return last / (sum(load**k / math.factorial(k) for k in range(servers)) + last)


@pytest.mark.parametrize(("size", "tends"), [(2, 1), (1, 2)])
def test_five_machines_and_hands_for_two_are_a_queue_with_two_servers(size: int, tends: int) -> None:
    crew = Crew(id="operators", size=size, tends=tends)
    plant = line([Station(minutes(1), machines=5)], crews=[crew])
    step = replace(plant.routings["r"].operations[0], crew="operators")
    plant = replace(plant, routings={"r": Routing(id="r", operations=(step,))})
    load = 1.4
    wanted = erlang_c(2, load) / (2 - load)

    def measure(seed: int) -> float:
        return mean_wait(plant, arriving(2500, minutes(1 / load), seed), seed)

    check(f"M/M/2 by {size} x {tends} hands", wanted, measure, runs=8, precision=0.6)


def test_one_operator_loads_three_machines_that_run_by_themselves() -> None:
    """Machine interference (Palm 1947): M/M/1 with a finite source, each machine with one fixture of its own."""
    count, load, work = 3, 1.0, 2.0
    ratio = load / work
    idle = 1 / sum(math.perm(count, k) * ratio**k for k in range(count + 1))
    plant = loaded_by_hand(count, load, work)

    def measure(seed: int) -> float:
        orders = [Order(id=f"{m}-{n}", product=f"p{m}") for n in range(600) for m in range(count)]
        done = [f.time for f in play(plant, orders, seed) if isinstance(f, Finished) and f.step == 1]
        used = done[90:1200]
        return (len(used) - 1) * MINUTE / (used[-1] - used[0])

    check("machine interference, 3 machines, 1 operator", (1 - idle) / load, measure, runs=10, precision=0.1)


def loaded_by_hand(count: int, load: float, work: float) -> Plant:
    """Machines that an operator loads and that then run alone; each has one fixture, and products of its own."""
    names = range(count)
    return Plant(
        id="interference",
        work_centers={f"c{m}": WorkCenter(id=f"c{m}", buffer=f"b{m}") for m in names},
        machines={f"m{m}": Machine(id=f"m{m}", work_center=f"c{m}") for m in names},
        buffers={f"b{m}": Buffer(id=f"b{m}") for m in names},
        routings={
            f"r{m}": Routing(
                id=f"r{m}",
                operations=(
                    Operation(id="load", machines={f"m{m}": minutes(load)}, crew="operator", takes=(f"fixture {m}",)),
                    Operation(id="run", machines={f"m{m}": minutes(work)}, returns=(f"fixture {m}",)),
                ),
            )
            for m in names
        },
        products={f"p{m}": Product(id=f"p{m}", routing=f"r{m}") for m in names},
        crews={"operator": Crew(id="operator")},
        tools={f"fixture {m}": Tool(id=f"fixture {m}") for m in names},
    )
