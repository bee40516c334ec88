"""Event logs as XES: one trace for each order.

References
----------
*IEEE Standard for eXtensible Event Stream (XES) for Achieving Interoperability in Event Logs and Event Streams*,
IEEE Std 1849-2016.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from twin.records.event_log import EventLog, Happening, Value, identity

_EXTENSIONS = (("Concept", "concept"), ("Lifecycle", "lifecycle"), ("Organizational", "org"), ("Time", "time"))
_EXTENSION_BASE = "http://www.xes-standard.org"
_TAGS: Mapping[type, str] = {bool: "boolean", int: "int", float: "float", str: "string", datetime: "date"}
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_xes(log: EventLog, path: Path) -> None:
    """Write *log* as XES.

    An event of work has the operation's name and its transition (schedule, assign when setup begins, start, suspend
    and resume, complete); every other event has the name of its kind. The machine is the resource.
    """
    with path.open("wb") as file:
        out = XMLGenerator(file, encoding="utf-8", short_empty_elements=True)
        out.startDocument()
        _Document(out).log(log)
        out.endDocument()


class _Document:
    """The elements of an XES document, one after the other."""

    def __init__(self, out: XMLGenerator) -> None:
        self.out, self.depth = out, 0

    def log(self, log: EventLog) -> None:
        self._open("log", {"xes.version": "1849-2016", "xmlns": "http://www.xes-standard.org/"})
        for name, prefix in _EXTENSIONS:
            self._leaf("extension", {"name": name, "prefix": prefix, "uri": f"{_EXTENSION_BASE}/{prefix}.xesext"})
        self._open("global", {"scope": "trace"})
        self._attribute("concept:name", "")
        self._close("global")
        self._open("global", {"scope": "event"})
        self._attribute("concept:name", "")
        self._attribute("lifecycle:transition", "complete")
        self._leaf("date", {"key": "time:timestamp", "value": "1970-01-01T00:00:00.000+00:00"})
        self._close("global")
        self._leaf("classifier", {"name": "Activity", "keys": "concept:name lifecycle:transition"})
        self._leaf("classifier", {"name": "Resource", "keys": "org:resource"})
        self._attribute("concept:name", log.plant)
        self._attribute("lifecycle:model", "standard")
        traces: dict[str, list[Happening]] = {}
        for event in log.happenings:
            if event.order is not None:
                traces.setdefault(event.order, []).append(event)
        for order, events in traces.items():
            self._trace(log, order, events)
        self._close("log")

    def _trace(self, log: EventLog, order: str, events: list[Happening]) -> None:
        self._open("trace", {})
        self._attribute("concept:name", order)
        thing = log.things.get(identity("order", order))
        if events[0].product is not None:
            self._attribute("product", events[0].product)
        terms = {reading.name: reading.value for reading in thing.readings} if thing is not None else {}
        for name, value in terms.items():
            self._attribute(name, value)
        for event in events:
            self._event(event)
        self._close("trace")

    def _event(self, event: Happening) -> None:
        self._open("event", {})
        is_work = event.transition is not None and event.operation is not None
        self._attribute("concept:name", str(event.operation) if is_work else event.type)
        self._attribute("lifecycle:transition", event.transition if event.transition and is_work else "complete")
        self._attribute("time:timestamp", event.time)
        if event.machine is not None:
            self._attribute("org:resource", event.machine)
        self._attribute("fact", event.type)
        for name, value in event.attributes.items():
            self._attribute(name, value)
        self._close("event")

    def _attribute(self, key: str, value: Value | datetime) -> None:
        text = str(value)
        if isinstance(value, datetime):
            text = value.isoformat(timespec="milliseconds")
        elif isinstance(value, bool):
            text = text.lower()
        self._leaf(_TAGS[type(value)], {"key": key, "value": text})

    def _leaf(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._open(tag, attributes)
        self.depth -= 1
        self.out.endElement(tag)

    def _open(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.out.ignorableWhitespace("\n" + " " * self.depth)
        clean = {key: _NO_XML.sub("\ufffd", value) for key, value in attributes.items()}
        self.out.startElement(tag, AttributesImpl(clean))
        self.depth += 1

    def _close(self, tag: str) -> None:
        self.depth -= 1
        self.out.ignorableWhitespace("\n" + " " * self.depth)
        self.out.endElement(tag)
