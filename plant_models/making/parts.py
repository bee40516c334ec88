"""The parts of a plant while they are put together."""

from dataclasses import dataclass, field
from typing import Any

from plant_models.clock import Epoch
from plant_models.file_model import ScenarioFile
from plant_models.making.faults import Faults
from plant_models.orders import Order, Product, Routing
from plant_models.plant import Buffer, Changeover, Machine, WorkCenter
from plant_models.shifts import Shifts


@dataclass(slots=True)
class Making:
    """What a file says, what is wrong with it so far, and what was made of it.

    *things* holds what was made of the file's `SECTIONS`; *places* the machines that are the places of one.
    """

    file: ScenarioFile
    faults: Faults
    epoch: Epoch
    work_centers: dict[str, WorkCenter] = field(default_factory=dict)
    machines: dict[str, Machine] = field(default_factory=dict)
    buffers: dict[str, Buffer] = field(default_factory=dict)
    routings: dict[str, Routing] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    changeovers: dict[str, Changeover] = field(default_factory=dict)
    shifts: dict[str, Shifts] = field(default_factory=dict)
    places: dict[str, list[str]] = field(default_factory=dict)
    things: dict[str, dict[str, Any]] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    order_names: set[str] = field(default_factory=set)
