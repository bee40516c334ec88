"""What stops machines and lets them go on: breakdowns, repairs, shifts."""

from collections.abc import Callable, Mapping
from typing import Any

from plant_models.events import BrokeDown, Repaired, RepairStarted, ShiftEnded, ShiftStarted
from plant_models.plant import Plant
from twin.applying.pauses import pause
from twin.applying.people import dismiss, engage, stand_still
from twin.standing import State, could_run


def _broke_down(plant: Plant, state: State, event: BrokeDown) -> None:
    machine = state.machines[event.machine]
    pause(plant, event.machine, machine, event.time)
    machine.down, machine.down_since = event.failure, event.time
    ways = plant.machines[event.machine].failures
    has_to_wait = event.failure < len(ways) and ways[event.failure].crew is not None
    machine.repair_since = None if has_to_wait else event.time
    if event.failure < len(machine.failures):
        machine.failures[event.failure] += 1
    if machine.people:
        stand_still(plant, state, event.machine, machine)


def _repair_started(plant: Plant, state: State, event: RepairStarted) -> None:
    machine, ways = state.machines[event.machine], plant.machines[event.machine].failures
    machine.repair_since = event.time
    skill = ways[machine.down].crew if machine.down is not None and machine.down < len(ways) else None
    if skill is not None:
        engage(state, machine, "repair", event.crew or plant.sharing.able[skill][0].id)


def _repaired(plant: Plant, state: State, event: Repaired) -> None:
    machine = state.machines[event.machine]
    pause(plant, event.machine, machine, event.time)
    if machine.down is not None and machine.down < len(machine.ages):
        machine.ages[machine.down] = 0
    machine.down = machine.repair_since = None
    if machine.people:
        dismiss(plant, state, machine, "repair")


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
    ShiftEnded: _shift_ended,
    ShiftStarted: _shift_started,
}
"""Each fact of this kind, and what it changes."""
