"""A floor's facts come out as the event logs that other programs read."""

import json
import sqlite3
from collections import Counter
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pandas as pd
import pytest

from plant_models import Epoch, read
from plant_models.events import BrokeDown, Entered, Event, Fact, Finished, OrderAdded, Started
from plant_models.shifts import HOUR
from tests.laws.every import on_every_floor
from tests.laws.worlds import FAR, World
from twin import RULES, Chance, SimulatedFloor, opening, run
from twin import state as states
from twin.records import FORMATS, EventLog, event_log, write
from twin.records.ocel import as_ocel

SHOP = read.scenario("machine-shop")
XES = "{http://www.xes-standard.org/}"

_NAMED = {"type": "object", "required": ["name", "type"], "additionalProperties": False}
_TYPES = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name", "attributes"],
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string"},
            "attributes": {
                "type": "array",
                "items": {
                    **_NAMED,
                    "properties": {
                        "name": {"type": "string"},
                        "type": {"enum": ["string", "time", "integer", "float", "boolean"]},
                    },
                },
            },
        },
    },
}
_RELATIONSHIPS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["objectId", "qualifier"],
        "additionalProperties": False,
        "properties": {"objectId": {"type": "string"}, "qualifier": {"type": "string"}},
    },
}
_VALUE = {"type": ["string", "number", "boolean"]}
_TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}


def _items(required: list[str], **properties: object) -> dict[str, object]:
    return {
        "type": "array",
        "items": {
            "type": "object",
            "required": required,
            "additionalProperties": False,
            "properties": {"id": {"type": "string"}, "type": {"type": "string"}, **properties},
        },
    }


def _attributes(*names: str) -> dict[str, object]:
    known = {"name": {"type": "string"}, "value": _VALUE, "time": _TIME}
    item = {"type": "object", "required": list(names), "additionalProperties": False}
    return {"type": "array", "items": {**item, "properties": {name: known[name] for name in names}}}


OCEL = {
    "type": "object",
    "required": ["eventTypes", "objectTypes", "events", "objects"],
    "additionalProperties": False,
    "properties": {
        "eventTypes": _TYPES,
        "objectTypes": _TYPES,
        "events": _items(
            ["id", "type", "time"], time=_TIME, attributes=_attributes("name", "value"), relationships=_RELATIONSHIPS
        ),
        "objects": _items(
            ["id", "type"], attributes=_attributes("name", "time", "value"), relationships=_RELATIONSHIPS
        ),
    },
}
"""What section 7 of the OCEL 2.0 specification says of its JSON."""


def shop_log() -> tuple[EventLog, list[Event]]:
    facts: list[Event] = [OrderAdded(0, order) for order in SHOP.orders]
    floor = SimulatedFloor(SHOP.plant, opening(SHOP.plant, SHOP.orders), Chance(3), facts.append)
    run(floor, RULES["edd"], 30 * HOUR)
    return event_log(SHOP.plant, opening(SHOP.plant), facts, SHOP.epoch), facts


LOG, FACTS = shop_log()


def world_log(world: World) -> EventLog:
    facts: list[Event] = []
    run(world.floor(facts), world.policy, FAR)
    return event_log(world.plant, opening(world.plant, world.orders), facts, SHOP.epoch)


def check_ocel(log: EventLog) -> None:
    document = json.loads(json.dumps(as_ocel(log)))
    jsonschema.validate(document, OCEL)
    ids = [item["id"] for key in ("events", "objects") for item in document[key]]
    assert len(ids) == len(set(ids))
    objects = {thing["id"] for thing in document["objects"]}
    for what in ("event", "object"):
        declared = {t["name"]: {a["name"]: a["type"] for a in t["attributes"]} for t in document[f"{what}Types"]}
        for item in document[f"{what}s"]:
            pairs = [(r["objectId"], r["qualifier"]) for r in item["relationships"]]
            assert {target for target, _ in pairs} <= objects
            assert len(pairs) == len(set(pairs))
            for attribute in item["attributes"]:
                check_kind(attribute["value"], declared[item["type"]][attribute["name"]])


