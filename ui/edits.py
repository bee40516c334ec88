"""What-if edits as people type them on a command line or in a YAML file. Times on the command line count from now."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from plant_models.clock import Epoch
from plant_models.errors import InvalidPlant
from plant_models.units import whole_milliseconds
from twin import changes

Entry = dict[str, Any]
"""An edit as files have it: ``change`` and what it takes; times in milliseconds or with units."""

MOST = 1000
"""How many changes one question may have."""

_AT = re.compile(r"^(?P<what>[^@]+)@(?P<start>[^+]+)\+(?P<lasting>.+)$")


def typed(given: Mapping[str, Any], *, rule: str | None = None, now: int = 0) -> list[Entry]:
    """The edits that the options of ``foreshift whatif`` name: what was typed, by the name of the option.

    What was typed after options that name no edit is left alone.

    Examples
    --------
    >>> typed({"speed": ["mill-1=1.2"]}, rule="atc")
    [{'change': 'speed', 'machine': 'mill-1', 'factor': 1.2}, {'change': 'other-rule', 'rule': 'atc'}]

    Raises
    ------
    InvalidPlant
        Where an option cannot be read, with what was expected.
    """
    found = [_READ[option](f"--{option}", text, now) for option in _READ for text in given.get(option) or ()]
    return found if rule is None else [*found, {"change": "other-rule", "rule": rule}]


def from_file(path: Path) -> list[Entry]:
    """The edits in a YAML file: a list, each with ``change`` and what it takes.

    Raises
    ------
    InvalidPlant
        Where there is no such file, or it is no such list.
    """
    try:
        return from_text(path.read_text(encoding="utf-8"), str(path))
    except FileNotFoundError:
        raise InvalidPlant(f"{path}: there is no such file; --save writes one") from None
    except UnicodeDecodeError:
        raise InvalidPlant(f"{path}: not a text in UTF-8") from None


def from_text(text: str, name: str) -> list[Entry]:
    """The edits in a YAML document that is called *name*: a list, or a mapping with the list under ``changes``.

    Raises
    ------
    InvalidPlant
        Where it is no such document: the line, and what was expected.
    """
    try:
        content = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = "" if mark is None else f", line {mark.line + 1}"
        raise InvalidPlant(f"{name}{line}: not YAML: {error.problem or error.context}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise InvalidPlant(f"{name}: not YAML: {str(error).splitlines()[0]}") from None
    if isinstance(content, dict) and set(content) == {"changes"}:
        content = content["changes"]
    if not isinstance(content, list) or not all(isinstance(entry, dict) for entry in content):
        raise InvalidPlant(
            f"{name}: wanted a list of changes, such as '- {{change: speed, machine: mill-1, factor: 1.2}}'"
        )
    if len(content) > MOST:
        raise InvalidPlant(f"{name}: {len(content):,} changes; at most {MOST:,} can be asked at once")
    return content


def read(entries: Sequence[Entry], epoch: Epoch) -> tuple[changes.Change, ...]:
    """The edits themselves.

    Raises
    ------
    InvalidPlant
        With the number of the entry, what is wrong and what would have been right.
    """
    return changes.read(entries, epoch)


def as_yaml(edits: Sequence[changes.Change], epoch: Epoch | None = None) -> str:
    """The edits as a file has them; with *epoch* each under a comment that says it in words."""
    if epoch is None or not edits:
        return _dumped([changes.to_dict(edit) for edit in edits])
    head = f"# Times count from {epoch.start.isoformat()}.\n"
    said = ("# " + " ".join(edit.words(epoch).split()) + "\n" for edit in edits)
    return head + "".join(words + _dumped([changes.to_dict(edit)]) for words, edit in zip(said, edits, strict=True))


def _dumped(entries: Sequence[Entry]) -> str:
    return yaml.safe_dump(entries, sort_keys=False, allow_unicode=True, width=1000)


def moment(text: str) -> datetime:
    """A moment that was written in ISO 8601."""
    return datetime.fromisoformat(text)


def milliseconds(time: int) -> str:
    """A time as edits have it."""
    return f"{time} ms"


Reader = Callable[[str, str, int], Entry]
"""Reads what was typed after an option: the option, the text, and the plant's time now."""


