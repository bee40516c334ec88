"""What a cell means in its column."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from plant_models import units
from plant_models.columns import Kind
from plant_models.documents import parsed
from plant_models.errors import InvalidPlant
from plant_models.sheets import Cell

_CALL = re.compile(r"\s*([a-z_]+)\s*\((.*)\)\s*", re.IGNORECASE | re.DOTALL)


def meant(cell: Cell, kind: Kind) -> Any:
    """What a cell means in its column; what it cannot mean is left as it is, for the rules to refuse."""
    if isinstance(cell, timedelta):
        return units.duration(cell / timedelta(milliseconds=1)) if cell >= timedelta() else str(cell)
    if isinstance(cell, time):
        return units.duration(
            timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second) // timedelta(milliseconds=1)
        )
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    match kind:
        case "name" | "text":
            whole = _number(cell, whole=True) if isinstance(cell, float) else cell
            return str(whole) if isinstance(whole, int | float) and not isinstance(whole, bool) else whole
        case "number" | "whole":
            return _number(cell, whole=kind == "whole")
        case "work":
            return _work(cell)
        case "more":
            return _more(cell)
    return cell


def _more(cell: Cell) -> Any:
    """A mapping as a file says it: ``{crew: operators}``, or ``crew: operators``; what is none is left as it is."""
    if not isinstance(cell, str):
        return cell
    for text in (cell, "{" + cell + "}"):
        try:
            found = parsed(f"it: {text}" if text.startswith(("{", "[")) else f"it: [{text}]", "", is_json=False).content
        except InvalidPlant:
            continue
        if isinstance(found["it"], dict) or cell.lstrip().startswith("["):
            return found["it"]
    return cell


def _number(cell: Cell, *, whole: bool) -> Cell:
    """The number in a cell, be it written as text, with a point or a comma."""
    try:
        number = float(cell.replace(",", ".")) if isinstance(cell, str) and "_" not in cell else cell
    except ValueError:
        return cell
    if isinstance(cell, str) and re.fullmatch(r"[-+]?[0-9]{1,300}", cell):
        return int(cell)
    is_whole = isinstance(number, float) and number.is_integer()
    return int(number) if whole and is_whole and isinstance(number, float) else number


def _work(cell: Cell) -> Any:
    """A distribution of times as it stands in a cell: ``4 min``, or ``lognormal(4 min, 0.2)``.

    Parameters may have their names and be lists: ``empirical(values=4 min; 5 min, weights=2; 1)``.
    """
    call = _CALL.fullmatch(cell) if isinstance(cell, str) else None
    if call is None:
        return cell
    kind, arguments = call.group(1).lower(), [part.strip() for part in call.group(2).split(",")]
    if all("=" in argument for argument in arguments):
        pairs = (argument.split("=", 1) for argument in arguments)
        return {kind: {key.strip(): _argument(value.strip()) for key, value in pairs}}
    given = [_number(argument, whole=False) for argument in arguments]
    return {kind: given[0] if len(given) == 1 else given}


def _argument(text: str) -> Any:
    """What is given for a parameter in a cell: a number, a time, true or false, or a list of them."""
    if ";" in text:
        return [_number(part.strip(), whole=False) for part in text.split(";") if part.strip()]
    return {"true": True, "false": False}.get(text.lower(), _number(text, whole=False))
