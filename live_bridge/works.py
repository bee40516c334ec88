"""The life of a virtual plant: a simulated floor that does what was started, numbers its facts and remembers them.

Nothing here knows of OPC UA; `live_bridge.virtual` puts it on the wire.
"""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import msgspec

from live_bridge.nodes import Batch, JobOrder, JobOrderAndState, JobState, ReturnStatus
from plant_models.distributions import Distribution
from plant_models.events import (
    BrokeDown,
    Event,
    Finished,
    Held,
    OrderAdded,
    Repaired,
    SetupStarted,
    Started,
    from_json,
    to_json,
)
from plant_models.orders import Operation, Order
from plant_models.plan import Plan
from plant_models.plant import Machine, Plant, Tool
from plant_models.scenario import Scenario
from plant_models.shifts import FOREVER
from twin.chance import Chance, Draw, Luck
from twin.decisions import Choice, Decision, Policy, Wait
from twin.policies.follow import FollowPlan
from twin.simulated import SimulatedFloor
from twin.state import State, apply, opening


def truth(scenario: Scenario, seed: int) -> Scenario:
    """The plant as it really is: every machine 5 to 15 % faster or slower than believed, and failing otherwise.

    It has the same machines, buffers and ways; only times differ.
    """
    chance, plant = Chance(seed), scenario.plant
    pace = {name: _off(chance, "pace", name) for name in plant.machines}
    machines = {
        name: _true_machine(machine, _off(chance, "failures", name)) for name, machine in plant.machines.items()
    }
    routings = {
        name: replace(routing, operations=tuple(_true_operation(step, pace) for step in routing.operations))
        for name, routing in plant.routings.items()
    }
    tools = {name: _true_tool(tool, _off(chance, "renewal", name)) for name, tool in plant.tools.items()}
    return replace(scenario, plant=replace(plant, machines=machines, routings=routings, tools=tools))


def _off(chance: Chance, what: str, who: str) -> float:
    """A factor 5 to 15 % above or below 1."""
    share = chance.share(f"truth: {what}", who)
    return 1 + (0.05 + 0.1 * share(0, 0)) * (1 if share(0, 1) < 0.5 else -1)


def _true_machine(machine: Machine, factor: float) -> Machine:
    failures = tuple(replace(f, time_to_failure=f.time_to_failure.scaled(factor)) for f in machine.failures)
    return replace(machine, failures=failures)


def _true_tool(tool: Tool, factor: float) -> Tool:
    return tool if tool.renewal is None else replace(tool, renewal=tool.renewal.scaled(factor))


def _true_operation(step: Operation, pace: dict[str, float]) -> Operation:
    return replace(step, machines={name: time.scaled(pace[name]) for name, time in step.machines.items()})


class JobLists:
    """The job orders that each machine holds, and what they allow."""

    def __init__(self, plant: Plant) -> None:
        self._held: dict[str, dict[str, JobOrderAndState]] = {name: {} for name in plant.machines}

    def of(self, machine: str) -> tuple[JobOrderAndState, ...]:
        """The job orders at *machine*, in the order in which they were stored."""
        return tuple(self._held[machine].values())

    def command(self, machine: str, method: str, job: JobOrder | str) -> ReturnStatus:
        """Do what *method* asks, or say why not. To ask for what is done already is a success without effect."""
        held = self._held[machine]
        if isinstance(job, JobOrder):
            return self._store(held, machine, job, is_started=method == "StoreAndStart")
        known = held.get(job)
        if known is None:
            return ReturnStatus.UNKNOWN_JOB_ORDER
        if method == "Cancel":
            if known.state > JobState.ALLOWED_TO_START:
                return ReturnStatus.INVALID_STATUS
            del held[job]
            return ReturnStatus.NO_ERROR
        before, after = _MOVES[method]
        if known.state not in (before, after):
            return ReturnStatus.INVALID_STATUS
        held[job] = JobOrderAndState(job_order=known.job_order, state=after)
        return ReturnStatus.NO_ERROR

    def put(self, machine: str, held: tuple[JobOrderAndState, ...]) -> None:
        """Let *machine* hold exactly these."""
        self._held[machine] = {entry.job_order.id: entry for entry in held}

    def follow(self, machine: str, order: str, step: int, before: JobState, after: JobState) -> bool:
        """Let the job order for *step* of *order* go from one state to another; False where there is none."""
        for name, entry in self._held[machine].items():
            if entry.state == before and (entry.job_order.order, entry.job_order.step) == (order, step):
                self._held[machine][name] = JobOrderAndState(job_order=entry.job_order, state=after)
                return True
        return False

    def choose(self, plant: Plant, state: State, decision: Decision) -> Choice:
        """The next job order that was started, in the plan's sequence; a machine without one waits."""
        jobs = [e.job_order for e in self._held[decision.machine].values() if e.state == JobState.ALLOWED_TO_START]
        if not jobs:
            return Wait()
        patience = _patience(state, jobs)
        if patience > decision.time:
            return Wait(patience)
        follow = FollowPlan(Plan(slots=tuple(job.slot for job in jobs)), tolerance=jobs[-1].tolerance)
        return follow(plant, state, decision)

    @staticmethod
    def _store(held: dict[str, JobOrderAndState], machine: str, job: JobOrder, *, is_started: bool) -> ReturnStatus:
        if job.machine != machine:
            return ReturnStatus.INVALID_REQUEST
        known = held.get(job.id)
        if known is not None:
            return ReturnStatus.NO_ERROR if known.job_order == job else ReturnStatus.UNABLE_TO_ACCEPT
        state = JobState.ALLOWED_TO_START if is_started else JobState.NOT_ALLOWED_TO_START
        held[job.id] = JobOrderAndState(job_order=job, state=state)
        return ReturnStatus.NO_ERROR


