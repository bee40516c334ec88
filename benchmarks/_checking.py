"""Whether a schedule is one: from the instance and the starts alone, sharing nothing with whoever made it.

An instance is given as jobs of operations, an operation as the machines that can do it and its time there. It shares no
code with the proposers on purpose: what both had wrong, both would find right.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Operations = Sequence[Sequence[Mapping[int, int]]]
"""For each job its operations in turn; for each operation the machines that can do it, with its time there."""

Setup = Callable[[int, tuple[int, int] | None, tuple[int, int]], int]
"""The setup that a machine needs between two operations (job, number); before the first one, None."""


@dataclass(frozen=True)
class Placed:
    """An operation of a job, on a machine, from when its work begins until it ends."""

    job: int
    number: int
    machine: int
    start: int
    end: int


def faults(jobs: Operations, placed: Sequence[Placed], setup: Setup | None = None) -> list[str]:
    """What keeps this from being a schedule of those jobs, in sentences; nothing where it is one."""
    found = []
    seen: dict[tuple[int, int], Placed] = {}
    for each in placed:
        key = (each.job, each.number)
        if not (0 <= each.job < len(jobs) and 0 <= each.number < len(jobs[each.job])):
            found.append(f"job {each.job} has no operation {each.number}")
            continue
        if key in seen:
            found.append(f"job {each.job}, operation {each.number} is done twice")
        seen[key] = each
        times = jobs[each.job][each.number]
        if each.machine not in times:
            found.append(f"job {each.job}, operation {each.number}: machine {each.machine} cannot do it")
        elif each.end - each.start != times[each.machine]:
            found.append(f"job {each.job}, operation {each.number} takes {each.end - each.start} in all")
        if each.start < 0:
            found.append(f"job {each.job}, operation {each.number} begins before there is time")
    for job, operations in enumerate(jobs):
        rows = [seen.get((job, number)) for number in range(len(operations))]
        found += [f"job {job}, operation {number} is missing" for number, row in enumerate(rows) if row is None]
        for before, after in zip(rows, rows[1:], strict=False):
            if before is not None and after is not None and after.start < before.end:
                found.append(f"job {job}, operation {after.number} begins before the one before it ends")
    return found + _conflicts(placed, setup)


def _conflicts(placed: Sequence[Placed], setup: Setup | None) -> list[str]:
    found = []
    machines: dict[int, list[Placed]] = {}
    for each in placed:
        machines.setdefault(each.machine, []).append(each)
    for machine, row in machines.items():
        row.sort(key=lambda each: (each.start, each.end))
        for before, after in zip([None, *row], row, strict=False):
            was = None if before is None else (before.job, before.number)
            needed = 0 if setup is None else setup(machine, was, (after.job, after.number))
            if after.start < (0 if before is None else before.end) + needed:
                found.append(f"machine {machine} begins job {after.job}, operation {after.number} too early")
    return found


def makespan(placed: Sequence[Placed]) -> int:
    """When the last operation ends."""
    return max(each.end for each in placed)


def weighted_tardiness(placed: Sequence[Placed], due: Sequence[int], weights: Sequence[int]) -> int:
    """The sum over jobs of weight times lateness."""
    ends = [0] * len(due)
    for each in placed:
        ends[each.job] = max(ends[each.job], each.end)
    return sum(weight * max(0, end - date) for weight, end, date in zip(weights, ends, due, strict=True))
