"""A floor that is played in compiled code: the facts of `SimulatedFloor`, one for one, much faster."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plant_models.events import Event
from plant_models.plant import Plant
from plant_models.shifts import FOREVER
from twin.chance import Certain, Chance, Luck
from twin.compiled import arrays as a
from twin.compiled import kernel
from twin.compiled.block import Block
from twin.compiled.layout import Layout
from twin.compiled.recording import facts_of
from twin.compiled.refusing import refusals, refuses_luck, rule_code
from twin.decisions import Policy
from twin.native import layout_of
from twin.policies.follow import FollowPlan
from twin.standing import State

_MASK = (1 << 64) - 1
_ROOM = 1 << 14
"""So many facts are recorded at a time, at least."""


class CompiledFloor:
    """A floor on which a compiled rule, or a plan, decides.

    Parameters
    ----------
    plant, state
        What it is and how it stands; *state* is left alone.
    chance, policy
        Where its times come from, and who decides: `Chance` or `Certain`, and a plan or a compiled rule.
    record
        Is given every fact as `SimulatedFloor` would; left out, none is written down, which is much faster.

    Raises
    ------
    ValueError
        Where the compiled floor cannot play that (`refusals` says why).
    """

    def __init__(
        self,
        plant: Plant,
        state: State,
        chance: Luck,
        policy: Policy,
        record: Callable[[Event], object] | None = None,
        *,
        layout: Layout | None = None,
    ) -> None:
        refused = (*refusals(plant, state, policy), *refuses_luck(chance))
        if refused:
            raise ValueError(f"the compiled floor cannot play this: {'; '.join(refused)}")
        self.plant, self.chance, self.policy = plant, chance, policy
        plan = policy.plan if isinstance(policy, FollowPlan) else None
        self.layout = layout or Layout(plant, state, plan)
        self._like, self._record = state, record
        self._block = Block(self.layout)
        self._facts = np.zeros(self._room() if record is not None else 0, dtype=layout_of(a.Fact))
        self._scratch = {
            "options": np.zeros(len(state.orders) + 1, dtype=np.int64),
            "marks": np.zeros(len(plant.machines) + 1, dtype=np.int64),
            "bases": np.zeros(self.layout.counts["base_count"], dtype=np.uint64),
        }
        self._world = self._lie()
        self._block.put(state)
        self.seed(chance)
        self._enter(kernel.LOOK)

    def run(self, until: int = FOREVER) -> None:
        """Let the rule decide until *until*, which is included; with FOREVER until all orders have left, or stand."""
        while self._enter(kernel.LIVE, until) == kernel.FULL:
            self._write_down()
        self._write_down()

    @property
    def state(self) -> State:
        """How the floor stands now."""
        return self._block.state(self._like)

    @property
    def now(self) -> int:
        """Its time, milliseconds since the epoch."""
        return int(self._clock["now"])

    @property
    def unfinished(self) -> int:
        """How many orders have not left."""
        return int(self._clock["unfinished"])

    @property
    def operations(self) -> int:
        """How many steps were finished since the floor was made."""
        return int(self._clock["operations"])

    @property
    def is_locked(self) -> bool:
        """Whether it stopped because machines wait for each other in a circle."""
        return bool(self._clock["is_locked"])

    def seed(self, chance: Luck) -> None:
        """Let the luck be another from now on.

        Raises
        ------
        ValueError
            Where it is one whose draws are not compiled.
        """
        for reason in refuses_luck(chance):
            raise ValueError(f"the compiled floor cannot play this: {reason}")
        self.chance = chance
        self._world["is_certain"] = isinstance(chance, Certain)
        if isinstance(chance, Chance):
            self._enter(kernel.SEED, _signed(chance.seed & _MASK))

    def snapshot(self) -> NDArray[np.int64]:
        """How the floor stands, to come back to."""
        return self._block.whole.copy()

    def restore(self, snapshot: NDArray[np.int64]) -> None:
        """Stand as it did when the snapshot was taken."""
        self._block.whole[:] = snapshot

    def look_again(self) -> None:
        """Work out anew all that is due, as a floor does that is made on how this one stands."""
        self._enter(kernel.LOOK)

    def count(self, is_counting: bool, *, give_up: int = FOREVER) -> None:
        """Count from now on, or no longer; everything stops with the first fact after *give_up*."""
        self._world["is_counting"], self._world["give_up"] = is_counting, give_up
        if is_counting:
            self._enter(kernel.OPEN)

    def close(self, end: int) -> None:
        """What is counted ends at *end*."""
        self._enter(kernel.CLOSE, end)

    def set_time(self, now: int) -> None:
        """Let it be *now*."""
        self._clock["now"] = now

    def is_stuck(self) -> bool:
        """Whether machines wait for each other in a circle, as the floor stands."""
        return self.layout.counts["can_lock"] == 1 and self._enter(kernel.STUCK) == 1

    @property
    def clock(self) -> dict[str, int]:
        """The sums of the floor as a whole."""
        row = self._clock
        return dict(zip(row.dtype.names, row.tolist(), strict=True))

    @property
    def orders(self) -> NDArray[Any]:
        """The records of the orders."""
        return self._block.parts["orders"]

    @property
    def accounts(self) -> NDArray[Any]:
        """The records of the machines' accounts."""
        return self._block.parts["accounts"]

    @property
    def booked(self) -> NDArray[np.int64]:
        """Milliseconds of each machine by status, one machine after the other."""
        return self._block.parts["hours_by_word"]

    @property
    def _clock(self) -> Any:
        return self._block.parts["clock"][0]

    def _enter(self, what: int, argument: int = 0) -> int:
        came_back_for: int = kernel.enter(self._world.ctypes.data, what, argument)
        return came_back_for

    def _room(self) -> int:
        return max(_ROOM, 16 * len(self._like.orders))

    def _lie(self) -> NDArray[Any]:
        """The record that says where everything lies."""
        world = np.zeros(1, dtype=layout_of(a.World))
        for field, array in (*self.layout.arrays.items(), *self._block.parts.items(), *self._scratch.items()):
            world[field] = array.ctypes.data
        for field, count in self.layout.counts.items():
            world[field] = count
        world["facts"], world["fact_room"] = self._facts.ctypes.data, len(self._facts)
        world["rule"], world["give_up"] = rule_code(self.policy), FOREVER
        if isinstance(self.policy, FollowPlan):
            world["follows"], world["tolerance"] = True, self.policy.tolerance
        return world

    def _write_down(self) -> None:
        """Hand on the facts that were recorded."""
        if self._record is None:
            return
        count = int(self._clock["fact_count"])
        for fact in facts_of(self.layout, self._facts[:count]):
            self._record(fact)
        self._clock["fact_count"] = 0


def _signed(bits: int) -> int:
    """64 bits as the number that has them."""
    return bits - (1 << 64) if bits >> 63 else bits
