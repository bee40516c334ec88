"""Studies: many variants of one plant, played alike, to find out what matters and what is best.

`read` takes a study file, `conduct` plays what it asks for, wherever that is to be, and keeps what was played. The
libraries that a method needs are loaded when it is asked for.
"""

from importlib import import_module
from typing import Any

__all__ = [
    "Design",
    "Factor",
    "Findings",
    "Level",
    "Study",
    "conduct",
    "file_schema",
    "method_of",
    "names",
    "path_of",
    "read",
    "scenario_of",
]

_ROOMS = {
    "twin.studying.conducting": ("conduct",),
    "twin.studying.designs": ("Design", "Study"),
    "twin.studying.factors": ("Factor", "Level"),
    "twin.studying.file_schema": ("file_schema",),
    "twin.studying.findings": ("Findings",),
    "twin.studying.reading": ("names", "path_of", "read", "scenario_of"),
}
_HOMES = {name: room for room, names in _ROOMS.items() for name in names}
_METHODS = {
    "factorial": "grids",
    "designs": "grids",
    "morris": "screening",
    "sobol": "screening",
    "search": "searching",
    "select": "choosing",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"twin.studying has no {name!r}; there are {', '.join(__all__)}")
    found = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def method_of(kind: str) -> Any:
    """What answers a study of this kind: a function of the study and its player."""
    return import_module(f"twin.studying.{_METHODS[kind]}").answer
