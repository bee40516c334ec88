"""A plan laid out: the slots of each machine, one behind the other."""

from collections.abc import Callable, Mapping

from plant_models.plan import Plan
from twin.compiled.joining import PlannedSlot


def lay_plan(
    plan: Plan | None, order_numbers: Mapping[str, int], add: Callable[..., int]
) -> dict[str, tuple[int, int]]:
    """For each machine where its sequence begins, and how long it is; orders that are not known are left out."""
    found, count = {}, 0
    for machine, turns in (plan.turns() if plan is not None else {}).items():
        first = count
        for turn, slots in enumerate(turns):
            for slot in slots:
                if (order := order_numbers.get(slot.order)) is not None:
                    known = {"order": order, "step": slot.step, "setup_start": slot.setup_start, "turn": turn}
                    count = 1 + add("planned_slots", PlannedSlot, **known)
        found[machine] = first, count - first
    return found
