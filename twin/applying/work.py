"""What machines do with orders: set up, work, finish, wait."""

from collections.abc import Callable, Mapping
from typing import Any

from plant_models.events import Finished, Held, PassedOver, SetupStarted, Started
from plant_models.plant import Plant
from twin.applying.materials import put_out
from twin.applying.moves import go_on, load, lose
from twin.applying.pauses import count_order, tick
from twin.applying.people import stand_still
from twin.applying.quality import pass_through
from twin.applying.tools import give_back
from twin.standing import State


def _setup_started(plant: Plant, state: State, event: SetupStarted) -> None:
    load(plant, state, event, state.machines[event.machine], state.orders[event.order], "setup")


def _started(plant: Plant, state: State, event: Started) -> None:
    machine, order = state.machines[event.machine], state.orders[event.order]
    load(plant, state, event, machine, order, "work")
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
    if name in plant.worn_by_work or machine.upkeep is not None:
        tick(plant, name, machine, now)
        if machine.upkeep is not None:
            count_order(plant, name, machine.upkeep)
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
    if name in plant.vehicles:
        move = plant.stops(order.order.product)[event.step].operation.move
        machine.family = None if move is None else move.to
    if event.to is None:
        order.step = event.step + 1
    else:
        order.step = event.to
        order.repeats += event.to <= event.step
    machine.phase = "done"
    if plant.materials and event.good and put_out(plant, state, event, order, good):
        order.stage = "blocked"
    else:
        go_on(plant, state, event.order, order)
    if state.crews:
        stand_still(plant, state, name, machine)


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
