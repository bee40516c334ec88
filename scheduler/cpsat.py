"""One run of CP-SAT on one problem: built, given a schedule to begin with, watched, and read out as sequences."""

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass

from ortools.sat.python import cp_model

from plant_models.plan import Plan
from scheduler.constraints import constrain
from scheduler.objective import Goal, hint
from scheduler.problem import Problem
from scheduler.repair import pairs_in_force
from scheduler.variables import Expression, Key, Unknowns, timings, unknowns

CP_SAT = "cp-sat"
"""What the solver is called among the proposers."""

Progress = Callable[[float | None, float, float], object]
"""Is told the best objective so far (None: no plan yet), the bound, both in milliseconds, and seconds of search."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to look, in how many threads, with which luck; whom to tell; and what ends it before its time."""

    seconds: float = 10.0
    workers: int = 2
    seed: int = 1
    progress: Progress | None = None
    cancel: threading.Event | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a run found: each machine's sequence, batches together (None: no schedule), and what none can go below."""

    sequences: Mapping[str, list[tuple[Key, ...]]] | None
    bound: float
    is_infeasible: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Wish:
    """Stay close to the plan *in_force*: every step elsewhere or out of turn counts *move_cost* milliseconds."""

    in_force: Plan
    move_cost: int


def search(
    problem: Problem,
    objective: str,
    begin: Plan,
    effort: Effort,
    *,
    at_most: float | None = None,
    limits: Mapping[str, int] | None = None,
    wish: Wish | None = None,
    cushion: int = 0,
) -> Found:
    """The best schedule of *problem* that CP-SAT finds, beginning from the sequences of *begin*.

    *at_most* is an objective that is known to be reached; *limits* say by when orders must be done. With a *cushion*
    the schedules that are as good as *at_most* are searched for the one in which least is nearly late.
    """
    found = unknowns(problem)
    constrain(found)
    for order, time in (limits or {}).items():
        found.model.add(_in_time(found, order, time))
    goal = Goal(found, objective, at_most, cushion)
    moves, price = _moves(found, goal, objective, wish)
    found.model.minimize(goal.expression + price * sum(moves) if moves else goal.expression)
    known = timings(problem, begin)
    if known is not None:
        hint(found, known, cushion)
    solver = _solver(problem, effort)
    most = price * len(moves)
    watch = _Watch(goal, most, effort, at_most)
    with _stopped_by(effort.cancel, solver):
        if effort.progress is not None:
            solver.best_bound_callback = watch.on_bound
        status = solved(solver, found.model, watch)
    bound = goal.milliseconds(max(0.0, solver.best_objective_bound - most))
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Found(None, 0.0, status == cp_model.INFEASIBLE, solver.wall_time)
    return Found(_sequences(found, solver), bound, False, solver.wall_time)


def solved(
    solver: cp_model.CpSolver, model: cp_model.CpModel, watch: cp_model.CpSolverSolutionCallback | None = None
) -> cp_model.CpSolverStatus:
    """How the search for *model* ended; it takes a thread of its own, so that Ctrl-C ends it at once.

    Left to itself the solver would take the interrupt for itself, and leave the process without a handler for it.
    """
    solver.parameters.catch_sigint_signal = False
    with ThreadPoolExecutor(1, "cp-sat") as threads:
        search = threads.submit(solver.solve, model, watch)
        try:
            return search.result()
        except BaseException:
            while not search.done():
                solver.stop_search()
                wait([search], 0.05)
            raise


def _solver(problem: Problem, effort: Effort) -> cp_model.CpSolver:
    """A solver with the settings that were measured to do best.

    With setups, presolving takes longer than it saves: its neighbourhood searches presolve for themselves. Without,
    a worker that leaves linear programming alone proves bounds of job shops several times as fast.
    """
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = effort.seconds
    solver.parameters.num_workers = effort.workers
    solver.parameters.random_seed = effort.seed
    if problem.with_setups:
        solver.parameters.cp_model_presolve = False
    elif effort.workers == 1:
        solver.parameters.linearization_level = 0
    else:
        solver.parameters.subsolvers.extend(["no_lp"])
    return solver