def check_kind(value: object, kind: str) -> None:
    match kind:
        case "time":
            datetime.fromisoformat(str(value))
        case "integer":
            assert isinstance(value, int) and not isinstance(value, bool)
        case "float":
            assert isinstance(value, float)
        case "boolean":
            assert isinstance(value, bool)
        case _:
            assert isinstance(value, str)


def test_the_json_is_as_ocel_says() -> None:
    check_ocel(LOG)
    assert len(LOG.happenings) == len(FACTS)
    assert {"order", "machine", "buffer", "product", "work_center"} == set(LOG.object_types())


@on_every_floor(most=50)
def test_any_plants_log_is_as_ocel_says(world: World) -> None:
    check_ocel(world_log(world))


def test_events_say_what_they_are_about() -> None:
    by_type = {event.type: event for event in LOG.happenings}
    finished = by_type["Finished"]
    qualifiers = {relation.qualifier for relation in finished.relations}
    assert qualifiers == {"order", "machine", "work center", "product"}
    assert {"good", "scrap", "step", "operation"} <= set(finished.attributes)
    entered = next(event for event in LOG.happenings if event.type == "Entered")
    assert {relation.qualifier for relation in entered.relations} == {"order", "buffer", "product"}
    interrupted = next(e for e in LOG.happenings if e.type == "BrokeDown" and e.order is not None)
    assert {relation.qualifier for relation in interrupted.relations} == {
        "order in hand",
        "machine",
        "work center",
        "product",
    }


def test_pieces_that_are_lost_are_a_change_of_the_order() -> None:
    line = read.scenario("bottling-line")
    facts: list[Event] = []
    floor = SimulatedFloor(line.plant, opening(line.plant, line.orders), Chance(1), facts.append)
    run(floor, RULES["fifo"], HOUR)
    log = event_log(line.plant, opening(line.plant, line.orders), facts, line.epoch)
    lost = next(fact for fact in facts if isinstance(fact, Finished) and fact.scrap)
    pieces = [reading for reading in log.things[f"order:{lost.order}"].readings if reading.name == "pieces"]
    assert [reading.value for reading in pieces] == [960, lost.good]
    assert pieces[1].time == line.epoch.datetime(lost.time)


