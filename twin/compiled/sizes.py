"""The sizes that orders can have: times for each piece are laid out for each of them."""

from plant_models.plant import Plant, Stop
from twin.standing import State

MOST_TIMES = 200_000
"""So many different times by size are laid out at most."""


def sizes_of(plant: Plant, state: State) -> dict[str, list[int]]:
    """For each product the sizes that its orders can have, from low to high; one only where no time depends on it.

    Where pieces can be lost on the way, those are all sizes up to the largest.
    """
    known: dict[str, set[int]] = {product: set() for product in plant.products}
    for order in state.orders.values():
        known[order.order.product].add(max(1, order.quantity))
    return {product: _reachable(plant, product, sizes) for product, sizes in known.items()}


def times_by_size(plant: Plant, state: State) -> int:
    """How many times there are to lay out, over all products, steps, machines and sizes."""
    return sum(
        len(sizes) * sum(_is_inspected_by_size(stop) for stop in plant.stops(product))
        + len(sizes) * sum(_levels(plant, name) for stop in plant.stops(product) for name in stop.machines)
        for product, sizes in sizes_of(plant, state).items()
    )


def depends_on_size(plant: Plant, product: str) -> bool:
    """Whether a step of *product*, or an inspection, takes a time for each piece; or a limit looks at lots."""
    if plant.release.work is not None and _divides(plant, product):
        return True
    return any(stop.operation.per == "unit" or _is_inspected_by_size(stop) for stop in plant.stops(product))


def _divides(plant: Plant, product: str) -> bool:
    return any(stop.operation.split is not None for stop in plant.stops(product))


def _is_inspected_by_size(stop: Stop) -> bool:
    inspection = stop.operation.inspection
    if inspection is None or inspection.duration is None:
        return False
    return inspection.per == "unit" or inspection.of == "pieces"


def _reachable(plant: Plant, product: str, sizes: set[int]) -> list[int]:
    if not sizes or not depends_on_size(plant, product):
        return [max(sizes, default=1)]
    stops = plant.stops(product)
    can_lose = any(stop.operation.scrap or _scraps(plant, name) for stop in stops for name in stop.machines)
    if can_lose or plant.is_graded(product) or _divides(plant, product):
        return list(range(1, max(sizes) + 1))
    return sorted(sizes)


def _levels(plant: Plant, machine: str) -> int:
    """At how many levels of wear a machine can be."""
    wear = plant.machines[machine].wear
    return 1 if wear is None else len(wear.levels)


def _scraps(plant: Plant, machine: str) -> bool:
    """Whether pieces are lost on a machine because it is worn."""
    wear = plant.machines[machine].wear
    return wear is not None and any(level.scrap for level in wear.levels)
