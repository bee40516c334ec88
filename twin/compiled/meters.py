"""The meter of one compiled floor: where its sums lie, and what they come to."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.compiled.arrays import NOBODY
from twin.compiled.layout import Layout
from twin.compiled.meter_arrays import Meter, Metering, Process, Stretch
from twin.energy import Energy, summed
from twin.native import layout_of
from twin.span import Account

_ROOM = 1 << 10
"""So many intervals of the meter are read at first, and so many more whenever these are over."""
_UNTOUCHED = -0.0
"""What is in an interval in which nothing was drawn, not even nothing: whatever is added to it stays what it is."""


class Meters:
    """The sums of one span; they grow with it."""

    def __init__(self, layout: Layout) -> None:
        self._plant = layout.plant
        self._row = np.zeros(1, dtype=layout_of(Metering))
        for field, value in layout.metering.items():
            self._row[field] = value
        self._parts: dict[str, NDArray[Any]] = {
            "meters": np.zeros(len(layout.machines), dtype=layout_of(Meter)),
            "processes": np.zeros(len(layout.orders), dtype=layout_of(Process)),
            "stretches": np.zeros(0, dtype=layout_of(Stretch)),
            "loads": np.zeros(0),
        }

    @property
    def address(self) -> int:
        """Where its record lies."""
        return int(self._row.ctypes.data)

    def open(self, start: int) -> None:
        """A span begins at *start*, in milliseconds since the epoch: nothing is read yet."""
        row = self._row[0]
        row["start"], row["first"] = start, (start - row["offset"]) // row["interval"]
        row["begun"] = row["spread"] = row["left"] = 0
        row["free"] = NOBODY
        meters = self._parts["meters"]
        meters[:] = np.zeros(1, dtype=meters.dtype)
        for field in ("process", "first_stretch", "last_stretch"):
            meters[field] = NOBODY
        self._parts["stretches"] = self._parts["stretches"][:0]
        self._parts["loads"] = np.full(_ROOM, _UNTOUCHED)
        self.widen(start)

    def widen(self, time: int) -> None:
        """Have room for what is booked by *time*, and at about that time."""
        row, parts = self._row[0], self._parts
        short = (time - row["offset"]) // row["interval"] - row["first"] + 1 - len(parts["loads"])
        if short > 0:
            parts["loads"] = np.append(parts["loads"], np.full(int(short) + _ROOM, _UNTOUCHED))
        if row["has_processes"] and row["left"] < self._needed:
            before = parts["stretches"]
            more = np.zeros(max(len(before), 2 * self._needed), dtype=before.dtype)
            more["next"] = [*range(len(before) + 1, len(before) + len(more)), row["free"]]
            parts["stretches"] = np.concatenate((before, more))
            row["free"], row["left"] = len(before), row["left"] + len(more)
        row["room"] = len(parts["loads"])
        for field, part in parts.items():
            row[field] = part.ctypes.data

    def energy(self, end: int, accounts: Mapping[str, Account]) -> Energy:
        """What the span took in all that ended at *end*."""
        first, loads, meters = int(self._row[0]["first"]), self._parts["loads"], self._parts["meters"]
        touched = np.flatnonzero((loads != 0) | ~np.signbit(loads))
        booked = sorted((spread, n) for n, spread in enumerate(meters["spread"].tolist()) if spread)
        names, kwh = list(self._plant.machines), meters["kwh"].tolist()
        return summed(
            self._plant,
            int(self._row[0]["start"]),
            end,
            times={name: account.times for name, account in accounts.items()},
            operations={names[n]: kwh[n] for _, n in booked},
            load={first + n: float(loads[n]) for n in touched.tolist()},
        )

    @property
    def _needed(self) -> int:
        """How many stretches must be free before anything happens."""
        return 3 * len(self._parts["meters"]) + 8
