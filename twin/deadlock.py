"""Deadlocks: machines that keep finished orders because each waits for the place that another one keeps.

References
----------
Coffman, Elphick & Shoshani (1971), System deadlocks, ACM Computing Surveys 3(2).
"""

from dataclasses import dataclass

from plant_models.plant import Plant
from twin.standing import State


@dataclass(frozen=True, slots=True)
class Wait:
    """A machine keeps a finished order, which wants to enter a buffer, where only the machines *on* could make room."""

    machine: str
    order: str
    buffer: str
    on: tuple[str, ...]

    def words(self) -> str:
        """Who waits for whom."""
        return f"{self.machine} keeps {self.order}, which waits for room in {self.buffer}, for {' or '.join(self.on)}"


@dataclass(frozen=True, slots=True)
class Deadlock:
    """Machines that wait for each other and for nobody else, since *time*: none of them will ever go on."""

    time: int
    waits: tuple[Wait, ...]

    @property
    def machines(self) -> tuple[str, ...]:
        """Those that stand."""
        return tuple(wait.machine for wait in self.waits)

    def words(self) -> str:
        """Who waits for whom, in a sentence for each machine."""
        return "deadlock: " + "; ".join(wait.words() for wait in self.waits)


def deadlock_of(plant: Plant, state: State) -> Deadlock | None:
    """The machines that can never go on as the floor stands; None where there are none.

    A machine that keeps an order is free to go on when the buffer it waits for has room, or one of the orders there
    can be taken by a machine that is not stuck itself (busy, idle, down or closed: it may come to it). Those that are
    left when all of these are struck off wait for each other.
    """
    stuck = {name: wait for name in state.machines for wait in _waits(plant, state, name)}
    while True:
        free = [name for name, wait in stuck.items() if not wait.on or any(other not in stuck for other in wait.on)]
        if not free:
            break
        for name in free:
            del stuck[name]
    return Deadlock(state.now, tuple(stuck.values())) if stuck else None


def _waits(plant: Plant, state: State, name: str) -> list[Wait]:
    """What a machine that keeps an order waits for; nothing where it keeps none or there is room."""
    machine = state.machines[name]
    if machine.phase != "done" or machine.order is None:
        return []
    order = state.orders[machine.order]
    if order.stage != "blocked" or order.keeps:
        return []
    stop = plant.stops(order.order.product)[order.step]
    buffer, queue = plant.buffers[stop.place], state.buffers[stop.place]
    if buffer.capacity == 0:
        return [Wait(name, machine.order, stop.place, stop.machines)]
    if buffer.capacity is None or len(queue) < buffer.capacity:
        return []
    heads = list(queue) if buffer.discipline == "any" else [queue[0] if buffer.discipline == "fifo" else queue[-1]]
    takers = dict.fromkeys(
        taker
        for head in heads
        for taker in plant.stops(state.orders[head].order.product)[state.orders[head].step].machines
    )
    return [Wait(name, machine.order, stop.place, tuple(takers))]


def can_lock(plant: Plant) -> bool:
    """Whether orders go round through finite buffers, so that machines might wait for each other in a circle."""
    leads: dict[str, set[str]] = {name: set() for name in plant.machines}
    for product in plant.products:
        stops = plant.stops(product)
        for step, stop in enumerate(stops):
            following = [to for to, _ in stop.branches] or [step + 1]
            for to in following:
                if to < len(stops) and plant.buffers[stops[to].place].capacity is not None:
                    for machine in stop.machines:
                        leads[machine].update(stops[to].machines)
    return _has_circle(leads)


def _has_circle(leads: dict[str, set[str]]) -> bool:
    """Whether a directed graph has a circle: what is left when all that lead nowhere are struck off."""
    left = {name: goals & leads.keys() for name, goals in leads.items()}
    while True:
        ends = {name for name, goals in left.items() if not goals}
        if not ends:
            return bool(left)
        left = {name: goals - ends for name, goals in left.items() if name not in ends}
