"""The books of the stocks: what came in, what went out, what is there, at any instant; from the facts alone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import pandas as pd

from plant_models.events import Consumed, Delivered, Event, Expired, Stored
from plant_models.plant import Plant
from plant_models.shifts import HOUR
from twin.state import State

Movement = Literal["opening", "delivered", "stored", "consumed", "expired"]
"""Why there is more or less of a material; the first three add to it."""


class Booking(NamedTuple):
    """One line of the books: *quantity* of a lot came in (or went out, then it is negative), and *stock* is left.

    *time* is in milliseconds since the epoch. *order* and *machine* are those that made it or used it up.
    """

    time: int
    material: str
    movement: Movement
    lot: str
    quantity: int
    stock: int
    order: str | None = None
    machine: str | None = None


class Balance(NamedTuple):
    """A material's books in sum at one instant: what came in less what went out is what is in *stock*."""

    material: str
    opening: int
    delivered: int
    stored: int
    consumed: int
    expired: int

    @property
    def stock(self) -> int:
        """What is there."""
        return self.opening + self.delivered + self.stored - self.consumed - self.expired


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every movement of every material, in the order in which they happened; *materials* names all that there are."""

    materials: tuple[str, ...]
    bookings: Sequence[Booking]

    def at(self, material: str, time: int | None = None) -> Balance:
        """The books of *material* at *time*, with all that happened at that instant (None: at the end).

        Raises
        ------
        KeyError
            Where there is no such material.
        """
        if material not in self.materials:
            raise KeyError(f"no material {material!r}; there are {', '.join(self.materials) or 'none'}")
        sums = dict.fromkeys(("opening", "delivered", "stored", "consumed", "expired"), 0)
        for booking in self.bookings:
            if booking.material == material and (time is None or booking.time <= time):
                sums[booking.movement] += abs(booking.quantity)
        return Balance(material, **sums)

    def lots(self, material: str, time: int | None = None) -> dict[str, int]:
        """How much of each lot of *material* is in stock at *time* (None: at the end); lots that are gone left out."""
        found: dict[str, int] = {}
        for booking in self.bookings:
            if booking.material == material and (time is None or booking.time <= time):
                found[booking.lot] = found.get(booking.lot, 0) + booking.quantity
        return {lot: quantity for lot, quantity in found.items() if quantity}

    def to_frame(self) -> pd.DataFrame:
        """One row for each movement; *time_h* is in hours since the epoch."""
        frame = pd.DataFrame(self.bookings, columns=list(Booking._fields))
        frame.insert(0, "time_h", frame.pop("time") / HOUR)
        return frame

    def balances_frame(self, time: int | None = None) -> pd.DataFrame:
        """One row for each material: its books in sum at *time* (None: at the end)."""
        balances = [self.at(material, time) for material in self.materials]
        frame = pd.DataFrame(balances, columns=list(Balance._fields))
        return frame.assign(stock=[balance.stock for balance in balances])


def ledger(plant: Plant, opening: State, facts: Iterable[Event], until: int | None = None) -> Ledger:
    """The books from *opening* on: what each material had then, and all that *facts* say of it (up to *until*)."""
    bookings: list[Booking] = []
    stocks: dict[str, int] = dict.fromkeys(plant.materials, 0)
    for movement, time, material, lot, quantity, order, machine in _movements(plant, opening, facts, until):
        stocks[material] += quantity
        bookings.append(Booking(time, material, movement, lot, quantity, stocks[material], order, machine))
    return Ledger(tuple(plant.materials), bookings)


def _movements(
    plant: Plant, opening: State, facts: Iterable[Event], until: int | None
) -> Iterator[tuple[Movement, int, str, str, int, str | None, str | None]]:
    for material in plant.materials:
        for first in opening.stocks[material].lots:
            yield "opening", opening.now, material, first.id, first.quantity, None, None
    for fact in facts:
        if until is not None and fact.time > until:
            return
        match fact:
            case Delivered(time, material, lot, quantity) if quantity:
                yield "delivered", time, material, lot, quantity, None, None
            case Stored(time, machine, order, material, lot, quantity):
                yield "stored", time, material, lot, quantity, order, machine
            case Consumed(time, machine, order, _, material, lots):
                for lot, quantity in lots:
                    yield "consumed", time, material, lot, -quantity, order, machine
            case Expired(time, material, lot, quantity):
                yield "expired", time, material, lot, -quantity, None, None
            case _:
                pass
