"""Lots laid out: a number for each that an order can ever divide into, with the name that it would have."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from plant_models.plan import Plan
from plant_models.plant import Plant, Stop
from twin.standing import State
from twin.wiring import wiring


def loops_of(plant: Plant) -> Iterator[tuple[str, str]]:
    """The products, each with the operation before which orders divide, and to which their way leads back."""
    for product in plant.products:
        stops = plant.stops(product)
        for step, stop in enumerate(stops):
            if stop.operation.split is not None and _comes_back(stops, step):
                yield product, stop.operation.id


def _comes_back(stops: Sequence[Stop], step: int) -> bool:
    return any(to <= step <= n for n, stop in enumerate(stops) for to, _ in stop.branches)


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
                splits = [stop.operation.split for stop in plant.stops(order.order.product)]
                most = max(order.order.quantity, order.quantity)
                _divide(state, name, most, [each for each in splits if each is not None], found)
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


def _divide(state: State, name: str, pieces: int, splits: Sequence[int], found: dict[str, tuple[str, ...]]) -> None:
    """Note the lots of an order with so many pieces, which comes before steps that make lots of at most so many."""
    known = state.orders.get(name)
    has = () if known is None else known.lots
    dividing = [most for most in splits if most < pieces]
    more = sum(-(-pieces // most) for most in dividing)
    made = tuple(f"{name}/{number}" for number in range(len(has) + 1, len(has) + more + 1))
    found[name] = (*has, *made)
    for lot in has:
        _divide(state, lot, state.orders[lot].order.quantity, splits, found)
    if made:
        first = next(n for n, most in enumerate(splits) if most < pieces)
        for lot in made:
            _divide(state, lot, max(dividing), splits[first + 1 :], found)
