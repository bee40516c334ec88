"""The state of a floor: only what a floor can tell, changed only by `apply`."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from plant_models.events import Event, OrderAdded
from plant_models.orders import Order
from plant_models.plant import Machine, Plant
from twin.applying import orders, stoppages, work
from twin.standing import MachineState, OrderState, Phase, Stage, State, Status, is_running, progress, status

__all__ = [
    "MachineState",
    "OrderState",
    "Phase",
    "Stage",
    "State",
    "Status",
    "apply",
    "is_running",
    "opening",
    "progress",
    "status",
]


def opening(plant: Plant, orders: Iterable[Order] = ()) -> State:
    """The floor at its epoch: every machine idle, every buffer empty, *orders* known and none released."""
    state = State(
        {machine.id: _first(plant, machine) for machine in plant.machines.values()},
        {buffer: deque() for buffer in plant.buffers},
        {buffer: [] for buffer in plant.buffers},
        {},
    )
    for order in orders:
        apply(plant, state, OrderAdded(0, order))
    return state


def _first(plant: Plant, machine: Machine) -> MachineState:
    hours, ways = plant.hours(machine.id), len(machine.failures)
    is_closed = hours is not None and not hours.is_open(0)
    return MachineState(machine.set_up_for, [0] * ways, [0] * ways, [], is_closed=is_closed)


def apply(plant: Plant, state: State, event: Event) -> None:
    """Let *event* have happened."""
    state.now = event.time
    _APPLY[type(event)](plant, state, event)


_APPLY: dict[type[Any], Callable[[Plant, State, Any], None]] = {**orders.APPLY, **work.APPLY, **stoppages.APPLY}
