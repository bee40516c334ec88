"""The published JSON Schema of scenario files, for editors and other programs.

It is made from the same description from which files are read. What a schema cannot say (that a machine exists, that
times are in order) is said when the file is read.
"""

import json
from typing import Any

from pydantic import TypeAdapter

from plant_models.entries.base import DISTRIBUTION, DURATION
from plant_models.file_model import ScenarioFile

_SHARED = {"duration": DURATION, "distribution": DISTRIBUTION}


def scenario() -> dict[str, Any]:
    """The JSON Schema of a scenario file.

    >>> sorted(scenario()["required"])
    ['products', 'scenario', 'work_centers']
    """
    made = _shared(TypeAdapter(ScenarioFile).json_schema(mode="validation"))
    made["$defs"] |= _SHARED
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "scenario.schema.json",
        **made,
        "title": "Foreshift scenario",
    }


def _shared(part: Any) -> Any:
    """*part* with a reference wherever it says what a duration or a distribution is."""
    for name, meaning in _SHARED.items():
        if part == meaning:
            return {"$ref": f"#/$defs/{name}"}
    if isinstance(part, dict):
        return {key: _shared(value) for key, value in part.items()}
    return [_shared(value) for value in part] if isinstance(part, list) else part


def text() -> str:
    """The schema as it is shipped, in `scenarios/scenario.schema.json`."""
    return json.dumps(scenario(), indent=1, ensure_ascii=False) + "\n"
