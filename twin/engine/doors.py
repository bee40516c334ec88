"""How orders come into buffers on the simulated floor."""

from plant_models.events import Entered
from twin.engine.bench import Bench
from twin.engine.lots import Lots
from twin.engine.stays import Stays
from twin.state import OrderState


class Doors:
    """Lets orders that want to enter a buffer do so; where they go in lots they divide there, or meet."""

    def __init__(self, bench: Bench, stays: Stays, lots: Lots) -> None:
        self._bench, self._stays, self._lots = bench, stays, lots
        self._has_lots, self._are_told = bench.wiring.has_lots, bool(bench.wiring.has_lots or bench.wiring.reserving)

    def let_in(self) -> None:
        """Let in whoever can come in, at the doors where something may have changed."""
        doors = self._bench.doors
        while doors:
            if len(doors) == 1:
                self._admit(doors.pop())
            else:
                place = min(doors)
                doors.discard(place)
                self._admit(place)
        if self._has_lots:
            self._lots.settle()

    def _admit(self, place: str) -> None:
        """Let orders that want to enter a buffer do so, first come first, while there is room."""
        bench = self._bench
        state, wiring, asks = bench.state, bench.wiring, bench.asks
        wanting, queue, capacity = state.wanting[place], state.buffers[place], wiring.capacity[place]
        is_watched, emit = wiring.is_watched[place], bench.emit
        while wanting and len(queue) < capacity and (not is_watched or self._stays.belts.is_clear(place)):
            order = state.orders[name := wanting[0]]
            if order.stage == "blocked":
                asks.add(wiring.index[order.where])
            emit(Entered(state.now, name, place))
            if self._are_told:
                self._tell(name, order)
            asks.update(wiring.takers[order.order.product][order.step])
        if is_watched:
            self._stays.arm(place)

    def _tell(self, name: str, order: OrderState) -> None:
        """Let an order that has come in divide or gather, and machines that reserve places look again."""
        if self._has_lots:
            self._lots.entered(name, order)
        self._bench.asks.update(self._bench.wiring.reserving)
