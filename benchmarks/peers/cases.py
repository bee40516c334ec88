"""The three plants that every engine plays, in numbers.

Needs the standard library alone, for each peer has an environment of its own.
"""

import random
from typing import NamedTuple

MACHINES, ROOM = 10, 10
"""The line and the shop have ten machines; ten parts have room between two machines of a line."""
FAILING, UP, DOWN = 3, 100.0, 10.0
"""The failing line has three machines, each up for 100 and down for 10 mean work times (exponential, on the clock)."""
PACE, FAILING_PACE = 0.8495, 0.733539
"""Parts that leave the line, and the failing line, in a mean work time: the second exactly (a Markov chain), the first
as millions of parts measured it, to 0.0005. A run of a given length uses them to make as many parts as it should."""
WARM_UP = 200
"""The parts that throughput leaves out, for a line begins empty."""


class Job(NamedTuple):
    """Enters at *release* and visits every machine once; *steps* are (machine, milliseconds)."""

    release: int
    steps: list[tuple[int, int]]


def shop(jobs: int = 100) -> list[Job]:
    """Jobs whose times are so finely spread that no two things happen at once: the rule alone makes the schedule."""
    dice = random.Random(1)
    found = []
    for number in range(jobs):
        route = list(range(MACHINES))
        dice.shuffle(route)
        found.append(Job(number * 1_009, [(machine, dice.randrange(60_000, 6_000_000)) for machine in route]))
    return found


class Meter:
    """Counts the parts that leave a line; its throughput is that of the run after the warm-up."""

    def __init__(self, parts: int) -> None:
        self.parts, self.out = parts, 0
        self._begin, self._end = 0.0, 0.0

    def leave(self, now: float) -> bool:
        """One more part leaves at *now*; whether it is the last one to wait for."""
        self.out += 1
        if self.out == WARM_UP:
            self._begin = now
        if self.out == self.parts:
            self._end = now
        return self.out >= self.parts

    @property
    def throughput(self) -> float:
        """Parts per mean work time."""
        return (self.parts - WARM_UP) / (self._end - self._begin)
