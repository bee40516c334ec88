"""Who is at which machine: people come, are done, and go home."""

from collections.abc import Callable, Mapping
from typing import Any

from plant_models.events import CrewCame, CrewLeft, Engaged
from plant_models.plant import Plant
from plant_models.resources import Crew
from twin.applying.pauses import pause
from twin.standing import CrewState, MachineState, State, Task, busy


def first(plant: Plant, crew: str, now: int) -> CrewState:
    """A crew of whom nobody has anything in hand."""
    hours = plant.presence(crew)
    return CrewState(is_away=hours is not None and not hours.is_open(now))


def needed(plant: Plant, state: State, name: str, machine: MachineState) -> tuple[str, int] | None:
    """The skill that a machine's present setup or work needs, and of how many; None if nobody has to be there."""
    if machine.phase == "setup":
        center = plant.work_centers[plant.machines[name].work_center]
        return None if center.setup_crew is None else (center.setup_crew, center.setup_people)
    if machine.phase != "work" or machine.order is None:
        return None
    order = state.orders[machine.order]
    operation = plant.stops(order.order.product)[order.step].operation
    return None if operation.crew is None else (operation.crew, operation.people)


def engage(state: State, machine: MachineState, task: Task, crew: str, people: int = 1) -> None:
    """Let so many *people* of *crew* be at a machine for *task*."""
    known = state.crews[crew]
    if task == "work" and people == 1:
        known.tending += 1
    else:
        known.whole += people
    machine.people = {**machine.people, task: crew}
    if people > 1:
        machine.hands = {**machine.hands, task: people}


def dismiss(plant: Plant, state: State, machine: MachineState, task: Task) -> None:
    """Let whoever is at a machine for *task* be free; machines that may want them have another choice now."""
    crew = machine.people.get(task)
    if crew is None:
        return
    machine.people = {key: value for key, value in machine.people.items() if key != task}
    known, people = state.crews[crew], 1
    if task in machine.hands:
        people = machine.hands[task]
        machine.hands = {key: value for key, value in machine.hands.items() if key != task}
    if task == "work" and people == 1:
        known.tending -= 1
    else:
        known.whole -= people
    set_free(plant, state, crew)


def set_free(plant: Plant, state: State, crew: str) -> None:
    """Let machines that were told to wait be asked again, where they may want people of *crew*."""
    for name in plant.sharing.served[crew]:
        state.machines[name].is_held = False


def stand_still(plant: Plant, state: State, name: str, machine: MachineState) -> None:
    """Let those who set a machine up or tend it be free, because it stands still."""
    dismiss(plant, state, machine, "setup")
    dismiss(plant, state, machine, "work")
    look(plant, state, name, machine)


def hand_over(plant: Plant, state: State, name: str, machine: MachineState) -> None:
    """Let a setup or work begin: who has set a machine up is free, or stays for the work if nobody else is there."""
    if machine.phase == "work":
        setter, need = machine.people.get("setup"), needed(plant, state, name, machine)
        setters = machine.hands.get("setup", 1)
        dismiss(plant, state, machine, "setup")
        if setter is not None and need is not None and "work" not in machine.people:
            (skill, people), crew = need, plant.crews[setter]
            if crew.can(skill) and (people <= setters or _has_free(state, crew, people)):
                engage(state, machine, "work", setter, people)
    look(plant, state, name, machine)


def _has_free(state: State, crew: Crew, people: int) -> bool:
    """Whether a crew is there and so many of its people have nothing to do."""
    known = state.crews[crew.id]
    return not known.is_away and busy(crew, known.whole + people, known.tending) <= crew.size


def look(plant: Plant, state: State, name: str, machine: MachineState) -> None:
    """See whether the people are there that a machine needs now."""
    machine.is_unattended = is_unattended(plant, state, name, machine)


def is_unattended(plant: Plant, state: State, name: str, machine: MachineState) -> bool:
    """Whether a machine's setup or work needs somebody who is not there."""
    return machine.phase not in machine.people and needed(plant, state, name, machine) is not None


def _engaged(plant: Plant, state: State, event: Engaged) -> None:
    machine = state.machines[event.machine]
    if machine.is_unattended:
        pause(plant, event.machine, machine, event.time)
    engage(state, machine, event.task, event.crew, event.people)
    look(plant, state, event.machine, machine)


def _crew_left(plant: Plant, state: State, event: CrewLeft) -> None:
    state.crews[event.crew].is_away = True
    if plant.crews[event.crew].at_shift_end == "finish":
        return
    for name, machine in state.machines.items():
        if event.crew in machine.people.values():
            pause(plant, name, machine, event.time)
            for task in ("setup", "work"):
                if machine.people.get(task) == event.crew:
                    dismiss(plant, state, machine, task)
            look(plant, state, name, machine)


def _crew_came(plant: Plant, state: State, event: CrewCame) -> None:
    state.crews[event.crew].is_away = False
    set_free(plant, state, event.crew)


APPLY: Mapping[type[Any], Callable[[Plant, State, Any], None]] = {
    Engaged: _engaged,
    CrewLeft: _crew_left,
    CrewCame: _crew_came,
}
"""Each fact of this kind, and what it changes."""
