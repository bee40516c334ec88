"""Batches on the compiled floor, small enough to be worked out by hand."""

from dataclasses import replace

import pytest

from plant_models.batch import Batch
from plant_models.events import Event, Finished, PassedOver, Started
from plant_models.orders import Order
from plant_models.plan import Plan, Slot
from plant_models.plant import Plant
from plant_models.shifts import HOUR, MINUTE
from tests.twin.floors import both
from tests.twin.shops import line, minutes
from twin.chance import Certain
from twin.compiled.floor import CompiledFloor
from twin.compiled.refusing import refusals
from twin.decisions import Start
from twin.policies.follow import FollowPlan
from twin.simulated import SimulatedFloor
from twin.state import opening


def oven(batch: Batch, *after: float) -> Plant:
    """An oven that takes ten minutes for whatever is in it, and machines behind it."""
    plant = line(*minutes(10, *after), room=0)
    buffers = {**plant.buffers, "b0": replace(plant.buffers["b0"], discipline="any")}
    return replace(
        plant, machines={**plant.machines, "m0": replace(plant.machines["m0"], batch=batch)}, buffers=buffers
    )


def orders(*releases: int) -> list[Order]:
    return [Order(id=f"o{n}", product="p", quantity=n + 1, release=time * MINUTE) for n, time in enumerate(releases)]


def started(facts: list[Event], machine: str = "m0") -> list[tuple[int, tuple[str, ...]]]:
    """When a machine began with whom, in minutes."""
    return [
        (fact.time // MINUTE, (fact.order, *fact.mates))
        for fact in facts
        if isinstance(fact, Started) and fact.machine == machine
    ]


def test_those_go_together_that_came_first() -> None:
    plant = oven(Batch(most=3))
    facts = both(plant, opening(plant, orders(0, 0, 0, 0, 0)), Certain())
    assert started(facts) == [(0, ("o0", "o1", "o2")), (10, ("o3", "o4"))]


def test_a_machine_waits_for_enough_and_no_longer_than_it_may() -> None:
    batch = Batch(most=4, least=2, longest_wait=30 * MINUTE)
    plant = oven(batch)
    facts = both(plant, opening(plant, orders(0, 5, 20)), Certain())
    assert started(facts) == [(5, ("o0", "o1")), (50, ("o2",))]


def test_pieces_count_where_the_machine_holds_pieces_and_what_is_too_large_goes_alone() -> None:
    plant = oven(Batch(most=3, counts="pieces"))
    facts = both(plant, opening(plant, orders(0, 0, 0, 0)), Certain())
    assert started(facts) == [(0, ("o0", "o1")), (10, ("o2",)), (20, ("o3",))]


def test_orders_of_a_batch_leave_one_by_one_where_the_next_machine_takes_one() -> None:
    plant = oven(Batch(most=2), 4)
    facts = both(plant, opening(plant, orders(0, 0, 0)), Certain())
    assert started(facts) == [(0, ("o0", "o1")), (14, ("o2",))]
    assert started(facts, "m1") == [(10, ("o1",)), (14, ("o0",)), (24, ("o2",))]


def test_a_breakdown_in_a_batch_is_counted_once_and_all_its_orders_finish() -> None:
    plant = oven(Batch(most=8))
    facts = both(plant, opening(plant, orders(*[0] * 8)), Certain())
    assert [fact.order for fact in facts if isinstance(fact, Finished)] == [*(f"o{n}" for n in range(1, 8)), "o0"]


def slot(order: int, start: int) -> Slot:
    at = start * MINUTE
    return Slot(machine="m0", order=f"o{order}", step=0, setup_start=at, start=at, end=at + 10 * MINUTE)


def test_a_plan_has_orders_go_together_and_waits_for_a_late_one_up_to_a_point() -> None:
    plan = Plan(slots=(slot(1, 0), slot(3, 0), slot(0, 10), slot(2, 10)))
    plant, book = oven(Batch(most=3)), orders(0, 0, 40, 3)
    policy = FollowPlan(plan, tolerance=15 * MINUTE)
    assert refusals(plant, opening(plant, book), policy) == ()
    facts = both(plant, opening(plant, book), Certain(), policy)
    assert started(facts) == [(3, ("o1", "o3")), (25, ("o0",)), (40, ("o2",))]
    assert [(fact.order, fact.time // MINUTE) for fact in facts if isinstance(fact, PassedOver)] == [("o2", 25)]


def test_who_decides_outside_may_say_who_goes_together() -> None:
    plant, book = oven(Batch(most=3, least=2)), orders(0, 0, 0, 0)
    simulated = SimulatedFloor(plant, opening(plant, book), Certain())
    floor = CompiledFloor(plant, opening(plant, book), Certain())
    ours, theirs = simulated.advance(HOUR), floor.advance(HOUR)
    assert ours is not None
    assert theirs == ours
    for mates in (("o1", "o2", "o3"), (), ("o1", "o1"), ("o9",)):
        with pytest.raises(ValueError, match="machine 'm0'") as said:
            simulated.start(ours, Start("o0", mates=mates))
        ours = simulated.advance(HOUR)
        assert ours is not None
        with pytest.raises(ValueError, match="machine 'm0'") as also_said:
            floor.start(theirs, Start("o0", mates=mates))
        assert str(also_said.value) == str(said.value)
    simulated.start(ours, Start("o0", mates=("o3", "o1")))
    floor.start(theirs, Start("o0", mates=("o3", "o1")))
    assert floor.state == simulated.state
    assert (floor.state.machines["m0"].order, floor.state.machines["m0"].mates) == ("o0", ["o1", "o3"])
