"""What a file says of materials: stocks, how they are replenished, and amounts of them."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from plant_models.entries.base import Entry, Name, Refers, Time, Work
from plant_models.materials import Amount, Delay, Material, Replenishment


class AmountEntry(Entry):
    """So much of a material; a plain number is for each piece."""

    makes = Amount
    brief: ClassVar[str] = "quantity"

    quantity: int = Field(ge=1, description="How much.")
    per: Literal["order", "unit"] = Field("unit", description="Whether that is for an order or for each of its pieces.")


Amounts = dict[
    Annotated[Name, Refers("material")],
    Annotated[AmountEntry, BeforeValidator(lambda value: value, json_schema_input_type=int | AmountEntry)],
]
"""Materials, each with how much of it."""


class DelayEntry(Entry):
    """A time in which nothing is delivered; what was due then comes at its end."""

    makes = Delay

    start: Time = Field(description="Its start, since the epoch.")
    end: Time = Field(description="Its end, since the epoch.")


class ReplenishmentEntry(Entry):
    """How a material comes in from outside: every so often, or when what is there and on order runs low."""

    makes = Replenishment

    quantity: int = Field(ge=1, description="How much comes at a time.")
    every: Time | None = Field(None, description="How long after one another deliveries come.")
    first: Time | None = Field(None, description="When the first one comes; absent: one such period after the epoch.")
    reorder_point: int | None = Field(
        None, ge=0, description="Ordered as soon as what is in stock and on order is down to this."
    )
    lead_time: Work | None = Field(None, description="How long it takes from an order to its delivery.")
    late: list[DelayEntry] = Field([], description="Times in which nothing comes, one after the other.")


class MaterialEntry(Entry):
    """Something that operations use up or yield, kept in a stock of its own."""

    makes = Material

    stock: int = Field(0, ge=0, description="How much is there at the epoch.")
    capacity: int | None = Field(None, ge=0, description="How much has room; absent: any amount; 0: hand to hand.")
    shelf_life: Time | None = Field(None, description="How long it can be kept; absent: for ever.")
    unit: str = Field("pieces", description="What the numbers count.")
    replenishment: ReplenishmentEntry | None = Field(
        None, description="How it comes in from outside; absent: not at all."
    )
