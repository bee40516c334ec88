"""Orders that spoil when nobody takes them in time."""

from functools import partial

from plant_models.events import Spoiled
from twin.engine.bench import Bench
from twin.engine.conveyors import Conveyors


class Stays:
    """Watches the buffers in which orders may not stay for ever, and those that are conveyors."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._limits = {b.id: b.max_stay for b in bench.plant.buffers.values() if b.max_stay is not None}
        self._slots = {place: bench.slot(partial(self._due, place)) for place in self._limits}
        self._ranks = {place: bench.wiring.ranks["spoil"] + n for n, place in enumerate(self._limits)}
        self.belts = Conveyors(bench)
        self.has_left = False

    @property
    def is_due(self) -> bool:
        """Whether an order will spoil unless somebody takes it, or travels."""
        return self.belts.is_due or any(slot.due is not None for slot in self._slots.values())

    def look_again(self) -> None:
        """Work out from the state what is due."""
        self.belts.look_again()
        for place in self._limits:
            self.arm(place)

    def arm(self, place: str) -> None:
        """Work out when the first order in a buffer spoils; whoever came first does."""
        if place not in self._limits:
            self.belts.arm(place)
            return
        queue, orders = self._bench.state.buffers[place], self._bench.state.orders
        due = orders[queue[0]].since + self._limits[place] if queue else None
        self._slots[place].set(None if due is None else max(due, self._bench.state.now), self._ranks[place])

    def _due(self, place: str, now: int) -> None:
        bench = self._bench
        queue, orders = bench.state.buffers[place], bench.state.orders
        bench.is_idling = False
        while queue and orders[queue[0]].since + self._limits[place] <= now:
            bench.emit(Spoiled(now, queue[0], place, orders[queue[0]].quantity))
        bench.doors.add(place)
        bench.asks.update(bench.wiring.next_in_line[place])
        bench.asks.update(bench.wiring.reserving)
        self.has_left = True
        self.arm(place)
