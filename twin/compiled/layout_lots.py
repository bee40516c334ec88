"""Lots laid out: a number for each that an order can ever divide into, with the name that it would have."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

from plant_models.plan import Plan
from plant_models.plant import Plant, Stop
from twin.standing import OrderState, State
from twin.wiring import wiring

MOST_LOTS = 20_000
"""So many lots of orders that may come back to where they divide are laid out at most."""

Divisions = tuple[tuple[int, int], ...]
"""The steps before which orders divide: how many pieces a lot has at most, and how often one order may come there."""


def endless_of(plant: Plant) -> Iterator[tuple[str, str]]:
    """The products, each with the operation before which an order may divide again and again, without limit."""
    for product in plant.products:
        stops = plant.stops(product)
        for step, stop in enumerate(stops):
            if stop.operation.split is not None and _times(stops, step) is None:
                yield product, stop.operation.id


def is_too_much(plant: Plant, state: State, product: str) -> bool:
    """Whether more lots are likely of orders for a product than can be laid out."""
    stops = plant.stops(product)
    if not _go_round(stops):
        return False
    divisions = _divisions(stops)
    most = [_most(order) for _, order in state.book() if order.order.product == product]
    return sum(_count(pieces, divisions) for pieces in most) > MOST_LOTS


def _times(stops: Sequence[Stop], step: int) -> int | None:
    """How often an order may divide before a step; None where nothing limits that.

    Once divided it is whole again only where its lots merge. Each time round it is sent back from the step or from one
    behind it, as often as that allows.
    """
    back = [n for n, stop in enumerate(stops) for to, _ in stop.branches if to <= step <= n]
    if not back or not any(stop.operation.merge for stop in stops):
        return 1
    limits = [_limit(stops, n) for n in back]
    known = [limit for limit in limits if limit is not None]
    return 1 + max(known) if len(known) == len(limits) else None


def _limit(stops: Sequence[Stop], step: int) -> int | None:
    """How often an order is sent back from a step; from one of transport as often as from those before it."""
    operation = stops[step].operation
    if operation.move is None or operation.rework_limit is not None:
        return operation.rework_limit
    limits = [stop.operation.rework_limit for stop in stops if any(to == step for to, _ in stop.branches)]
    known = [limit for limit in limits if limit is not None]
    return max(known) if known and len(known) == len(limits) else None


def _go_round(stops: Sequence[Stop]) -> bool:
    """Whether orders may come back to where they divide."""
    return any(
        to <= step <= n
        for step, divides in enumerate(stops)
        if divides.operation.split is not None
        for n, stop in enumerate(stops)
        for to, _ in stop.branches
    )


def _divisions(stops: Sequence[Stop]) -> Divisions:
    splits = [(stop.operation.split, _times(stops, step)) for step, stop in enumerate(stops)]
    return tuple((split, 1 if times is None else times) for split, times in splits if split is not None)


def _most(order: OrderState) -> int:
    return max(order.order.quantity, order.quantity)


@cache
def _count(pieces: int, divisions: Divisions) -> int:
    """How many lots, and lots of lots, of an order that comes by all divisions again and again are likely at most."""
    dividing = [(most, times) for most, times in divisions if most < pieces]
    made = sum(times * -(-pieces // most) for most, times in dividing)
    return made * (1 + _count(max(most for most, _ in dividing), divisions)) if dividing else 0


class Lots:
    """The orders by number, those that are there first, and the lots that each can ever have.

    *orders* are the names of all; for each of them *names* are its lots, in order, and *firsts* says where their
    numbers stand among the numbers of the world, once they are `laid`.
    """

    def __init__(self, plant: Plant, state: State, plan: Plan | None) -> None:
        self.has_any = wiring(plant).has_lots or any(order.parent or order.lots for order in state.orders.values())
        found: dict[str, tuple[str, ...]] = dict.fromkeys(state.orders, ())
        if self.has_any:
            for name, order in state.book():
                stops = plant.stops(order.order.product)
                _divide(state, name, _most(order), _divisions(stops), _go_round(stops), found)
            for name in dict.fromkeys(slot.order for slot in (plan.slots if plan is not None else ())):
                if state.find(name) is not None:  # what a plan says of lots that are never made is waited for
                    _name(name, found)
        self.orders, self.names = tuple(found), tuple(found.values())
        self.firsts: list[int] = []

    def laid(self, whole: Callable[[Iterable[int]], int]) -> None:
        """Put the numbers of the lots in a row."""
        numbers = {name: number for number, name in enumerate(self.orders)}
        self.firsts = [whole(numbers[lot] for lot in lots) for lots in self.names]


def _name(name: str, found: dict[str, tuple[str, ...]]) -> None:
    while name not in found:
        found[name] = ()
        name = name.rpartition("/")[0]


def _divide(
    state: State, name: str, pieces: int, divisions: Divisions, goes_round: bool, found: dict[str, tuple[str, ...]]
) -> None:
    """Note the lots of an order with so many pieces, which comes before steps where orders divide.

    Where it *goes round*, its lots come by all of them; else only by those behind the one that made them.
    """
    known = state.orders.get(name)
    has = () if known is None else known.lots
    dividing = [(most, times) for most, times in divisions if most < pieces]
    more = sum(times * -(-pieces // most) for most, times in dividing)
    made = tuple(f"{name}/{number}" for number in range(len(has) + 1, len(has) + more + 1))
    found[name] = (*has, *made)
    for lot in has:
        _divide(state, lot, state.orders[lot].order.quantity, divisions, goes_round, found)
    if made:
        first = 0 if goes_round else 1 + next(n for n, (most, _) in enumerate(divisions) if most < pieces)
        for lot in made:
            _divide(state, lot, max(most for most, _ in dividing), divisions[first:], goes_round, found)
