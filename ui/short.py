"""What orders waited for where material was short: which material, for how long, how many of them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from plant_models.plant import Plant
from plant_models.shifts import HOUR
from twin.decisions import Policy
from twin.rehearsal import Rehearsal, play_again
from twin.shortages import Shortage, shortages
from twin.snapshot import state_digest
from twin.state import State
from ui.figures import figure

MOST_NAMED = 5
"""How many materials a sentence names."""


class Lacked(NamedTuple):
    """Orders waited for a material, for so many milliseconds together."""

    material: str
    time: int
    orders: tuple[str, ...]


def lacked(spans: Sequence[Shortage]) -> list[Lacked]:
    """The materials that orders waited for, the one that cost most first."""
    times: dict[str, int] = {}
    orders: dict[str, dict[str, None]] = {}
    for span in spans:
        times[span.material] = times.get(span.material, 0) + (span.end - span.start) * len(span.orders)
        orders.setdefault(span.material, {}).update(dict.fromkeys(span.orders))
    found = [Lacked(material, time, tuple(orders[material])) for material, time in times.items()]
    return sorted(found, key=lambda one: (-one.time, one.material))


def words(found: Sequence[Lacked]) -> str:
    """The materials with what each cost, in a clause."""
    named = [f"{one.material} ({_waited(one.time)}, {_orders(len(one.orders))})" for one in found[:MOST_NAMED]]
    more = [f"{len(found) - MOST_NAMED} more materials"] if len(found) > MOST_NAMED else []
    return ", ".join([*named, *more])


def _waited(time: int) -> str:
    read = figure("short_of_material_h").sized(time / HOUR)
    return f"{read.value(time / HOUR)} {read.unit}"


def _orders(count: int) -> str:
    return "1 order" if count == 1 else f"{count:,} orders"


def at_worst(plant: Plant, state: State, policy: Policy, found: Rehearsal) -> tuple[int, list[Lacked]] | None:
    """The run in which orders waited longest for material, and what for.

    That run is played once more. None where no order waited in any run, or *state* is no longer the one that was
    rehearsed.
    """
    waited = found.figures.get("short_of_material_h")
    if waited is None or not np.nansum(waited) or state_digest(state) != found.state:
        return None
    run = int(np.nanargmax(waited))
    facts, _ = play_again(plant, state, policy, found, run)
    return run, lacked(shortages(plant, state, facts, found.until))
