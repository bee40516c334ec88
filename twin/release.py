"""Release control: whether the floor has room for one more order."""

from collections.abc import Iterator

from plant_models.plant import Plant
from twin.state import OrderState, State


def has_room(plant: Plant, state: State, order: OrderState) -> bool:
    """Whether *order*, whose time has come, may enter the floor now. An empty floor takes any order."""
    limit = plant.release
    if state.on_floor == 0:
        return True
    if limit.orders is not None and state.on_floor >= limit.orders:
        return False
    if limit.work is None:
        return True
    inside = sum(
        work_left(plant, o) for o in state.orders.values() if o.stage not in ("planned", "split") and not o.has_left
    )
    return inside + work_left(plant, order) <= limit.work


def work_left(plant: Plant, order: OrderState) -> float:
    """Expected milliseconds of the order's steps from the present one on, each on its mean machine."""
    total, stops = 0.0, plant.stops(order.order.product)
    for step, portions in portions_left(plant, order):
        for pieces in portions:
            works = [plant.expected_work(order.order, step, machine, pieces) for machine in stops[step].machines]
            total += sum(works) / len(works)
    return total


def portions_left(plant: Plant, order: OrderState) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The order's steps from the present one on, each with the pieces of the lots in which it goes through them.

    Where some of its pieces alone are reworked, those go through the present step.
    """
    portions: tuple[int, ...] = (order.quantity,)
    reworked = order.at_work if order.at_work < order.quantity else 0
    for step, stop in enumerate(plant.stops(order.order.product)[order.step :], start=order.step):
        if stop.operation.merge and len(portions) > 1:
            portions = (sum(portions),)
        if stop.operation.split is not None:
            portions = tuple(lot for pieces in portions for lot in lots_of(pieces, stop.operation.split))
        yield step, (reworked,) if reworked and step == order.step else portions


def lots_of(pieces: int, most: int) -> tuple[int, ...]:
    """So many pieces in lots of *most* each; the last has what is left over."""
    whole, rest = divmod(pieces, most)
    return (most,) * whole + ((rest,) if rest else ())
