"""What holds for the plan of every random floor, in the middle of its work."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from plant_models.events import Event
from plant_models.plan import Plan, Slot
from plant_models.plant import Plant
from plant_models.shifts import FOREVER, MINUTE
from scheduler.aim import OBJECTIVES, value
from scheduler.constraints import constrain
from scheduler.inspection import faults
from scheduler.objective import Goal, hint
from scheduler.problem import latest_end, read
from scheduler.repair import with_repairs
from scheduler.replay import plan_of_rule, play, slots
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
    """A floor that has worked for a while under a rule, with its luck; infinite buffers that let everyone choose."""
    world = draw(worlds(chain=draw(st.booleans()), orders=orders, plain=True))
    world = replace(world, plant=roomy(world.plant))
    floor = world.floor()
    run(floor, world.policy, draw(CUTS))
    return world, floor.state


def roomy(plant: Plant) -> Plant:
    buffers = {name: replace(buffer, capacity=None, discipline="any") for name, buffer in plant.buffers.items()}
    return replace(plant, buffers=buffers)


def followed(plant: Plant, state: State, made: Plan) -> list[Slot]:
    facts: list[Event] = []
    floor = SimulatedFloor(plant, state.copy(), Certain(), facts.append)
    run(floor, FollowPlan(made), FOREVER)
    return slots(facts, {(o.order.id, o.step) for o in state.orders.values() if o.stage == "loaded"})


@given(live(), st.sampled_from(sorted(RULES)))
def test_the_plan_of_a_rule_has_no_faults_and_ends_when_it_says(floor: tuple[World, State], name: str) -> None:
    world, state = floor
    plant, state, _ = with_repairs(world.plant, state)
    made = plan_of_rule(plant, state, name)
    assert faults(plant, state, made) == []
    assert followed(plant, state, made) == list(made.slots)


@given(worlds(chain=True, orders=6, plain=True), CUTS, st.sampled_from(sorted(RULES)))
def test_plans_of_lines_with_finite_buffers_end_when_they_say(world: World, cut: int, name: str) -> None:
    floor = world.floor()
    run(floor, world.policy, cut)
    plant, state, _ = with_repairs(world.plant, floor.state)
    played = play(plant, state, RULES[name], source=name)
    if played.is_complete:
        assert faults(plant, state, played.plan) == []
        assert followed(plant, state, played.plan) == list(played.plan.slots)


@settings(max_examples=15)
@given(worlds(chain=True, orders=6, plain=True))
def test_the_solver_plans_lines_with_finite_buffers(world: World) -> None:
    state = world.floor().state
    result = plan(world.plant, state, seconds=0.5, workers=1)
    assert faults(world.plant, state, result.plan) == []
    assert followed(world.plant, state, result.plan) == list(result.plan.slots)


@settings(max_examples=25)
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


@given(live(), st.sampled_from(sorted(RULES)), st.sampled_from(OBJECTIVES))
def test_what_the_twin_does_is_a_solution_of_the_problem_and_costs_no_less(
    floor: tuple[World, State], name: str, objective: str
) -> None:
    """So the bounds hold for the plant: its problem allows all that the floor can do, and at no higher cost."""
    world, state = floor
    plant, state, _ = with_repairs(world.plant, state)
    played = play(plant, state, RULES[name], source=name)
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
