"""What a state is estimated to cost in the end; a step's reward is how much less that is after it than before.

The estimate takes each order as if no other stood in its way: what is left of it on the fastest machines, from now
(or from its release) on, without setups, breakdowns and closed hours. Every order that has left counts with the
truth; one of which nothing is left (it spoiled, or was scrapped to the last piece) and one that was turned away are
delivered to nobody, and count as leaving when all is over. So the rewards of an episode add up to the opening estimate,
which no decision can change, less the true cost: nothing is lost or counted twice by giving the reward bit by bit.
"""

from collections.abc import Callable, Mapping

from plant_models.plant import Plant
from rl.worktimes import WorkTimes, work_times
from twin.state import OrderState, State, progress

Cost = Callable[[Plant, State], float]
"""The estimated cost in the end, in milliseconds (weighted, where the cost is)."""


def weighted_tardiness(plant: Plant, state: State) -> float:
    """How late each order will leave at the least, times its weight, summed."""
    times = work_times(plant)
    total = 0.0
    for _, known in state.book():
        if known.order.due is not None:
            total += known.order.weight * max(0.0, _leaves(times, state, known) - known.order.due)
    return total


def makespan(plant: Plant, state: State) -> float:
    """When the last order will leave at the earliest."""
    times = work_times(plant)
    return max((_leaves(times, state, known) for _, known in state.book()), default=0.0)


COSTS: Mapping[str, Cost] = {"makespan": makespan, "weighted_tardiness": weighted_tardiness}
"""Every cost by name."""


def unit(plant: Plant, state: State) -> float:
    """What a reward of 1 is worth, in milliseconds: the mean weighted work of an order at the opening."""
    times = work_times(plant)
    works = [known.order.weight * times.least_rest(known) for _, known in state.book()]
    return max(1.0, sum(works) / max(1, len(works)))


def _leaves(times: WorkTimes, state: State, known: OrderState) -> float:
    """When an order leaves at the earliest."""
    if known.stage == "turned_away" or (known.has_left and known.quantity == 0):
        return state.now
    if known.finished_at is not None:
        return known.finished_at
    if known.stage == "split":
        lots = (state.orders[name] for name in known.lots)
        return max(_leaves(times, state, lot) for lot in lots if not lot.has_left)
    if known.in_hand:
        machine = state.machines[known.in_hand]
        left = times.works(known)[known.in_hand]
        if machine.phase == "work":
            left = max(0, left - progress(times.plant, known.in_hand, machine, state.now))
        return state.now + left + times.least_rest(known, after=1)
    return max(state.now, known.order.release) + times.least_rest(known)
