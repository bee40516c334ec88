"""A plant's problem as the local search plays it: jobs, machines and setups, in ticks; and what that leaves out.

What is left out makes things later than the search thinks, never other than the plant can do: its bounds hold, and the
plan is timed by the twin.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plant_models.errors import Infeasible
from plant_models.plant import Plant
from plant_models.shifts import DAY
from scheduler import left_out
from scheduler.aim import Objective
from scheduler.objective import whole_weights
from scheduler.problem import Job, Problem, Task, read
from scheduler.search import shop
from scheduler.search.shop import Schedule, Shop
from twin.state import State

_AHEAD = 14 * DAY
"""How far to look for closed hours, in milliseconds, where it is not known when all will be done."""

FIRM = 50
"""How many times as much as being nearly late it weighs to be late."""

Key = tuple[str, int]
"""An order and one of its steps."""


@dataclass(frozen=True)
class Simplified:
    """The *shop* that stands for a problem: which step and which machine each number is; how many weights are one."""

    problem: Problem
    objective: Objective
    shop: Shop
    keys: tuple[Key, ...]
    machines: tuple[str, ...]
    scale: int

    def milliseconds(self, value: float) -> float:
        """What an objective of the shop is in the plant, as far as the search knows of it."""
        if self.objective == "makespan":
            return float(self.problem.time(round(value)) - self.problem.now)
        return value * self.problem.tick / self.scale

    def ticks(self, milliseconds: float) -> float:
        """What an objective of the plant is in the shop."""
        if self.objective == "makespan":
            return self.problem.axis.at(self.problem.now + round(milliseconds)) / self.problem.tick
        return milliseconds * self.scale / self.problem.tick

    def sequences(self, schedule: Schedule) -> dict[str, list[tuple[Key, ...]]]:
        """What each machine takes in turn."""
        return {
            machine: [(self.keys[number],) for number in row]
            for machine, row in zip(self.machines, schedule.sequences, strict=True)
            if row
        }


def simplified(problem: Problem, objective: Objective, cushion: int = 0) -> Simplified:
    """The shop that stands for a problem, in which it counts too what ends within *cushion* ms of its due date.

    Raises
    ------
    Infeasible
        Where machines work in batches, which machines of a shop do not.
    """
    batches = [machine for machine, place in problem.places.items() if place.batch is not None]
    if batches:
        raise Infeasible(f"the local search does not know machines that work in batches: {', '.join(batches)}")
    machines = tuple(problem.places)
    numbers = {machine: number for number, machine in enumerate(machines)}
    jobs = [job for job in problem.jobs if job.tasks]
    families = _families(problem)
    weights, scale = whole_weights([job.order.weight if job.order.due is not None else 0.0 for job in jobs])
    return Simplified(
        problem,
        objective,
        Shop(
            tuple(
                _job(problem, job, weight, cushion, numbers, families)
                for job, weight in zip(jobs, weights, strict=True)
            ),
            tuple(_machine(problem, machine, families) for machine in machines),
            is_attached=True,
        ),
        tuple((task.order, task.step) for job in jobs for task in job.tasks),
        machines,
        scale,
    )


def _families(problem: Problem) -> dict[str | None, int]:
    """A number for each family that a machine may be set up for."""
    known = dict.fromkeys([place.family for place in problem.places.values()])
    known |= dict.fromkeys([task.family for task in problem.tasks])
    return {family: number for number, family in enumerate(known)}


def _due(problem: Problem, job: Job, cushion: int) -> int:
    """The tick at which an order is due, less a cushion, rounded up; below 0 where that has passed."""
    if job.order.due is None:
        return 0
    due = job.order.due - cushion
    if due < problem.now:
        return -((problem.now - due) // problem.tick)
    return -(-problem.axis.at(due) // problem.tick)


def _job(
    problem: Problem, job: Job, weight: int, cushion: int, numbers: dict[str, int], families: dict[str | None, int]
) -> shop.Job:
    operations, due = tuple(_operation(task, numbers, families) for task in job.tasks), _due(problem, job, 0)
    if not cushion:
        return shop.Job(operations, due, weight)
    return shop.Job(operations, due, FIRM * weight, soon=_due(problem, job, cushion), soon_weight=weight)


def _operation(task: Task, numbers: dict[str, int], families: dict[str | None, int]) -> shop.Operation:
    work = {numbers[machine]: ticks for machine, ticks in task.work.items()}
    return shop.Operation(work, families[task.family], task.ready)


def _machine(problem: Problem, machine: str, families: dict[str | None, int]) -> shop.Machine:
    place = problem.places[machine]
    setups: Sequence[Sequence[int]] = ()
    if machine in problem.with_setups:
        after = [family for family in families if family is not None]
        setups = [
            [problem.setup(machine, before, family) if family in after else 0 for family in _named(families)]
            for before in families
        ]
    return shop.Machine(place.free, families[place.family], setups)


def _named(families: dict[str | None, int]) -> list[str]:
    """The families by number; that of a machine that is not set up for anything has no name, and none follows it."""
    return ["" if family is None else family for family in families]


def unknown_to_the_search(plant: Plant, state: State, objective: Objective) -> tuple[str, ...]:
    """What of a plant, as it stands, the local search would not know of in the days to come."""
    return left_out_by_search(read(plant, state, horizon=state.now + _AHEAD), objective)


def left_out_by_search(problem: Problem, objective: Objective) -> tuple[str, ...]:
    """What of the plant the local search knows nothing of, by name."""
    return (*left_out.left_out(problem), *_hours(problem, objective), *_stays(problem))


def _hours(problem: Problem, objective: Objective) -> Iterator[str]:
    closed = [machine for machine, place in problem.places.items() if place.closed]
    if closed:
        yield f"the closed hours that not all machines share, of {', '.join(closed)}"
    passing = [machine for machine, place in problem.places.items() if place.passes]
    if passing:
        yield f"work that goes on through closed hours, on {', '.join(passing)}"
    if objective != "makespan" and problem.axis.cuts:
        yield "closed hours after a due date (it counts lateness in open hours)"


def _stays(problem: Problem) -> Iterator[str]:
    orders = dict.fromkeys(task.order for task in problem.tasks if task.stay)
    if orders:
        yield f"how long orders have to stay between their steps: {', '.join(list(orders)[:3])}"
