"""Order books to learn from: the scenario's own, shaken anew for every episode."""

from dataclasses import replace

from plant_models.orders import Order
from plant_models.scenario import Scenario
from twin.chance import Chance

LOAD = (0.85, 1.15)
"""How many orders a shaken book has at the least and most, as a multiple of the scenario's."""

TIGHTNESS = (0.7, 1.3)
"""How long its customers wait, as a multiple of what the scenario's do; drawn once for each book."""


def shaken(scenario: Scenario, seed: int) -> Scenario:
    """The same plant with another order book of the same kind.

    How hard a book is shaken differs from book to book. An order either stays as it is, or takes product, quantity,
    weight and the time from release to due date from one order of the scenario and its release from another, drawn
    with replacement; the harder the shaking, the more orders change, and the more load and due dates move. The same
    seed gives the same book.
    """
    known = scenario.orders
    if not known:
        return scenario
    number = Chance(seed).share("order book", scenario.id)
    hardness = number(0, 0)
    count = max(1, round(len(known) * _moved(LOAD, hardness, number(0, 1))))
    tightness = _moved(TIGHTNESS, hardness, number(0, 2))
    orders = []
    for place in range(count):
        stays = place < len(known) and number(1, place) >= hardness
        like = known[place] if stays else known[int(number(2, place) * len(known))]
        release = like.release if stays else known[int(number(3, place) * len(known))].release
        due = None if like.due is None else release + round((like.due - like.release) * tightness)
        orders.append((release, place, like, due))
    orders.sort(key=lambda row: row[:2])
    return scenario.with_orders(tuple(_order(turn, *row) for turn, row in enumerate(orders)))


def _order(turn: int, release: int, place: int, like: Order, due: int | None) -> Order:
    return replace(like, id=f"book-{turn:03d}", release=release, due=due)


def _moved(span: tuple[float, float], hardness: float, share: float) -> float:
    """1 where nothing is shaken, anywhere in *span* where all is."""
    return 1.0 + hardness * (span[0] + share * (span[1] - span[0]) - 1.0)
