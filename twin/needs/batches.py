"""Batches: which orders a machine takes together, and whether there are enough of them."""

from collections.abc import Iterable, Iterator, Sequence

from plant_models.batch import Batch
from plant_models.plant import Plant
from twin.needs.lacks import Check, Lack
from twin.needs.materials import Basket
from twin.standing import OrderState, State


def check_of(plant: Plant, machine: str, others: Sequence[Check]) -> Check | None:
    """Whether the batch around an order is big enough, or has waited long enough.

    Only orders count that by all *others* could be taken, and only as many as there is material for together. Where
    that is what keeps others away, it is the material that is lacking.
    """
    batch = plant.machines[machine].batch
    if batch is None or batch.least == 1:
        return None

    def check(state: State, order: str) -> Lack | None:
        members = list(_first_come(plant, state, machine, batch, order, others))
        missing = _shortage(plant, state, machine, batch, members)
        if missing is None or missing.until is not None or not plant.materials:
            return missing
        return _scarce(plant, state, machine, batch, members, others) or missing

    return check


def _scarce(
    plant: Plant, state: State, machine: str, batch: Batch, members: Sequence[str], checks: Sequence[Check]
) -> Lack | None:
    """The material that keeps further orders out of a batch; None where none does."""
    basket = Basket(plant, state)
    for name in members:
        basket.take(name)
    for name in _members(plant, state, machine, batch, members[0]):
        if name not in members and not any(check(state, name) for check in checks):
            lacking = basket.lacking(name)
            if lacking is not None:
                return lacking
    return None


def batch_around(plant: Plant, state: State, machine: str, order: str, checks: Sequence[Check] = ()) -> tuple[str, ...]:
    """The orders that *machine* works on together when it takes *order*, first come first.

    By all *checks* each of them could be taken now, and there is material for all of them together.
    The order with the most expected work comes first (of several the one that came first); the batch takes its time.
    """
    batch = plant.machines[machine].batch
    if batch is None:
        return (order,)
    return _led(plant, state, machine, batch, order, _first_come(plant, state, machine, batch, order, checks))


def chosen_batch(
    plant: Plant, state: State, machine: str, order: str, mates: Sequence[str], checks: Sequence[Check] = ()
) -> tuple[str, ...]:
    """The batch of *order* and exactly these *mates*, the order with the most expected work first.

    Raises
    ------
    ValueError
        Where they cannot be taken together now, and why not.
    """
    batch = plant.machines[machine].batch
    if batch is None:
        if mates:
            raise ValueError(f"machine {machine!r} works on one order at a time, not on {', '.join((order, *mates))}")
        return (order,)
    fitting = companions(plant, state, machine, order, checks)
    for mate in mates:
        if mate == order or mate not in fitting:
            known = ", ".join(name for name in fitting if name != order) or "nobody"
            raise ValueError(f"machine {machine!r}: {mate!r} cannot go with {order!r} now; those that can: {known}")
    members = [order, *mates]
    if len(set(members)) < len(members):
        raise ValueError(f"machine {machine!r}: {', '.join(members)} names an order twice")
    size = sum(_size(batch, state.orders[name]) for name in members)
    if mates and size > batch.most:
        raise ValueError(f"machine {machine!r} takes {batch.most} {batch.counts} at most, not {size}")
    basket = Basket(plant, state)
    for name in members:
        lacking = basket.lacking(name)
        if lacking is not None:
            raise ValueError(
                f"machine {machine!r}: there is not enough {lacking.name!r} for {', '.join(members)} together"
            )
        basket.take(name)
    if _shortage(plant, state, machine, batch, members) is not None:
        raise ValueError(f"machine {machine!r} does not start with fewer than {batch.least} {batch.counts}, not {size}")
    return _led(plant, state, machine, batch, order, members)


def companions(plant: Plant, state: State, machine: str, order: str, checks: Sequence[Check] = ()) -> tuple[str, ...]:
    """The orders, *order* among them, that could be in one batch with it by what they have in common, first come first.

    By all *checks* each of them could be taken now.
    """
    batch = plant.machines[machine].batch
    if batch is None:
        return (order,)
    return tuple(
        name
        for name in _members(plant, state, machine, batch, order)
        if name == order or not any(check(state, name) for check in checks)
    )


