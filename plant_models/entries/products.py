"""What a file says of products, their steps, and the orders for them."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from plant_models import units
from plant_models.entries.base import (
    Entry,
    KilowattHours,
    Moment,
    Name,
    Names,
    Number,
    Refers,
    Text,
    Time,
    Work,
    several,
)
from plant_models.entries.materials import Amounts
from plant_models.entries.quality import CharacteristicEntry, InspectionEntry
from plant_models.entries.transport import MoveEntry
from plant_models.orders import PRIORITIES, Operation, Order, Product


def _routing_kind(value: object) -> str:
    return "<steps>" if isinstance(value, list) else "<name>"


Tools = Annotated[
    list[Annotated[Name, Refers("tool")]], BeforeValidator(several, json_schema_input_type=Name | list[Name])
]


class StepEntry(Entry):
    """One step of a routing, in full."""

    makes = Operation

    step: Name = Field(description="What it is called.")
    at: Names | None = Field(
        None, description="The work center, the machine, or the machines that can do it, all in the same time."
    )
    time: Work | None = Field(None, description="How long it takes there.")
    machines: dict[Name, Work] | None = Field(None, description="The machines that can do it, each with its own time.")
    per: Literal["order", "unit"] | None = Field(None, description="Whether the time is for an order or for one piece.")
    scrap: Number = Field(0.0, ge=0, lt=1, description="The mean share of pieces that do not survive it.")
    buffer: Annotated[Name, Refers("buffer")] | None = Field(
        None, description="Where orders wait for it, if not in the buffer of the work center."
    )
    next: dict[Name, Number] = Field(
        {},
        description="Where orders go afterwards: another step, or 'leave', with the share of the cases; else to the "
        "step that follows.",
    )
    rework_limit: int | None = Field(
        None, ge=0, description="How often an order may have been sent back before it is scrapped; absent: any number."
    )
    split: int | None = Field(
        None, ge=1, description="Before it, an order divides into lots of at most so many pieces: transfer batches."
    )
    merge: bool = Field(False, description="Whether the lots of an order come together again before it.")
    crew: Annotated[Name, Refers("crew or skill")] | None = Field(
        None, description="The crew, or the skill of those, of whom one has to be at the machine; absent: nobody."
    )
    people: int = Field(1, ge=1, description="How many of them it takes, all at once.")
    tools: Tools = Field([], description="Tools that the machine needs, one unit of each, until the step is finished.")
    takes: Tools = Field([], description="Pallets, fixtures or cards that go with the order from here on, one of each.")
    returns: Tools = Field([], description="Which of them it gives back when the step is finished.")
    energy: KilowattHours = Field(0.0, description="What it takes beyond what its machine draws: heat, compressed air.")
    energy_per: Literal["order", "unit"] = Field(
        "order", description="Whether that is for the order or for each of its pieces."
    )
    consumes: Amounts = Field({}, description="The materials that it uses up (bill of materials).")
    yields: Amounts = Field({}, description="The materials that come out of it besides the order itself.")
    move: MoveEntry | None = Field(
        None,
        description="From where to where vehicles move the order. Such steps are put in where they are missing; their "
        "time may be left out.",
    )
    defects: Number = Field(
        0.0, ge=0, le=1, description="The mean share of pieces that come out with a defect that nobody sees yet."
    )
    inspection: InspectionEntry | None = Field(None, description="Who looks for defects when it is finished.")
    characteristics: dict[Name, CharacteristicEntry] = Field({}, description="What is measured on it, by name.")


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

    makes = Product

    family: Name | None = Field(None, description="What changeovers go by; the product itself where absent.")
    attributes: dict[Name, Text] = Field(
        {}, description="What matters for changeovers: colour, width, allergens, ...; empty where it has none."
    )
    routing: StepsOrName | None = Field(None, description="Its steps in order, or the name of a routing.")
    like: Name | None = Field(None, description="Another product, which has the same routing.")
    per: Literal["order", "unit"] | None = Field(
        None, description="What the times of its steps are for, where they do not say; an order."
    )
    stock: Annotated[Name, Refers("material")] | None = Field(
        None, description="The material that it is stocked as when it is done; absent: it leaves the plant."
    )


class OrderEntry(Entry):
    """So many pieces of one product; or a row of such orders, one after the other."""

    makes = Order

    order: Name = Field(description="Its name; in a row, a number is added to it.")
    product: Name = Field(description="What is wanted.")
    quantity: int = Field(1, ge=1, description="How many pieces.")
    release: Moment | None = Field(None, description="Not before; absent: from the epoch on.")
    due: Moment | None = Field(None, description="Wanted by; absent: nobody waits for it.")
    weight: Number = Field(1.0, ge=0, description="What a unit of lateness costs, relative to other orders.")
    priority: int = Field(
        0,
        ge=-PRIORITIES,
        lt=PRIORITIES,
        description="Its class: of those that wait, the orders with the highest number come first.",
    )
    repeat: int | None = Field(None, ge=1, le=100_000, description="How many such orders there are.")
    every: Time | None = Field(None, description="How long after one another they are released and due.")
