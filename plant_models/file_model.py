"""What a scenario file may say: the one description from which it is read and its JSON Schema is made."""

from collections.abc import Mapping

from pydantic import Field

from plant_models.entries.arrivals import ArrivalEntry
from plant_models.entries.base import Entry, Name
from plant_models.entries.energy import ElectricityEntry
from plant_models.entries.floor import BufferEntry, ChangeoverEntry, CrewEntry, ReleaseEntry, ToolEntry, WorkCenterEntry
from plant_models.entries.hours import ShiftsEntry
from plant_models.entries.materials import MaterialEntry
from plant_models.entries.products import OrderEntry, ProductEntry, Step

SECTIONS: Mapping[str, type[Entry]] = {
    "crews": CrewEntry,
    "tools": ToolEntry,
    "materials": MaterialEntry,
    "arrivals": ArrivalEntry,
}
"""Sections of a file in which names stand for entries, and which the plant has too, under the same name."""


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
    tools: dict[Name, ToolEntry] = Field({}, description="Tools, fixtures, pallets and cards, by name.")
    materials: dict[Name, MaterialEntry] = Field({}, description="Materials and their stocks, by name.")
    release: ReleaseEntry = Field(ReleaseEntry(), description="What limits the orders on the floor; absent: nothing.")
    electricity: ElectricityEntry | None = Field(None, description="Tariff, contracted demand and CO2 of the supply.")
    changeovers: dict[Name, ChangeoverEntry] = Field(
        {}, description="Changeover times that several work centers share."
    )
    routings: dict[Name, list[Step]] = Field({}, description="Routings that several products share.")
    products: dict[Name, ProductEntry] = Field(description="What is made, and how.")
    orders: list[OrderEntry] = Field([], description="The order book.")
    arrivals: dict[Name, ArrivalEntry] = Field({}, description="Orders that come by themselves, by name.")
    machine_order: list[Name] | None = Field(
        None, description="All machines in the order in which simultaneous events are settled; as listed where absent."
    )
