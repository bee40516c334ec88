"""Event logs as OCEL 2.0, in JSON and in SQLite.

References
----------
A. Berti, I. Koren, J. N. Adams et al., *OCEL (Object-Centric Event Log) 2.0 Specification*, 2023, arXiv:2403.01975,
https://www.ocel-standard.org.
"""

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from twin.records.event_log import EventLog, Kind, Relation, Thing, Value

_SQL_KINDS: Mapping[Kind, str] = {
    "string": "TEXT",
    "time": "TIMESTAMP",
    "integer": "INTEGER",
    "float": "REAL",
    "boolean": "BOOLEAN",
}

_TABLES = """
CREATE TABLE "event_map_type" ("ocel_type" TEXT PRIMARY KEY, "ocel_type_map" TEXT NOT NULL UNIQUE);
CREATE TABLE "object_map_type" ("ocel_type" TEXT PRIMARY KEY, "ocel_type_map" TEXT NOT NULL UNIQUE);
CREATE TABLE "event" (
  "ocel_id" TEXT PRIMARY KEY, "ocel_type" TEXT NOT NULL REFERENCES "event_map_type" ("ocel_type"));
CREATE TABLE "object" (
  "ocel_id" TEXT PRIMARY KEY, "ocel_type" TEXT NOT NULL REFERENCES "object_map_type" ("ocel_type"));
CREATE TABLE "event_object" (
  "ocel_event_id" TEXT NOT NULL REFERENCES "event" ("ocel_id"),
  "ocel_object_id" TEXT NOT NULL REFERENCES "object" ("ocel_id"),
  "ocel_qualifier" TEXT NOT NULL,
  PRIMARY KEY ("ocel_event_id", "ocel_object_id", "ocel_qualifier"));
CREATE TABLE "object_object" (
  "ocel_source_id" TEXT NOT NULL REFERENCES "object" ("ocel_id"),
  "ocel_target_id" TEXT NOT NULL REFERENCES "object" ("ocel_id"),
  "ocel_qualifier" TEXT NOT NULL,
  PRIMARY KEY ("ocel_source_id", "ocel_target_id", "ocel_qualifier"));
"""


def stamp(time: datetime) -> str:
    """A time in UTC as ISO 8601 has it, to the millisecond."""
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def as_ocel(log: EventLog) -> dict[str, Any]:
    """*log* as the plain values of an OCEL 2.0 JSON document."""
    event_types, object_types = log.event_types(), log.object_types()
    return {
        "eventTypes": _types(event_types),
        "objectTypes": _types(object_types),
        "events": [
            {
                "id": event.id,
                "type": event.type,
                "time": stamp(event.time),
                "attributes": [
                    {"name": name, "value": _value(value, event_types[event.type][name])}
                    for name, value in event.attributes.items()
                ],
                "relationships": _relationships(event.relations),
            }
            for event in log.happenings
        ],
        "objects": [_object(thing, object_types[thing.type]) for thing in log.things.values()],
    }


