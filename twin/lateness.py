"""Why an order is late: where each millisecond of its time on the floor went.

From an order's release until it leaves it is always in exactly one place and one situation. The situations are read
off the state after each fact, so the parts of an order's time sum to its lead time exactly, on a simulated floor and on
a real one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from plant_models.clock import duration
from plant_models.events import Event
from plant_models.orders import Order
from plant_models.plant import Plant
from plant_models.shifts import HOUR
from twin.situations import AT_A_FREE_MACHINE, Part, Situation, situation, touched
from twin.state import OrderState, State, apply
from twin.tally import is_inside

MEANING: Mapping[Part, str] = {
    "work": "being worked on",
    "setup": "being set up for",
    "transport": "on its way between machines",
    "machine": "waiting for a machine, all that can take it being busy with other orders",
    "material": "waiting for material, a machine being free",
    "vehicle": "waiting for a vehicle, or for the one that is on its way to it",
    "held": "waiting though a machine was free for it: whoever decides let it wait",
    "behind": "waiting behind another order in a buffer that leaves no choice",
    "blocked": "with nowhere to go: kept by a machine, or not begun for lack of room behind it",
    "hold": "set aside until somebody frees it",
    "repair": "standing while a machine is repaired, in it or before it",
    "crew": "standing while nobody is free to set up, to work or to repair",
    "tool": "waiting for a tool, or for a pallet, fixture or card to go with",
    "batch": "waiting until there are orders enough for a batch",
    "stay": "staying as long as it must: curing, cooling, drying",
    "maintenance": "standing while a machine is maintained, in it or before it",
    "closed": "standing through hours in which nobody works, or not begun so shortly before them",
    "outside": "released, and waiting for room in the first buffer; or freed, and waiting for room in the next",
    "lots": "waiting for the other lots of its order",
    "before": "on the floor before the record begins",
}
"""Each part of an order's time in words; the order of the columns in frames."""


class Stretch(NamedTuple):
    """One stretch of an order's time. *machine* is where it was, or what it waited for.

    Where it waited for a machine that was busy, *other* is the order that the machine was busy with. Where several
    machines could have taken it, that is the one that took it in the end, if that was busy; else the first that was.
    """

    order: str
    step: int
    part: Part
    machine: str | None
    other: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTime:
    """One order's time from its release until it left, or until the record ends.

    Attributes
    ----------
    terms
        What it is and when it is due.
    released_at, until, is_finished
        When it was released, and when it left, or where the record ends.
    stretches
        Its time, stretch by stretch, without a gap; what was before the record began comes first.
    route
        Expected milliseconds of its steps alone, each on its fastest machine: sooner it could hardly be done.
    """

    terms: Order
    released_at: int
    until: int
    is_finished: bool
    stretches: tuple[Stretch, ...]
    route: int

    @property
    def lead_time(self) -> int:
        """Milliseconds from its release until it left, or until the record ends."""
        return self.until - self.released_at

    @property
    def release_wait(self) -> int:
        """Milliseconds from when it could have been released until it was; no part of the lead time."""
        return max(0, self.released_at - self.terms.release)

    @property
    def lateness(self) -> int | None:
        """Milliseconds from its due date until it left (negative: early); None where nothing was due."""
        return None if self.terms.due is None else self.until - self.terms.due

    @property
    def parts(self) -> dict[Part, int]:
        """Milliseconds by part; they sum to the lead time."""
        found: dict[Part, int] = dict.fromkeys(MEANING, 0)
        for stretch in self.stretches:
            found[stretch.part] += stretch.end - stretch.start
        return found

    def waits(self) -> dict[tuple[str, str], int]:
        """Milliseconds waited for a machine (first) while it was busy with an order (second), the longest first."""
        found: dict[tuple[str, str], int] = defaultdict(int)
        for stretch in self.stretches:
            if stretch.machine is not None and stretch.other is not None:
                found[stretch.machine, stretch.other] += stretch.end - stretch.start
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def words(self) -> str:
        """Why it is late, or where its time went, in a sentence or two."""
        went = sorted(((time, part) for part, time in self.parts.items() if time), key=lambda item: -item[0])
        said = "; ".join(f"{duration(time)} {self._said(part)}" for time, part in went) or "no time at all"
        route = f" Its route alone takes {duration(self.route)}."
        held = f" It was released {duration(self.release_wait)} after it could have been." if self.release_wait else ""
        return f"{self.terms.id} {self._fate()}. On the floor for {duration(self.lead_time)}: {said}.{route}{held}"

    def _fate(self) -> str:
        late = self.lateness
        if self.is_finished:
            if late is None:
                return "was finished; nothing was due"
            return (
                f"was finished {duration(abs(late))} {'late' if late > 0 else 'early'}" if late else "was just in time"
            )
        if late is None:
            return "is not finished; nothing is due"
        return f"is not finished and {f'is {duration(late)} late' if late > 0 else f'has {duration(-late)} left'}"

    def _said(self, part: Part) -> str:
        if part != "machine":
            return MEANING[part]
        longest = [f"{machine} busy with {other}, {duration(t)}" for (machine, other), t in self.waits().items()][:3]
        return f"waiting for a machine ({'; '.join(longest)})" if longest else MEANING[part]


