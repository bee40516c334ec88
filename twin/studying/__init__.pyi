from collections.abc import Callable

from twin.studying.conducting import conduct as conduct
from twin.studying.designs import Design as Design
from twin.studying.designs import Study as Study
from twin.studying.factors import Factor as Factor
from twin.studying.factors import Level as Level
from twin.studying.file_schema import file_schema as file_schema
from twin.studying.findings import Answer as _Answer
from twin.studying.findings import Findings as Findings
from twin.studying.playing import Player as _Player
from twin.studying.reading import names as names
from twin.studying.reading import path_of as path_of
from twin.studying.reading import read as read
from twin.studying.reading import scenario_of as scenario_of

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

def method_of(kind: str) -> Callable[[Study, _Player], _Answer]: ...
