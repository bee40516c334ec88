"""Closing time: whether an order would be done before its machine closes, where it may not be started otherwise."""

from plant_models.plant import Plant
from plant_models.shifts import FOREVER, Shifts
from twin.needs.lacks import Check, Lack
from twin.standing import State


def check_of(plant: Plant, machine: str) -> Check | None:
    """Whether the expected setup and work of an order are done before closing time, where they ever could be."""
    hours = plant.hours(machine)
    if plant.work_centers[plant.machines[machine].work_center].at_shift_end != "refuse" or hours is None:
        return None
    longest = longest_stretch(hours)

    def check(state: State, name: str) -> Lack | None:
        order = state.orders[name]
        work = plant.expected_work(order.order, order.step, machine, order.at_work)
        needed = work + plant.setup_time(machine, state.machines[machine].family, order.order.product, order.step)
        closes = hours.next_change(state.now)
        if needed > longest or state.now + needed <= closes:
            return None
        opens = hours.next_change(closes)
        return Lack("closing time", machine, opens if opens < FOREVER else None)

    return check


def longest_stretch(hours: Shifts) -> int:
    """Milliseconds of the longest stretch of the regular hours; of the overtime where there are no regular ones."""
    if not hours.windows:
        return max((end - start for start, end in hours.extra), default=0)
    longest = stretch = last = 0
    for turn in (0, hours.period):
        for start, end in hours.windows:
            stretch = end - start if turn + start != last else stretch + end - start
            last = turn + end
            longest = max(longest, stretch)
    return longest if longest < 2 * hours.period else FOREVER
