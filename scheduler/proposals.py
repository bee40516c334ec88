"""All who can make a plan, behind one call; the twin ranks what they propose, not they themselves."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pandas as pd

from plant_models.errors import Infeasible
from plant_models.plan import Plan
from plant_models.plant import Plant
from plant_models.shifts import HOUR
from scheduler import aim
from scheduler.aim import Objective
from scheduler.cpsat import CP_SAT, Progress
from scheduler.inspection import faults
from scheduler.left_out import unknown_to_the_solver
from scheduler.local import LOCAL_SEARCH
from scheduler.replay import InSequence, asked_anew, plan_of_rule, play, sequences_of
from scheduler.simplified import unknown_to_the_search
from scheduler.solve import plan as solve
from twin.comparison import compare
from twin.decisions import Policy
from twin.estimates import Estimate
from twin.policies.follow import FollowPlan
from twin.policies.rules import RULES, rule
from twin.rehearsal import Rehearsal, rehearse
from twin.state import State

FIGURE = {"weighted_tardiness": "weighted_tardiness_h", "makespan": "makespan_h"}
"""The twin's figure for each objective."""


class Proposer(Protocol):
    """Somebody, or something, that makes a plan for a floor as it stands."""

    @property
    def name(self) -> str:
        """What it is called in a table."""

    def __call__(self, plant: Plant, state: State) -> Plan:
        """The plan; Infeasible where there is none."""


@dataclass(frozen=True, slots=True)
class ByPolicy:
    """Any policy of the twin, a rule or a learned one: what it does when everything takes its expected time."""

    name: str
    policy: Policy

    def __call__(self, plant: Plant, state: State) -> Plan:
        """The policy's plan."""
        return plan_of_rule(plant, state, self.policy, source=self.name)


def by_rule(name: str) -> ByPolicy:
    """The dispatching rule of that name as a proposer."""
    return ByPolicy(name, rule(name))


@dataclass(frozen=True, slots=True)
class ByCpSat:
    """The solver."""

    objective: Objective = "weighted_tardiness"
    seconds: float = 10.0
    workers: int = 2
    seed: int = 1
    stay_close_to: Plan | None = None
    progress: Progress | None = None
    cancel: threading.Event | None = None
    name: str = CP_SAT

    def __call__(self, plant: Plant, state: State) -> Plan:
        """The solver's plan."""
        return solve(
            plant,
            state,
            objective=self.objective,
            seconds=self.seconds,
            workers=self.workers,
            seed=self.seed,
            stay_close_to=self.stay_close_to,
            progress=self.progress,
            cancel=self.cancel,
        ).plan


@dataclass(frozen=True, slots=True)
class ByLocalSearch:
    """The local search."""

    objective: Objective = "weighted_tardiness"
    seconds: float = 10.0
    workers: int = 2
    seed: int = 1
    progress: Progress | None = None
    cancel: threading.Event | None = None
    name: str = LOCAL_SEARCH

    def __call__(self, plant: Plant, state: State) -> Plan:
        """The local search's plan."""
        return solve(
            plant,
            state,
            objective=self.objective,
            by="local-search",
            seconds=self.seconds,
            workers=self.workers,
            seed=self.seed,
            progress=self.progress,
            cancel=self.cancel,
        ).plan


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """One plan, what it *promises* (the objective in hours at expected times) and how it fares in the twin.

    *behind* is how much worse it is than the best proposal, in hours, with the paired interval.
    """

    name: str
    plan: Plan
    promised: float
    rehearsal: Rehearsal
    behind: Estimate


@dataclass(frozen=True, slots=True, eq=False)
class Proposals:
    """What was proposed, the best in the twin first.

    *refused* says of each proposer without a good plan why not. *references* are policies that decide on the spot
    instead of following a plan: how the floor fares without one, not something to release. *left_out* is what the
    solver and the local search knew nothing of while they searched, by their names, where there is any; the times of
    their plans are the twin's nevertheless.
    """

    objective: Objective
    ranked: tuple[Proposal, ...]
    refused: dict[str, str]
    references: dict[str, Rehearsal]
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def best(self) -> Proposal:
        """The one that fares best in the twin."""
        return self.ranked[0]

    @property
    def best_promise(self) -> Proposal:
        """The one that would have been taken if promises were believed."""
        return min(self.ranked, key=lambda proposal: proposal.promised)

    def __getitem__(self, name: str) -> Proposal:
        for proposal in self.ranked:
            if proposal.name == name:
                return proposal
        raise KeyError(f"no proposal by {name!r}; there are {', '.join(p.name for p in self.ranked)}")

    def to_frame(self) -> pd.DataFrame:
        """One row for each proposal, best first, then the references; hours in the columns that end in _h.

        *promised* and *simulated* (with *low*, *high*) are the objective; *behind* is the paired difference to the
        best. References have neither a promise nor a rank.
        """
        figure = FIGURE[self.objective]
        rows = [
            {
                "rank": rank,
                "proposer": p.name,
                "promised_h": p.promised,
                **_row(p.rehearsal, figure),
                "behind_h": p.behind.value,
                "behind_low_h": p.behind.low,
                "behind_high_h": p.behind.high,
                "is_best_promise": p is self.best_promise,
                "digest": p.plan.digest,
            }
            for rank, p in enumerate(self.ranked, 1)
        ]
        rows += [
            {"rank": None, "proposer": f"{name} (live)", **_row(rehearsal, figure), "is_best_promise": False}
            for name, rehearsal in self.references.items()
        ]
        frame = pd.DataFrame(rows)
        return frame.astype({"rank": "Int64"})

    def words(self) -> list[str]:
        """The outcome in sentences."""
        best, promise = self.best, self.best_promise
        said = [f"best in the twin: {best.name}"]
        if promise is not best:
            shown = "" if promise.behind.low > 0 else " (no difference shown)"
            said.append(f"{promise.name} promises most but is {promise.behind.value:.2f} h behind{shown}")
        said += [f"{name} searches without knowing of: {'; '.join(them)}" for name, them in self.left_out.items()]
        return said + [f"{name} proposes nothing: {reason}" for name, reason in self.refused.items()]


