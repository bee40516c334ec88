"""What a plan is to be good at, measured on a floor, in milliseconds."""

from typing import Literal, get_args

from twin.state import State

Objective = Literal["weighted_tardiness", "makespan"]
"""Weighted tardiness: the sum over orders of weight times lateness. Makespan: from now until the last order leaves."""

OBJECTIVES: tuple[str, ...] = get_args(Objective)


def check(objective: str) -> None:
    """Raise ValueError, with the names that there are, where *objective* is none."""
    if objective not in OBJECTIVES:
        raise ValueError(f"no objective {objective!r}; there are {', '.join(OBJECTIVES)}")


def value(objective: str, start: State, end: State) -> float:
    """What was achieved between *start* and *end*, over the orders that *start* has unfinished.

    Orders that never leave count as leaving when all else stands still.
    """
    open_orders = [end.orders[name] for name, order in start.book() if not order.has_left]
    ends = [(o.order, end.now if o.finished_at is None else o.finished_at) for o in open_orders]
    if objective == "makespan":
        return float(max((time for _, time in ends), default=start.now) - start.now)
    return float(sum(order.weight * max(0, time - order.due) for order, time in ends if order.due is not None))


def nearly_late(start: State, end: State, cushion: int) -> float:
    """Weighted tardiness as if every order were due *cushion* milliseconds earlier.

    Which of two plans is kept when both keep their dates equally well: what is early by little is late when anything
    happens.
    """
    open_orders = [end.orders[name] for name, order in start.book() if not order.has_left]
    ends = [(o.order, end.now if o.finished_at is None else o.finished_at) for o in open_orders]
    return sum(o.weight * max(0, time - o.due + cushion) for o, time in ends if o.due is not None)


def mean_flow(start: State, end: State) -> float:
    """Mean milliseconds until an order leaves: which of two plans with the same objective is kept."""
    open_orders = [end.orders[name] for name, order in start.book() if not order.has_left]
    total = sum((end.now if o.finished_at is None else o.finished_at) - start.now for o in open_orders)
    return total / max(1, len(open_orders))
