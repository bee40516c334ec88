"""A film of a floor: where everything is at any instant, looked up and not replayed.

A film keeps for each machine the instants at which its status changed, and for each order the instants at which it
was somewhere else; between two of them nothing moves. It is a fold over facts like all measuring, so a shift of the
real floor makes one as well as a simulated run. What it says of an instant is what `twin.state` says when every fact
until then, that instant included, has happened.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, NamedTuple, TypeVar

import msgspec

from plant_models.events import Event
from plant_models.orders import Order
from plant_models.plant import Plant
from twin.situations import AT_A_FREE_MACHINE, situation, touched
from twin.state import MachineState, OrderState, State, apply, status

FORMAT = 2
"""Which form of JSON `Film.to_json` writes."""

_IN_A_BUFFER = ("waiting", "gathering")
_WAITS = ("waiting", "gathering", "released", "blocked", "held")
"""The stages of an order that is on the floor and not being worked on."""


class MachineCue(NamedTuple):
    """From *time* (milliseconds since the epoch) a machine is in *status*; *why* names the failure if it is down."""

    time: int
    status: str
    why: str = ""


class OrderCue(NamedTuple):
    """From *time* on an order is at *stage*.

    *where* is the buffer or machine it is in; for a released order that is outside, the buffer it wants to enter.
    *step* is the step it waits for or is in, *quantity* the pieces that are left. *rank* orders those that wait in a
    buffer: they came in that order. While it waits, *why* is what for (a part of an order's time, see
    `twin.lateness.MEANING`), and *on* names it: the material or the skill that lacks, the machine that is busy.
    """

    time: int
    stage: str
    where: str
    step: int
    quantity: int
    rank: int = 0
    why: str = ""
    on: str = ""


_Cue = TypeVar("_Cue", MachineCue, OrderCue)


class Terms(NamedTuple):
    """From *time* on an order was known as *order*: terms may change before it begins."""

    time: int
    order: Order


@dataclass(frozen=True, slots=True)
class Reel:
    """One order's life: its terms, and its cues; *lot_of* is the order that it is part of, if it is a lot."""

    terms: tuple[Terms, ...]
    cues: tuple[OrderCue, ...]
    lot_of: str | None = None


