"""What a study found, as tables for the terminal."""

from typing import Any

import pandas as pd
from rich.table import Table

from twin.studying.findings import Findings
from ui.terminal import table

MOST_ROWS = 30
"""Of one table; the files have them all."""

_TITLES = {
    "effects": "What each level gives on average over all others; changes are against the factor's first level",
    "morris": "Elementary effects, from one end of a factor to the other",
    "sobol": "Shares of the variance: alone (S1), and with all that goes through other factors (ST)",
    "front": "Designs that no other outdoes in all objectives",
    "best": "The best design",
    "selection": "The chosen design, and the others by their means",
}


def tables(found: Findings) -> list[Table]:
    """The tables of the method; those of the designs themselves where they are what was asked for."""
    shown = [_shown(frame, _TITLES[name]) for name, frame in found.tables.items()]
    if found.method in ("factorial", "designs"):
        shown.insert(0, _shown(found.designs, "Designs"))
    return shown


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A table's rows as plain values; None where there is none."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def _shown(frame: pd.DataFrame, title: str) -> Table:
    columns = [str(name) for name in frame.columns]
    hidden = {f"{name}{end}" for name in columns for end in ("_low", "_high", "_conf") if f"{name}{end}" in columns}
    hidden |= {"low", "high"} if {"mean", "low", "high"} <= set(columns) else set()
    heads = [name for name in columns if name not in hidden]
    rows = [[_cell(row, name) for name in heads] for row in records(frame.head(MOST_ROWS))]
    made = table([name.replace("_", " ") for name in heads], rows, title=title, text_columns=0)
    for column, name in zip(made.columns, heads, strict=True):
        is_text = any(isinstance(value, str) for value in frame[name])
        column.justify = "left" if is_text else "right"
    if len(frame) > MOST_ROWS:
        made.caption, made.caption_justify = f"and {len(frame) - MOST_ROWS:,} more", "left"
    return made


def _cell(row: dict[str, Any], name: str) -> str:
    value = row[name]
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int):
        return str(value)
    conf = row.get(f"{name}_conf")
    if conf is not None:
        return f"{value:.3g} ± {conf:.2g}"
    low, high = (row.get(f"{name}_{end}", row.get(end) if name == "mean" else None) for end in ("low", "high"))
    if low is None or high is None or low == high:
        return f"{value:.4g}"
    return f"{value:.4g} [{low:.4g}, {high:.4g}]"
