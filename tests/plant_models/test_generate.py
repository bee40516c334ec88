"""Plants by parameters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_models import Constant, generate
from plant_models.shifts import MINUTE


def times(scenario, job):
    return [round(next(iter(step.machines.values())).mean / MINUTE) for step in scenario.plant.routings[job].operations]


def way(scenario, job):
    return [next(iter(step.machines)) for step in scenario.plant.routings[job].operations]


def test_taillards_first_flow_shop_is_as_published():
    ta001 = generate.taillard(20, 5, 873654221)
    assert [times(ta001, f"j{n}")[0] for n in range(1, 21)] == [
        54, 83, 15, 71, 77, 36, 53, 38, 27, 87, 76, 91, 14, 29, 12, 77, 32, 87, 68, 94,
    ]  # fmt: skip
    done = [0] * 5
    for job in range(1, 21):
        ready = 0
        for machine, time in enumerate(times(ta001, f"j{job}")):
            ready = done[machine] = max(ready, done[machine]) + time
    assert done[-1] == 1448


def test_taillards_first_job_shop_is_as_published():
    ta01 = generate.taillard(15, 15, 840612802, 398197754)
    assert times(ta01, "j1") == [94, 66, 10, 53, 26, 15, 65, 82, 10, 27, 93, 92, 96, 70, 83]
    assert way(ta01, "j1") == [f"m{n}" for n in (6, 12, 4, 7, 3, 2, 10, 11, 8, 14, 9, 13, 5, 0, 1)]


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 2**64))
def test_a_job_shop_visits_every_machine_once(jobs, machines, seed):
    shop = generate.job_shop(jobs, machines, seed=seed, shortest=3, longest=5)
    assert shop == generate.job_shop(jobs, machines, seed=seed, shortest=3, longest=5)
    for product in shop.plant.products:
        assert sorted(way(shop, product)) == sorted(shop.plant.machines)
        assert set(times(shop, product)) <= {3, 4, 5}


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 1000))
def test_a_flexible_job_shop_has_as_many_alternatives_as_asked_for(jobs, machines, seed):
    shop = generate.flexible_job_shop(jobs, machines, seed=seed, operations=(2, 4), alternatives=(1, 2))
    for routing in shop.plant.routings.values():
        assert 2 <= len(routing.operations) <= 4
        assert all(1 <= len(step.machines) <= 2 for step in routing.operations)


def test_another_seed_is_another_shop():
    assert len({str(generate.job_shop(4, 4, seed=seed, name="x")) for seed in range(50)}) == 50


def test_a_seed_means_the_same_plant_for_ever():
    shop = generate.job_shop(2, 3, seed=1)
    assert [(way(shop, job), times(shop, job)) for job in ("j1", "j2")] == [
        (["m0", "m2", "m1"], [97, 44, 44]),
        (["m0", "m1", "m2"], [52, 29, 79]),
    ]


def test_an_order_may_be_due_after_a_multiple_of_its_work():
    shop = generate.job_shop(3, 3, due=2.0)
    for order in shop.orders:
        assert order.due == 2 * sum(times(shop, order.product)) * MINUTE


def test_a_line_has_its_buffers_between_its_machines():
    line = generate.flow_line(4, buffers=[0, 2, None], work=[Constant(n) for n in range(1, 5)], orders=3, every=10)
    assert [buffer.capacity for buffer in line.plant.buffers.values()] == [None, 0, 2, None]
    assert [step.machines[step.id].mean for step in line.plant.routings["part"].operations] == [1, 2, 3, 4]
    assert [(order.id, order.release) for order in line.orders] == [("o1", 0), ("o2", 10), ("o3", 20)]


def test_the_pace_of_a_line_is_spread_by_lot():
    line = generate.flow_line(20, spread=0.3, seed=3)
    means = [step.machines[step.id].mean / MINUTE for step in line.plant.routings["part"].operations]
    assert len(set(means)) > 10
    assert all(0.7 <= mean <= 1.3 for mean in means)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: generate.flow_line(0), "machines: wanted at least 1, not 0"),
        (lambda: generate.flow_line(3, buffers=[1]), "buffers: wanted 2, one for each, not 1"),
        (lambda: generate.flow_line(3, work=[Constant(1)]), "work: wanted 3, one for each, not 1"),
        (lambda: generate.flow_line(3, spread=1.0), "spread: wanted at least 0 and below 1"),
        (lambda: generate.job_shop(0, 3), "jobs: wanted at least 1, not 0"),
        (lambda: generate.job_shop(3, 3, shortest=5, longest=4), "wanted 0 <= shortest <= longest"),
        (lambda: generate.job_shop(3, 3, due=float("nan")), "due: wanted at least 0"),
        (lambda: generate.flexible_job_shop(3, 3, operations=(0, 2)), "wanted at least 1, low before high"),
        (lambda: generate.flexible_job_shop(3, 3, alternatives=(4, 5)), "wanted at least 1, low before high"),
        (lambda: generate.taillard(3, 3, 0), "seed: wanted 1 to 2147483646, not 0"),
    ],
)
def test_a_plant_that_cannot_be_is_refused(make, said):
    with pytest.raises(ValueError, match=said.replace("(", r"\(")):
        make()
