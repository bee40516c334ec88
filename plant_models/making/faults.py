"""What is wrong with a scenario document, each fault with its place; and moments as a file says them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from plant_models import units
from plant_models.clock import Epoch
from plant_models.documents import Document, Place
from plant_models.errors import InvalidPlant, known_names

MOST_FAULTS = 10
EPOCH = Epoch(datetime(2026, 1, 5, 6, tzinfo=UTC))
"""When a plant's clock stands at zero where its file does not say."""
_ROW = re.compile(r".*?, row \d+")
_T = TypeVar("_T")


@dataclass(slots=True)
class Faults:
    """What is wrong with a document, each with its place; at most ten are told.

    What was wrong with a table's row already is told once: what follows from it is not.
    """

    document: Document
    found: dict[str, None] = field(default_factory=dict)
    untold: int = 0
    _rows: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for fault in self.document.faults:
            self._tell(fault)
        self._rows = frozenset(_row(fault) for fault in self.document.faults)

    def add(self, place: Place, what: object, key: str | None = None) -> None:
        """Something is wrong at *place*."""
        fault = f"{self.document.at(place, key)}: {what}"
        if not self._rows or _row(fault) not in self._rows:
            self._tell(fault)

    def _tell(self, fault: str) -> None:
        if len(self.found) < MOST_FAULTS:
            self.found[fault] = None
        else:
            self.untold += 1

    def check(self) -> None:
        """Raise InvalidPlant if anything is wrong."""
        if not self.found:
            return
        more = [f"... and {self.untold} more"] if self.untold else []
        raise InvalidPlant("\n".join([*self.found, *more]))

    def made(self, place: Place, make: Callable[[], _T]) -> _T | None:
        """What *make* makes; None, and a fault, where it cannot be."""
        try:
            return make()
        except (ValueError, OverflowError) as error:
            self.add(place, error)
            return None

    def knows(self, place: Place, what: str, name: str, known: Mapping[str, object]) -> bool:
        """Whether *name* is one of the *known*; if not, it is a fault."""
        if name not in known:
            self.add(place, known_names(what, name, known))
        return name in known


def _row(fault: str) -> str:
    """The sheet and row that a fault is in; all of it where it is in none."""
    found = _ROW.match(fault)
    return found[0] if found else fault


def moment(text: object, epoch: Epoch) -> int:
    """Milliseconds since the epoch of an ISO date and time, or of a time since the epoch.

    Raises
    ------
    ValueError
        Where it is neither.
    """
    if not isinstance(text, str):
        return units.whole_milliseconds(text)
    try:
        return epoch.milliseconds(datetime.fromisoformat(text.strip()))
    except ValueError:
        pass
    try:
        return units.whole_milliseconds(text)
    except ValueError as error:
        raise ValueError(f"{error}, or a date and time such as '2026-01-05T06:00'") from None


def epoch_of(text: str | None) -> Epoch:
    """The epoch that a file gives; the usual one where it gives none."""
    if text is None:
        return EPOCH
    try:
        return Epoch(datetime.fromisoformat(text))
    except ValueError:
        raise ValueError(f"{text!r} is no date and time; wanted such as '2026-01-05T06:00:00+00:00'") from None
