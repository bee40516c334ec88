"""Between what a file says and the nouns that it makes, where both have the same fields.

An entry that names its noun (`makes`) is read and written without a line of code: durations become milliseconds and
back, entries inside it become nouns, a mapping of names to entries becomes nouns that bear those names.
"""

import dataclasses
from collections.abc import Callable, Collection, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from plant_models import units
from plant_models.distributions import Constant, Distribution
from plant_models.entries.base import (
    Entry,
    KilowattHours,
    Kilowatts,
    Metres,
    MetresPerMinute,
    Moment,
    Pieces,
    Refers,
    Time,
    Work,
)


class Row(dict[str, Any]):
    """A mapping that is written on one line."""


def noun(entry: Entry, **more: Any) -> Any:
    """The noun that *entry* describes, with what only its place in the file tells (its id, say) in *more*."""
    return entry.makes(**fields(entry, but=more), **more)


def moments(entry: Entry, meant: Callable[[str], int]) -> dict[str, int]:
    """The fields of *entry* that are moments and that it gives, as *meant* (text to milliseconds) has them."""
    found = {
        name: getattr(entry, name)
        for name in type(entry).model_fields
        if _has_mark(_kind_of(type(entry), name), Moment)
    }
    return {name: meant(value) for name, value in found.items() if value is not None}


def fields(entry: Entry, but: Collection[str] = ()) -> dict[str, Any]:
    """The fields that *entry* has in common with its noun, as the noun has them."""
    known = _fields_of(entry.makes)
    return {
        name: _meant(getattr(entry, name), _kind_of(type(entry), name), known[name].type)
        for name in type(entry).model_fields
        if name in known and name not in but and not _is_left_open(getattr(entry, name), known[name])
    }


def _is_left_open(value: Any, field: dataclasses.Field[Any]) -> bool:
    """Whether a file says nothing of what the noun knows by itself."""
    return value is None and field.default not in (None, dataclasses.MISSING)


def said(kind: type[Entry], noun: Any, but: Collection[str] = ()) -> Row:
    """What a file says of *noun* as an entry of *kind*: what it has in common with it and is not as usual."""
    known = _fields_of(kind.makes)
    found = Row()
    for name, field in kind.model_fields.items():
        if name not in known or name in but:
            continue
        value = getattr(noun, name)
        usual = known[name].default if field.default in ({}, [], None) or field.default_factory else field.default
        is_nothing = value is None or (value in ({}, ()) and usual is not None)
        if field.is_required() or (value != usual and not is_nothing):
            found[name] = _words(_kind_of(kind, name))(value)
    return found


def references(entry: Entry, place: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], str, str]]:
    """Every name in *entry* that refers to something: its place, what it should be, and the name."""
    found: list[tuple[tuple[str | int, ...], str, str]] = []
    for name in type(entry).model_fields:
        _refer(getattr(entry, name), _kind_of(type(entry), name), (*place, name), found)
    return found


def _refer(value: Any, kind: Any, place: tuple[str | int, ...], found: list[Any]) -> None:
    if isinstance(value, Entry):
        found += references(value, place)
        return
    marker = next((mark for mark in getattr(kind, "__metadata__", ()) if isinstance(mark, Refers)), None)
    if marker is not None and isinstance(value, str):
        found.append((place, marker.what, value))
    parts = [_bare(part) for part in get_args(_base(kind))]
    if isinstance(value, Mapping) and len(parts) == 2:
        for key, part in value.items():
            _refer(key, parts[0], (*place, key), found)
            _refer(part, parts[1], (*place, key), found)
    elif isinstance(value, (list, tuple)) and parts:
        for at, part in enumerate(value):
            _refer(part, parts[0], (*place, at), found)


@cache
def _fields_of(kind: type) -> dict[str, dataclasses.Field[Any]]:
    return {field.name: field for field in dataclasses.fields(kind) if field.init}


@cache
def _kind_of(kind: type[Entry], name: str) -> Any:
    """What a field holds, without None."""
    field = kind.model_fields[name]
    marked: Any = field.annotation
    for mark in field.metadata:
        marked = Annotated[marked, mark]
    return _bare(marked)


def _bare(kind: Any) -> Any:
    if get_origin(kind) in (Union, UnionType):
        parts = [part for part in get_args(kind) if part is not NoneType]
        return parts[0] if len(parts) == 1 else kind
    return kind


def _base(kind: Any) -> Any:
    """A kind without the marks on it."""
    return _base(_bare(get_args(kind)[0])) if get_origin(kind) is Annotated else kind


def _has_mark(kind: Any, of: Any) -> bool:
    marks = getattr(kind, "__metadata__", ())
    return any(mark in marks for mark in of.__metadata__[:1])


def _meant(value: Any, kind: Any, wanted: Any) -> Any:
    """A value of an entry as its noun has it."""
    if isinstance(value, Entry):
        return noun(value)
    if isinstance(value, (int, float)) and (_has_mark(kind, Work) or _has_mark(kind, Pieces)):
        return Constant(value)
    parts = [_bare(part) for part in get_args(_base(kind))]
    if isinstance(value, Mapping) and len(parts) == 2:
        is_row = str(wanted).startswith("tuple")
        if is_row or any(isinstance(part, Entry) for part in value.values()):
            named = {key: _named(part, key) for key, part in value.items()}
            return tuple(named.values()) if is_row else named
        return {key: _meant(part, parts[1], None) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(_meant(part, parts[0] if parts else None, None) for part in value)
    return value


def _named(entry: Entry, name: str) -> Any:
    return noun(entry, id=name) if "id" in _fields_of(entry.makes) else noun(entry)


@cache
def _words(kind: Any) -> Callable[[Any], Any]:
    """How a value of a kind is said in a file."""
    if _has_mark(kind, Work):
        return _work
    if _has_mark(kind, Pieces):
        return _pieces
    if _has_mark(kind, Time) or _has_mark(kind, Moment):
        return units.duration
    if _has_mark(kind, Kilowatts):
        return units.in_kilowatts
    if _has_mark(kind, KilowattHours):
        return units.in_kilowatt_hours
    if _has_mark(kind, Metres):
        return units.in_metres
    if _has_mark(kind, MetresPerMinute):
        return units.in_metres_per_minute
    base = _base(kind)
    parts = [_bare(part) for part in get_args(base)]
    if isinstance(base, type) and issubclass(base, Entry):
        return lambda value: _in_brief(base, said(base, value))
    if get_origin(base) is dict:
        part = _words(parts[1])
        return lambda value: Row({key: part(each) for key, each in _by_name(value)})
    if get_origin(base) in (list, tuple):
        part = _words(parts[0])
        return lambda value: [part(each) for each in value]
    return lambda value: value


def _in_brief(kind: type[Entry], row: Row) -> Any:
    return row[kind.brief] if set(row) == {kind.brief} else row


def _by_name(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, Mapping) else [(each.id, each) for each in value]


def _work(time: Distribution) -> Any:
    return flow(units.written(time))


def _pieces(number: Distribution) -> Any:
    return flow(units.written(number, units.plain))


def flow(value: Any) -> Any:
    """*value* with every mapping in it on one line."""
    return Row({key: flow(part) for key, part in value.items()}) if isinstance(value, dict) else value
