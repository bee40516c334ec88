"""Whether what is measured stays within its limits: capability indices from the facts of a floor."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import NamedTuple

import pandas as pd

from plant_models.events import Event, Measured
from plant_models.plant import Plant
from plant_models.quality import Characteristic
from twin.state import State, apply

_D2 = 2 / math.sqrt(math.pi)
"""The mean range of two standard normal values: a mean moving range divided by it estimates the standard deviation."""


class Reading(NamedTuple):
    """A value that was measured on a piece of an order, when, and on which machine."""

    time: int
    machine: str
    order: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """How a characteristic lies within its limits.

    Attributes
    ----------
    count, mean, out
        How many values there are, their mean (None: there are none), and how many of them are out of limits.
    within, overall
        The standard deviation from piece to piece (from moving ranges, so that drift does not count), and that of all
        values; None where there are fewer than two.
    cp, cpk
        How often six times the standard deviation within fits into the limits, and the same towards the nearer limit.
        None where a limit it needs is not there, or nothing varies.
    pp, ppk
        The same with the overall standard deviation.

    References
    ----------
    Montgomery (2013), Introduction to Statistical Quality Control, chapters 6 and 8; ISO 22514-2.
    """

    count: int
    mean: float | None
    out: int
    within: float | None
    overall: float | None
    cp: float | None
    cpk: float | None
    pp: float | None
    ppk: float | None


def capability(values: Sequence[float], lower: float | None, upper: float | None) -> Capability:
    """The capability of values that were measured one after the other, against their limits (None: no such limit).

    >>> f"{capability([9.0, 10.0, 11.0, 10.0], lower=4.0, upper=14.0).cpk:.4f}"
    '1.5045'
    """
    mean = fmean(values) if values else None
    enough = len(values) > 1
    ranges = [abs(b - a) for a, b in zip(values, values[1:], strict=False)]
    within = fmean(ranges) / _D2 if enough else None
    overall = stdev(values) if enough else None
    out = sum((lower is not None and v < lower) or (upper is not None and v > upper) for v in values)
    return Capability(
        count=len(values),
        mean=mean,
        out=out,
        within=within,
        overall=overall,
        cp=_spread(lower, upper, within),
        cpk=_nearer(mean, lower, upper, within),
        pp=_spread(lower, upper, overall),
        ppk=_nearer(mean, lower, upper, overall),
    )


def _spread(lower: float | None, upper: float | None, sd: float | None) -> float | None:
    return None if lower is None or upper is None or not sd else (upper - lower) / (6 * sd)


def _nearer(mean: float | None, lower: float | None, upper: float | None, sd: float | None) -> float | None:
    if mean is None or not sd:
        return None
    ways = [
        *([] if upper is None else [(upper - mean) / (3 * sd)]),
        *([] if lower is None else [(mean - lower) / (3 * sd)]),
    ]
    return min(ways, default=None)


@dataclass(frozen=True, slots=True)
class Readings:
    """What was measured of every characteristic of every product's steps: (product, operation, characteristic)."""

    characteristics: Mapping[tuple[str, str, str], Characteristic]
    values: Mapping[tuple[str, str, str], Sequence[Reading]]

    def capability(self, product: str, operation: str, characteristic: str, machine: str | None = None) -> Capability:
        """How one characteristic lies within its limits, on one machine or (None) on all.

        Raises
        ------
        KeyError
            Where there is no such characteristic, with those that there are.
        """
        key = product, operation, characteristic
        if key not in self.characteristics:
            known = ", ".join(" / ".join(each) for each in self.characteristics) or "none"
            raise KeyError(f"no characteristic {' / '.join(key)!r}; there are {known}")
        known_limits = self.characteristics[key]
        values = [r.value for r in self.values[key] if machine is None or r.machine == machine]
        return capability(values, known_limits.lower, known_limits.upper)

    def to_frame(self) -> pd.DataFrame:
        """One row for each value: when (ms since the epoch), of what, and on which machine."""
        rows = [(*key, *reading) for key, readings in self.values.items() for reading in readings]
        columns = ["product", "operation", "characteristic", "time_ms", "machine", "order", "value"]
        return pd.DataFrame(rows, columns=columns).sort_values("time_ms", kind="stable", ignore_index=True)

    def capability_frame(self) -> pd.DataFrame:
        """One row for each characteristic and machine it was measured on, and one for all of them (machine None)."""
        rows = []
        for key, readings in self.values.items():
            for machine in (*dict.fromkeys(reading.machine for reading in readings), None):
                found = self.capability(*key, machine)
                rows.append({"product": key[0], "operation": key[1], "characteristic": key[2], "machine": machine})
                rows[-1] |= {name: getattr(found, name) for name in Capability.__slots__}
        return pd.DataFrame(rows)


def readings(plant: Plant, opening: State, facts: Iterable[Event], until: int | None = None) -> Readings:
    """What was measured from *opening* (left alone) until *until* (left out: all)."""
    state = opening.copy()
    known = {
        (product, operation.id, characteristic.id): characteristic
        for product, terms in plant.products.items()
        for operation in plant.routings[terms.routing].operations
        for characteristic in operation.characteristics
    }
    values: dict[tuple[str, str, str], list[Reading]] = {key: [] for key in known}
    for fact in facts:
        if until is not None and fact.time > until:
            break
        apply(plant, state, fact)
        if isinstance(fact, Measured):
            product = state.orders[fact.order].order.product
            key = product, plant.stops(product)[fact.step].operation.id, fact.characteristic
            if key in values:
                values[key].append(Reading(fact.time, fact.machine, fact.order, fact.value))
    return Readings(known, values)
