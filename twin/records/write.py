"""An event log into a file, in the form that is asked for."""

from collections.abc import Callable, Mapping
from pathlib import Path

from twin.records.event_log import EventLog
from twin.records.ocel import write_ocel_json, write_ocel_sqlite
from twin.records.xes import write_xes


def _write_csv(log: EventLog, path: Path) -> None:
    log.to_frame().to_csv(path, index=False)


def _write_parquet(log: EventLog, path: Path) -> None:
    log.to_frame().to_parquet(path, index=False)


FORMATS: Mapping[str, Callable[[EventLog, Path], None]] = {
    "ocel-json": write_ocel_json,
    "ocel-sqlite": write_ocel_sqlite,
    "xes": write_xes,
    "csv": _write_csv,
    "parquet": _write_parquet,
}
"""What an event log can be written as, by name."""


ENDINGS: Mapping[str, str] = {
    ".json": "ocel-json",
    ".jsonocel": "ocel-json",
    ".sqlite": "ocel-sqlite",
    ".sqliteocel": "ocel-sqlite",
    ".xes": "xes",
    ".csv": "csv",
    ".parquet": "parquet",
}
"""The format that the ending of a file's name stands for."""


def write(log: EventLog, path: str | Path, format: str | None = None) -> None:
    """Write *log* to a file, in one of `FORMATS`; a file that was there before is replaced.

    Parameters
    ----------
    format
        Where none is given, the ending of the file's name says it.

    Raises
    ------
    ValueError
        Where there is no such format, or the ending stands for none.
    FileNotFoundError
        Where there is no such folder.
    """
    file = Path(path)
    if format is None:
        format = ENDINGS.get(file.suffix.lower())
        if format is None:
            raise ValueError(f"{file}: wanted a file that ends in {', '.join(ENDINGS)}; or say the format")
    if format not in FORMATS:
        raise ValueError(f"no format {format!r}; there are {', '.join(FORMATS)}")
    if not file.absolute().parent.is_dir():
        raise FileNotFoundError(f"{file}: there is no folder {file.parent}")
    FORMATS[format](log, file)
