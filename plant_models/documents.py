"""Files of text as plain values, with the line on which each stands: YAML and JSON, read strictly."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from plant_models.errors import InvalidPlant
from plant_models.units import shown

MOST_BYTES = 20_000_000
MOST_YAML_BYTES = 4_000_000
"""YAML is read slowly; larger files are to be JSON."""
MOST_NODES = 500_000
_DEEPEST = 50

Place = tuple[str | int, ...]
"""The way to a value: keys and positions from the top."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file's content as plain values. *lines* gives the line of each place, where the format has it.

    *cells* says of a document that was made of tables where each value stands, *faults* what was wrong with them
    already, each with its place.
    """

    file: str
    content: dict[str, Any]
    lines: Mapping[Place, int] = field(default_factory=dict)
    cells: Mapping[Place, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()

    def at(self, place: Place, key: str | None = None) -> str:
        """Where *place* is, in words: file, line, path. Parts that are not in the file are left out."""
        known = self._known(place)
        if self.cells:
            return self._cell((*known, key) if key is not None else known)
        line = self.lines.get((*known, key)) if key is not None else None
        while line is None and known and known not in self.lines:
            known = known[:-1]
        line = line if line is not None else self.lines.get(known)
        path = ".".join(map(str, (*self._known(place), *([key] if key is not None else []))))
        return f"{self.file}" + (f":{line}" if line is not None else "") + (f": {path}" if path else "")

    def _cell(self, place: Place) -> str:
        while place and place not in self.cells:
            place = place[:-1]
        return self.cells.get(place, self.file)

    def _known(self, place: Place) -> Place:
        found: list[str | int] = []
        value: Any = self.content
        for part in place:
            if isinstance(value, list):
                value = dict(enumerate(value))
            if isinstance(value, dict) and part in value:
                value = value[part]
                found.append(part)
        return tuple(found)


def open_text(path: Path, most: int = MOST_BYTES) -> str:
    """The text of a file, in UTF-8, if it is one and not too long.

    Raises
    ------
    InvalidPlant
        Where it is missing, too large, not text, or in another encoding.
    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise InvalidPlant(f"{path}: not a file")
        if size > most:
            raise InvalidPlant(f"{path}: {size / 1e6:.1f} MB is too large; at most {most / 1e6:.0f} MB are read")
        return decoded(path.read_bytes(), str(path))
    except OSError as error:
        raise InvalidPlant(f"{path}: cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        if isinstance(error, InvalidPlant):
            raise
        raise InvalidPlant(f"{str(path)!r}: not the name of a file") from None


def decoded(content: bytes, file: str) -> str:
    """The text in *content*, which must be UTF-8 (a byte order mark is dropped)."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidPlant(
            f"{file}:{line}: byte {error.start} ({content[error.start]:#04x}) is not UTF-8; wanted a text file in UTF-8"
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InvalidPlant(f"{file}:{line}: there is a zero byte; wanted a text file, this looks like a binary one")
    return text


def document(path: Path) -> Document:
    """The YAML or JSON (by its ending) document in *path*, which must be a mapping with unique keys.

    Raises
    ------
    InvalidPlant
        Where it is not that.
    """
    is_json = path.suffix.lower() == ".json"
    return parsed(open_text(path, MOST_BYTES if is_json else MOST_YAML_BYTES), str(path), is_json=is_json)


def parsed(text: str, file: str, *, is_json: bool) -> Document:
    """The document that is *text*; *file* is what messages call it."""
    lines: dict[Place, int] = {}
    content = _json(text, file) if is_json else _Composing(file, lines).read(text)
    if not isinstance(content, dict):
        what = "nothing" if content is None else f"{type(content).__name__} {shown(content)}"
        raise InvalidPlant(f"{file}: wanted a mapping with keys such as 'scenario', found {what}")
    return Document(file, content, lines)


def _json(text: str, file: str) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise InvalidPlant(f"{file}: the key {shown(key)} is there twice in one mapping")
            found[key] = value
        return found

    def refuse(name: str) -> Any:
        raise InvalidPlant(f"{file}: {name} is no number that JSON knows")

    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise InvalidPlant(f"{file}:{error.lineno}: not JSON: {error.msg} (column {error.colno})") from None
    except RecursionError:
        raise InvalidPlant(f"{file}: nested too deeply") from None
    except InvalidPlant:
        raise
    except ValueError as error:
        raise InvalidPlant(f"{file}: not JSON that can be read: {error}") from None


_EVENTS = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,4000})")
_BROKEN = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_WORDS: dict[str, bool | float | None] = {"": None, "~": None, "null": None, "true": True, "false": False}
_WORDS |= {".nan": float("nan"), ".inf": float("inf"), "-.inf": float("-inf")}
_STRING = "tag:yaml.org,2002:str"


@dataclass(slots=True)
class _Open:
    """A mapping or sequence that is being read."""

    value: dict[str, Any] | list[Any]
    place: Place
    anchor: str | None
    nodes_before: int
    key: str | None = None


@dataclass(slots=True)
class _Composing:
    """The plain values of a YAML 1.2 document, from the events of its parser; keys are text and unique.

    Unlike the usual loaders it knows no dates, no yes and no, and no clock times in base 60. Nothing recurses, and
    an alias counts for all that it stands for, so that no file can grow beyond what is said to be the limit.
    """

    file: str
    lines: dict[Place, int]
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, tuple[Any, int]] = field(default_factory=dict)
    nodes: int = 0
    documents: int = 0
    top: Any = None

    def read(self, text: str) -> Any:
        """The one document in *text*."""
        try:
            for event in yaml.parse(text, Loader=_EVENTS):
                self._take(event)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = f":{mark.line + 1}" if mark is not None else ""
            what = error.problem or error.context or "it cannot be read"
            if "'\\t'" in what or (mark is not None and _is_indented_by_a_tab(text, mark.line)):
                what = "a tab; indent with spaces"
            raise InvalidPlant(f"{self.file}{line}: not YAML: {what}") from None
        except yaml.YAMLError as error:
            first = str(error).splitlines()[0]
            raise InvalidPlant(f"{self.file}: not YAML: {first}") from None
        except (ValueError, RecursionError) as error:
            if isinstance(error, InvalidPlant):
                raise
            raise InvalidPlant(f"{self.file}: not YAML that can be read: {error}") from None
        return self.top

    def _take(self, event: yaml.Event) -> None:
        match event:
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    raise self._fault(event, "a second document begins; wanted one document in a file")
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                if event.tag not in (None, "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"):
                    raise self._fault(event, f"the tag {shown(event.tag)} has no meaning here")
                place = self._place(event)
                value: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
                if len(self.stack) >= _DEEPEST:
                    raise self._fault(event, f"nested more than {_DEEPEST} deep")
                self._count(event, 1)
                self.stack.append(_Open(value, place, event.anchor, self.nodes))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                done = self.stack.pop()
                if done.anchor is not None:
                    self.anchors[done.anchor] = (done.value, self.nodes - done.nodes_before + 1)
                self._put(done.value)
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.AliasEvent():
                if event.anchor not in self.anchors:
                    raise self._fault(event, f"the alias *{event.anchor} stands for nothing that is complete")
                anchored, size = self.anchors[event.anchor]
                self._place(event)
                self._count(event, size)
                self._put(anchored)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if event.tag not in (None, "!", _STRING):
            raise self._fault(event, f"the tag {shown(event.tag)} has no meaning here")
        within = self.stack[-1] if self.stack else None
        self._count(event, 1)
        if within is not None and isinstance(within.value, dict) and within.key is None:
            if event.value in within.value:
                first = self.lines[(*within.place, event.value)]
                raise self._fault(
                    event, f"the key {shown(event.value)} is there already, in line {first}", within.place
                )
            within.key = event.value
            self.lines[(*within.place, event.value)] = _line(event)
            return
        self._place(event)
        value = plain(event.value) if event.implicit[0] and event.tag is None else event.value
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, 1)
        self._put(value)

    def _place(self, event: yaml.Event) -> Place:
        """The place of the value that now comes; its line is noted."""
        if not self.stack:
            return ()
        within = self.stack[-1]
        if isinstance(within.value, list):
            place: Place = (*within.place, len(within.value))
            self.lines[place] = _line(event)
            return place
        if within.key is None:
            raise self._fault(event, "a key must be plain text", within.place)
        return (*within.place, within.key)

    def _put(self, value: Any) -> None:
        if not self.stack:
            self.top = value
            return
        within = self.stack[-1]
        if isinstance(within.value, list):
            within.value.append(value)
        elif within.key is not None:
            within.value[within.key] = value
            within.key = None

    def _count(self, event: yaml.Event, nodes: int) -> None:
        self.nodes += nodes
        if self.nodes > MOST_NODES:
            raise self._fault(event, f"more than {MOST_NODES} values, aliases counted for what they stand for")

    def _fault(self, event: yaml.Event, what: str, place: Place = ()) -> InvalidPlant:
        path = f": {'.'.join(map(str, place))}" if place else ""
        return InvalidPlant(f"{self.file}:{_line(event)}{path}: {what}")


def _is_indented_by_a_tab(text: str, line: int) -> bool:
    lines = text.splitlines()
    begins = lines[line] if line < len(lines) else ""
    return "\t" in begins[: len(begins) - len(begins.lstrip())]


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark is not None else 1


def plain(text: str) -> str | float | None:
    """What unquoted *text* means in YAML."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _BROKEN.fullmatch(text) else text
