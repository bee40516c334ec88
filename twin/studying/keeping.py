"""What was played, kept on disk as it comes: a kill loses seconds of work, and nothing is lost or doubled.

Results go into whole Parquet files, each written beside its place and moved there in one step. A run's place is the
key of its design (a digest of all that the run follows from) and its number, so that a run that was played twice is
there once, and one of another plant, seed or rule is never taken for it.
"""

import hashlib
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from glob import escape
from pathlib import Path
from time import monotonic
from types import TracebackType

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import parquet

from plant_models.errors import InvalidPlant

EVERY = 1.0
"""Seconds between two files while results come in."""
MANY = 64
"""So many files are made one when they are read."""
FOLDER = "parts"


class Kept:
    """The runs that were played, in memory and in a folder; as a context, what has come is on disk when it ends."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = None if folder is None else folder / FOLDER
        self._columns: dict[str, tuple[str, ...]] = {}
        self._runs: dict[str, dict[int, NDArray[np.float64]]] = {}
        self._fresh: list[tuple[str, int]] = []
        self._written = monotonic()
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._load(self.folder)

    def __enter__(self) -> "Kept":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.write()

    def missing(self, key: str, runs: Iterable[int]) -> list[int]:
        """Those of *runs* of a design that were not played yet."""
        known = self._runs.get(key, {})
        return [run for run in runs if run not in known]

    def add(self, key: str, figures: Sequence[str], rows: Iterable[tuple[int, Sequence[float | None]]]) -> None:
        """Keep some runs of a design: for each its number and its figures.

        Raises
        ------
        InvalidPlant
            Where earlier runs of the design have other figures.
        """
        at, known = self._places(key, figures), self._runs.setdefault(key, {})
        for run, values in rows:
            if run not in known:
                known[run] = np.array([np.nan if value is None else value for value in values])[at]
                self._fresh.append((key, run))
        if monotonic() - self._written > EVERY:
            self.write()

    def values(self, key: str, figure: str, runs: Iterable[int]) -> NDArray[np.float64]:
        """A figure in these runs of a design, all of which were played.

        Raises
        ------
        InvalidPlant
            Where that plant does not have the figure.
        """
        columns = self._columns[key]
        if figure not in columns:
            raise InvalidPlant(f"this plant has no figure {figure!r}; it has {', '.join(columns)}")
        at, known = columns.index(figure), self._runs[key]
        return np.array([known[run][at] for run in runs])

    def figures(self, key: str) -> tuple[str, ...]:
        """The figures that the plant of a design has."""
        return self._columns[key]

    def digest(self, runs: Mapping[str, Sequence[int]]) -> str:
        """One digest of these runs of these designs, 64 hexadecimal digits: the same wherever they were played."""
        found = hashlib.sha256()
        for key in sorted(runs):
            names = sorted(self._columns[key])
            at = [self._columns[key].index(name) for name in names]
            found.update(f"{key} {' '.join(names)}\n".encode())
            for run in sorted(runs[key]):
                found.update(f"{run} ".encode() + self._runs[key][run][at].astype("<f8").tobytes())
        return found.hexdigest()

    def _places(self, key: str, figures: Sequence[str]) -> list[int]:
        """Where in *figures* each figure of a design is, in the order in which its runs are kept."""
        columns = self._columns.setdefault(key, tuple(figures))
        if set(columns) != set(figures):
            raise InvalidPlant(
                f"{self.folder}: the runs that are kept here have other figures ({', '.join(columns)}): "
                f"another version played them; use another folder"
            )
        return [figures.index(name) for name in columns]

    def write(self) -> None:
        """Put what has come since into a file."""
        if self.folder is not None and self._fresh:
            self._write(self.folder, self._fresh)
        self._fresh, self._written = [], monotonic()

    def _write(self, folder: Path, which: Sequence[tuple[str, int]]) -> Path:
        names = list(
            dict.fromkeys(name for key in dict.fromkeys(key for key, _ in which) for name in self._columns[key])
        )
        places = {key: {name: at for at, name in enumerate(self._columns[key])} for key, _ in which}
        columns: dict[str, list[str] | list[int] | list[float | None]] = {
            "key": [key for key, _ in which],
            "run": [run for _, run in which],
        }
        for name in names:
            columns[name] = [
                float(self._runs[key][run][places[key][name]]) if name in places[key] else None for key, run in which
            ]
        digest = hashlib.sha256(repr(sorted(which)).encode()).hexdigest()[:24]
        return whole(pa.table(columns), folder / f"{digest}.parquet")

    def _load(self, folder: Path) -> None:
        for place in (folder, folder.parent):
            _clear(place)
        files = sorted(folder.glob("*.parquet"))
        for file in files:
            self._take(file)
        if len(files) >= MANY:
            everything = [(key, run) for key, known in self._runs.items() for run in known]
            one = self._write(folder, everything)
            for file in files:
                if file != one:
                    file.unlink(missing_ok=True)

    def _take(self, file: Path) -> None:
        try:
            table = parquet.read_table(file)
            keys, runs = table.column("key").to_pylist(), table.column("run").to_pylist()
        except FileNotFoundError:  # another study in this folder made one of many files just now
            return
        except PermissionError:
            raise
        except (pa.ArrowException, OSError, KeyError) as error:
            why = str(error).splitlines()[0]
            raise InvalidPlant(
                f"{file}: not what a study wrote ({why}); delete it, and its runs are played again"
            ) from None
        names = [name for name in table.column_names if name not in ("key", "run")]
        cells = np.array([table.column(name).to_numpy(zero_copy_only=False) for name in names], dtype=np.float64).T
        has = {name: ~np.asarray(table.column(name).is_null().to_numpy(zero_copy_only=False)) for name in names}
        places: dict[str, NDArray[np.intp]] = {}
        for row, (key, run) in enumerate(zip(keys, runs, strict=True)):
            if key not in places:
                there = [at for at, name in enumerate(names) if has[name][row]]
                places[key] = np.array(there)[self._places(key, [names[at] for at in there])]
            self._runs.setdefault(key, {}).setdefault(run, cells[row, places[key]])


def whole(table: pa.Table, path: Path) -> Path:
    """Write a table as Parquet: after a kill or a power cut the file is there whole, or as it was."""
    beside = path.with_name(f".{path.name}.{platform.node()}.{os.getpid()}")
    with beside.open("wb") as file:
        parquet.write_table(table, file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    return path


def _clear(folder: Path) -> None:
    """Take away what processes of this computer had begun to write when they were killed."""
    for file in folder.glob(f".*.parquet.{escape(platform.node())}.*"):
        process = file.name.rpartition(".")[2]
        if process.isdigit() and not _runs(int(process)):
            file.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    """Whether there is such a process; taken for granted where the system has no harmless way to ask."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is somebody else's
        pass
    return True
