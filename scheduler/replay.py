"""Plans are timed by the twin itself: sequences are played with certain times, and what happens is the plan.

So a plan's times are the twin's own, blocking and closed hours included, and a plan that is followed without
disturbance ends when it says.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from plant_models.errors import Infeasible
from plant_models.events import Event, Finished, OrderTurnedAway, SetupStarted, Spoiled, Started
from plant_models.plan import Plan, Slot
from plant_models.plant import Plant
from plant_models.shifts import FOREVER
from scheduler.stuck import why_stuck
from twin.chance import Certain
from twin.decisions import Choice, Decision, Policy, Start, Wait
from twin.floor import run
from twin.needs.batches import chosen_batch
from twin.policies.rules import rule
from twin.simulated import SimulatedFloor
from twin.state import State
from twin.trials import horizon
from twin.wiring import wiring

Key = tuple[str, int]
"""An order and one of its steps."""

Sequences = Mapping[str, Sequence[tuple[Key, ...]]]
"""For each machine what it takes, in turn: the steps that it does at once are together, most are alone."""


@dataclass(frozen=True, slots=True)
class Played:
    """What came of playing a policy with certain times: the *plan* that it makes and the floor's state at the end.

    *lost* are the orders that spoiled or were turned away. *is_endless* says that it was given up because orders were
    sent back again and again.
    """

    plan: Plan
    end: State
    lost: tuple[str, ...] = ()
    is_endless: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether every order has left."""
        return self.end.unfinished == 0

    @property
    def stuck(self) -> list[str]:
        """The orders that never leave."""
        return [name for name, order in self.end.book() if not order.has_left]


class InSequence:
    """A policy of unlimited patience: each machine takes its orders in the given sequence, however long it waits.

    Orders of one batch are waited for until they are all there. Where a machine has to stay with its family for a while
    (the least run of a changeover) and the next order is of another, the next of its sequence that it may take comes
    first. Orders that no sequence has are left to *otherwise*, once a machine has done its own; without it they wait.
    """

    def __init__(self, sequences: Sequences, otherwise: Policy | None = None) -> None:
        self.sequences, self.otherwise = sequences, otherwise
        self._planned = {key for row in sequences.values() for turn in row for key in turn}

    def __call__(self, plant: Plant, state: State, decision: Decision) -> Choice:
        """The next of the machine's sequence if it is there, and to wait for it if it is not."""
        machine = decision.machine
        stays = 0 < state.machines[machine].run < plant.least_run(machine)
        for turn in self.sequences.get(machine, ()):
            left = [name for name, step in turn if _is_to_do(state, name, step)]
            if not left:
                continue
            here = next((n for n, s in turn if n in decision.options and n in left and state.orders[n].step == s), None)
            if here is not None:
                return self._take(plant, state, machine, here, [key for key in turn if key[0] in left])
            if not stays:
                return Wait()
        others = tuple(o for o in decision.options if (o, state.orders[o].step) not in self._planned)
        if self.otherwise is None or not others:
            return Wait()
        return self.otherwise(plant, state, Decision(decision.time, machine, others))

    def _take(self, plant: Plant, state: State, machine: str, order: str, turn: Sequence[Key]) -> Choice:
        """The order, and with it those of its batch; to wait while they cannot all go together."""
        if plant.machines[machine].batch is None:
            return order
        checks = wiring(plant).own_checks[wiring(plant).index[machine]]
        mates = tuple(name for name, _ in turn if name != order)
        if any(name not in state.orders or state.orders[name].step != step for name, step in turn):
            return Wait()
        try:
            chosen_batch(plant, state, machine, order, mates, checks)
        except ValueError:
            return Wait()
        return Start(order, mates=mates)


def _is_to_do(state: State, name: str, step: int) -> bool:
    order = state.find(name)
    if order is None or order.has_left or order.step > step:
        return False
    return order.step < step or not order.in_hand


def asked_anew(state: State) -> State:
    """A copy in which no machine is held: whoever makes a new plan is asked about every idle machine again."""
    anew = state.copy()
    for machine in anew.machines.values():
        machine.is_held, machine.held_until = False, None
    return anew


def play(plant: Plant, state: State, policy: Policy, *, source: str) -> Played:
    """Play *policy* from *state* with certain times until every order has left or nothing can go on.

    Orders that are not known yet are no part of a plan: none come by themselves.
    """
    plant = plant.without_arrivals()
    facts: list[Event] = []
    give_up = horizon(plant, state)

    def happened(fact: Event) -> None:
        facts.append(fact)
        if fact.time > give_up:
            raise _Endless

    floor, is_endless = SimulatedFloor(plant, asked_anew(state), Certain(), happened), False
    try:
        run(floor, policy, FOREVER)
    except _Endless:
        is_endless = True
    begun = {(o.order.id, o.step) for o in state.orders.values() if o.in_hand}
    lost = tuple(dict.fromkeys(fact.order for fact in facts if isinstance(fact, Spoiled | OrderTurnedAway)))
    plan = Plan(slots=tuple(slots(facts, begun)), made_at=state.now, source=source)
    return Played(plan, floor.state, lost, is_endless)


class _Endless(Exception):
    """Orders are sent back again and again."""


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


def sequences_of(plan: Plan) -> dict[str, list[tuple[Key, ...]]]:
    """The sequence of each machine."""
    return {
        machine: [tuple((slot.order, slot.step) for slot in turn) for turn in turns]
        for machine, turns in plan.turns().items()
    }


def plan_of_rule(plant: Plant, state: State, how: str | Policy, *, source: str | None = None) -> Plan:
    """The plan that a rule (by name) or any policy makes when everything takes its expected time.

    Work that has begun is no part of it.

    Raises
    ------
    Infeasible
        Where orders never leave, which they are, and what each of them waits for.
    """
    policy = rule(how) if isinstance(how, str) else how
    name = str(source if source is not None else how if isinstance(how, str) else getattr(how, "name", "policy"))
    played = play(plant, state, policy, source=name)
    if not played.is_complete:
        reasons = "; ".join(why_stuck(plant, played.end, is_endless=played.is_endless))
        raise Infeasible(f"by {name!r} orders never leave: {reasons}")
    return played.plan
