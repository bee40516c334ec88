"""What a plan is to be good at, as the solver sees it."""

from fractions import Fraction
from math import lcm

from ortools.sat.python import cp_model

from scheduler.variables import Expression, Key, Timing, Unknowns

FINEST_WEIGHT = 1000
"""Weights are taken in whole fractions up to this one; finer ones are rounded down."""


def whole_weights(weights: list[float]) -> tuple[list[int], int]:
    """*weights* as whole numbers, and how many of them are one."""
    exact = [Fraction(weight).limit_denominator(FINEST_WEIGHT) for weight in weights]
    scale = lcm(*(weight.denominator for weight in exact))
    if scale > FINEST_WEIGHT:
        scale = FINEST_WEIGHT
    return [int(weight * scale) for weight in exact], scale


class Goal:
    """The objective in the solver's terms: an *expression* of which the smallest value is wanted.

    The expression is in ticks for the makespan, and in milliseconds times *scale* for weighted tardiness. With a
    *cushion* it is what is nearly late, among the schedules whose weighted tardiness is *at_most*.
    """

    def __init__(self, found: Unknowns, objective: str, at_most: float | None, cushion: int = 0) -> None:
        self._found, self._objective, self.scale, self._cushion = found, objective, 1, cushion
        self.expression: Expression = self._makespan() if objective == "makespan" else self._tardiness(at_most)

    def milliseconds(self, of_solver: float) -> float:
        """What a value of the expression is in milliseconds."""
        problem = self._found.problem
        if self._objective == "makespan":
            return float(problem.time(round(of_solver)) - problem.now)
        return of_solver / self.scale

    def _makespan(self) -> cp_model.IntVar:
        found = self._found
        found.makespan = found.model.new_int_var(0, found.problem.horizon, "makespan")
        for end in found.ends.values():
            found.model.add(found.makespan >= end)
        return found.makespan

    def _tardiness(self, at_most: float | None) -> Expression:
        found, problem = self._found, self._found.problem
        jobs = [job for job in problem.jobs if job.order.due is not None and job.order.weight > 0]
        weights, self.scale = whole_weights([job.order.weight for job in jobs])
        last = problem.time(problem.horizon)
        terms: list[Expression] = []
        for job, weight in zip(jobs, weights, strict=True):
            due = job.order.due or 0
            most = max(0, last - due)
            if at_most is not None:
                most = min(most, int(at_most / job.order.weight) + problem.tick + 1)
            late = found.late[job.order.id] = found.model.new_int_var(0, most, f"{job.order.id} late")
            found.model.add(late >= end_time(found, job.order.id) - due)
            terms.append(weight * late)
        if not self._cushion or at_most is None:
            return sum(terms)
        found.model.add(sum(terms) <= int(at_most * self.scale))
        return sum(
            weight * self._near(job.order.id, job.order.due or 0) for job, weight in zip(jobs, weights, strict=True)
        )

    def _near(self, order: str, due: int) -> cp_model.IntVar:
        """By how much *order* ends after its due date less the cushion."""
        found = self._found
        most = max(0, found.problem.time(found.problem.horizon) - due) + self._cushion
        near = found.near[order] = found.model.new_int_var(0, most, f"{order} nearly late")
        found.model.add(near >= end_time(found, order) - due + self._cushion)
        return near


def end_time(found: Unknowns, order: str) -> Expression:
    """When *order* ends, in milliseconds since the epoch: cuts that it ends beyond count."""
    model, problem, end = found.model, found.problem, found.ends[order]
    total = problem.tick * end + problem.now
    for number, (place, length) in enumerate(problem.gaps):
        if place >= problem.horizon:
            break
        beyond = found.beyond.get((order, number))
        if beyond is None:
            beyond = found.beyond[order, number] = model.new_bool_var(f"{order} beyond {place}")
            model.add(end <= place).only_enforce_if(~beyond)
            model.add(end > place).only_enforce_if(beyond)
        total += length * beyond
    return total


def hint(found: Unknowns, known: dict[Key, Timing], cushion: int = 0) -> None:
    """Give the solver a whole schedule to begin with: every unknown has a value."""
    model, problem = found.model, found.problem
    for key, step in found.steps.items():
        timing = known[key]
        model.add_hint(step.start, timing.start)
        if isinstance(step.end, cp_model.IntVar):
            model.add_hint(step.end, timing.end)
        for machine, takes in step.takes.items():
            if not isinstance(takes, bool):
                model.add_hint(takes, machine == timing.machine)
            size = step.sizes[machine]
            if isinstance(size, cp_model.IntVar):
                is_here = machine == timing.machine
                model.add_hint(size, timing.end - timing.start if is_here else step.task.work[machine])
    _hint_tours(found, known)
    _hint_meetings(found, known)
    _hint_batches(found, known)
    ends = {job.order.id: job.begun_until for job in problem.jobs}
    ends |= {task.order: known[task.order, task.step].end for task in problem.tasks}
    for (order, number), beyond in found.beyond.items():
        model.add_hint(beyond, ends[order] > problem.gaps[number][0])
    for job in problem.jobs:
        if job.order.id in found.late:
            lateness = problem.time(ends[job.order.id]) - (job.order.due or 0)
            model.add_hint(found.late[job.order.id], max(0, lateness))
            if job.order.id in found.near:
                model.add_hint(found.near[job.order.id], max(0, lateness + cushion))
    if found.makespan is not None:
        model.add_hint(found.makespan, max(ends.values(), default=0))
    for (before, after), moved in found.moved.items():
        is_moved = known[before].machine != known[after].machine or known[before].start > known[after].start
        model.add_hint(moved, is_moved)


def _hint_tours(found: Unknowns, known: dict[Key, Timing]) -> None:
    follows = {(timing.machine, timing.after, key) for key, timing in known.items()}
    busy: dict[str, set[Key]] = {}
    for key, timing in known.items():
        busy.setdefault(timing.machine, set()).add(key)
    followed = {timing.after for timing in known.values() if timing.after is not None}
    for machine, arcs in found.follows.items():
        here = busy.get(machine, set())
        for (before, after), arc in arcs.items():
            if before == after:
                if before is None:
                    found.model.add_hint(arc, not here)
                continue
            if after is None:
                found.model.add_hint(arc, before in here and before not in followed)
            else:
                found.model.add_hint(arc, (machine, before, after) in follows)


def _hint_meetings(found: Unknowns, known: dict[Key, Timing]) -> None:
    model = found.model
    for meeting in found.meetings:
        timing, (closes, opens) = known[meeting.key], meeting.closed
        is_here = meeting.machine == timing.machine
        is_after = timing.start >= opens
        is_before = not is_after and (timing.end < closes if closes == opens else timing.end <= closes)
        model.add_hint(meeting.before, is_here and is_before)
        model.add_hint(meeting.after, is_here and is_after)
        model.add_hint(meeting.met, is_here and not is_before and not is_after)


def _hint_batches(found: Unknowns, known: dict[Key, Timing]) -> None:
    for (machine, one, other), at_once in found.together.items():
        here, there = known[one], known[other]
        is_so = here.machine == there.machine == machine and (here.start, here.end) == (there.start, there.end)
        found.model.add_hint(at_once, is_so)
    for (machine, one, other), first in found.first.items():
        here, there = known[one], known[other]
        is_at_once = (here.start, here.end) == (there.start, there.end) and here.start < here.end
        is_first = here.machine == there.machine == machine and not is_at_once and here.end <= there.start
        found.model.add_hint(first, is_first)
