"""What stops machines and lets them go on: breakdowns, repairs, wear, maintenance, shifts."""

from collections.abc import Callable, Mapping
from typing import Any

from plant_models.events import (
    BrokeDown,
    MaintenanceEnded,
    MaintenanceStarted,
    Repaired,
    RepairStarted,
    Scrapped,
    ShiftEnded,
    ShiftStarted,
    Worn,
)
from plant_models.plant import Failure, Machine, Plant
from plant_models.upkeep import WEAR
from twin.applying.moves import leave, lose, unload
from twin.applying.pauses import pause, tick
from twin.applying.people import dismiss, engage, look, stand_still
from twin.applying.tools import give_back
from twin.standing import MachineState, State, Upkeep, could_run


def _broke_down(plant: Plant, state: State, event: BrokeDown) -> None:
    machine = state.machines[event.machine]
    pause(plant, event.machine, machine, event.time)
    machine.down, machine.down_since = event.failure, event.time
    failure = _failure(plant, event.machine, machine)
    machine.repair_since = event.time if failure is None or failure.crew is None else None
    if failure is not None:
        machine.failures[event.failure] += 1
        if failure.work == "restart" and machine.phase == "work":
            machine.done, machine.restarts = 0, machine.restarts + 1
    if machine.people:
        stand_still(plant, state, event.machine, machine)


def _repair_started(plant: Plant, state: State, event: RepairStarted) -> None:
    machine, ways = state.machines[event.machine], plant.machines[event.machine].failures
    machine.repair_since = event.time
    failure = ways[machine.down] if machine.down is not None and machine.down < len(ways) else None
    if failure is not None and failure.crew is not None and _is_first(plant, event.machine):
        crew = event.crew or plant.sharing.able[failure.crew][0].id
        engage(state, machine, "repair", crew, failure.people)


def _repaired(plant: Plant, state: State, event: Repaired) -> None:
    machine = state.machines[event.machine]
    pause(plant, event.machine, machine, event.time)
    failure = _failure(plant, event.machine, machine)
    if machine.down is not None and machine.down < len(machine.ages):
        machine.ages[machine.down] = 0
    machine.down = machine.repair_since = None
    if machine.people:
        dismiss(plant, state, machine, "repair")
    upkeep = machine.upkeep
    if upkeep is not None and (failure is None or not failure.is_micro_stop):
        upkeep.worked = 0
    if failure is not None and upkeep is not None:
        if failure.renews_wear:
            _renew_wear(plant.machines[event.machine], machine, upkeep)
        if failure.work == "restart" and machine.phase == "work":
            upkeep.worked_at = upkeep.level


def _failure(plant: Plant, name: str, machine: MachineState) -> Failure | None:
    """The way in which a machine is down; None where it is up, or down for a reason that the plant does not know."""
    ways = plant.machines[name].failures
    return ways[machine.down] if machine.down is not None and machine.down < len(ways) else None


def _is_first(plant: Plant, name: str) -> bool:
    """Whether a machine is no place, or the first: whoever repairs or maintains all places is there."""
    return plant.machines[name].part_of is None or plant.together(name)[0] == name


def _scrapped(plant: Plant, state: State, event: Scrapped) -> None:
    machine, order = state.machines[event.machine], state.orders[event.order]
    if state.tools:
        give_back(plant, state, event.machine, machine, order)
    lose(state, order, event.pieces)
    machine.scrap += event.pieces
    unload(state, machine, event.order)
    leave(plant, state, order, event.time)
    if state.crews:
        look(plant, state, event.machine, machine)


def _worn(plant: Plant, state: State, event: Worn) -> None:
    machine = state.machines[event.machine]
    tick(plant, event.machine, machine, event.time)
    if machine.upkeep is not None:
        machine.upkeep.level, machine.upkeep.level_age = event.level, 0


def _maintenance_started(plant: Plant, state: State, event: MaintenanceStarted) -> None:
    machine = state.machines[event.machine]
    pause(plant, event.machine, machine, event.time)
    machine.maintenance, machine.maintenance_since = event.maintenance, event.time
    tasks, upkeep = plant.machines[event.machine].maintenance, machine.upkeep
    if upkeep is None or event.maintenance >= len(tasks):
        return
    task = tasks[event.maintenance]
    upkeep.done[event.maintenance] += 1
    if task.every is not None:
        last = event.time - event.time % task.every
        upkeep.used[event.maintenance] = max(last, upkeep.used[event.maintenance] + task.every)
    if task.crew is not None and _is_first(plant, event.machine):
        engage(state, machine, "maintenance", event.crew or plant.sharing.able[task.crew][0].id, task.people)


def _maintenance_ended(plant: Plant, state: State, event: MaintenanceEnded) -> None:
    machine, known = state.machines[event.machine], plant.machines[event.machine]
    pause(plant, event.machine, machine, event.time)
    number, machine.maintenance = machine.maintenance, None
    if machine.people:
        dismiss(plant, state, machine, "maintenance")
    upkeep = machine.upkeep
    if upkeep is None or number is None or number >= len(known.maintenance):
        return
    task, upkeep.worked = known.maintenance[number], 0
    if task.every is None:
        upkeep.used[number] = 0
    for way, failure in enumerate(known.failures):
        if task.renews is None or failure.id in task.renews:
            machine.ages[way] = 0
            upkeep.renewed[way] += 1
    if task.renews is None or WEAR in task.renews:
        _renew_wear(known, machine, upkeep)


def _renew_wear(known: Machine, machine: MachineState, upkeep: Upkeep) -> None:
    """Take a machine back to its first level of wear, and the failures that come of wear to their beginning."""
    if known.wear is None:
        return
    upkeep.level = upkeep.level_age = 0
    upkeep.renewals += 1
    for way, failure in enumerate(known.failures):
        if failure.at_wear is not None:
            machine.ages[way] = 0
            upkeep.renewed[way] += 1


def _shift_ended(plant: Plant, state: State, event: ShiftEnded) -> None:
    machine = state.machines[event.machine]
    pause(plant, event.machine, machine, event.time)
    machine.is_closed = True
    if machine.people and not could_run(plant, event.machine, machine):
        stand_still(plant, state, event.machine, machine)


def _shift_started(plant: Plant, state: State, event: ShiftStarted) -> None:
    machine = state.machines[event.machine]
    pause(plant, event.machine, machine, event.time)
    machine.is_closed = False
    if plant.work_centers[plant.machines[event.machine].work_center].at_shift_end == "refuse":
        machine.is_held = False


APPLY: Mapping[type[Any], Callable[[Plant, State, Any], None]] = {
    BrokeDown: _broke_down,
    RepairStarted: _repair_started,
    Repaired: _repaired,
    Scrapped: _scrapped,
    Worn: _worn,
    MaintenanceStarted: _maintenance_started,
    MaintenanceEnded: _maintenance_ended,
    ShiftEnded: _shift_ended,
    ShiftStarted: _shift_started,
}
"""Each fact of this kind, and what it changes."""
