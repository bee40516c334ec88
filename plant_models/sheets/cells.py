"""A table of cells: rows under named columns, each knowing where it stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from plant_models.errors import InvalidPlant

Cell = str | int | float | bool | datetime | date | time | timedelta | None
"""What can stand in a cell."""

MOST_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: what stands under each column; empty cells are left out."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its *where* is what messages call it, such as ``plant.xlsx: sheet machines``."""

    where: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def at(self, row: int, column: str | None = None) -> str:
        """Where a row, or a cell of it, stands."""
        return f"{self.where}, row {row}" + (f", column {column}" if column is not None else "")


def sheet(where: str, lines: Iterable[tuple[int, Sequence[Cell]]]) -> Sheet:
    """The table in numbered *lines*, of which the first that is not empty names the columns.

    Raises
    ------
    InvalidPlant
        Where a column has no name or one that is there already, a cell stands under none, or there are too many rows.
    """
    columns: dict[int, str] = {}
    rows: list[Row] = []
    for number, line in lines:
        found = {at: cell for at, cell in enumerate(map(_trimmed, line)) if cell is not None}
        if not found:
            continue
        if not columns:
            columns = _columns(f"{where}, row {number}", found)
            continue
        stray = next((at for at in found if at not in columns), None)
        if stray is not None:
            raise InvalidPlant(f"{where}, row {number}: {found[stray]!r} stands under no column, in place {stray + 1}")
        rows.append(Row(number, {columns[at]: cell for at, cell in found.items()}))
        if len(rows) > MOST_ROWS:
            raise InvalidPlant(f"{where}: more than {MOST_ROWS} rows")
    return Sheet(where, tuple(columns.values()), tuple(rows))


def _columns(where: str, found: Mapping[int, Cell]) -> dict[int, str]:
    columns: dict[int, str] = {}
    for at, cell in found.items():
        name = str(cell).lower().replace(" ", "_")
        if name in columns.values():
            raise InvalidPlant(f"{where}: the column {name!r} is there twice")
        columns[at] = name
    return columns


def _trimmed(cell: Cell) -> Cell:
    return (cell.strip() or None) if isinstance(cell, str) else cell
