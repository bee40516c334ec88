"""Lots on the simulated floor: orders divide in front of a step, and come together in front of another."""

from plant_models.events import Merged, Split
from twin.engine.bench import Bench
from twin.engine.tools import Tools
from twin.release import lots_of
from twin.state import OrderState


class Lots:
    """Divides orders when they enter the buffer of a step that wants lots, and merges lots once all are there.

    *gathering* are the orders some of whose lots wait for the others.
    """

    def __init__(self, bench: Bench, tools: Tools) -> None:
        self._bench, self._tools = bench, tools
        self.gathering: dict[str, None] = {}

    def look_again(self) -> None:
        """Work out from the state what is due."""
        self.gathering = {}
        if self._bench.wiring.has_lots:
            for name, order in list(self._bench.state.orders.items()):
                if order.stage in ("waiting", "gathering"):
                    self.entered(name, order)

    def entered(self, name: str, order: OrderState) -> None:
        """An order has come into a buffer: divide it if it is too large for its next step, or let it gather."""
        if order.stage == "gathering":
            assert order.parent is not None  # only lots gather
            self.gathering[order.parent] = None
            return
        bench = self._bench
        most = bench.wiring.splits[order.order.product][order.step]
        if most is not None and order.quantity > most:
            pieces = lots_of(order.quantity, most)
            first = len(order.lots) + 1
            into = tuple(f"{name}/{number}" for number in range(first, first + len(pieces)))
            self._tools.is_calling |= bool(order.carriers)
            bench.emit(Split(bench.state.now, name, into, pieces))

    def settle(self) -> None:
        """Let lots come together that can, and tools that were given back be seen."""
        if self.gathering:
            self._merge()
        if self._tools.is_calling:
            self._tools.look_over()

    def _merge(self) -> None:
        """Let the lots of each order of which all that are left are there go on in one."""
        bench, state, to_see = self._bench, self._bench.state, list(self.gathering)
        while to_see:
            name = to_see.pop(0)
            if name not in self.gathering:  # seen already: lots of lots may all be there at once
                continue
            order = state.orders[name]
            lots = tuple(lot for lot in order.lots if not state.orders[lot].has_left)
            if any(state.orders[lot].stage != "gathering" for lot in lots):
                continue
            del self.gathering[name]
            if lots:
                self._tools.is_calling |= any(state.orders[lot].carriers for lot in lots)
                bench.emit(Merged(state.now, name, lots))
                self.entered(name, order)
                bench.asks.update(bench.wiring.takers[order.order.product][order.step])
                if order.stage == "gathering" and order.parent is not None:
                    to_see.append(order.parent)
