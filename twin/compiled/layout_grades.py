"""Quality as flat arrays: how steps make defects, what is measured, who inspects and what follows."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from typing import Protocol

from plant_models.plant import Plant, Stop
from plant_models.quality import Characteristic, Inspection
from twin.compiled import arrays as a
from twin.compiled import grade_arrays as g
from twin.compiled.timings import Timings
from twin.native import Row
from twin.standing import State

_COUNTS = range(-(1 << 61), 1 << 61)
"""How many whole steps of its resolution a value may have."""


class Sheet(Protocol):
    """What records, numbers and names of draws are put on."""

    timings: Timings
    machines: tuple[str, ...]
    characteristics: list[Characteristic]

    def add(self, field: str, row: type[Row], **values: float) -> int:
        """Add a record; its number."""

    def name_draws(self, *whats: str, who: str) -> int:
        """Add the names of draws; the number of the first."""


def has_grades(plant: Plant, state: State) -> bool:
    """Whether anything is known of the quality of orders, or any is held or leaves when its step is done."""
    return any(plant.is_graded(product) for product in plant.products) or any(
        order.grade is not None or order.hold is not None or order.bound_for is not None
        for order in state.orders.values()
    )


def lay_inspecting(on: Sheet, stop: Stop, most: int) -> int:
    """Where the mean time lies that inspecting so many pieces takes, up to *most*; -1 where it takes none."""
    inspection = stop.operation.inspection
    if inspection is None or inspection.duration is None:
        return a.NOBODY
    return on.timings.whole(round(inspection.expected(pieces)) for pieces in range(most + 1))


def lay_grading(on: Sheet, stop: Stop, step: int, most: int) -> None:
    """Lay out what a step has to do with quality, for up to *most* pieces."""
    operation, inspection = stop.operation, stop.operation.inspection
    first = len(on.characteristics)
    for characteristic in operation.characteristics:
        _lay_characteristic(on, characteristic, step)
    inspects = inspection is not None
    inspection = inspection or Inspection()
    usual = max(((share, -to, to) for to, share in stop.branches if to > step), default=(0, 0, step + 1))[2]
    on.add(
        "gradings",
        g.Grading,
        is_graded=operation.is_graded,
        defects=operation.defects,
        first_characteristic=first,
        characteristics=len(operation.characteristics),
        inspects=inspects,
        share=inspection.share,
        is_of_pieces=inspection.of == "pieces",
        pieces=on.timings.whole(inspection.pieces(pieces) for pieces in range(most + 1)) if inspects else a.NOBODY,
        duration=_lay_duration(on, inspection, most),
        is_by_piece=inspection.per == "unit",
        false_fail=inspection.false_fail,
        false_pass=inspection.false_pass,
        on_fail=g.ON_FAIL.index(inspection.on_fail),
        rework_to=a.NOBODY if stop.rework is None else stop.rework,
        limit=a.NOBODY if inspection.limit is None else inspection.limit,
        hold_time=a.NOBODY if inspection.hold_time is None else on.timings.add(inspection.hold_time),
        freed=inspection.freed,
        usual=usual,
        bases=on.name_draws(*g.DRAWS, who=operation.id),
    )


def _lay_duration(on: Sheet, inspection: Inspection, most: int) -> int:
    if inspection.duration is None:
        return a.NOBODY
    pieces = range(1, most + 1) if inspection.per == "unit" else range(1, 2)
    first, *_ = (on.timings.add(inspection.duration.scaled(count)) for count in pieces)
    return first


def _lay_characteristic(on: Sheet, known: Characteristic, step: int) -> None:
    on.characteristics.append(known)
    lower, upper, offsets = known.lower, known.upper, known.machine_offset

    def told(count: int) -> float:
        return round(count * known.resolution, 12)

    on.add(
        "characteristics",
        g.Characteristic,
        target=known.target,
        sd=known.sd,
        resolution=known.resolution,
        per_wear=known.per_wear,
        per_hour=known.per_hour,
        has_lower=lower is not None,
        lower=lower or 0.0,
        has_upper=upper is not None,
        upper=upper or 0.0,
        first_good=_COUNTS[0] if lower is None else _COUNTS[bisect_left(_COUNTS, lower, key=told)],
        first_above=_COUNTS[-1] if upper is None else _COUNTS[bisect_right(_COUNTS, upper, key=told)],
        offsets=on.timings.real(_offsets(on.machines, offsets)),
        is_at_once=known.found == "at_once",
        bases=on.name_draws(*g.VALUES, who=f"{known.id}\0{step}"),
    )


def _offsets(machines: tuple[str, ...], offsets: Mapping[str, float]) -> list[float]:
    return [0.0, *(offsets.get(name, 0.0) for name in machines)]
