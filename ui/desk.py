"""The desk: one method for each thing a planner can do. The command line and the pages do all they do through it."""

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import msgspec

import scheduler
from live_bridge import erp, gate
from plant_models.clock import duration, now
from plant_models.deeds import CommandSettled, OrdersImported, PlanApproved, PlanProposed
from plant_models.errors import InvalidPlant, known_names
from plant_models.events import Event, Fact, OrderAdded
from plant_models.orders import Order
from plant_models.plan import Plan
from plant_models.plant import Plant
from plant_models.scenario import Scenario
from rl.policy import LearnedPolicy
from rl.policy import names as learned
from scheduler.stuck import why_stuck
from twin import changes
from twin.chance import Chance
from twin.deadlock import Deadlock, deadlock_of
from twin.decisions import Policy
from twin.engines import EngineChoice
from twin.journal import Journal
from twin.kpi import Kpis, close
from twin.policies.follow import FollowPlan
from twin.policies.rules import RULES
from twin.rehearsal import Rehearsal, rehearse
from twin.resources_use import ResourceUse, resource_use
from twin.shortages import shortages
from twin.state import State, apply, opening
from twin.trials import play
from ui import following, short, snapshots
from ui.following import Connection
from ui.jobs import Jobs
from ui.questions import WhatIf, Width, what_if
from ui.snapshots import Snapshot
from ui.terminal import Tell
from ui.workspace import Workspace, scenario_of

RULES_TO_ASK = ("edd", "atc", "slack")
"""The dispatching rules that are asked for a plan where nobody names others."""

