"""The features of a decision, worked out in machine code from what is told of its options.

The same code works behind `rl.features.features`, behind a policy that is asked in Python, and within the loop of the
compiled floor, so that all of them see the same numbers to the last bit.
"""

import math

from rl.minds import TOLD, Mind, put_row, seen_row, told
from twin.native import compiled

FEATURES = (
    "work",  # log of the work here over the mean of the options
    "setup",  # log of 1 + setup over mean work
    "setup_more",  # the same for what it is above the shortest setup on offer
    "slack",  # log of the time to the due date less setup and all work left, over mean work
    "is_late",  # 1 if the slack is negative
    "urgency",  # exp(-slack / 2 mean works), 1 when late
    "critical_ratio",  # log of the open time to the due date over the work left
    "weight",  # log of the weight over the options' mean
    "atc",  # apparent tardiness cost, over the best option's
    "atcs",  # the same, discounted for the setup
    "covert",  # cost over time, over the best option's
    "cost_rate",  # weight over setup and work, over the best option's
    "work_after",  # log of 1 + the work after this step over mean work
    "work_left",  # work left over the most that any option has left
    "steps_after",  # share of its steps that come after this one
    "next_load",  # log of 1 + the work waiting per machine where it goes next, over mean work
    "next_starves",  # 1 if an idle machine stands before an empty buffer there
    "waited",  # log of 1 + how long it has waited over mean work
    "arrival",  # 0 for the first that came to wait, 1 for the last
    "alternatives",  # 1 over the machines that can do the step
    "elsewhere_faster",  # log of the work here over the work on the fastest machine
    "other_is_free",  # 1 if another machine that can do it stands idle
    "family_share",  # share of the options that need the same setup
    "before_closing",  # 1 if setup and work end before the machine closes
    "options",  # log of the number of options
    "late_share",  # share of the options that are late
    "mean_slack",  # mean of slack over the options
    "setup_scale",  # log of 1 + mean setup over mean work
    "unfinished",  # log of 1 + the orders that are known and have not left
    "closing",  # log of 1 + open time until the machine closes over mean work
    "wait",  # 1 for the choice to wait, whose other numbers of its own are 0
)
"""The columns, in order. From "options" on they describe the decision and are the same in every row."""

CONTEXT = FEATURES.index("options")
"""The first column that describes the decision rather than the order."""

LIMIT = 10.0
"""No number is below -LIMIT or above LIMIT."""

COLUMNS, TOLD_COLUMNS = len(FEATURES), len(TOLD)
_WORK, _SETUP, _DUE, _AFTER, _WEIGHT, _WAITED, _NEXT_LOAD = range(7)
_STEPS_AFTER, _NEXT_STARVES, _ALTERNATIVES, _SLOWER, _OTHER, _FAMILY, _CLOSING = range(7, TOLD_COLUMNS)
_ATC, _COST_RATE, _LEFT, _WAIT = map(FEATURES.index, ("atc", "cost_rate", "work_left", "wait"))
_FAR = 1000.0
"""How many mean works ahead an order is due for which nobody waits."""


@compiled
def see(m: Mind, count: int, unfinished: int) -> None:
    """Write a row of features for each of so many options, and one for waiting where that is a choice."""
    mean, mean_weight, mean_setup = _mean(m, count, _WORK), _mean(m, count, _WEIGHT), _mean(m, count, _SETUP)
    mean, mean_weight = max(1.0, mean), max(1e-9, mean_weight)
    least_setup = told(m, _SETUP)
    for n in range(1, count):
        least_setup = min(least_setup, told(m, n * TOLD_COLUMNS + _SETUP))
    late, slacks = 0, 0.0
    for n in range(count):
        slack = _see_order(m, n, mean, mean_weight, mean_setup, least_setup)
        late += 1 if slack < 0.0 else 0
        slacks += _signed_log(slack / mean)
        _see_place(m, n, count, mean)
    for column in range(_ATC, _COST_RATE + 1):
        _over_the_best(m, count, column)
    _over_the_best(m, count, _LEFT)
    for n in range(m.waits * CONTEXT):
        put_row(m, count * COLUMNS + n, 0.0)
    for n in range(count + m.waits):
        _see_decision(m, n, count, late, slacks, mean, mean_setup, unfinished)
    for n in range((count + m.waits) * COLUMNS):
        put_row(m, n, max(-LIMIT, min(LIMIT, seen_row(m, n))))


