"""The plant as tables that can be edited: what stands in them with the changes so far, and what an edit changes.

A table shows the changes that it can say, one row for each machine, order, work center or buffer; the rest of a
question is left alone when a row is edited.
"""

from collections.abc import Sequence
from dataclasses import replace

from plant_models.orders import Order
from plant_models.scenario import Scenario
from plant_models.shifts import HOUR
from twin.changes import (
    BufferSize,
    CancelOrder,
    Change,
    ChangeoverTime,
    DueDate,
    ExtraShift,
    MachineDown,
    Priority,
    Quantity,
    Speed,
    Weight,
)
from twin.state import State, status
from ui.edit_cells import Cells, Table, cell, frame, moment, number, window
from ui.palette import STAGES, STATUS


def machines(scenario: Scenario, state: State, asked: Sequence[Change]) -> Table:
    """Machines: how fast they are, and when they are out. The first outage of a machine stands in the table."""
    plant, epoch = scenario.plant, scenario.epoch
    rows = {}
    for name, machine in plant.machines.items():
        out = next((c for c in asked if isinstance(c, MachineDown) and c.machine == name), None)
        factor = next((c.factor for c in reversed(asked) if isinstance(c, Speed) and c.machine == name), 1.0)
        look = STATUS[status(plant, name, state.machines[name])]
        rows[name] = {
            "work center": machine.work_center,
            "now": f"{look.icon} {look.word}",
            "down from": None if out is None else cell(epoch, out.start),
            "for, h": None if out is None else (out.end - out.start) / HOUR,
            "speed, times": factor,
        }

    def owned(change: Change, row: str) -> bool:
        first = next((c for c in asked if isinstance(c, MachineDown) and c.machine == row), None)
        return (isinstance(change, Speed) and change.machine == row) or (first is not None and change is first)

    def meant(row: str, cells: Cells) -> list[Change]:
        out = window(epoch, cells["down from"], cells["for, h"], now=state.now)
        factor = number(cells["speed, times"])
        found: list[Change] = [] if out is None else [MachineDown(row, *out)]
        return found + ([] if factor in (None, 1.0) else [Speed(row, float(factor or 1.0))])

    return Table(frame(rows, "machine"), owned, meant)


def orders(scenario: Scenario, state: State, asked: Sequence[Change]) -> Table:
    """Orders that have not left: pieces, due date, weight, priority, and whether they are wanted at all."""
    epoch = scenario.epoch
    open_orders = {name: order for name, order in state.book() if not order.has_left}
    rows = {}
    for name, known in open_orders.items():
        order, cancelled = _as_asked(known.order, asked)
        rows[name] = {
            "product": order.product,
            "pieces": order.quantity,
            "due": None if order.due is None else cell(epoch, order.due),
            "weight": order.weight,
            "priority": order.priority,
            "cancel": cancelled,
            "stands": STAGES[known.stage],
        }

    def owned(change: Change, row: str) -> bool:
        return isinstance(change, DueDate | Weight | Priority | Quantity | CancelOrder) and change.order == row

    def meant(row: str, cells: Cells) -> list[Change]:
        order = open_orders[row].order
        if cells["cancel"]:
            return [CancelOrder(row)]
        due, weight, pieces = moment(epoch, cells["due"]), number(cells["weight"]), number(cells["pieces"])
        found: list[Change] = [DueDate(row, due)] if due != order.due else []
        found += [] if weight in (None, order.weight) else [Weight(row, float(weight or 0))]
        priority = number(cells["priority"])
        found += [] if priority in (None, order.priority) else [Priority(row, int(priority or 0))]
        return found + ([] if pieces in (None, order.quantity) else [Quantity(row, int(pieces or 0))])

    return Table(frame(rows, "order"), owned, meant)


def work_centers(scenario: Scenario, state: State, asked: Sequence[Change]) -> Table:
    """Work centers: when they work besides, and how long changeovers take.

    The first extra shift of each stands in the table; one that is always open has none.
    """
    plant, epoch = scenario.plant, scenario.epoch
    rows = {}
    for name, center in plant.work_centers.items():
        if center.shifts is None and center.changeover is None:
            continue
        extra = next((c for c in asked if isinstance(c, ExtraShift) and c.work_center == name), None)
        factor = next((c.factor for c in reversed(asked) if isinstance(c, ChangeoverTime) and c.work_center == name), 1)
        rows[name] = {
            "hours": center.shifts or "always open",
            "extra shift from": None if extra is None else cell(epoch, extra.start),
            "for, h": None if extra is None else (extra.end - extra.start) / HOUR,
            **({"changeovers, times": float(factor)} if plant.changeovers else {}),
        }

    def owned(change: Change, row: str) -> bool:
        first = next((c for c in asked if isinstance(c, ExtraShift) and c.work_center == row), None)
        return (isinstance(change, ChangeoverTime) and change.work_center == row) or (
            first is not None and change is first
        )

    def meant(row: str, cells: Cells) -> list[Change]:
        extra = window(epoch, cells["extra shift from"], cells["for, h"], now=state.now)
        factor = number(cells.get("changeovers, times"))
        found: list[Change] = [] if extra is None else [ExtraShift(row, *extra)]
        return found + ([] if factor in (None, 1.0) else [ChangeoverTime(row, float(factor or 0))])

    return Table(frame(rows, "work center"), owned, meant)


def buffers(scenario: Scenario, state: State, asked: Sequence[Change]) -> Table:
    """Buffers: how many orders wait, and how many places there are; none said means any number."""
    rows = {}
    for name, buffer in scenario.plant.buffers.items():
        changed = next((c for c in reversed(asked) if isinstance(c, BufferSize) and c.buffer == name), None)
        places = buffer.capacity if changed is None else changed.capacity
        rows[name] = {"waiting now": len(state.buffers[name]), "places": places}

    def owned(change: Change, row: str) -> bool:
        return isinstance(change, BufferSize) and change.buffer == row

    def meant(row: str, cells: Cells) -> list[Change]:
        places = number(cells["places"])
        wanted = None if places is None else int(places)
        return [] if wanted == scenario.plant.buffers[row].capacity else [BufferSize(row, wanted)]

    return Table(frame(rows, "buffer"), owned, meant)


def _as_asked(order: Order, asked: Sequence[Change]) -> tuple[Order, bool]:
    """The terms of *order* with the changes so far, and whether it is cancelled."""
    terms, cancelled = order, False
    for change in asked:
        match change:
            case DueDate(order.id, due):
                terms = replace(terms, due=due)
            case Weight(order.id, weight):
                terms = replace(terms, weight=weight)
            case Priority(order.id, priority):
                terms = replace(terms, priority=priority)
            case Quantity(order.id, pieces):
                terms = replace(terms, quantity=pieces)
            case CancelOrder(order.id):
                cancelled = True
    return terms, cancelled
