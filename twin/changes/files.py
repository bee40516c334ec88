"""Edits as files have them, read and written."""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from typing import Any

from plant_models.clock import Epoch
from plant_models.errors import InvalidPlant, known_names
from plant_models.orders import Order
from plant_models.units import duration, shown, whole_milliseconds
from twin.changes.edit import Change
from twin.changes.hours import CrewOvertime, ExtraShift
from twin.changes.machines import FailureTime, MachineDown, MaintenanceInterval, RepairTime, Speed
from twin.changes.materials import LateDelivery, StockChange
from twin.changes.orders import AddOrder, CancelOrder, Demand, DueDate, Priority, Quantity, Weight
from twin.changes.resources import BufferSize, CrewSize, FleetSize, ToolCount
from twin.changes.ways import ChangeoverTime, OtherRule

CHANGES: Mapping[str, type[Any]] = {
    "add-order": AddOrder,
    "buffer-size": BufferSize,
    "cancel-order": CancelOrder,
    "changeover-time": ChangeoverTime,
    "crew-overtime": CrewOvertime,
    "crew-size": CrewSize,
    "demand": Demand,
    "due-date": DueDate,
    "extra-shift": ExtraShift,
    "failure-time": FailureTime,
    "fleet-size": FleetSize,
    "late-delivery": LateDelivery,
    "machine-down": MachineDown,
    "maintenance-interval": MaintenanceInterval,
    "other-rule": OtherRule,
    "priority": Priority,
    "quantity": Quantity,
    "repair-time": RepairTime,
    "speed": Speed,
    "stock-change": StockChange,
    "tool-count": ToolCount,
    "weight": Weight,
}
"""Every edit by the name it has in files."""


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


_TIMES = ("start", "end", "due", "release", "interval", "mean")
_NUMBERS = ("factor", "weight")
_WHOLE = ("quantity", "priority", "capacity", "size", "count", "stock")


def _read(number: int, entry: object, epoch: Epoch | None) -> Change:
    where = f"change {number}"
    if not isinstance(entry, Mapping):
        raise InvalidPlant(f"{where}: {shown(entry)} is no change; wanted a mapping with 'change' and what it takes")
    given = dict(entry)
    name = given.pop("change", None)
    if not isinstance(name, str) or name not in CHANGES:
        wrong = "no change is named" if name is None else f"no change {shown(name)}"
        told = (
            known_names("change", name, CHANGES)
            if isinstance(name, str)
            else f"{wrong}; there are {', '.join(CHANGES)}"
        )
        raise InvalidPlant(f"{where}: {told}")
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
    if key in _NUMBERS:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{key}: {shown(value)} is no number")
        return float(value)
    if key in _WHOLE:
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