@dataclass(frozen=True, slots=True)
class OrderTimes:
    """Where the time of every order went that was on the floor, in the order in which they came to it."""

    orders: Mapping[str, OrderTime]

    def __getitem__(self, order: str) -> OrderTime:
        if order not in self.orders:
            raise KeyError(f"no order {order!r} was on the floor; there were {', '.join(self.orders) or 'none'}")
        return self.orders[order]

    def late(self) -> list[OrderTime]:
        """The orders that left late or are late, the latest first."""
        found = [order for order in self.orders.values() if (order.lateness or 0) > 0]
        return sorted(found, key=lambda order: -(order.lateness or 0))

    def words(self) -> list[str]:
        """Why each late order is late, the latest first."""
        return [order.words() for order in self.late()]

    def to_frame(self) -> pd.DataFrame:
        """One row for each order: *lead_time_h*, *lateness_h*, *release_wait_h*, *route_h*, and hours of each part."""
        rows = [
            {
                "order": name,
                "finished": order.is_finished,
                "lateness_h": None if order.lateness is None else order.lateness / HOUR,
                "lead_time_h": order.lead_time / HOUR,
                **{f"{part}_h": time / HOUR for part, time in order.parts.items()},
                "release_wait_h": order.release_wait / HOUR,
                "route_h": order.route / HOUR,
            }
            for name, order in self.orders.items()
        ]
        return pd.DataFrame(rows)

    def waits_frame(self) -> pd.DataFrame:
        """One row for each order, machine and other order that it waited for: *hours*."""
        rows = [
            (name, machine, other, time / HOUR)
            for name, order in self.orders.items()
            for (machine, other), time in order.waits().items()
        ]
        return pd.DataFrame(rows, columns=["order", "machine", "busy_with", "hours"])

    def stretches_frame(self) -> pd.DataFrame:
        """One row for each stretch of each order's time, hours since the epoch."""
        rows = [stretch for order in self.orders.values() for stretch in order.stretches]
        frame = pd.DataFrame(rows, columns=list(Stretch._fields))
        frame[["start", "end"]] = frame[["start", "end"]] / HOUR
        return frame.rename(columns={"start": "start_h", "end": "end_h"})


def order_times(plant: Plant, opening: State, facts: Iterable[Event], until: int | None = None) -> OrderTimes:
    """Where every order's time went from *opening* (left alone) until *until* (left out: the last fact).

    An order that waits where several machines could take it waits for the first of these that holds: one is free
    ("material", "crew", "tool", "batch", "stay", "closed", "held", "behind" or "blocked"), one is busy ("machine"), one
    is down ("repair" or "crew"), one is maintained, all are closed. Orders that were turned away were not let onto the
    floor, and are left out. While an order is split, its time goes where that of its last lot goes.
    """
    state = opening.copy()
    watch = _Watch(plant, state)
    for fact in facts:
        if until is not None and fact.time > until:
            break
        concerned = touched(plant, state, fact)
        apply(plant, state, fact)
        watch.look(concerned, fact.time)
    return OrderTimes(watch.close(state.now if until is None else until))


@dataclass(slots=True)
class _Record:
    """What is known of one order so far: its situation now, since when, and its past."""

    now: Situation
    since: int
    visit: int = 0
    past: list[tuple[Situation, int, int, int]] = field(default_factory=list)
    takers: dict[int, str] = field(default_factory=dict)

    def turn(self, to: Situation, time: int) -> None:
        if to != self.now:
            if time > self.since:
                self.past.append((self.now, self.visit, self.since, time))
            self.now, self.since = to, time


