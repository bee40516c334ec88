"""Making a plan: the best rule's, made better by the solver or the local search, timed by the twin."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from plant_models.errors import Infeasible
from plant_models.plan import Plan
from plant_models.plant import Plant
from plant_models.shifts import FOREVER, MINUTE
from scheduler import aim, explain
from scheduler.aim import Objective
from scheduler.cpsat import CP_SAT, Effort, Found, Progress, Wish, search
from scheduler.left_out import left_out
from scheduler.local import LOCAL_SEARCH, LocalSearch
from scheduler.problem import latest_end, read
from scheduler.repair import changes, with_repairs
from scheduler.replay import InSequence, Played, Sequences, play, sequences_of
from scheduler.search.stop import Stop
from scheduler.stuck import why_stuck
from twin.decisions import Policy
from twin.policies.rules import RULES, rule
from twin.state import State

By = Literal["cp-sat", "local-search"]
"""Who makes the best rule's plan better."""

_FIRST_SHARE = 0.6
"""How much of the time goes into the objective itself; what is left goes into room for surprises."""


@dataclass(frozen=True, slots=True)
class Result:
    """A plan and what is known about it.

    *objective* is what the plan achieves when everything takes its expected time, *bound* what no plan can go below,
    both in milliseconds. *status* is optimal when the two meet. *source* says who found the plan, *remarks* what a
    planner should know about it, and *left_out* what the search knew nothing of: the plan's times do, because the twin
    has played it, but another plan might do better than the search could see.
    """

    plan: Plan
    status: Literal["optimal", "feasible"]
    objective: float
    bound: float
    seconds: float
    source: str
    remarks: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def gap(self) -> float:
        """How far the objective is above the bound, as a share of the objective."""
        return 0.0 if self.objective <= self.bound else (self.objective - self.bound) / self.objective


def plan(
    plant: Plant,
    state: State,
    *,
    objective: Objective = "weighted_tardiness",
    by: By = "cp-sat",
    seconds: float = 10.0,
    workers: int = 2,
    seed: int = 1,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    hint: Plan | str | Policy | None = None,
    repairs: Mapping[str, int] | None = None,
    deadlines: bool = False,
    until: int | None = None,
    stay_close_to: Plan | None = None,
    move_cost: int = MINUTE,
    cushion: int | None = None,
) -> Result:
    """A plan for all that has not begun in *state*, at least as good as that of every rule.

    Parameters
    ----------
    plant, state
        The floor as it stands. Work that goes on is left alone and is no part of the plan.
    objective
        Weighted tardiness or makespan, at expected times.
    by
        "cp-sat" proves bounds, keeps limits, stays close to a plan and knows closed hours and batches; "local-search"
        finds better plans of many orders in the same time, and says what it left out.
    seconds, workers, seed
        How long it may look, in how many threads, with which luck. With one worker a search by CP-SAT that ends before
        its time gives the same plan every time.
    progress, cancel
        The one is told how it goes; when the other is set the search ends with the best plan so far.
    hint
        One more plan, rule or policy to begin from.
    repairs
        When machines that are down will be up, in milliseconds since the epoch, where that is known better than by
        the mean time to repair; see `with_repairs`, also for machines of which nothing is known.
    deadlines, until
        With *deadlines*, due dates must be kept; with *until*, everything must be done by then.
    stay_close_to, move_cost
        The plan in force: a step on another machine, or before the one it was to follow there, must save more than
        *move_cost* milliseconds of the objective.
    cushion
        Among plans of the same weighted tardiness, the one is made in which least ends within *cushion* milliseconds of
        its due date: an expected time is not a promise. Left out, a twelfth of the time the work takes.

    Raises
    ------
    Infeasible
        Where no plan does what is asked, and what stands in the way.
    """
    aim.check(objective)
    explain.check_modelled(plant, state)
    plant, state, remarks = with_repairs(plant, state, repairs)
    remarks += _without_dates(state, objective)
    room = _span(plant, state) // 12 if cushion is None else cushion
    task = _Task(plant, state, objective, _limits(state, deadlines, until), stay_close_to, move_cost, room)
    explain.check_limits(plant, state, task.limits)
    best, stuck = _best_beginning(task, _beginnings(hint, stay_close_to))
    if best is None:
        raise explain.stuck(plant, state, stuck) if stuck else Infeasible("there is no policy to begin from")
    if by not in (CP_SAT, LOCAL_SEARCH):
        raise ValueError(f"nobody is called {by!r} who makes plans better; there are {CP_SAT} and {LOCAL_SEARCH}")
    if progress is not None:
        progress(task.value(best), 0.0, 0.0)
    if task.cost(best) == (0, 0, 0, 0):
        return Result(best.plan, "optimal", 0.0, 0.0, 0.0, best.plan.source, tuple(remarks))
    effort = Effort(seconds, workers, seed, progress, cancel)
    return (_improved if by == CP_SAT else _searched)(task, best, effort, remarks)


