"""A floor's facts as an event log: events, the things that they are about, and how the things belong together.

The terms are those of OCEL 2.0, from which every other form follows. Kinds of facts that are not known here come out
as well: what they say about an order, a machine or a buffer as relations, everything else as attributes.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

import msgspec
import pandas as pd

from plant_models.clock import Epoch
from plant_models.events import Consumed, CrewCame, CrewLeft, Delivered, Event, Expired, Split, Started, Stored, lots_in
from plant_models.orders import Order
from plant_models.plant import Plant
from twin.records.tracking import concerns
from twin.state import State, apply, is_running

Value = str | int | float | bool
Kind = Literal["string", "time", "integer", "float", "boolean"]
"""What an attribute is, in the words of OCEL."""
Transition = Literal["schedule", "assign", "start", "suspend", "resume", "complete"]
"""What an event is in the life of a piece of work, in the words of XES."""

_TRANSITIONS: Mapping[str, Transition] = {
    "Entered": "schedule",
    "SetupStarted": "assign",
    "Started": "start",
    "Finished": "complete",
}
_KINDS: Mapping[type, Kind] = {bool: "boolean", int: "integer", float: "float", str: "string", datetime: "time"}


class Relation(NamedTuple):
    """Something (an object, by its id) that an event or another object has to do with, and as what."""

    object: str
    qualifier: str


class Reading(NamedTuple):
    """What an attribute of an object is from *time* on."""

    name: str
    value: Value | datetime
    time: datetime


@dataclass(slots=True, kw_only=True)
class Thing:
    """An object of the log: an order, a product, a machine, a work center, a buffer, a material or a lot of one.

    Its id has its type before its name, because a work center and its buffer often have the same.
    """

    type: str
    name: str
    readings: list[Reading] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Unlike that of any other object in the log."""
        return identity(self.type, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An event of the log; *type* is the kind of its fact, *step* and *operation* say where its order was."""

    id: str
    type: str
    time: datetime
    at: int
    attributes: Mapping[str, Value]
    relations: tuple[Relation, ...]
    order: str | None = None
    product: str | None = None
    machine: str | None = None
    step: int | None = None
    operation: str | None = None
    transition: Transition | None = None


@dataclass(frozen=True, slots=True)
class EventLog:
    """What happened in a plant, ready to be written in any form."""

    plant: str
    things: Mapping[str, Thing]
    happenings: tuple[Happening, ...]

    def event_types(self) -> dict[str, dict[str, Kind]]:
        """The kinds of events that there are, each with its attributes and what they are."""
        found: dict[str, dict[str, Kind]] = {}
        for event in self.happenings:
            known = found.setdefault(event.type, {})
            for name, value in event.attributes.items():
                known[name] = _joined(known.get(name), value)
        return found

    def object_types(self) -> dict[str, dict[str, Kind]]:
        """The types of objects that there are, each with its attributes and what they are."""
        found: dict[str, dict[str, Kind]] = {}
        for thing in self.things.values():
            known = found.setdefault(thing.type, {})
            for reading in thing.readings:
                known[reading.name] = _joined(known.get(reading.name), reading.value)
        return found

    def to_frame(self) -> pd.DataFrame:
        """One row for each event: when (UTC), what, which order, product and machine, and everything else it says."""
        rows = [
            {
                "event_id": event.id,
                "time": event.time,
                "time_ms": event.at,
                "event": event.type,
                "order": event.order,
                "product": event.product,
                "machine": event.machine,
                "operation": event.operation,
                "transition": event.transition,
                **event.attributes,
            }
            for event in self.happenings
        ]
        frame = pd.DataFrame(rows)
        whole = [name for name in frame.columns if pd.api.types.is_float_dtype(frame[name]) and _is_whole(frame[name])]
        return frame.astype(dict.fromkeys(whole, "Int64"))


def event_log(plant: Plant, opening: State, facts: Iterable[Event], epoch: Epoch) -> EventLog:
    """The log of what happened in *plant* from *opening* (left as it is) on.

    Parameters
    ----------
    epoch
        When the plant's clock stood at zero; the log's times are in UTC.
    """
    making = _Making(plant, opening.copy(), epoch)
    happenings = tuple(event for number, fact in enumerate(facts, 1) for event in making.happenings(number, fact))
    return EventLog(plant.id, making.things, happenings)


def identity(type: str, name: str) -> str:
    """The id of an object."""
    return f"{type}:{name}"


class _Making:
    """A log in the making: the floor as it stands, and the things that were met so far."""

    def __init__(self, plant: Plant, state: State, epoch: Epoch) -> None:
        self.plant, self.state, self.epoch = plant, state, epoch
        self.things: dict[str, Thing] = {}
        begin = self._time(state.now)
        for thing in _standing(plant, begin):
            self.things[thing.id] = thing
        for order in state.orders.values():
            self._order(order.order, state.now, part_of=order.parent)
        for material, stock in state.stocks.items():
            for known in stock.lots:
                self._reads("lot", self._lot(material, known.id).name, "quantity", known.quantity, state.now)

    def happenings(self, number: int, fact: Event) -> Iterator[Happening]:
        """The event that *fact* is, and what it is for the other orders of a batch and for machines it leaves alone."""
        attended = [name for name in self.plant.machines if self._is_working(name)] if _is_of_crew(fact) else []
        idle = [name for name in self.plant.machines if name not in attended] if _is_of_crew(fact) else []
        event = self.happening(number, fact)
        yield event
        for mate in getattr(fact, "mates", ()):
            product = self.state.orders[mate].order.product
            objects = ("order", mate, "order"), ("product", product, "product")
            others = tuple(Relation(identity(type, name), role) for type, name, role in objects)
            kept = tuple(relation for relation in event.relations if relation.qualifier not in ("order", "product"))
            yield replace(event, id=f"{event.id}/{mate}", relations=(*others, *kept), order=mate, product=product)
        if isinstance(fact, Started) and not self._is_working(fact.machine):
            yield self._left_alone(event, fact.machine, "suspend")
        for name, was_working in [*((m, True) for m in attended), *((m, False) for m in idle)]:
            change = self._change(name, was_working)
            if change is not None:
                yield self._left_alone(event, name, change)

    def _left_alone(self, event: Happening, machine: str, change: Transition) -> Happening:
        """That work stopped or goes on at a machine because of who came or left."""
        order = self.state.machines[machine].order
        assert order is not None  # a machine that works has one
        product = self.state.orders[order].order.product
        objects = ("order", order, "order"), ("machine", machine, "machine"), ("product", product, "product")
        return replace(
            event,
            id=f"{event.id}/{machine}",
            type="WorkSuspended" if change == "suspend" else "WorkResumed",
            attributes={},
            relations=tuple(Relation(identity(type, name), role) for type, name, role in objects),
            order=order,
            product=product,
            machine=machine,
            step=self.state.orders[order].step,
            transition=change,
        )

    def happening(self, number: int, fact: Event) -> Happening:
        """The event that *fact* is; the floor goes on to what comes after it."""
        name, machine = concerns(fact), getattr(fact, "machine", None)
        in_hand = self._in_hand(machine) if name is None else None
        about = name if name is not None else in_hand
        was_running, step = self._is_working(machine), self._step(about, fact)
        relations = list(self._relations(fact, name, in_hand))
        pieces = {order: self._pieces(order) for order in self._and_whole(about)}
        apply(self.plant, self.state, fact)
        terms = getattr(fact, "order", None)
        if isinstance(terms, Order):
            self._order(terms, fact.time)
            step = None
        if isinstance(fact, Consumed | Stored | Delivered | Expired):
            self._lots(fact)
        if isinstance(fact, Split):
            for lot in fact.into:
                self._order(self.state.orders[lot].order, fact.time, part_of=fact.order)
        for order, before in pieces.items():
            if (left := self._pieces(order)) != before:
                self._reads("order", order, "pieces", left, fact.time)
        known = self.state.orders.get(about) if about is not None else None
        if known is not None:
            relations.append(Relation(identity("product", known.order.product), "product"))
        operation = None if known is None or step is None else self.plant.operations(known.order)[step].id
        attributes = self._attributes(fact, step, operation)
        return Happening(
            id=f"e{number}",
            type=type(fact).__name__,
            time=self._time(fact.time),
            at=fact.time,
            attributes=attributes,
            relations=tuple(relations),
            order=about,
            product=None if known is None else known.order.product,
            machine=machine,
            step=step,
            operation=operation,
            transition=_TRANSITIONS.get(type(fact).__name__) or self._change(machine, was_running),
        )

    def _attributes(self, fact: Event, step: int | None, operation: str | None) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for name, value in msgspec.structs.asdict(fact).items():
            if name in ("time", "order", "machine", "buffer") or value is None:
                continue
            found[name] = value if isinstance(value, Value) else json.dumps(msgspec.to_builtins(value))
        if step is not None:
            found["step"] = step
        return found if operation is None else found | {"operation": operation}

    def _relations(self, fact: Event, order: str | None, in_hand: str | None) -> Iterator[Relation]:
        if order is not None:
            yield Relation(identity("order", order), "order")
        for lot in lots_in(fact):
            yield Relation(identity("order", lot), "lot")
        if in_hand is not None:
            yield Relation(identity("order", in_hand), "order in hand")
        for type in ("machine", "buffer"):
            name = getattr(fact, type, None)
            if name is not None and identity(type, name) in self.things:
                yield Relation(identity(type, name), type)
        material = getattr(fact, "material", "")
        for lot in _lots_of(fact):
            yield Relation(identity("lot", f"{material}/{lot}"), "lot")
        if identity("material", material) in self.things:
            yield Relation(identity("material", material), "material")
        machine = self.plant.machines.get(getattr(fact, "machine", ""))
        if machine is not None:
            yield Relation(identity("work_center", machine.work_center), "work center")

    def _lots(self, fact: Consumed | Stored | Delivered | Expired) -> None:
        """Lots come, go, and go into orders: how much of each is in stock now."""
        material, stock = fact.material, self.state.stocks[fact.material]
        for name in _lots_of(fact):
            lot = self._lot(material, name)
            left = sum(known.quantity for known in stock.lots if known.id == name)
            self._reads("lot", lot.name, "quantity", left, fact.time)
            if isinstance(fact, Consumed):
                order, relation = self.things[identity("order", fact.order)], Relation(lot.id, "contains")
                if relation not in order.relations:
                    order.relations.append(relation)
            made_by = Relation(identity("order", fact.order), "made by") if isinstance(fact, Stored) else None
            if made_by is not None and made_by not in lot.relations:
                lot.relations.append(made_by)

    def _lot(self, material: str, lot: str) -> Thing:
        relations = [Relation(identity("material", material), "is of")]
        thing = Thing(type="lot", name=f"{material}/{lot}", relations=relations)
        return self.things.setdefault(thing.id, thing)

    def _order(self, order: Order, now: int, part_of: str | None = None) -> None:
        """The plant learns of an order, or of its new terms; or of a lot that is *part_of* one."""
        terms: dict[str, Value | datetime] = {"quantity": order.quantity, "pieces": order.quantity}
        terms |= {"weight": float(order.weight), "release": self._time(order.release)}
        if order.priority:
            terms["priority"] = order.priority
        if order.due is not None:
            terms["due"] = self._time(order.due)
        thing = self.things.setdefault(identity("order", order.id), Thing(type="order", name=order.id))
        product = Relation(identity("product", order.product), "makes")
        thing.relations = [product] if part_of is None else [product, Relation(identity("order", part_of), "lot of")]
        known = {reading.name: reading.value for reading in thing.readings}
        for name, value in terms.items():
            if known.get(name) != value:
                self._reads("order", order.id, name, value, now)

    def _reads(self, type: str, thing: str, name: str, value: Any, now: int) -> None:
        self.things[identity(type, thing)].readings.append(Reading(name, value, self._time(now)))

    def _pieces(self, order: str) -> int:
        return self.state.orders[order].quantity

    def _and_whole(self, order: str | None) -> Iterator[str]:
        """An order that is known, and those that it is a lot of."""
        while order is not None and order in self.state.orders:
            yield order
            order = self.state.orders[order].parent

    def _step(self, order: str | None, fact: Event) -> int | None:
        """The step that a fact is about: that which it names, or that which its order is at."""
        if order is None or order not in self.state.orders:
            return None
        known = self.state.orders[order]
        step = getattr(fact, "step", None if known.stage == "planned" else known.step)
        return step if step is not None and step < len(self.plant.operations(known.order)) else None

    def _in_hand(self, machine: str | None) -> str | None:
        return None if machine is None or machine not in self.state.machines else self.state.machines[machine].order

    def _is_working(self, name: str | None) -> bool:
        machine = None if name is None else self.state.machines.get(name)
        return machine is not None and machine.phase == "work" and is_running(self.plant, str(name), machine)

    def _change(self, machine: str | None, was_working: bool) -> Transition | None:
        """Whether work was interrupted, or goes on, by what has just happened."""
        is_working = self._is_working(machine)
        return None if is_working == was_working else "resume" if is_working else "suspend"

    def _time(self, time: int) -> datetime:
        return self.epoch.datetime(time).astimezone(UTC)


def _is_of_crew(fact: Event) -> bool:
    return isinstance(fact, CrewCame | CrewLeft)


def _standing(plant: Plant, begin: datetime) -> Iterator[Thing]:
    """What stands on the floor and what can be made there."""

    def thing(type: str, name: str, of: tuple[str, str, str] | None = None, **readings: Value | None) -> Thing:
        relations = [Relation(identity(of[0], of[1]), of[2])] if of is not None else []
        known = [Reading(key, value, begin) for key, value in readings.items() if value is not None]
        return Thing(type=type, name=name, readings=known, relations=relations)

    for buffer in plant.buffers.values():
        yield thing("buffer", buffer.id, capacity=buffer.capacity, discipline=buffer.discipline)
    for center in plant.work_centers.values():
        yield thing("work_center", center.id, ("buffer", center.buffer, "draws from"))
    for machine in plant.machines.values():
        yield thing(
            "machine", machine.id, ("work_center", machine.work_center, "stands in"), speed=float(machine.speed)
        )
    for material in plant.materials.values():
        yield thing("material", material.id, unit=material.unit, capacity=material.capacity)
    for product in plant.products.values():
        yield thing("product", product.id, family=product.family, routing=product.routing)


def _lots_of(fact: Event) -> tuple[str, ...]:
    """The lots that a fact is about."""
    if isinstance(fact, Consumed):
        return tuple(lot for lot, _ in fact.lots)
    return (fact.lot,) if isinstance(fact, Stored | Delivered | Expired) else ()


def _joined(known: Kind | None, value: Value | datetime) -> Kind:
    """What an attribute is that has *value* and, before, was *known* to be something."""
    kind = _KINDS[type(value)]
    if known is None or known == kind:
        return kind
    return "float" if {known, kind} == {"integer", "float"} else "string"


def _is_whole(column: "pd.Series[Any]") -> bool:
    return bool((column.dropna() % 1 == 0).all())
