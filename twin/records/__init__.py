"""What the facts of a floor tell afterwards: where each order was, what is in it, and logs for other programs."""

from twin.records.event_log import EventLog, event_log
from twin.records.genealogy import Genealogy, Link, genealogy, links_frame
from twin.records.materials import Balance, Booking, Ledger, ledger
from twin.records.ocel import write_ocel_json, write_ocel_sqlite
from twin.records.tracking import Stay, Track, Visit, at, track
from twin.records.write import FORMATS, write
from twin.records.xes import write_xes

__all__ = [
    "FORMATS",
    "Balance",
    "Booking",
    "EventLog",
    "Genealogy",
    "Ledger",
    "Link",
    "Stay",
    "Track",
    "Visit",
    "at",
    "event_log",
    "genealogy",
    "ledger",
    "links_frame",
    "track",
    "write",
    "write_ocel_json",
    "write_ocel_sqlite",
    "write_xes",
]
