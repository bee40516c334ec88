"""Dispatching rules by name: each a function of the plant, its state and one decision.

All rules look at expected times, which a floor knows, never at the draws of a run. Orders of the highest priority
that is there come first, whatever the rule; among them ties go to the order that came to wait first. Which schedule a
rule builds is the twin's own (non-delay: a machine that may start, starts).

References
----------
Vepsalainen & Morton (1987), Priority rules for job shops with weighted tardiness costs, Management Science 33(8): ATC.
Haupt (1989), A survey of priority rule-based scheduling, OR Spektrum 11: the rest.
"""

import math
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from plant_models.errors import known_names
from plant_models.plant import Plant
from plant_models.shifts import FOREVER
from twin.chance import mix, name_hash, unit
from twin.decisions import Decision, Policy
from twin.state import State

LOOK_AHEAD = 2.0
"""ATC's k: how many average jobs ahead the rule begins to see a due date."""

Rule = Callable[[Plant, State, Decision], str]
"""A policy that always takes an order."""


def by_class(rule: Rule) -> Rule:
    """*rule* among the orders of the highest priority alone."""

    @wraps(rule)
    def decide(plant: Plant, state: State, decision: Decision) -> str:
        if state.has_classes:
            classes = [state.orders[order].order.priority for order in decision.options]
            highest = max(classes)
            first = tuple(o for o, number in zip(decision.options, classes, strict=True) if number == highest)
            decision = Decision(decision.time, decision.machine, first)
        return rule(plant, state, decision)

    return decide


@by_class
def fifo(plant: Plant, state: State, decision: Decision) -> str:
    """First in, first out: the order that has waited longest here."""
    return decision.options[0]


@by_class
def spt(plant: Plant, state: State, decision: Decision) -> str:
    """Shortest processing time first."""
    options = decision.options
    if len(options) == 1:
        return options[0]
    works = _works(plant, state, decision)
    return options[works.index(min(works))]


@by_class
def lpt(plant: Plant, state: State, decision: Decision) -> str:
    """Longest processing time first."""
    works = _works(plant, state, decision)
    return decision.options[works.index(max(works))]


@by_class
def edd(plant: Plant, state: State, decision: Decision) -> str:
    """Earliest due date first."""
    return _least(decision, lambda order: _due(state, order))


@by_class
def slack(plant: Plant, state: State, decision: Decision) -> str:
    """Least slack first: time to the due date less the work that is left."""
    return _least(decision, lambda order: _due(state, order) - decision.time - remaining_work(plant, state, order))


@by_class
def critical_ratio(plant: Plant, state: State, decision: Decision) -> str:
    """Smallest ratio of the time to the due date to the work that is left; below 1 the order will be late."""
    return _least(
        decision, lambda order: (_due(state, order) - decision.time) / max(1, remaining_work(plant, state, order))
    )


@by_class
def atc(plant: Plant, state: State, decision: Decision) -> str:
    """Apparent tardiness cost: weight over work, discounted by the slack that is left.

    w/p * exp(-max(0, d - p - t) / (k * mean p)), where d is the due date less the work after this step.
    """
    machine, options = decision.machine, decision.options
    works = {order: max(1, _work(plant, state, machine, order)) for order in options}
    scale = LOOK_AHEAD * sum(works.values()) / len(works)

    def cost(order: str) -> float:
        work, known = works[order], state.orders[order]
        after = remaining_work(plant, state, order) - remaining_work(plant, state, order, steps=1)
        left = max(0.0, _due(state, order) - after - work - decision.time)
        return -known.order.weight / work * math.exp(-left / scale)

    return _least(decision, cost)


@by_class
def wspt(plant: Plant, state: State, decision: Decision) -> str:
    """Weighted shortest processing time: most weight for each minute of work first."""
    return _least(
        decision,
        lambda order: -state.orders[order].order.weight / max(1, _work(plant, state, decision.machine, order)),
    )


@by_class
def mwkr(plant: Plant, state: State, decision: Decision) -> str:
    """Most work remaining first."""
    return _least(decision, lambda order: -remaining_work(plant, state, order))


@by_class
def setup_saving(plant: Plant, state: State, decision: Decision) -> str:
    """Shortest changeover first, or shortest empty run of a vehicle; among equals, the earliest due date."""
    family = state.machines[decision.machine].family

    def setup(order: str) -> tuple[float, float]:
        known = state.orders[order]
        return plant.setup_time(decision.machine, family, known.order.product, known.step), _due(state, order)

    return _least(decision, setup)


@by_class
def random(plant: Plant, state: State, decision: Decision) -> str:
    """Any order, by lot; the lot is drawn from the decision, so that the same decision falls the same way."""
    lot = mix(name_hash(f"{decision.time}\0{decision.machine}"))
    return decision.options[int(unit(lot) * len(decision.options))]


RULES: dict[str, Policy] = {
    "fifo": fifo,
    "spt": spt,
    "lpt": lpt,
    "edd": edd,
    "slack": slack,
    "critical-ratio": critical_ratio,
    "atc": atc,
    "wspt": wspt,
    "mwkr": mwkr,
    "setup-saving": setup_saving,
    "random": random,
}
"""Every dispatching rule by name."""

HEEDS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(RULES, frozenset()),
    **dict.fromkeys(("edd", "slack", "critical-ratio"), frozenset({"due"})),
    "atc": frozenset({"due", "weight"}),
    "wspt": frozenset({"weight"}),
}
"""Which of an order's terms each rule looks at, beside its priority, to choose between orders."""


def rule(name: str) -> Policy:
    """The rule of that name.

    Raises
    ------
    ValueError
        Where there is none, with the names that there are.
    """
    if name not in RULES:
        raise ValueError(known_names("dispatching rule", name, RULES))
    return RULES[name]


def remaining_work(plant: Plant, state: State, order: str, steps: int | None = None) -> float:
    """Expected milliseconds of the steps still to come (at most *steps* of them), each on its mean machine."""
    known = state.orders[order]
    last = known.steps if steps is None else min(known.steps, known.step + steps)
    total, pieces = 0.0, known.at_work
    for step in range(known.step, last):
        machines = plant.stops(known.order.product)[step].machines
        total += sum(plant.expected_work(known.order, step, m, pieces) for m in machines) / len(machines)
        pieces = known.quantity
    return total


def _least(decision: Decision, key: Callable[[str], Any]) -> str:
    return min(decision.options, key=key)


def _work(plant: Plant, state: State, machine: str, order: str) -> int:
    known = state.orders[order]
    return plant.expected_work(known.order, known.step, machine, known.at_work)


def _works(plant: Plant, state: State, decision: Decision) -> list[int]:
    """The expected work on each of the options."""
    expected, machine = plant.expected_work, decision.machine
    known = map(state.orders.__getitem__, decision.options)
    return [
        expected(order.order, order.step, machine, order.quantity if order.grade is None else order.at_work)
        for order in known
    ]


def _due(state: State, order: str) -> int:
    due = state.orders[order].order.due
    return FOREVER if due is None else due
