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
import math

import numpy as np
from numpy.typing import NDArray

from plant_models.plant import Plant
from rl.asking import SEE, ask
from rl.minds import TOLD, Lying
from rl.sight import FEATURES
from rl.worktimes import WorkTimes, work_times
from twin.decisions import Decision
from twin.state import State, is_free

VERSION = 1
"""Goes up by one whenever a number below comes to mean something else."""

SCHEMA = hashlib.sha256(json.dumps([VERSION, FEATURES]).encode()).hexdigest()[:16]
"""What a policy was trained to see; policies of another schema are not asked."""

SLACK = FEATURES.index("slack")
Matrix = NDArray[np.float32]
_FAMILY = TOLD.index("family_share")


def features(plant: Plant, state: State, decision: Decision, *, wait: bool = False) -> Matrix:
    """One row for each of the decision's options, in their order, and a last one for waiting if asked for.

    Returns
    -------
    Matrix
        float32, (options, len(FEATURES)), every number within +-LIMIT.
    """
    count = len(decision.options)
    rows = np.zeros((count + wait, len(FEATURES)))
    mind = Lying({"told": told_of(plant, state, decision), "rows": rows}, waits=wait)
    ask(mind.address, SEE, count, state.unfinished)
    return rows.astype(np.float32)


def told_of(plant: Plant, state: State, decision: Decision) -> NDArray[np.float64]:
    """What the state says of each option: `rl.minds.TOLD`, shape (options, len(TOLD))."""
    times, machine, now = work_times(plant), decision.machine, decision.time
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
        other_is_free = any(m != machine and is_free(state.machines[m]) for m in works)
        product_family = plant.products[order.product].family
        families[product_family] = families.get(product_family, 0) + 1
        names.append(product_family)
        rows.append([
            work, setup, math.inf if order.due is None else times.open_until(machine, now, order.due),
            times.rest(known, after=1), order.weight, now - known.since, next_load,
            1.0 - (known.step + 1) / known.steps, next_starves, 1.0 / len(works), work / max(1, min(works.values())),
            other_is_free, 0.0, math.inf if closing is None else closing,
        ])  # fmt: skip
    for row, product_family in zip(rows, names, strict=True):
        row[_FAMILY] = families[product_family] / len(rows)
    return np.array(rows, dtype=np.float64)


def _load(times: WorkTimes, state: State, place: str, machines: tuple[str, ...]) -> tuple[float, float]:
    """Work waiting for each machine at *place*, and whether one of them stands idle before an empty buffer."""
    waiting = 0.0
    for name in (*state.buffers[place], *state.wanting[place]):
        works = times.works(state.orders[name]).values()
        waiting += sum(works) / len(works)
    starves = waiting == 0.0 and any(is_free(state.machines[machine]) for machine in machines)
    return waiting / len(machines), float(starves)
