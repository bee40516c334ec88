"""What orders have in common with those that go into one batch with them, laid out as numbers."""

from plant_models.batch import Batch
from plant_models.plant import Plant
from twin.compiled import arrays as a
from twin.needs.batches import common
from twin.standing import MachineState

_BY = ("product", "family", "operation", "any")


class Companions:
    """Numbers for what orders have in common: the same number for the same thing."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._asking = {m.batch.by: m.id for m in plant.machines.values() if m.batch is not None}
        self._numbers: dict[object, int] = {}

    @property
    def has_batches(self) -> bool:
        """Whether any machine works on several orders at once."""
        return bool(self._asking)

    def traits(self, product: str, step: int) -> list[int]:
        """What orders at a step of a product have in common with others, for each way to make batches."""
        return [self._number(by, product, step) for by in _BY] if self._asking else []

    def _number(self, by: str, product: str, step: int) -> int:
        if by not in self._asking:
            return a.NOBODY
        key = by, common(self._plant, self._asking[by], product, step)
        return self._numbers.setdefault(key, len(self._numbers))


def said(batch: Batch) -> dict[str, int]:
    """How a machine works on several orders at once, as a record."""
    return {
        "most": batch.most,
        "least": batch.least,
        "longest_wait": a.NOBODY if batch.longest_wait is None else batch.longest_wait,
        "by": _BY.index(batch.by),
        "counts_pieces": int(batch.counts == "pieces"),
    }


def room_for_mates(batch: Batch | None, machine: MachineState, orders: int) -> int:
    """How many orders a machine can have beside its first."""
    most = 0 if batch is None else min(batch.most, orders) - 1
    return max(0, most, len(machine.mates))
