"""The unknowns of a schedule: when each step takes a machine, which machine that is, and what it meets there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ortools.sat.python import cp_model, cp_model_helper

from plant_models.plan import Plan, Slot
from scheduler.problem import Place, Problem, Task

Key = tuple[str, int]
"""An order and one of its steps."""

Expression = cp_model.LinearExpr | int
"""Something that the solver can compute."""

Literal = cp_model_helper.Literal | bool
"""Something that is true or false, or is known to be true."""


@dataclass
class Step:
    """One task's unknowns: it takes a machine from *start*, setup included, until *end*.

    It cannot be before *earliest*. *takes* says which machine; *sizes* how many ticks it is there, with setup and the
    closures that it meets.
    """

    task: Task
    earliest: int
    start: cp_model.IntVar
    end: Expression
    takes: dict[str, Literal] = field(default_factory=dict)
    sizes: dict[str, Expression] = field(default_factory=dict)
    intervals: dict[str, cp_model.IntervalVar] = field(default_factory=dict)


@dataclass
class Meeting:
    """How a step stands to one closure of a machine: it ends before it, is met by it in its middle, or begins after it.

    A closure that is cut out of the axis begins and ends at the same tick.
    """

    key: Key
    machine: str
    closed: tuple[int, int]
    before: cp_model.IntVar
    met: cp_model.IntVar
    after: cp_model.IntVar


@dataclass
class Unknowns:
    """All unknowns of a problem.

    *follows* are the arcs of each machine's tour (None: the machine as it stands now, before and after its tour),
    *meetings* the closures that steps may meet; *together* says that two steps are in one batch of a machine, *first*
    that one ends there before the other begins; *beyond* says that an order ends after a cut of the axis.
    """

    model: cp_model.CpModel
    problem: Problem
    steps: dict[Key, Step] = field(default_factory=dict)
    follows: dict[str, dict[tuple[Key | None, Key | None], cp_model_helper.Literal]] = field(default_factory=dict)
    meetings: list[Meeting] = field(default_factory=list)
    together: dict[tuple[str, Key, Key], cp_model.IntVar] = field(default_factory=dict)
    first: dict[tuple[str, Key, Key], cp_model.IntVar] = field(default_factory=dict)
    beyond: dict[tuple[str, int], cp_model.IntVar] = field(default_factory=dict)
    ends: dict[str, Expression] = field(default_factory=dict)
    late: dict[str, cp_model.IntVar] = field(default_factory=dict)
    near: dict[str, cp_model.IntVar] = field(default_factory=dict)
    makespan: cp_model.IntVar | None = None
    moved: dict[tuple[Key, Key], cp_model.IntVar] = field(default_factory=dict)

    def on(self, machine: str) -> Iterable[tuple[Key, Step]]:
        """The steps that may take *machine*."""
        return ((key, step) for key, step in self.steps.items() if machine in step.takes)


def unknowns(problem: Problem) -> Unknowns:
    """The steps of *problem* with their starts, ends and machines."""
    found = Unknowns(cp_model.CpModel(), problem)
    for job in problem.jobs:
        earliest = job.begun_until
        for task in job.tasks:
            earliest = max(earliest + task.stay, task.ready)
            found.steps[task.order, task.step] = _step(found, task, earliest)
            earliest += min(0 if problem.places[m].passes else work for m, work in task.work.items())
    return found


def _step(found: Unknowns, task: Task, earliest: int) -> Step:
    model, problem, name = found.model, found.problem, f"{task.order}/{task.step}"
    start = model.new_int_var(min(earliest, problem.horizon), problem.horizon, f"{name} from")
    is_plain = len(task.work) == 1 and not any(_varies(problem, m, earliest) for m in task.work)
    if is_plain:
        end: Expression = start + next(iter(task.work.values()))
    else:
        end = model.new_int_var(min(earliest, problem.horizon), problem.horizon, f"{name} until")
    step = Step(task, earliest, start, end)
    for machine, work in task.work.items():
        takes: Literal = True if len(task.work) == 1 else model.new_bool_var(f"{name} on {machine}")
        size: Expression = work
        if _varies(problem, machine, earliest):
            least = 0 if problem.places[machine].passes else work
            size = model.new_int_var(least, problem.horizon + work, f"{name} takes {machine}")
        step.takes[machine], step.sizes[machine] = takes, size
        step.intervals[machine] = model.new_optional_interval_var(start, size, end, takes, f"{name} at {machine}")
    return step


def _varies(problem: Problem, machine: str, earliest: int) -> bool:
    """Whether how long a task is on *machine* depends on when, or after what, it comes."""
    place = problem.places[machine]
    is_stopped = place.pauses and any(end > earliest for _, end in place.closed)
    if place.batch is not None:
        return True
    return machine in problem.with_setups or is_stopped or any(at > earliest for at, _ in place.passes)


@dataclass(frozen=True, slots=True)
class Timing:
    """Where and when a task is done, in ticks, and what the machine did before it."""

    machine: str
    start: int
    end: int
    after: Key | None


def timings(problem: Problem, plan: Plan) -> dict[Key, Timing] | None:
    """The tasks of *problem* in the sequences of *plan*, each as early as can be; None where the plan lacks one."""
    tasks = {(task.order, task.step): task for task in problem.tasks}
    free = {machine: place.free for machine, place in problem.places.items()}
    family = {machine: place.family for machine, place in problem.places.items()}
    last: dict[str, Key] = {}
    ends = {job.order.id: job.begun_until for job in problem.jobs}
    found: dict[Key, Timing] = {}
    for turn in _in_turn(problem, plan):
        machine, place = turn[0].machine, problem.places[turn[0].machine]
        known = [tasks[slot.order, slot.step] for slot in turn]
        start = max(free[machine], *(max(ends[task.order] + task.stay, task.ready) for task in known))
        for closed, opens in place.closed:
            if closed <= start < opens:
                start = opens
        left = problem.setup(machine, family[machine], known[0].family) + max(task.work[machine] for task in known)
        end = _passing(start, left, place.passes) if place.passes else _pausing(start, left, place)
        for task in known:
            key = task.order, task.step
            found[key] = Timing(machine, start, end, last.get(machine))
            ends[task.order] = end
        free[machine] = end
        family[machine], last[machine] = known[-1].family, (known[-1].order, known[-1].step)
    return found if len(found) == len(tasks) else None


def _in_turn(problem: Problem, plan: Plan) -> list[Sequence[Slot]]:
    """What each machine of the problem does at once, in the order in which it begins."""
    tasks = {(task.order, task.step): task for task in problem.tasks}
    found: list[Sequence[Slot]] = []
    for machine, turns in plan.turns().items():
        for turn in turns:
            slots = [s for s in turn if (s.order, s.step) in tasks and machine in tasks[s.order, s.step].work]
            is_batch = slots and problem.places[machine].batch is not None
            found += [slots] if is_batch else [[slot] for slot in slots]
    return sorted(found, key=lambda t: (t[0].setup_start, t[0].start, t[0].end, t[0].machine, t[0].order, t[0].step))


def _pausing(start: int, left: int, place: Place) -> int:
    """When work is done that closures stop, if the machine is one that pauses."""
    for closes, opens in place.closed if place.pauses else ():
        if closes < start:
            continue
        if start + left <= closes:
            break
        left -= closes - start
        start = opens
    return start + left


def _passing(start: int, left: int, passes: Iterable[tuple[int, int]]) -> int:
    """When work is done that goes on in hours that are cut out of the axis."""
    for at, swallows in passes:
        if at <= start:
            continue
        if start + left <= at:
            break
        left = max(0, left - (at - start) - swallows)
        start = at
        if left == 0:
            break
    return start + left
