"""Shortages: which orders wait for material, since when, and what that comes to.

An order is short of a material while it waits in a buffer and less of it is at hand than its next step uses up,
whether or not a machine is free for it. What is at hand is in stock, before the door, or on machines that have no room
for it.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from plant_models.events import (
    Consumed,
    Delivered,
    Entered,
    Event,
    Expired,
    Finished,
    Merged,
    OrderCancelled,
    OrderChanged,
    OrderHeld,
    SetupStarted,
    Split,
    Spoiled,
    Started,
    Stored,
)
from plant_models.plant import Amount, Plant
from plant_models.shifts import HOUR
from twin.standing import State
from twin.state import apply

FIGURES = ("short_of_material_h", "short_of_material_orders")
"""Order hours of waiting while a material lacked, and how many orders met with that."""

_MOVES = (Consumed, Delivered, Expired, Merged, OrderCancelled, OrderChanged, OrderHeld, Split, Spoiled, Stored)
"""What may let an order be short of a material, or be so no longer; besides coming to a buffer, being taken from it,
and what a machine has done, which it may keep for want of room."""


class Shortage(NamedTuple):
    """From *start* to *end* (milliseconds since the epoch) the *orders* waited for a material that was short."""

    material: str
    start: int
    end: int
    orders: tuple[str, ...]


class Shortages:
    """Keeps count of the orders that wait for material, from *state* on, as it changes."""

    def __init__(self, plant: Plant, state: State) -> None:
        self._plant, self._state = plant, state
        self._using: dict[tuple[str, int], dict[str, Amount]] = {}
        places: dict[str, None] = {}
        for product in plant.products:
            for step, stop in enumerate(plant.stops(product)):
                if stop.operation.consumes:
                    self._using[product, step] = dict(stop.operation.consumes)
                    places[stop.place] = None
        self._places = tuple(places)
        self._since, self._time = state.now, 0
        self._met: set[str] = set()
        self.short = self._found()

    def see(self, fact: Event) -> bool:
        """Take in a fact that the state has just been changed by; whether it may have changed what is short."""
        match fact:
            case Started() | SetupStarted() | Finished():
                is_moved = bool(self.short)
            case Entered(buffer=place):
                is_moved = place in self._places
            case _:
                is_moved = isinstance(fact, _MOVES)
        if is_moved:
            self.look(fact.time)
        return is_moved

    def look(self, now: int) -> None:
        """Book the time up to *now*, and see what is short from now on."""
        if now > self._since:
            waiting = {order for orders in self.short.values() for order in orders}
            self._time += len(waiting) * (now - self._since)
            self._met |= waiting
            self._since = now
        self.short = self._found()

    def figures(self) -> dict[str, float]:
        """The span so far in figures, by the names in `FIGURES`."""
        return {"short_of_material_h": self._time / HOUR, "short_of_material_orders": len(self._met)}

    def _found(self) -> dict[str, tuple[str, ...]]:
        """The orders that are short of each material now; those that are waited for by nobody left out."""
        state, found = self._state, defaultdict[str, dict[str, None]](dict)
        for place in self._places:
            for name in state.buffers[place]:
                order = state.orders[name]
                for material, amount in self._using.get((order.order.product, order.step), {}).items():
                    if state.stocks[material].at_hand < amount.of(order.at_work):
                        found[material][state.whole(name)] = None
        return {material: tuple(orders) for material, orders in found.items()}


def shortages(plant: Plant, opening: State, facts: Iterable[Event], until: int | None = None) -> list[Shortage]:
    """When orders waited for material, from *opening* (left alone) until *until* (left out: the last fact)."""
    state = opening.copy()
    watch = Shortages(plant, state)
    since = {material: (state.now, orders) for material, orders in watch.short.items()}
    found: list[Shortage] = []

    def turn(now: int, short: dict[str, tuple[str, ...]]) -> None:
        for material, (start, orders) in list(since.items()):
            if short.get(material) != orders:
                if now > start:
                    found.append(Shortage(material, start, now, orders))
                del since[material]
        for material, orders in short.items():
            since.setdefault(material, (now, orders))

    for fact in facts:
        if until is not None and fact.time > until:
            break
        apply(plant, state, fact)
        if watch.see(fact):
            turn(fact.time, watch.short)
    turn(state.now if until is None else until, {})
    return sorted(found, key=lambda shortage: (shortage.start, shortage.material))
