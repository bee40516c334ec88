"""Batches: which orders a machine takes together, and whether there are enough of them."""

from collections.abc import Callable, Iterator, Sequence

from plant_models.batch import Batch
from plant_models.plant import Plant
from twin.needs.lacks import Check, Lack
from twin.standing import OrderState, State

Key = Callable[[OrderState], object]


def check_of(plant: Plant, machine: str, others: Sequence[Check]) -> Check | None:
    """Whether the batch around an order is big enough, or has waited long enough.

    Only orders count that by all *others* could be taken.
    """
    batch = plant.machines[machine].batch
    if batch is None or batch.least == 1:
        return None

    def check(state: State, order: str) -> Lack | None:
        size, oldest = 0, state.now
        for member in _members(plant, state, machine, batch, order):
            if any(other(state, member) for other in others):
                continue
            size += _size(batch, state.orders[member])
            oldest = min(oldest, state.orders[member].since)
            if size >= batch.least:
                return None
        if batch.longest_wait is None:
            return Lack("batch", machine)
        until = oldest + batch.longest_wait
        return None if until <= state.now else Lack("batch", machine, until)

    return check


def batch_around(plant: Plant, state: State, machine: str, order: str, checks: Sequence[Check] = ()) -> tuple[str, ...]:
    """The orders that *machine* works on together when it takes *order*: it, then first come first.

    By all *checks* each of them could be taken now.
    The order with the most expected work comes first; the batch takes its time.
    """
    batch = plant.machines[machine].batch
    if batch is None:
        return (order,)
    chosen, room = [order], batch.most - _size(batch, state.orders[order])
    for member in _members(plant, state, machine, batch, order):
        size = _size(batch, state.orders[member])
        if member != order and size <= room and not any(check(state, member) for check in checks):
            chosen.append(member)
            room -= size
    works = {name: _work(plant, state, machine, name) for name in chosen}
    longest = max(chosen, key=works.__getitem__)
    return (longest, *(name for name in chosen if name != longest))


def _members(plant: Plant, state: State, machine: str, batch: Batch, order: str) -> Iterator[str]:
    """The orders that wait where *order* waits, can go with it, and can be done on *machine*; first come first."""
    leader = state.orders[order]
    place = plant.stops(leader.order.product)[leader.step].place
    queue = state.buffers[place] if plant.buffers[place].capacity != 0 else state.wanting[place]
    key = _key(plant, batch, leader)
    for name in queue:
        member = state.orders[name]
        stop = plant.stops(member.order.product)[member.step]
        if machine in stop.machines and _key(plant, batch, member) == key:
            yield name


def _key(plant: Plant, batch: Batch, order: OrderState) -> object:
    """What orders of one batch have in common."""
    match batch.by:
        case "product":
            return order.order.product, order.step
        case "family":
            return plant.products[order.order.product].family
        case "operation":
            return plant.stops(order.order.product)[order.step].operation.id
        case "any":
            return None


def _size(batch: Batch, order: OrderState) -> int:
    return order.quantity if batch.counts == "pieces" else 1


def _work(plant: Plant, state: State, machine: str, name: str) -> int:
    order = state.orders[name]
    return plant.expected_work(order.order, order.step, machine, order.quantity)
