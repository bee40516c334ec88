"""Tables as the sheets of one Excel workbook."""

import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils.exceptions import IllegalCharacterError, InvalidFileException

from plant_models.documents import MOST_BYTES
from plant_models.errors import InvalidPlant
from plant_models.sheets.cells import Cell, Sheet, sheet

_MOST_UNPACKED = 20 * MOST_BYTES
_MOST_COLUMNS = 200
_DATE_FORMAT = "yyyy-mm-dd hh:mm"


def read_excel(path: Path) -> dict[str, Sheet]:
    """The tables in the sheets of a workbook, by their names; formulae count for what they came to when it was saved.

    Raises
    ------
    InvalidPlant
        Where there is no such file, it is no workbook, or it is too large.
    """
    _check(path)
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            return {found.title.lower().replace(" ", "_"): _sheet(path, found) for found in book.worksheets}
        finally:
            book.close()
    except (InvalidFileException, zipfile.BadZipFile, ParseError, KeyError, TypeError, ValueError, IndexError) as error:
        if isinstance(error, InvalidPlant):
            raise
        raise InvalidPlant(f"{path}: not an Excel workbook that can be read: {error}") from None


def _sheet(path: Path, found: Any) -> Sheet:
    lines = found.iter_rows(max_col=_MOST_COLUMNS, values_only=True)
    return sheet(f"{path}: sheet {found.title}", enumerate(lines, 1))


def _check(path: Path) -> None:
    """That a file is a workbook of a size that can be read: packed, it may say little of what it holds."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InvalidPlant(f"{path}: larger than {MOST_BYTES / 1e6:.0f} MB, which is the most that is read")
        with zipfile.ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > _MOST_UNPACKED:
                raise InvalidPlant(f"{path}: unpacked, larger than {_MOST_UNPACKED / 1e6:.0f} MB")
    except OSError as error:
        raise InvalidPlant(f"{path}: cannot be read: {error.strerror or error}") from None
    except zipfile.BadZipFile:
        raise InvalidPlant(f"{path}: not an Excel workbook (.xlsx)") from None


def write_excel(tables: Mapping[str, Sequence[Sequence[Cell]]], path: Path) -> None:
    """Write each of *tables*, its columns first, to a sheet of its name.

    Raises
    ------
    InvalidPlant
        Where a cell has a character that no workbook can hold.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in tables.items():
        page = book.create_sheet(name)
        page.freeze_panes = "A2"
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                if value is None:
                    continue
                try:
                    cell = page.cell(number, column, value)
                except IllegalCharacterError:
                    raise InvalidPlant(
                        f"{path}: sheet {name}, row {number}: {value!r} cannot stand in a cell"
                    ) from None
                if isinstance(value, str):
                    cell.data_type = "s"  # text stays text, even if it looks like a formula or an error
                elif isinstance(value, datetime):
                    cell.number_format = _DATE_FORMAT
                if number == 1:
                    cell.font = Font(bold=True)
        for column, cells in enumerate(zip(*rows, strict=True)):
            letter = page.cell(1, column + 1).column_letter
            page.column_dimensions[letter].width = min(60, 3 + max(len(str(cell or "")) for cell in cells))
    book.save(path)
