"""Plans by CP-SAT: what they reach, and what is known about it."""

import pytest

from plant_models.shifts import MINUTE
from scheduler.faults import faults
from scheduler.solve import plan
from tests.scheduler.shops import FT06, FT10, job_shop
from twin.state import opening


def test_fifty_five_is_proven_for_ft06() -> None:
    plant, orders = job_shop(FT06)
    state = opening(plant, orders)
    result = plan(plant, state, objective="makespan", seconds=20)
    assert (result.status, result.objective, result.bound) == ("optimal", 55 * MINUTE, 55 * MINUTE)
    assert faults(plant, state, result.plan) == []
    assert max(slot.end for slot in result.plan.slots) == 55 * MINUTE


@pytest.mark.slow
def test_nine_hundred_and_thirty_is_proven_for_ft10() -> None:
    plant, orders = job_shop(FT10)
    result = plan(plant, opening(plant, orders), objective="makespan", seconds=60)
    assert (result.status, result.objective, result.bound) == ("optimal", 930 * MINUTE, 930 * MINUTE)
