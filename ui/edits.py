"""What-if edits as people type them on a command line or in a YAML file. Times on the command line count from now."""

import re
from collections.abc import Sequence
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


def typed(
    *,
    down: Sequence[str] | None = None,
    rush: Sequence[str] | None = None,
    due: Sequence[str] | None = None,
    priority: Sequence[str] | None = None,
    speed: Sequence[str] | None = None,
    shift: Sequence[str] | None = None,
    buffer: Sequence[str] | None = None,
    crew: Sequence[str] | None = None,
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
    found += [_number("--priority", "priority", "order", "priority", text) for text in priority or ()]
    found += [_number("--speed", "speed", "machine", "factor", text) for text in speed or ()]
    found += [_window("--shift", "extra-shift", "work_center", text, now) for text in shift or ()]
    found += [_number("--buffer", "buffer-size", "buffer", "capacity", text) for text in buffer or ()]
    found += [_number("--crew", "crew-size", "crew", "size", text) for text in crew or ()]
    if rule is not None:
        found.append({"change": "other-rule", "rule": rule})
    return found


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
