"""Orders that come by themselves, on the simulated floor."""

from functools import partial

from plant_models.events import OrderAdded
from twin.arriving import Arriving
from twin.engine.bench import Bench
from twin.engine.releases import Releases


class Arrivals:
    """Lets orders arrive, each released at once if there is room for it on the floor."""

    def __init__(self, bench: Bench, releases: Releases) -> None:
        self._bench, self._releases = bench, releases
        self._known = tuple(bench.plant.arrivals.values())
        self._future = [Arriving(arrival, bench.chance) for arrival in self._known]
        self._slots = [bench.slot(partial(self._due, number)) for number in range(len(self._known))]

    @property
    def is_due(self) -> bool:
        """Whether more orders will come."""
        return any(slot.due is not None for slot in self._slots)

    def look_again(self) -> None:
        """Work out from the state what is due."""
        for number in range(len(self._known)):
            self._arm(number)

    def _due(self, number: int, now: int) -> None:
        bench, arrival = self._bench, self._known[number]
        come = bench.state.arrivals[arrival.id].come
        named = come + 1
        while (name := f"{arrival.id}-{named}") in bench.state.orders:
            named += 1
        bench.is_idling = False
        bench.emit(OrderAdded(now, self._future[number].order(come, name, now), arrival.id))
        self._releases.join(name, now)
        self._arm(number)

    def _arm(self, number: int) -> None:
        bench, arrival, due = self._bench, self._known[number], None
        known, now = bench.state.arrivals[arrival.id], bench.state.now
        if arrival.limit is None or known.come < arrival.limit:
            due = max(now, known.last + self._future[number].gap(known.come, max(0, now - known.last)))
            if arrival.end is not None and due >= arrival.end:
                due = None
        self._slots[number].set(due, bench.wiring.ranks["order"] + number)
