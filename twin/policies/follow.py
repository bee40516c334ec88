"""Following a plan: each machine takes its orders in the planned sequence, and waits for a late one, up to a point."""

from collections.abc import Iterator

from plant_models.plan import Plan, Slot
from plant_models.plant import Plant
from plant_models.shifts import MINUTE
from twin.decisions import Choice, Decision, Policy, Start, Wait
from twin.needs.batches import chosen_batch, companions, filled
from twin.state import State
from twin.wiring import wiring

TOLERANCE = 30 * MINUTE
"""How long a machine waits for the order that the plan has next, past its planned start, before it takes another."""


class FollowPlan:
    """A policy that does what a plan says.

    The next order of a machine is the first in its sequence that has not begun. If it is not there yet the machine
    waits until *tolerance* after its planned start, and then takes the first of its sequence that is there; passing
    over is on record, and the order that was passed over comes next once it arrives. Orders that the plan does not
    have are left to *otherwise*; without it they wait.

    Orders that the plan has in one batch are taken together: for one that is late the others wait just so long, and
    then go without it. Where they are too few for the machine by themselves, the next of its sequence that can go with
    them fill the batch up.

    It keeps nothing in mind: what has begun is read from the state, so a plan can be followed from any instant.
    """

    def __init__(self, plan: Plan, *, tolerance: int = TOLERANCE, otherwise: Policy | None = None) -> None:
        if tolerance < 0:
            raise ValueError(f"the tolerance must be zero or more, not {tolerance} ms")
        self.plan, self.tolerance, self.otherwise = plan, tolerance, otherwise
        self._turns = plan.turns()
        self._planned = {(slot.order, slot.step) for slot in plan.slots}

    def __call__(self, plant: Plant, state: State, decision: Decision) -> Choice:
        """The order that the plan has next for the machine, with those of its batch, or to wait for it."""
        late: list[tuple[str, int]] = []
        wait: int | None = None
        works_in_batches = plant.machines[decision.machine].batch is not None
        for turn in self._to_do(state, decision.machine):
            patience = turn[0].setup_start + self.tolerance
            here = [
                slot for slot in turn if slot.order in decision.options and state.orders[slot.order].step == slot.step
            ]
            if here and not works_in_batches:
                return Start(here[0].order, tuple(late)) if late else here[0].order
            if here:
                found = self._batch(plant, state, decision, turn, here[0], late, is_late=patience <= decision.time)
                if found is not None:
                    return found
            if patience > decision.time:
                wait = patience
                break
            late += [(slot.order, slot.step) for slot in turn]
        else:
            unplanned = tuple(o for o in decision.options if (o, state.orders[o].step) not in self._planned)
            if self.otherwise is not None and unplanned:
                return self.otherwise(plant, state, Decision(decision.time, decision.machine, unplanned))
        return Wait(wait)

    def _batch(
        self,
        plant: Plant,
        state: State,
        decision: Decision,
        turn: list[Slot],
        first: Slot,
        late: list[tuple[str, int]],
        *,
        is_late: bool,
    ) -> Choice | None:
        """The orders of a turn that can go together now, if they are all there or the others are late; else None."""
        machine = decision.machine
        checks = wiring(plant).own_checks[wiring(plant).index[machine]]
        fitting = companions(plant, state, machine, first.order, checks)
        there = [slot for slot in turn if slot.order in fitting and state.orders[slot.order].step == slot.step]
        if len(there) < len(turn) and not is_late:
            return None
        missing = [(slot.order, slot.step) for slot in turn if slot not in there]
        wanted = [slot.order for slot in there]
        if is_late:
            following = (
                s.order
                for t in self._to_do(state, machine)
                for s in t
                if s.order in state.orders and state.orders[s.order].step == s.step
            )
            wanted = filled(plant, state, machine, wanted, [name for name in following if name in fitting])
        mates = tuple(name for name in wanted if name != first.order)
        try:
            chosen_batch(plant, state, machine, first.order, mates, checks)
        except ValueError:
            return None
        return Start(first.order, (*late, *missing), mates)

    def _to_do(self, state: State, machine: str) -> Iterator[list[Slot]]:
        """The machine's turns with the slots that have not begun and still can."""
        for turn in self._turns.get(machine, ()):
            slots = [slot for slot in turn if _is_to_do(state, slot)]
            if slots:
                yield slots


def _is_to_do(state: State, slot: Slot) -> bool:
    order = state.find(slot.order)
    if order is None or order.has_left or order.step > slot.step:
        return False
    return order.step < slot.step or not order.in_hand