def _patience(state: State, jobs: Sequence[JobOrder]) -> int:
    """Until when the first of *jobs* waits for those of its batch that the machine was not told to start yet."""
    first = min(jobs, key=lambda job: (job.setup_start, job.start, job.end, job.order, job.step))
    started = {(job.order, job.step) for job in jobs}
    missing = [key for key in first.mates if key not in started and _is_to_come(state, *key)]
    return first.setup_start + first.tolerance if missing else 0


def _is_to_come(state: State, order: str, step: int) -> bool:
    """Whether a step of an order has not begun and still can."""
    known = state.find(order)
    if known is None or known.has_left or known.step > step:
        return False
    return known.step < step or known.stage != "loaded"


_MOVES = {
    "Start": (JobState.NOT_ALLOWED_TO_START, JobState.ALLOWED_TO_START),
    "RevokeStart": (JobState.ALLOWED_TO_START, JobState.NOT_ALLOWED_TO_START),
}


class _Repairs:
    """Chance, but for the repairs of breakdowns that somebody brought about: those last as long as was said."""

    def __init__(self, chance: Luck) -> None:
        self._chance = chance
        self.said: dict[str, int] = {}

    @property
    def breaks_down(self) -> bool:
        return self._chance.breaks_down

    def share(self, what: str, who: str) -> Callable[[int, int], float]:
        return self._chance.share(what, who)

    def draw(self, what: str, who: str, distribution: Distribution) -> Draw:
        drawn = self._chance.draw(what, who, distribution)
        if not what.startswith("repair"):
            return drawn
        return lambda order, which, lasted: (
            max(lasted, self.said[who]) if who in self.said else drawn(order, which, lasted)
        )


