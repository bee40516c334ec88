"""Work centers and the buffers before them, and how orders are let onto the floor."""

from dataclasses import dataclass
from typing import Literal

from plant_models.conveyors import Conveyor
from plant_models.energy import Power
from plant_models.resources import check_people
from plant_models.transport import Fleet
from plant_models.units import duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Buffer:
    """Where orders wait. *capacity* None means there is always room; 0 means orders pass from machine to machine.

    A ``fifo`` or ``lifo`` buffer leaves no choice: the next order is given, and nobody is asked. When it is full,
    orders that come from outside wait for room or are turned away (*when_full*).

    Nobody takes an order before it has been there for *min_stay* milliseconds (curing, cooling, drying). One that has
    been there for *max_stay* spoils: its pieces are scrap and it leaves the floor, even if a machine for it becomes
    free at that very instant.

    With a *conveyor* orders travel through it and leave it first in, first out; its capacity is what the conveyor has
    room for, or less if that is said.
    """

    id: str
    capacity: int | None = None
    discipline: Literal["any", "fifo", "lifo"] = "any"
    when_full: Literal["wait", "turn_away"] = "wait"
    min_stay: int = 0
    max_stay: int | None = None
    conveyor: Conveyor | None = None

    def __post_init__(self) -> None:
        if self.conveyor is not None:
            self._check_conveyor(self.conveyor)
        if self.capacity is not None and self.capacity < 0:
            raise ValueError(f"buffer {self.id!r}: the capacity must be zero or more, not {self.capacity}")
        if self.min_stay < 0:
            raise ValueError(f"buffer {self.id!r}: the shortest stay must be zero or more, not {self.min_stay} ms")
        if self.max_stay is not None and self.max_stay <= self.min_stay:
            raise ValueError(
                f"buffer {self.id!r}: the longest stay, {duration(self.max_stay)}, must be more than the shortest, "
                f"{duration(self.min_stay)}"
            )
        if self.capacity == 0 and (self.min_stay or self.max_stay is not None):
            raise ValueError(f"buffer {self.id!r}: it has no place to stay in; give it a capacity, or no stay")

    def _check_conveyor(self, conveyor: Conveyor) -> None:
        """Let a conveyor have its room and its discipline; ValueError where more is asked of it."""
        if self.discipline == "lifo":
            raise ValueError(
                f"buffer {self.id!r}: orders leave a conveyor first in, first out; wanted discipline: fifo"
            )
        if self.min_stay or self.max_stay is not None:
            raise ValueError(f"buffer {self.id!r}: a conveyor has no shortest or longest stay; say how long it is")
        if self.capacity is not None and not 1 <= self.capacity <= conveyor.room:
            raise ValueError(
                f"buffer {self.id!r}: the conveyor has room for {conveyor.room} orders; wanted a capacity of 1 to "
                f"{conveyor.room}, or none"
            )
        object.__setattr__(self, "discipline", "fifo")
        object.__setattr__(self, "capacity", conveyor.room if self.capacity is None else self.capacity)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCenter:
    """Machines that stand together, wait behind one buffer and keep the same hours (an ISA-95 work center).

    *buffer* names the place where orders wait for it. *shifts* None means it never closes. At the end of a shift
    running work is finished or paused (*at_shift_end*). With ``at_shift_end="refuse"`` it is paused too, and no order
    is taken that is not expected to be done before closing time, unless it takes longer than the longest stretch of the
    regular hours. Changing over takes *setup_people* with the skill *setup_crew*; None: nobody in particular. With
    ``blocking="before_service"`` a machine does not start unless its order has a place to go to; after service, it
    keeps a finished order until there is room. *power* is what each of its machines draws by status.

    It stands at *location*, which is named like it where nothing is said. With a *fleet* its machines are vehicles,
    and what they do are moves; its buffer is the pick-up place, where orders wait for a vehicle. An order keeps its
    place there until the vehicle has come to it; where the capacity is 0, it stays on the machine that finished it. A
    vehicle that has unloaded where there is no room for the order keeps it.
    """

    id: str
    buffer: str
    shifts: str | None = None
    at_shift_end: Literal["pause", "finish", "refuse"] = "pause"
    changeover: str | None = None
    setup_crew: str | None = None
    setup_people: int = 1
    blocking: Literal["after_service", "before_service"] = "after_service"
    power: Power | None = None
    location: str | None = None
    fleet: Fleet | None = None

    def __post_init__(self) -> None:
        check_people(f"work center {self.id!r}, setup", self.setup_crew, self.setup_people)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """When an order whose time has come may enter the floor: at once, or only while the floor is not full.

    *orders* is how many may be on the floor at once (CONWIP); *work* how many expected milliseconds of work they may
    have before them (workload control). An empty floor always takes one.

    References
    ----------
    Spearman, Woodruff & Hopp (1990), CONWIP: a pull alternative to kanban, Int. J. Prod. Res. 28(5).
    """

    orders: int | None = None
    work: int | None = None

    def __post_init__(self) -> None:
        for what, limit in (("orders", self.orders), ("work", self.work)):
            if limit is not None and limit < 1:
                raise ValueError(f"release: the limit of {what} must be at least 1, not {limit}")