def filled(plant: Plant, state: State, machine: str, members: Sequence[str], others: Sequence[str]) -> list[str]:
    """*members*, as many as fit and have their material, and as many of *others* as it takes for them to be enough."""
    batch = plant.machines[machine].batch
    chosen: list[str] = []
    if batch is None:
        return list(members)
    size, basket = 0, Basket(plant, state)
    for name in (*members, *others):
        more = _size(batch, state.orders[name])
        if name in chosen or (chosen and size + more > batch.most) or (size >= batch.least and name not in members):
            continue
        if chosen and basket.lacking(name) is not None:
            continue
        chosen.append(name)
        basket.take(name)
        size += more
    return chosen


def common(plant: Plant, machine: str, product: str, step: int) -> object:
    """What orders at *step* of *product* have in common with others that go into one batch with them on *machine*."""
    batch = plant.machines[machine].batch
    assert batch is not None  # asked of batch machines only
    return _key(plant, batch, product, step)


def _first_come(
    plant: Plant, state: State, machine: str, batch: Batch, order: str, checks: Sequence[Check]
) -> Iterator[str]:
    """*order*, and of those that could go with it, first come first, as many as there is room and material for.

    Where orders may be taken in any sequence, those of a higher priority come before the others.
    """
    yield order
    room = batch.most - _size(batch, state.orders[order])
    if room <= 0:
        return
    members: Iterable[str] = _members(plant, state, machine, batch, order)
    if state.has_classes and plant.buffers[_place(plant, state, order)].discipline == "any":
        members = sorted(members, key=lambda name: -state.orders[name].order.priority)
    basket = Basket(plant, state) if plant.materials else None
    if basket is not None:
        basket.take(order)
    for member in members:
        size = _size(batch, state.orders[member])
        if member != order and size <= room and not any(check(state, member) for check in checks):
            if basket is not None:
                if basket.lacking(member) is not None:
                    continue
                basket.take(member)
            yield member
            room -= size
            if room <= 0:
                return


def _ripe(plant: Plant, order: OrderState) -> int:
    """Since when an order could have been taken: it came, and stayed as long as it had to."""
    return order.since + (plant.buffers[order.where].min_stay if order.stage == "waiting" else 0)


def _shortage(plant: Plant, state: State, machine: str, batch: Batch, members: Sequence[str]) -> Lack | None:
    """What is lacking for a batch of exactly these orders to be started."""
    if sum(_size(batch, state.orders[name]) for name in members) >= batch.least:
        return None
    if batch.longest_wait is None:
        return Lack("batch", machine)
    until = min(_ripe(plant, state.orders[name]) for name in members) + batch.longest_wait
    return None if until <= state.now else Lack("batch", machine, until)


def _led(plant: Plant, state: State, machine: str, batch: Batch, order: str, members: Iterable[str]) -> tuple[str, ...]:
    """The members with the one first that has the most expected work; of several the one that came first."""
    chosen = set(members)
    if len(chosen) == 1:
        return (order,)
    names = [name for name in _members(plant, state, machine, batch, order) if name in chosen]
    works = {name: _work(plant, state, machine, name) for name in names}
    longest = max(names, key=works.__getitem__)
    return (longest, *(name for name in names if name != longest))


def _members(plant: Plant, state: State, machine: str, batch: Batch, order: str) -> Iterator[str]:
    """The orders that wait where *order* waits, can go with it, and can be done on *machine*; first come first."""
    leader, place = state.orders[order], _place(plant, state, order)
    queue = state.buffers[place] if plant.buffers[place].capacity != 0 else state.wanting[place]
    key = _key(plant, batch, leader.order.product, leader.step)
    for name in queue:
        member = state.orders[name]
        stop = plant.stops(member.order.product)[member.step]
        if member.fetched_by:
            continue
        if machine in stop.machines and _key(plant, batch, member.order.product, member.step) == key:
            yield name


def _place(plant: Plant, state: State, order: str) -> str:
    """The buffer in which, or in front of which, an order waits for its next step."""
    known = state.orders[order]
    return plant.stops(known.order.product)[known.step].place


def _key(plant: Plant, batch: Batch, product: str, step: int) -> object:
    """What orders of one batch have in common; those that a vehicle takes together also the way they go."""
    move = plant.stops(product)[step].operation.move
    return _trait(plant, batch, product, step) if move is None else (move, _trait(plant, batch, product, step))


def _trait(plant: Plant, batch: Batch, product: str, step: int) -> object:
    match batch.by:
        case "product":
            return product, step
        case "family":
            return plant.products[product].family
        case "operation":
            return plant.stops(product)[step].operation.id
        case "any":
            return None


def _size(batch: Batch, order: OrderState) -> int:
    return order.at_work if batch.counts == "pieces" else 1


def _work(plant: Plant, state: State, machine: str, name: str) -> int:
    order = state.orders[name]
    return plant.expected_work(order.order, order.step, machine, order.at_work)
