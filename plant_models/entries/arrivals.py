"""What a file says of orders that come by themselves."""

from typing import Annotated

from pydantic import Field

from plant_models.arrivals import Arrival
from plant_models.entries.base import Entry, Moment, Name, Number, Pieces, Refers, Work
from plant_models.orders import PRIORITIES


class ArrivalEntry(Entry):
    """Orders that come one after another, besides those in the book; they are called like it, with numbers."""

    makes = Arrival

    between: Work = Field(description="The time from one to the next.")
    product: Annotated[Name, Refers("product")] | None = Field(None, description="What is wanted, if it is always one.")
    mix: dict[Annotated[Name, Refers("product")], Number] = Field(
        {}, description="Instead: the products that are wanted, each with its share of the orders."
    )
    first: Work | None = Field(None, description="The time from the start to the first; absent: as between two.")
    start: Moment | None = Field(None, description="None comes before; absent: from the epoch on.")
    end: Moment | None = Field(None, description="None comes from then on; absent: they never end.")
    limit: int | None = Field(None, ge=1, description="How many come in all; absent: any number.")
    quantity: Pieces = Field(1, description="How many pieces; or how they are spread.")
    due_after: Work | None = Field(None, description="Wanted so long after they came; absent: nobody waits for them.")
    weight: Number = Field(1.0, ge=0, description="What a unit of lateness costs, relative to other orders.")
    priority: int = Field(
        0,
        ge=-PRIORITIES,
        lt=PRIORITIES,
        description="Their class: of those that wait, the orders with the highest number come first.",
    )
