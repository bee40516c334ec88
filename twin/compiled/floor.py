"""A floor that is played in compiled code: the facts of `SimulatedFloor`, one for one, much faster."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plant_models.events import Event
from plant_models.plant import Plant
from plant_models.shifts import FOREVER
from twin.chance import Certain, Chance, Luck
from twin.compiled import arrays as a
from twin.compiled import kernel, lottery
from twin.compiled.block import Block
from twin.compiled.layout import Layout
from twin.compiled.meters import Meters
from twin.compiled.noting import Fact
from twin.compiled.recording import facts_of
from twin.compiled.refusing import refusals, refuses_luck, rule_code
from twin.compiled.thinking import Thinking
from twin.decisions import Choice, Decision, Policy, Start, Wait
from twin.energy import Energy
from twin.native import layout_of
from twin.needs.batches import chosen_batch
from twin.policies.follow import FollowPlan
from twin.span import Account
from twin.standing import State
from twin.state import complete

_MASK = (1 << 64) - 1
_ROOM = 1 << 14
"""So many facts are recorded at a time, at least."""


class CompiledFloor:
    """A floor in machine code, on which a compiled rule, a plan, or somebody outside decides.

    Parameters
    ----------
    plant, state
        What it is and how it stands; *state* is left alone.
    chance, policy
        Where its times come from, and who decides: `Chance` or `Certain`, and a plan, a compiled rule or a policy with
        machine code of its own (`twin.compiled.thinking`). Without a *policy* the floor asks, as `SimulatedFloor` does:
        `advance` comes back with a decision, `start` goes on.
    record
        Is given every fact as `SimulatedFloor` would; left out, none is written down, which is much faster.
    layout, whole
        The plant and its orders as laid out for another floor with the same; an array for what changes.

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
        policy: Policy | None = None,
        record: Callable[[Event], object] | None = None,
        *,
        layout: Layout | None = None,
        whole: NDArray[np.int64] | None = None,
    ) -> None:
        refused = (*refusals(plant, state, policy), *refuses_luck(chance))
        if refused:
            raise ValueError(f"the compiled floor cannot play this: {'; '.join(refused)}")
        self.plant, self.chance, self.policy = plant, chance, policy
        if not _is_complete(plant, state):
            state = state.copy()
            complete(plant, state)
        plan = policy.plan if isinstance(policy, FollowPlan) else None
        mine = policy if isinstance(policy, Thinking) else None
        self.layout = layout or Layout(plant, state, plan, holds=policy is None or mine is not None)
        self.code = kernel.enter if mine is None else mine.code
        self._mind = None if mine is None else mine.mind(self.layout)
        self._like, self._record = state, record
        self._block = Block(self.layout, whole)
        self._asked: Decision | None = None
        self._facts = np.zeros(self._room() if record is not None else 0, dtype=layout_of(Fact))
        self._scratch = {
            "options": np.zeros(len(self.layout.orders) + 1, dtype=np.int64),
            "together": np.zeros(2 * (len(self.layout.orders) + 1) if self.layout.has_batches else 0, dtype=np.int64),
            "marks": np.zeros(len(plant.machines) + 1, dtype=np.int64),
            "scribbles": np.zeros(lottery.WORDS, dtype=np.uint64),
            "bases": np.zeros(self.layout.counts["base_count"], dtype=np.uint64),
            "baskets": np.zeros(len(plant.materials), dtype=np.int64),
        }
        self._meters = Meters(self.layout) if self.layout.metering else None
        self._world = self._lie()
        self._block.put(state)
        self.seed(chance)
        self._enter(kernel.LOOK)

    def run(self, until: int = FOREVER) -> None:
        """Let the policy decide until *until*, which is included; with FOREVER until all orders have left, or stand."""
        self._live(until)

    def advance(self, until: int = FOREVER) -> Decision | None:
        """Work until a machine has a choice that is made outside, or until *until*: `SimulatedFloor.advance`."""
        if self._live(until) != kernel.ASKED:
            self._asked = None
        elif self._asked is None:
            row = self._clock
            names = tuple(self.layout.orders[o] for o in self._scratch["options"][: row["found"]].tolist())
            self._asked = Decision(self.now, self.layout.machines[row["asked"]], names)
        return self._asked

    def start(self, decision: Decision, choice: Choice) -> None:
        """Do what was chosen: `SimulatedFloor.start`.

        Raises
        ------
        ValueError
            Where the choice is not one of the decision's, or the decision is no longer there to be made.
        """
        if self._asked is None or decision != self._asked:
            raise ValueError(f"machine {decision.machine!r} has no such decision to make at {self.now} ms")
        if isinstance(choice, Wait):
            if choice.until is not None and choice.until <= decision.time:
                raise ValueError(f"wait until {choice.until} ms: that is not after now, {decision.time} ms")
            self._enter(kernel.WAIT, FOREVER if choice.until is None else choice.until)
        else:
            self._take(decision, choice if isinstance(choice, Start) else Start(choice))
        self._asked = None
        self._write_down()

    def _take(self, decision: Decision, choice: Start) -> None:
        if choice.order not in decision.options:
            known = ", ".join(decision.options)
            raise ValueError(f"machine {decision.machine!r} cannot take {choice.order!r} now; it may take {known}")
        numbers, chosen = self.layout.order_numbers, choice.order
        if choice.mates is not None:
            checks = self.layout.wiring.own_checks[self.layout.machine_numbers[decision.machine]]
            members = chosen_batch(self.plant, self.state, decision.machine, chosen, choice.mates, checks)
            self._scratch["together"][: len(members)] = [numbers[name] for name in members]
            self._clock["together"], chosen = len(members) if self.layout.has_batches else 0, members[0]
        for order, step in choice.instead_of:
            self._enter(kernel.PASS, numbers[order] << 32 | step)
        self._enter(kernel.TAKE, numbers[chosen])

    def _live(self, until: int) -> int:
        while (came_back_for := self._enter(kernel.LIVE, until)) in kernel.LACKS_ROOM:
            if came_back_for == kernel.CRAMPED:
                self.widen(2 * self.passages)
            elif came_back_for == kernel.UNREAD and self._meters is not None:
                self._meters.widen(max(self.now, int(self._clock["instant"])))
            self._write_down()
        self._write_down()
        return came_back_for

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
        self._enter(kernel.SEED, _signed(chance.seed & _MASK) if isinstance(chance, Chance) else 0)

    def snapshot(self) -> NDArray[np.int64]:
        """How the floor stands, to come back to."""
        return self._block.whole.copy()

    def restore(self, snapshot: NDArray[np.int64]) -> None:
        """Stand as it did when the snapshot was taken."""
        self._asked = None
        if len(snapshot) == len(self._block.whole):
            self._block.whole[:] = snapshot
            return
        if self.room_in(snapshot) > self.passages:
            self.widen(self.room_in(snapshot))
        self._block.take(snapshot)

    @property
    def passages(self) -> int:
        """How many passages of orders through steps there is room for, where these are remembered."""
        return self._block.passages

    def room_in(self, snapshot: NDArray[np.int64]) -> int:
        """How many passages there is room for in a snapshot."""
        return self._block.room_in(snapshot)

    def length(self, passages: int) -> int:
        """How many numbers change with room for so many passages."""
        return self._block.length(passages)

    def widen(self, passages: int, whole: NDArray[np.int64] | None = None) -> None:
        """Have room for so many passages; *whole* is an array for what changes then."""
        self._write_down()
        block = Block(self.layout, whole, passages)
        block.take(self._block.whole)
        self._block = block
        for field, part in block.parts.items():
            self._world[field] = part.ctypes.data
        if self._record is not None:
            self._facts = np.zeros(self._room(), dtype=layout_of(Fact))
            self._world["facts"], self._world["fact_room"] = self._facts.ctypes.data, len(self._facts)

    def look_again(self) -> None:
        """Work out anew all that is due, as a floor does that is made on how this one stands."""
        self._asked = None
        self._enter(kernel.LOOK)

    def count(self, is_counting: bool, *, give_up: int = FOREVER) -> None:
        """Count from now on, or no longer; everything stops with the first fact after *give_up*."""
        self._world["is_counting"], self._world["give_up"] = is_counting, give_up
        if is_counting:
            if self._meters is not None:
                self._meters.open(self.now)
            self._enter(kernel.OPEN)

    def close(self, end: int) -> None:
        """What is counted ends at *end*."""
        if self._meters is not None:
            self._meters.widen(end)
        self._enter(kernel.CLOSE, end)

    def energy(self, end: int, accounts: Mapping[str, Account]) -> Energy | None:
        """What was drawn while it was counted, until *end*; None where the plant does not say what it draws."""
        return None if self._meters is None else self._meters.energy(end, accounts)

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
    def supply(self) -> dict[str, int]:
        """The sums of all stocks together; of a plant without materials nothing."""
        rows = self._block.parts["supply"]
        return {name: int(row[name]) for row in rows for name in rows.dtype.names or ()}

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

    @property
    def address(self) -> int:
        """Where its world lies."""
        return int(self._world.ctypes.data)

    @property
    def options(self) -> NDArray[np.int64]:
        """The numbers of the orders that the machine may take that was asked last."""
        return np.array(self._scratch["options"][: self._clock["found"]], dtype=np.int64)

    def where(self, field: str) -> tuple[int, int]:
        """Where the records of a field begin in a snapshot, and how many numbers they take."""
        part, size = self._block.parts[field], self._block.whole.itemsize
        return (part.ctypes.data - self._block.whole.ctypes.data) // size, part.nbytes // size

    def _enter(self, what: int, argument: int = 0) -> int:
        came_back_for: int = self.code(self._world.ctypes.data, what, argument, 0)
        return came_back_for

    def _room(self) -> int:
        room = max(_ROOM, 16 * (len(self.layout.orders) + len(self.plant.machines)))
        if not self.plant.materials:
            return room
        return room + 8 * self.passages + 2 * self.layout.counts["more_facts"]

    def _lie(self) -> NDArray[Any]:
        """The record that says where everything lies."""
        world = np.zeros(1, dtype=layout_of(a.World))
        for field, array in (*self.layout.arrays.items(), *self._block.parts.items(), *self._scratch.items()):
            world[field] = array.ctypes.data
        for field, count in self.layout.counts.items():
            world[field] = count
        world["facts"], world["fact_room"] = self._facts.ctypes.data, len(self._facts)
        world["metering"] = 0 if self._meters is None else self._meters.address
        world["is_asking"], world["give_up"] = self.policy is None or self._mind is not None, FOREVER
        world["mind"] = 0 if self._mind is None else self._mind.address
        world["rule"] = a.NOBODY if self.policy is None else rule_code(self.policy)
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


def _is_complete(plant: Plant, state: State) -> bool:
    """Whether a state knows all that a plant has."""
    belts = {buffer.id for buffer in plant.buffers.values() if buffer.conveyor is not None}
    return (
        belts <= state.belts.keys()
        and plant.crews.keys() <= state.crews.keys()
        and plant.tools.keys() <= state.tools.keys()
        and plant.materials.keys() <= state.stocks.keys()
    )


def _signed(bits: int) -> int:
    """64 bits as the number that has them."""
    return bits - (1 << 64) if bits >> 63 else bits
