"""The state of a floor: only what a floor can tell, changed only by `apply`."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from plant_models.events import Event, OrderAdded
from plant_models.materials import Material
from plant_models.orders import Order
from plant_models.plant import Machine, Plant
from twin.applying import belts, lots, materials, orders, people, quality, stoppages, tools, work
from twin.standing import (
    ArrivalState,
    BeltState,
    CrewState,
    Lot,
    MachineState,
    OrderState,
    Phase,
    Purchase,
    Stage,
    State,
    Status,
    StockState,
    Task,
    ToolState,
    Upkeep,
    is_free,
    is_micro_stop,
    is_running,
    progress,
    status,
)

__all__ = [
    "APPLY",
    "ArrivalState",
    "BeltState",
    "CrewState",
    "Lot",
    "MachineState",
    "OrderState",
    "Phase",
    "Purchase",
    "Stage",
    "State",
    "Status",
    "StockState",
    "Task",
    "ToolState",
    "Upkeep",
    "apply",
    "complete",
    "first",
    "is_free",
    "is_micro_stop",
    "is_running",
    "opening",
    "opening_lot",
    "progress",
    "status",
]


def opening(plant: Plant, orders: Iterable[Order] = ()) -> State:
    """The floor at its epoch: every machine idle, every buffer empty, *orders* known and none released."""
    state = State(
        {machine.id: first(plant, machine) for machine in plant.machines.values()},
        {buffer: deque() for buffer in plant.buffers},
        {buffer: deque() for buffer in plant.buffers},
        {},
    )
    complete(plant, state)
    for order in orders:
        apply(plant, state, OrderAdded(0, order))
    return state


def complete(plant: Plant, state: State) -> None:
    """Let the crews and tools that a state does not know yet stand as at the beginning of the present shift.

    The stocks that it does not know are filled as at the epoch, and arrivals that it does not know begin.
    """
    for crew in plant.crews:
        if crew not in state.crews:
            state.crews[crew] = people.first(plant, crew, state.now)
    for tool in plant.tools.values():
        if tool.id not in state.tools:
            state.tools[tool.id] = tools.first(tool)
    for material in plant.materials.values():
        if material.id not in state.stocks:
            state.stocks[material.id] = _full(material, state.now)
    for buffer in plant.buffers.values():
        if buffer.conveyor is not None and buffer.id not in state.belts:
            state.belts[buffer.id] = BeltState(mark=state.now)
    for arrival in plant.arrivals.values():
        if arrival.id not in state.arrivals:
            state.arrivals[arrival.id] = ArrivalState(last=max(arrival.start, state.now))


def first(plant: Plant, machine: Machine, now: int = 0) -> MachineState:
    """A machine that is new at *now*: idle, as good as new, and set up as the plant says."""
    hours, ways = plant.hours(machine.id), len(machine.failures)
    is_closed = hours is not None and not hours.is_open(now)
    tasks, upkeep = len(machine.maintenance), None
    if tasks or machine.wear is not None or plant.drifts(machine.id):
        upkeep = Upkeep([0] * ways, [0] * tasks, [0] * tasks)
    fleet, family = plant.vehicles.get(machine.id), machine.set_up_for
    if fleet is not None and family is None:
        family = fleet.start
    known = MachineState(family, [0] * ways, [0] * ways, [], is_closed=is_closed, upkeep=upkeep)
    known.since = known.mark = known.age_mark = now
    return known


def _full(material: Material, now: int) -> StockState:
    expires_at = None if material.shelf_life is None else now + material.shelf_life
    lots = [Lot(opening_lot(material.id), material.stock, expires_at)] if material.stock else []
    return StockState(material.stock, lots, [], [], [])


def opening_lot(material: str) -> str:
    """The lot that what is in stock at the epoch belongs to; lots that come in later are numbered from 1."""
    return f"{material}-0"


def apply(plant: Plant, state: State, event: Event) -> None:
    """Let *event* have happened."""
    state.now = event.time
    APPLY[type(event)](plant, state, event)


APPLY: dict[type[Any], Callable[[Plant, State, Any], None]] = {
    **orders.APPLY,
    **lots.APPLY,
    **work.APPLY,
    **stoppages.APPLY,
    **people.APPLY,
    **tools.APPLY,
    **materials.APPLY,
    **quality.APPLY,
    **belts.APPLY,
}
"""Each fact, and what it changes beside the time."""
