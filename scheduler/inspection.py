"""What is wrong with a plan, in sentences. None is the meaning of a good plan."""

from collections.abc import Iterator

from plant_models.clock import duration
from plant_models.plan import Plan, Slot
from plant_models.plant import Plant
from plant_models.shifts import FOREVER
from scheduler.problem import begun_until, pauses, setup_time, steps_to_begin, work_time
from twin.state import State

ROUNDING = 2
"""Milliseconds by which a time may be short: means are rounded."""


def faults(plant: Plant, state: State, plan: Plan) -> list[str]:
    """What is wrong with *plan* as a plan for the floor in *state*; nothing if it is good.

    Times are held against expected times. What has begun is no part of a plan, and everything else must be.
    """
    unknown = [sentence for slot in plan.slots for sentence in _unknown(plant, state, slot)]
    if unknown:
        return unknown
    return [*_steps(plant, state, plan), *_machines(plant, state, plan), *_times(plant, state, plan)]


def _name(slot: Slot) -> str:
    return f"order {slot.order!r}, step {slot.step} on {slot.machine!r}"


def _unknown(plant: Plant, state: State, slot: Slot) -> Iterator[str]:
    """What a slot names that is not there."""
    order = state.orders.get(slot.order)
    if order is None:
        yield f"no order {slot.order!r}; there are {_some(list(state.orders))}"
        return
    if slot.machine not in plant.machines:
        there = _some(list(plant.machines))
        yield f"order {slot.order!r}, step {slot.step}: no machine {slot.machine!r}; there are {there}"
        return
    operations = plant.operations(order.order)
    if not 0 <= slot.step < len(operations):
        yield f"order {slot.order!r} has no step {slot.step}; its steps are 0 to {len(operations) - 1}"
    elif slot.machine not in operations[slot.step].machines:
        can = ", ".join(operations[slot.step].machines)
        yield f"{_name(slot)}: the machine cannot do it; those that can are {can}"


def _some(names: list[str]) -> str:
    return ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")


def _steps(plant: Plant, state: State, plan: Plan) -> Iterator[str]:
    """Steps that are missing, doubled, over already, or out of turn."""
    planned: dict[tuple[str, int], list[Slot]] = {}
    for slot in plan.slots:
        planned.setdefault((slot.order, slot.step), []).append(slot)
    for name, order in state.orders.items():
        to_begin = [] if order.has_left else [step for step, _ in steps_to_begin(plant, order)]
        ready, after = max(state.now, order.order.release), "its release" if order.stage == "planned" else "now"
        if order.stage == "loaded":
            ready, after = begun_until(plant, state, order.where), f"step {order.step}, which goes on, ends"
        for step in to_begin:
            here = planned.pop((name, step), [])
            if not here:
                yield f"order {name!r}: step {step} is missing"
                continue
            if len(here) > 1:
                yield f"order {name!r}: step {step} is planned {len(here)} times"
            if here[0].setup_start < ready:
                yield f"{_name(here[0])} begins {duration(ready - here[0].setup_start)} before {after}"
            ready, after = here[0].end, f"step {step} ends"
    for name, step in planned:
        yield f"order {name!r}: step {step} has begun already or is never reached"


def _machines(plant: Plant, state: State, plan: Plan) -> Iterator[str]:
    """Overlaps, and work planned on a machine that has something else in hand."""
    for before, after in plan.overlaps():
        yield f"{_name(after)} begins {duration(before.end - after.setup_start)} before {_name(before)} ends"
    for machine, row in plan.by_machine().items():
        free = begun_until(plant, state, machine)
        if free < FOREVER and row[0].setup_start < free:
            early = duration(free - row[0].setup_start)
            yield f"{_name(row[0])} begins {early} before the machine is expected to be free"


def _times(plant: Plant, state: State, plan: Plan) -> Iterator[str]:
    """Setups and work that are too short, and starts in closed hours."""
    quantities = {
        (name, step): quantity
        for name, order in state.orders.items()
        for step, quantity in steps_to_begin(plant, order)
    }
    for machine, row in plan.by_machine().items():
        known, hours = state.machines[machine], plant.hours(machine)
        family = known.family
        if known.order is not None and known.phase in ("setup", "work"):
            family = plant.products[state.orders[known.order].order.product].family
        for slot in row:
            order = state.orders[slot.order].order
            if hours is not None and not hours.is_open(slot.setup_start):
                yield f"{_name(slot)} begins in closed hours"
            setup = setup_time(plant, machine, family, plant.products[order.product].family)
            family = plant.products[order.product].family
            if (given := _running(plant, machine, slot.setup_start, slot.start)) < setup - ROUNDING:
                yield f"{_name(slot)} has {duration(given)} for a setup of {duration(setup)}"
            quantity = quantities.get((slot.order, slot.step), order.quantity)
            work = work_time(plant, order, slot.step, machine, quantity)
            if (given := _running(plant, machine, slot.start, slot.end)) < work - ROUNDING:
                yield f"{_name(slot)} has {duration(given)} for work that takes {duration(work)}"


def _running(plant: Plant, machine: str, start: int, end: int) -> int:
    """How long *machine* runs between *start* and *end*."""
    hours = plant.hours(machine)
    return end - start if hours is None or not pauses(plant, machine) else hours.working_time(start, max(start, end))
