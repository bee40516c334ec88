"""Why there is no plan, in words."""

from collections.abc import Mapping

from ortools.sat.python import cp_model

from plant_models.clock import duration
from plant_models.errors import Infeasible
from plant_models.plant import Plant
from plant_models.shifts import FOREVER
from scheduler.constraints import constrain
from scheduler.cpsat import Effort, assume, solved
from scheduler.problem import (
    Problem,
    begun_until,
    divides,
    fewest,
    may_begin,
    opens,
    stay,
    steps_to_begin,
    up_again,
    work_ends,
    work_time,
)
from scheduler.replay import Played
from scheduler.stuck import why_stuck
from scheduler.variables import unknowns
from twin.state import OrderState, State


def check_modelled(plant: Plant, state: State) -> None:
    """Raise Infeasible where the solver cannot see what an order does: where it divides into lots."""
    for name, order in state.book():
        if not order.has_left and (found := divides(plant, order)):
            raise Infeasible(
                f"order {name!r} goes in lots (step {found!r}), which the solver does not know; take the plan of a "
                "dispatching rule"
            )


def check_limits(plant: Plant, state: State, limits: Mapping[str, int]) -> None:
    """Raise Infeasible where an order cannot be in time even if it has the plant for itself."""
    found = []
    for name, time in limits.items():
        earliest = alone(plant, state, state.orders[name])
        if earliest > time:
            ends = (
                "never ends"
                if earliest >= FOREVER
                else f"ends {duration(earliest - time)} later even alone in the plant"
            )
            found.append(f"order {name!r} must be done by {duration(time)} but {ends}")
    if found:
        raise Infeasible("; ".join(found))


def alone(plant: Plant, state: State, order: OrderState) -> int:
    """When an order would be done if every machine did nothing else; FOREVER if never."""
    time = max(state.now, order.order.release) if order.stage == "planned" else state.now
    if order.in_hand:
        time = begun_until(plant, state, order.in_hand)
    stops, is_first = plant.stops(order.order.product), True
    for step, quantity in fewest(plant, order):
        time = max(time, may_begin(plant, order, step, time) if is_first else time + stay(plant, stops[step].place))
        is_first = False
        time = min(
            work_ends(
                plant,
                machine,
                opens(plant, machine, max(time, up_again(plant, state, machine))),
                work_time(plant, order.order, step, machine, quantity),
            )
            for machine in plant.operations(order.order)[step].machines
        )
    return time


def stuck(plant: Plant, state: State, played: Played) -> Infeasible:
    """No rule gets every order out of the plant; *played* is how far one of them comes: why."""
    orders = played.stuck
    never = [name for name in orders if alone(plant, state, state.orders[name]) >= FOREVER]
    if never:
        return Infeasible("; ".join(_never(plant, state, name) for name in never))
    reasons = "; ".join(why_stuck(plant, played.end, is_endless=played.is_endless))
    return Infeasible(f"under every dispatching rule orders never leave; by {played.plan.source!r}: {reasons}")


def _never(plant: Plant, state: State, name: str) -> str:
    order = state.orders[name]
    for step, quantity in steps_to_begin(plant, order):
        machines = plant.operations(order.order)[step].machines
        works = {m: work_time(plant, order.order, step, m, quantity) for m in machines}
        if all(work_ends(plant, m, opens(plant, m, state.now), work) >= FOREVER for m, work in works.items()):
            least = duration(min(works.values()))
            who = ", ".join(machines)
            return f"order {name!r}, step {step}: none of its machines ({who}) has {least} of open hours left"
    return f"order {name!r} never ends: the hours and repairs of its machines leave no time for it"


def conflict(problem: Problem, limits: Mapping[str, int], effort: Effort, *, is_proven: bool) -> Infeasible:
    """Which orders cannot all be in time together: as few as can be found."""
    if not is_proven:
        return Infeasible(
            f"no plan that keeps every limit was found in {effort.seconds:g} s; that there is none is not proven"
        )
    core = _core(problem, limits, effort.seconds)
    for name in list(core):
        rest = {order: time for order, time in core.items() if order != name}
        if rest and (smaller := _core(problem, rest, min(2.0, effort.seconds))):
            core = smaller
    asked = ", ".join(f"{name!r} by {duration(time)}" for name, time in core.items())
    if len(core) == 1:
        return Infeasible(
            f"order {asked} cannot be done in time: the machines that it needs are taken or closed until then"
        )
    return Infeasible(
        f"these orders cannot all be in time: {asked}; without any one of them the others can be, as far as was looked"
    )


def _core(problem: Problem, limits: Mapping[str, int], seconds: float) -> dict[str, int]:
    """Limits that contradict each other; none if they do not, or it was not found out in time."""
    found = unknowns(problem)
    constrain(found)
    assumed = {literal.index: order for order, literal in assume(found, limits).items()}
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.cp_model_presolve = False
    solver.parameters.max_time_in_seconds = seconds
    if solved(solver, found.model) != cp_model.INFEASIBLE:
        return {}
    core = [assumed[index] for index in solver.sufficient_assumptions_for_infeasibility() if index in assumed]
    return {order: limits[order] for order in core or limits}