def _row(rehearsal: Rehearsal, figure: str) -> dict[str, object]:
    mean, others = rehearsal.mean(figure), ("makespan_h", "weighted_tardiness_h", "on_time_share")
    row: dict[str, object] = {"simulated_h": mean.value, "simulated_low_h": mean.low, "simulated_high_h": mean.high}
    return row | {name: rehearsal.mean(name).value for name in others}


def propose(
    plant: Plant,
    state: State,
    proposers: Sequence[str | Proposer],
    *,
    runs: int = 100,
    seed: int = 1,
    objective: Objective = "weighted_tardiness",
    seconds: float = 10.0,
    workers: int | None = None,
    live: bool | Collection[str] = False,
    progress: Callable[[str, int, int], object] | None = None,
) -> Proposals:
    """Let each proposer make a plan, rehearse every plan with the same luck, and rank them by what comes of it.

    Parameters
    ----------
    proposers
        Names of dispatching rules, "cp-sat", "local-search", or proposers of your own (`ByPolicy` makes one of any
        policy). They plan for the orders that are known, and with these their plans are rehearsed; orders that would
        come by themselves do not.
    runs, seed, workers
        Of each rehearsal. Every plan is followed with `FollowPlan`, as it would be once released.
    seconds
        How long "cp-sat" may look, and "local-search" as long again.
    live
        Whether policies are also rehearsed as they are, deciding on the spot, for reference: all of them, or those
        of these names.
    progress
        Is told who is being rehearsed ("NAME (live)" where it decides on the spot), the runs done, and the runs in all.

    Raises
    ------
    Infeasible
        Where nobody has a good plan.
    """
    aim.check(objective)
    expected, plant = plant, plant.without_arrivals()
    known = [_proposer(p, objective, seconds, workers or 2, seed) for p in proposers]
    names = [p.name for p in known]
    if len(set(names)) < len(names):
        raise ValueError(f"every proposer needs a name of its own, not {', '.join(names)}")
    start = asked_anew(state) if any(machine.is_held for machine in state.machines.values()) else state
    plans: dict[str, Plan] = {}
    refused: dict[str, str] = {}
    for proposer in known:
        try:
            made = proposer(plant, start)
        except Infeasible as reason:
            refused[proposer.name] = str(reason)
            continue
        wrong = faults(plant, start, made)
        if wrong:
            refused[proposer.name] = "; ".join(wrong[:3]) + (f" and {len(wrong) - 3} more" if len(wrong) > 3 else "")
        else:
            plans[proposer.name] = made
    if not plans:
        raise Infeasible("nobody has a plan: " + "; ".join(f"{name}: {reason}" for name, reason in refused.items()))

    def rehearsed(name: str, policy: Policy) -> Rehearsal:
        tell = None if progress is None else lambda done, of: progress(name, done, of)
        return rehearse(plant, start, policy, runs=runs, seed=seed, workers=workers, progress=tell)

    rehearsals = {name: rehearsed(name, FollowPlan(made)) for name, made in plans.items()}
    wanted = (names if live else ()) if isinstance(live, bool) else live
    policies = [p for p in known if isinstance(p, ByPolicy) and p.name in wanted]
    references = {p.name: rehearsed(f"{p.name} (live)", p.policy) for p in policies}
    promised = {name: _promised(plant, start, made, objective) for name, made in plans.items()}
    ranked = _ranked(plans, promised, rehearsals, FIGURE[objective])
    return Proposals(objective, ranked, refused, references, _left_out(expected, start, known, objective))


def _proposer(given: str | Proposer, objective: Objective, seconds: float, workers: int, seed: int) -> Proposer:
    if not isinstance(given, str):
        return given
    if given == CP_SAT:
        return ByCpSat(objective, seconds, workers, seed)
    if given == LOCAL_SEARCH:
        return ByLocalSearch(objective, seconds, workers, seed)
    if given not in RULES:
        raise ValueError(f"no proposer {given!r}; there are {CP_SAT}, {LOCAL_SEARCH} and the rules {', '.join(RULES)}")
    return by_rule(given)


def _left_out(
    plant: Plant, state: State, proposers: Sequence[Proposer], objective: Objective
) -> dict[str, tuple[str, ...]]:
    """What each proposer that searches knows nothing of."""
    found: dict[str, tuple[str, ...]] = {}
    for proposer in proposers:
        if isinstance(proposer, ByCpSat):
            found[proposer.name] = unknown_to_the_solver(plant, state)
        elif isinstance(proposer, ByLocalSearch):
            found[proposer.name] = unknown_to_the_search(plant, state, objective)
    return {name: unknown for name, unknown in found.items() if unknown}


def _promised(plant: Plant, state: State, made: Plan, objective: Objective) -> float:
    """What the plan achieves, in hours, when everything takes its expected time."""
    played = play(plant, state, InSequence(sequences_of(made)), source=made.source)
    return aim.value(objective, state, played.end) / HOUR


def _ranked(
    plans: dict[str, Plan], promised: dict[str, float], rehearsals: dict[str, Rehearsal], figure: str
) -> tuple[Proposal, ...]:
    order = sorted(plans, key=lambda name: (rehearsals[name].mean(figure).value, promised[name]))
    best = rehearsals[order[0]]
    return tuple(
        Proposal(name, plans[name], promised[name], rehearsals[name], compare(best, rehearsals[name])[figure].change)
        for name in order
    )