class Still(NamedTuple):
    """A floor at one instant: each machine's and order's last cue, and who waits in each buffer, first come first."""

    machines: dict[str, MachineCue]
    orders: dict[str, OrderCue]
    buffers: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """What every machine and order did from *start* to *end* (milliseconds since the epoch).

    An order's first cue may lie before the start: where it is at the start, it is since then.
    """

    start: int
    end: int
    buffers: tuple[str, ...]
    machines: Mapping[str, tuple[MachineCue, ...]]
    orders: Mapping[str, Reel]

    @classmethod
    def of(cls, plant: Plant, opening: State, facts: Iterable[Event], until: int | None = None) -> "Film":
        """The film of *facts*, from *opening* (left alone) until *until* (left out: the last fact)."""
        state = opening.copy()
        camera = _Camera(plant, state)
        for fact in facts:
            if until is not None and fact.time > until:
                break
            camera.see(fact)
        camera.look()
        return cls(
            start=opening.now,
            end=max(camera.now, camera.now if until is None else until),
            buffers=tuple(state.buffers),
            machines={name: tuple(cues) for name, cues in camera.machines.items()},
            orders={
                name: Reel(tuple(camera.terms[name]), tuple(cues), state.orders[name].parent)
                for name, cues in camera.orders.items()
            },
        )

    def machine(self, name: str, time: int) -> MachineCue:
        """What a machine does at *time*.

        Raises
        ------
        KeyError
            Where there is no such machine.
        ValueError
            Where *time* is not in the film.
        """
        if name not in self.machines:
            raise KeyError(f"no machine {name!r}; there are {', '.join(self.machines)}")
        cues = self.machines[name]
        return cues[bisect_right(cues, self._within(time), key=_time) - 1]

    def order(self, name: str, time: int) -> OrderCue | None:
        """Where an order is at *time*; None while it is not known yet.

        Raises
        ------
        KeyError
            Where there never is such an order.
        ValueError
            Where *time* is not in the film.
        """
        if name not in self.orders:
            raise KeyError(f"no order {name!r}; there are {', '.join(self.orders) or 'none'}")
        cues = self.orders[name].cues
        found = bisect_right(cues, self._within(time), key=_time)
        return cues[found - 1] if found else None

    def at(self, time: int) -> Still:
        """The whole floor at *time*.

        Raises
        ------
        ValueError
            Where *time* is not in the film.
        """
        orders = {name: cue for name in self.orders if (cue := self.order(name, time)) is not None}
        waiting: dict[str, list[tuple[int, str]]] = {buffer: [] for buffer in self.buffers}
        for name, cue in orders.items():
            if cue.stage in _IN_A_BUFFER:
                waiting[cue.where].append((cue.rank, name))
        return Still(
            {name: self.machine(name, time) for name in self.machines},
            orders,
            {buffer: tuple(name for _, name in sorted(inside)) for buffer, inside in waiting.items()},
        )

    def levels(self, buffer: str) -> list[tuple[int, int]]:
        """How many orders wait in a buffer: (from when, how many), one for each change.

        Raises
        ------
        KeyError
            Where there is no such buffer.
        """
        if buffer not in self.buffers:
            raise KeyError(f"no buffer {buffer!r}; there are {', '.join(self.buffers)}")
        changes: dict[int, int] = {self.start: 0}
        for reel in self.orders.values():
            was_inside = False
            for cue in reel.cues:
                is_inside, time = cue.stage in _IN_A_BUFFER and cue.where == buffer, max(cue.time, self.start)
                changes[time] = changes.get(time, 0) + is_inside - was_inside
                was_inside = is_inside
        times = sorted(changes)
        levels = list(zip(times, accumulate(changes[time] for time in times), strict=True))
        return levels[:1] + [now for before, now in pairwise(levels) if before[1] != now[1]]

    def instants(self) -> list[int]:
        """Every instant in the film at which something changed, in order; its start is the first."""
        times = {cue.time for cues in self.machines.values() for cue in cues}
        times |= {cue.time for reel in self.orders.values() for cue in reel.cues}
        return sorted({max(time, self.start) for time in times})

    def to_json(self) -> bytes:
        """The film in a small form, column by column.

        Words are numbered: *statuses*, *reasons*, *stages*, *places*, *products*, *waits*, *ons* list them. A machine
        is ``[times, statuses, reasons]``; an order's *cues* are ``[times, stages, places, steps, quantities, ranks,
        waits, ons]``, its *terms* rows of ``[time, product, quantity, release, due, weight, priority]``; of a lot
        *lot_of* is its order. Of a
        column of times the first counts from the start of the film, each other from the one before it.
        """
        words = _Words()
        machines = {name: self._machine_columns(cues, words) for name, cues in self.machines.items()}
        orders = {name: self._order_columns(reel, words) for name, reel in self.orders.items()}
        film = {
            "format": FORMAT,
            "start": self.start,
            "end": self.end,
            "buffers": self.buffers,
            **{what: list(numbers) for what, numbers in words.numbers.items()},
            "machines": machines,
            "orders": orders,
        }
        return msgspec.json.encode(film)

    @classmethod
    def from_json(cls, text: bytes | str) -> "Film":
        """The film that `to_json` wrote.

        Raises
        ------
        ValueError
            Where it is no film, or one of another form.
        """
        try:
            film: dict[str, Any] = msgspec.json.decode(text, type=dict)
        except msgspec.DecodeError as error:
            raise ValueError(f"not a film: {error}") from None
        if film.get("format") != FORMAT:
            raise ValueError(f"not a film of format {FORMAT}: its format is {film.get('format')!r}")
        start = film["start"]
        return cls(
            start=start,
            end=film["end"],
            buffers=tuple(film["buffers"]),
            machines={name: _machine_cues(film, start, columns) for name, columns in film["machines"].items()},
            orders={name: _reel(film, start, name, columns) for name, columns in film["orders"].items()},
        )

    def _within(self, time: int) -> int:
        if not self.start <= time <= self.end:
            raise ValueError(f"{time} ms is not in the film, which goes from {self.start} to {self.end} ms")
        return time

    def _machine_columns(self, cues: tuple[MachineCue, ...], words: "_Words") -> list[list[int]]:
        return [
            _steps(self.start, cues),
            [words.number("statuses", cue.status) for cue in cues],
            [words.number("reasons", cue.why) for cue in cues],
        ]

    def _order_columns(self, reel: Reel, words: "_Words") -> dict[str, Any]:
        terms: list[list[Any]] = [
            [time, words.number("products", o.product), o.quantity, o.release, o.due, o.weight, o.priority]
            for time, o in reel.terms
        ]
        cues = [
            _steps(self.start, reel.cues),
            [words.number("stages", cue.stage) for cue in reel.cues],
            [words.number("places", cue.where) for cue in reel.cues],
            [cue.step for cue in reel.cues],
            [cue.quantity for cue in reel.cues],
            [cue.rank for cue in reel.cues],
            [words.number("waits", cue.why) for cue in reel.cues],
            [words.number("ons", cue.on) for cue in reel.cues],
        ]
        return {"terms": terms, "cues": cues} | ({} if reel.lot_of is None else {"lot_of": reel.lot_of})


