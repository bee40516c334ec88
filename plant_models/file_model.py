"""What a scenario file may say: the one description from which it is read and its JSON Schema is made."""

import math
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainValidator,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from plant_models import units, weeks
from plant_models.distributions import Distribution

DURATION = {"type": "string", "pattern": units.DURATION_PATTERN, "examples": ["90 s", "4 min", "1 h 30 min", "2 d"]}
_NOTE = (
    "A distribution by name: constant (value), uniform (low, high), triangular (low, mode, high), exponential (mean), "
    "lognormal (mean, cv), gamma (mean, shape), erlang (mean, phases), weibull (scale or mean, shape)."
)
DISTRIBUTION = {
    "type": "object",
    "description": _NOTE,
    "minProperties": 1,
    "maxProperties": 1,
    "additionalProperties": False,
    "properties": {
        kind: {
            "oneOf": [
                {"type": "string", "pattern": units.DURATION_PATTERN},
                {"type": "array", "items": {"type": ["string", "number"]}, "minItems": 2, "maxItems": 3},
                {"type": "object", "additionalProperties": {"type": ["string", "number"]}},
            ]
        }
        for kind in units.KINDS
    },
}
_NAME = {"type": "string", "minLength": 1, "maxLength": 200}


def _name(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)) or not str(value).strip():
        raise ValueError(f"{units.shown(value)} is no name; wanted text")
    name = str(value)
    if len(name) > 200 or not name.isprintable() or name != name.strip():
        raise ValueError(f"{units.shown(value)}: a name is printable, at most 200 characters, without blanks around it")
    return name


