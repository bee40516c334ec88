"""Machines that wear and are maintained, and machines with places, against chains and models solved here."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from plant_models.distributions import Constant, Exponential, Geometric
from plant_models.orders import Order
from plant_models.plant import Failure, Maintenance, Plant, Wear, WearLevel
from plant_models.shifts import MINUTE
from tests.validation.cases import _cycles, fixed, minutes
from tests.validation.models import Station, arriving, line, play, saturated, throughput
from tests.validation.test_cycles import bernoulli, check
from twin.chance import Chance
from twin.floor import run
from twin.kpi import measure
from twin.policies.rules import fifo
from twin.simulated import SimulatedFloor
from twin.state import opening

SPAN = 20_000 * MINUTE


def worked_on(plant: Plant, **changes: Any) -> Plant:
    return replace(plant, machines={name: replace(m, **changes) for name, m in plant.machines.items()})


def share(plant: Plant, seed: int, *words: str) -> float:
    """The share of the time in which a machine with always something to do has one of the statuses."""
    facts: list[Any] = []
    orders = saturated(SPAN // (8 * MINUTE))
    floor = SimulatedFloor(plant, opening(plant, orders), Chance(seed), facts.append)
    run(floor, fifo, SPAN)
    (times,) = measure(plant, opening(plant, orders), facts, SPAN).times.values()
    return sum(times[word] for word in words) / SPAN


def stationary(rates: dict[tuple[str, str], float]) -> dict[str, float]:
    """How often a Markov chain in continuous time is in each of its states, in the long run."""
    names = list(dict.fromkeys(name for pair in rates for name in pair))
    chain = np.zeros((len(names), len(names)))
    for (before, after), rate in rates.items():
        chain[names.index(before), names.index(after)] += rate
        chain[names.index(before), names.index(before)] -= rate
    system = np.vstack([chain.T, np.ones(len(names))])
    found = np.linalg.lstsq(system, np.append(np.zeros(len(names)), 1.0), rcond=None)[0]
    return dict(zip(names, found.tolist(), strict=True))


def test_maintenance_by_condition_is_its_markov_chain() -> None:
    """Exponential work (mean 10), levels (100, 60), failure at the last (80), repair (50), maintenance (15).

    Maintenance begins when the work in hand is done; a repair makes the machine as new and the work goes on.
    """
    chain = stationary(
        {
            ("new", "worn"): 1 / 100,
            ("worn", "bad"): 1 / 60,
            ("worn", "kept"): 1 / 10,
            ("bad", "kept"): 1 / 10,
            ("bad", "down"): 1 / 80,
            ("down", "new"): 1 / 50,
            ("kept", "new"): 1 / 15,
        }
    )
    plant = worked_on(
        line([Station(minutes(10))]),
        wear=Wear(
            levels=(
                WearLevel(id="new", time_to_next=minutes(100)),
                WearLevel(id="worn", time_to_next=minutes(60)),
                WearLevel(id="bad"),
            )
        ),
        failures=(
            Failure(
                time_to_failure=minutes(80),
                time_to_repair=minutes(50),
                clock="working",
                at_wear="bad",
                renews_wear=True,
            ),
        ),
        maintenance=(Maintenance(id="service", duration=minutes(15), at_wear="worn"),),
    )
    check(lambda seed: share(plant, seed, "working"), chain["new"] + chain["worn"] + chain["bad"])
    check(lambda seed: share(plant, seed, "maintenance"), chain["kept"], precision=0.25)


def test_a_machine_that_fails_when_it_is_worn_is_up_as_its_two_states_say() -> None:
    """Up and failed, in steps of a minute: a chance of 0.1 to fail and of 0.25 to be repaired; r / (q + r) is up."""
    way = Failure(
        time_to_failure=Constant(1),
        time_to_repair=Geometric(MINUTE, 0.25),
        clock="working",
        at_wear="failed",
        renews_wear=True,
    )
    levels = (WearLevel(id="healthy", time_to_next=Geometric(MINUTE, 0.1)), WearLevel(id="failed"))
    plant = worked_on(line([Station(fixed(9))]), wear=Wear(levels=levels), failures=(way,))
    check(lambda seed: share(plant, seed, "working"), 0.25 / 0.35)


def test_speed_loss_of_a_worn_machine_is_the_mean_over_its_levels() -> None:
    """With short work and nobody who renews it, a machine comes to its last level and stays at its speed."""
    levels = (WearLevel(id="new", time_to_next=minutes(10)), WearLevel(id="worn", speed=0.5))
    plant = worked_on(line([Station(fixed(1))]), wear=Wear(levels=levels))
    check(lambda seed: throughput(plant, 3000, seed), 0.5, precision=0.01)


def test_places_are_as_many_machines_as_long_as_nothing_stops_them() -> None:
    """M/M/3 from a machine with three places: the same facts as from three machines."""
    parallel = line([Station(minutes(2.5), machines=3)])
    rack = replace(parallel, machines={n: replace(m, part_of="rack") for n, m in parallel.machines.items()})
    orders = arriving(500, Exponential(MINUTE), 3)
    assert list(play(rack, orders, 3)) == list(play(parallel, orders, 3))


@pytest.mark.parametrize("chances", [(0.9, 0.8), (0.9, 0.9)])
def test_a_machine_that_blocks_before_service_counts_on_no_machine_that_is_down(chances: tuple[float, float]) -> None:
    """The Bernoulli line with one place between: a part waits in it, or on the second machine, never on both."""
    want, _ = bernoulli(list(chances), [1])
    stations = [
        Station(fixed(1), room=room, failures=_cycles(1, 1 - up, up, "open"))
        for up, room in zip(chances, (None, 1), strict=True)
    ]
    plant = line(stations, "before_service")
    check(lambda seed: throughput(plant, 3000, seed), want)


def test_a_machine_that_blocks_before_service_goes_on_when_the_next_one_is_idle_without_room_between() -> None:
    """Two machines of 10 and 20 minutes and no room: one order every half hour, for they never work together."""
    plant = line([Station(fixed(10)), Station(fixed(20), room=0)], "before_service")
    facts = list(play(plant, [Order(id=f"o{n}", product="p") for n in range(4)], 1))
    assert facts[-1].time == 4 * 30 * MINUTE
