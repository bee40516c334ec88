"""Plans are for the orders that are known; what they leave out is named."""

from dataclasses import replace

import pytest

import scheduler
from plant_models.distributions import Exponential
from plant_models.plant import Arrival, Plant
from plant_models.shifts import HOUR
from tests.twin.shops import shop
from twin.policies.rules import fifo
from twin.rehearsal import rehearse
from twin.state import opening

SHOP = shop()
CALLS = Arrival(id="calls", product="bolt", between=Exponential(HOUR))


def expecting(plant: Plant) -> Plant:
    return replace(plant, arrivals={"calls": CALLS})


def test_the_solver_plans_for_known_orders_and_says_what_will_still_come() -> None:
    state = opening(SHOP.plant, SHOP.orders)
    found = scheduler.plan(expecting(SHOP.plant), state, seconds=1, workers=1)
    assert {slot.order for slot in found.plan.slots} == {order.id for order in SHOP.orders}
    assert "the orders that will still come: calls" in found.left_out
    assert "calls" not in " ".join(scheduler.plan(SHOP.plant, state, seconds=1, workers=1).left_out)


def test_the_solver_says_that_it_does_not_look_at_classes() -> None:
    hot = tuple(replace(order, priority=int(order.id in ("o03", "o07"))) for order in SHOP.orders)
    found = scheduler.plan(SHOP.plant, opening(SHOP.plant, hot), seconds=1, workers=1)
    assert "classes of priority (the highest is 1: o03, o07)" in found.left_out


def test_proposals_are_made_and_rehearsed_for_known_orders() -> None:
    plant, state = expecting(SHOP.plant), opening(SHOP.plant, SHOP.orders)
    found = scheduler.propose(plant, state, ["fifo", "edd"], runs=3, workers=1)
    alone = scheduler.propose(SHOP.plant, state, ["fifo", "edd"], runs=3, workers=1)
    assert [proposal.name for proposal in found.ranked] == [proposal.name for proposal in alone.ranked]
    for ours, theirs in zip(found.ranked, alone.ranked, strict=True):
        assert ours.plan.digest == theirs.plan.digest
        assert list(ours.rehearsal.figures["makespan_h"]) == list(theirs.rehearsal.figures["makespan_h"])


def test_a_rehearsal_with_what_will_come_is_later_than_without() -> None:
    plant, state = expecting(SHOP.plant), opening(SHOP.plant, SHOP.orders)
    alone = rehearse(SHOP.plant, state, fifo, runs=10, workers=1, until=100 * HOUR)
    both = rehearse(plant, state, fifo, runs=10, workers=1, until=100 * HOUR)
    assert both.finishes.keys() == alone.finishes.keys(), "it answers for the orders that are known"
    assert both.mean("finished_orders").value == pytest.approx(12 + 100, rel=0.15)
    assert both.mean("lead_time_mean_h").value != alone.mean("lead_time_mean_h").value
