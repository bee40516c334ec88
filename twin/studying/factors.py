"""Factors: what a study varies, and the levels that each can have."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from plant_models.clock import Epoch
from plant_models.errors import InvalidPlant, known_names
from plant_models.shifts import HOUR
from plant_models.units import duration, shown, whole_milliseconds
from twin import changes
from twin.changes import Change

Label = str | float
"""A level as tables have it: a number, or text."""


class Level(NamedTuple):
    """One level of a factor: what it is called, what it changes, and what it costs."""

    label: Label
    changes: tuple[Change, ...]
    cost: float = 0.0


def said(label: Label) -> str:
    """A level in words: each different number in its own.

    >>> said(2.0), said(1_000_001), said(0.25), said("none")
    ('2', '1000001', '0.25', 'none')
    """
    return repr(label).removesuffix(".0") if isinstance(label, int | float) else label


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """What is varied: a list of *levels*, or a range.

    Attributes
    ----------
    entry, key
        Of a range: the change, and its open value.
    low, high
        Of a range: its ends; milliseconds where it is a time.
    kind
        Of a range: what lies between: any number, whole numbers, or times to the second.
    points
        Of a range: how many levels it has where levels are needed; 0 where nobody said.
    cost
        Of a range: for each unit.
    """

    name: str
    levels: tuple[Level, ...] = ()
    entry: Mapping[str, Any] | None = None
    key: str = ""
    low: float = 0.0
    high: float = 0.0
    kind: str = ""
    points: int = 0
    cost: float = 0.0
    epoch: Epoch | None = None

    @property
    def choices(self) -> tuple[Level, ...]:
        """All levels, those of a range evenly spread over it.

        Raises
        ------
        InvalidPlant
            Where it is a range and nobody said how many.
        """
        if self.levels:
            return self.levels
        if self.points:
            return tuple(self.of(self.low + (self.high - self.low) * n / (self.points - 1)) for n in range(self.points))
        if self.kind == "whole":
            return tuple(self.of(value) for value in range(int(self.low), int(self.high) + 1))
        raise InvalidPlant("a range has no levels; say how many (points: 5), or list them")

    def at(self, share: float) -> Level:
        """The level at a share of the way from its first to its last; levels have equal parts of the way."""
        if self.levels:
            return self.levels[min(int(share * len(self.levels)), len(self.levels) - 1)]
        if self.kind == "whole":
            return self.of(min(math.floor(self.low + share * (self.high - self.low + 1)), self.high))
        return self.of(self.low + share * (self.high - self.low))

    def of(self, value: float) -> Level:
        """The level of a range at a value."""
        if self.kind == "time":
            given: Any = duration(1000 * round(value / 1000))
        else:
            given = round(value) if self.kind == "whole" else round(value, 9)
        cost = self.cost * (_amount(given) or 0.0)
        assert self.entry is not None
        return Level(given, _changes([{**self.entry, self.key: given}], self.epoch), cost)

    def called(self, label: object) -> Level:
        """The level that a design names.

        Raises
        ------
        InvalidPlant
            Where there is none.
        """
        if self.levels:
            known = {said(level.label): level for level in self.levels}
            wanted = said(_label(label))
            if wanted not in known:
                raise InvalidPlant(known_names(f"level of {self.name}", wanted, known))
            return known[wanted]
        value = _number(label)
        if value is None or not self.low <= value <= self.high:
            raise InvalidPlant(f"{self.name}: {shown(label)} is not between {self.at(0).label} and {self.at(1).label}")
        return self.of(value)


def factor(name: str, entry: Mapping[str, Any], epoch: Epoch | None = None) -> Factor:
    """A factor as a study file has it: a change with one open value, or options with names.

    Examples
    --------
    >>> size = factor("room", {"change": "buffer-size", "buffer": "filling", "capacity": [2, 4]})
    >>> [level.label for level in size.levels]
    [2, 4]
    >>> factor("speed", {"change": "speed", "machine": "filler", "factor": {"from": 0.8, "to": 1.2}}).at(0.5).label
    1.0

    Raises
    ------
    InvalidPlant
        With what is wrong and what would have been right.
    """
    given = dict(entry)
    cost = given.pop("cost", 0.0)
    if "options" in given:
        return _options(name, given, cost, epoch)
    if given.get("change") not in changes.CHANGES:
        known = dict.fromkeys(changes.CHANGES)
        raise InvalidPlant(known_names("change", str(given.get("change", "")), known) + "; or give options")
    opened = [key for key, value in given.items() if isinstance(value, list | dict)]
    if len(opened) != 1:
        raise InvalidPlant(
            f"one value has to be open, a list of levels or a range (from, to), and not {len(opened) or 'none'} of "
            f"{', '.join(key for key in given if key != 'change') or 'nothing'}"
        )
    key, value = opened[0], given.pop(opened[0])
    if isinstance(value, dict):
        return _range(name, given, key, value, cost, epoch)
    costs = _costs(cost, value)
    made = [
        Level(_label(label), _changes([{**given, key: label}], epoch), each)
        for label, each in zip(value, costs, strict=True)
    ]
    return _leveled(name, made)


def _options(name: str, given: Mapping[str, Any], cost: object, epoch: Epoch | None) -> Factor:
    options = given["options"]
    if len(given) > 1 or not isinstance(options, dict):
        raise InvalidPlant("options stand alone (with cost) and are a mapping of names to lists of changes")
    wrong = [label for label, edits in options.items() if not isinstance(edits, list)]
    if wrong:
        raise InvalidPlant(f"option {wrong[0]!r}: wanted a list of changes; [] where nothing is changed")
    costs = _costs(cost, list(options))
    made = [
        Level(str(label), _changes(edits, epoch), each)
        for (label, edits), each in zip(options.items(), costs, strict=True)
    ]
    return _leveled(name, made)


def _leveled(name: str, levels: Sequence[Level]) -> Factor:
    labels = [said(level.label) for level in levels]
    if not labels or len(set(labels)) < len(labels):
        raise InvalidPlant(f"wanted: one level or more, each once, not {', '.join(labels) or 'none'}")
    if any(isinstance(level.label, str) for level in levels):  # a column of a table is of one kind
        levels = [level._replace(label=label) for level, label in zip(levels, labels, strict=True)]
    return Factor(name=name, levels=tuple(levels))


def _range(
    name: str, given: Mapping[str, Any], key: str, value: Mapping[str, Any], cost: object, epoch: Epoch | None
) -> Factor:
    if not {"from", "to"} <= set(value) <= {"from", "to", "points"}:
        raise InvalidPlant(f"{key}: a range has from and to, and may have points, not {', '.join(map(str, value))}")
    low, high, points = _number(value["from"]), _number(value["to"]), value.get("points", 0)
    if low is None or high is None or not -math.inf < low < high < math.inf:
        raise InvalidPlant(
            f"{key}: from {shown(value['from'])} to {shown(value['to'])} is no range; "
            f"wanted two numbers, the lower first"
        )
    if isinstance(points, bool) or not isinstance(points, int) or (points < 2 and "points" in value):
        raise InvalidPlant(f"{key}: points: {shown(points)}; wanted a whole number, 2 or more")
    if isinstance(cost, bool) or not isinstance(cost, int | float):
        raise InvalidPlant(f"cost: {shown(cost)}; wanted a number, for each unit of the range")
    kind = _kind(given, key, value, (low, high), epoch)
    steps = math.inf if kind == "number" else (high - low) / (1000 if kind == "time" else 1)
    if points > steps + 1:
        raise InvalidPlant(f"{key}: points: {points}; there are only {steps + 1:.0f} levels from end to end")
    made = Factor(
        name=name,
        entry=dict(given),
        key=key,
        low=low,
        high=high,
        kind=kind,
        points=points,
        cost=float(cost),
        epoch=epoch,
    )
    for end in (low, high):
        made.of(end)
    return made


def _kind(
    given: Mapping[str, Any], key: str, value: Mapping[str, Any], ends: tuple[float, float], epoch: Epoch | None
) -> str:
    """What lies in a range: any number, whole numbers or times to the second, as the changed value takes them."""
    low, high = ends
    if isinstance(value["from"], str) or isinstance(value["to"], str):
        if low % 1000 or high % 1000:
            raise InvalidPlant(
                f"{key}: from {value['from']} to {value['to']}; wanted whole seconds, or a list of levels"
            )
        return "time"
    if _takes(given, key, low + 0.5, epoch):
        return "number"
    for end in ends:
        _changes([{**given, key: end}], epoch)
    return "whole"


def _takes(given: Mapping[str, Any], key: str, value: float, epoch: Epoch | None) -> bool:
    try:
        changes.read([{**given, key: value}], epoch)
    except InvalidPlant:
        return False
    return True


def _changes(entries: Sequence[Any], epoch: Epoch | None) -> tuple[Change, ...]:
    """The changes of a level; their numbers in a list say nothing where there is one."""
    try:
        return changes.read(entries, epoch)
    except InvalidPlant as error:
        raise InvalidPlant(re.sub(r"^change 1 \((.*?)\):? ", r"\1: ", str(error))) from None


def _costs(cost: object, labels: Sequence[object]) -> list[float]:
    if isinstance(cost, list):
        if len(cost) != len(labels) or any(_is_no_number(each) for each in cost):
            raise InvalidPlant(f"cost: {len(cost)} of them for {len(labels)} levels; wanted a number for each")
        return [float(each) for each in cost]
    if _is_no_number(cost):
        raise InvalidPlant(f"cost: {shown(cost)}; wanted a number, or a list of numbers, one for each level")
    units = [_amount(label) for label in labels]
    if cost and None in units:
        text = next(islice((label for label, unit in zip(labels, units, strict=True) if unit is None), 1))
        raise InvalidPlant(f"cost: {shown(text)} is no number to multiply it with; give a list, one for each level")
    return [float(cost) * (unit or 0.0) for unit in units] if isinstance(cost, int | float) else []


def _is_no_number(value: object) -> bool:
    return isinstance(value, bool) or not isinstance(value, int | float)


def _number(value: object) -> float | None:
    """A number, or a time in milliseconds; None where it is neither."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return value
    try:
        return float(whole_milliseconds(value))
    except ValueError:
        return None


def _amount(value: object) -> float | None:
    """What a cost is multiplied with: a number, or the hours of a time; None where it is neither."""
    number = _number(value)
    return number / HOUR if number is not None and isinstance(value, str) else number


def _label(value: object) -> Label:
    """What a level is called in tables; what is left open (room for any number) is called none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return "none" if value is None else str(value)
