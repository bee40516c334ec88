"""Watching a plant: what it tells, folded into a state and a journal, each fact once and in order.

The thread that listens only fills an inbox. It is emptied here, in the caller's own time, so that a state never changes
while somebody reads it, and a fact is in the journal before anybody acts on it.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from types import TracebackType

from live_bridge.lease import Lease
from live_bridge.nodes import Batch, Pulse
from live_bridge.opcua import Connected, Gap, Line, Lost, Word
from live_bridge.security import Security
from plant_models import clock
from plant_models.deeds import BRIDGE, AnyDeed, ConnectionLost, ConnectionRestored, Deed, OrdersImported
from plant_models.errors import FloorLost
from plant_models.events import Event, Fact, OrderAdded
from plant_models.orders import Order
from plant_models.plant import Plant
from twin.journal import Journal
from twin.state import State, apply, opening

Listener = Callable[[Event], object]


class OpcUaMirror:
    """A plant as it is told over OPC UA; it can be watched, and nothing else.

    Parameters
    ----------
    endpoint
        Where the plant is served.
    plant
        What it is believed to be.
    journal
        Where its facts are written, each once. A mirror that is given the journal of another, whose process ended,
        goes on behind the last fact in it. Without a journal nothing is kept.
    patience
        Seconds of silence after which the plant counts as lost.

    Raises
    ------
    FloorLost
        Where another process of this computer writes a plant's facts into the same file.

    Notes
    -----
    `state` is how the plant stood when it last spoke. Whether that can be relied on is another matter: see `is_live`,
    `unknown_since` and `trouble`. One mirror at a time may write into a journal: where that is a file, a mirror holds
    its lease until it is closed; in a database server a second one is noticed, and the state is unknown from then on.
    """

    def __init__(
        self,
        endpoint: str,
        plant: Plant,
        journal: Journal | None = None,
        *,
        security: Security = "Basic256Sha256",
        folder: Path = Path("certificates"),
        patience: float = 3.0,
    ) -> None:
        self.endpoint, self.plant, self.journal, self.patience = endpoint, plant, journal, patience
        self.unknown_since: int | None = None
        self.trouble = "not connected yet"
        self.listeners: list[Listener] = []
        self.at_plant: dict[str, Order] = {}
        file = None if journal is None else journal.file
        self._lease = None if file is None else Lease(file, f"following {endpoint}")
        self._state = opening(plant)
        self._run, self._number, self._seq, self._desk_facts = "", 0, 0, 0
        self._lock = threading.RLock()
        self._is_connected, self._is_current, self._spoke = False, False, monotonic()
        self.speed = 0.0
        self._read_journal(0)
        self._line = Line(
            endpoint, run=self._run, after=self._number, security=security, folder=folder, patience=patience
        )

    # -- what it shows ----------------------------------------------------------------------------------------------

    @property
    def state(self) -> State:
        """How the plant stood when it last spoke."""
        self.update()
        return self._state

    def snapshot(self) -> State:
        """A copy of the state that stays as it is."""
        with self._lock:
            return self.state.copy()

    @property
    def number(self) -> int:
        """The number of the last fact that was folded in."""
        return self._number

    @property
    def run(self) -> str:
        """The run of the plant that is followed; empty before the first connection."""
        return self._run

    @property
    def is_live(self) -> bool:
        """Whether the plant answers, and all that it has told so far is in the state."""
        self.update()
        is_fresh = self.age <= self.patience
        return self._is_connected and self._is_current and is_fresh and self.unknown_since is None

    @property
    def age(self) -> float:
        """Seconds since the plant last spoke."""
        return monotonic() - self._spoke

    def require_live(self) -> None:
        """Raise FloorLost, with the reason, unless the plant is followed live."""
        if not self.is_live:
            since = "" if self.unknown_since is None else f" (its state is unknown since {self.unknown_since} ms)"
            raise FloorLost(f"{self.endpoint}: {self.trouble or 'still catching up'}{since}")

    # -- following --------------------------------------------------------------------------------------------------

    def update(self) -> int:
        """Fold in all that has come since the last time; how many facts that were."""
        with self._lock:
            before = self._number
            for word in self._line.take():
                self._fold(word)
            return self._number - before

    def wait(self, seconds: float) -> int:
        """Wait until the plant says something, *seconds* at the most, and fold it in; how many facts that were."""
        self._line.wait(seconds)
        return self.update()

    def wait_for(self, reached: Callable[["OpcUaMirror"], bool], seconds: float) -> bool:
        """Follow the plant until *reached*; False where that took longer than *seconds*."""
        end = monotonic() + seconds
        self.update()
        while not reached(self):
            left = end - monotonic()
            if left <= 0:
                return False
            self.wait(min(left, 0.5))
        return True

    def connect(self, seconds: float = 15.0) -> "OpcUaMirror":
        """Wait until the plant is followed live; FloorLost where that does not happen in time."""
        if not self.wait_for(lambda mirror: mirror.is_live or mirror.unknown_since is not None, seconds):
            self.require_live()
        self.require_live()
        return self

    def refresh(self) -> None:
        """Fold in what others wrote into the journal: orders that were imported."""
        with self._lock:
            self._read_journal(self._seq)

    def close(self) -> None:
        """Stop watching."""
        self._line.close()
        self.update()
        if self._lease is not None:
            self._lease.close()

    def __enter__(self) -> "OpcUaMirror":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- folding ----------------------------------------------------------------------------------------------------

    def _fold(self, word: Word) -> None:
        match word:
            case Batch():
                self._facts(word)
            case Pulse():
                self._spoke, self.speed = monotonic(), word.speed
                self._is_current = word.run == self._run and word.last == self._number
                if self._is_current and self._is_connected and self.unknown_since is None:
                    self._state.now = max(self._state.now, word.now)
                    self.trouble = ""
            case Connected(run, last):
                self._is_connected, self._is_current = True, False
                if not self._run or run == self._run:
                    self._run = run
                    self._note(self._restored(max(0, last - self._number)))
                self.trouble = "still catching up"
            case Lost(reason):
                self.trouble = self.trouble if self.unknown_since is not None else reason
                if self._is_connected:
                    self._note(ConnectionLost(at=clock.now(), by=BRIDGE, endpoint=self.endpoint))
                self._is_connected = self._is_current = False
            case Gap(reason):
                self._give_up(reason)

    def _facts(self, batch: Batch) -> None:
        """Apply the facts of *batch* that are new, then write them down."""
        if self.unknown_since is not None or batch.last <= self._number:
            return
        if batch.first > self._number + 1:
            self._give_up(f"facts {self._number + 1} to {batch.first - 1} never arrived")
            return
        self.refresh()
        applied: list[Event] = []
        trouble = ""
        try:
            for event in batch.events(self._number):
                apply(self.plant, self._state, event)
                applied.append(event)
        except (KeyError, IndexError, ValueError) as error:
            trouble = f"fact {self._number + len(applied) + 1} does not fit the plant that was expected here: {error!r}"
        self._note(*applied)
        for event in applied:
            self._number += 1
            if isinstance(event, OrderAdded):
                self.at_plant[event.order.id] = event.order
        if trouble:
            self._give_up(trouble)
        for listener in self.listeners:
            for event in applied:
                listener(event)

    def _give_up(self, reason: str) -> None:
        """From here on the plant's state is not known; people have to look."""
        if self.unknown_since is None:
            self.unknown_since, self.trouble = self._state.now, reason
            self._note(self._restored(None))

    def _restored(self, missed: int | None) -> ConnectionRestored:
        return ConnectionRestored(at=clock.now(), by=BRIDGE, endpoint=self.endpoint, missed=missed, run=self._run)

    def _note(self, *entries: Fact | Deed) -> None:
        """Write *entries* into the journal, and read past them there."""
        if self.journal is None or not entries:
            return
        self.journal.append(*entries)
        own = list(entries)
        for seq, _, entry, _ in self.journal.entries(self._seq):
            self._seq = seq
            if own and entry == own[0]:
                own.pop(0)
            else:
                self._fold_entry(entry, is_past=False)

    def _read_journal(self, after: int) -> None:
        if self.journal is None:
            return
        is_past = after == 0
        for seq, _, entry, _ in self.journal.entries(after):
            self._seq = seq
            self._fold_entry(entry, is_past=is_past)

    def _fold_entry(self, entry: Event | AnyDeed, *, is_past: bool) -> None:
        """Take in one entry that this mirror did not write, or wrote in an earlier life."""
        if isinstance(entry, OrdersImported):
            self._desk_facts = len(entry.orders)
        elif isinstance(entry, ConnectionRestored):
            self._run = entry.run or self._run
            if entry.missed is None and is_past:
                self.unknown_since, self.trouble = self._state.now, "an earlier gap was never closed"
        elif isinstance(entry, Fact):
            self._take_fact(entry, is_past=is_past)

    def _take_fact(self, fact: Event, *, is_past: bool) -> None:
        is_from_desk = self._desk_facts > 0 and isinstance(fact, OrderAdded)
        self._desk_facts -= is_from_desk
        if not is_from_desk and not is_past:
            self._give_up("somebody else writes this plant's facts into the same journal")
            return
        now = self._state.now
        apply(self.plant, self._state, fact)
        if is_from_desk:
            self._state.now = now
        else:
            self._number += 1
            if isinstance(fact, OrderAdded):
                self.at_plant[fact.order.id] = fact.order
