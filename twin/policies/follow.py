"""Following a plan: each machine takes its orders in the planned sequence, and waits for a late one, up to a point."""

from collections.abc import Iterator

from plant_models.plan import Plan, Slot
from plant_models.plant import Plant
from plant_models.shifts import MINUTE
from twin.decisions import Choice, Decision, Policy, Start, Wait
from twin.state import State

TOLERANCE = 30 * MINUTE
"""How long a machine waits for the order that the plan has next, past its planned start, before it takes another."""


class FollowPlan:
    """A policy that does what a plan says.

    The next order of a machine is the first in its sequence that has not begun. If it is not there yet the machine
    waits until *tolerance* after its planned start, and then takes the first of its sequence that is there; passing
    over is on record, and the order that was passed over comes next once it arrives. Orders that the plan does not
    have are left to *otherwise*; without it they wait.

    It keeps nothing in mind: what has begun is read from the state, so a plan can be followed from any instant.
    """

    def __init__(self, plan: Plan, *, tolerance: int = TOLERANCE, otherwise: Policy | None = None) -> None:
        if tolerance < 0:
            raise ValueError(f"the tolerance must be zero or more, not {tolerance} ms")
        self.plan, self.tolerance, self.otherwise = plan, tolerance, otherwise
        self._sequences = plan.by_machine()
        self._planned = {(slot.order, slot.step) for slot in plan.slots}

    def __call__(self, plant: Plant, state: State, decision: Decision) -> Choice:
        """The order that the plan has next for the machine, or to wait for it."""
        late: list[tuple[str, int]] = []
        waits: list[int] = []
        for slot in self._to_do(state, decision.machine):
            if slot.order in decision.options and state.orders[slot.order].step == slot.step:
                return Start(slot.order, tuple(late)) if late else slot.order
            patience = slot.setup_start + self.tolerance
            if patience > decision.time:
                waits.append(patience)
                break
            late.append((slot.order, slot.step))
        else:
            unplanned = tuple(o for o in decision.options if (o, state.orders[o].step) not in self._planned)
            if self.otherwise is not None and unplanned:
                return self.otherwise(plant, state, Decision(decision.time, decision.machine, unplanned))
        return Wait(waits[0] if waits else None)

    def _to_do(self, state: State, machine: str) -> Iterator[Slot]:
        """The machine's slots that have not begun and still can."""
        for slot in self._sequences.get(machine, ()):
            order = state.orders.get(slot.order)
            if order is None or order.has_left or order.step > slot.step:
                continue
            if order.step == slot.step and order.stage == "loaded":
                continue
            yield slot
