"""How what a machine has done, and the clocks of its failures, add up when something stops it or lets it go on."""

from plant_models.plant import Plant
from twin.standing import MachineState, is_running


def pause(plant: Plant, name: str, machine: MachineState, now: int) -> None:
    """Add up what was done until *now*, before something that stops or resumes the machine."""
    if machine.ages:
        tick(plant, name, machine, now)
    if is_running(plant, name, machine):
        machine.done += now - machine.mark
    machine.mark = now


def tick(plant: Plant, name: str, machine: MachineState, now: int) -> None:
    """Bring the clocks of the failures up to *now*."""
    passed = now - machine.age_mark
    if passed and machine.down is None:
        is_working = machine.phase == "work" and is_running(plant, name, machine)
        for way, failure in enumerate(plant.machines[name].failures):
            if is_working if failure.clock == "working" else not machine.is_closed:
                machine.ages[way] += passed
    machine.age_mark = now
