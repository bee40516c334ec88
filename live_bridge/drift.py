"""What has become untrue since a rehearsal: whether the floor is still the one on which the plan was played."""

from plant_models.deeds import PlanRehearsed
from plant_models.events import (
    BrokeDown,
    Event,
    Fact,
    Finished,
    Merged,
    OrderAdded,
    Repaired,
    SetupStarted,
    Split,
    Started,
)
from plant_models.orders import Order
from plant_models.plan import Plan
from twin.journal import Journal


def drift(journal: Journal, plan: Plan, rehearsed: PlanRehearsed) -> list[str]:
    """How the floor has left what *rehearsed* assumed, in words; empty where it has not.

    The orders must be the same, in the same terms. The same machines must be up and down. What the plan moves must
    still be to be started, or have been started on the machine on which the plan has it.
    """
    floor, is_past = _Floor(plan), False
    for entry in journal.entries():
        if isinstance(entry.entry, Fact):
            floor.take(entry.entry, is_since=is_past or entry.entry.time > rehearsed.now)
        is_past = is_past or entry.entry == rehearsed
    return floor.findings()


class _Floor:
    """The little of a floor that a plan relies on, then and now."""

    def __init__(self, plan: Plan) -> None:
        self._planned = {(slot.order, slot.step): slot.machine for slot in plan.slots}
        self._orders: dict[str, Order] = {}
        self._steps: dict[str, int] = {}
        self._down_then: set[str] = set()
        self._down: set[str] = set()
        self._found: dict[str, None] = {}

    def take(self, event: Event, *, is_since: bool) -> None:
        """Let *event* have happened, before the rehearsal began or since."""
        if isinstance(event, OrderAdded):
            before = self._orders.get(event.order.id)
            self._orders[event.order.id] = event.order
            if is_since and before != event.order:
                what = "came in" if before is None else "was changed"
                self._found[f"order {event.order.id} {what} after the rehearsal began"] = None
        elif isinstance(event, BrokeDown):
            self._down.add(event.machine)
        elif isinstance(event, Repaired):
            self._down.discard(event.machine)
        elif isinstance(event, Finished):
            self._steps[event.order] = event.step + 1 if event.to is None else event.to
        elif isinstance(event, Split):
            self._steps.update(dict.fromkeys(event.into, self._steps.get(event.order, 0)))
        elif isinstance(event, Merged):
            self._steps[event.order] = self._steps.get(event.lots[0], 0)
        elif isinstance(event, SetupStarted) and is_since:
            self._begun(event.machine, event.order, self._steps.get(event.order, 0))
        elif isinstance(event, Started) and is_since:
            self._begun(event.machine, event.order, event.step)
        if not is_since:
            self._down_then = set(self._down)

    def findings(self) -> list[str]:
        """What is not as it was."""
        words = [f"machine {name} is down since the rehearsal" for name in sorted(self._down - self._down_then)]
        words += [f"machine {name} is up again since the rehearsal" for name in sorted(self._down_then - self._down)]
        return [*self._found, *words]

    def _begun(self, machine: str, order: str, step: int) -> None:
        planned = self._planned.get((order, step))
        if planned is not None and planned != machine:
            self._found[f"step {step} of order {order} was started on {machine}; the plan has it on {planned}"] = None
