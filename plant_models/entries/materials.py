"""What a file says of materials: stocks, how they are replenished, and amounts of them."""

from math import isfinite
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from plant_models.entries.base import Entry, Name, Refers, Time, Work
from plant_models.materials import Amount, Delay, Material, Replenishment


def whole(value: object) -> object:
    """The number as it is; ValueError where it is broken, for stocks are counted in whole units."""
    if isinstance(value, float) and isfinite(value) and not value.is_integer():
        raise ValueError(
            f"{value:g} is no whole number, as amounts of a material are; count it in a smaller unit, in all its "
            f"amounts: 'unit: g' instead of kg, and {1000 * value:g} instead of {value:g}"
        )
    return value


Stock = Annotated[int, Field(ge=0), BeforeValidator(whole)]
"""So much of a material, or nothing of it."""
Quantity = Annotated[int, Field(ge=1), BeforeValidator(whole)]
"""So much of a material, and something of it."""


class AmountEntry(Entry):
    """So much of a material; a plain number is for each piece."""

    makes = Amount
    brief: ClassVar[str] = "quantity"

    quantity: Quantity = Field(description="How much.")
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

    quantity: Quantity = Field(description="How much comes at a time.")
    every: Time | None = Field(None, description="How long after one another deliveries come.")
    first: Time | None = Field(None, description="When the first one comes; absent: one such period after the epoch.")
    reorder_point: Stock | None = Field(
        None, description="Ordered as soon as what is in stock and on order is down to this."
    )
    lead_time: Work | None = Field(None, description="How long it takes from an order to its delivery.")
    late: list[DelayEntry] = Field([], description="Times in which nothing comes, one after the other.")


class MaterialEntry(Entry):
    """Something that operations use up or yield, kept in a stock of its own."""

    makes = Material

    stock: Stock = Field(0, description="How much is there at the epoch.")
    capacity: Stock | None = Field(None, description="How much has room; absent: any amount; 0: hand to hand.")
    shelf_life: Time | None = Field(None, description="How long it can be kept; absent: for ever.")
    unit: str = Field("pieces", description="What the numbers count.")
    replenishment: ReplenishmentEntry | None = Field(
        None, description="How it comes in from outside; absent: not at all."
    )
