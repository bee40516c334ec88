"""Tables as a folder of CSV files, one for each."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import StringIO
from pathlib import Path

from plant_models.documents import open_text
from plant_models.errors import InvalidPlant
from plant_models.sheets.cells import Cell, Sheet, sheet

_SEPARATORS = ";,\t"


def read_csv_folder(folder: Path) -> dict[str, Sheet]:
    """The tables in *folder*, by the names of their files; separated by semicolons, commas or tabs.

    Raises
    ------
    InvalidPlant
        Where there is no CSV file, or one that is none.
    """
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv")
    if not files:
        raise InvalidPlant(f"{folder}: a folder, not a file, and there is no CSV file in it")
    return {file.stem.lower(): _read(file) for file in files}


def _read(file: Path) -> Sheet:
    text = open_text(file)
    first = text.lstrip("\r\n").splitlines()[0] if text.strip() else ""
    reader = csv.reader(StringIO(text, newline=""), delimiter=max(_SEPARATORS, key=first.count), strict=True)
    lines: list[tuple[int, Sequence[Cell]]] = []
    try:
        lines.extend((reader.line_num, line) for line in reader)
    except csv.Error as error:
        raise InvalidPlant(f"{file}, row {reader.line_num}: not CSV: {error}") from None
    return sheet(str(file), lines)


def write_csv_folder(tables: Mapping[str, Sequence[Sequence[Cell]]], folder: Path) -> None:
    """Write each of *tables*, its columns first, to a file of its name in *folder*, made where it is missing."""
    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([_text(cell) for cell in row] for row in rows)


def _text(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)
