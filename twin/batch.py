"""Many floors of one plant, worked on together: the ground for training, tree search and looking ahead.

Each floor is a `CompiledFloor` with luck of its own; how they all stand lies in one array, a row for each. They work in
threads, which the interpreter's lock does not hold up.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from plant_models.plant import Plant
from plant_models.shifts import FOREVER
from twin.chance import Luck
from twin.compiled import CompiledFloor, kernel
from twin.compiled import arrays as a
from twin.compiled.crowds import Crowd
from twin.decisions import Policy
from twin.native import layout_of
from twin.standing import State


class Batch:
    """Floors that begin alike, each with luck of its own.

    Parameters
    ----------
    plant, state
        What they are, and how all of them stand at first; *state* is left alone.
    lucks
        Where the times of each floor come from.
    policy
        Who decides: a plan or a compiled rule; without one the floors ask (`advance`, `take`).
    threads
        How many work at once; the processor's cores, where it is not said.

    Raises
    ------
    ValueError
        Where the compiled floor cannot play that.
    """

    def __init__(
        self,
        plant: Plant,
        state: State,
        lucks: Sequence[Luck],
        policy: Policy | None = None,
        *,
        threads: int | None = None,
    ) -> None:
        if not lucks:
            raise ValueError("a batch of no floors: wanted the luck of one at least")
        first = CompiledFloor(plant, state, lucks[0], policy)  # which loads the code before threads want it
        self._code = first.code
        self.whole: NDArray[np.int64] = np.zeros((len(lucks), len(first.snapshot())), dtype=np.int64)
        self.floors = tuple(
            CompiledFloor(plant, state, luck, policy, layout=first.layout, whole=row)
            for luck, row in zip(lucks, self.whole, strict=True)
        )
        self._threads = max(1, min(threads or os.cpu_count() or 1, len(lucks)))
        self._pool = ThreadPoolExecutor(self._threads, "floors") if self._threads > 1 else None
        self._members = np.array([floor.address for floor in self.floors], dtype=np.int64)
        self._given, self._answers = np.zeros_like(self._members), np.zeros_like(self._members)
        self._crowds = [self._crowd(chunk) for chunk in np.array_split(np.arange(len(lucks)), self._threads)]
        self._is_asked: NDArray[np.bool_] = np.zeros(len(lucks), dtype=bool)

    def __len__(self) -> int:
        return len(self.floors)

    # -- working ----------------------------------------------------------------------------------------------------

    def advance(self, until: int = FOREVER) -> NDArray[np.bool_]:
        """Let each floor work until it has a choice to make, or until *until*, which is included.

        Returns which floors have a choice, shape (floors,): `asking` says on which machine, `options` between what.
        """
        self._enter(kernel.LIVE, until)
        while kernel.CRAMPED in self._answers:
            self._widen(2 * self.floors[0].passages)
            self._enter(kernel.LIVE, until)
        self._is_asked = self._answers == kernel.ASKED
        return self._is_asked.copy()

    def take(self, choices: ArrayLike) -> None:
        """Let each floor that asked take the order of that number, shape (floors,); the others are left alone.

        Raises
        ------
        ValueError
            Where a floor that asked has no such option.
        """
        chosen = np.broadcast_to(np.asarray(choices, dtype=np.int64), self._given.shape)
        for n in np.flatnonzero(self._is_asked).tolist():
            if chosen[n] not in self.options(n):
                known = ", ".join(map(str, self.options(n)))
                raise ValueError(f"floor {n} cannot take order {chosen[n]} now; it may take {known}")
        self._given[:] = np.where(self._is_asked, chosen, a.NOBODY)
        self._enter(kernel.TAKE, 0)
        self._is_asked[:] = False

    def look_again(self, lucks: Sequence[Luck] | None = None) -> None:
        """Work out anew all that is due, after floors were made to stand otherwise; with luck of their own again."""
        for floor, luck in zip(self.floors, lucks or (), strict=bool(lucks)):
            floor.seed(luck)
        self._enter(kernel.LOOK, 0)
        self._is_asked[:] = False

    def spread(self, snapshot: NDArray[np.int64], lucks: Sequence[Luck]) -> None:
        """Let all floors stand as one did when *snapshot* was taken, each with luck of its own from there on."""
        if len(snapshot) == self.whole.shape[1]:
            self.whole[:] = snapshot
        else:
            self._widen(max(self.floors[0].passages, self.floors[0].room_in(snapshot)))
            for floor in self.floors:
                floor.restore(snapshot)
        self.look_again(lucks)

    # -- how they stand ---------------------------------------------------------------------------------------------

    @property
    def now(self) -> NDArray[np.int64]:
        """The time of each floor, milliseconds since the epoch, shape (floors,)."""
        return self._clock("now")

    @property
    def unfinished(self) -> NDArray[np.int64]:
        """How many orders have not left, shape (floors,)."""
        return self._clock("unfinished")

    @property
    def operations(self) -> NDArray[np.int64]:
        """How many steps were finished, shape (floors,)."""
        return self._clock("operations")

    @property
    def asking(self) -> NDArray[np.int64]:
        """The number of the machine with a choice, shape (floors,); -1 where none has."""
        return np.where(self._is_asked, self._clock("asked"), a.NOBODY)

    def options(self, floor: int) -> NDArray[np.int64]:
        """The numbers of the orders that the machine of a floor may take, first come first."""
        return self.floors[floor].options

    @property
    def orders(self) -> NDArray[Any]:
        """The records of the orders (`twin.compiled.arrays.Order`), shape (floors, orders): read, not written."""
        return self._records("orders", a.Order)

    @property
    def machines(self) -> NDArray[Any]:
        """The records of the machines (`twin.compiled.arrays.Machine`), shape (floors, machines)."""
        return self._records("machines", a.Machine)

    # -- within -----------------------------------------------------------------------------------------------------

    def _widen(self, passages: int) -> None:
        """Let all floors have room for so many passages of orders through steps."""
        whole = np.zeros((len(self), self.floors[0].length(passages)), dtype=np.int64)
        for floor, row in zip(self.floors, whole, strict=True):
            floor.widen(passages, row)
        self.whole = whole

    def _clock(self, field: str) -> NDArray[np.int64]:
        found: NDArray[np.int64] = self._records("clock", a.Clock)[:, 0][field].copy()
        return found

    def _records(self, field: str, row: type[Any]) -> NDArray[Any]:
        start, count = self.floors[0].where(field)
        return self.whole[:, start : start + count].view(layout_of(row))

    def _crowd(self, chunk: NDArray[np.int64]) -> NDArray[Any]:
        crowd, (first, count) = np.zeros(1, dtype=layout_of(Crowd)), (int(chunk[0]), len(chunk))
        for field, array in (("members", self._members), ("given", self._given), ("answers", self._answers)):
            crowd[field] = array[first:].ctypes.data
        crowd["count"] = count
        return crowd

    def _enter(self, what: int, argument: int) -> None:
        def work(crowd: NDArray[Any]) -> int:
            return int(self._code(crowd.ctypes.data, what, argument, 1))

        if self._pool is None:
            work(self._crowds[0])
        else:
            list(self._pool.map(work, self._crowds))