Who = str | Plan | None
"""Who decides: a dispatching rule or a learned policy by name, a plan to follow, or (None) the scenario's rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """One future that was played, and its account."""

    who: str
    seed: int
    facts: tuple[Event, ...]
    kpis: Kpis
    deadlock: Deadlock | None = None
    stuck: tuple[str, ...] = ()
    used: ResourceUse | None = None
    lacked: tuple[short.Lacked, ...] = ()


class Desk:
    """A planner's desk for one plant.

    Parameters
    ----------
    scenario
        The plant as it is believed to be.
    journal
        Everything that happened there; the state is what follows from it.
    workspace
        The folder it is kept in; None for a desk that leaves nothing behind.

    Attributes
    ----------
    repairs
        When machines that are down will be up again, as people say (milliseconds since the epoch). Looking ahead
        believes them; where nobody says, it takes the mean time to repair.
    """

    def __init__(self, scenario: Scenario, journal: Journal, workspace: Workspace | None = None) -> None:
        self.scenario, self.journal, self.workspace = scenario, journal, workspace
        self._state, self._seen, self._lock = opening(scenario.plant), 0, threading.Lock()
        self.repairs: dict[str, int] = {}

    @classmethod
    def at(cls, scenario: Scenario) -> "Desk":
        """A desk in front of a scenario at its very beginning; nothing is kept."""
        desk = cls(scenario, Journal.in_memory())
        desk.take_orders(scenario.orders, source=scenario.id, by="scenario")
        return desk

    @classmethod
    def before(cls, snapshot: Snapshot) -> "Desk":
        """A desk in front of a floor as it was when the snapshot was taken; nothing is kept."""
        desk = cls(snapshot.scenario, Journal.in_memory())
        desk._state = snapshot.state.copy()
        desk.repairs.update(snapshot.repairs)
        return desk

    @classmethod
    def open(cls, folder: Path, scenario: str | None = None) -> "Desk":
        """The desk of a workspace as it stands now, or, with a *scenario* (a name or a file), in front of that one.

        The file may be a snapshot: the desk is in front of the floor as it was then.

        Raises
        ------
        InvalidPlant
            Where there is no such thing.
        """
        if scenario is not None:
            file = Path(scenario)
            return cls.before(snapshots.load(file)) if snapshots.is_snapshot(file) else cls.at(scenario_of(scenario))
        workspace = Workspace(folder)
        return cls(workspace.scenario(), Journal(workspace.journal), workspace)

    @classmethod
    def begin(cls, folder: Path, scenario: Scenario, *, by: str, empty: bool = False) -> "Desk":
        """Begin a workspace; unless it is to be *empty*, with the scenario's orders."""
        workspace = Workspace(folder)
        desk = cls(scenario, workspace.begin(scenario, by=by), workspace)
        if not empty:
            desk.take_orders(scenario.orders, source=scenario.id, by=by)
        return desk

    @property
    def plant(self) -> Plant:
        """What stands on the floor."""
        return self.scenario.plant

    @property
    def state(self) -> State:
        """How the floor stands, by the journal; a copy of your own."""
        with self._lock:
            for entry in self.journal.entries(self._seen):
                if isinstance(entry.entry, Fact):
                    at = self._state.now
                    apply(self.plant, self._state, entry.entry)
                    self._state.now = max(at, self._state.now)
                self._seen = entry.seq
            state = self._state.copy()
        state.now = max(state.now, self.connection.now)
        return state

    def ahead(self) -> tuple[Plant, State]:
        """The plant and its state as looking ahead takes them: with the repairs that people expect."""
        state = self.state
        expected = {m: max(end, state.now) for m, end in self.repairs.items() if state.machines[m].down is not None}
        plant, state, _ = scheduler.with_repairs(self.plant, state, expected)
        return plant, state

    def snapshot(self) -> Snapshot:
        """The floor as it stands now, to keep: whatever is asked of it has the same answer later."""
        return Snapshot(scenario=self.scenario, state=self.state, repairs=dict(self.repairs))

    @property
    def connection(self) -> Connection:
        """How the floor is followed."""
        return Connection() if self.workspace is None else following.connection(Jobs(self.workspace.jobs))

    @property
    def orders(self) -> dict[str, Order]:
        """Every order that is known, by its name."""
        return {name: order.order for name, order in self.state.book()}

    def policy(self, who: Who = None) -> Policy:
        """Who decides, as something that can.

        Raises
        ------
        InvalidPlant
            Where nobody has that name.
        """
        if isinstance(who, Plan):
            return FollowPlan(who, otherwise=RULES[self.scenario.rule])
        name = who or self.scenario.rule
        if name in RULES:
            return RULES[name]
        if name in learned():
            return LearnedPolicy.load(name)
        raise InvalidPlant(known_names("rule or learned policy", name, dict.fromkeys((*RULES, *learned()))))

    def take_orders(self, orders: tuple[Order, ...], *, source: str, by: str) -> tuple[str, ...]:
        """Take orders into the book; the names of those that were not there yet.

        Raises
        ------
        InvalidPlant
            Where an order that is on the floor already is given other terms.
        """
        state = self.state
        new = tuple(order for order in orders if order.id not in state.orders or state.orders[order.id].order != order)
        trial = state.copy()
        facts = [OrderAdded(state.now, order) for order in new]
        for fact in facts:
            apply(self.plant, trial, fact)
        if new:
            names = tuple(order.id for order in new)
            self.journal.append(OrdersImported(at=now(), by=by, source=source, orders=names), *facts)
        return tuple(order.id for order in new)

    def import_orders(self, path: Path, *, by: str) -> erp.Import:
        """Take over the orders of an ERP file; whoever follows the floor tells the plant.

        Raises
        ------
        InvalidPlant
            Where the file is wrong, or would change an order that has begun. Nothing is imported then.
        """
        return erp.import_orders(self.journal, path, self.scenario, by=by)

    # -- the gate ---------------------------------------------------------------------------------------------------

    @property
    def standings(self) -> dict[str, gate.Standing]:
        """How every plan stands that was ever proposed, first proposed first."""
        return gate.status(self.journal)

    def propose(self, plan: Plan, *, by: str, reason: str = "") -> str:
        """Put a plan forward; its digest."""
        return gate.propose(self.journal, plan, by=by, reason=reason)

    def rehearse_proposal(
        self,
        digest: str,
        *,
        by: str,
        runs: int = 100,
        seed: int = 1,
        workers: int | None = None,
        tell: Tell | None = None,
    ) -> Rehearsal:
        """Rehearse a proposed plan from the floor's present state, on record."""
        plant, state = self.ahead()
        return gate.rehearse(
            self.journal,
            plant,
            state,
            digest,
            by=by,
            runs=runs,
            seed=seed,
            workers=workers,
            progress=steps(tell, "runs"),
        )

    def approve(self, digest: str, *, by: str, meaning: str = "", hours: float = 8) -> PlanApproved:
        """Take responsibility for a rehearsed plan that somebody else proposed."""
        return gate.approve(self.journal, digest, by=by, meaning=meaning, valid_for=timedelta(hours=hours))

    def reject(self, digest: str, *, by: str, reason: str) -> None:
        """Decide against a plan."""
        gate.reject(self.journal, digest, by=by, reason=reason)

    def release(self, digest: str, *, by: str) -> gate.Permit:
        """Let a plan go to the floor; whoever follows the floor brings it there.

        Raises
        ------
        NotApproved
            With everything that is missing.
        """
        return gate.release(self.journal, digest, by=by, now=self.state.now)

    def recall(self, digest: str, *, by: str, reason: str) -> None:
        """Take the plan in force back."""
        gate.recall(self.journal, digest, by=by, reason=reason)

    def lacking(self, digest: str) -> list[str]:
        """What still keeps a plan from the floor, in words."""
        return gate.lacking(self.journal, self.standings[digest], now=self.state.now)

    def acknowledgements(self, digest: str) -> dict[str, CommandSettled]:
        """What became of the last command to each machine about a plan."""
        found: dict[str, CommandSettled] = {}
        for deed in self.journal.deeds():
            if isinstance(deed, CommandSettled) and any(job.startswith(digest[:12]) for job in deed.job_orders):
                found[deed.machine] = deed
        return found

    def find_plan(self, digits: str = "latest") -> Plan:
        """The plan on record whose digest begins with *digits*; "latest" is the last one proposed.

        Raises
        ------
        InvalidPlant
            Where there is none, or more than one.
        """
        plans = self._proposed()
        if digits == "latest" and plans:
            return plans[-1]
        found = {plan.digest: plan for plan in plans if len(digits) >= 3 and plan.digest.startswith(digits)}
        if len(found) != 1:
            known = ", ".join(dict.fromkeys(plan.digest[:8] for plan in plans)) or "none"
            what = "more than one plan begins" if found else "no plan on record, and no file, begins"
            raise InvalidPlant(f"{what} with {digits!r}; proposed are {known} (give at least 3 digits)")
        return next(iter(found.values()))

    def _proposed(self) -> list[Plan]:
        return [deed.plan for deed in self.journal.deeds() if isinstance(deed, PlanProposed)]

    # -- looking ahead ----------------------------------------------------------------------------------------------

    def plan(
        self,
        *,
        objective: "scheduler.Objective" = "weighted_tardiness",
        by: "scheduler.By" = "cp-sat",
        seconds: float = 10,
        seed: int = 1,
        workers: int | None = None,
        tell: Tell | None = None,
    ) -> "scheduler.Result":
        """The plan from the present state by the solver, or by the local search.

        Raises
        ------
        Infeasible
            Where there is none, and what stands in the way.
        """

        def progress(found: float | None, bound: float, passed: float) -> None:
            known = "" if found is None else f"best so far {duration(found)}, no plan below {duration(bound)}"
            if tell is not None:
                tell(round(10 * min(passed, seconds)), round(10 * seconds), known or "no plan yet")

        return scheduler.plan(
            self.plant,
            self.state,
            objective=objective,
            by=by,
            seconds=seconds,
            seed=seed,
            workers=workers or 2,
            progress=progress,
        )

    def proposals(
        self,
        *,
        rules: Sequence[str] | None = None,
        seconds: float = 10,
        runs: int = 50,
        seed: int = 1,
        workers: int | None = None,
        in_force: Plan | None = None,
        live: Collection[str] = (),
        tell: Tell | None = None,
    ) -> "scheduler.Proposals":
        """What rules, the solver, the local search and the learned policies propose now, ranked by the twin.

        With a plan *in force* the solver stays close to it where that costs little. Those in *live* are also played
        as they are, deciding as things come, for comparison.

        Raises
        ------
        Infeasible
            Where nobody has a plan.
        """
        total = 0

        def searching(found: float | None, bound: float, passed: float) -> None:
            if tell is not None:
                tell(0, total, "searching" + (f", best so far {duration(found)}" if found is not None else ""))

        proposers: list[str | scheduler.Proposer] = list(rules if rules is not None else RULES_TO_ASK)
        if seconds > 0:
            proposers.append(scheduler.ByCpSat(seconds=seconds, seed=seed, stay_close_to=in_force, progress=searching))
            proposers.append(scheduler.ByLocalSearch(seconds=seconds, seed=seed, progress=searching))
        proposers += [scheduler.ByPolicy("learned", LearnedPolicy.load(n)) for n in learned() if n == self.scenario.id]
        order = [p if isinstance(p, str) else p.name for p in proposers]
        order += [f"{name} (live)" for name in order if name in live]
        total = runs * len(order)

        def rehearsing(name: str, done: int, of: int) -> None:
            if tell is not None:
                tell(order.index(name) * of + done, total, f"rehearsing {name}")

        plant, state = self.ahead()
        return scheduler.propose(
            plant, state, proposers, runs=runs, seed=seed, workers=workers, live=live, progress=rehearsing
        )

    def plan_of(self, who: str) -> Plan:
        """The plan that a rule or a learned policy makes if everything takes its expected time."""
        plant, state = self.ahead()
        return scheduler.plan_of_rule(plant, state, self.policy(who), source=who)

    def simulate(self, who: Who = None, *, seed: int = 1, span: int | None = None) -> Simulation:
        """Play one future from the present state, for *span* milliseconds or until every order has left."""
        facts: list[Event] = []
        plant, state = self.ahead()
        opening = state.copy()
        until = None if span is None else state.now + span
        tally = play(plant, state, self.policy(who), Chance(seed), until=until, record=facts.append)
        kpis = close(tally, tally.state.now)
        return Simulation(
            who=name_of(who, self.scenario),
            seed=seed,
            facts=tuple(facts),
            kpis=kpis,
            deadlock=deadlock_of(plant, state),
            stuck=tuple(why_stuck(plant, state)) if state.unfinished and span is None else (),
            used=resource_use(plant, opening, facts) if plant.crews or plant.tools else None,
            lacked=tuple(short.lacked(shortages(plant, opening, facts, until))) if plant.materials else (),
        )

    def rehearse(
        self,
        who: Who = None,
        *,
        runs: int = 100,
        seed: int = 1,
        workers: int | None = None,
        span: int | None = None,
        engine: EngineChoice = "auto",
        tell: Tell | None = None,
    ) -> Rehearsal:
        """Play many futures from the present state, for *span* milliseconds or until every order has left."""
        plant, state = self.ahead()
        until = None if span is None else state.now + span
        progress, policy = steps(tell, "runs"), self.policy(who)
        return rehearse(
            plant, state, policy, runs=runs, seed=seed, workers=workers, until=until, progress=progress, engine=engine
        )

    def what_if(
        self,
        edits: tuple[changes.Change, ...],
        who: Who = None,
        *,
        runs: int = 100,
        width: Width | None = None,
        seed: int = 1,
        workers: int | None = None,
        span: int | None = None,
        tell: Tell | None = None,
    ) -> WhatIf:
        """Play the floor as it stands, and with *edits*, against the same luck.

        Where nobody is named, the scenario's rule decides; on the changed floor the rule that the edits name, if they
        do. With a *width* there are as many runs as it takes, at most *runs*; each is *span* milliseconds long, or ends
        when every order has left.

        Raises
        ------
        InvalidPlant
            Where an edit cannot be made.
        """
        plant, state = self.ahead()
        return what_if(
            replace(self.scenario, plant=plant),
            state,
            edits,
            lambda rule: self.policy(rule or who),
            runs=runs,
            width=width,
            seed=seed,
            workers=workers,
            until=None if span is None else state.now + span,
            tell=tell,
        )


def steps(tell: Tell | None, what: str) -> Callable[[int, int], object] | None:
    """*tell*, as those want it who count (done, in all)."""
    return None if tell is None else lambda done, total: tell(done, total, f"{done} of {total} {what}")


def name_of(who: Who, scenario: Scenario) -> str:
    """Who decides, in words."""
    if isinstance(who, Plan):
        return f"plan {who.digest[:8]}" + (f" ({who.source})" if who.source else "")
    return who or scenario.rule


def read_plan(path: Path) -> Plan:
    """A plan from a JSON file.

    Raises
    ------
    InvalidPlant
        Where it is none: the file, the place, and what was expected.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Plan)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidPlant(f"{path}: not a plan: {error}") from None


def write_plan(plan: Plan, path: Path) -> None:
    """Put a plan into a JSON file."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(plan), indent=1))
