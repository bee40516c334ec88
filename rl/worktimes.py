"""What a plant's steps take, looked up instead of computed: the tables behind features and reward."""

from bisect import bisect_right

from plant_models.orders import Order
from plant_models.plant import Plant
from plant_models.shifts import FOREVER, HOUR, WEEK, Shifts
from twin.decisions import Decision
from twin.state import OrderState, State

_KEPT = 8


class WorkTimes:
    """Expected times on one plant, each worked out once.

    All times are milliseconds without setup, breakdowns and closed hours.
    """

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self._works: dict[tuple[str, int, int], dict[str, int]] = {}
        self._rests: dict[tuple[str, int, int], tuple[float, float]] = {}
        clocks = {hours: OpenTime(hours) for hours in set(map(plant.hours, plant.machines)) if hours is not None}
        self._clocks = {m: None if (h := plant.hours(m)) is None else clocks[h] for m in plant.machines}

    def works(self, known: OrderState) -> dict[str, int]:
        """The order's next step on each machine that can take it."""
        return self._step(known.order, known.step, known.at_work)

    def rest(self, known: OrderState, after: int = 0) -> float:
        """All steps from *after* steps ahead on, each on its mean machine."""
        return self._rest(known.order, known.step + after, known.quantity)[0]

    def least_rest(self, known: OrderState, after: int = 0) -> float:
        """All steps from *after* steps ahead on, each on its fastest machine."""
        return self._rest(known.order, known.step + after, known.quantity)[1]

    def open_until(self, machine: str, now: int, then: int) -> int:
        """Open milliseconds of *machine* from *now* to *then*; negative where *then* has passed."""
        clock = self._clocks[machine]
        return then - now if clock is None else clock.open(then) - clock.open(now)

    def to_closing(self, machine: str, now: int) -> int | None:
        """Milliseconds until *machine* closes; None if it never does."""
        clock = self._clocks[machine]
        return None if clock is None else clock.to_closing(now)

    def _step(self, order: Order, step: int, quantity: int) -> dict[str, int]:
        key = (order.product, step, quantity)
        found = self._works.get(key)
        if found is None:
            stop = self.plant.stops(order.product)[step]
            found = {m: self.plant.expected_work(order, step, m, quantity) for m in stop.machines}
            self._works[key] = found
        return found

    def _rest(self, order: Order, step: int, quantity: int) -> tuple[float, float]:
        key = (order.product, step, quantity)
        found = self._rests.get(key)
        if found is None:
            mean = least = 0.0
            for ahead in range(step, len(self.plant.stops(order.product))):
                works = self._step(order, ahead, quantity).values()
                mean += sum(works) / len(works)
                least += min(works)
            found = self._rests[key] = (mean, least)
        return found


class OpenTime:
    """Open milliseconds since the epoch, for one set of shifts."""

    def __init__(self, shifts: Shifts) -> None:
        self._shifts = shifts
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._before: list[int] = []
        self._known_until = 0
        self._total = 0
        self._since = self._next_change = 0
        self._is_open = False

    def open(self, time: int) -> int:
        """Open milliseconds from the epoch to *time*."""
        self._look_ahead(time)
        at = bisect_right(self._starts, time) - 1
        return 0 if at < 0 else self._before[at] + min(time, self._ends[at]) - self._starts[at]

    def to_closing(self, time: int) -> int | None:
        """Milliseconds until it closes; 0 where it is closed at *time*, None if it never closes."""
        if not self._since <= time < self._next_change:
            self._since, self._next_change = time, self._shifts.next_change(time)
            self._is_open = self._shifts.is_open(time)
        if not self._is_open:
            return 0
        return None if self._next_change >= FOREVER else self._next_change - time

    def _look_ahead(self, time: int) -> None:
        while time + HOUR > self._known_until:
            ahead = max(self._known_until * 2, 4 * WEEK)
            for start, end in self._shifts.open_windows(self._known_until, ahead):
                if self._ends and self._ends[-1] == start:
                    self._ends[-1] = end
                else:
                    self._starts.append(start)
                    self._ends.append(end)
                    self._before.append(self._total)
                self._total += end - start
            self._known_until = ahead


_tables: dict[int, WorkTimes] = {}


def work_times(plant: Plant) -> WorkTimes:
    """The tables of *plant*; those of the last few plants are kept."""
    found = _tables.get(id(plant))
    if found is None or found.plant is not plant:
        while len(_tables) >= _KEPT:
            del _tables[next(iter(_tables))]
        found = _tables[id(plant)] = WorkTimes(plant)
    return found


def patience(plant: Plant, state: State, decision: Decision) -> int:
    """How long a machine that is told to wait does so at most: the mean work of its options."""
    times = work_times(plant)
    works = [times.works(state.orders[name])[decision.machine] for name in decision.options]
    return max(1, sum(works) // len(works))
