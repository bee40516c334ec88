"""Tables of cells, from and to a folder of CSV files or an Excel workbook.

What needs openpyxl is loaded when it is first used (`docs/decisions/007-names-on-demand.md`): plants in other files
cost no spreadsheet. `__init__.pyi` tells type checkers and editors the same.
"""

from importlib import import_module
from typing import Any

__all__ = ["Cell", "Row", "Sheet", "read_csv_folder", "read_excel", "write_csv_folder", "write_excel"]

_ROOMS = {
    "plant_models.sheets.cells": ("Cell", "Row", "Sheet"),
    "plant_models.sheets.csv_folder": ("read_csv_folder", "write_csv_folder"),
    "plant_models.sheets.excel": ("read_excel", "write_excel"),
}
_HOMES = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"plant_models.sheets has no {name!r}; there are {', '.join(__all__)}")
    found = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return found
