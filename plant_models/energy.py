"""What a plant draws from the grid, what a kilowatt hour costs when, and what comes with it."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, fields
from math import isfinite
from typing import NamedTuple

from plant_models.clock import duration
from plant_models.shifts import DAY, MINUTE, WEEK, Window

QUARTER = 15 * MINUTE
"""A quarter of an hour, over which most grids in Europe and North America measure demand."""


def _check(where: str, what: str, value: float, *, may_be_negative: bool = False) -> None:
    if not isfinite(value) or (value < 0 and not may_be_negative):
        wanted = "a number" if may_be_negative else "a number of at least 0"
        raise ValueError(f"{where}: {what} must be {wanted}, not {value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """What a machine draws in each of its statuses, in kW.

    A status that is left open draws what the idle machine does; a closed one is switched off and draws nothing.
    """

    working: float | None = None
    setup: float | None = None
    idle: float | None = None
    blocked: float | None = None
    micro_stop: float | None = None
    down: float | None = None
    closed: float | None = None
    maintenance: float | None = None
    cleaning: float | None = None

    def __post_init__(self) -> None:
        if not self._said():
            raise ValueError(f"power: says nothing; wanted at least one of {', '.join(f.name for f in fields(self))}")
        for word, value in self._said().items():
            _check("power", word, value)

    def at(self, status: str) -> float:
        """The kW that are drawn in *status*; a word that nobody knows draws what the idle machine does."""
        said = self._said()
        return said[status] if status in said else 0.0 if status == "closed" else said.get("idle", 0.0)

    def over(self, other: "Power | None") -> "Power":
        """These words, and for the statuses that they leave open those of *other*."""
        return self if other is None else Power(**{**other._said(), **self._said()})

    def _said(self) -> dict[str, float]:
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        return {word: kw for word, kw in said.items() if kw is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Hours in which a kilowatt hour has another price, or comes with more or less carbon dioxide.

    *windows* are times since the beginning of the tariff's period, in milliseconds; *price* is in the tariff's currency
    per kWh and may be negative; *co2* is in kg per kWh, None where it is what it always is.
    """

    id: str
    price: float
    windows: tuple[Window, ...]
    co2: float | None = None

    def __post_init__(self) -> None:
        where = f"tariff, {self.id}"
        _check(where, "the price", self.price, may_be_negative=True)
        if self.co2 is not None:
            _check(where, "co2", self.co2)
        if not self.windows:
            raise ValueError(f"{where}: no hours; say when it applies")
        end = 0
        for start, stop in self.windows:
            if not end <= start < stop:
                raise ValueError(f"{where}: window {start}-{stop} ms must come after {end} ms and end after it starts")
            end = stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """What energy costs: a price per kWh by the time of its use, and a charge for the highest demand.

    *price* is per kWh outside of all *bands*. The bands repeat with the *period* (milliseconds), of which the first
    begins at the plant's epoch, as in `Shifts`. *demand_charge* is per kW of the highest demand of the span that is
    looked at; whoever is billed by the month or year puts in what the kW costs then.
    """

    price: float
    bands: tuple[Band, ...] = ()
    period: int = WEEK
    demand_charge: float = 0.0
    currency: str = "EUR"

    def __post_init__(self) -> None:
        _check("tariff", "the price", self.price, may_be_negative=True)
        _check("tariff", "the demand charge", self.demand_charge)
        if self.period <= 0:
            raise ValueError(f"tariff: the period must be more than zero, not {self.period}")
        end, last = 0, ""
        for start, stop, band in self.windows():
            if not 0 <= start < stop <= self.period:
                raise ValueError(
                    f"tariff, {band.id}: the hours {start}-{stop} ms must lie within the period, 0-{self.period} ms"
                )
            if start < end:
                raise ValueError(f"tariff: {last!r} and {band.id!r} overlap; a moment has one price")
            end, last = stop, band.id

    def windows(self) -> list[tuple[int, int, Band]]:
        """The windows of all bands with their band, in order."""
        found = [(start, stop, band) for band in self.bands for start, stop in band.windows]
        return sorted(found, key=lambda window: window[:2])

    def band(self, time: int) -> Band | None:
        """The band that *time* (milliseconds since the epoch) falls into; None where the usual price applies."""
        windows, at = self.windows(), time % self.period
        number = bisect_right([start for start, _, _ in windows], at) - 1
        return windows[number][2] if number >= 0 and at < windows[number][1] else None


class Rate(NamedTuple):
    """What holds in one interval of the meter: the band's name, the price per kWh, and kg of CO2 per kWh."""

    band: str
    price: float | None
    co2: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Electricity:
    """How a plant is supplied: tariff, carbon dioxide, the demand it may have, and what it draws besides its machines.

    Parameters
    ----------
    co2
        kg of carbon dioxide (equivalents) for a kWh from this grid; None where nobody knows.
    limit
        The contracted demand, in kW: the average over an interval should not exceed it.
    base_load
        What light, ventilation and the like draw all the time, in kW.
    interval, offset
        Demand is the average over intervals of so many milliseconds; one of them begins *offset* milliseconds after
        the epoch. Tariff bands begin and end with an interval, as they do on every bill.
    """

    tariff: Tariff | None = None
    co2: float | None = None
    limit: float | None = None
    base_load: float = 0.0
    interval: int = QUARTER
    offset: int = 0

    def __post_init__(self) -> None:
        for what, value in (("co2", self.co2), ("the limit", self.limit), ("the base load", self.base_load)):
            if value is not None:
                _check("electricity", what, value)
        if self.interval <= 0 or DAY % self.interval:
            raise ValueError(f"electricity: a day must be a multiple of the interval, not of {self.interval} ms")
        if not 0 <= self.offset < self.interval:
            raise ValueError(
                f"electricity: the offset must be at least 0 and below the interval of {self.interval} ms, "
                f"not {self.offset}"
            )
        if self.tariff is None:
            return
        if self.tariff.period % self.interval:
            raise ValueError(
                f"electricity: the tariff's period, {self.tariff.period} ms, must be a multiple of the interval of "
                f"{self.interval} ms over which demand is measured"
            )
        for start, stop, band in self.tariff.windows():
            for time in (start, stop):
                if time % self.tariff.period and (time - self.offset) % self.interval:
                    raise ValueError(
                        f"tariff, {band.id}: bands begin and end with an interval of the meter, every "
                        f"{duration(self.interval)}; {duration(time)} after the period began there is none"
                    )

    def rates(self) -> tuple[Rate, ...]:
        """What holds in each interval of a period of the tariff, from *offset* on; it repeats."""
        if self.tariff is None:
            return (Rate("", None, self.co2),)
        tariff = self.tariff
        begins = range(self.offset, self.offset + tariff.period, self.interval)
        return tuple(self._rate(tariff.band(time), tariff.price) for time in begins)

    def intervals(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """The meter's intervals between two times: the number of each, and from when to when its part of that lasts."""
        number = (start - self.offset) // self.interval
        while start < end:
            stop = min(end, self.begins(number + 1))
            yield number, start, stop
            number, start = number + 1, stop

    def begins(self, number: int) -> int:
        """When an interval of the meter begins, in milliseconds since the epoch."""
        return number * self.interval + self.offset

    def _rate(self, band: Band | None, price: float) -> Rate:
        if band is None:
            return Rate("", price, self.co2)
        return Rate(band.id, band.price, self.co2 if band.co2 is None else band.co2)
