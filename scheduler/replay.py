"""Plans are timed by the twin itself: sequences are played with certain times, and what happens is the plan.

So a plan's times are the twin's own, blocking and closed hours included, and a plan that is followed without
disturbance ends when it says.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from plant_models.events import Event, Finished, SetupStarted, Started
from plant_models.plan import Plan, Slot
from plant_models.plant import Plant
from plant_models.shifts import FOREVER
from twin.chance import Certain
from twin.decisions import Choice, Decision, Policy, Wait
from twin.floor import run
from twin.policies.rules import rule
from twin.simulated import SimulatedFloor
from twin.state import State

Sequences = Mapping[str, Sequence[tuple[str, int]]]
"""For each machine the (order, step) it takes, in turn."""


@dataclass(frozen=True, slots=True)
class Played:
    """What came of playing a policy with certain times: the *plan* that it makes and the floor's state at the end."""

    plan: Plan
    end: State

    @property
    def is_complete(self) -> bool:
        """Whether every order has left."""
        return self.end.unfinished == 0

    @property
    def stuck(self) -> list[str]:
        """The orders that never leave."""
        return [name for name, order in self.end.orders.items() if not order.has_left]


class InSequence:
    """A policy of unlimited patience: each machine takes its orders in the given sequence, however long it waits.

    Orders that no sequence has are left to *otherwise*, once a machine has done its own; without it they wait.
    """

    def __init__(self, sequences: Sequences, otherwise: Policy | None = None) -> None:
        self.sequences, self.otherwise = sequences, otherwise
        self._planned = {key for row in sequences.values() for key in row}

    def __call__(self, plant: Plant, state: State, decision: Decision) -> Choice:
        """The next of the machine's sequence if it is there, and to wait for it if it is not."""
        for name, step in self.sequences.get(decision.machine, ()):
            order = state.orders.get(name)
            if order is None or order.has_left or order.step > step or (order.step == step and order.stage == "loaded"):
                continue
            if name in decision.options and order.step == step:
                return name
            return Wait()
        others = tuple(o for o in decision.options if (o, state.orders[o].step) not in self._planned)
        if self.otherwise is None or not others:
            return Wait()
        return self.otherwise(plant, state, Decision(decision.time, decision.machine, others))


def asked_anew(state: State) -> State:
    """A copy in which no machine is held: whoever makes a new plan is asked about every idle machine again."""
    anew = state.copy()
    for machine in anew.machines.values():
        machine.is_held, machine.held_until = False, None
    return anew


def play(plant: Plant, state: State, policy: Policy, *, source: str) -> Played:
    """Play *policy* from *state* with certain times until every order has left or nothing can go on."""
    facts: list[Event] = []
    floor = SimulatedFloor(plant, asked_anew(state), Certain(), facts.append)
    run(floor, policy, FOREVER)
    begun = {(o.order.id, o.step) for o in state.orders.values() if o.stage == "loaded"}
    plan = Plan(slots=tuple(slots(facts, begun)), made_at=state.now, source=source)
    return Played(plan, floor.state)


def slots(facts: Iterable[Event], begun: set[tuple[str, int]]) -> list[Slot]:
    """The slots that *facts* amount to, without work that had *begun* before; in order of their setup's start."""
    setups: dict[str, int] = {}
    starts: dict[str, tuple[int, int]] = {}
    found = []
    for fact in facts:
        match fact:
            case SetupStarted(time=time, machine=machine):
                setups[machine] = time
            case Started(time=time, machine=machine):
                starts[machine] = (setups.pop(machine, time), time)
            case Finished(time=time, machine=machine, order=order, step=step) if (order, step) not in begun:
                setup_start, start = starts[machine]
                slot = Slot(machine=machine, order=order, step=step, setup_start=setup_start, start=start, end=time)
                found.append(slot)
    return sorted(found, key=lambda s: (s.setup_start, s.start, s.end, s.machine, s.order, s.step))


def sequences_of(plan: Plan) -> dict[str, list[tuple[str, int]]]:
    """The sequence of each machine."""
    return {machine: [(s.order, s.step) for s in row] for machine, row in plan.by_machine().items()}


def plan_of_rule(plant: Plant, state: State, how: str | Policy, *, source: str | None = None) -> Plan:
    """The plan that a rule (by name) or any policy makes when everything takes its expected time.

    Work that has begun is no part of it. Where finite buffers lock the floor, the plan ends there: `faults` names the
    steps that are missing.
    """
    policy = rule(how) if isinstance(how, str) else how
    name = source if source is not None else how if isinstance(how, str) else getattr(how, "name", "policy")
    return play(plant, state, policy, source=str(name)).plan
