"""Plans by CP-SAT: what they reach, and what is known about it."""

from dataclasses import replace

import pytest

from plant_models.plan import Slot
from plant_models.shifts import MINUTE
from scheduler import aim
from scheduler.inspection import faults
from scheduler.replay import InSequence, play, sequences_of
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


def test_among_plans_that_keep_every_date_the_one_with_room_for_surprises_is_made() -> None:
    plant, orders = job_shop(FT06)
    due = [replace(order, due=80 * MINUTE) for order in orders]
    state = opening(plant, due)
    cushion = 30 * MINUTE
    tight = plan(plant, state, seconds=5, cushion=0)
    roomy = plan(plant, state, seconds=5, cushion=cushion)
    assert tight.objective == roomy.objective == 0

    def nearly_late(of: object) -> float:
        played = play(plant, state, InSequence(sequences_of(of)), source="")
        return aim.nearly_late(state, played.end, cushion)

    assert nearly_late(roomy.plan) <= nearly_late(tight.plan)
    assert nearly_late(roomy.plan) == sum(max(0, end - 50 * MINUTE) for end in _finishes(roomy.plan.slots).values())
    assert nearly_late(roomy.plan) <= 6 * 5 * MINUTE


def _finishes(slots: tuple[Slot, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for slot in slots:
        found[slot.order] = max(found.get(slot.order, 0), slot.end)
    return found
