"""The published Mini-Fab runs for a week, and its steps take what the specification says."""

from collections import Counter

import pytest

from plant_models import read
from plant_models.events import Event, Finished, Started
from plant_models.shifts import MINUTE, WEEK
from twin.chance import Chance
from twin.policies.rules import fifo
from twin.state import opening
from twin.trials import play

FAB = read.scenario("semiconductor")
LOADED = {"S1": 20, "S2": 15, "S3": 10, "S4": 15, "S5": 20, "S6": 10}
PROCESSED = {"S1": 225, "S2": 30, "S3": 55, "S4": 50, "S5": 255, "S6": 10}
UNLOADED = {"S1": 40, "S2": 15, "S3": 10, "S4": 15, "S5": 40, "S6": 10}
TIMES = {step: LOADED[step] + PROCESSED[step] + UNLOADED[step] for step in PROCESSED}
"""Minutes, from the specification."""


def test_the_mini_fab_is_started_as_specified() -> None:
    assert Counter(order.product for order in FAB.orders) == {"Pa": 51, "Pb": 30, "TW": 3}
    assert all(order.release < WEEK for order in FAB.orders)


def test_a_week_of_the_mini_fab_takes_what_the_specification_says() -> None:
    facts: list[Event] = []
    tally = play(FAB.plant, opening(FAB.plant, FAB.orders), fifo, Chance(1), until=WEEK, record=facts.append)
    begun: dict[str, tuple[int, tuple[str, ...]]] = {}
    together: dict[str, set[tuple[str, ...]]] = {"S1": set(), "S5": set()}
    for fact in facts:
        if isinstance(fact, Started):
            begun[fact.machine] = fact.time, (fact.order, *fact.mates)
        if isinstance(fact, Finished):
            step = f"S{fact.step + 1}"
            started, batch = begun[fact.machine]
            assert fact.time - started == TIMES[step] * MINUTE
            assert len(batch) <= (3 if step in ("S1", "S5") else 1)
            if step in together:
                together[step].add(tuple(sorted({name.split("-")[0] for name in batch})))
    assert any({"Pa", "Pb"} <= set(products) for products in together["S1"])
    assert not any({"Pa", "Pb"} <= set(products) for products in together["S5"])
    figures = tally.figures()
    finished, inside = figures["finished_orders"], figures["wip_end_orders"]
    assert finished is not None and inside is not None
    assert finished + inside == len(FAB.orders)
    assert finished > 70
    work = sum(TIMES.values()) / 60
    assert figures["lead_time_mean_h"] == pytest.approx(2 * work, rel=0.6)
    assert (figures["lead_time_mean_h"] or 0) > work
