"""Wear and maintenance laid out: the levels of each machine, and what there is to do on it."""

from collections.abc import Callable

from plant_models.machines import Machine
from plant_models.plant import Plant
from plant_models.upkeep import WEAR, Maintenance
from twin.compiled import arrays as a
from twin.compiled import upkeep_arrays as upkeep
from twin.compiled.layout_people import People, Whole
from twin.compiled.timings import Timings
from twin.wiring import Wiring


def counts(plant: Plant, known: Wiring, whole: Whole) -> dict[str, int]:
    """What the world says of machines that are maintained, places of one together."""
    tasks = [plant.machines[plant_machine(plant, members)].maintenance for members in known.wholes]
    kept = [n for n, there in enumerate(tasks) if there]
    opportune = [n for n, there in enumerate(tasks) if any(task.opportunity is not None for task in there)]
    return {
        "kept": whole(kept),
        "kept_count": len(kept),
        "opportune": whole(opportune),
        "opportune_count": len(opportune),
    }


def plant_machine(plant: Plant, members: tuple[int, ...]) -> str:
    """The first of the places of a machine."""
    return tuple(plant.machines)[members[0]]


def lay_levels(machine: Machine, add: Callable[..., int], timings: Timings, bases: Callable[..., int]) -> None:
    """Add the levels of a machine's wear."""
    levels = () if machine.wear is None else machine.wear.levels
    for number, level in enumerate(levels):
        time = level.time_to_next
        add(
            "levels",
            upkeep.Level,
            to_next=a.NOBODY if time is None else timings.add(time),
            bases=bases(f"wear {number}", f"wear {number}\0again", who=machine.whole),
            scrap=level.scrap,
        )


def lay_tasks(
    machine: Machine, people: People, add: Callable[..., int], timings: Timings, bases: Callable[..., int]
) -> None:
    """Add what there is to do on a machine."""
    for number, task in enumerate(machine.maintenance):
        renewed = [int(task.renews is None or way.id in task.renews) for way in machine.failures]
        at_wear = 0 if task.at_wear is None or machine.wear is None else machine.wear.number(task.at_wear)
        add(
            "tasks",
            upkeep.Task,
            by=_by(task),
            interval=task.interval,
            early=task.early,
            at_wear=at_wear,
            duration=timings.add(task.duration),
            bases=bases(f"maintenance {number}", f"maintenance {number}\0again", who=machine.whole),
            skill=people.skill(task.crew),
            people=task.people,
            renews=timings.whole(renewed),
            renews_wear=int(task.renews is None or WEAR in task.renews),
        )


def _by(task: Maintenance) -> int:
    """What makes a maintenance due."""
    if task.every is not None:
        return upkeep.BY_CALENDAR
    if task.after_work is not None:
        return upkeep.BY_USED_TIME
    return upkeep.BY_ORDERS if task.after_orders is not None else upkeep.BY_WEAR