@compiled
def _see_order(m: Mind, n: int, mean: float, mean_weight: float, mean_setup: float, least_setup: float) -> float:
    """What an order is like by itself; its slack in milliseconds."""
    at, to = n * TOLD_COLUMNS, n * COLUMNS
    work, setup, after, due = told(m, at + _WORK), told(m, at + _SETUP), told(m, at + _AFTER), told(m, at + _DUE)
    left, weight = work + after, told(m, at + _WEIGHT) / mean_weight
    if due == math.inf:
        due = _FAR * mean + left
    slack = due - left - setup
    ahead, rate = max(0.0, slack), weight / work
    urgency = math.exp(-ahead / (2.0 * mean))
    put_row(m, to, math.log(work / mean))
    put_row(m, to + 1, math.log1p(setup / mean))
    put_row(m, to + 2, math.log1p((setup - least_setup) / mean))
    put_row(m, to + 3, _signed_log(slack / mean))
    put_row(m, to + 4, 1.0 if slack < 0.0 else 0.0)
    put_row(m, to + 5, urgency)
    put_row(m, to + 6, _signed_log(due / left))
    put_row(m, to + 7, math.log(weight + 1e-3))
    put_row(m, to + 8, rate * urgency)
    put_row(m, to + 9, rate * urgency * math.exp(-setup / max(1.0, mean_setup)))
    put_row(m, to + 10, rate * max(0.0, 1.0 - ahead / (2.0 * left)))
    put_row(m, to + 11, weight / (work + setup))
    put_row(m, to + 12, math.log1p(after / mean))
    put_row(m, to + 13, left)
    return slack


@compiled
def _see_place(m: Mind, n: int, count: int, mean: float) -> None:
    """What is before and behind an order, and beside it."""
    at, to = n * TOLD_COLUMNS, n * COLUMNS
    put_row(m, to + 14, told(m, at + _STEPS_AFTER))
    put_row(m, to + 15, math.log1p(told(m, at + _NEXT_LOAD) / mean))
    put_row(m, to + 16, told(m, at + _NEXT_STARVES))
    put_row(m, to + 17, math.log1p(told(m, at + _WAITED) / mean))
    put_row(m, to + 18, float(n) / float(max(1, count - 1)))
    put_row(m, to + 19, told(m, at + _ALTERNATIVES))
    put_row(m, to + 20, math.log(told(m, at + _SLOWER)))
    put_row(m, to + 21, told(m, at + _OTHER))
    put_row(m, to + 22, told(m, at + _FAMILY))
    put_row(m, to + 23, 1.0 if told(m, at + _WORK) + told(m, at + _SETUP) <= told(m, at + _CLOSING) else 0.0)


@compiled
def _see_decision(
    m: Mind, n: int, count: int, late: int, slacks: float, mean: float, mean_setup: float, unfinished: int
) -> None:
    """What is the same in every row."""
    to, closing = n * COLUMNS + CONTEXT, told(m, _CLOSING)
    put_row(m, to, math.log(float(count)))
    put_row(m, to + 1, float(late) / float(count))
    put_row(m, to + 2, slacks / float(count))
    put_row(m, to + 3, math.log1p(mean_setup / mean))
    put_row(m, to + 4, math.log1p(float(unfinished)))
    put_row(m, to + 5, LIMIT if closing == math.inf else math.log1p(closing / mean))
    put_row(m, n * COLUMNS + _WAIT, 1.0 if n == count else 0.0)


@compiled
def _mean(m: Mind, count: int, column: int) -> float:
    total = 0.0
    for n in range(count):
        total += told(m, n * TOLD_COLUMNS + column)
    return total / float(count)


@compiled
def _over_the_best(m: Mind, count: int, column: int) -> None:
    """Divide a column by the most that is in it, where that is above zero."""
    best = seen_row(m, column)
    for n in range(1, count):
        best = max(best, seen_row(m, n * COLUMNS + column))
    for n in range(count):
        to = n * COLUMNS + column
        put_row(m, to, seen_row(m, to) / best if best > 0.0 else 0.0)


@compiled
def _signed_log(value: float) -> float:
    found = math.log1p(abs(value))
    return -found if value < 0.0 else found
