"""The M/M/1 queue whose orders come by themselves, against theory: Poisson arrivals, with no end of their own.

With arrivals at rate lambda and service at rate mu the mean wait before service is rho / (mu - lambda), the mean number
on the floor rho / (1 - rho), and an order finds the machine free with 1 - rho (Poisson arrivals see time averages).
"""

import math
import statistics
from dataclasses import replace

import pytest
from scipy.stats import t as student

from plant_models.events import Event, Finished, OrderReleased, Started
from plant_models.plant import Arrival
from plant_models.shifts import MINUTE
from tests.validation.models import Station, line, minutes
from twin.chance import Chance
from twin.floor import run
from twin.policies.rules import fifo
from twin.simulated import SimulatedFloor
from twin.state import opening

LAMBDA, MU = 0.7, 1.0
RHO = LAMBDA / MU
EXPECTED = {"wait": RHO / (MU - LAMBDA), "number": RHO / (1 - RHO), "found free": 1 - RHO, "came": LAMBDA}
PLANT = replace(
    line([Station(minutes(1 / MU))]),
    arrivals={"calls": Arrival(id="calls", product="p", between=minutes(1 / LAMBDA))},
)


def measured(length: int, seed: int) -> dict[str, float]:
    """The figures of one run of so many minutes, the first tenth left out."""
    facts: list[Event] = []
    begin, end = length // 10 * MINUTE, length * MINUTE
    run(SimulatedFloor(PLANT, opening(PLANT), Chance(seed), facts.append), fifo, end)
    came: dict[str, int] = {}
    waits, level, area, at = [], 0, 0.0, begin
    for fact in facts:
        if fact.time >= begin:
            area += level * (fact.time - at)
            at = fact.time
        level += isinstance(fact, OrderReleased) - isinstance(fact, Finished)
        if isinstance(fact, OrderReleased):
            came[fact.order] = fact.time
        elif isinstance(fact, Started) and came[fact.order] >= begin:
            waits.append((fact.time - came[fact.order]) / MINUTE)
    area += level * (end - at)
    return {
        "wait": statistics.mean(waits),
        "number": area / (end - begin),
        "found free": waits.count(0.0) / len(waits),
        "came": sum(time >= begin for time in came.values()) / (end - begin) * MINUTE,
    }


def check(*, runs: int, length: int, precision: float, tolerance: float) -> None:
    """Each figure lies in its interval or within the tolerance, and the interval is narrow enough to say so."""
    found = [measured(length, seed) for seed in range(runs)]
    for name, want in EXPECTED.items():
        figures = [one[name] for one in found]
        got = statistics.mean(figures)
        half = float(student.ppf(0.9995, runs - 1)) * statistics.stdev(figures) / math.sqrt(runs)
        print(f"\nmm1 by arrivals, {name}: expected {want:.6f}, got {got:.6f} +- {half:.6f}")
        assert half <= precision * want, "the run is too short to say anything"
        assert abs(got - want) <= max(half, tolerance * want)


def test_a_short_run_agrees_with_theory() -> None:
    check(runs=8, length=8000, precision=0.6, tolerance=0.02)


@pytest.mark.slow
def test_a_long_run_agrees_with_theory() -> None:
    check(runs=20, length=120_000, precision=0.05, tolerance=0.01)
