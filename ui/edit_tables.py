"""The plant as tables that can be edited: what stands in them with the changes so far, and what an edit changes.

A table shows the changes that it can say, one row for each machine, order, work center or buffer; the rest of a
question is left alone when a row is edited.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pandas as pd

from plant_models.clock import Epoch
from plant_models.orders import Order
from plant_models.scenario import Scenario
from plant_models.shifts import HOUR
from twin.changes import (
    BufferSize,
    CancelOrder,
    Change,
    DueDate,
    ExtraShift,
    MachineDown,
    Priority,
    Quantity,
    Speed,
    Weight,
)
from twin.state import State, status
from ui.palette import STAGES, STATUS

Cells = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its rows by name in *frame*, and what the cells of a row change."""

    frame: pd.DataFrame
    owned: Callable[[Change, str], bool]
    meant: Callable[[str, Cells], list[Change]]

    def edited(self, asked: Sequence[Change], edits: Mapping[int, Cells]) -> list[Change]:
        """The question *asked* after some rows were edited: for each its number and the cells that are new.

        What the table said of such a row before goes; the rest stays where it is.
        """
        found = list(asked)
        for number, cells in edits.items():
            row = str(self.frame.index[number])
            places = [at for at, change in enumerate(found) if self.owned(change, row)]
            new = self.meant(row, {str(key): cell for key, cell in self.frame.iloc[number].items()} | dict(cells))
            at = places[0] if places else len(found)
            found = [change for place, change in enumerate(found) if place not in places]
            found[at:at] = new
        return found


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
            "down from": None if out is None else _naive(epoch, out.start),
            "for, h": None if out is None else (out.end - out.start) / HOUR,
            "speed, times": factor,
        }

    def owned(change: Change, row: str) -> bool:
        first = next((c for c in asked if isinstance(c, MachineDown) and c.machine == row), None)
        return (isinstance(change, Speed) and change.machine == row) or (first is not None and change is first)

    def meant(row: str, cells: Cells) -> list[Change]:
        window = _window(epoch, cells["down from"], cells["for, h"], now=state.now)
        factor = _number(cells["speed, times"])
        found: list[Change] = [] if window is None else [MachineDown(row, *window)]
        return found + ([] if factor in (None, 1.0) else [Speed(row, float(factor or 1.0))])

    return Table(_frame(rows, "machine"), owned, meant)


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
            "due": None if order.due is None else _naive(epoch, order.due),
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
        due, weight, pieces = _time(epoch, cells["due"]), _number(cells["weight"]), _number(cells["pieces"])
        found: list[Change] = [DueDate(row, due)] if due != order.due else []
        found += [] if weight in (None, order.weight) else [Weight(row, float(weight or 0))]
        priority = _number(cells["priority"])
        found += [] if priority in (None, order.priority) else [Priority(row, int(priority or 0))]
        return found + ([] if pieces in (None, order.quantity) else [Quantity(row, int(pieces or 0))])

    return Table(_frame(rows, "order"), owned, meant)


def work_centers(scenario: Scenario, asked: Sequence[Change], *, now: int) -> Table:
    """Work centers that keep hours, and when they work besides. The first extra shift of each stands in the table."""
    plant, epoch = scenario.plant, scenario.epoch
    rows = {}
    for name, center in plant.work_centers.items():
        if center.shifts is None:
            continue
        extra = next((c for c in asked if isinstance(c, ExtraShift) and c.work_center == name), None)
        rows[name] = {
            "hours": center.shifts,
            "extra shift from": None if extra is None else _naive(epoch, extra.start),
            "for, h": None if extra is None else (extra.end - extra.start) / HOUR,
        }

    def owned(change: Change, row: str) -> bool:
        return change is next((c for c in asked if isinstance(c, ExtraShift) and c.work_center == row), None)

    def meant(row: str, cells: Cells) -> list[Change]:
        window = _window(epoch, cells["extra shift from"], cells["for, h"], now=now)
        return [] if window is None else [ExtraShift(row, *window)]

    return Table(_frame(rows, "work center"), owned, meant)


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
        places = _number(cells["places"])
        wanted = None if places is None else int(places)
        return [] if wanted == scenario.plant.buffers[row].capacity else [BufferSize(row, wanted)]

    frame = _frame(rows, "buffer")
    frame["places"] = frame["places"].astype("Int64")
    return Table(frame, owned, meant)


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


def _frame(rows: Mapping[str, Cells], name: str) -> pd.DataFrame:
    frame: pd.DataFrame = pd.DataFrame(list(rows.values()), index=list(rows))
    frame.index.name = name
    for column in ("down from", "extra shift from", "due"):
        if column in frame:
            frame[column] = pd.to_datetime(frame[column])
    for column in ("for, h",):
        if column in frame:
            frame[column] = frame[column].astype("float64")
    return frame


def _naive(epoch: Epoch, time: int) -> datetime:
    """A plant's time on the plant's own clock, as a cell has it."""
    return epoch.datetime(time).replace(tzinfo=None)


def _time(epoch: Epoch, cell: object) -> int | None:
    """The plant's time that a cell says; None where it says none."""
    if cell is None or cell is pd.NaT or cell != cell:
        return None
    moment = pd.Timestamp(str(cell)).to_pydatetime().replace(tzinfo=None)
    return epoch.milliseconds(moment)


def _number(cell: object) -> float | None:
    return None if cell is None or cell is pd.NA or cell != cell else float(str(cell))


def _window(epoch: Epoch, start: object, lasting: object, *, now: int) -> tuple[int, int] | None:
    """From when until when; without a start from now on, without a length not at all."""
    length, begin = _number(lasting), _time(epoch, start)
    if not length:
        return None
    begin = now if begin is None else begin
    return begin, begin + round(length * HOUR)
