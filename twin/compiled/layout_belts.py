"""Conveyors laid out, and in the block of a compiled floor: to and from `twin.standing`."""

from collections.abc import Callable, Mapping
from typing import Any

from plant_models.plant import Plant
from twin.compiled import arrays as a
from twin.compiled.belt_arrays import BeltTerms
from twin.standing import BeltState, OrderState, State


class Belts:
    """A plant's conveyors by number, in the order in which what is due on them is taken."""

    def __init__(self, plant: Plant) -> None:
        self._conveyors = {b.id: b.conveyor for b in plant.buffers.values() if b.conveyor is not None}
        self.names = tuple(self._conveyors)
        self.numbers = {name: number for number, name in enumerate(self.names)}

    def lay(self, add: Callable[..., int], slot: Callable[[int, int], int], places: Mapping[str, int]) -> None:
        """Add the records."""
        ends = [slot(a.BY_END, number) for number in range(len(self.names))]
        gaps = [slot(a.BY_GAP, number) for number in range(len(self.names))]
        for (name, conveyor), end, gap in zip(self._conveyors.items(), ends, gaps, strict=True):
            add(
                "belt_terms",
                BeltTerms,
                place=places[name],
                trip=conveyor.trip,
                gap=conveyor.gap,
                accumulates=int(conveyor.accumulating),
                end_slot=end,
                gap_slot=gap,
            )

    def put(self, parts: Mapping[str, Any], state: State, orders: tuple[str, ...]) -> None:
        """Let the belts, and what is on them, be as in *state*."""
        for row, name in zip(parts["belts"], self.names, strict=True):
            known = state.belts[name]
            row["moved"], row["mark"] = known.moved, known.mark
            row["left_at"] = a.NOBODY if known.left_at is None else known.left_at
        for row, name in zip(parts["rides"], orders, strict=False):
            order = state.orders.get(name)
            if order is not None:
                row["got_on"], row["has_arrived"] = order.got_on, order.has_arrived

    def states(self, parts: Mapping[str, Any], like: State) -> dict[str, BeltState]:
        """How the belts stand; *like* is a state of the same floor."""
        rows = dict(zip(self.names, parts["belts"].tolist(), strict=True))
        return {name: _state(rows[name]) if name in rows else known for name, known in like.belts.items()}

    def set(self, order: OrderState, parts: Mapping[str, Any], number: int) -> None:
        """Let an order be where it is on a belt."""
        if len(parts["rides"]):
            got_on, has_arrived = parts["rides"][number].tolist()
            order.got_on, order.has_arrived = got_on, bool(has_arrived)


def _state(row: tuple[int, int, int]) -> BeltState:
    moved, mark, left_at = row
    return BeltState(moved, mark, None if left_at < 0 else left_at)