@dataclass(frozen=True, slots=True)
class _Task:
    """What is asked: the floor, the objective, by when each order must be done, and the plan to stay close to."""

    plant: Plant
    state: State
    objective: Objective
    limits: Mapping[str, int]
    in_force: Plan | None
    move_cost: int
    cushion: int

    def play(self, policy: Policy, source: str) -> Played:
        """The policy's plan."""
        return play(self.plant, self.state, policy, source=source)

    def value(self, played: Played) -> float:
        """The objective, in milliseconds."""
        return aim.value(self.objective, self.state, played.end)

    def cost(self, played: Played) -> tuple[int, int, float, float]:
        """What makes one plan better than another.

        Limits that are kept, then orders that are not lost on the way, then objective and moves, then room for
        surprises.
        """
        late = sum(_finish(played, name) > limit for name, limit in self.limits.items())
        moves = 0 if self.in_force is None else changes(self.in_force, played.plan)
        if self.objective == "makespan":
            spare = aim.mean_flow(self.state, played.end)
        else:
            spare = aim.nearly_late(self.state, played.end, self.cushion)
        return late, len(played.lost), self.value(played) + moves * self.move_cost, spare


def _without_dates(state: State, objective: Objective) -> list[str]:
    """That an objective says nothing, where it is about dates and there are none."""
    orders = [known for _, known in state.book() if not known.has_left]
    if objective != "weighted_tardiness" or not orders or any(known.order.due is not None for known in orders):
        return []
    return ["no order has a due date, so that nothing can be late and any plan is as good; makespan tells them apart"]


def _finish(played: Played, order: str) -> int:
    time = played.end.orders[order].finished_at
    return FOREVER if time is None else time


def _limits(state: State, deadlines: bool, until: int | None) -> dict[str, int]:
    """By when each order must be done, where that is asked."""
    found = {}
    for name, order in state.book():
        limits = [until] if until is not None else []
        if deadlines and order.order.due is not None:
            limits.append(order.order.due)
        if limits and not order.has_left:
            found[name] = min(limits)
    return found


def _beginnings(given: Plan | str | Policy | None, in_force: Plan | None) -> list[tuple[str, Policy]]:
    """What was given, the plan in force, and every rule but the lot, each with its name."""
    found: list[tuple[str, Policy]] = []
    if isinstance(given, str):
        found.append((given, rule(given)))
    elif isinstance(given, Plan):
        found.append((given.source or "hint", InSequence(sequences_of(given), RULES["edd"])))
    elif given is not None:
        found.append((str(getattr(given, "name", "hint")), given))
    if in_force is not None:
        found.append(("plan in force", InSequence(sequences_of(in_force), RULES["edd"])))
    return found + [(name, policy) for name, policy in RULES.items() if name != "random"]


def _best_beginning(task: _Task, policies: list[tuple[str, Policy]]) -> tuple[Played | None, Played | None]:
    """The best plan of several policies, and the first that does not get every order out."""
    best: Played | None = None
    stuck: Played | None = None
    for name, policy in policies:
        played = task.play(policy, name)
        if not played.is_complete:
            stuck = stuck or played
        elif best is None or task.cost(played) < task.cost(best):
            best = played
    return best, stuck


