"""Where tools are: with machines, with orders, away to be made fit, or free."""

from bisect import insort
from collections.abc import Callable, Collection, Mapping
from typing import Any

from plant_models.events import ToolRenewed, ToolWornOut
from plant_models.plant import Plant
from plant_models.resources import Tool
from twin.standing import MachineState, OrderState, State, ToolState, progress


def first(tool: Tool) -> ToolState:
    """A tool of which all units are ready and new."""
    count = tool.count if tool.wears else 0
    return ToolState(tool.count, list(range(tool.count)), [0] * count, [0] * count, [0] * count, [0] * count, [])


def equip(plant: Plant, state: State, machine: MachineState, order: OrderState) -> None:
    """Let a machine have the tools for an order that it takes, and the order what goes with it from here on."""
    operation = plant.stops(order.order.product)[order.step].operation
    if operation.tools:
        machine.tools = _taken(state, operation.tools)
    if operation.takes:
        missing = tuple(tool for tool in operation.takes if tool not in order.carriers)
        order.carriers = {**order.carriers, **_taken(state, missing)}


def _taken(state: State, tools: tuple[str, ...]) -> dict[str, int]:
    """One unit of each of *tools* that has one, the lowest number first."""
    return {tool: state.tools[tool].free.pop(0) for tool in tools if state.tools[tool].free}


def give_back(plant: Plant, state: State, name: str, machine: MachineState, order: OrderState) -> None:
    """Let a machine that has finished a step of an order give back its tools, and the order what the step returns."""
    now = state.now
    machine.done, machine.mark = progress(plant, name, machine, now), now
    for tool, unit in machine.tools.items():
        _wear(state, tool, unit, machine.done)
        _put(plant, state, tool, unit)
    machine.tools = {}
    if order.carriers:
        for tool, unit in order.carriers.items():
            _wear(state, tool, unit, machine.done)
        drop(plant, state, order, plant.stops(order.order.product)[order.step].operation.returns)


def drop(plant: Plant, state: State, order: OrderState, tools: Collection[str]) -> None:
    """Let an order give back those of *tools* that go with it."""
    for tool, unit in order.carriers.items():
        if tool in tools:
            _put(plant, state, tool, unit)
    order.carriers = {tool: unit for tool, unit in order.carriers.items() if tool not in tools}


def _wear(state: State, tool: str, unit: int, worked: int) -> None:
    if unit < len(state.tools[tool].worked):
        state.tools[tool].worked[unit] += worked


def _put(plant: Plant, state: State, tool: str, unit: int) -> None:
    """Put a unit that was used where others find it."""
    known = state.tools[tool]
    if unit < len(known.used):
        known.used[unit] += 1
    _lay_ready(plant, state, tool, unit)


def _lay_ready(plant: Plant, state: State, tool: str, unit: int) -> None:
    """Let a unit lie ready, or be gone where there are not to be so many any more."""
    known = state.tools[tool]
    if known.units > plant.tools[tool].count:
        known.units -= 1
    else:
        insort(known.free, unit)
    set_free(plant, state, tool)


def set_free(plant: Plant, state: State, tool: str) -> None:
    """Let machines that were told to wait be asked again, where they may want the tool."""
    for name in plant.sharing.users[tool]:
        state.machines[name].is_held = False


def is_worn_out(tool: Tool, known: ToolState, unit: int) -> bool:
    """Whether a unit has to be made fit before it is used again."""
    if unit >= len(known.used):
        return False
    is_spent = tool.life is not None and known.worked[unit] >= tool.life
    return is_spent or (tool.uses is not None and known.used[unit] >= tool.uses)


def _worn_out(plant: Plant, state: State, event: ToolWornOut) -> None:
    tool = state.tools[event.tool]
    if event.unit in tool.free:
        tool.free.remove(event.unit)
    insort(tool.away, event.unit)
    tool.since[event.unit] = event.time


def _renewed(plant: Plant, state: State, event: ToolRenewed) -> None:
    tool, unit = state.tools[event.tool], event.unit
    if unit in tool.away:
        tool.away.remove(unit)
    tool.worked[unit] = tool.used[unit] = 0
    tool.renewals[unit] += 1
    _lay_ready(plant, state, event.tool, unit)


APPLY: Mapping[type[Any], Callable[[Plant, State, Any], None]] = {
    ToolWornOut: _worn_out,
    ToolRenewed: _renewed,
}
"""Each fact of this kind, and what it changes."""
