"""What the local search finds: optima that are known, bounds that hold, the same again for the same seed."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks._checking import Placed, faults, makespan
from scheduler.search.bounds import least_makespan
from scheduler.search.shop import Job, Machine, Operation, Shop, flexible_job_shop
from scheduler.search.stop import Stop
from scheduler.search.team import Team, Tuning
from tests.scheduler.search.shops import known, placed, shops

OPTIMA = {"ft06": 55, "la01": 666, "la02": 655, "la03": 597, "la04": 590, "la05": 593}


@pytest.mark.parametrize("name", OPTIMA)
def test_small_job_shops_are_solved_within_few_moves(name: str) -> None:
    shop = known(name)
    found = Team(shop).search(Stop(iterations=200_000, target=OPTIMA[name]))
    assert found.best.value == OPTIMA[name]
    assert found.bound <= OPTIMA[name]
    rows = placed(shop, found.best)
    assert faults([[o.work for o in job.operations] for job in shop.jobs], rows) == []
    assert makespan(rows) == OPTIMA[name]


def test_a_job_shop_of_a_hundred_operations_comes_within_one_percent() -> None:
    assert Team(known("ft10")).search(Stop(iterations=400_000, target=935)).best.value <= 939


def test_the_same_seed_finds_the_same_schedules_whatever_thread_is_faster() -> None:
    shop = known("ft10")
    once, again = (Team(shop, seed=7).search(Stop(iterations=150_000)) for _ in range(2))
    assert once.schedules == again.schedules
    assert once.iterations == again.iterations
    assert Team(shop, seed=8).search(Stop(iterations=150_000)).schedules != once.schedules


def test_a_team_begins_anew_when_nothing_new_comes_in_and_keeps_the_best_of_all_eras() -> None:
    tuning = Tuning(elites=4, openings=2, patience=100, idle=1.0)
    best: list[int] = []
    for moves in (1_000, 10_000, 100_000):
        team = Team(known("ft10"), seed=5, tuning=tuning)
        found = team.search(Stop(iterations=moves))
        best.append(found.best.value)
        assert 1 <= len(found.schedules) <= 4
    assert best == sorted(best, reverse=True)
    assert team.eras > 2


@settings(max_examples=25)
@given(shops(), st.integers(1, 1 << 20))
def test_no_schedule_is_better_than_the_bound(shop: Shop, seed: int) -> None:
    found = Team(shop, seed=seed, workers=1).search(Stop(iterations=500))
    assert found.best.value >= found.bound == least_makespan(shop)
    assert [s.value for s in found.schedules] == sorted(s.value for s in found.schedules)


def test_the_bound_of_one_machine_counts_what_comes_before_and_after() -> None:
    jobs = [Job((Operation({0: 2}), Operation({1: 5}), Operation({2: 3}))) for _ in range(3)]
    assert least_makespan(Shop(tuple(jobs), (Machine(),) * 3)) == 2 + 15 + 3


def test_a_search_ends_when_it_is_cancelled_and_tells_how_it_goes() -> None:
    told: list[tuple[int, int, float]] = []
    cancel = threading.Event()

    def progress(best: int, bound: int, seconds: float) -> None:
        told.append((best, bound, seconds))
        cancel.set()

    found = Team(known("ft10")).search(Stop(seconds=60, cancel=cancel), progress)
    assert found.seconds < 30
    assert told
    assert found.best.value <= told[0][0]
    assert told[0][1] == found.bound


def test_a_search_without_an_end_is_refused() -> None:
    with pytest.raises(ValueError, match="a search needs an end: wanted seconds"):
        Stop()
    with pytest.raises(ValueError, match="seconds: wanted a number from 0 on, not -1"):
        Stop(seconds=-1)


def test_a_flexible_shop_is_read_whether_its_machines_count_from_none_or_one() -> None:
    from_one = flexible_job_shop("2 2 1.5\n2 1 1 3 2 1 4 2 5\n1 1 2 6\n")
    assert from_one == flexible_job_shop("2 2\n2 1 0 3 2 0 4 1 5\n1 1 1 6\n")
    assert from_one.operations[1].work == {0: 4, 1: 5}
    assert Team(from_one).search(Stop(iterations=1_000)).best.value == 7


def test_what_is_no_shop_is_refused_with_what_was_wanted() -> None:
    with pytest.raises(ValueError, match="wanted one machine at least"):
        Operation({})
    with pytest.raises(ValueError, match="wanted machines 0 to 0"):
        Shop((Job((Operation({1: 2}),)),), (Machine(),))
    with pytest.raises(ValueError, match="wanted setup times for families 0 to 2"):
        Shop((Job((Operation({0: 2}, family=2),)),), (Machine(setups=[[0, 1], [1, 0]]),))


JOBS = [[{0: 3}, {1: 2}], [{1: 4, 0: 5}, {0: 1}]]
GOOD = [Placed(0, 0, 0, 0, 3), Placed(0, 1, 1, 4, 6), Placed(1, 0, 1, 0, 4), Placed(1, 1, 0, 4, 5)]


@pytest.mark.parametrize(
    ("number", "planted", "said"),
    [
        (0, None, "operation 0 is missing"),
        (1, Placed(0, 1, 1, 2, 4), "begins before the one before it ends"),
        (1, Placed(0, 1, 1, 3, 5), "machine 1 begins job 0, operation 1 too early"),
        (1, Placed(0, 1, 0, 5, 7), "machine 0 cannot do it"),
        (2, Placed(1, 0, 1, 0, 3), "takes 3 in all"),
        (3, Placed(1, 7, 0, 4, 5), "job 1 has no operation 7"),
        (3, Placed(1, 0, 1, 6, 10), "is done twice"),
        (0, Placed(0, 0, 0, -1, 2), "before there is time"),
    ],
)
def test_the_checker_finds_the_fault_that_was_planted(number: int, planted: Placed | None, said: str) -> None:
    assert faults(JOBS, GOOD) == []
    rows = [*GOOD[:number], *([planted] if planted else []), *GOOD[number + 1 :]]
    assert any(said in sentence for sentence in faults(JOBS, rows))


def test_the_checker_wants_setups_to_be_kept() -> None:
    assert faults(JOBS, GOOD, lambda machine, before, after: 0 if before is None else 1) != []
    assert faults(JOBS, GOOD, lambda machine, before, after: 0) == []
