"""Conveyors on the simulated floor: when orders get to the end, and when the next may get on."""

from functools import partial

from plant_models.conveyors import Conveyor
from plant_models.events import Arrived
from twin.applying.belts import moved
from twin.engine.bench import Bench


class Conveyors:
    """Lets orders arrive at the end of conveyors, and others get on when there is a gap for them."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._belts = {b.id: b.conveyor for b in bench.plant.buffers.values() if b.conveyor is not None}
        self._ends = {place: bench.slot(partial(self._at_end, place)) for place in self._belts}
        self._gaps = {place: bench.slot(partial(self._has_gap, place)) for place in self._belts}
        self._ranks = {
            place: (bench.wiring.ranks["arrival"] + n, bench.wiring.ranks["gap"] + n)
            for n, place in enumerate(self._belts)
        }

    @property
    def is_due(self) -> bool:
        """Whether anything moves that somebody may wait for."""
        return any(slot.due is not None for slot in (*self._ends.values(), *self._gaps.values()))

    def look_again(self) -> None:
        """Work out from the state what is due."""
        for place in self._belts:
            self.arm(place)

    def is_clear(self, place: str) -> bool:
        """Whether the last order on a conveyor is a spacing away from where the next gets on."""
        state, conveyor = self._bench.state, self._belts.get(place)
        queue = state.buffers[place]
        if conveyor is None or not queue:
            return True
        return moved(self._bench.plant, state, place) - state.orders[queue[-1]].got_on >= conveyor.gap

    def arm(self, place: str) -> None:
        """Work out when the first order on a conveyor gets to its end, and when the next may get on."""
        conveyor = self._belts.get(place)
        if conveyor is None:
            return
        end, gap = self._ranks[place]
        self._ends[place].set(self._end_of(place, conveyor), end)
        self._gaps[place].set(self._gap_of(place, conveyor), gap)

    def _end_of(self, place: str, conveyor: Conveyor) -> int | None:
        bench, state = self._bench, self._bench.state
        queue, left_at = state.buffers[place], state.belts[place].left_at
        if not queue or state.orders[queue[0]].has_arrived:
            return None
        due = state.now + conveyor.trip - (moved(bench.plant, state, place) - state.orders[queue[0]].got_on)
        if conveyor.accumulating and left_at is not None:
            due = max(due, left_at + conveyor.gap)
        return max(state.now, due)

    def _gap_of(self, place: str, conveyor: Conveyor) -> int | None:
        bench, state = self._bench, self._bench.state
        queue = state.buffers[place]
        stands = not conveyor.accumulating and bool(queue) and state.orders[queue[0]].has_arrived
        if not queue or stands or not state.wanting[place] or self.is_clear(place):
            return None
        return state.now + conveyor.gap - (moved(bench.plant, state, place) - state.orders[queue[-1]].got_on)

    def _at_end(self, place: str, now: int) -> None:
        bench = self._bench
        bench.is_idling = False
        name = bench.state.buffers[place][0]
        bench.emit(Arrived(now, name, place))
        order = bench.state.orders[name]
        bench.asks.update(bench.wiring.takers[order.order.product][order.step])
        bench.doors.add(place)  # the belt stops where there may just be a gap
        self.arm(place)

    def _has_gap(self, place: str, now: int) -> None:
        self._bench.is_idling = False
        self._bench.state.now = now
        self._bench.doors.add(place)
