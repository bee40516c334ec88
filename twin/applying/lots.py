"""What becomes of lots: an order divides into some, and they come together again."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from plant_models.events import Merged, Split
from plant_models.plant import Plant
from twin.applying.moves import queue_up, take
from twin.applying.tools import drop
from twin.standing import State


def _split(plant: Plant, state: State, event: Split) -> None:
    order = state.orders[event.order]
    place = order.where
    take(plant, state, event.order, order)
    drop(plant, state, order, order.carriers)
    for name, pieces in zip(event.into, event.pieces, strict=True):
        lot = state.orders[name] = copy.copy(order)
        lot.order = replace(order.order, id=name, quantity=pieces)
        lot.parent, lot.lots, lot.quantity, lot.scrap = event.order, (), pieces, 0
        queue_up(plant, state, name, lot, place)
    order.stage, order.where, order.since = "split", "", event.time
    order.lots += event.into


def _merged(plant: Plant, state: State, event: Merged) -> None:
    order, lots = state.orders[event.order], [state.orders[name] for name in event.lots]
    place = lots[0].where
    order.step, order.repeats = lots[0].step, max(lot.repeats for lot in lots)
    for lot in lots:
        drop(plant, state, lot, lot.carriers)
        lot.stage, lot.where, lot.since = "merged", "", event.time
    if order.parent is not None:
        order.stage, order.where, order.since = "gathering", place, event.time
        return
    queue_up(plant, state, event.order, order, place)


APPLY: Mapping[type[Any], Callable[[Plant, State, Any], None]] = {Split: _split, Merged: _merged}
"""Each fact of this kind, and what it changes."""
