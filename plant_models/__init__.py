"""What a plant is: its nouns, the facts of its floor, and how both are read and written.

The nouns stand here; the verbs in their modules: `plant_models.read`, `write`, `generate`, `schema`, `clock`.
"""

from plant_models.clock import Epoch
from plant_models.deeds import AnyDeed, Deed, Outcome
from plant_models.distributions import (
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Gamma,
    Geometric,
    Lognormal,
    Trace,
    Triangular,
    TruncatedNormal,
    Uniform,
    Weibull,
)
from plant_models.energy import Band, Electricity, Power, Tariff
from plant_models.errors import CorruptJournal, FloorLost, Infeasible, InvalidPlant, NotApproved
from plant_models.events import Event, Fact
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plan import Plan, Slot
from plant_models.plant import (
    Buffer,
    Changeover,
    Failure,
    Machine,
    Maintenance,
    Plant,
    Stop,
    Wear,
    WearLevel,
    WorkCenter,
)
from plant_models.scenario import Scenario
from plant_models.shifts import Shifts, Window

__all__ = [
    "AnyDeed",
    "Band",
    "Buffer",
    "Changeover",
    "Constant",
    "CorruptJournal",
    "Deed",
    "Distribution",
    "Electricity",
    "Empirical",
    "Epoch",
    "Event",
    "Exponential",
    "Fact",
    "Failure",
    "FloorLost",
    "Gamma",
    "Geometric",
    "Infeasible",
    "InvalidPlant",
    "Lognormal",
    "Machine",
    "Maintenance",
    "NotApproved",
    "Operation",
    "Order",
    "Outcome",
    "Plan",
    "Plant",
    "Power",
    "Product",
    "Routing",
    "Scenario",
    "Shifts",
    "Slot",
    "Stop",
    "Tariff",
    "Trace",
    "Triangular",
    "TruncatedNormal",
    "Uniform",
    "Wear",
    "WearLevel",
    "Weibull",
    "Window",
    "WorkCenter",
]
