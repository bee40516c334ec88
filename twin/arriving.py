"""What arrives when, in one future: the draws for orders that come by themselves."""

from bisect import bisect
from itertools import accumulate

from plant_models.arrivals import Arrival
from plant_models.errors import InvalidPlant
from plant_models.orders import Order
from plant_models.plant import Plant
from twin.chance import Luck

_GOLDEN = 0.6180339887498949


class Arriving:
    """The orders of one `Arrival`, by their numbers from 0, as *chance* has them.

    The time before an order, its product, its quantity and its due date are draws of their own, by the name of the
    arrivals and the number of the order. Where everything takes its mean time, the products take turns as their shares
    are (a golden-ratio sequence).
    """

    def __init__(self, arrival: Arrival, chance: Luck) -> None:
        name = arrival.id
        self._arrival, self._is_certain = arrival, not chance.breaks_down
        self._between = chance.draw("between", name, arrival.between)
        self._first = self._between if arrival.first is None else chance.draw("first", name, arrival.first)
        self._quantity = chance.draw("quantity", name, arrival.quantity)
        self._due = None if arrival.due_after is None else chance.draw("due after", name, arrival.due_after)
        self._lot = chance.share("product", name)
        self._products = tuple(arrival.shares)
        self._heights = tuple(accumulate(arrival.shares.values()))[:-1]

    def gap(self, number: int, lasted: int) -> int:
        """Milliseconds from the order before to this one, or from the start to the first, when *lasted* are over."""
        return (self._between if number else self._first)(0, number, lasted)

    def order(self, number: int, name: str, now: int) -> Order:
        """The order that comes *now*."""
        lot = (number + 0.5) * _GOLDEN % 1 if self._is_certain else self._lot(0, number)
        return Order(
            id=name,
            product=self._products[bisect(self._heights, lot)],
            quantity=max(1, self._quantity(0, number, 0)),
            release=now,
            due=None if self._due is None else now + self._due(0, number, 0),
            weight=self._arrival.weight,
            priority=self._arrival.priority,
        )


def check_end(plant: Plant, until: int | None) -> None:
    """Raise InvalidPlant where nobody says when a run ends that has no end of its own."""
    endless = [arrival.id for arrival in plant.arrivals.values() if arrival.is_endless]
    if endless and until is None:
        raise InvalidPlant(
            f"orders keep arriving ({', '.join(endless)}), so a run has no end of its own; say how far to look ahead "
            "(until; --for 24h on the command line), or give the arrivals an end or a limit"
        )
