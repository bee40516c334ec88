"""Order books as tables: the CSV that an ERP exports."""

import csv
from io import StringIO
from pathlib import Path

from plant_models.assembly import MOST_FAULTS, moment
from plant_models.documents import open_text
from plant_models.errors import InvalidPlant
from plant_models.file_model import known_names
from plant_models.orders import Order
from plant_models.scenario import Scenario
from plant_models.units import shown

COLUMNS = ("order", "product", "quantity", "release", "due", "weight")
"""What an order book may tell; order and product are needed."""
_NEEDED = COLUMNS[:2]
_SEPARATORS = ";,\t"


def orders(path: str | Path, scenario: Scenario) -> tuple[Order, ...]:
    """The orders in a CSV file, for the products and the clock of *scenario*.

    The first line names the columns (order, product, quantity, release, due, weight; the first two are needed),
    separated by semicolons, commas or tabs. Times are ISO dates and times, or times since the epoch with a unit;
    a date and time without a zone is in the epoch's.

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
    found: dict[str, Order] = {}
    faults: list[str] = []
    columns: list[str] | None = None
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if columns is None:
                columns = _columns(row, f"{file}:{reader.line_num}")
                continue
            try:
                order = _order(dict(zip(columns, row, strict=False)), len(row) - len(columns), scenario)
                if order.id in found:
                    raise ValueError(f"there is an order {order.id!r} already")
                found[order.id] = order
            except (ValueError, OverflowError) as error:
                faults.append(f"{file}:{reader.line_num}: {error}")
    except csv.Error as error:
        faults.append(f"{file}:{reader.line_num}: not CSV: {error}")
    if faults:
        more = len(faults) - MOST_FAULTS
        raise InvalidPlant("\n".join(faults[:MOST_FAULTS] + ([f"... and {more} more"] if more > 0 else [])))
    return tuple(found.values())


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


def _order(row: dict[str, str], surplus: int, scenario: Scenario) -> Order:
    if surplus:
        raise ValueError(f"{abs(surplus)} cells too {'many' if surplus > 0 else 'few'}")
    cells = {column: cell.strip() for column, cell in row.items()}
    name, product = cells["order"], cells["product"]
    if not name or len(name) > 200 or not name.isprintable():
        raise ValueError(f"order: {shown(name)} is no name")
    if product not in scenario.plant.products:
        raise ValueError(f"product: {known_names('product', product, scenario.plant.products)}")
    release, due = cells.get("release", ""), cells.get("due", "")
    return Order(
        id=name,
        product=product,
        quantity=_quantity(cells.get("quantity", "")),
        release=_moment("release", release, scenario) if release else 0,
        due=_moment("due", due, scenario) if due else None,
        weight=_weight(cells.get("weight", "")),
    )


def _quantity(text: str) -> int:
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
        raise ValueError(f"quantity: {shown(text)} is no whole number of at least 1")
    return int(text)


def _weight(text: str) -> float:
    try:
        weight = (float(text.replace(",", ".")) if text.isascii() and "_" not in text else -1.0) if text else 1.0
    except ValueError:
        weight = -1.0
    if not 0 <= weight < float("inf"):
        raise ValueError(f"weight: {shown(text)} is no number of at least 0")
    return weight


def _moment(column: str, text: str, scenario: Scenario) -> int:
    try:
        return moment(text, scenario.epoch)
    except ValueError as error:
        raise ValueError(f"{column}: {error}") from None