def write_ocel_json(log: EventLog, path: Path) -> None:
    """Write *log* as OCEL 2.0 in JSON."""
    path.write_text(json.dumps(as_ocel(log), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_ocel_sqlite(log: EventLog, path: Path) -> None:
    """Write *log* as an OCEL 2.0 database; a file that was there before is replaced."""
    path.unlink(missing_ok=True)
    base = sqlite3.connect(path)
    try:
        base.execute("PRAGMA foreign_keys=ON")
        base.executescript(_TABLES)
        _fill_events(base, log)
        _fill_objects(base, log)
        base.commit()
    finally:
        base.close()


def _types(types: Mapping[str, Mapping[str, Kind]]) -> list[dict[str, Any]]:
    return [
        {"name": name, "attributes": [{"name": key, "type": kind} for key, kind in attributes.items()]}
        for name, attributes in types.items()
    ]


def _relationships(relations: Iterable[Relation]) -> list[dict[str, str]]:
    return [{"objectId": relation.object, "qualifier": relation.qualifier} for relation in relations]


def _object(thing: Thing, kinds: Mapping[str, Kind]) -> dict[str, Any]:
    return {
        "id": thing.id,
        "type": thing.type,
        "attributes": [
            {"name": name, "time": stamp(time), "value": _value(value, kinds[name])}
            for name, value, time in thing.readings
        ],
        "relationships": _relationships(thing.relations),
    }


def _value(value: Value | datetime, kind: Kind) -> Value:
    if isinstance(value, datetime):
        return stamp(value)
    if kind == "float" and not isinstance(value, str):
        return float(value)
    return str(value) if kind == "string" else value


# -- the database -----------------------------------------------------------------------------------------------------


def _fill_events(base: sqlite3.Connection, log: EventLog) -> None:
    types = log.event_types()
    tables = _type_tables(base, "event", types, '"ocel_time" TIMESTAMP NOT NULL')
    base.executemany('INSERT INTO "event" VALUES (?, ?)', [(event.id, event.type) for event in log.happenings])
    for event in log.happenings:
        kinds = types[event.type]
        cells = [_value(event.attributes[n], kind) if n in event.attributes else None for n, kind in kinds.items()]
        _insert(base, tables[event.type], (event.id, stamp(event.time), *cells))


def _fill_objects(base: sqlite3.Connection, log: EventLog) -> None:
    """An object's first row has what it begins with; every later change of one attribute has a row of its own."""
    types = log.object_types()
    tables = _type_tables(
        base, "object", types, '"ocel_time" TIMESTAMP NOT NULL, "ocel_changed_field" TEXT', is_once=False
    )
    things = list(log.things.values())
    base.executemany('INSERT INTO "object" VALUES (?, ?)', [(thing.id, thing.type) for thing in things])
    for thing in things:
        kinds = types[thing.type]
        begin = thing.readings[0].time if thing.readings else log.happenings[0].time if log.happenings else None
        first: dict[str, Value] = {}
        later: list[tuple[str, str, Value]] = []
        for name, value, time in thing.readings:
            if time == begin and name not in first:
                first[name] = _value(value, kinds[name])
            else:
                later.append((stamp(time), name, _value(value, kinds[name])))
        opening = "1970-01-01T00:00:00.000Z" if begin is None else stamp(begin)
        _insert(base, tables[thing.type], (thing.id, opening, None, *(first.get(name) for name in kinds)))
        for time_, name, value_ in later:
            cells = (value_ if name == other else None for other in kinds)
            _insert(base, tables[thing.type], (thing.id, time_, name, *cells))
    pairs = [(thing.id, *relation) for thing in things for relation in thing.relations]
    base.executemany('INSERT INTO "object_object" VALUES (?, ?, ?)', pairs)
    links = [(event.id, *relation) for event in log.happenings for relation in event.relations]
    base.executemany('INSERT INTO "event_object" VALUES (?, ?, ?)', links)


def _type_tables(
    base: sqlite3.Connection,
    what: str,
    types: Mapping[str, Mapping[str, Kind]],
    columns: str,
    *,
    is_once: bool = True,
) -> dict[str, str]:
    """A table for each type; the name of each, by type."""
    found: dict[str, str] = {}
    for name, attributes in types.items():
        short = re.sub(r"\W", "", name.title() if "_" in name or " " in name else name, flags=re.ASCII)
        short = short if short and short not in found.values() else f"Type{len(found)}"
        found[name] = short
        own = "".join(f', "{_quoted(key)}" {_SQL_KINDS[kind]}' for key, kind in attributes.items())
        key = '"ocel_id" TEXT ' + ("PRIMARY KEY" if is_once else "NOT NULL")
        base.execute(f'CREATE TABLE "{what}_{short}" ({key} REFERENCES "{what}" ("ocel_id"), {columns}{own})')
        base.execute(f'INSERT INTO "{what}_map_type" VALUES (?, ?)', (name, short))
    return {name: f"{what}_{short}" for name, short in found.items()}


def _insert(base: sqlite3.Connection, table: str, cells: tuple[object, ...]) -> None:
    base.execute(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(cells))})', cells)


def _quoted(name: str) -> str:
    return name.replace('"', '""')
