"""The published JSON Schema of study files, made from the same description from which they are read."""

import json
from typing import Any

from pydantic import TypeAdapter

from twin.studying.file_model import StudyFile


def file_schema() -> dict[str, Any]:
    """The JSON Schema of a study file.

    >>> sorted(file_schema()["required"])
    ['factors', 'method', 'responses', 'study']
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "study.schema.json",
        **TypeAdapter(StudyFile).json_schema(mode="validation"),
        "title": "Foreshift study",
    }


def text() -> str:
    """The schema as it is shipped, in `scenarios/study.schema.json`."""
    return json.dumps(file_schema(), indent=1, ensure_ascii=False) + "\n"
