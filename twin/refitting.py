"""A floor as it stands, moved into a plant that was changed."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import count, islice

from plant_models.errors import InvalidPlant
from plant_models.events import CrewCame, CrewLeft, OrderAdded, OrderCancelled, OrderChanged, ShiftEnded, ShiftStarted
from plant_models.orders import Order
from plant_models.plant import Plant, Tool
from twin.applying.pauses import pause
from twin.applying.people import is_unattended, look
from twin.state import State, complete, first, is_running, progress
from twin.state import apply as happen


def refit(plant: Plant, state: State, orders: Iterable[Order], *, before: Plant | None = None) -> State:
    """The floor as it stands in *state* (left alone), in *plant*, with *orders* as its book.

    New orders become known, terms change where they still can, and orders that are not in the book and have not
    begun are dropped; those on the floor are cancelled, and leave it when their machine is done with them. With the
    plant as it was *before*, work that is going on keeps its share of what is done when its machine's speed changes.
    Where a crew or a tool has become smaller, what goes on is finished first.

    Raises
    ------
    InvalidPlant
        Where the floor cannot be so: an order that has begun has another product or quantity, or a
        buffer holds more than its new capacity.
    """
    state, book = state.copy(), {order.id: order for order in orders}
    _check_room(plant, state)
    _refit_machines(plant, state)
    for name, known in list(state.book()):
        if known.has_left:
            continue
        if name not in book:
            if known.stage != "planned":
                happen(plant, state, OrderCancelled(state.now, name))
                continue
            del state.orders[name]
            state.unfinished -= 1
    for order in book.values():
        _refit_order(plant, state, order)
    _refit_people(plant, state)
    _refit_tools(plant, state)
    for name in plant.machines:
        if before is not None and name in before.machines:
            _refit_work(state, name, plant, before)
        _refit_hours(plant, state, name)
    return state


def _check_room(plant: Plant, state: State) -> None:
    for name, queue in state.buffers.items():
        capacity = plant.buffers[name].capacity
        if capacity is not None and len(queue) > capacity:
            raise InvalidPlant(f"buffer {name!r} holds {len(queue)} orders now; its capacity cannot be {capacity}")


def _refit_machines(plant: Plant, state: State) -> None:
    """Let new machines be there, and those that are not needed any more be gone, if they have nothing in hand."""
    for name, known in state.machines.items():
        if name not in plant.machines and (known.order is not None or known.people or known.maintenance is not None):
            what = f"has {known.order!r} in hand" if known.order is not None else "is being seen to"
            raise InvalidPlant(f"machine {name!r} {what}; it cannot be taken away now")
    if state.machines.keys() != plant.machines.keys():
        state.machines = {
            name: state.machines[name] if name in state.machines else first(plant, machine, state.now)
            for name, machine in plant.machines.items()
        }


def _refit_order(plant: Plant, state: State, order: Order) -> None:
    known = state.orders.get(order.id)
    if known is None:
        happen(plant, state, OrderAdded(state.now, order))
        return
    if known.order == order:
        return
    if known.has_left:
        raise InvalidPlant(f"order {order.id!r} has left the floor; its terms cannot change any more")
    if known.stage == "planned":
        happen(plant, state, OrderAdded(state.now, order))
        return
    if known.order.product != order.product:
        raise InvalidPlant(f"order {order.id!r} is on the floor ({known.stage}); its product stays as it is")
    happen(plant, state, OrderChanged(state.now, replace(order, release=known.order.release)))


def _refit_work(state: State, name: str, plant: Plant, before: Plant) -> None:
    """Let work that is going on have the same share of it done at the new speed."""
    machine, factor = state.machines[name], plant.machines[name].speed / before.machines[name].speed
    if machine.phase != "work" or factor == 1:
        return
    machine.done = round(progress(before, name, machine, state.now) / factor)
    if is_running(before, name, machine):
        machine.mark = state.now


def _refit_hours(plant: Plant, state: State, name: str) -> None:
    """Let a machine be open or closed as its hours say."""
    hours, machine = plant.hours(name), state.machines[name]
    if hours is not None and hours.is_open(state.now) == machine.is_closed:
        happen(plant, state, (ShiftStarted if machine.is_closed else ShiftEnded)(state.now, name))


def _refit_people(plant: Plant, state: State) -> None:
    """Let the crews be there that there are, by their hours, and machines have the people that they need."""
    for gone in [crew for crew in state.crews if crew not in plant.crews]:
        for machine in state.machines.values():
            machine.people = {task: crew for task, crew in machine.people.items() if crew != gone}
            machine.hands = {task: people for task, people in machine.hands.items() if task in machine.people}
        del state.crews[gone]
    complete(plant, state)
    for crew, known in state.crews.items():
        hours = plant.presence(crew)
        if (hours is None or hours.is_open(state.now)) == known.is_away:
            happen(plant, state, (CrewCame if known.is_away else CrewLeft)(state.now, crew))
    for name, machine in state.machines.items():
        if is_unattended(plant, state, name, machine) != machine.is_unattended:
            pause(plant, name, machine, state.now)
            look(plant, state, name, machine)


def _refit_tools(plant: Plant, state: State) -> None:
    """Let there be as many units of each tool as there are to be; those in use are left where they are."""
    for name in [tool for tool in state.tools if tool not in plant.tools]:
        for machine in state.machines.values():
            machine.tools = {tool: unit for tool, unit in machine.tools.items() if tool != name}
        for order in state.orders.values():
            order.carriers = {tool: unit for tool, unit in order.carriers.items() if tool != name}
        del state.tools[name]
    complete(plant, state)
    for tool in plant.tools.values():
        _refit_tool(tool, state)


def _refit_tool(tool: Tool, state: State) -> None:
    known = state.tools[tool.id]
    if not tool.wears:
        known.free = sorted((*known.free, *known.away))
        known.away = []
    while known.units > tool.count and known.free:
        known.free.pop()
        known.units -= 1
    while known.units > tool.count and known.away:
        known.away.pop()
        known.units -= 1
    held = {machine.tools.get(tool.id) for machine in state.machines.values()}
    held |= {order.carriers.get(tool.id) for order in state.orders.values()}
    numbers = (n for n in count() if n not in held and n not in known.away and n not in known.free)
    new = list(islice(numbers, max(0, tool.count - known.units)))
    known.units, known.free = known.units + len(new), sorted((*known.free, *new))
    highest = max((*known.free, *known.away, *(unit for unit in held if unit is not None)), default=-1)
    for column in (known.worked, known.used, known.renewals, known.since):
        column += [0] * (highest + 1 - len(column) if tool.wears else 0)
        for unit in new if tool.wears else ():
            column[unit] = 0
