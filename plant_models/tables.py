"""Order books as tables: the CSV that an ERP exports."""

import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import TypeVar

from plant_models.documents import open_text
from plant_models.errors import InvalidPlant, known_names
from plant_models.making.faults import MOST_FAULTS, moment
from plant_models.orders import Order
from plant_models.scenario import Scenario
from plant_models.units import shown

COLUMNS = ("order", "product", "quantity", "release", "due", "weight", "priority")
"""What an order book may tell; order and product are needed."""
_NEEDED = COLUMNS[:2]
_SEPARATORS = ";,\t"
_Value = TypeVar("_Value")


def orders(path: str | Path, scenario: Scenario) -> tuple[Order, ...]:
    """The orders in a CSV file, for the products and the clock of *scenario*.

    The first line names the columns (order, product, quantity, release, due, weight, priority; the first two are
    needed), separated by semicolons, commas or tabs. Times are ISO dates and times, or times since the epoch with a
    unit; a date and time without a zone is in the epoch's.

    Raises
    ------
    InvalidPlant
        Where any row is wrong, with its line and what is known; then no order is read at all.
    """
    file = Path(path)
    text = open_text(file)
    if not text.strip():
        raise InvalidPlant(
            f"{file}: the file is empty; wanted a line with {', '.join(COLUMNS)}, then one line for each order"
        )
    first = text.lstrip("\r\n").splitlines()[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    found: list[Order] = []
    seen: set[str] = set()
    faults: list[str] = []
    columns: list[str] | None = None
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if columns is None:
                columns = _columns(row, f"{file}:{reader.line_num}")
                continue
            where = f"{file}:{reader.line_num}"
            if len(row) != len(columns):
                surplus = len(row) - len(columns)
                faults.append(f"{where}: {abs(surplus)} cells too {'many' if surplus > 0 else 'few'}")
                continue
            cells = dict(zip(columns, map(str.strip, row), strict=True))
            wrong: list[str] = []
            order = _order(cells, scenario, wrong)
            if cells["order"] and cells["order"] in seen:
                wrong.append(f"there is an order {shown(cells['order'])} already")
            seen.add(cells["order"])
            if wrong or order is None:
                faults.append(f"{where}: {'; '.join(wrong)}")
            else:
                found.append(order)
    except csv.Error as error:
        faults.append(f"{file}:{reader.line_num}: not CSV: {error}")
    if faults:
        more = len(faults) - MOST_FAULTS
        raise InvalidPlant("\n".join(faults[:MOST_FAULTS] + ([f"... and {more} more"] if more > 0 else [])))
    return tuple(found)


def _columns(row: list[str], where: str) -> list[str]:
    columns = [cell.strip().lower() for cell in row]
    for column in columns:
        if column not in COLUMNS:
            raise InvalidPlant(f"{where}: {known_names('column', column, dict.fromkeys(COLUMNS))}")
        if columns.count(column) > 1:
            raise InvalidPlant(f"{where}: the column {column!r} is there twice")
    for column in _NEEDED:
        if column not in columns:
            raise InvalidPlant(f"{where}: the column {column!r} is missing; there are {', '.join(columns)}")
    return columns


def _order(cells: dict[str, str], scenario: Scenario, wrong: list[str]) -> Order | None:
    """The order in a row; everything that is *wrong* with the row is noted, and then there is none."""

    def read(column: str, reader: Callable[[str], _Value]) -> _Value | None:
        try:
            return reader(cells.get(column, ""))
        except (ValueError, OverflowError) as error:
            wrong.append(f"{column}: {error}")
            return None

    def product(text: str) -> str:
        if text not in scenario.plant.products:
            raise ValueError(known_names("product", text, scenario.plant.products))
        return text

    def time(text: str) -> int | None:
        return moment(text, scenario.epoch) if text else None

    name, made = read("order", _name), read("product", product)
    quantity, weight = read("quantity", _quantity), read("weight", _weight)
    release, due, priority = read("release", time), read("due", time), read("priority", _priority)
    if wrong or name is None or made is None or quantity is None or weight is None or priority is None:
        return None
    try:
        return Order(
            id=name,
            product=made,
            quantity=quantity,
            release=release or 0,
            due=due,
            weight=weight,
            priority=priority,
        )
    except ValueError as error:
        wrong.append(str(error))
        return None


def _name(text: str) -> str:
    if not text or len(text) > 200 or not text.isprintable():
        raise ValueError(f"{shown(text)} is no name")
    return text


def _quantity(text: str) -> int:
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
        raise ValueError(f"{shown(text)} is no whole number of at least 1")
    return int(text)


def _priority(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) < 10):
        raise ValueError(f"{shown(text)} is no whole number")
    return int(text)


def _weight(text: str) -> float:
    try:
        weight = (float(text.replace(",", ".")) if text.isascii() and "_" not in text else -1.0) if text else 1.0
    except ValueError:
        weight = -1.0
    if not 0 <= weight < float("inf"):
        raise ValueError(f"{shown(text)} is no number of at least 0")
    return weight
