"""What a file says of working hours."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Discriminator, Field, PlainValidator, Tag, WithJsonSchema

from plant_models import weeks
from plant_models.entries.base import Entry, Moment, Name, Time, kind

Days = Annotated[tuple[int, ...], PlainValidator(weeks.days), WithJsonSchema({"type": "string"})]
Hours = Annotated[
    tuple[int, int], PlainValidator(weeks.hours), WithJsonSchema({"type": "string", "pattern": weeks.HOURS_PATTERN})
]


class SpanEntry(Entry):
    """A single span of time."""

    start: Moment = Field(description="Its start.")
    end: Moment = Field(description="Its end.")


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


def _overtime_kind(value: object) -> str:
    return "<day>" if isinstance(value, OvertimeEntry) or (isinstance(value, Mapping) and "day" in value) else "<entry>"


SpanOrDay = Annotated[Annotated[str, Tag("<name>")] | Annotated[SpanEntry, Tag("<entry>")], Discriminator(kind)]
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
