"""How a plant is supplied: prices by the hours of the week, as intervals of the plant's own time."""

from plant_models import units, weeks
from plant_models.documents import Place
from plant_models.energy import Band, Electricity, Tariff
from plant_models.entries.energy import BandEntry, ElectricityEntry, TariffEntry
from plant_models.entries.nouns import noun
from plant_models.making.parts import Making
from plant_models.shifts import DAY, WEEK, Window


def electricity_of(making: Making) -> Electricity:
    """The supply that the file describes; where it says nothing, one of which nothing is known."""
    entry = making.file.electricity
    if entry is None:
        return Electricity()
    tariff = None if entry.tariff is None else _tariff(making, ("electricity", "tariff"), entry.tariff)
    made: Electricity | None = making.faults.made(
        ("electricity",), lambda: noun(entry, tariff=tariff, offset=_offset(making, entry))
    )
    return made or Electricity()


def _offset(making: Making, entry: ElectricityEntry) -> int:
    """When an interval of the meter begins after the epoch: with the hours on the clock, unless the file says when."""
    if entry.offset is not None:
        return entry.offset
    return weeks.monday(making.epoch) % entry.interval if entry.interval else 0


def _tariff(making: Making, place: Place, entry: TariffEntry) -> Tariff | None:
    period = WEEK if entry.period is None else entry.period
    bands = [_band(making, (*place, "bands", name), name, band, entry) for name, band in entry.bands.items()]
    made: Tariff | None = making.faults.made(
        place, lambda: noun(entry, period=period, bands=tuple(filter(None, bands)))
    )
    return made


def _band(making: Making, place: Place, name: str, entry: BandEntry, tariff: TariffEntry) -> Band | None:
    def make() -> Band:
        if bool(entry.week) == bool(entry.open):
            raise ValueError("wanted either the days and hours of a 'week', or windows that are 'open'")
        if entry.week and tariff.period is not None:
            raise ValueError("has a 'week' though the tariff has a period of its own; wanted windows that are 'open'")
        band: Band = noun(entry, id=name, windows=_week(making, entry) if entry.week else _open(entry))
        return band

    return making.faults.made(place, make)


def _week(making: Making, entry: BandEntry) -> tuple[Window, ...]:
    return weeks.weekly(
        ((day * DAY + row.hours[0], day * DAY + row.hours[1]) for row in entry.week for day in row.days), making.epoch
    )


def _open(entry: BandEntry) -> tuple[Window, ...]:
    return tuple((units.whole_milliseconds(span.start), units.whole_milliseconds(span.end)) for span in entry.open)
