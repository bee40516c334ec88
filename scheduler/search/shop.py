"""The problem as whole numbers: jobs of operations, each on one of several machines; ticks, nothing else.

It is what the local search plays with, and what public instances are: a job shop or a flexible one, with release and
due dates, weights and setups.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LONGEST = 1 << 40
"""So many ticks a time may have at most: sums of them are still whole numbers of 64 bits."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A step of a job: *work* ticks by machine, not begun before *ready*."""

    work: Mapping[int, int]
    family: int = 0
    ready: int = 0

    def __post_init__(self) -> None:
        if not self.work:
            raise ValueError("an operation: wanted one machine at least that can do it")
        times = (*self.work.values(), self.ready)
        if not all(0 <= time <= LONGEST for time in times):
            raise ValueError(f"an operation: wanted times from 0 to {LONGEST} ticks, not {min(times)} to {max(times)}")


@dataclass(frozen=True, slots=True)
class Job:
    """Operations that follow each other, after which *rest* ticks pass; *weight* for each tick that is after *due*.

    A tick after *soon* weighs *soon_weight* more: what is nearly late is late when anything happens.
    """

    operations: tuple[Operation, ...]
    due: int = 0
    weight: int = 0
    rest: int = 0
    soon: int = 0
    soon_weight: int = 0


@dataclass(frozen=True, slots=True)
class Machine:
    """It is *free* from a tick on, set up for *family*; *setups* has the ticks from each family to each other."""

    free: int = 0
    family: int = 0
    setups: Sequence[Sequence[int]] = ()


@dataclass(frozen=True, slots=True)
class Shop:
    """Jobs and machines, by number. *is_attached* says that a setup waits for the order that it is for."""

    jobs: tuple[Job, ...]
    machines: tuple[Machine, ...]
    is_attached: bool = False

    def __post_init__(self) -> None:
        families = {operation.family for operation in self.operations} | {m.family for m in self.machines}
        for number, machine in enumerate(self.machines):
            if machine.setups and any(
                len(machine.setups) <= f or len(machine.setups[f]) <= max(families) for f in families
            ):
                raise ValueError(f"machine {number}: wanted setup times for families 0 to {max(families)}")
        for operation in self.operations:
            if not all(0 <= machine < len(self.machines) for machine in operation.work):
                raise ValueError(
                    f"an operation: wanted machines 0 to {len(self.machines) - 1}, not {list(operation.work)}"
                )

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation, job by job: the number of an operation is its place here."""
        return tuple(operation for job in self.jobs for operation in job.operations)


@dataclass(frozen=True, slots=True)
class Schedule:
    """What each machine does in turn, by number of operation, and how good that is, in ticks.

    For each operation: its machine, and when its work begins there, after its setup.
    """

    sequences: tuple[tuple[int, ...], ...]
    machines: tuple[int, ...]
    starts: tuple[int, ...]
    value: int


def job_shop(machines: Sequence[Sequence[int]], durations: Sequence[Sequence[int]]) -> Shop:
    """The job shop in which the operations of each job go over those *machines*, and take so long there."""
    jobs = tuple(
        Job(tuple(Operation({machine: ticks}) for machine, ticks in zip(*row, strict=True)))
        for row in zip(machines, durations, strict=True)
    )
    count = 1 + max(machine for row in machines for machine in row)
    return Shop(jobs, (Machine(),) * count)


def flexible_job_shop(text: str) -> Shop:
    """The flexible job shop in a text of the public format, whose machines count from 0 or from 1.

    The first line says how many jobs and machines there are. Then each job has a line: how many operations it has and,
    for each, how many machines can do it, and which, each with its time.
    """
    lines = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    count, machine_count = int(lines[0][0]), int(lines[0][1])
    rows = [_alternatives([int(word) for word in line]) for line in lines[1 : count + 1]]
    lowest = 1 if any(machine_count in work for row in rows for work in row) else 0
    jobs = [
        Job(tuple(Operation({machine - lowest: ticks for machine, ticks in work.items()}) for work in row))
        for row in rows
    ]
    return Shop(tuple(jobs), (Machine(),) * machine_count)


def _alternatives(numbers: list[int]) -> list[dict[int, int]]:
    found, at = [], 1
    for _ in range(numbers[0]):
        end = at + 1 + 2 * numbers[at]
        found.append(dict(zip(numbers[at + 1 : end : 2], numbers[at + 2 : end : 2], strict=True)))
        at = end
    return found
