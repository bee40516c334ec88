"""Working hours on the simulated floor: when machines are staffed."""

from collections.abc import Callable

from plant_models.events import ShiftEnded, ShiftStarted
from plant_models.shifts import FOREVER
from twin.engine.bench import Bench


class Hours:
    """Opens and closes machines; *changed* is told of each."""

    def __init__(self, bench: Bench, changed: Callable[[int], None]) -> None:
        self._bench, self._changed = bench, changed
        self._slots = bench.slots(self._due)

    def look_again(self) -> None:
        """Work out from the state what is due."""
        for index in range(len(self._slots)):
            self._arm(index)

    def _due(self, index: int, now: int) -> None:
        bench, name = self._bench, self._bench.names[index]
        if bench.machines[index].is_closed:
            bench.emit(ShiftStarted(now, name))
            bench.asks.add(index)
            bench.asks.update(bench.wiring.reserving)
        else:
            bench.emit(ShiftEnded(now, name))
        self._changed(index)
        self._arm(index)

    def _arm(self, index: int) -> None:
        bench = self._bench
        hours, now = bench.plant.hours(bench.names[index]), bench.state.now
        if hours is None:
            return
        due = now if hours.is_open(now) == bench.machines[index].is_closed else hours.next_change(now)
        self._slots[index].set(due if due < FOREVER else None, bench.wiring.ranks["shift"] + index)
