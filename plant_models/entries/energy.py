"""What a file says of energy: what machines draw, and how the plant is supplied."""

from pydantic import Field

from plant_models.energy import Band, Electricity, Power, Tariff
from plant_models.entries.base import Entry, Kilowatts, Name, Number, Time
from plant_models.entries.hours import PatternEntry, SpanEntry


class PowerEntry(Entry):
    """What a machine draws by its status; a status that is left open draws what the idle machine does."""

    makes = Power

    working: Kilowatts | None = Field(None, description="While it works on an order.")
    setup: Kilowatts | None = Field(None, description="While it is changed over.")
    idle: Kilowatts | None = Field(None, description="While it waits for an order; nothing where absent.")
    blocked: Kilowatts | None = Field(None, description="While it keeps a finished order that has no place to go to.")
    micro_stop: Kilowatts | None = Field(None, description="While it stands for a moment only.")
    down: Kilowatts | None = Field(None, description="While it is broken down.")
    closed: Kilowatts | None = Field(None, description="While nobody works there; nothing where absent.")
    maintenance: Kilowatts | None = Field(None, description="While it is maintained.")
    cleaning: Kilowatts | None = Field(None, description="While it is cleaned.")


class BandEntry(Entry):
    """Hours in which a kilowatt hour has another price."""

    makes = Band

    price: Number = Field(description="For a kWh, in the tariff's currency.")
    co2: Number | None = Field(None, ge=0, description="kg of CO2 for a kWh then; as always where absent.")
    week: list[PatternEntry] = Field([], description="The days and hours of a week in which it applies.")
    open: list[SpanEntry] = Field(
        [], description="Instead: the windows in which it applies, in time since the start of the tariff's period."
    )


class TariffEntry(Entry):
    """What energy costs."""

    makes = Tariff

    price: Number = Field(description="For a kWh, outside of all bands.")
    bands: dict[Name, BandEntry] = Field({}, description="Hours with another price, by name.")
    period: Time | None = Field(
        None, description="After how long the bands repeat, from the epoch on, where a week is not the measure."
    )
    demand_charge: Number = Field(0.0, ge=0, description="For each kW of the highest demand in the span looked at.")
    currency: str = Field("EUR", min_length=1, max_length=20, description="What prices are in.")


class ElectricityEntry(Entry):
    """How the plant is supplied with electricity."""

    makes = Electricity

    tariff: TariffEntry | None = Field(None, description="What it costs; absent: nobody knows.")
    co2: Number | None = Field(None, ge=0, description="kg of CO2 (equivalents) that come with a kWh from this grid.")
    limit: Kilowatts | None = Field(None, description="The contracted demand.")
    base_load: Kilowatts = Field(0.0, description="What light, ventilation and the like draw all the time.")
    interval: Time = Field(900_000, description="Demand is the average over intervals of this length.")
    offset: Time | None = Field(
        None, description="How long after the epoch such an interval begins; absent: with the hours on the clock."
    )
