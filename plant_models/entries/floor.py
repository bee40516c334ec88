"""What a file says of the floor: machines, buffers, changeovers, work centers, crews."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from plant_models import units
from plant_models.batch import Batch
from plant_models.changeovers import AttributeChange, Cleaning
from plant_models.entries.base import Entry, Name, Names, Number, Refers, Time, Work, kind, name
from plant_models.entries.energy import PowerEntry
from plant_models.entries.hours import SpanEntry
from plant_models.entries.transport import ConveyorEntry, FleetEntry
from plant_models.plant import (
    Buffer,
    Changeover,
    Crew,
    Failure,
    Machine,
    Maintenance,
    Release,
    Tool,
    Wear,
    WearLevel,
    WorkCenter,
)


class FailureEntry(Entry):
    """One way in which a machine breaks down."""

    makes = Failure

    time_to_failure: Work = Field(description="Time from a repair to the next failure.")
    time_to_repair: Work = Field(description="Time from a failure until the machine is up again.")
    clock: Literal["working", "open"] = Field(
        "open", description="Whether the time to failure runs only while the machine works, or while it is open."
    )
    crew: Annotated[Name, Refers("crew or skill")] | None = Field(
        None, description="The crew, or the skill of those, who repair it; absent: the repair begins at once."
    )
    people: int = Field(1, ge=1, description="How many of them a repair takes.")
    work: Literal["resume", "restart", "scrap"] = Field(
        "resume", description="What becomes of work that it interrupts: it goes on, begins again, or is scrapped."
    )
    is_micro_stop: bool = Field(False, description="Whether it is a short stop that counts as a delay, not as down.")
    at_wear: Name | None = Field(
        None, description="The level of wear from which on it happens; absent: from the first."
    )
    renews_wear: bool = Field(False, description="Whether its repair makes the machine as new.")


class WearLevelEntry(Entry):
    """How a machine is while it is worn so far."""

    makes = WearLevel

    time_to_next: Work | None = Field(None, description="Time until the next level; the last level has none.")
    speed: Number = Field(1.0, gt=0, description="What the machine's speed is multiplied by.")
    scrap: Number = Field(0.0, ge=0, lt=1, description="The further share of the pieces that do not survive.")


class WearEntry(Entry):
    """How a machine wears out."""

    makes = Wear

    levels: dict[Name, WearLevelEntry] = Field(description="Its levels by name, from as new to worn.")
    clock: Literal["working", "open"] = Field(
        "working", description="Whether it wears only while the machine works, or while it is open."
    )


class MaintenanceEntry(Entry):
    """Work on a machine that is done so that it does not break down; it has one way of being due."""

    makes = Maintenance

    duration: Work = Field(description="How long it takes.")
    every: Time | None = Field(None, description="Due by the calendar: at the multiples of this since the epoch.")
    after_work: Time | None = Field(None, description="Due by usage: after so much working time.")
    after_orders: int | None = Field(None, ge=1, description="Due by usage: after so many orders.")
    at_wear: Name | None = Field(None, description="Due by condition: from this level of wear on.")
    opportunity: Number | None = Field(
        None, gt=0, le=1, description="The share of the interval from which on it is done early if the machine stands."
    )
    crew: Annotated[Name, Refers("crew or skill")] | None = Field(
        None, description="The crew, or the skill of those, who do it; absent: nobody in particular."
    )
    people: int = Field(1, ge=1, description="How many of them it takes.")
    renews: list[Name] | None = Field(
        None, description="The failures whose clocks it sets back, and 'wear'; absent: all of them."
    )


class BatchEntry(Entry):
    """How a machine works on several orders at once."""

    makes = Batch

    most: int = Field(ge=1, description="At most so many orders (or pieces).")
    least: int = Field(1, ge=1, description="Not fewer, unless the first has waited long enough.")
    by: Literal["product", "family", "operation", "any"] = Field(
        "family", description="What the orders of a batch have in common."
    )
    longest_wait: Time | None = Field(
        None,
        description="How long the first waits, from when it could be taken, until it starts with fewer.",
    )
    counts: Literal["orders", "pieces"] = Field("orders", description="What the numbers count.")


class MachineEntry(Entry):
    """A machine that works on one order at a time."""

    makes = Machine

    speed: Number = Field(1.0, gt=0, description="Times in routings are divided by it.")
    failures: dict[Name, FailureEntry] | None = Field(
        None, description="How it breaks down; those of the work center where absent."
    )
    set_up_for: Name | None = Field(None, description="The product family that it is set up for at the start.")
    outages: list[SpanEntry] = Field([], description="When it is closed, whatever its shifts say.")
    batch: BatchEntry | None = Field(None, description="How it works on several orders at once; absent: one by one.")
    wear: WearEntry | None = Field(None, description="How it wears out; absent: not at all.")
    maintenance: dict[Name, MaintenanceEntry] = Field({}, description="How it is kept up.")
    places: int | None = Field(
        None, ge=1, description="How many orders it works on independently; they become machines name/1, name/2 ..."
    )
    part_of: Name | None = Field(None, description="The machine that it is a place of.")
    power: PowerEntry | None = Field(
        None, description="What it draws by status; what that leaves open, its work center says."
    )


class BufferEntry(Entry):
    """Where orders wait."""

    makes = Buffer

    name: Name | None = Field(None, description="Its name; that of the work center where absent.")
    capacity: int | None = Field(None, ge=0, description="How many orders have room; absent: any number.")
    discipline: Literal["any", "fifo", "lifo"] = Field("any", description="Whether the next order is chosen or given.")
    when_full: Literal["wait", "turn_away"] = Field(
        "wait", description="What becomes of orders from outside that find it full."
    )
    min_stay: Time = Field(0, description="Nobody takes an order before it has been here so long (curing, cooling).")
    max_stay: Time | None = Field(None, description="An order that has been here so long spoils; absent: none does.")
    conveyor: ConveyorEntry | None = Field(None, description="Orders travel through it on a conveyor; absent: none.")


class AttributeChangeEntry(Entry):
    """How long it takes to change one attribute."""

    makes = AttributeChange

    default: Time = Field(0, description="Where the table is silent.")
    times: dict[Name, dict[Name, Time]] = Field({}, description="From value, to value: the time.")


class CleaningEntry(Entry):
    """Cleaning that is needed before what must not meet what was there."""

    makes = Cleaning

    attribute: Name = Field(description="Whose values say so: words with commas between them, such as 'milk, nuts'.")
    time: Time = Field(description="How long it takes, on top of the changeover.")
    pairs: dict[Name, list[Name]] = Field(
        {}, description="Forbidden transitions, from word to words; absent: whenever a word before is none after."
    )


class ChangeoverEntry(Entry):
    """How long it takes to change a machine from one product family to another."""

    makes = Changeover

    default: Time = Field(0, description="Where the table is silent.")
    times: dict[Name, dict[Name, Time]] = Field({}, description="From family, to family: the time.")
    attributes: dict[Name, AttributeChangeEntry] = Field(
        {}, description="Time on top for each attribute of the products that changes: colour, width, ..."
    )
    cleanings: dict[Name, CleaningEntry] = Field({}, description="Cleaning between families that must not meet.")
    least_run: int = Field(
        0, ge=0, description="Orders of one family before a machine is changed over again, if there are so many."
    )


BufferEntryOrName = Annotated[
    Annotated[Name, Tag("<name>")] | Annotated[BufferEntry, Tag("<entry>")], Discriminator(kind)
]
ChangeoverEntryOrName = Annotated[
    Annotated[Name, Tag("<name>")] | Annotated[ChangeoverEntry, Tag("<entry>")], Discriminator(kind)
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
        found[name(machine)] = None
    return found


class WorkCenterEntry(Entry):
    """Machines that stand together, wait behind one buffer and keep the same hours."""

    makes = WorkCenter

    machines: Annotated[
        dict[Name, MachineEntry],
        BeforeValidator(_machines, json_schema_input_type=list[Name] | dict[Name, MachineEntry | None]),
    ] = Field(description="Its machines: a list of names, or a mapping of names to what is special about each.")
    buffer: BufferEntryOrName | None = Field(
        None,
        description="Where orders wait for it: its own without limit, a shared one by name, or what is said here.",
    )
    shifts: Name | None = Field(None, description="The shifts it keeps; absent: it never closes.")
    at_shift_end: Literal["pause", "finish", "refuse"] = Field(
        "pause",
        description="What becomes of running work when the shift ends; refuse: it pauses, and nothing is started that "
        "is not expected to be done by then.",
    )
    changeover: ChangeoverEntryOrName | None = Field(
        None, description="Changeover times, or the name of a table of them."
    )
    setup_crew: Annotated[Name, Refers("crew or skill")] | None = Field(
        None, description="The crew, or the skill of those, who change its machines over; absent: nobody has to."
    )
    setup_people: int = Field(1, ge=1, description="How many of them changing over takes.")
    blocking: Literal["after_service", "before_service"] = Field(
        "after_service", description="Whether a machine may start when its order has no place to go to."
    )
    failures: dict[Name, FailureEntry] = Field({}, description="How each of its machines breaks down.")
    power: PowerEntry | None = Field(None, description="What each of its machines draws by status.")
    location: Name | None = Field(
        None, description="Where it stands, by its name in the distance tables of fleets; its own name where absent."
    )
    fleet: FleetEntry | None = Field(
        None, description="Its machines are vehicles, which move orders between locations; absent: they are none."
    )
    variation: Number = Field(
        0.0, ge=0, description="Plain times in routings become lognormal with this coefficient of variation."
    )


class CrewEntry(Entry):
    """People who can do the same things and keep the same hours."""

    makes = Crew

    size: int = Field(1, ge=1, description="How many there are.")
    skills: Names = Field([], description="What they can do, besides what bears the name of the crew.")
    shifts: Annotated[Name, Refers("shifts")] | None = Field(
        None, description="The shifts they keep, breaks and holidays included; absent: somebody is always there."
    )
    tends: int = Field(1, ge=1, description="How many working machines one person tends at once.")
    at_shift_end: Literal["finish", "pause"] = Field(
        "finish", description="Whether they finish what they have in hand when their shift ends, or leave it."
    )


class ToolEntry(Entry):
    """What a machine or an order needs beside people: moulds, cutters, fixtures, pallets, cards."""

    makes = Tool

    count: int = Field(1, ge=1, description="How many units there are.")
    life: Time | None = Field(None, description="After how much work a unit is worn out; absent: it never is.")
    uses: int | None = Field(None, ge=1, description="After how many uses a unit is worn out; absent: it never is.")
    renewal: Work | None = Field(None, description="How long a unit that is worn out is away.")


class ReleaseEntry(Entry):
    """When orders whose time has come may enter the floor; an empty floor always takes one."""

    makes = Release

    orders: int | None = Field(None, ge=1, description="At most so many orders on the floor (CONWIP).")
    work: Time | None = Field(None, description="At most so much expected work before the orders on the floor.")