class _Words:
    """Words by number, in the order in which they were first met."""

    def __init__(self) -> None:
        self.numbers: dict[str, dict[str, int]] = {
            what: {} for what in ("statuses", "reasons", "stages", "places", "products", "waits", "ons")
        }

    def number(self, what: str, word: str) -> int:
        known = self.numbers[what]
        return known.setdefault(word, len(known))


def _time(cue: MachineCue | OrderCue) -> int:
    return cue.time


def _steps(start: int, cues: tuple[MachineCue, ...] | tuple[OrderCue, ...]) -> list[int]:
    return [now - before for before, now in pairwise([start, *map(_time, cues)])]


def _machine_cues(film: dict[str, Any], start: int, columns: list[list[int]]) -> tuple[MachineCue, ...]:
    times = list(accumulate(columns[0], initial=start))[1:]
    return tuple(
        MachineCue(time, film["statuses"][word], film["reasons"][why])
        for time, word, why in zip(times, columns[1], columns[2], strict=True)
    )


def _reel(film: dict[str, Any], start: int, name: str, columns: dict[str, Any]) -> Reel:
    lasting, stages, places, steps, quantities, ranks, waits, ons = columns["cues"]
    times = list(accumulate(lasting, initial=start))[1:]
    terms = (
        Terms(
            time,
            Order(
                id=name,
                product=film["products"][product],
                quantity=n,
                release=early,
                due=due,
                weight=weight,
                priority=priority,
            ),
        )
        for time, product, n, early, due, weight, priority in columns["terms"]
    )
    cues = (
        OrderCue(time, film["stages"][stage], film["places"][place], step, n, rank, film["waits"][why], film["ons"][on])
        for time, stage, place, step, n, rank, why, on in zip(
            times, stages, places, steps, quantities, ranks, waits, ons, strict=True
        )
    )
    return Reel(tuple(terms), tuple(cues), columns.get("lot_of"))


