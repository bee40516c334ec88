"""Materials: what operations use up and yield, how it is stocked, and how it comes in."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from plant_models.distributions import Distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """So much of a material (*id*) that an operation uses up or yields: for each piece of the order, or once for it."""

    id: str
    quantity: int
    per: Literal["order", "unit"] = "unit"

    def __post_init__(self) -> None:
        if self.quantity < 1:
            raise ValueError(f"material {self.id!r}: the quantity must be at least 1, not {self.quantity}")

    def of(self, pieces: int) -> int:
        """How much that is for an order of so many *pieces*."""
        return self.quantity * pieces if self.per == "unit" else self.quantity


@dataclass(frozen=True, slots=True, order=True)
class Delay:
    """A time, from *start* to *end* (milliseconds since the epoch), in which nothing is delivered."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not self.start < self.end:
            raise ValueError(f"late: that ends ({self.end} ms) before it starts ({self.start} ms)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replenishment:
    """How a material comes in from outside, *quantity* at a time: by the clock, or when it runs low.

    By the clock, *every* so many milliseconds, for the first time *first* milliseconds after the epoch (left out: one
    such period after it). When it runs low: as soon as what is in stock, before its door and on order is down to
    *reorder_point* it is ordered, as often as it takes to be above it again, and each delivery comes after a
    *lead_time*.

    What should come during one of the delays in *late* comes at its end, all that it has held up at once: a ship that
    waits, a supplier who is closed.

    References
    ----------
    Hadley & Whitin (1963), Analysis of Inventory Systems, chapter 4: the reorder-point lot-size (nQ, r) model.
    """

    quantity: int
    every: int | None = None
    first: int | None = None
    reorder_point: int | None = None
    lead_time: Distribution | None = None
    late: tuple[Delay, ...] = ()

    def __post_init__(self) -> None:
        if self.quantity < 1:
            raise ValueError(f"replenishment: the quantity must be at least 1, not {self.quantity}")
        runs_low = self.reorder_point is not None and self.lead_time is not None
        is_mixed = self.every is not None and (self.reorder_point is not None or self.lead_time is not None)
        if is_mixed or (self.every is None and not runs_low):
            raise ValueError("replenishment: wanted either 'every', or 'reorder_point' and 'lead_time'")
        if self.every is not None and self.every < 1:
            raise ValueError(f"replenishment: it must come every millisecond at the most, not every {self.every} ms")
        if self.first is not None and (self.every is None or self.first < 0):
            raise ValueError("replenishment: 'first' goes with 'every' and is not before the epoch")
        if self.reorder_point is not None and self.reorder_point < 0:
            raise ValueError(f"replenishment: the reorder point must be zero or more, not {self.reorder_point}")
        if any(before.end >= after.start for before, after in pairwise(self.late)):
            raise ValueError("replenishment: delays must come one after the other, with time between them")

    def coming(self, now: int, last: int = -1) -> tuple[int, int] | None:
        """When it comes next by the clock, from *now* on, and how many deliveries come then.

        *last* is when it came last (milliseconds since the epoch, as all times here). None where it does not come by
        the clock.
        """
        if self.every is None:
            return None
        due = self._due_from(max(now, last + 1))
        arrival, since = self.arrival(due), due
        for delay in self.late:
            if delay.start <= now <= delay.end:
                held = self._due_from(max(delay.start, last + 1))
                if held < due:
                    arrival, since = delay.end, held
        delayed = next((delay for delay in self.late if delay.end == arrival), None)
        if delayed is not None:
            since = min(since, self._due_from(max(delayed.start, last + 1)))
        return arrival, (arrival - since) // self.every + 1

    def arrival(self, due: int) -> int:
        """When what is due at *due* comes (milliseconds since the epoch)."""
        return next((delay.end for delay in self.late if delay.start <= due < delay.end), due)

    def held_since(self, now: int) -> int | None:
        """Since when nothing has been delivered, where that is so at *now* or has just ended; else None."""
        return next((delay.start for delay in self.late if delay.start <= now <= delay.end), None)

    def _due_from(self, time: int) -> int:
        """When it is due next by the clock, from *time* on."""
        every = self.every or 1
        first = every if self.first is None else self.first
        return first if time <= first else first + -(-(time - first) // every) * every


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Something that is kept in a stock, in lots (ISA-95 material definition and material lot).

    *stock* is what is there at the epoch. Never more than *capacity* is in stock (None: any amount); what does not fit
    waits before its door, or on the machine that made it, which is blocked until then. With a capacity of 0 nothing is
    kept: machines take it straight from those that made it. What is in stock for *shelf_life* milliseconds expires.
    The first to expire is used first, then the first that came in. *unit* is what the whole numbers count.
    """

    id: str
    stock: int = 0
    capacity: int | None = None
    shelf_life: int | None = None
    unit: str = "pieces"
    replenishment: Replenishment | None = None

    def __post_init__(self) -> None:
        where = f"material {self.id!r}"
        if self.stock < 0:
            raise ValueError(f"{where}: the stock must be zero or more, not {self.stock}")
        if self.capacity is not None and self.capacity < self.stock:
            raise ValueError(f"{where}: a stock of {self.stock} has no room in a capacity of {self.capacity}")
        if self.shelf_life is not None and self.shelf_life < 1:
            raise ValueError(f"{where}: the shelf life must be more than zero, not {self.shelf_life} ms")
