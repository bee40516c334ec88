"""What a learned policy sees of a decision: one row of numbers for each order that may be taken.

All numbers are free of scale. Times are compared with the mean work of the orders in question, weights with their
mean weight, so a policy may be carried to a plant whose clock runs slower. Times to due dates are open time of the
machine that asks. Long-tailed numbers are logarithms, with their sign kept.

References
----------
Vepsalainen & Morton (1987), Management Science 33(8): ATC and COVERT.
Lee, Bhaskaran & Pinedo (1997), IIE Transactions 29(1): ATC with setups.
"""

import hashlib
import json

import numpy as np
from numpy.typing import NDArray

from plant_models.plant import Plant
from rl.worktimes import WorkTimes, work_times
from twin.decisions import Decision
from twin.state import State, is_free

VERSION = 1
"""Goes up by one whenever a number below comes to mean something else."""

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

SCHEMA = hashlib.sha256(json.dumps([VERSION, FEATURES]).encode()).hexdigest()[:16]
"""What a policy was trained to see; policies of another schema are not asked."""

SLACK = FEATURES.index("slack")
LIMIT = 10.0
"""No number is below -LIMIT or above LIMIT."""

Matrix = NDArray[np.float32]
_FAR = 1000.0
"""How many mean works ahead an order is due for which nobody waits."""


def features(plant: Plant, state: State, decision: Decision, *, wait: bool = False) -> Matrix:
    """One row for each of the decision's options, in their order, and a last one for waiting if asked for.

    Returns
    -------
    Matrix
        float32, (options, len(FEATURES)), every number within +-LIMIT.
    """
    raw = _gather(work_times(plant), state, decision)
    work, setup, due, after, weight, waited, next_load = (raw[:, column] for column in range(7))
    count = len(raw)
    mean = max(1.0, float(work.mean()))
    due = np.where(np.isnan(due), _FAR * mean + work + after, due)
    left = work + after
    slack = due - left - setup
    ahead = np.maximum(slack, 0.0)
    weight = weight / max(1e-9, float(weight.mean()))
    rate = weight / work
    atc = rate * np.exp(-ahead / (2.0 * mean))
    mean_setup = float(setup.mean())
    atcs = atc * np.exp(-setup / max(1.0, mean_setup))
    covert = rate * np.maximum(0.0, 1.0 - ahead / (2.0 * left))
    late = slack < 0.0
    log_slack = _signed_log(slack / mean)
    closing = raw[0, 14]
    table = np.zeros((count + wait, len(FEATURES)))
    rows = table[:count]
    columns = (
        np.log(work / mean), np.log1p(setup / mean), np.log1p((setup - setup.min()) / mean),
        log_slack, late, np.exp(-ahead / (2.0 * mean)), _signed_log(due / left), np.log(weight + 1e-3),
        _of_best(atc), _of_best(atcs), _of_best(covert), _of_best(weight / (work + setup)),
        np.log1p(after / mean), left / left.max(), raw[:, 7], np.log1p(next_load / mean), raw[:, 8],
        np.log1p(waited / mean), np.arange(count) / max(1, count - 1), raw[:, 9], np.log(raw[:, 10]), raw[:, 11],
        raw[:, 12], raw[:, 13],
    )  # fmt: skip
    for column, values in enumerate(columns):
        rows[:, column] = values
    table[:, CONTEXT:-1] = (
        np.log(count),
        late.mean(),
        log_slack.mean(),
        np.log1p(mean_setup / mean),
        np.log1p(state.unfinished),
        LIMIT if np.isnan(closing) else np.log1p(closing / mean),
    )
    if wait:
        table[-1, -1] = 1.0
    return np.clip(table, -LIMIT, LIMIT).astype(np.float32)


def _gather(times: WorkTimes, state: State, decision: Decision) -> NDArray[np.float64]:
    """What the state says of each option, in milliseconds and counts."""
    plant, machine, now = times.plant, decision.machine, decision.time
    family, closing = state.machines[machine].family, times.to_closing(machine, now)
    places: dict[str, tuple[float, float]] = {}
    families: dict[str, int] = {}
    rows: list[list[float]] = []
    names: list[str] = []
    for name in decision.options:
        known = state.orders[name]
        order, works = known.order, times.works(known)
        stops = plant.stops(order.product)
        work, setup = max(1, works[machine]), plant.setup_time(machine, family, order.product, known.step)
        next_load = next_starves = 0.0
        if known.step + 1 < known.steps:
            following = stops[known.step + 1]
            if following.place not in places:
                places[following.place] = _load(times, state, following.place, following.machines)
            next_load, next_starves = places[following.place]
        other_is_free = any(m != machine and _is_free(state, m) for m in works)
        product_family = plant.products[order.product].family
        families[product_family] = families.get(product_family, 0) + 1
        names.append(product_family)
        rows.append([
            work, setup, np.nan if order.due is None else times.open_until(machine, now, order.due),
            times.rest(known, after=1), order.weight, now - known.since, next_load,
            1.0 - (known.step + 1) / known.steps, next_starves, 1.0 / len(works), work / max(1, min(works.values())),
            other_is_free, 0.0, closing is None or work + setup <= closing, np.nan if closing is None else closing,
        ])  # fmt: skip
    for row, product_family in zip(rows, names, strict=True):
        row[12] = families[product_family] / len(rows)
    return np.array(rows, dtype=np.float64)


def _load(times: WorkTimes, state: State, place: str, machines: tuple[str, ...]) -> tuple[float, float]:
    """Work waiting for each machine at *place*, and whether one of them stands idle before an empty buffer."""
    waiting = 0.0
    for name in (*state.buffers[place], *state.wanting[place]):
        works = times.works(state.orders[name]).values()
        waiting += sum(works) / len(works)
    starves = waiting == 0.0 and any(_is_free(state, machine) for machine in machines)
    return waiting / len(machines), float(starves)


def _is_free(state: State, name: str) -> bool:
    return is_free(state.machines[name])


def _signed_log(values: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.sign(values) * np.log1p(np.abs(values))
    return found


def _of_best(values: NDArray[np.float64]) -> NDArray[np.float64]:
    best = float(values.max())
    return values / best if best > 0.0 else np.zeros_like(values)
