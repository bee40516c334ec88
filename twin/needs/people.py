"""People: who sets a machine up and who tends it, and whether they are there and free."""

from plant_models.plant import Plant
from plant_models.resources import Crew
from plant_models.shifts import FOREVER
from twin.needs.lacks import Check, Lack
from twin.standing import State, Task, busy

Team = tuple[tuple[Task, str, int], ...]
"""For each task the crew that sends people, and how many."""


def check_of(plant: Plant, machine: str) -> Check | None:
    """Whether the people are there and free whom a machine needs for an order."""
    if machine not in plant.sharing.attended:
        return None

    def check(state: State, order: str) -> Lack | None:
        found = team(plant, state, machine, order)
        return found if isinstance(found, Lack) else None

    return check


def team(plant: Plant, state: State, name: str, order: str) -> Team | Lack:
    """Who comes to a machine when it takes an order (the leading one of a batch).

    Of each skill it is the first crew that has as many free as it takes. Who sets the machine up stays for the work,
    unless a crew that is asked before theirs is free for it; then as many come as either needs.
    """
    leader = state.orders[order]
    product = leader.order.product
    center = plant.work_centers[plant.machines[name].work_center]
    operation, setters = plant.stops(product)[leader.step].operation, center.setup_people
    skill = operation.crew
    setter: str | None = None
    if center.setup_crew is not None and plant.setup_time(name, state.machines[name].family, product, leader.step) > 0:
        setter = who(plant, state, center.setup_crew, "setup", setters)
        if setter is None:
            return lacking(plant, state, center.setup_crew, setters)
    coming: Team = () if setter is None else (("setup", setter, setters),)
    if skill is None:
        return coming
    for crew in plant.sharing.able[skill]:
        if crew.id == setter:
            most = max(setters, operation.people)
            if most == setters or is_free(state, crew, "setup", most):
                return (("setup", setter, most),)
        elif is_free(state, crew, "work", operation.people):
            return (*coming, ("work", crew.id, operation.people))
    return lacking(plant, state, skill, operation.people)


def who(plant: Plant, state: State, skill: str, task: Task, people: int = 1) -> str | None:
    """The first crew with a skill that has so many people there and free for a task; None if there is none."""
    for crew in plant.sharing.able[skill]:
        if is_free(state, crew, task, people):
            return crew.id
    return None


def is_free(state: State, crew: Crew, task: Task, people: int = 1) -> bool:
    """Whether a crew is there and has so many free: whole people, or one who can tend one more machine."""
    known = state.crews[crew.id]
    if known.is_away:
        return False
    tends = task == "work" and people == 1
    tending, whole = (known.tending + 1, known.whole) if tends else (known.tending, known.whole + people)
    return busy(crew, whole, tending) <= crew.size


def lacking(plant: Plant, state: State, skill: str, people: int = 1) -> Lack:
    """That not so many with a skill are free: until when at the latest, where somebody's shift begins then."""
    soonest, comes = FOREVER, False
    for crew in plant.sharing.able[skill]:
        if crew.size < people:
            continue
        known, hours = state.crews[crew.id], plant.presence(crew.id)
        if known.is_away and hours is not None:
            soonest = min(soonest, hours.next_change(state.now))
        comes = comes or known.whole > 0
    return Lack("crew", skill, soonest if soonest < FOREVER else None, comes)


def will_come(plant: Plant, state: State, skill: str, people: int = 1) -> bool:
    """Whether so many of one crew with a skill are there or ever will be."""
    for crew in plant.sharing.able[skill]:
        hours = plant.presence(crew.id)
        if crew.size < people:
            continue
        if not state.crews[crew.id].is_away or hours is None or hours.next_change(state.now) < FOREVER:
            return True
    return False
