"""Whether there is material for the orders, before anything is played: needed, there, to be made, to come."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from plant_models.plant import Amount, Plant
from twin.release import portions_left
from twin.state import OrderState, State


class TooLittle(NamedTuple):
    """Open orders *need* more of a material than is there (*has*) and will be made (*made*), and none is delivered.

    *orders* are those that use it up, in the order of the book.
    """

    material: str
    unit: str
    need: int
    has: int
    made: int
    orders: tuple[str, ...]

    def words(self) -> str:
        """What lacks, in a sentence."""
        made = f" and {self.made:,} to be made" if self.made else ""
        named = ", ".join(self.orders[:4]) + (f" and {len(self.orders) - 4} more" if len(self.orders) > 4 else "")
        return (
            f"{self.material}: {named} need {self.need:,} {self.unit}, there are {self.has:,}{made}, and none comes; "
            "some are never finished"
        )


def too_little(plant: Plant, state: State) -> list[TooLittle]:
    """The materials of which there will never be enough for the open orders of *state*, scrap and rework left aside.

    Orders that are on a machine have what they use up there.
    """
    if not plant.materials:
        return []
    need, made, users = Counter[str](), Counter[str](), dict[str, dict[str, None]]()
    for name, order in state.orders.items():
        if order.has_left or order.stage in ("split", "merged"):
            continue
        for material, amount in _uses(plant, order):
            need[material] += amount
            users.setdefault(material, {})[state.whole(name)] = None
        made.update(_makes(plant, order))
    return [
        TooLittle(one.id, one.unit, need[one.id], has, made[one.id], tuple(users[one.id]))
        for one in plant.materials.values()
        if one.replenishment is None and need[one.id] > (has := state.stocks[one.id].at_hand) + made[one.id]
    ]


def _uses(plant: Plant, order: OrderState) -> Iterator[tuple[str, int]]:
    stops = plant.stops(order.order.product)
    for step, portions in portions_left(plant, order):
        if step > order.step or order.stage != "loaded":
            yield from _amounts(stops[step].operation.consumes, portions)


def _makes(plant: Plant, order: OrderState) -> dict[str, int]:
    found = Counter[str]()
    stops = plant.stops(order.order.product)
    for step, portions in portions_left(plant, order):
        for material, amount in _amounts(stops[step].operation.yields, portions):
            found[material] += amount
    stock = plant.products[order.order.product].stock
    if stock is not None:
        found[stock] += order.quantity
    return found


def _amounts(amounts: Mapping[str, Amount], portions: tuple[int, ...]) -> Iterator[tuple[str, int]]:
    for material, amount in amounts.items():
        yield material, sum(amount.of(pieces) for pieces in portions)