class _Camera:
    """Looks at a state after each fact, and writes down what changed.

    It asks the state and not the kind of a fact: what is in a fact by name is looked at at once, and every machine
    and every order on the floor at the end of each instant.
    """

    def __init__(self, plant: Plant, state: State) -> None:
        self.plant, self.state, self.now = plant, state, state.now
        self.machines: dict[str, list[MachineCue]] = {name: [] for name in state.machines}
        self.orders: dict[str, list[OrderCue]] = {}
        self.terms: dict[str, list[Terms]] = {}
        self._inside: dict[str, None] = {}
        self._concerned: set[str] = set(state.orders)
        self._entries = 0
        for queue in state.buffers.values():
            for name in queue:
                self._look_at(name, state.orders[name])
        for name, order in state.orders.items():
            self._look_at(name, order)
            self.orders[name] = [cue._replace(time=min(order.since, cue.time)) for cue in self.orders[name]]
        self.look()

    def see(self, fact: Event) -> None:
        """Let *fact* have happened."""
        if fact.time > self.now:
            self.look()
            self.now = fact.time
        self._concerned.update(touched(self.plant, self.state, fact))
        apply(self.plant, self.state, fact)
        for name in _named(fact):
            order = self.state.orders.get(name)
            if order is not None:
                self._look_at(name, order)

    def look(self) -> None:
        """An instant is over: see how every machine stands, and every order on the floor."""
        for name, machine in self.state.machines.items():
            word = status(self.plant, name, machine)
            cues = self.machines[name]
            if not cues or cues[-1].status != word or word == "down":
                _note(cues, MachineCue(self.now, word, _why(self.plant, name, machine)))
        for name in list(self._inside):
            self._look_at(name, self.state.orders[name], is_over=True)
        self._concerned.clear()

    def _look_at(self, name: str, order: OrderState, *, is_over: bool = False) -> None:
        known = self.terms.setdefault(name, [])
        if not known or known[-1].order != order.order:
            known[:] = [terms for terms in known if terms.time < self.now]
            known.append(Terms(self.now, order.order))
        cues = self.orders.setdefault(name, [])
        last = cues[-1] if cues else None
        where, rank = self._place(order), 0
        if order.stage in _IN_A_BUFFER:
            if last is not None and last.stage in _IN_A_BUFFER and last.where == where:
                rank = last.rank
            else:
                self._entries += 1
                rank = self._entries
        why, on = ("", "") if last is None else (last.why, last.on)
        if order.stage not in _WAITS:
            why, on = "", ""
        elif is_over and (name in self._concerned or why in AT_A_FREE_MACHINE or not why):
            why, on = self._waits(name)
        _note(cues, OrderCue(self.now, order.stage, where, order.step, order.quantity, rank, why, on))
        if order.has_left or order.stage == "planned":
            self._inside.pop(name, None)
        else:
            self._inside[name] = None

    def _waits(self, name: str) -> tuple[str, str]:
        """What an order waits for now, and its name."""
        found = situation(self.plant, self.state, name)
        return found.part, found.missing or ", ".join(machine for machine, _ in found.machines)

    def _place(self, order: OrderState) -> str:
        if order.stage == "released" and not order.where:
            return self.plant.stops(order.order.product)[order.step].place
        return order.where


def _note(cues: list[_Cue], cue: _Cue) -> None:
    """Write a cue down where it says something new; of one instant only the end is kept."""
    if cues and cues[-1][1:] == cue[1:]:
        return
    if cues and cues[-1].time == cue.time:
        cues.pop()
        if cues and cues[-1][1:] == cue[1:]:
            return
    cues.append(cue)


def _why(plant: Plant, name: str, machine: MachineState) -> str:
    ways = plant.machines[name].failures
    return ways[machine.down].id if machine.down is not None and machine.down < len(ways) else ""


def _named(fact: Event) -> list[str]:
    """Every name in a fact, of whatever."""
    found: list[str] = []
    for field in fact.__struct_fields__:
        value = getattr(fact, field)
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, Order):
            found.append(value.id)
        elif isinstance(value, list | tuple):
            found.extend(part for part in value if isinstance(part, str))
    return found
