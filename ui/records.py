"""Tables out of the desk: frames of facts, deeds, orders and figures, into CSV or Parquet files."""

from collections.abc import Iterable
from pathlib import Path

import msgspec
import pandas as pd

from plant_models.deeds import Deed
from plant_models.errors import InvalidPlant
from plant_models.events import Event

FORMATS = (".csv", ".parquet")
"""What a table can be written as, by the ending of the file's name."""


def facts_frame(facts: Iterable[Event]) -> pd.DataFrame:
    """One row for each fact: *time_ms* since the epoch, *kind*, and what it is about."""
    rows = []
    for fact in facts:
        row = msgspec.to_builtins(fact)
        order = row.pop("order", None)
        terms = order if isinstance(order, dict) else {"id": order}
        rows.append(
            {"time_ms": row.pop("time"), "kind": row.pop("kind"), "order": terms.pop("id", None), **row, **terms}
        )
    return pd.DataFrame(rows)


def deeds_frame(deeds: Iterable[Deed]) -> pd.DataFrame:
    """One row for each deed: when (UTC), who, what; a plan stands there as its digest."""
    rows = []
    for deed in deeds:
        row = msgspec.to_builtins(deed)
        plan = getattr(deed, "plan", None)
        if plan is not None:
            row["digest"], row["source"] = plan.digest, plan.source
            row.pop("plan")
        rows.append(
            {name: ", ".join(map(str, value)) if isinstance(value, list) else value for name, value in row.items()}
        )
    frame = pd.DataFrame(rows)
    return frame.astype({"figures": str}) if "figures" in frame else frame


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """Put a table into a file.

    Raises
    ------
    InvalidPlant
        Where the file's name does not say which format is wanted.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise InvalidPlant(f"{path}: wanted a file that ends in {' or '.join(FORMATS)}")
    if ending == ".csv":
        frame.to_csv(path, index=False)
        return
    try:
        frame.to_parquet(path, index=False)
    except ImportError:
        raise InvalidPlant(f"{path}: Parquet needs pyarrow (pip install pyarrow); CSV does not") from None


def write_facts(facts: Iterable[Event], path: Path) -> None:
    """Put facts into a file."""
    write_frame(facts_frame(facts), path)
