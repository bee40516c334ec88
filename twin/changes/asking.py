"""Edits put to work: a scenario with all of them, and a floor as it stands now in it."""

from collections.abc import Iterable, Sequence

from plant_models.clock import Epoch
from plant_models.scenario import Scenario
from twin.changes.edit import Change
from twin.changes.materials import StockChange
from twin.refitting import refit
from twin.state import State


def apply(scenario: Scenario, changes: Iterable[Change]) -> Scenario:
    """The scenario with all *changes*, one after the other."""
    for change in changes:
        scenario = change.apply(scenario)
    return scenario


def words(changes: Sequence[Change], epoch: Epoch | None = None) -> str:
    """All *changes* as people say them; with *epoch*, times are dates."""
    return "; ".join(change.words(epoch) for change in changes) or "nothing is changed"


def live(scenario: Scenario, state: State, changes: Iterable[Change]) -> tuple[Scenario, State]:
    """The changed scenario and the floor's *state* (left alone) in it.

    The order book is the state's: the orders that the floor knows, with the terms that hold now.
    """
    asked = tuple(changes)
    changed = apply(scenario.with_orders(tuple(order.order for _, order in state.book())), asked)
    there = refit(changed.plant, state, changed.orders, before=scenario.plant)
    for change in asked:
        if isinstance(change, StockChange):
            change.count(changed.plant, there)
    return changed, there