def test_the_database_has_the_tables_of_ocel_and_all_that_the_json_has(tmp_path: Path) -> None:
    write(LOG, tmp_path / "log.sqlite", "ocel-sqlite")
    document = as_ocel(LOG)
    base = sqlite3.connect(tmp_path / "log.sqlite")
    tables = {name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables >= {"event", "object", "event_object", "object_object", "event_map_type", "object_map_type"}
    assert base.execute("PRAGMA foreign_key_check").fetchall() == []
    assert base.execute("SELECT * FROM event").fetchall() == [(e["id"], e["type"]) for e in document["events"]]
    links = {(e["id"], r["objectId"], r["qualifier"]) for e in document["events"] for r in e["relationships"]}
    assert set(base.execute("SELECT * FROM event_object")) == links
    for what in ("event", "object"):
        for name, short in base.execute(f"SELECT * FROM {what}_map_type").fetchall():
            columns = [row[1] for row in base.execute(f"PRAGMA table_info({what}_{short})")]
            [declared] = [t for t in document[f"{what}Types"] if t["name"] == name]
            fixed = ["ocel_id", "ocel_time"] if what == "event" else ["ocel_id", "ocel_time", "ocel_changed_field"]
            assert columns == fixed + [attribute["name"] for attribute in declared["attributes"]]
            ids = {row[0] for row in base.execute(f"SELECT ocel_id FROM {what}_{short}")}
            assert ids == {item["id"] for item in document[f"{what}s"] if item["type"] == name}
    base.close()


def test_each_order_is_a_trace_of_the_xes_log(tmp_path: Path) -> None:
    write(LOG, tmp_path / "log.xes", "xes")
    text = (tmp_path / "log.xes").read_text(encoding="utf-8")
    assert "<!" not in text
    root = ElementTree.fromstring(text)
    assert root.tag == f"{XES}log" and root.get("xes.version") == "1849-2016"
    names = [trace.find(f"{XES}string[@key='concept:name']") for trace in root.iter(f"{XES}trace")]
    assert [name.get("value") for name in names if name is not None] == [order.id for order in SHOP.orders]
    moves = Counter(
        part.get("value") for part in root.iter(f"{XES}string") if part.get("key") == "lifecycle:transition"
    )
    assert moves["start"] == sum(isinstance(fact, Started) for fact in FACTS)
    assert moves["schedule"] == sum(isinstance(fact, Entered) for fact in FACTS)
    assert moves["suspend"] >= moves["resume"] > 0
    stamps = [date.get("value") or "" for date in root.iter(f"{XES}date") if date.get("key") == "time:timestamp"]
    assert all(datetime.fromisoformat(stamp).tzinfo is not None for stamp in stamps)


@on_every_floor(most=50)
def test_work_is_suspended_and_resumed_in_turn(world: World) -> None:
    going: dict[str, bool] = {}
    for event in world_log(world).happenings:
        if event.order is None or event.transition in (None, "schedule", "assign"):
            continue
        if event.transition in ("resume", "start"):
            assert not going.get(event.order)
        elif event.transition == "suspend":
            assert going[event.order]
        going[event.order] = event.transition in ("start", "resume")


def test_names_that_xml_does_not_like_do_no_harm(tmp_path: Path) -> None:
    order = SHOP.orders[0]
    odd = OrderAdded(0, type(order)(id='<&">\x00\n]]>', product=order.product))
    write(event_log(SHOP.plant, opening(SHOP.plant), [odd], SHOP.epoch), tmp_path / "log.xes", "xes")
    trace = ElementTree.parse(tmp_path / "log.xes").getroot().find(f"{XES}trace/{XES}string")
    assert trace is not None and trace.get("value") == '<&">\ufffd\n]]>'


def test_the_table_has_a_row_for_each_fact(tmp_path: Path) -> None:
    write(LOG, tmp_path / "log.parquet", "parquet")
    write(LOG, tmp_path / "log.csv", "csv")
    whole = pd.read_parquet(tmp_path / "log.parquet")
    assert list(whole["time_ms"]) == [fact.time for fact in FACTS]
    assert str(whole["time"].dt.tz) == "UTC"
    assert list(pd.read_csv(tmp_path / "log.csv")["event"]) == list(whole["event"])
    started = whole[whole["event"] == "Started"]
    assert started[["order", "product", "machine", "operation", "step"]].notna().all().all()


class Cleaned(Fact, frozen=True):
    """A kind of fact that the log was not made for."""

    machine: str
    by: str
    litres: float
    parts: tuple[str, ...] = ()


def test_a_kind_of_fact_that_is_new_comes_out_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(states.APPLY, Cleaned, lambda plant, state, event: None)
    facts = [Cleaned(5, "saw-1", "Ada", 2.5, ("blade",)), Cleaned(6, "saw-1", "Ada", 3.0), BrokeDown(7, "saw-1")]
    log = event_log(SHOP.plant, opening(SHOP.plant), facts, SHOP.epoch)
    check_ocel(log)
    assert log.happenings[0].relations[0].object == "machine:saw-1"
    assert log.happenings[0].attributes == {"by": "Ada", "litres": 2.5, "parts": '["blade"]'}


def test_an_empty_log_can_be_written_in_every_form(tmp_path: Path) -> None:
    log = event_log(SHOP.plant, opening(SHOP.plant), [], Epoch(SHOP.epoch.start))
    for name in FORMATS:
        write(log, tmp_path / f"log.{name}", name)
        assert (tmp_path / f"log.{name}").exists()
    check_ocel(log)


def test_a_format_that_is_not_known_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no format 'xlsx'; there are ocel-json, ocel-sqlite, xes, csv, parquet"):
        write(LOG, tmp_path / "log", "xlsx")


def test_the_ending_says_the_format_where_nothing_else_does(tmp_path: Path) -> None:
    write(LOG, tmp_path / "log.jsonocel")
    jsonschema.validate(json.loads((tmp_path / "log.jsonocel").read_text(encoding="utf-8")), OCEL)
    with pytest.raises(
        ValueError, match=r"log\.txt: wanted a file that ends in \.json, .*\.parquet; or say the format"
    ):
        write(LOG, tmp_path / "log.txt")
