"""The best schedules that are known, few and unlike each other, and what comes of two of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduler.search.luck import drawn

ALIKE = 0.7
"""Schedules of which a larger share of operations has the same successor on its machine count as one."""

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Elite:
    """A schedule: how good it is, all operations in order, the machine of each, and what follows it there."""

    value: int
    order: Numbers
    machines: Numbers
    successors: Numbers

    def likeness(self, other: "Elite") -> float:
        """The share of operations that are followed by the same one on their machine."""
        return float(np.mean(self.successors == other.successors))


def elite(value: int, order: Numbers, machines: Numbers) -> Elite:
    """A schedule that is known by its order and its machines."""
    successors = np.full(len(order), -1, dtype=np.int64)
    by_machine = order[np.argsort(machines[order], kind="stable")]
    is_same = machines[by_machine[:-1]] == machines[by_machine[1:]]
    successors[by_machine[:-1]] = np.where(is_same, by_machine[1:], -1)
    return Elite(value, order, machines, successors)


class Elites:
    """At most *room* schedules, the best first."""

    def __init__(self, room: int) -> None:
        self._room = room
        self.known: list[Elite] = []

    @property
    def best(self) -> Elite:
        """The best one."""
        return self.known[0]

    def add(self, new: Elite) -> bool:
        """Take a schedule in: in place of those that it is like, or of the worst; whether it came in."""
        like = [known for known in self.known if known.likeness(new) > ALIKE]
        if any(known.value <= new.value for known in like):
            return False
        if not like and len(self.known) >= self._room and new.value >= self.known[-1].value:
            return False
        kept = [known for known in self.known if not any(known is each for each in like)]
        self.known = sorted([*kept, new], key=lambda each: each.value)[: self._room]
        return True


def mixed_from(one: Elite, other: Elite, jobs: Numbers, seed: int) -> tuple[Numbers, Numbers]:
    """An order and machines between those of two schedules, nearer to one or the other from job to job.

    Each operation stands where a weighted mean of its places in both puts it. The weight is one for all operations of a
    job, so that they keep their turn: what comes of it is always a schedule.
    """
    weights = np.array([drawn(seed, 1, job) for job in range(int(jobs[-1]) + 1)])[jobs]
    places = weights * _places(one.order) + (1 - weights) * _places(other.order)
    order = np.lexsort((_places(one.order), places)).astype(np.int64)
    takes_one = np.array([drawn(seed, 2, number) for number in range(len(jobs))]) < weights
    return order, np.where(takes_one, one.machines, other.machines)


def _places(order: Numbers) -> NDArray[np.float64]:
    found = np.empty(len(order))
    found[order] = np.arange(len(order))
    return found


def parents(elites: Sequence[Elite], seed: int) -> tuple[Elite, Elite]:
    """Two different ones of several, by lot."""
    first = int(drawn(seed, 3) * len(elites))
    second = int(drawn(seed, 4) * (len(elites) - 1))
    return elites[first], elites[second + (second >= first)]
