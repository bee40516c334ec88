"""When machines are due for maintenance: read off the state, so that a copy of it knows the same."""

from plant_models.machines import Machine
from plant_models.plant import Plant
from plant_models.shifts import FOREVER
from plant_models.upkeep import Maintenance
from twin.standing import MachineState, State, is_micro_stop


def is_due(known: Machine, machine: MachineState, number: int, now: int) -> bool:
    """Whether a maintenance should have begun, or should begin now; for a machine that is not working."""
    task = known.maintenance[number]
    if task.at_wear is not None:
        return known.wear is not None and machine.level >= known.wear.number(task.at_wear)
    return _usage(task, machine, number, now) >= task.interval


def is_early(known: Machine, machine: MachineState, number: int, now: int) -> bool:
    """Whether so much of the interval is over that a maintenance is done if there is an opportunity, or is due."""
    task = known.maintenance[number]
    if task.at_wear is not None:
        return is_due(known, machine, number, now)
    return _usage(task, machine, number, now) >= task.early


def _usage(task: Maintenance, machine: MachineState, number: int, now: int) -> int:
    """How much of the interval is over."""
    if machine.upkeep is None:
        return 0
    used = machine.upkeep.used[number]
    return used if task.every is None else now - used


def next_change(known: Machine, machine: MachineState, now: int) -> int:
    """The next instant at which time alone makes a maintenance due, or lets it be done early; FOREVER if never."""
    soonest = FOREVER
    if machine.upkeep is not None:
        for task, used in zip(known.maintenance, machine.upkeep.used, strict=True):
            if task.every is not None:
                soonest = min([soonest, *(used + ms for ms in (task.early, task.every) if used + ms > now)])
    return soonest


def is_drained(plant: Plant, state: State, name: str) -> bool:
    """Whether a machine takes no order because it is a place of one that is due for maintenance."""
    known, machine = plant.machines[name], state.machines[name]
    return known.part_of is not None and any(
        is_due(known, machine, number, state.now) for number in range(len(known.maintenance))
    )


def may_be_maintained(plant: Plant, name: str, machine: MachineState) -> bool:
    """Whether no work stands in the way of a maintenance: there is none in hand, or a breakdown interrupts it."""
    if machine.maintenance is not None:
        return False
    is_broken = machine.down is not None and not is_micro_stop(plant, name, machine)
    return is_broken or machine.phase in ("idle", "done")
