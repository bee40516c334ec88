"""What-if edits as people type them on a command line or in a YAML file. Times on the command line count from now."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from plant_models.clock import Epoch
from plant_models.errors import InvalidPlant
from plant_models.units import whole_milliseconds
from twin import changes

Entry = dict[str, Any]
"""An edit as files have it: ``change`` and what it takes; times in milliseconds or with units."""

_AT = re.compile(r"^(?P<what>[^@]+)@(?P<start>[^+]+)\+(?P<lasting>.+)$")


def typed(
    *,
    down: Sequence[str] | None = None,
    rush: Sequence[str] | None = None,
    due: Sequence[str] | None = None,
    speed: Sequence[str] | None = None,
    shift: Sequence[str] | None = None,
    buffer: Sequence[str] | None = None,
    rule: str | None = None,
    now: int = 0,
) -> list[Entry]:
    """The edits that the options of ``foreshift whatif`` name.

    Examples
    --------
    >>> typed(speed=["mill-1=1.2"], rule="atc")
    [{'change': 'speed', 'machine': 'mill-1', 'factor': 1.2}, {'change': 'other-rule', 'rule': 'atc'}]

    Raises
    ------
    InvalidPlant
        Where an option cannot be read, with what was expected.
    """
    found = [_window("--down", "machine-down", "machine", text, now) for text in down or ()]
    found += [_rush(text, now) for text in rush or ()]
    found += [_due(text, now) for text in due or ()]
    found += [_number("--speed", "speed", "machine", "factor", text) for text in speed or ()]
    found += [_window("--shift", "extra-shift", "work_center", text, now) for text in shift or ()]
    found += [_number("--buffer", "buffer-size", "buffer", "capacity", text) for text in buffer or ()]
    if rule is not None:
        found.append({"change": "other-rule", "rule": rule})
    return found


def from_file(path: Path) -> list[Entry]:
    """The edits in a YAML file: a list, each with ``change`` and what it takes.

    Raises
    ------
    InvalidPlant
        Where it is no such list.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidPlant(f"{path}: not YAML: {str(error).splitlines()[0]}") from None
    if not isinstance(content, list) or not all(isinstance(entry, dict) for entry in content):
        raise InvalidPlant(
            f"{path}: wanted a list of changes, such as '- {{change: speed, machine: mill-1, factor: 1.2}}'"
        )
    return content


def read(entries: Sequence[Entry], epoch: Epoch) -> tuple[changes.Change, ...]:
    """The edits themselves.

    Raises
    ------
    InvalidPlant
        With the number of the entry, what is wrong and what would have been right.
    """
    return changes.read(entries, epoch)


def as_yaml(edits: Sequence[changes.Change]) -> str:
    """The edits as a file has them."""
    return yaml.safe_dump([changes.to_dict(edit) for edit in edits], sort_keys=False, allow_unicode=True)


def milliseconds(time: int) -> str:
    """A time as edits have it."""
    return f"{time} ms"


def _window(option: str, change: str, key: str, text: str, now: int) -> Entry:
    found = _AT.match(text)
    if found is None:
        raise InvalidPlant(f"{option} {text!r}: wanted {key.upper()}@FROM+LASTING, such as {key}@2h+4h")
    start = now + _time(option, found["start"])
    return {
        "change": change,
        key: found["what"],
        "start": milliseconds(start),
        "end": milliseconds(start + _time(option, found["lasting"])),
    }


def _rush(text: str, now: int) -> Entry:
    head, _, due = text.partition("@")
    parts = head.split(":")
    if len(parts) != 3 or not due or not parts[2].isdigit():
        raise InvalidPlant(f"--rush {text!r}: wanted ID:PRODUCT:QUANTITY@DUE, such as RUSH-1:shaft-30:20@8h")
    return {
        "change": "add-order",
        "order": parts[0],
        "product": parts[1],
        "quantity": int(parts[2]),
        "release": milliseconds(now),
        "due": milliseconds(now + _time("--rush", due)),
    }


def _due(text: str, now: int) -> Entry:
    order, at, due = text.partition("@")
    if not at:
        raise InvalidPlant(f"--due {text!r}: wanted ORDER@DUE, such as MO-1001@30h")
    return {"change": "due-date", "order": order, "due": milliseconds(now + _time("--due", due))}


def _number(option: str, change: str, key: str, value: str, text: str) -> Entry:
    name, equals, number = text.partition("=")
    try:
        wanted = float(number) if value == "factor" else int(number)
    except ValueError:
        wanted = None
    if not equals or wanted is None:
        example = "1.2" if value == "factor" else "5"
        raise InvalidPlant(f"{option} {text!r}: wanted {key.upper()}=NUMBER, such as {key}={example}")
    return {"change": change, key: name, value: wanted}


def _time(option: str, text: str) -> int:
    try:
        return whole_milliseconds(text)
    except ValueError as error:
        raise InvalidPlant(f"{option}: {error}") from None
