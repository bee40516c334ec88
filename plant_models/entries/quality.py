"""What a file says of quality: what is measured, who inspects, and what becomes of what fails."""

from typing import Literal

from pydantic import Field

from plant_models.entries.base import Entry, Name, Number, Work
from plant_models.quality import Characteristic, Inspection


class CharacteristicEntry(Entry):
    """Something that is measured on one piece of each order when the step is finished."""

    makes = Characteristic

    target: Number = Field(description="The mean when nothing shifts it.")
    sd: Number = Field(0.0, ge=0, description="The standard deviation from piece to piece.")
    lower: Number | None = Field(None, description="A piece below is defective.")
    upper: Number | None = Field(None, description="A piece above is defective.")
    unit: str = Field("", max_length=20, description="What values are in, such as 'mm'.")
    resolution: Number = Field(0.001, gt=0, description="The smallest step of the gauge.")
    per_wear: Number = Field(0.0, description="How much each level of the machine's wear shifts the mean.")
    per_hour: Number = Field(
        0.0, description="How much each hour of work since the machine's last repair or maintenance shifts the mean."
    )
    machine_offset: dict[Name, Number] = Field({}, description="How much a machine shifts the mean, by machine.")
    found: Literal["at_once", "at_inspection"] = Field(
        "at_inspection",
        description="Whether defective pieces are sorted out at once (scrap), or go on until an inspection finds them.",
    )


class InspectionEntry(Entry):
    """Somebody looks for defects when the step is finished."""

    makes = Inspection

    share: Number = Field(1.0, ge=0, le=1, description="The share that is inspected.")
    of: Literal["orders", "pieces"] = Field(
        "orders", description="Whether that is a share of the orders, or of the pieces of every order."
    )
    duration: Work | None = Field(None, description="How much longer the step takes where it is inspected.")
    per: Literal["order", "unit"] = Field("order", description="Whether that is for the order or for each piece.")
    false_fail: Number = Field(0.0, ge=0, le=1, description="The share of good pieces that fail.")
    false_pass: Number = Field(0.0, ge=0, le=1, description="The share of defective pieces that pass.")
    on_fail: Literal["scrap", "rework", "hold"] = Field(
        "scrap", description="What becomes of failed pieces: scrap, back to a step, or the whole order is held."
    )
    rework_to: Name | None = Field(None, description="The step that the order goes back to.")
    limit: int | None = Field(
        None, ge=0, description="How often an order is sent back before failed pieces are scrap; absent: any number."
    )
    hold_time: Work | None = Field(None, description="How long an order is held.")
    freed: Number = Field(1.0, ge=0, le=1, description="The share of held orders that go on; the rest is scrap.")