def _improved(task: _Task, best: Played, effort: Effort, remarks: list[str]) -> Result:
    """*best*, or what CP-SAT finds that is better."""
    problem = read(task.plant, task.state, horizon=_horizon(task, best))
    at_most = None if any(task.cost(best)[:2]) else task.cost(best)[2]
    wish = None if task.in_force is None else Wish(task.in_force, task.move_cost)
    has_spare = task.objective == "weighted_tardiness" and task.cushion > 0 and wish is None
    first = replace(effort, seconds=effort.seconds * _FIRST_SHARE) if has_spare else effort
    found = search(problem, task.objective, best.plan, first, at_most=at_most, limits=task.limits, wish=wish)
    best = _better(task, best, found, remarks)
    left = effort.seconds - found.seconds
    is_kept = not any(task.cost(best)[:2])
    if has_spare and is_kept and task.cost(best)[3] and left > 0 and not _is_cancelled(effort):
        spread = search(
            problem,
            task.objective,
            best.plan,
            replace(effort, seconds=left, progress=None),
            at_most=task.value(best),
            limits=task.limits,
            cushion=task.cushion,
        )
        best = _better(task, best, spread, remarks)
    if task.cost(best)[0]:
        raise explain.conflict(problem, task.limits, effort, is_proven=found.is_infeasible)
    return _result(task, best, found.bound, found.seconds, remarks, left_out(problem))


def _searched(task: _Task, best: Played, effort: Effort, remarks: list[str]) -> Result:
    """*best*, or what the local search finds that is better."""
    problem = read(task.plant, task.state, horizon=_horizon(task, best))
    has_spare = task.objective == "weighted_tardiness" and task.cushion > 0
    searcher = LocalSearch(task.objective, effort.seed, effort.workers)
    stop = Stop(seconds=effort.seconds * (_FIRST_SHARE if has_spare else 1), cancel=effort.cancel)
    found = searcher.search(problem, stop, effort.progress)
    stuck: list[str] = []
    for sequences in found.sequences:
        best = _played(task, best, sequences, LOCAL_SEARCH, stuck)
    if has_spare and task.cost(best)[3] and not _is_cancelled(effort):
        stop = replace(stop, seconds=max(0.0, effort.seconds - found.seconds))
        for sequences in replace(searcher, cushion=task.cushion).search(problem, stop).sequences:
            best = _played(task, best, sequences, LOCAL_SEARCH, stuck)
    remarks += stuck[:1]
    if task.cost(best)[0]:
        raise explain.conflict(problem, task.limits, effort, is_proven=False)
    unknown = [*found.left_out]
    unknown += ["by when orders have to be done"] if task.limits else []
    unknown += ["the plan to stay close to"] if task.in_force is not None else []
    return _result(task, best, found.bound, found.seconds, remarks, tuple(unknown))


def _result(
    task: _Task, best: Played, bound: float, seconds: float, remarks: list[str], unknown: tuple[str, ...]
) -> Result:
    value = task.value(best)
    bound = min(value, bound)
    status: Literal["optimal", "feasible"] = "optimal" if value <= bound + 0.5 else "feasible"
    if best.lost:
        remarks.append(f"orders spoil or are turned away by this plan: {', '.join(best.lost)}")
    return Result(best.plan, status, value, bound, seconds, best.plan.source, tuple(remarks), unknown)


def _better(task: _Task, best: Played, found: Found, remarks: list[str]) -> Played:
    """*best*, or what was found if the twin can play it and it is better."""
    return best if found.sequences is None else _played(task, best, found.sequences, CP_SAT, remarks)


def _played(task: _Task, best: Played, sequences: Sequences, source: str, remarks: list[str]) -> Played:
    """*best*, or the plan of these sequences if the twin can play it and it is better."""
    played = task.play(InSequence(sequences), source)
    if not played.is_complete:
        who = "the solver's" if source == CP_SAT else "the local search's"
        reason = "; ".join(why_stuck(task.plant, played.end, is_endless=played.is_endless))
        remarks.append(f"the plan is the best that was known before: by {who} orders would never leave ({reason})")
        return best
    return played if task.cost(played) < task.cost(best) else best


def _is_cancelled(effort: Effort) -> bool:
    return effort.cancel is not None and effort.cancel.is_set()


def _span(plant: Plant, state: State) -> int:
    """Milliseconds until the last order would leave if they left first in, first out."""
    return max(0, play(plant, state, RULES["fifo"], source="fifo").end.now - state.now)


def _horizon(task: _Task, best: Played) -> int:
    """How far to look ahead: no plan that is as good as *best* ends later."""
    end = max(o.finished_at or 0 for name, o in best.end.orders.items() if not task.state.orders[name].has_left)
    if task.objective == "makespan" and not task.limits:
        return end
    latest = latest_end(task.plant, task.state)
    return max(end, latest) if latest < FOREVER else 2 * end - task.state.now