def _number(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{value} is no number to work with")
    return value


def known_names(what: str, name: str, known: Mapping[str, object]) -> str:
    """That *name* is not known, what it may have meant, and what there is."""
    near = get_close_matches(name, known, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ";"
    names = ", ".join(list(known)[:30]) + (f" and {len(known) - 30} more" if len(known) > 30 else "") or "none"
    return f"no {what} {name!r}{hint} there are {names}"


def _kind(value: object) -> str:
    return "<entry>" if isinstance(value, (Mapping, BaseModel)) else "<name>"


def _overtime_kind(value: object) -> str:
    return "<day>" if isinstance(value, OvertimeEntry) or (isinstance(value, Mapping) and "day" in value) else "<entry>"


def _routing_kind(value: object) -> str:
    return "<steps>" if isinstance(value, list) else "<name>"


def _at(value: Any) -> Any:
    return [value] if isinstance(value, (str, int)) else value


Name = Annotated[str, PlainValidator(_name), WithJsonSchema(_NAME)]
Time = Annotated[int, PlainValidator(units.whole_milliseconds), WithJsonSchema(DURATION)]
Work = Annotated[
    Distribution | float, PlainValidator(units.distribution), WithJsonSchema({"oneOf": [DURATION, DISTRIBUTION]})
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


class Entry(BaseModel):
    """A mapping of a scenario file; keys that it does not know are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, strict=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, value: Any) -> Any:
        if value is None:
            return {}
        if isinstance(value, Mapping):
            for key in value:
                if key not in cls.model_fields:
                    raise PydanticCustomError(
                        "unknown_key", "{text}", {"key": key, "text": known_names("key", str(key), cls.model_fields)}
                    )
        return value


class FailureEntry(Entry):
    """One way in which a machine breaks down."""

    time_to_failure: Work = Field(description="Time from a repair to the next failure.")
    time_to_repair: Work = Field(description="Time from a failure until the machine is up again.")
    clock: Literal["working", "open"] = Field(
        "open", description="Whether the time to failure runs only while the machine works, or while it is open."
    )
    crew: Name | None = Field(None, description="The crew that repairs it; absent: the repair begins at once.")


class SpanEntry(Entry):
    """A single span of time."""

    start: Moment = Field(description="Its start.")
    end: Moment = Field(description="Its end.")


class MachineEntry(Entry):
    """A machine that works on one order at a time."""

    speed: Number = Field(1.0, gt=0, description="Times in routings are divided by it.")
    failures: dict[Name, FailureEntry] | None = Field(
        None, description="How it breaks down; those of the work center where absent."
    )
    set_up_for: Name | None = Field(None, description="The product family that it is set up for at the start.")
    outages: list[SpanEntry] = Field([], description="When it is closed, whatever its shifts say.")


class BufferEntry(Entry):
    """Where orders wait."""

    name: Name | None = Field(None, description="Its name; that of the work center where absent.")
    capacity: int | None = Field(None, ge=0, description="How many orders have room; absent: any number.")
    discipline: Literal["any", "fifo", "lifo"] = Field("any", description="Whether the next order is chosen or given.")
    when_full: Literal["wait", "turn_away"] = Field(
        "wait", description="What becomes of orders from outside that find it full."
    )


class ChangeoverEntry(Entry):
    """How long it takes to change a machine from one product family to another."""

    default: Time = Field(0, description="Where the table is silent.")
    times: dict[Name, dict[Name, Time]] = Field({}, description="From family, to family: the time.")


BufferEntryOrName = Annotated[
    Annotated[Name, Tag("<name>")] | Annotated[BufferEntry, Tag("<entry>")], Discriminator(_kind)
]
ChangeoverEntryOrName = Annotated[
    Annotated[Name, Tag("<name>")] | Annotated[ChangeoverEntry, Tag("<entry>")], Discriminator(_kind)
]


def _machines(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    found: dict[str, None] = {}
    for machine in value:
        if machine in found if isinstance(machine, str) else not isinstance(machine, int):
            raise ValueError(
                f"machine {units.shown(machine)} is there twice"
                if isinstance(machine, str)
                else f"{units.shown(machine)} is no name"
            )
        found[_name(machine)] = None
    return found


class WorkCenterEntry(Entry):
    """Machines that stand together, wait behind one buffer and keep the same hours."""

    machines: Annotated[
        dict[Name, MachineEntry],
        BeforeValidator(_machines, json_schema_input_type=list[Name] | dict[Name, MachineEntry | None]),
    ] = Field(description="Its machines: a list of names, or a mapping of names to what is special about each.")
    buffer: BufferEntryOrName | None = Field(
        None,
        description="Where orders wait for it: its own without limit, a shared one by name, or what is said here.",
    )
    shifts: Name | None = Field(None, description="The shifts it keeps; absent: it never closes.")
    at_shift_end: Literal["pause", "finish"] = Field(
        "pause", description="What becomes of running work when the shift ends."
    )
    changeover: ChangeoverEntryOrName | None = Field(
        None, description="Changeover times, or the name of a table of them."
    )
    blocking: Literal["after_service", "before_service"] = Field(
        "after_service", description="Whether a machine may start when its order has no place to go to."
    )
    failures: dict[Name, FailureEntry] = Field({}, description="How each of its machines breaks down.")
    variation: Number = Field(
        0.0, ge=0, description="Plain times in routings become lognormal with this coefficient of variation."
    )


class PatternEntry(Entry):
    """A shift that comes every week."""

    days: Days = Field(description="Such as 'mon-fri' or 'sat, sun'.")
    hours: Hours = Field(description="Such as '06:00-14:00' or '22:00-06:00'.")


class OvertimeEntry(Entry):
    """Hours that are worked once, beyond the weekly pattern."""

    day: str = Field(description="The day, such as '2026-01-10'.")
    hours: str = Field(description="Such as '06:00-12:00'.")


class CycleEntry(Entry):
    """Open windows that repeat from the epoch on, where a week is not the measure."""

    period: Time = Field(description="After how long they repeat.")
    open: list[SpanEntry] = Field(description="The windows, in time since the start of the period.")


SpanOrDay = Annotated[Annotated[str, Tag("<name>")] | Annotated[SpanEntry, Tag("<entry>")], Discriminator(_kind)]
SpanOrOvertime = Annotated[
    Annotated[OvertimeEntry, Tag("<day>")] | Annotated[SpanEntry, Tag("<entry>")], Discriminator(_overtime_kind)
]


class ShiftsEntry(Entry):
    """The hours a work center is staffed."""

    week: dict[Name, PatternEntry] = Field({}, description="The shifts of a week, by name.")
    cycle: CycleEntry | None = Field(None, description="Instead of a week.")
    closed: list[SpanOrDay] = Field([], description="Days (or spans) when nobody works.")
    overtime: list[SpanOrOvertime] = Field([], description="Hours worked beyond the pattern, holidays included.")
    outages: list[SpanEntry] = Field([], description="Spans when nothing runs, overtime or not.")


class StepEntry(Entry):
    """One step of a routing, in full."""

    step: Name = Field(description="What it is called.")
    at: Annotated[list[Name] | None, BeforeValidator(_at, json_schema_input_type=Name | list[Name])] = Field(
        None, description="The work center, the machine, or the machines that can do it, all in the same time."
    )
    time: Work | None = Field(None, description="How long it takes there.")
    machines: dict[Name, Work] | None = Field(None, description="The machines that can do it, each with its own time.")
    per: Literal["order", "unit"] | None = Field(None, description="Whether the time is for an order or for one piece.")
    scrap: Number = Field(0.0, ge=0, lt=1, description="The mean share of pieces that do not survive it.")
    buffer: Name | None = Field(None, description="Where orders wait for it, if not in the buffer of the work center.")
    next: dict[Name, Number] = Field(
        {},
        description="Where orders go afterwards: another step, or 'leave', with the share of the cases; else to the "
        "step that follows.",
    )
    rework_limit: int | None = Field(
        None, ge=0, description="How often an order may have been sent back before it is scrapped; absent: any number."
    )


def _step(value: Any) -> Any:
    if isinstance(value, Mapping) and len(value) == 1 and "step" not in value:
        [(name, given)] = value.items()
        if isinstance(given, Mapping) and not (len(given) == 1 and set(given) <= set(units.KINDS)):
            return {"step": name, "machines": given}
        return {"step": name, "at": name, "time": given}
    return value


Step = Annotated[
    StepEntry, BeforeValidator(_step, json_schema_input_type=StepEntry | dict[Name, Work | dict[Name, Work]])
]
StepsOrName = Annotated[
    Annotated[Name, Tag("<name>")] | Annotated[list[Step], Tag("<steps>")], Discriminator(_routing_kind)
]


class ProductEntry(Entry):
    """Something the plant makes."""

    family: Name | None = Field(None, description="What changeovers go by; the product itself where absent.")
    routing: StepsOrName | None = Field(None, description="Its steps in order, or the name of a routing.")
    like: Name | None = Field(None, description="Another product, which has the same routing.")
    per: Literal["order", "unit"] | None = Field(
        None, description="What the times of its steps are for, where they do not say; an order."
    )


class OrderEntry(Entry):
    """So many pieces of one product; or a row of such orders, one after the other."""

    order: Name = Field(description="Its name; in a row, a number is added to it.")
    product: Name = Field(description="What is wanted.")
    quantity: int = Field(1, ge=1, description="How many pieces.")
    release: Moment | None = Field(None, description="Not before; absent: from the epoch on.")
    due: Moment | None = Field(None, description="Wanted by; absent: nobody waits for it.")
    weight: Number = Field(1.0, ge=0, description="What a unit of lateness costs, relative to other orders.")
    repeat: int | None = Field(None, ge=1, le=100_000, description="How many such orders there are.")
    every: Time | None = Field(None, description="How long after one another they are released and due.")


class CrewEntry(Entry):
    """People who can do the same things."""

    size: int = Field(1, ge=1, description="How many there are.")


class ReleaseEntry(Entry):
    """When orders whose time has come may enter the floor; an empty floor always takes one."""

    orders: int | None = Field(None, ge=1, description="At most so many orders on the floor (CONWIP).")
    work: Time | None = Field(None, description="At most so much expected work before the orders on the floor.")


class ScenarioFile(Entry):
    """A plant, the orders it is given, and when its clock stands at zero."""

    scenario: Name = Field(description="Its name.")
    title: str = Field("", description="What it shows, in a line.")
    epoch: str | None = Field(
        None, description="When the plant's clock stands at zero, such as '2026-01-05T06:00:00+00:00'."
    )
    rule: Name = Field("fifo", description="The dispatching rule that works where nothing else is said.")
    work_centers: dict[Name, WorkCenterEntry] = Field(description="The machines, by work center.")
    buffers: dict[Name, BufferEntry] = Field({}, description="Buffers that several work centers share.")
    shifts: dict[Name, ShiftsEntry] = Field({}, description="Working hours, by name.")
    crews: dict[Name, CrewEntry] = Field({}, description="Crews, by name.")
    release: ReleaseEntry = Field(ReleaseEntry(), description="What limits the orders on the floor; absent: nothing.")
    changeovers: dict[Name, ChangeoverEntry] = Field(
        {}, description="Changeover times that several work centers share."
    )
    routings: dict[Name, list[Step]] = Field({}, description="Routings that several products share.")
    products: dict[Name, ProductEntry] = Field(description="What is made, and how.")
    orders: list[OrderEntry] = Field([], description="The order book.")
    machine_order: list[Name] | None = Field(
        None, description="All machines in the order in which simultaneous events are settled; as listed where absent."
    )
