"""How orders come to and leave a machine: what the facts have in common."""

from plant_models.errors import InvalidPlant
from plant_models.events import SetupStarted, Started
from plant_models.plant import Plant
from twin.applying.belts import get_off
from twin.applying.pauses import tick
from twin.applying.people import hand_over
from twin.applying.tools import drop, equip
from twin.standing import MachineState, OrderState, Phase, State


def known(state: State, name: str, what: str) -> OrderState:
    """The order of that name, which is still there for *what* is to become of it.

    Raises
    ------
    InvalidPlant
        If the floor does not know it, or it has left.
    """
    order = state.orders.get(name)
    if order is None:
        raise InvalidPlant(f"no order {name!r} that could be {what}; the floor does not know it")
    if order.has_left:
        raise InvalidPlant(f"order {name!r} has left the floor ({order.stage}); it cannot be {what}")
    return order


def want(plant: Plant, state: State, name: str, order: OrderState) -> None:
    """Let *order* want to enter the buffer before its next step."""
    stop = plant.ways[order.order.product][order.step]
    place = stop.place
    state.wanting[place].append(name)
    if plant.buffers[place].capacity == 0:
        for machine in stop.machines:
            state.machines[machine].is_held = False


def go_on(plant: Plant, state: State, name: str, order: OrderState) -> None:
    """Let an order that its machine is done with leave the plant after its last step, or want to go to the next.

    One that is to be held is set aside instead, one that was cancelled leaves, unless it is in stock already.
    """
    if order.bound_for is not None and order.quantity and not _is_stocked(plant, order):
        unload(state, state.machines[order.where], name)
        if order.bound_for == "held":
            set_aside(order, state.now)
        else:
            withdraw(plant, state, order, state.now)
        return
    if order.step < order.steps and order.quantity:
        order.stage = "blocked"
        want(plant, state, name, order)
        return
    unload(state, state.machines[order.where], name)
    leave(plant, state, order, state.now)


def _is_stocked(plant: Plant, order: OrderState) -> bool:
    return order.step == order.steps and plant.products[order.order.product].stock is not None


def set_aside(order: OrderState, now: int) -> None:
    """Let an order that is nowhere on the floor any more be held."""
    order.stage, order.where, order.since, order.bound_for = "held", "", now, None


def withdraw(plant: Plant, state: State, order: OrderState, now: int) -> None:
    """Let an order that nobody wants any more be gone; it is nowhere on the floor."""
    was_released = order.released_at is not None
    leave(plant, state, order, now)
    order.stage, order.finished_at = "cancelled", None
    state.on_floor += not was_released


def queue_up(plant: Plant, state: State, name: str, order: OrderState, place: str) -> None:
    """Let *order* wait in a buffer, behind those that are there; machines that were told to wait may look again."""
    order.stage, order.where, order.since = "waiting", place, state.now
    state.buffers[place].append(name)
    for name_of_one in plant.ways[order.order.product][order.step].machines:
        machine = state.machines[name_of_one]
        if machine.is_held:
            machine.is_held = False


def load(
    plant: Plant,
    state: State,
    event: SetupStarted | Started,
    machine: MachineState,
    order: OrderState,
    phase: Phase,
) -> None:
    """Let a machine have an order, and its mates of the same batch, to set up for it or to work on it.

    A vehicle that is set up runs empty to where the order is, which keeps its place until it is there.
    """
    now, name, order_name = event.time, event.machine, event.order
    if name in plant.worn_by_work or machine.upkeep is not None:
        tick(plant, name, machine, now)
        if machine.upkeep is not None:
            machine.upkeep.worked_at = machine.upkeep.level
    if machine.order != order_name:
        machine.order = order_name
        machine.mates.extend(event.mates)
        if phase == "setup" and name in plant.vehicles:
            for each in (order_name, *event.mates):
                state.orders[each].fetched_by = name
        else:
            take(plant, state, order_name, order)
            order.stage, order.where, order.since = "loaded", name, now
            for mate in event.mates:
                _put(plant, state, name, mate, state.orders[mate], now)
        if state.tools:
            equip(plant, state, machine, order)
    elif order.fetched_by:
        for each in (order_name, *machine.mates):
            _put(plant, state, name, each, state.orders[each], now)
            state.orders[each].fetched_by = ""
    machine.phase = phase
    machine.since = machine.mark = now
    machine.done = machine.restarts = 0
    machine.is_held = False
    if state.crews:
        hand_over(plant, state, name, machine)


def _put(plant: Plant, state: State, name: str, order_name: str, order: OrderState, now: int) -> None:
    take(plant, state, order_name, order)
    order.stage, order.where, order.since = "loaded", name, now


def take(plant: Plant, state: State, name: str, order: OrderState) -> None:
    """Take *order* away from where it is: a buffer, the door of a full one, or the machine that keeps it."""
    if order.stage == "waiting":
        place = order.where
        queue = state.buffers[place]
        if place in state.belts:
            get_off(plant, state, place, order)
        if queue[0] == name:
            queue.popleft()
        else:
            queue.remove(name)
        return
    if order.stage == "gathering":
        return
    state.wanting[plant.ways[order.order.product][order.step].place].remove(name)
    if order.stage == "blocked":
        unload(state, state.machines[order.where], name)


def leave(plant: Plant, state: State, order: OrderState, now: int) -> None:
    """Let an order be finished and gone, with whatever is left of it; the last of its lots takes an order along."""
    if order.carriers:
        drop(plant, state, order, order.carriers)
    order.stage, order.where, order.finished_at = "finished", "", now
    order.since = now
    order.hold = order.bound_for = None
    if order.parent is None:
        state.unfinished -= 1
        state.on_floor -= 1
        return
    parent = state.orders[order.parent]
    if all(state.orders[lot].has_left for lot in parent.lots):
        parent.step = max(state.orders[lot].step for lot in parent.lots)
        if parent.bound_for == "cancelled":
            withdraw(plant, state, parent, now)
        else:
            leave(plant, state, parent, now)


def lose(state: State, order: OrderState, pieces: int) -> None:
    """Let so many pieces of an order be scrap: of a lot, and so of what it is part of."""
    order.quantity -= pieces
    order.scrap += pieces
    if order.parent is not None:
        lose(state, state.orders[order.parent], pieces)


def unload(state: State, machine: MachineState, name: str) -> None:
    """Let an order leave its machine, which is idle when it was the last."""
    if name != machine.order:
        machine.mates.remove(name)
    elif machine.mates:
        machine.order = machine.mates.pop(0)
    else:
        machine.order, machine.phase, machine.since = None, "idle", state.now