def _window(change: str, key: str) -> Reader:
    """WHAT@FROM+LASTING, from now."""

    def read(option: str, text: str, now: int) -> Entry:
        found = _AT.match(text)
        if found is None:
            raise InvalidPlant(f"{option} {text!r}: wanted {key.upper()}@FROM+LASTING, such as {key}@2h+4h")
        start = now + _time(option, found["start"])
        end = start + _time(option, found["lasting"])
        return {"change": change, key: found["what"], "start": milliseconds(start), "end": milliseconds(end)}

    return read


def _rush(option: str, text: str, now: int) -> Entry:
    head, _, due = text.partition("@")
    parts = head.split(":")
    wanted = "wanted ID:PRODUCT:QUANTITY@DUE, such as RUSH-1:shaft-30:20@8h"
    if len(parts) != 3 or not due:
        raise InvalidPlant(f"{option} {text!r}: {wanted}")
    if not (parts[2].isdecimal() and int(parts[2])):
        raise InvalidPlant(
            f"{option} {text!r}: the quantity must be a whole number of at least 1, not {parts[2]!r}; {wanted}"
        )
    return {
        "change": "add-order",
        "order": parts[0],
        "product": parts[1],
        "quantity": int(parts[2]),
        "release": milliseconds(now),
        "due": milliseconds(now + _time(option, due)),
    }


def _due(option: str, text: str, now: int) -> Entry:
    order, at, due = text.partition("@")
    if not at:
        raise InvalidPlant(f"{option} {text!r}: wanted ORDER@DUE, such as MO-1001@30h")
    return {"change": "due-date", "order": order, "due": milliseconds(now + _time(option, due))}


def _cancel(_option: str, text: str, _now: int) -> Entry:
    return {"change": "cancel-order", "order": text}


def _number(change: str, key: str, value: str, kind: type[int] | type[float] = int) -> Reader:
    """WHAT=NUMBER."""

    def read(option: str, text: str, _now: int) -> Entry:
        name, equals, number = text.partition("=")
        try:
            wanted = kind(number)
        except ValueError:
            wanted = None
        if not equals or wanted is None:
            example, whole = ("5", "WHOLE-NUMBER") if kind is int else ("1.2", "NUMBER")
            raise InvalidPlant(f"{option} {text!r}: wanted {key.upper()}={whole}, such as {key}={example}")
        return {"change": change, key: name, value: wanted}

    return read


def _lasting(change: str, part: str, value: str, *, is_needed: bool = False) -> Reader:
    """MACHINE=TIME, or MACHINE:PART=TIME where a part of it is meant."""

    def read(option: str, text: str, _now: int) -> Entry:
        what, equals, time = text.partition("=")
        machine, colon, name = what.partition(":")
        if not equals or not machine or (is_needed and not name) or (colon and not name):
            wanted = f"MACHINE:{part.upper()}" if is_needed else f"MACHINE=TIME or MACHINE:{part.upper()}"
            example = f"mill-1:{part}" if is_needed else "mill-1"
            raise InvalidPlant(f"{option} {text!r}: wanted {wanted}=TIME, such as {example}=8h")
        entry: Entry = {"change": change, "machine": machine} | ({part: name} if name else {})
        return entry | {value: milliseconds(_time(option, time))}

    return read


_READ: Mapping[str, Reader] = {
    "down": _window("machine-down", "machine"),
    "rush": _rush,
    "due": _due,
    "demand": _number("demand", "arrivals", "factor", float),
    "quantity": _number("quantity", "order", "quantity"),
    "priority": _number("priority", "order", "priority"),
    "weight": _number("weight", "order", "weight", float),
    "cancel": _cancel,
    "speed": _number("speed", "machine", "factor", float),
    "mttf": _lasting("failure-time", "failure", "mean"),
    "mttr": _lasting("repair-time", "failure", "mean"),
    "maintenance": _lasting("maintenance-interval", "maintenance", "interval", is_needed=True),
    "changeover": _number("changeover-time", "work_center", "factor", float),
    "shift": _window("extra-shift", "work_center"),
    "buffer": _number("buffer-size", "buffer", "capacity"),
    "crew": _number("crew-size", "crew", "size"),
    "overtime": _window("crew-overtime", "crew"),
    "tool": _number("tool-count", "tool", "count"),
    "fleet": _number("fleet-size", "fleet", "size"),
    "late": _window("late-delivery", "material"),
    "stock": _number("stock-change", "material", "stock"),
}
"""Every option that names an edit."""


def _time(option: str, text: str) -> int:
    try:
        return whole_milliseconds(text)
    except ValueError as error:
        raise InvalidPlant(f"{option}: {error}") from None
