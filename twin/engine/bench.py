"""What all parts of a simulated floor work on: one state, one calendar, one record."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from heapq import heappop, heappush
from math import inf
from typing import Any

import simpy

from plant_models.events import Event
from plant_models.plant import Plant
from twin.chance import Luck
from twin.state import APPLY, OrderState, State
from twin.times import Times
from twin.wiring import wiring


class Calendar(simpy.Environment):
    """SimPy's calendar, which is told instants instead of delays."""

    @property
    def entries(self) -> tuple[list[Any], Iterator[int]]:
        """The heap of what is due, and what numbers it: by instant, rank, number."""
        return self._queue, self._eid

    def peek(self) -> float:
        """The next instant at which something is due; what was set anew meanwhile is forgotten."""
        queue: list[Any] = self._queue
        while queue and queue[0][3].due != queue[0][0]:
            heappop(queue)
        return queue[0][0] if queue else inf

    def play_instant(self) -> None:
        """Let all happen that is due at the next instant."""
        queue = self._queue
        instant = queue[0][0]
        self.step()
        while queue and queue[0][0] == instant:
            self.step()


class Slot(simpy.Event):
    """A place in SimPy's calendar that is used again and again."""

    def __init__(self, env: Calendar, act: Callable[[int], None]) -> None:
        self.env, self._ok, self._value, self._defused = env, True, None, True
        self._heap, self._numbers = env.entries
        self.due: int | None = None
        self._act = act
        self._calls: list[Callable[[Any], None]] = [self._fire]
        self.callbacks = self._calls

    def set(self, due: int | None, priority: int) -> None:
        """Be called at *due*, and no longer at any time set before; None for never."""
        if due != self.due:
            self.due = due
            if due is not None:
                heappush(self._heap, (due, priority, next(self._numbers), self))

    def _fire(self, _: simpy.Event) -> None:
        self.callbacks = self._calls
        due = self.due
        if due is not None and due == self.env._now:
            self.due, act = None, self._act
            act(due)


class MachineSlot(Slot):
    """A place in the calendar that gives *act* the number of its machine too."""

    def __init__(self, env: Calendar, act: Callable[[int, int], None], index: int) -> None:
        super().__init__(env, partial(act, index))
        self._index, self._act_on = index, act

    def _fire(self, _: simpy.Event) -> None:
        self.callbacks = self._calls
        due = self.due
        if due is not None and due == self.env._now:
            self.due = None
            self._act_on(self._index, due)


class Bench:
    """A state at work.

    *asks* are the machines to be asked what they take next, by number; *doors* the buffers with orders to let in.
    Whatever may have let an order go on puts the machine or the buffer there. *emit* lets a fact have happened, and
    records it. *is_idling* says that since the last decision nothing happened that could let one go on, *worked_at*
    when work last ended. *is_calling* says that there may be machines to repair or to maintain, and people for them.
    """

    # An object with more than thirty attributes finds each of them by its name; what every fact needs has a place.
    __slots__ = (
        "__dict__",
        "asks",
        "calendar",
        "doors",
        "emit",
        "is_idling",
        "machines",
        "names",
        "plant",
        "state",
        "times",
        "wiring",
        "worked_at",
    )

    def __init__(
        self,
        plant: Plant,
        state: State,
        chance: Luck,
        record: Callable[[Event], object] | None,
        times: Times | None,
    ) -> None:
        self.plant, self.state, self.chance = plant, state, chance
        self.wiring = wiring(plant)
        self.times = times or Times(plant, chance)
        self.names = tuple(plant.machines)
        self.machines = [state.machines[name] for name in self.names]
        self.asks: set[int] = set()
        self.doors: set[str] = set()
        self.worked_at = state.now
        self.is_idling = False
        self.is_calling = False
        self.emit = _emitter(plant, state, record or _forget)
        self.calendar = Calendar(initial_time=state.now)

    def slot(self, act: Callable[[int], None]) -> Slot:
        """A place in the calendar that calls *act* with the time when it is due."""
        return Slot(self.calendar, act)

    def slots(self, act: Callable[[int, int], None]) -> list[Slot]:
        """One for each machine, which gives *act* its number too."""
        return [MachineSlot(self.calendar, act, index) for index in range(len(self.names))]

    def places_left(self, order: OrderState, mates: Sequence[str]) -> tuple[str, ...]:
        """The buffers that an order and its mates leave now, each once."""
        place = self._place_left(order)
        if not mates:
            return (place,)
        return tuple(dict.fromkeys((place, *(self._place_left(self.state.orders[mate]) for mate in mates))))

    def _place_left(self, order: OrderState) -> str:
        """The buffer in front of which or in which an order waits that is taken now; its keeper is asked again."""
        if order.stage == "blocked":
            self.asks.add(self.wiring.index[order.where])
        return self.wiring.places[order.order.product][order.step]


def _emitter(plant: Plant, state: State, record: Callable[[Event], object]) -> Callable[[Event], None]:
    """What lets a fact have happened on this floor, and records it: asked for most often, it has all at hand."""
    changes = APPLY

    def emit(event: Event) -> None:
        state.now = event.time
        changes[type(event)](plant, state, event)
        record(event)

    return emit


def _forget(event: Event) -> None:
    """What becomes of facts that nobody records."""