def assume(found: Unknowns, limits: Mapping[str, int]) -> dict[str, cp_model.IntVar]:
    """Let orders be done in time, each under an assumption of its own, which is returned."""
    assumed = {}
    for order, time in limits.items():
        assumed[order] = found.model.new_bool_var(f"{order} in time")
        found.model.add(_in_time(found, order, time)).only_enforce_if(assumed[order])
        found.model.add_assumption(assumed[order])
    return assumed


def _in_time(found: Unknowns, order: str, time: int) -> cp_model.BoundedLinearExpression | bool:
    return found.ends[order] <= -(-found.problem.axis.at(time) // found.problem.tick)


def _moves(found: Unknowns, goal: Goal, objective: str, wish: Wish | None) -> tuple[list[Expression], int]:
    """What counts as a move, and what each costs in the solver's terms."""
    if wish is None:
        return [], 0
    moves: list[Expression] = []
    for slot in wish.in_force.slots:
        step = found.steps.get((slot.order, slot.step))
        if step is not None and len(step.takes) > 1 and slot.machine in step.takes:
            moves.append(1 - step.takes[slot.machine])
    for before, after in pairs_in_force(wish.in_force, set(found.steps)):
        moved = found.moved[before, after] = found.model.new_bool_var(f"{after} before {before}")
        found.model.add(found.steps[before].start <= found.steps[after].start).only_enforce_if(~moved)
        moves.append(moved)
    in_ticks = max(1, round(wish.move_cost / found.problem.tick))
    return moves, in_ticks if objective == "makespan" else wish.move_cost * goal.scale


def _sequences(found: Unknowns, solver: cp_model.CpSolver) -> dict[str, list[tuple[Key, ...]]]:
    """Each machine's steps in turn, those of a batch together."""
    taken: dict[str, list[tuple[int, int, Key]]] = {}
    for key, step in found.steps.items():
        machine = next(m for m, takes in step.takes.items() if takes is True or solver.value(takes))
        taken.setdefault(machine, []).append((solver.value(step.start), solver.value(step.end), key))
    mates = {
        pair
        for (_, one, other), at_once in found.together.items()
        if solver.value(at_once)
        for pair in ((one, other), (other, one))
    }
    turns: dict[str, list[tuple[Key, ...]]] = {}
    for machine, row in taken.items():
        turns[machine] = []
        for *_, key in sorted(row):
            last = turns[machine][-1] if turns[machine] else ()
            if last and (last[0], key) in mates:
                turns[machine][-1] = (*last, key)
            else:
                turns[machine].append((key,))
    return turns


class _Watch(cp_model.CpSolverSolutionCallback):
    """Tells how the search goes."""

    def __init__(self, goal: Goal, most: int, effort: Effort, best: float | None) -> None:
        super().__init__()
        self._goal, self._most, self._effort = goal, most, effort
        self._best = best
        self._seconds = 0.0
        self._lock = threading.Lock()

    def on_solution_callback(self) -> None:
        """A better schedule."""
        self._best = self._goal.milliseconds(self.value(self._goal.expression))
        self._seconds = self.wall_time
        self._tell(self.best_objective_bound)

    def on_bound(self, bound: float) -> None:
        """A better bound."""
        self._tell(bound)

    def _tell(self, bound: float) -> None:
        if self._effort.progress is None:
            return
        with self._lock:
            shown = self._goal.milliseconds(max(0.0, bound - self._most))
            self._effort.progress(self._best, shown, self._seconds)


@contextmanager
def _stopped_by(cancel: threading.Event | None, solver: cp_model.CpSolver) -> Iterator[None]:
    """Let *cancel* end the search, whoever sets it."""
    if cancel is None:
        yield
        return
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.is_set():
            if cancel.wait(0.05):
                solver.stop_search()
                is_over.wait(0.05)

    thread = threading.Thread(target=watch, name="cancel", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
