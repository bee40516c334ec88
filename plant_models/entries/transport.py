"""What a file says of vehicles and of what they do."""

from pydantic import Field

from plant_models.conveyors import Conveyor
from plant_models.entries.base import Entry, Metres, MetresPerMinute, Name, Number, Time
from plant_models.transport import Fleet, Move


class FleetEntry(Entry):
    """How the vehicles of a work center get about."""

    makes = Fleet

    speed: MetresPerMinute = Field(60.0, description="How fast they run, loaded or empty.")
    distances: dict[Name, dict[Name, Metres]] = Field(
        {}, description="From location, to location: how far; the same both ways unless both are said."
    )
    times: dict[Name, dict[Name, Time]] = Field(
        {}, description="From location, to location: how long, where that is known better than the distance."
    )
    load: Time = Field(0, description="How long it takes to load what a vehicle takes at once.")
    unload: Time = Field(0, description="How long it takes to unload it.")
    start: Name | None = Field(
        None, description="Where vehicles stand in the beginning; absent: each where it is first wanted."
    )
    entry: Name | None = Field(
        None, description="Where new orders stand; absent: others bring them to their first step."
    )
    exit: Name | None = Field(
        None, description="Where orders are taken that have nothing more to do; absent: others see to them."
    )
    variation: Number = Field(
        0.0, ge=0, description="Times of vehicles become lognormal with this coefficient of variation."
    )
    capacity: int = Field(
        1, ge=1, description="How many orders a vehicle takes at once, from the same location to the same."
    )


class ConveyorEntry(Entry):
    """A belt on which orders travel through a buffer."""

    makes = Conveyor

    length: Metres = Field(description="From where orders get on to where they are taken.")
    speed: MetresPerMinute = Field(description="How fast it moves.")
    spacing: Metres = Field(description="How far apart orders are at least, from middle to middle.")
    accumulating: bool = Field(
        True, description="Whether orders close up behind one that waits at the end; if not, the belt stands."
    )


class MoveEntry(Entry):
    """From where to where."""

    makes = Move

    origin: Name = Field(description="The location where the order stands.")
    to: Name = Field(description="The location where it has to go.")
