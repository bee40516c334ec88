"""The record of a compiled floor as the facts that it stands for."""

from collections.abc import Callable, Iterator
from typing import Any, Literal, cast

from numpy.typing import NDArray

from plant_models.events import (
    Arrived,
    BrokeDown,
    CrewCame,
    CrewLeft,
    Engaged,
    Entered,
    Event,
    Finished,
    Held,
    Inspected,
    MaintenanceEnded,
    MaintenanceStarted,
    Measured,
    Merged,
    OrderFreed,
    OrderHeld,
    OrderReleased,
    OrderTurnedAway,
    PassedOver,
    Repaired,
    RepairStarted,
    Scrapped,
    SetupStarted,
    ShiftEnded,
    ShiftStarted,
    Split,
    Spoiled,
    Started,
    ToolRenewed,
    ToolWornOut,
    Worn,
)
from plant_models.shifts import FOREVER
from twin.compiled import arrays as a
from twin.compiled.block_grades import reason
from twin.compiled.layout import Layout
from twin.compiled.recording_stocks import STOCK_FACTS, consumed
from twin.compiled.sharing import TASKS
from twin.release import lots_of


def facts_of(layout: Layout, rows: NDArray[Any]) -> Iterator[Event]:
    """The facts, in order."""
    told = iter(rows.tolist())
    for time, kind, machine, order, *rest in told:
        if kind == a.CONSUMED:
            parcels = [(lot, quantity) for _, _, _, _, lot, quantity, *_ in (next(told) for _ in range(rest[1]))]
            yield consumed(layout, time, machine, order, rest, parcels)
        elif kind in _WITH_MATES:
            mates = tuple(layout.orders[next(told)[3]] for _ in range(rest[1]))
            yield _WITH_MATES[kind](layout, time, machine, order, rest, mates)
        else:
            yield _FACTS[kind](layout, time, machine, order, rest)


def _split(layout: Layout, time: int, _: int, order: int, rest: list[int]) -> Event:
    first, quantity, most, __ = rest
    pieces = lots_of(quantity, most)
    return Split(time, layout.orders[order], layout.lots.names[order][first - 1 : first - 1 + len(pieces)], pieces)


def _merged(layout: Layout, time: int, _: int, order: int, rest: list[int], lots: tuple[str, ...]) -> Event:
    return Merged(time, layout.orders[order], lots)


def _setup_started(
    layout: Layout, time: int, machine: int, order: int, rest: list[int], mates: tuple[str, ...]
) -> Event:
    name, before = layout.machines[machine], None if rest[0] < 0 else layout.families[rest[0]]
    cleanings = layout.plant.cleanings(name, before, layout.products[order])
    return SetupStarted(time, name, layout.orders[order], mates, cleanings)


def _started(layout: Layout, time: int, machine: int, order: int, rest: list[int], mates: tuple[str, ...]) -> Event:
    return Started(time, layout.machines[machine], layout.orders[order], rest[0], mates)


def _finished(layout: Layout, time: int, machine: int, order: int, rest: list[int]) -> Event:
    what, good, scrap, to = rest
    name, step, rework = layout.machines[machine], what & 0xFFFF, what >> 16
    return Finished(time, name, layout.orders[order], step, good, scrap, None if to < 0 else to, rework)


def _measured(layout: Layout, time: int, machine: int, order: int, rest: list[int]) -> Event:
    step, which, value, _ = rest
    known = layout.characteristics[which]
    told = round(value * known.resolution, 12)
    return Measured(time, layout.machines[machine], layout.orders[order], step, known.id, told)


def _order_held(layout: Layout, time: int, machine: int, order: int, rest: list[int]) -> Event:
    step, failed, inspected, _ = rest
    return OrderHeld(time, layout.orders[order], reason(failed, inspected), step)


def _engaged(layout: Layout, time: int, machine: int, _: int, rest: list[int]) -> Event:
    crew, task, people = layout.people.crews[rest[0]], TASKS[rest[1]], rest[2]
    return Engaged(time, layout.machines[machine], crew, cast("Literal['setup', 'work']", task), people)