class _Watch:
    """The situations of all orders on the floor, kept up from fact to fact."""

    def __init__(self, plant: Plant, state: State) -> None:
        self.plant, self.state, self.start = plant, state, state.now
        self._records: dict[str, _Record] = {}
        self._inside: set[str] = set()
        self._restless: set[str] = set()
        for name, order in state.orders.items():
            if is_inside(order):
                self._see(name, state.now)

    def look(self, concerned: Iterable[str], time: int) -> None:
        """See what has become of those orders, and of those that anything might set free."""
        for name in dict.fromkeys((*concerned, *self._restless)):
            if name in self._inside or is_inside(self.state.orders[name]):
                self._see(name, time)

    def close(self, end: int) -> dict[str, OrderTime]:
        """The record ends: every order's time, in the order in which they came."""
        for name in list(self._inside):
            record = self._records[name]
            if end > record.since:
                record.past.append((record.now, record.visit, record.since, end))
        return {
            name: self._order_time(name, record, end)
            for name, record in self._records.items()
            if self.state.orders[name].stage not in ("turned_away", "cancelled")
            and self.state.orders[name].parent is None
        }

    def _see(self, name: str, time: int) -> None:
        order = self.state.orders[name]
        if not is_inside(order):
            record = self._records[name]
            if time > record.since:
                record.past.append((record.now, record.visit, record.since, time))
            self._inside.discard(name)
            self._restless.discard(name)
            return
        now = situation(self.plant, self.state, name)._replace(missing="")
        record = self._records.get(name) or self._records.setdefault(name, _Record(now, time))
        self._inside.add(name)
        if order.stage == "loaded" and record.takers.get(record.visit) != order.where:
            record.takers[record.visit] = order.where
        record.turn(now, time)
        if record.visit in record.takers and order.stage != "loaded":
            record.visit += 1
        may_wait_for_a_free_machine = order.stage in ("waiting", "released") or now.part != "blocked"
        waits_at_a_free_machine = may_wait_for_a_free_machine and now.part in AT_A_FREE_MACHINE
        (self._restless.add if waits_at_a_free_machine else self._restless.discard)(name)

    def _went(self, name: str) -> Iterator[tuple[Situation, str | None, int, int]]:
        """What an order's time went into, the machine that took it in the end, and from when until when."""
        record = self._records[name]
        for now, visit, since, until in record.past:
            last = self._last_lot(name, since, until) if now.part == "lots" else None
            if last is None:
                yield now, record.takers.get(visit), since, until
            else:
                yield from self._went(last)

    def _last_lot(self, name: str, since: int, until: int) -> str | None:
        """The lot for which an order that was split had to wait; None where it was not split then."""
        past = {lot: self._records[lot].past for lot in self.state.orders[name].lots if lot in self._records}
        ends = {
            lot: max((end for now, _, _, end in went if now.part != "lots" or self.state.orders[lot].lots), default=0)
            for lot, went in past.items()
            if went and since <= went[0][2] < until
        }
        return max(ends, key=ends.__getitem__) if ends else None

    def _order_time(self, name: str, record: _Record, end: int) -> OrderTime:
        order = self.state.orders[name]
        released_at = self.start if order.released_at is None else order.released_at
        stretches = (
            [] if released_at >= self.start else [Stretch(name, 0, "before", None, None, released_at, self.start)]
        )
        for now, taker, since, until in self._went(name):
            machine, other = _which(now.machines, taker)
            stretches.append(Stretch(name, now.step, now.part, machine, other, since, until))
        return OrderTime(
            terms=order.order,
            released_at=released_at,
            until=end if order.finished_at is None else order.finished_at,
            is_finished=order.finished_at is not None,
            stretches=tuple(stretches),
            route=_route(self.plant, order),
        )


def _which(machines: tuple[tuple[str, str | None], ...], taker: str | None) -> tuple[str | None, str | None]:
    """Of the machines that an order may have waited for, the one that took it in the end; else the first."""
    for machine, other in machines:
        if machine == taker:
            return machine, other
    return machines[0] if machines else (None, None)


def _route(plant: Plant, order: OrderState) -> int:
    terms = order.order
    stops = plant.stops(terms.product)
    return sum(min(plant.expected_work(terms, n, m) for m in stop.machines) for n, stop in enumerate(stops))
