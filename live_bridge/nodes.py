"""How a plant is told over OPC UA: the names in its address space, and the values that stand for facts and job orders.

Every node is found by name, as the string node id ``Machines/<id>/State`` and the like, in the namespace `URI`. Names
and meaning of the job order methods and states are those of OPC 10031-4 (ISA-95 job control).
"""

from collections.abc import Iterator
from enum import IntEnum, IntFlag

import msgspec

from plant_models.events import Event, from_json
from plant_models.plan import Plan, Slot
from plant_models.plant import Plant

URI = "urn:foreshift:plant"
"""The namespace of everything a plant shows."""

RUN, CURRENT_TIME, SPEED = "Plant/RunId", "Plant/CurrentTime", "Plant/Speed"
PULSE = "Plant/Pulse"
"""Written at every beat, facts or none: what a watcher trusts instead of the connection."""

LATEST = "Confirmations/Latest"
"""The facts of the last beat, numbered."""

CONFIRMATIONS = "Confirmations"
READ_CONFIRMATIONS = "Confirmations/ReadConfirmations"
PLANT = "Plant"
ADD_ORDERS = "Plant/AddOrders"
BREAK_DOWN = "Plant/BreakDown"
SET_SPEED = "Plant/SetSpeed"

MACHINE_VALUES = ("State", "Order", "Step", "Good", "Scrap", "StateSince", "Family")
BUFFER_VALUES = ("Content", "Level", "Capacity")
JOB_METHODS = ("Store", "StoreAndStart", "Start", "RevokeStart", "Cancel")


def machine(name: str) -> str:
    """The object that stands for a machine."""
    return f"Machines/{name}"


def buffer(name: str) -> str:
    """The object that stands for a buffer."""
    return f"Buffers/{name}"


def job_order_list(name: str) -> str:
    """The variable that holds the job orders of a machine."""
    return f"Machines/{name}/JobOrderList"


class JobState(IntEnum):
    """Where a job order stands (ISA95JobOrderReceiverObjectType, top-level states)."""

    NOT_ALLOWED_TO_START = 1
    ALLOWED_TO_START = 2
    RUNNING = 3
    INTERRUPTED = 4
    ENDED = 5
    ABORTED = 6


class ReturnStatus(IntFlag):
    """What a machine says to a command (OPC 10031-4, B.2). Success is 1, not 0."""

    NO_ERROR = 1
    UNKNOWN_JOB_ORDER = 1 << 1
    INVALID_STATUS = 1 << 3
    UNABLE_TO_ACCEPT = 1 << 4
    INVALID_REQUEST = 1 << 32


class JobOrder(msgspec.Struct, frozen=True, kw_only=True):
    """One step of one order on one machine, as the plan has it.

    Times are milliseconds since the plant's epoch. The machine waits for a late order until *tolerance* after
    *setup_start*, and then takes its next job order that can begin. *mates* are the (order, step) that go with it into
    one batch: the machine waits for their job orders too.
    """

    id: str
    machine: str
    order: str
    step: int
    setup_start: int
    start: int
    end: int
    tolerance: int
    mates: tuple[tuple[str, int], ...] = ()

    @property
    def slot(self) -> Slot:
        """Its place in the plan."""
        return Slot(
            machine=self.machine,
            order=self.order,
            step=self.step,
            setup_start=self.setup_start,
            start=self.start,
            end=self.end,
        )


class JobOrderAndState(msgspec.Struct, frozen=True, kw_only=True):
    """A job order and where it stands."""

    job_order: JobOrder
    state: JobState


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Facts that follow each other; the first has the number *first*, counted from 1 through the run."""

    run: str
    first: int
    facts: tuple[msgspec.Raw, ...]

    @property
    def last(self) -> int:
        """The number of the last fact; one below *first* if there is none."""
        return self.first + len(self.facts) - 1

    def events(self, after: int) -> Iterator[Event]:
        """The facts with numbers above *after*."""
        for fact in self.facts[max(0, after + 1 - self.first) :]:
            yield from_json(bytes(fact))


class Pulse(msgspec.Struct, frozen=True, kw_only=True):
    """The plant is alive: it is *now* there, and its last fact so far has the number *last*."""

    run: str
    now: int
    last: int
    speed: float


def prefix(digest: str) -> str:
    """How the job orders of a plan begin."""
    return digest[:12]


def job_order_id(digest: str, order: str, step: int) -> str:
    """The name of a job order, the same however often it is sent."""
    return f"{prefix(digest)}/{order}/{step}"


def job_orders(plan: Plan, *, tolerance: int) -> dict[str, tuple[JobOrder, ...]]:
    """The job orders of each machine, in the plan's sequence."""
    digest = plan.digest
    return {
        name: tuple(
            JobOrder(
                id=job_order_id(digest, slot.order, slot.step),
                machine=name,
                order=slot.order,
                step=slot.step,
                setup_start=slot.setup_start,
                start=slot.start,
                end=slot.end,
                tolerance=tolerance,
                mates=tuple((mate.order, mate.step) for mate in turn if mate is not slot),
            )
            for turn in turns
            for slot in turn
        )
        for name, turns in plan.turns().items()
    }


def names(plant: Plant) -> tuple[str, ...]:
    """Every variable that a plant shows about its machines and buffers."""
    machines = [f"{machine(name)}/{value}" for name in plant.machines for value in MACHINE_VALUES]
    return (*machines, *(f"{buffer(name)}/{value}" for name in plant.buffers for value in BUFFER_VALUES))
