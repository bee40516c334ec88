"""What holds for the plan of every random floor, in the middle of its work."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from plant_models.errors import Infeasible
from plant_models.events import Event
from plant_models.plan import Plan, Slot
from plant_models.plant import Plant
from plant_models.shifts import FOREVER, MINUTE
from scheduler.aim import OBJECTIVES, value
from scheduler.constraints import constrain
from scheduler.inspection import faults
from scheduler.objective import Goal, hint
from scheduler.problem import divides, latest_end, read
from scheduler.repair import with_repairs
from scheduler.replay import InSequence, plan_of_rule, play, sequences_of, slots
from scheduler.solve import plan
from scheduler.variables import timings, unknowns
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
    """A floor that has worked for a while under a rule, with its luck."""
    world = draw(worlds(chain=draw(st.booleans()), orders=orders))
    floor = world.floor()
    run(floor, world.policy, draw(CUTS))
    return world, floor.state


@st.composite
def roomy(draw: st.DrawFn, orders: int = 7) -> tuple[World, State]:
    """The same with buffers that are infinite and let everyone choose, and machines that take one order at a time."""
    world = draw(worlds(chain=draw(st.booleans()), orders=orders, plain=True))
    buffers = {n: replace(buffer, capacity=None, discipline="any") for n, buffer in world.plant.buffers.items()}
    world = replace(world, plant=replace(world.plant, buffers=buffers))
    floor = world.floor()
    run(floor, world.policy, draw(CUTS))
    return world, floor.state


def followed(plant: Plant, state: State, made: Plan) -> list[Slot]:
    facts: list[Event] = []
    floor = SimulatedFloor(plant.without_arrivals(), state.copy(), Certain(), facts.append)
    run(floor, FollowPlan(made), FOREVER)
    return slots(facts, {(o.order.id, o.step) for o in state.orders.values() if o.in_hand})


@given(st.one_of(live(), roomy()), st.sampled_from(sorted(RULES)))
def test_the_plan_of_a_rule_has_no_faults_and_ends_when_it_says_or_says_why_it_never_does(
    floor: tuple[World, State], name: str
) -> None:
    world, state = floor
    plant, state, _ = with_repairs(world.plant, state)
    if play(plant, state, RULES[name], source=name).stuck:
        with pytest.raises(Infeasible, match="orders never leave: "):
            plan_of_rule(plant, state, name)
        return
    made = plan_of_rule(plant, state, name)
    assert faults(plant, state, made) == []
    assert followed(plant, state, made) == list(made.slots)


@given(roomy(), st.sampled_from(sorted(RULES)))
def test_with_room_everywhere_and_no_want_of_material_every_rule_has_a_plan(
    floor: tuple[World, State], name: str
) -> None:
    plant, state, _ = with_repairs(floor[0].plant, floor[1])
    uses_up = any(operation.consumes for routing in plant.routings.values() for operation in routing.operations)
    assert uses_up or play(plant, state, RULES[name], source=name).is_complete


@settings(max_examples=25)
@given(st.one_of(live(), roomy()), st.sampled_from(("weighted_tardiness", "makespan")))
def test_a_plan_has_no_faults_ends_when_it_says_and_is_no_worse_than_any_rule(
    floor: tuple[World, State], objective: str
) -> None:
    world, state = floor
    plant, present, _ = with_repairs(world.plant, state)
    rules = [play(plant, present, policy, source=name) for name, policy in RULES.items() if name != "random"]
    goes_in_lots = any(not order.has_left and divides(plant, order) for _, order in state.book())
    if goes_in_lots or not any(played.is_complete for played in rules):
        with pytest.raises(Infeasible):
            plan(world.plant, state, objective=objective, seconds=0.5, workers=1)
        return
    result = plan(world.plant, state, objective=objective, seconds=0.5, workers=1)
    assert faults(plant, present, result.plan) == []
    assert followed(plant, present, result.plan) == list(result.plan.slots)
    assert result.bound <= result.objective
    best = min((len(played.lost), value(objective, present, played.end)) for played in rules if played.is_complete)
    made = play(plant, present, InSequence(sequences_of(result.plan)), source="")
    assert (len(made.lost), value(objective, present, made.end)) <= best


@given(st.one_of(live(), roomy()), st.sampled_from(sorted(RULES)), st.sampled_from(OBJECTIVES))
def test_what_the_twin_does_is_a_solution_of_the_problem_and_costs_no_less(
    floor: tuple[World, State], name: str, objective: str
) -> None:
    """So the bounds hold for the plant: its problem allows all that the floor can do, and at no higher cost."""
    world, state = floor
    plant, state, _ = with_repairs(world.plant, state)
    played = play(plant, state, RULES[name], source=name)
    if not played.is_complete or played.lost:
        return
    problem = read(plant, state, horizon=max(played.end.now, latest_end(plant, state)))
    known = timings(problem, played.plan)
    assert known is not None
    found = unknowns(problem)
    constrain(found)
    goal = Goal(found, objective, None)
    found.model.minimize(goal.expression)
    hint(found, known)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.fix_variables_to_their_hinted_value = True
    assert solver.solve(found.model) == cp_model.OPTIMAL
    assert goal.milliseconds(solver.objective_value) <= value(objective, state, played.end) + 1
