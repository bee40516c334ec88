"""Lines whose machines work in step, against their Markov chains solved here, cycle by cycle."""

import math
import statistics
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import t as student

from plant_models.shifts import MINUTE
from tests.validation.cases import bernoulli_line, geometric_line, parameters
from tests.validation.test_theory import ROWS

Step = Iterator[tuple[tuple[int, ...], float, bool]]
"""What may follow a state: the next one, how likely, and whether a part leaves the line."""


def solved(start: tuple[int, ...], step: Callable[[tuple[int, ...]], Step]) -> tuple[float, NDArray[np.float64]]:
    """Parts per cycle, and the mean of every number in the state, in the long run."""
    states, moves, leaves = {start: 0}, [], []
    queue = [start]
    for state in queue:
        for following, chance, is_out in step(state):
            if following not in states:
                states[following] = len(states)
                queue.append(following)
            moves.append((states[state], states[following], chance))
            leaves.append((states[state], chance * is_out))
    count = len(states)
    chain = np.zeros((count, count))
    rate = np.zeros(count)
    for before, after, chance in moves:
        chain[before, after] += chance
    for state_number, share in leaves:
        rate[state_number] += share
    system = np.vstack([chain.T - np.eye(count), np.ones(count)])
    shares = np.linalg.lstsq(system, np.append(np.zeros(count), 1.0), rcond=None)[0]
    return float(shares @ rate), shares @ np.array(list(states), dtype=float)


def bernoulli(chances: list[float], rooms: list[int]) -> tuple[float, NDArray[np.float64]]:
    """A Bernoulli line of any length (Li & Meerkov): the numbers in its buffers, at the end of a cycle."""

    def step(levels: tuple[int, ...]) -> Step:
        for ups in product((0, 1), repeat=len(chances)):
            chance = math.prod(p if up else 1 - p for p, up in zip(chances, ups, strict=True))
            after, taken = list(levels), ups[-1] == 1 and levels[-1] > 0
            is_out = taken
            for n in reversed(range(len(levels))):
                after[n] -= taken
                taken = ups[n] == 1 and after[n] < rooms[n] and (n == 0 or levels[n - 1] > 0)
                after[n] += taken
            yield tuple(after), chance, is_out

    return solved((0,) * len(rooms), step)


def geometric(p: dict[str, Any]) -> float:
    """Two machines and a store (Gershwin & Schick): parts in it, and whether either machine is up, after a cycle."""
    most = p["N"]

    def fates(is_up: int, can_work: bool, fails: float, repaired: float) -> list[tuple[int, float]]:
        if not is_up:
            return [(1, repaired), (0, 1 - repaired)]
        return [(0, fails), (1, 1 - fails)] if can_work else [(1, 1.0)]

    def step(state: tuple[int, ...]) -> Step:
        level, *ups = state
        first, second = (
            fates(up, can_work, p[f"p{n}"], p[f"r{n}"])
            for n, up, can_work in zip((1, 2), ups, (level < most, level > 0), strict=True)
        )
        for (one, a), (two, b) in product(first, second):
            is_out = two == 1 and level > 0
            yield (level + (one == 1 and level < most) - is_out, one, two), a * b, is_out

    return solved((0, 1, 1), step)[0]


def check(measure: Callable[[int], float], want: float, *, runs: int = 8, precision: float = 0.05) -> None:
    figures = [measure(seed) for seed in range(runs)]
    half = float(student.ppf(0.9995, runs - 1)) * statistics.stdev(figures) / math.sqrt(runs)
    got = statistics.mean(figures)
    print(f"\nexpected {want:.6f}, got {got:.6f} +- {half:.6f}")
    assert half <= precision * want, "the run is too short to say anything"
    assert abs(got - want) <= half


@pytest.mark.parametrize("row", [row for row in ROWS if row["case"].startswith(("bernoulli_", "geometric_"))])
def test_the_chains_solved_here_are_those_of_the_published_cases(row: dict[str, str]) -> None:
    p = dict(parameters(row["parameters"]))
    if row["case"].startswith("geometric_"):
        assert geometric(p) == pytest.approx(float(row["expected"]), rel=1e-9)
        return
    rate, levels = bernoulli([p["p1"], p["p2"]], [p["N"]])
    assert rate == pytest.approx(float(row["expected"]), rel=1e-9)
    assert levels[0] == pytest.approx(p["wip"], rel=1e-8)


@pytest.mark.parametrize("rooms", [1, 3])
@pytest.mark.parametrize("chances", [(0.9, 0.8), (0.6, 0.6)])
def test_two_machines_that_are_up_now_and_then(chances: tuple[float, float], rooms: int) -> None:
    want, _ = bernoulli(list(chances), [rooms])
    p = {"p1": chances[0], "p2": chances[1], "N": rooms, "cycle": 1}
    check(bernoulli_line(p, 2500)[0], want)


@pytest.mark.parametrize(("chances", "rooms"), [([0.7, 0.9, 0.8, 0.7], [1, 3, 2]), ([0.8, 1.0, 0.8], [1, 1])])
def test_longer_lines_of_machines_that_are_up_now_and_then(chances: list[float], rooms: list[int]) -> None:
    want, _ = bernoulli(chances, rooms)
    p = {"N": rooms, "cycle": 1} | {f"p{n}": chance for n, chance in enumerate(chances, 1)}
    check(bernoulli_line(p, 2500)[0], want)


@pytest.mark.parametrize(
    ("chances", "room"),
    [((0.5, 0.3, 0.4, 0.2), 2), ((0.4, 0.2, 0.4, 0.2), 6), ((0.9, 0.1, 0.3, 0.1), 4)],
)
def test_two_machines_that_fail_cycle_by_cycle(chances: tuple[float, ...], room: int) -> None:
    p = dict(zip(("r1", "p1", "r2", "p2"), chances, strict=True)) | {"N": room, "cycle": 1}
    check(geometric_line(p, 4000)[0], geometric(p))


def test_a_cycle_may_take_any_time() -> None:
    p = {"r1": 0.5, "p1": 0.3, "r2": 0.4, "p2": 0.2, "N": 2, "cycle": 0.7512}
    assert p["cycle"] * MINUTE == 45_072
    check(geometric_line(p, 4000)[0], geometric(p) / p["cycle"])
