"""What a study file may say: the one description from which it is read and its JSON Schema is made."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from plant_models.entries.base import DURATION, Entry, Name, Names, Number, Time
from twin.changes import CHANGES

Procedure = Literal["kn", "nelson-matejcik", "rinott", "ocba"]
METHODS = ("factorial", "designs", "morris", "sobol", "search", "select")

_VALUE = {"type": ["string", "number", "boolean", "null"]}
_RANGE = {
    "type": "object",
    "properties": {
        "from": {"oneOf": [{"type": "number"}, DURATION]},
        "to": {"oneOf": [{"type": "number"}, DURATION]},
        "points": {"type": "integer", "minimum": 2, "description": "How many levels it has where levels are needed."},
    },
    "required": ["from", "to"],
    "additionalProperties": False,
}
_COST = {
    "description": "For each unit, or for each level in their order.",
    "oneOf": [{"type": "number"}, {"type": "array", "items": {"type": "number"}}],
}
_CHANGE = {"type": "object", "properties": {"change": {"enum": list(CHANGES)}}, "required": ["change"]}
_FACTOR = {
    "oneOf": [
        {
            "type": "object",
            "description": "A change in which one value is open: a list of levels, or a range.",
            "properties": {"change": {"enum": list(CHANGES)}, "cost": _COST},
            "required": ["change"],
            "additionalProperties": {"oneOf": [_VALUE, {"type": "array", "items": _VALUE, "minItems": 1}, _RANGE]},
        },
        {
            "type": "object",
            "description": "Levels with names, each a list of changes.",
            "properties": {
                "options": {"type": "object", "additionalProperties": {"type": "array", "items": _CHANGE}},
                "cost": _COST,
            },
            "required": ["options"],
            "additionalProperties": False,
        },
    ]
}


def _mapping(value: object) -> object:
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise ValueError("wanted a mapping")
    return value


def _method(value: Any) -> Any:
    return {value: {}} if isinstance(value, str) else value


def _designs(value: Any) -> Any:
    return {"each": value} if isinstance(value, list) else value


Factor = Annotated[dict[str, Any], PlainValidator(_mapping), WithJsonSchema(_FACTOR)]
ChangeEntry = Annotated[dict[str, Any], PlainValidator(_mapping), WithJsonSchema(_CHANGE)]
Design = Annotated[
    dict[str, Any],
    PlainValidator(_mapping),
    WithJsonSchema({"type": "object", "description": "A level for each factor, by name."}),
]


class FactorialEntry(Entry):
    """Every combination of the factors' levels."""


class DesignsEntry(Entry):
    """These designs and no other."""

    each: list[Design] = Field(description="Each with a level for every factor.", min_length=1)


class MorrisEntry(Entry):
    """Screening: which of many factors matter at all (Morris 1991)."""

    trajectories: int = Field(10, ge=2, le=10_000, description="Each plays one design more than there are factors.")
    grid: int = Field(4, ge=2, le=64, multiple_of=2, description="On how many values of a factor a trajectory goes.")


class SobolEntry(Entry):
    """Which share of the variance of a response each factor is to blame for (Sobol 1993, Saltelli 2010)."""

    samples: int = Field(64, ge=2, le=1 << 20, description="A power of 2; each plays two designs more than factors.")


class SearchEntry(Entry):
    """The best designs, by a search; with several objectives, those of which none is better in all."""

    trials: int = Field(40, ge=1, le=1_000_000, description="How many designs are tried.")
    at_once: int = Field(4, ge=1, le=1000, description="How many of them are played before the next are chosen.")
    objectives: Names = Field([], description="Responses, or cost; all responses where absent.")
    confirm: int | None = Field(
        None, ge=0, le=100_000, description="New runs of the best designs; as many as all were given where absent."
    )


class SelectEntry(Entry):
    """The best of the designs, with a promised probability that it is."""

    procedure: Procedure = Field("kn", description="kn, nelson-matejcik, rinott, or ocba for a budget.")
    by: Name | None = Field(None, description="The response to choose by; the first one where absent.")
    indifference: Number | None = Field(None, ge=0, description="What difference matters, in the response's unit.")
    confidence: Number = Field(0.95, gt=0, lt=1, description="The promised probability of a correct selection.")
    first_runs: int = Field(10, ge=2, le=10_000, description="Values of each design before anything is decided.")
    most_runs: int = Field(1000, ge=2, le=1_000_000, description="Values of each design at most.")
    budget: int | None = Field(None, ge=2, le=10_000_000, description="For ocba: values over all designs together.")
    batch: int = Field(1, ge=1, le=1000, description="Of how many runs a value is the mean.")
    designs: list[Design] | None = Field(None, description="The designs; every combination of levels where absent.")


class MethodEntry(Entry):
    """What is to be found out; exactly one of them."""

    factorial: FactorialEntry | None = None
    designs: Annotated[DesignsEntry | None, BeforeValidator(_designs, json_schema_input_type=Any)] = None
    morris: MorrisEntry | None = None
    sobol: SobolEntry | None = None
    search: SearchEntry | None = None
    select: SelectEntry | None = None


class StudyFile(Entry):
    """Many variants of a plant, played alike: what is varied, what is looked at, and what is to be found out."""

    study: Name = Field(description="Its name.")
    title: str = Field("", description="What it asks, in a line.")
    scenario: str | None = Field(
        None,
        description="A scenario's name or file (beside this one), or a snapshot; absent: the workspace as it stands.",
    )
    changes: list[ChangeEntry] = Field([], description="Changes that hold in every design.")
    factors: dict[Name, Factor] = Field(description="What is varied.", min_length=1)
    responses: Names = Field(description="Key figures; the first one is chosen by.", min_length=1)
    method: Annotated[MethodEntry, BeforeValidator(_method, json_schema_input_type=MethodEntry | Literal[METHODS])] = (
        Field(description="What is to be found out, by its name or with what it takes.")
    )
    rule: Name | None = Field(None, description="The dispatching rule that decides; the scenario's where absent.")
    runs: int = Field(20, ge=1, le=100_000, description="How many futures each design meets; all meet the same.")
    seed: int = Field(1, description="Which futures.")
    until: Time | None = Field(None, description="How long each run is; until all orders have left where absent.")
    warm_up: Time = Field(0, description="What is left out at the beginning of each run.")
    confidence: Number = Field(0.95, gt=0, lt=1, description="Of all intervals.")
