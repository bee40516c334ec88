"""What holds for the plan of every random floor, in the middle of its work."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from plant_models.errors import Infeasible
from plant_models.plant import Plant
from plant_models.shifts import FOREVER, MINUTE
from scheduler.faults import faults
from scheduler.repair import with_repairs
from scheduler.replay import play, plan_of_rule, slots
from scheduler.solve import plan
from tests.laws.worlds import World, worlds
from twin.chance import Certain
from twin.floor import run
from twin.policies.follow import FollowPlan
from twin.policies.rules import RULES
from twin.simulated import SimulatedFloor
from twin.state import State

CUTS = st.integers(0, 400).map(lambda m: m * MINUTE)


@st.composite
def live(draw: st.DrawFn, orders: int = 7) -> tuple[World, State]:
    """A floor that has worked for a while under a rule, with its luck; infinite buffers that let everyone choose."""
    world = draw(worlds(chain=draw(st.booleans()), orders=orders))
    world = replace(world, plant=roomy(world.plant))
    floor = world.floor()
    run(floor, world.policy, draw(CUTS))
    return world, floor.state


def roomy(plant: Plant) -> Plant:
    buffers = {name: replace(buffer, capacity=None, discipline="any") for name, buffer in plant.buffers.items()}
    return replace(plant, buffers=buffers)


def followed(plant: Plant, state: State, made: object) -> list[object]:
    facts: list[object] = []
    floor = SimulatedFloor(plant, state.copy(), Certain(), facts.append)
    run(floor, FollowPlan(made), FOREVER)  # type: ignore[arg-type]
    begun = {(o.order.id, o.step) for o in state.orders.values() if o.stage == "loaded"}
    return list(slots(facts, begun))  # type: ignore[arg-type]


@given(live(), st.sampled_from(sorted(RULES)))
def test_the_plan_of_a_rule_has_no_faults_and_ends_when_it_says(floor: tuple[World, State], name: str) -> None:
    world, state = floor
    plant, state, _ = with_repairs(world.plant, state)
    made = plan_of_rule(plant, state, name)
    assert faults(plant, state, made) == []
    assert followed(plant, state, made) == list(made.slots)


@settings(max_examples=40)
@given(live(), st.sampled_from(("weighted_tardiness", "makespan")))
def test_a_plan_has_no_faults_ends_when_it_says_and_is_no_worse_than_any_rule(
    floor: tuple[World, State], objective: str
) -> None:
    world, state = floor
    result = plan(world.plant, state, objective=objective, seconds=0.5, workers=1)  # type: ignore[arg-type]
    plant, state, _ = with_repairs(world.plant, state)
    assert faults(plant, state, result.plan) == []
    assert followed(plant, state, result.plan) == list(result.plan.slots)
    assert result.bound <= result.objective
