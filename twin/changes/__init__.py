"""What if: edits of a scenario, each a small noun that can be kept, shown in words and applied.

An edit never touches a floor. `apply` gives another scenario; `refit` moves a floor's state, as it stands now, into a
changed plant, so that a what-if can start from the present.
"""

from twin.changes.asking import apply, live, words
from twin.changes.edit import Change
from twin.changes.files import CHANGES, read, to_dict
from twin.changes.hours import CrewOvertime, ExtraShift
from twin.changes.machines import FailureTime, MachineDown, MaintenanceInterval, RepairTime, Speed
from twin.changes.materials import LateDelivery, StockChange
from twin.changes.orders import AddOrder, CancelOrder, Demand, DueDate, Priority, Quantity, Weight
from twin.changes.resources import BufferSize, CrewSize, FleetSize, ToolCount
from twin.changes.ways import ChangeoverTime, OtherRule
from twin.refitting import refit

__all__ = [
    "CHANGES",
    "AddOrder",
    "BufferSize",
    "CancelOrder",
    "Change",
    "ChangeoverTime",
    "CrewOvertime",
    "CrewSize",
    "Demand",
    "DueDate",
    "ExtraShift",
    "FailureTime",
    "FleetSize",
    "LateDelivery",
    "MachineDown",
    "MaintenanceInterval",
    "OtherRule",
    "Priority",
    "Quantity",
    "RepairTime",
    "Speed",
    "StockChange",
    "ToolCount",
    "Weight",
    "apply",
    "live",
    "read",
    "refit",
    "to_dict",
    "words",
]
