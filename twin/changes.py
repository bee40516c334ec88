"""What if: edits of a scenario, each a small noun that can be kept, shown in words and applied.

An edit never touches a floor. `apply` gives another scenario; `refit` moves a floor's state, as it stands now, into a
changed plant, so that a what-if can start from the present.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from datetime import datetime
from typing import Any, Protocol

from plant_models.clock import Epoch
from plant_models.errors import InvalidPlant
from plant_models.orders import Order
from plant_models.plant import Machine
from plant_models.scenario import Scenario
from plant_models.units import duration, shown, whole_milliseconds
from twin.fleet_size import FleetSize
from twin.intervals import MaintenanceInterval
from twin.policies.rules import RULES
from twin.refitting import refit
from twin.state import State
from twin.terms import DueDate, Priority, Quantity, Weight, order_in, when


class Change(Protocol):
    """An edit of a scenario."""

    def apply(self, scenario: Scenario) -> Scenario:
        """The scenario with the edit; InvalidPlant where it cannot be, naming what is known."""

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""


@dataclass(frozen=True, slots=True)
class MachineDown:
    """A machine is out of use from *start* to *end*."""

    machine: str
    start: int
    end: int

    def apply(self, scenario: Scenario) -> Scenario:
        """The machine closed for that time, besides what it had; all its places, if it is one."""
        machine, window = _machine(scenario, self.machine), (self.start, self.end)
        _check_window(self.words(), *window)
        known = scenario.plant.machines
        places = {m: replace(known[m], outages=(*machine.outages, window)) for m in scenario.plant.together(machine.id)}
        return replace(scenario, plant=replace(scenario.plant, machines={**known, **places}))

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""
        return f"{self.machine} is down from {when(self.start, epoch)} to {when(self.end, epoch)}"


@dataclass(frozen=True, slots=True)
class AddOrder:
    """One more order."""

    order: Order

    def apply(self, scenario: Scenario) -> Scenario:
        """The order at the end of the book."""
        return scenario.with_orders((*scenario.orders, self.order))

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""
        order = self.order
        due = "" if order.due is None else f", due {when(order.due, epoch)}"
        return f"one more order {order.id}: {order.quantity} of {order.product}{due}"


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """An order that has not begun is not wanted any more."""

    order: str

    def apply(self, scenario: Scenario) -> Scenario:
        """The book without it."""
        order_in(scenario, self.order)
        return scenario.with_orders(tuple(order for order in scenario.orders if order.id != self.order))

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""
        return f"order {self.order} is cancelled"


@dataclass(frozen=True, slots=True)
class Speed:
    """A machine works *factor* times as fast as it did."""

    machine: str
    factor: float

    def apply(self, scenario: Scenario) -> Scenario:
        """The machine at the other speed."""
        machine = _machine(scenario, self.machine)
        try:
            return _with_machine(scenario, replace(machine, speed=machine.speed * self.factor))
        except ValueError as error:
            raise InvalidPlant(str(error)) from None

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""
        return f"{self.machine} works {self.factor:g} times as fast"


@dataclass(frozen=True, slots=True)
class ExtraShift:
    """A work center is staffed from *start* to *end* as well, holidays or not."""

    work_center: str
    start: int
    end: int

    def apply(self, scenario: Scenario) -> Scenario:
        """The work center with hours of its own, where it shared them, and the extra window."""
        plant = scenario.plant
        if self.work_center not in plant.work_centers:
            raise _unknown("work center", self.work_center, plant.work_centers)
        _check_window(self.words(), self.start, self.end)
        center = plant.work_centers[self.work_center]
        if center.shifts is None:
            raise InvalidPlant(f"work center {center.id!r} never closes; an extra shift adds nothing")
        hours = plant.shifts[center.shifts]
        is_shared = sum(other.shifts == hours.id for other in plant.work_centers.values()) > 1
        name = f"{hours.id}, {center.id}" if is_shared else hours.id
        hours = replace(hours, id=name, extra=(*hours.extra, (self.start, self.end)))
        return replace(
            scenario,
            plant=replace(
                plant,
                shifts={**plant.shifts, name: hours},
                work_centers={**plant.work_centers, center.id: replace(center, shifts=name)},
            ),
        )

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""
        return f"{self.work_center} also works from {when(self.start, epoch)} to {when(self.end, epoch)}"


@dataclass(frozen=True, slots=True)
class BufferSize:
    """A buffer has room for *capacity* orders; None: for any number."""

    buffer: str
    capacity: int | None

    def apply(self, scenario: Scenario) -> Scenario:
        """The buffer with the other capacity."""
        plant = scenario.plant
        if self.buffer not in plant.buffers:
            raise _unknown("buffer", self.buffer, plant.buffers)
        try:
            buffer = replace(plant.buffers[self.buffer], capacity=self.capacity)
        except ValueError as error:
            raise InvalidPlant(str(error)) from None
        return replace(scenario, plant=replace(plant, buffers={**plant.buffers, buffer.id: buffer}))

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""
        return f"{self.buffer} has room for " + ("any number" if self.capacity is None else f"{self.capacity} orders")


@dataclass(frozen=True, slots=True)
class CrewSize:
    """A crew has so many people."""

    crew: str
    size: int

    def apply(self, scenario: Scenario) -> Scenario:
        """The crew with the other size."""
        plant = scenario.plant
        if self.crew not in plant.crews:
            raise _unknown("crew", self.crew, plant.crews)
        try:
            crew = replace(plant.crews[self.crew], size=self.size)
        except ValueError as error:
            raise InvalidPlant(str(error)) from None
        return replace(scenario, plant=replace(plant, crews={**plant.crews, crew.id: crew}))

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""
        return f"crew {self.crew} has {self.size} {'person' if self.size == 1 else 'people'}"


@dataclass(frozen=True, slots=True)
class CrewOvertime:
    """A crew is there from *start* to *end* as well, holidays or not."""

    crew: str
    start: int
    end: int

    def apply(self, scenario: Scenario) -> Scenario:
        """The crew with hours of its own, and the extra window."""
        plant = scenario.plant
        if self.crew not in plant.crews:
            raise _unknown("crew", self.crew, plant.crews)
        _check_window(self.words(), self.start, self.end)
        crew = plant.crews[self.crew]
        if crew.shifts is None:
            raise InvalidPlant(f"crew {crew.id!r} is always there; overtime adds nothing")
        hours = plant.shifts[crew.shifts]
        hours = replace(hours, id=f"{hours.id}, {crew.id}", extra=(*hours.extra, (self.start, self.end)))
        crews = {**plant.crews, crew.id: replace(crew, shifts=hours.id)}
        return replace(scenario, plant=replace(plant, shifts={**plant.shifts, hours.id: hours}, crews=crews))

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""
        return f"crew {self.crew} also works from {when(self.start, epoch)} to {when(self.end, epoch)}"


@dataclass(frozen=True, slots=True)
class ToolCount:
    """There are so many units of a tool, or so many carriers of a kind."""

    tool: str
    count: int

    def apply(self, scenario: Scenario) -> Scenario:
        """The tool in the other number."""
        plant = scenario.plant
        if self.tool not in plant.tools:
            raise _unknown("tool", self.tool, plant.tools)
        try:
            tool = replace(plant.tools[self.tool], count=self.count)
        except ValueError as error:
            raise InvalidPlant(str(error)) from None
        return replace(scenario, plant=replace(plant, tools={**plant.tools, tool.id: tool}))

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""
        return f"there {'is' if self.count == 1 else 'are'} {self.count} of {self.tool}"


@dataclass(frozen=True, slots=True)
class OtherRule:
    """Another dispatching rule decides."""

    rule: str

    def apply(self, scenario: Scenario) -> Scenario:
        """The scenario with the other rule."""
        if self.rule not in RULES:
            raise _unknown("dispatching rule", self.rule, RULES)
        return replace(scenario, rule=self.rule)

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""
        return f"the rule is {self.rule}"


CHANGES: Mapping[str, type[Any]] = {
    "add-order": AddOrder,
    "buffer-size": BufferSize,
    "cancel-order": CancelOrder,
    "crew-overtime": CrewOvertime,
    "crew-size": CrewSize,
    "due-date": DueDate,
    "extra-shift": ExtraShift,
    "fleet-size": FleetSize,
    "machine-down": MachineDown,
    "maintenance-interval": MaintenanceInterval,
    "other-rule": OtherRule,
    "priority": Priority,
    "quantity": Quantity,
    "speed": Speed,
    "tool-count": ToolCount,
    "weight": Weight,
}
"""Every edit by the name it has in files."""


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
    changed = apply(scenario.with_orders(tuple(order.order for _, order in state.book())), changes)
    return changed, refit(changed.plant, state, changed.orders, before=scenario.plant)


def read(entries: Iterable[Mapping[str, Any]], epoch: Epoch | None = None) -> tuple[Change, ...]:
    """The edits in a file's list, each a mapping with *change* (its name) and what it takes.

    Times are since the plant's epoch, with units ("2 h"); with *epoch*, dates in ISO 8601 as well.

    Examples
    --------
    >>> read([{"change": "machine-down", "machine": "saw", "start": "2 h", "end": "6 h"}])
    (MachineDown(machine='saw', start=7200000, end=21600000),)

    Raises
    ------
    InvalidPlant
        With the entry's number (from 1), what is wrong and what would have been right.
    """
    return tuple(_read(number, entry, epoch) for number, entry in enumerate(entries, 1))


def to_dict(change: Change) -> dict[str, Any]:
    """The edit as files have it; `read` reads it back."""
    name = next(name for name, kind in CHANGES.items() if type(change) is kind)
    source: Any = change.order if isinstance(change, AddOrder) else change
    found: dict[str, Any] = {"change": name}
    for field in fields(source):
        value = getattr(source, field.name)
        if value == field.default:
            continue
        key = "order" if field.name == "id" else field.name
        found[key] = duration(value) if field.name in _TIMES and value is not None else value
    return found


_TIMES = ("start", "end", "due", "release", "interval")


def _read(number: int, entry: object, epoch: Epoch | None) -> Change:
    where = f"change {number}"
    if not isinstance(entry, Mapping):
        raise InvalidPlant(f"{where}: {shown(entry)} is no change; wanted a mapping with 'change' and what it takes")
    given = dict(entry)
    name = given.pop("change", None)
    if not isinstance(name, str) or name not in CHANGES:
        raise InvalidPlant(f"{where}: no change {shown(name)}; there are {', '.join(CHANGES)}")
    kind = CHANGES[name]
    target: Any = Order if kind is AddOrder else kind
    if kind is AddOrder and "order" in given:
        given["id"] = given.pop("order")
    wanted = {field.name: field for field in fields(target)}
    needed = [key for key, field in wanted.items() if field.default is MISSING]
    if set(given) - set(wanted) or set(needed) - set(given):
        names = ", ".join(_key(kind, key) + ("" if key in needed else " (may be left out)") for key in wanted)
        raise InvalidPlant(f"{where} ({name}) has {', '.join(map(str, given)) or 'nothing'}; it takes {names}")
    try:
        made = target(**{key: _value(key, value, epoch) for key, value in given.items()})
    except (TypeError, ValueError) as error:
        raise InvalidPlant(f"{where} ({name}): {error}") from None
    change: Change = AddOrder(made) if kind is AddOrder else made
    return change


def _key(kind: type[Any], key: str) -> str:
    return "order" if kind is AddOrder and key == "id" else key


def _value(key: str, value: object, epoch: Epoch | None) -> object:
    """A value as the edit has it; ValueError where it is of another kind than *key* wants."""
    if key in _TIMES:
        return None if value is None and key == "due" else _moment(key, value, epoch)
    if key in ("factor", "weight"):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{key}: {shown(value)} is no number")
        return float(value)
    if key in ("quantity", "priority", "capacity", "size", "count"):
        if key == "capacity" and value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"{key}: {shown(value)} is no whole number")
        return value
    if not isinstance(value, str):
        raise ValueError(f"{key}: {shown(value)} is no name")
    return value


def _moment(key: str, value: object, epoch: Epoch | None) -> int:
    if isinstance(value, str) and epoch is not None and "-" in value.strip()[1:]:
        try:
            return epoch.milliseconds(datetime.fromisoformat(value))
        except ValueError:
            raise ValueError(f"{key}: {shown(value)} is no date in ISO 8601, such as 2026-01-05T06:00") from None
    if isinstance(value, datetime) and epoch is not None:
        return epoch.milliseconds(value)
    try:
        return whole_milliseconds(value)
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from None


def _check_window(what: str, start: int, end: int) -> None:
    if not start < end:
        raise InvalidPlant(f"{what}: that ends before it starts")


def _machine(scenario: Scenario, name: str) -> Machine:
    if name not in scenario.plant.machines:
        raise _unknown("machine", name, scenario.plant.machines)
    return scenario.plant.machines[name]


def _with_machine(scenario: Scenario, machine: Machine) -> Scenario:
    plant = scenario.plant
    return replace(scenario, plant=replace(plant, machines={**plant.machines, machine.id: machine}))


def _unknown(what: str, name: str, known: Iterable[str]) -> InvalidPlant:
    return InvalidPlant(f"no {what} {name!r}; there are {', '.join(known) or 'none'}")
