"""What the terminal shows: short tables with units, or one JSON object."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol

import msgspec
from rich import box
from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

_EVERY = 5.0
"""Seconds between two lines about the same work."""

STYLES = {
    "better": "green",
    "worse": "dark_orange3",
    "no difference shown": "dim",
    "confirmed": "green",
    "refused": "dark_orange3",
    "unresolved": "magenta",
    "inside": "green",
    "outside": "dark_orange3",
}
"""How verdicts and outcomes are coloured; each stands beside its word."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command has to say: *data* for ``--json``, and *shown* to people; unless it *is said* already."""

    data: Mapping[str, object]
    shown: Sequence[RenderableType] = field(default_factory=tuple)
    is_said: bool = False

    def say(self, *, as_json: bool, console: Console | None = None) -> None:
        """Print it to standard output."""
        if self.is_said:
            return
        if as_json:
            sys.stdout.write(to_json(self.data) + "\n")
            return
        console = console or terminal()
        for part in self.shown:
            console.print(part)


class Tell(Protocol):
    """Hears how far some work has come."""

    def __call__(self, done: int, total: int, words: str = "") -> None:
        """*done* of *total*; *words* say what with."""


def terminal(*, stderr: bool = False) -> Console:
    """A console for people; on a pipe it is wide enough for every table and has no colours."""
    console = Console(stderr=stderr, highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console = Console(stderr=stderr, highlight=False, width=120)
    return console


def to_json(data: Mapping[str, object]) -> str:
    """One JSON object on one line; numbers that are not numbers become null."""
    plain = msgspec.to_builtins(data, enc_hook=_plain, str_keys=True)
    return json.dumps(_finite(plain), ensure_ascii=False)


def _plain(value: object) -> object:
    item = getattr(value, "item", None)
    return item() if callable(item) else str(value)


def _finite(value: object) -> object:
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(part) for part in value]
    return value


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, title: str = "", text_columns: int = 1) -> Table:
    """A quiet table: the first *text_columns* columns are text, the others are numbers and stand right."""
    shown = Table(title=title or None, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for number, column in enumerate(columns):
        shown.add_column(column, justify="left" if number < text_columns else "right", no_wrap=number == 0)
    for row in rows:
        shown.add_row(*(_styled(cell) for cell in row))
    return shown


def _styled(cell: str) -> str:
    style = STYLES.get(cell)
    return f"[{style}]{cell}[/{style}]" if style else cell


@contextmanager
def progress(words: str, *, quiet: bool = False, in_lines: bool = False) -> Iterator[Tell]:
    """A progress bar on standard error while a block runs.

    Where nobody would see a bar there is none; with *in_lines* a line every few seconds takes its place there, also
    where the command is to be *quiet*: for work that takes minutes.
    """
    console = terminal(stderr=True)
    if quiet or not console.is_terminal:
        yield _Lines(words) if in_lines else _silence
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=32),
        TextColumn("{task.fields[words]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(words, total=None, words="")

        def tell(done: int, total: int, words: str = "") -> None:
            bar.update(
                task, completed=done, total=total or None, words=words or (f"{done} of {total}" if total else "")
            )

        yield tell


class _Lines:
    """Says how far the work is, in a line: at once when something else begins, else every few seconds."""

    def __init__(self, words: str) -> None:
        self._said, self._next = "", 0.0
        sys.stderr.write(f"{words} ...\n")

    def __call__(self, done: int, total: int, words: str = "") -> None:
        about = words.partition(":")[0]
        if about == self._said and monotonic() < self._next:
            return
        self._said, self._next = about, monotonic() + _EVERY
        sys.stderr.write((words or f"{done} of {total}") + "\n")
        sys.stderr.flush()


def _silence(done: int, total: int, words: str = "") -> None:
    """Say nothing."""


def number(value: float | None, digits: int = 1) -> str:
    """A figure as a table has it; a dash where it is not known."""
    if value is None or value != value:
        return "–"
    return f"{value:,.{digits}f}"


def share(value: float | None) -> str:
    """A share as a percentage."""
    return "–" if value is None or value != value else f"{100 * value:.0f} %"
