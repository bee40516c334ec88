"""How what a machine has done, and the clocks of its failures, add up when something stops it or lets it go on."""

from plant_models.machines import Failure, Machine
from plant_models.plant import Plant
from twin.standing import MachineState, Upkeep, is_running


def pause(plant: Plant, name: str, machine: MachineState, now: int) -> None:
    """Add up what was done until *now*, before something that stops or resumes the machine."""
    if machine.ages or machine.upkeep is not None:
        tick(plant, name, machine, now)
    if is_running(plant, name, machine):
        machine.done += now - machine.mark
    machine.mark = now


def tick(plant: Plant, name: str, machine: MachineState, now: int) -> None:
    """Bring the clocks of the failures, of the wear and of the maintenance up to *now*."""
    passed = now - machine.age_mark
    machine.age_mark = now
    if not passed or machine.down is not None or machine.maintenance is not None:
        return
    is_working, known = machine.phase == "work" and is_running(plant, name, machine), plant.machines[name]
    for way, failure in enumerate(known.failures):
        if runs(known, failure, machine, is_working):
            machine.ages[way] += passed
    upkeep = machine.upkeep
    if upkeep is not None:
        if known.wear is not None and (is_working if known.wear.clock == "working" else not machine.is_closed):
            upkeep.level_age += passed
        if is_working:
            upkeep.worked += passed
            for number, maintenance in enumerate(known.maintenance):
                if maintenance.after_work is not None:
                    upkeep.used[number] += passed


def count_order(plant: Plant, name: str, upkeep: Upkeep) -> None:
    """Let one more order have been done since the last maintenance."""
    for number, maintenance in enumerate(plant.machines[name].maintenance):
        if maintenance.after_orders is not None:
            upkeep.used[number] += 1


def runs(known: Machine, failure: Failure, machine: MachineState, is_working: bool) -> bool:
    """Whether the clock of a failure goes on, on a machine that is up and not being maintained."""
    if not is_working if failure.clock == "working" else machine.is_closed:
        return False
    return failure.at_wear is None or known.wear is None or machine.level >= known.wear.number(failure.at_wear)