_WITH_MATES: dict[int, Callable[[Layout, int, int, int, list[int], tuple[str, ...]], Event]] = {
    a.MERGED_AGAIN: _merged,
    a.SETUP_STARTED: _setup_started,
    a.STARTED: _started,
}
"""The facts behind which those stand who go with the order."""

_FACTS: dict[int, Callable[[Layout, int, int, int, list[int]], Event]] = {
    a.ORDER_RELEASED: lambda layout, time, _, order, rest: OrderReleased(time, layout.orders[order]),
    a.ORDER_TURNED_AWAY: lambda layout, time, _, order, rest: OrderTurnedAway(time, layout.orders[order]),
    a.ENTERED: lambda layout, time, place, order, rest: Entered(time, layout.orders[order], layout.places[place]),
    a.ARRIVED: lambda layout, time, place, order, rest: Arrived(time, layout.orders[order], layout.places[place]),
    a.SPOILED: lambda layout, time, place, order, rest: Spoiled(
        time, layout.orders[order], layout.places[place], rest[0]
    ),
    a.FINISHED_STEP: _finished,
    a.BROKE_DOWN: lambda layout, time, machine, order, rest: BrokeDown(time, layout.machines[machine], rest[0]),
    a.REPAIRED: lambda layout, time, machine, order, rest: Repaired(time, layout.machines[machine]),
    a.SCRAPPED: lambda layout, time, machine, order, rest: Scrapped(
        time, layout.machines[machine], layout.orders[order], rest[0], rest[1]
    ),
    a.SHIFT_ENDED: lambda layout, time, machine, order, rest: ShiftEnded(time, layout.machines[machine]),
    a.HELD: lambda layout, time, machine, order, rest: Held(
        time, layout.machines[machine], None if rest[0] >= FOREVER else rest[0]
    ),
    a.PASSED_OVER: lambda layout, time, machine, order, rest: PassedOver(
        time, layout.machines[machine], layout.orders[order], rest[0]
    ),
    a.ENGAGED: _engaged,
    a.CREW_LEFT: lambda layout, time, _, __, rest: CrewLeft(time, layout.people.crews[rest[0]]),
    a.CREW_CAME: lambda layout, time, _, __, rest: CrewCame(time, layout.people.crews[rest[0]]),
    a.REPAIR_STARTED: lambda layout, time, machine, _, rest: RepairStarted(
        time, layout.machines[machine], layout.people.crews[rest[0]]
    ),
    a.WORN: lambda layout, time, machine, _, rest: Worn(time, layout.machines[machine], rest[0]),
    a.MAINTENANCE_STARTED: lambda layout, time, machine, _, rest: MaintenanceStarted(
        time, layout.machines[machine], rest[0], None if rest[1] < 0 else layout.people.crews[rest[1]]
    ),
    a.MAINTENANCE_ENDED: lambda layout, time, machine, _, rest: MaintenanceEnded(time, layout.machines[machine]),
    a.TOOL_WORN_OUT: lambda layout, time, _, __, rest: ToolWornOut(time, layout.tools.names[rest[0]], rest[1]),
    a.TOOL_RENEWED: lambda layout, time, _, __, rest: ToolRenewed(time, layout.tools.names[rest[0]], rest[1]),
    a.SPLIT_UP: _split,
    a.MEASURED: _measured,
    a.INSPECTED: lambda layout, time, machine, order, rest: Inspected(
        time, layout.machines[machine], layout.orders[order], rest[0], rest[1], rest[2]
    ),
    a.ORDER_HELD: _order_held,
    **STOCK_FACTS,
    a.ORDER_FREED: lambda layout, time, machine, order, rest: OrderFreed(time, layout.orders[order], rest[0]),
    a.SHIFT_STARTED: lambda layout, time, machine, order, rest: ShiftStarted(time, layout.machines[machine]),
}
