"""What machines do with orders: set up, work, finish, wait."""

from collections.abc import Callable, Mapping
from typing import Any

from plant_models.events import Finished, Held, PassedOver, SetupStarted, Started
from plant_models.plant import Plant
from twin.applying.materials import put_out
from twin.applying.moves import go_on, load, lose, want
from twin.applying.pauses import count_order, tick
from twin.applying.people import stand_still
from twin.applying.quality import pass_through
from twin.applying.tools import give_back
from twin.standing import MachineState, OrderState, State


def _setup_started(plant: Plant, state: State, event: SetupStarted) -> None:
    load(plant, state, event, state.machines[event.machine], state.orders[event.order], "setup")


def _started(plant: Plant, state: State, event: Started) -> None:
    name, order_name, now = event.machine, event.order, event.time
    machine, order = state.machines[name], state.orders[order_name]
    is_more = machine.order is not None or machine.upkeep is not None or event.mates
    if is_more or order.stage != "waiting" or name not in plant.simple or state.crews or state.tools or state.belts:
        load(plant, state, event, machine, order, "work")
        _turn(plant, event, machine, order)
        return
    queue = state.buffers[order.where]
    if queue[0] == order_name:
        queue.popleft()
    else:
        queue.remove(order_name)
    order.stage, order.where, order.since = "loaded", name, now
    machine.order, machine.phase = order_name, "work"
    machine.since = machine.mark = now
    machine.done = machine.restarts = 0
    machine.is_held = False
    family = plant.products[order.order.product].family
    if machine.family != family:
        machine.family, machine.run = family, 0
    machine.run += 1


def _turn(plant: Plant, event: Started, machine: MachineState, order: OrderState) -> None:
    """Let a machine that begins be set up for what it makes, and a vehicle be where its load was."""
    product = order.order.product
    if event.machine in plant.vehicles:
        move = plant.stops(product)[event.step].operation.move
        machine.family = None if move is None else move.origin
        return
    family = plant.products[product].family
    if machine.family != family:
        machine.family, machine.run = family, 0
    machine.run += 1 + len(machine.mates)


def _finished(plant: Plant, state: State, event: Finished) -> None:
    name, now, good, scrap = event.machine, event.time, event.good, event.scrap
    machine, order = state.machines[name], state.orders[event.order]
    if machine.upkeep is not None or name not in plant.simple:
        _add_up(plant, event, machine, order)
    if state.tools:
        give_back(plant, state, name, machine, order)
    if order.grade is not None:
        good -= order.quantity - order.at_work + event.rework
        pass_through(order, order.grade, event, machine)
    if order.parent is not None:
        lose(state, state.orders[order.parent], scrap)
    if scrap:
        order.scrap += scrap
        machine.scrap += scrap
    if order.quantity != event.good:
        order.quantity = event.good
    machine.good += good
    order.since = machine.since = now
    if event.to is None:
        order.step = event.step + 1
    else:
        order.step = event.to
        order.repeats += event.to <= event.step
    machine.phase = "done"
    if plant.materials and event.good and put_out(plant, state, event, order, good):
        order.stage = "blocked"
    elif order.step < order.steps and order.bound_for is None and order.quantity:
        order.stage = "blocked"
        want(plant, state, event.order, order)
    else:
        go_on(plant, state, event.order, order)
    if state.crews:
        stand_still(plant, state, name, machine)


def _add_up(plant: Plant, event: Finished, machine: MachineState, order: OrderState) -> None:
    """Let the clocks of a machine that wears run up to the end of its work, and a vehicle be where it went."""
    name = event.machine
    if name in plant.worn_by_work or machine.upkeep is not None:
        tick(plant, name, machine, event.time)
        if machine.upkeep is not None:
            count_order(plant, name, machine.upkeep)
    if name in plant.vehicles:
        move = plant.stops(order.order.product)[event.step].operation.move
        machine.family = None if move is None else move.to


def _held(plant: Plant, state: State, event: Held) -> None:
    machine = state.machines[event.machine]
    machine.is_held, machine.held_until = True, event.until


def _passed_over(plant: Plant, state: State, event: PassedOver) -> None:
    """Nothing on the floor changes: that it was passed over follows from what was started instead."""


APPLY: Mapping[type[Any], Callable[[Plant, State, Any], None]] = {
    SetupStarted: _setup_started,
    Started: _started,
    Finished: _finished,
    Held: _held,
    PassedOver: _passed_over,
}
"""Each fact of this kind, and what it changes."""