class _Memory(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of what a plant writes down, so that it survives being switched off."""

    run: str = ""
    fact: msgspec.Raw = msgspec.Raw(b"")
    machine: str = ""
    jobs: tuple[JobOrderAndState, ...] | None = None
    repair: int | None = None


class Works:
    """A virtual plant at work.

    Parameters
    ----------
    scenario
        The plant as it really is; see `truth`.
    chance
        Its luck.
    orders
        Whether it begins with the scenario's order book, or with none and waits to be given orders.
    rule
        A policy by which it works on its own; without one each machine does only what was started there.
    memory
        A file in which it writes down all that happens; if it exists, the plant goes on where it stopped.
    keep
        How many facts it can still tell when asked; older ones are forgotten.
    """

    def __init__(
        self,
        scenario: Scenario,
        chance: Luck,
        *,
        orders: Literal["none", "scenario"] = "scenario",
        rule: Policy | None = None,
        memory: Path | None = None,
        keep: int = 1_000_000,
    ) -> None:
        self.plant, self._keep = scenario.plant.without_arrivals(), keep
        self.jobs = JobLists(self.plant)
        self.run = uuid.uuid4().hex
        self._facts: list[msgspec.Raw] = []
        self._forgotten = 0
        self._policy = rule or self.jobs.choose
        self._repairs = _Repairs(chance)
        self._due: dict[str, int] = {}
        state = opening(self.plant)
        past = memory is not None and memory.exists() and memory.stat().st_size > 0
        if past and memory is not None:
            self._remember(memory, state)
        self._diary = memory.open("ab") if memory is not None else None
        self.floor = SimulatedFloor(self.plant, state, self._repairs, self._happened)
        if not past:
            self._write(_Memory(run=self.run))
            if orders == "scenario":
                self.add_orders(scenario.orders)

    @property
    def state(self) -> State:
        """How the plant stands."""
        return self.floor.state

    @property
    def last(self) -> int:
        """The number of the last fact."""
        return self._forgotten + len(self._facts)

    def work(self, until: int) -> None:
        """Go on until *until*."""
        while self._due and min(self._due.values()) <= until:
            machine = min(self._due, key=lambda name: (self._due[name], name))
            self._go(max(self.state.now, self._due.pop(machine)))
            if self.state.machines[machine].down is not None:
                self.floor.happen(Repaired(self.state.now, machine))
        self._go(until)

    def facts(self, after: int, most: int) -> Batch:
        """The facts that follow number *after*; it begins later where they are forgotten."""
        start = max(0, after - self._forgotten)
        return Batch(run=self.run, first=self._forgotten + start + 1, facts=tuple(self._facts[start : start + most]))

    def add_orders(self, orders: tuple[Order, ...]) -> ReturnStatus:
        """Take orders into the book; one that is there already, in the same terms, is not added again."""
        for order in orders:
            known = self.state.orders.get(order.id)
            if order.product not in self.plant.products or (
                known and known.order != order and known.stage != "planned"
            ):
                return ReturnStatus.UNABLE_TO_ACCEPT
        for order in orders:
            known = self.state.orders.get(order.id)
            if known is None or known.order != order:
                self.floor.happen(OrderAdded(self.state.now, order))
        return ReturnStatus.NO_ERROR

    def break_down(self, machine: str, minutes: float) -> ReturnStatus:
        """Let *machine* fail now, for so many minutes of the plant's time."""
        state = self.state.machines.get(machine)
        if state is None or not 0 < minutes < FOREVER:
            return ReturnStatus.INVALID_REQUEST
        if state.down is not None:
            return ReturnStatus.INVALID_STATUS
        lasts = round(minutes * 60_000)
        self._repairs.said[machine] = lasts
        self._write(_Memory(machine=machine, repair=lasts))
        failures = self.plant.machines[machine].failures
        if not failures:
            self._due[machine] = self.state.now + lasts
        self.floor.happen(BrokeDown(self.state.now, machine, len(failures)))
        return ReturnStatus.NO_ERROR

    def command(self, machine: str, method: str, job: JobOrder | str) -> ReturnStatus:
        """Do what a job order method asks of *machine*."""
        before = self.jobs.of(machine)
        status = self.jobs.command(machine, method, job)
        after = self.jobs.of(machine)
        if before != after:
            self._write(_Memory(machine=machine, jobs=after))
            if self.state.machines[machine].is_held:
                self.floor.happen(Held(self.state.now, machine, self.state.now))
        return status

    def flush(self) -> None:
        """Have all that happened so far written down."""
        if self._diary is not None:
            self._diary.flush()

    def close(self) -> None:
        """Write down the rest."""
        if self._diary is not None:
            self._diary.close()

    def _go(self, until: int) -> None:
        while (decision := self.floor.advance(until)) is not None:
            self.floor.start(decision, self._policy(self.plant, self.state, decision))

    def _happened(self, event: Event) -> None:
        fact = msgspec.Raw(to_json(event))
        self._facts.append(fact)
        self._write(_Memory(fact=fact))
        if len(self._facts) > self._keep:
            self._forgotten += len(self._facts) - self._keep
            del self._facts[: len(self._facts) - self._keep]
        for machine in self._follow(event, self.floor.state):
            self._write(_Memory(machine=machine, jobs=self.jobs.of(machine)))

    def _follow(self, event: Event, state: State) -> Iterator[str]:
        """Let the job orders follow what happened; the machines whose lists changed."""
        begun = JobState.ALLOWED_TO_START, JobState.RUNNING
        if isinstance(event, SetupStarted | Started):
            if self._begun(state, event, *begun):
                yield event.machine
        elif isinstance(event, Finished):
            if self.jobs.follow(event.machine, event.order, event.step, JobState.RUNNING, JobState.ENDED):
                yield event.machine
        elif isinstance(event, Repaired):
            self._repairs.said.pop(event.machine, None)
            self._due.pop(event.machine, None)

    def _begun(self, state: State, event: SetupStarted | Started, before: JobState, after: JobState) -> bool:
        """Let the job orders of all that a machine takes at once be running; whether there were any."""
        taken = [(name, state.orders[name].step) for name in (event.order, *event.mates)]
        followed = [self.jobs.follow(event.machine, name, step, before, after) for name, step in taken]
        return any(followed)

    def _write(self, line: _Memory) -> None:
        if self._diary is not None:
            self._diary.write(msgspec.json.encode(line) + b"\n")

    def _remember(self, memory: Path, state: State) -> None:
        """Take up where the plant stopped; a last line that was not written to its end did not happen."""
        text = memory.read_bytes()
        whole = text[: text.rfind(b"\n") + 1]
        if len(whole) < len(text):
            memory.write_bytes(whole)
        for line in msgspec.json.decode(b"[" + whole.replace(b"\n", b",").rstrip(b",") + b"]", type=list[_Memory]):
            if line.run:
                self.run = line.run
            elif line.jobs is not None:
                self.jobs.put(line.machine, line.jobs)
            elif line.repair is not None:
                self._repairs.said[line.machine] = line.repair
            elif line.fact:
                event = from_json(bytes(line.fact))
                self._facts.append(line.fact)
                apply(self.plant, state, event)
                if isinstance(event, Repaired):
                    self._repairs.said.pop(event.machine, None)
        for name, lasts in self._repairs.said.items():
            if not self.plant.machines[name].failures:
                self._due[name] = state.machines[name].down_since + lasts
