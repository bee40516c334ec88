"""What all entries of a scenario file share: names, times, distributions, and keys that are known."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from plant_models import units, weeks
from plant_models.distributions import Distribution
from plant_models.errors import known_names

DURATION = {"type": "string", "pattern": units.DURATION_PATTERN, "examples": ["90 s", "4 min", "1 h 30 min", "2 d"]}
_NOTE = (
    "A distribution by name: constant (value), uniform (low, high), triangular (low, mode, high), exponential (mean), "
    "lognormal (mean, cv), gamma (mean, shape), erlang (mean, phases), weibull (scale or mean, shape), "
    "truncated_normal (mean and sd before it is cut, low, high), empirical (values, weights, interpolated), "
    "trace (values), geometric (cycle, probability)."
)
DISTRIBUTION = {
    "type": "object",
    "description": _NOTE,
    "minProperties": 1,
    "maxProperties": 1,
    "additionalProperties": False,
    "properties": {kind: units.parameters_schema(kind) for kind in units.KINDS},
}
_NAME = {"type": "string", "minLength": 1, "maxLength": 200}


def name(value: object) -> str:
    """A name, as text."""
    if isinstance(value, bool) or not isinstance(value, (str, int)) or not str(value).strip():
        raise ValueError(f"{units.shown(value)} is no name; wanted text")
    name = str(value)
    if len(name) > 200 or not name.isprintable() or name != name.strip():
        raise ValueError(f"{units.shown(value)}: a name is printable, at most 200 characters, without blanks around it")
    return name


def several(value: Any) -> Any:
    """A list; one name stands for a list of it alone."""
    return [value] if isinstance(value, (str, int)) else value


def _number(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{value} is no number to work with")
    return value


def text(value: object) -> str:
    """A name, or nothing."""
    return "" if value == "" else name(value)


Name = Annotated[str, PlainValidator(name), WithJsonSchema(_NAME)]
Names = Annotated[list[Name], BeforeValidator(several, json_schema_input_type=Name | list[Name])]
Text = Annotated[str, PlainValidator(text), WithJsonSchema({"type": "string", "maxLength": 200})]
Time = Annotated[int, PlainValidator(units.whole_milliseconds), WithJsonSchema(DURATION)]
Work = Annotated[
    Distribution | float, PlainValidator(units.distribution), WithJsonSchema({"oneOf": [DURATION, DISTRIBUTION]})
]
PIECES = {
    "type": "object",
    "description": "A distribution as for times, with plain numbers.",
    "minProperties": 1,
    "maxProperties": 1,
    "additionalProperties": False,
    "properties": {kind: {"type": ["number", "array", "object"]} for kind in units.KINDS},
}
Pieces = Annotated[
    Distribution | float,
    PlainValidator(units.pieces),
    WithJsonSchema({"oneOf": [{"type": "integer", "minimum": 1}, PIECES]}),
]
Kilowatts = Annotated[
    float,
    PlainValidator(units.kilowatts),
    WithJsonSchema({"type": "string", "pattern": units.POWER_PATTERN, "examples": ["12 kW", "800 W"]}),
]
KilowattHours = Annotated[
    float,
    PlainValidator(units.kilowatt_hours),
    WithJsonSchema({"type": "string", "pattern": units.ENERGY_PATTERN, "examples": ["0.4 kWh", "250 Wh"]}),
]
Metres = Annotated[
    float,
    PlainValidator(units.metres),
    WithJsonSchema({"type": "string", "pattern": units.LENGTH_PATTERN, "examples": ["40 m", "600 mm"]}),
]
MetresPerMinute = Annotated[
    float,
    PlainValidator(units.metres_per_minute),
    WithJsonSchema({"type": "string", "pattern": units.SPEED_PATTERN, "examples": ["60 m/min", "1.2 m/s"]}),
]
Moment = Annotated[
    str,
    WithJsonSchema(
        {
            "type": "string",
            "description": "An ISO date and time, or a time since the epoch.",
            "examples": ["2026-01-05T06:00", "1 d 4 h"],
        }
    ),
]
Days = Annotated[tuple[int, ...], PlainValidator(weeks.days), WithJsonSchema({"type": "string"})]
Hours = Annotated[
    tuple[int, int], PlainValidator(weeks.hours), WithJsonSchema({"type": "string", "pattern": weeks.HOURS_PATTERN})
]
Number = Annotated[float, AfterValidator(_number)]


@dataclass(frozen=True)
class Refers:
    """Marks a name that something else in the file must bear: `Annotated[Name, Refers("crew")]`."""

    what: str


class Entry(BaseModel):
    """A mapping of a scenario file; keys that it does not know are refused. *makes* is the noun that it describes.

    Where it is *brief*, a value that is no mapping stands for that field alone.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, strict=True)
    makes: ClassVar[type] = object
    brief: ClassVar[str] = ""

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, value: Any) -> Any:
        if value is None:
            return {}
        if cls.brief and not isinstance(value, (Mapping, BaseModel)):
            return {cls.brief: value}
        if isinstance(value, Mapping):
            for key in value:
                if key not in cls.model_fields:
                    raise PydanticCustomError(
                        "unknown_key", "{text}", {"key": key, "text": known_names("key", str(key), cls.model_fields)}
                    )
        return value


def kind(value: object) -> str:
    """Whether a value names something or describes it."""
    return "<entry>" if isinstance(value, (Mapping, BaseModel)) else "<name>"
