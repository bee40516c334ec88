"""Machines, and how they break down."""

from dataclasses import dataclass
from typing import Literal

from plant_models.batch import Batch
from plant_models.distributions import Distribution
from plant_models.energy import Power
from plant_models.shifts import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One way in which a machine breaks down.

    The clock towards the next failure runs while the machine is working (``clock="working"``, an
    operation-dependent failure) or while it is up and its work center is open (``clock="open"``, a time-dependent
    one). A repair makes the clock start anew. Work that a failure interrupts is resumed, not repeated. Somebody with
    the skill *crew* repairs it, one person a machine, first broken first; without one the repair begins at once.
    """

    time_to_failure: Distribution
    time_to_repair: Distribution
    clock: Literal["working", "open"] = "open"
    id: str = "breakdown"
    crew: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A place on the floor that works on one order at a time (an ISA-95 work unit).

    Times in routings are divided by *speed*. *set_up_for* is the product family it is set up for at the start;
    None means that the first order needs no changeover. During *outages* (milliseconds since the epoch) it is closed,
    whatever its shifts say: maintenance, or a repair that is known to last. With *batch* it works on several orders at
    once. *power* is what it draws by status; what that leaves open, its work center's says.
    """

    id: str
    work_center: str
    speed: float = 1.0
    failures: tuple[Failure, ...] = ()
    set_up_for: str | None = None
    outages: tuple[Window, ...] = ()
    batch: Batch | None = None
    power: Power | None = None

    def __post_init__(self) -> None:
        if not 0 < self.speed < float("inf"):
            raise ValueError(f"machine {self.id!r}: the speed must be more than zero, not {self.speed}")
