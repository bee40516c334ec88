"""The tables that describe a plant: their columns, and what stands in them."""

from collections.abc import Mapping
from typing import Literal

Kind = Literal["name", "text", "number", "whole", "time", "work", "moment", "more"]
"""What a column holds."""

TABLES: Mapping[str, Mapping[str, Kind]] = {
    "scenario": {"key": "text", "value": "text"},
    "work_centers": {
        "work_center": "name",
        "buffer": "name",
        "shifts": "name",
        "at_shift_end": "text",
        "changeover": "name",
        "blocking": "text",
        "more": "more",
    },
    "machines": {"machine": "name", "work_center": "name", "speed": "number", "set_up_for": "name", "more": "more"},
    "buffers": {"buffer": "name", "capacity": "whole", "discipline": "text", "when_full": "text", "more": "more"},
    "crews": {"crew": "name", "size": "whole", "more": "more"},
    "products": {"product": "name", "family": "name", "routing": "name", "more": "more"},
    "routings": {
        "routing": "name",
        "step": "whole",
        "operation": "name",
        "machine": "name",
        "time": "work",
        "per": "text",
        "scrap": "number",
        "buffer": "name",
        "rework_limit": "whole",
        "more": "more",
    },
    "branches": {"routing": "name", "step": "whole", "next": "name", "share": "number"},
    "orders": {
        "order": "name",
        "product": "name",
        "quantity": "whole",
        "release": "moment",
        "due": "moment",
        "weight": "number",
        "priority": "whole",
        "repeat": "whole",
        "every": "time",
        "more": "more",
    },
    "changeovers": {"changeover": "name", "before": "name", "after": "name", "time": "time", "more": "more"},
    "shifts": {
        "shifts": "name",
        "kind": "text",
        "days": "text",
        "hours": "text",
        "start": "moment",
        "end": "moment",
        "shift": "name",
    },
    "failures": {
        "machine": "name",
        "failure": "name",
        "time_to_failure": "work",
        "time_to_repair": "work",
        "clock": "text",
        "crew": "name",
        "more": "more",
    },
    "outages": {"machine": "name", "start": "moment", "end": "moment"},
    "more": {"section": "name", "name": "name", "says": "more"},
}
"""The tables of a plant, each with its columns and what they hold. Every table may have a column `notes`.

What has no column of its own is said in `more`, as a file says it: ``{crew: operators, tools: [drill]}``. The table
`more` has what belongs to no other: the section of the file, a name in it, and what is said there.
"""

NEEDED: Mapping[str, tuple[str, ...]] = {
    "scenario": ("key", "value"),
    "work_centers": ("work_center",),
    "machines": ("machine", "work_center"),
    "buffers": ("buffer",),
    "crews": ("crew",),
    "products": ("product",),
    "routings": ("routing", "step", "operation", "machine", "time"),
    "branches": ("routing", "step", "next", "share"),
    "orders": ("order", "product"),
    "changeovers": ("changeover", "time"),
    "shifts": ("shifts", "kind"),
    "failures": ("machine", "failure", "time_to_failure", "time_to_repair"),
    "outages": ("machine", "start", "end"),
    "more": ("section", "says"),
}
KEYS: Mapping[str, tuple[tuple[str, ...], Kind]] = {
    "scenario": (("scenario",), "name"),
    "title": (("title",), "name"),
    "epoch": (("epoch",), "moment"),
    "rule": (("rule",), "name"),
    "most_orders": (("release", "orders"), "whole"),
    "most_work": (("release", "work"), "time"),
}
"""What the table of the scenario may say: where it goes in the document, and what it holds."""
SHIFT_KINDS: Mapping[str, tuple[str, ...]] = {
    "week": ("days", "hours"),
    "cycle": ("end",),
    "open": ("start", "end"),
    "closed": ("start",),
    "overtime": ("start", "end"),
    "outage": ("start", "end"),
}
"""The kinds of rows in the table of shifts, and what each needs."""
NOTES = "notes"
