"""Cells of tables in which a plant is edited: what they say, and how a row of them becomes changes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from plant_models.clock import Epoch
from plant_models.shifts import HOUR
from twin.changes import Change

MOMENTS = ("down from", "extra shift from", "due", "overtime from", "none from")
NUMBERS = ("for, h", "runs for, h", "repair, h", "every, h")
WHOLE = ("places", "people", "units", "vehicles", "counted")

Cells = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its rows by name in *frame*, and what the cells of a row change."""

    frame: pd.DataFrame
    owned: Callable[[Change, str], bool]
    meant: Callable[[str, Cells], list[Change]]

    def edited(self, asked: Sequence[Change], edits: Mapping[int, Cells]) -> list[Change]:
        """The question *asked* after some rows were edited: for each its number and the cells that are new.

        What the table said of such a row before goes; the rest stays where it is.
        """
        found = list(asked)
        for number, cells in edits.items():
            row = str(self.frame.index[number])
            places = [at for at, change in enumerate(found) if self.owned(change, row)]
            new = self.meant(row, {str(key): cell for key, cell in self.frame.iloc[number].items()} | dict(cells))
            at = places[0] if places else len(found)
            found = [change for place, change in enumerate(found) if place not in places]
            found[at:at] = new
        return found


def frame(rows: Mapping[str, Cells], name: str) -> pd.DataFrame:
    """The rows by their names, under the *name* of what they are; empty cells in columns of times and numbers stay."""
    found: pd.DataFrame = pd.DataFrame(list(rows.values()), index=list(rows))
    found.index.name = name
    for column in found:
        if column in MOMENTS:
            found[column] = pd.to_datetime(found[column])
        elif column in NUMBERS:
            found[column] = found[column].astype("float64")
        elif column in WHOLE:
            found[column] = found[column].astype("Int64")
    return found


def cell(epoch: Epoch, time: int) -> datetime:
    """A plant's time on the plant's own clock, as a cell has it."""
    return epoch.datetime(time).replace(tzinfo=None)


def moment(epoch: Epoch, cell: object) -> int | None:
    """The plant's time that a cell says; None where it says none."""
    if cell is None or cell is pd.NaT or cell != cell:
        return None
    moment = pd.Timestamp(str(cell)).to_pydatetime().replace(tzinfo=None)
    return epoch.milliseconds(moment)


def number(cell: object) -> float | None:
    """The number that a cell says; None where it says none."""
    return None if cell is None or cell is pd.NA or cell != cell else float(str(cell))


def window(epoch: Epoch, start: object, lasting: object, *, now: int) -> tuple[int, int] | None:
    """From when until when; without a start from now on, without a length not at all."""
    length, begin = number(lasting), moment(epoch, start)
    if not length:
        return None
    begin = now if begin is None else begin
    return begin, begin + round(length * HOUR)
