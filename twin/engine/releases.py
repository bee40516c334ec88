"""How orders come onto the simulated floor, and how some are turned away."""

from collections.abc import Callable
from heapq import heappop, heappush

from plant_models.events import OrderReleased, OrderTurnedAway
from twin.engine.bench import Bench
from twin.release import has_room
from twin.state import OrderState


class Releases:
    """Lets orders in when their time has come and there is room; *offer* is told of each.

    *has_left* says that an order left, or has less work before it, and another may come in for it.
    """

    def __init__(self, bench: Bench, offer: Callable[[OrderState], None]) -> None:
        self._bench, self._offer = bench, offer
        self._slot = bench.slot(self._due)
        self._planned: list[tuple[int, int, str]] = []
        self._due_ones: list[tuple[int, int, int, str]] = []
        self.has_left = False

    @property
    def is_due(self) -> bool:
        """Whether an order will come in by itself."""
        return self._slot.due is not None

    def look_again(self) -> None:
        """Work out from the state what is due."""
        self._due_ones = []
        self._planned = sorted(
            (
                (order.order.release, n, name)
                for n, (name, order) in enumerate(self._bench.state.orders.items())
                if order.stage == "planned" and order.hold is None
            ),
            reverse=True,
        )
        self._arm()

    def release(self, now: int) -> None:
        """Let orders whose time has come onto the floor while there is room for them.

        First come first; where the floor may be full, the highest priority comes first.
        """
        bench, due, orders = self._bench, self._due_ones, self._bench.state.orders
        emit, offer = bench.emit, self._offer
        self.has_left = False
        self._sort(now)
        is_limited = bench.wiring.is_limited
        if not is_limited:  # there is room for all of them: no need to look which is the next after each
            due.sort(reverse=True)
        while due and (not is_limited or has_room(bench.plant, bench.state, orders[due[0][3]])):
            name = (heappop(due) if is_limited else due.pop())[3]
            emit(OrderReleased(now, name))
            offer(orders[name])
        self._arm()

    def _sort(self, now: int) -> None:
        """Put the orders whose time has come in the sequence in which they come in."""
        planned, orders, is_limited = self._planned, self._bench.state.orders, self._bench.wiring.is_limited
        while planned and planned[-1][0] <= now:
            release, number, name = planned.pop()
            heappush(self._due_ones, (-orders[name].order.priority if is_limited else 0, release, number, name))

    def join(self, name: str, now: int) -> None:
        """Let an order that has just become known come in when there is room for it."""
        self._planned.append((now, len(self._bench.state.orders) - 1, name))
        self.release(now)

    def turn_away(self) -> bool:
        """Send off the orders from outside that found a full buffer; whether there were any."""
        bench, state = self._bench, self._bench.state
        gone = [
            order
            for place in bench.wiring.turning
            for order in state.wanting[place]
            if state.orders[order].stage == "released" and not _has_begun(state.orders[order])
        ]
        for name in gone:
            bench.emit(OrderTurnedAway(state.now, name))
            self.has_left = bench.wiring.is_limited
            bench.asks.update(bench.wiring.reserving)
        return bool(gone)

    def _due(self, now: int) -> None:
        self._bench.is_idling = False
        self._bench.state.now = now
        self.release(now)

    def _arm(self) -> None:
        bench, state, due = self._bench, self._bench.state, None
        self._sort(state.now)
        if self._due_ones and has_room(bench.plant, state, state.orders[self._due_ones[0][3]]):
            due = state.now
        elif self._planned and (state.has_classes or not self._due_ones):
            due = self._planned[-1][0]
        self._slot.set(due, bench.wiring.ranks["release"])


def _has_begun(order: OrderState) -> bool:
    """Whether an order comes from the floor, where it was held, and not from outside; or a vehicle fetches it."""
    return order.step > 0 or order.repeats > 0 or bool(order.fetched_by)
