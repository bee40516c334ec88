"""Weighted tardiness: annealing keeps its times right and finds what the solver proves to be best."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from scheduler.search import kernel
from scheduler.search.bounds import least_tardiness
from scheduler.search.records import TARDINESS
from scheduler.search.shop import Job, Shop
from scheduler.search.stop import Stop
from scheduler.search.team import Team
from tests.scheduler.search.shops import known, lateness, shops, starts
from tests.scheduler.search.test_moves import bench_of


def with_dates(shop: Shop, factor: float) -> Shop:
    """Each job is due after *factor* times its work; the first fifth weighs 4, the last 1, the others 2."""
    jobs = []
    for number, job in enumerate(shop.jobs):
        share = number / len(shop.jobs)
        weight = 4 if share < 0.2 else 2 if share < 0.8 else 1
        due = int(factor * sum(min(operation.work.values()) for operation in job.operations))
        jobs.append(Job(job.operations, due, weight))
    return Shop(tuple(jobs), shop.machines)


def least(shop: Shop) -> int:
    """The weighted tardiness of the best schedule of a job shop, by the solver."""
    model = cp_model.CpModel()
    rows: dict[int, list[cp_model.IntervalVar]] = {}
    total = []
    horizon = sum(max(o.work.values()) for o in shop.operations)
    for job in shop.jobs:
        before: cp_model.IntVar | int = 0
        for operation in job.operations:
            (machine, work), *_ = operation.work.items()
            start = model.new_int_var(0, horizon, "")
            rows.setdefault(machine, []).append(model.new_fixed_size_interval_var(start, work, ""))
            model.add(start >= before)
            before = start + work
        late = model.new_int_var(0, horizon, "")
        model.add(late >= before - job.due)
        total.append(job.weight * late)
    for row in rows.values():
        model.add_no_overlap(row)
    model.minimize(sum(total))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.max_time_in_seconds = 60
    assert solver.solve(model) == cp_model.OPTIMAL
    return round(solver.objective_value)


@pytest.mark.parametrize("factor", [1.0, 1.3])
def test_a_small_job_shop_is_as_late_as_the_solver_proves_it_must_be(factor: float) -> None:
    shop = with_dates(known("ft06"), factor)
    wanted = least(shop)
    assert wanted > 0
    found = Team(shop, goal=TARDINESS).search(Stop(iterations=1_500_000, target=wanted))
    assert found.best.value == wanted
    assert found.bound <= wanted


def test_a_shop_in_which_nobody_is_late_is_known_to_be_best_at_once() -> None:
    found = Team(with_dates(known("ft10"), 10.0), goal=TARDINESS).search(Stop(iterations=10_000_000))
    assert (found.best.value, found.is_optimal) == (0, True)
    assert found.iterations < 1_000_000


@given(shops(), st.integers(0, 1 << 20))
def test_annealing_keeps_the_schedule_that_is_worth_what_it_says(shop: Shop, seed: int) -> None:
    bench = bench_of(shop, seed, TARDINESS)
    first = bench.best
    bench.heat(20.0, 0.1)
    bench.enter(kernel.ANNEAL, 300, 300, least_tardiness(shop))
    schedule = bench.schedule(*bench.kept)
    assert first is not None
    assert least_tardiness(shop) <= schedule.value <= first
    assert schedule.value == lateness(shop, schedule, starts(shop, schedule))


@settings(max_examples=5)
@given(shops(), st.integers(1, 1 << 20))
def test_a_team_that_anneals_finds_the_same_for_the_same_seed(shop: Shop, seed: int) -> None:
    once, again = (Team(shop, goal=TARDINESS, seed=seed).search(Stop(iterations=20_000)) for _ in range(2))
    assert once.schedules == again.schedules
