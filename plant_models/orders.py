"""What is made: products, their routings, and the orders for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from plant_models.distributions import Distribution
from plant_models.errors import known_names
from plant_models.materials import Amount
from plant_models.quality import Characteristic, Inspection
from plant_models.resources import check_people
from plant_models.transport import Move

LEAVE = "leave"
"""Where an order goes that has nothing more to do here."""

PRIORITIES = 2**15
"""Classes of priority are below this and not below its negative: they are an Int16 in OPC UA."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One step of a routing (an ISA-95 operations segment): where it can be done, and how long it takes there.

    *machines* gives each alternative its own time, at speed 1. With ``per="unit"`` the time is for one piece and
    the whole order runs at the pace drawn for it; with ``per="order"`` it is for the order, whatever its quantity.
    *scrap* is the mean share of the pieces that do not survive the step. *buffer* names the place where orders
    wait for this step; left out, it is the buffer of the work center.

    *next* says where an order goes afterwards, as shares of the cases: the id of another operation of the routing,
    earlier ones included (rework), or `LEAVE`. What the shares leave over goes to the operation that follows. An
    order that was sent back *rework_limit* times and would be sent back again is scrapped; None sets no limit.

    *split* makes transfer batches: before this step an order divides into lots of at most so many pieces (the last one
    has what is left over), which go on by themselves, so that the steps overlap. Before a step that is to *merge*, the
    lots of an order come together again and it goes on in one. Lots that never meet again leave one by one, and the
    order with the last of them. What goes with an order (*takes*) is given back when it divides, and what goes with
    lots when they meet; lots take their own.

    *energy* is what it takes beyond what its machine draws anyway, in kWh for the order or for each piece
    (*energy_per*): heat, or compressed air.

    The work takes *people* with the skill *crew* (None: nobody) and one unit of each of *tools*, from when a machine
    takes the order until the step is finished. Several people are of one crew and come together. One unit of each of
    *takes* (a pallet, a fixture, a card) goes with the order from then on, if it has none yet, until it finishes a step
    that *returns* it, or leaves.

    *consumes* is the bill of materials of the step, by material: a machine takes an order only when all of it is there,
    for all the pieces that the order has then, and uses it up at once; an order that comes back needs it again.
    *yields* comes out of the step besides the order itself, for each good piece: by-products, the parts of what is
    taken apart. It goes into its stocks before the order goes on.

    A step with a *move* takes the order from one location to another; its machines are vehicles (see `Fleet`).

    *defects* is the mean share of the pieces that come out of the step with a defect that nobody sees yet. *inspection*
    finds such pieces when the step is finished, *characteristics* are what is measured then.
    """

    id: str
    machines: Mapping[str, Distribution]
    per: Literal["order", "unit"] = "order"
    scrap: float = 0.0
    buffer: str | None = None
    next: Mapping[str, float] = field(default_factory=dict)
    rework_limit: int | None = None
    split: int | None = None
    merge: bool = False
    energy: float = 0.0
    energy_per: Literal["order", "unit"] = "order"
    crew: str | None = None
    people: int = 1
    tools: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()
    consumes: Mapping[str, Amount] = field(default_factory=dict)
    yields: Mapping[str, Amount] = field(default_factory=dict)
    move: Move | None = None
    defects: float = 0.0
    inspection: Inspection | None = None
    characteristics: tuple[Characteristic, ...] = ()

    def __post_init__(self) -> None:
        if not self.machines:
            raise ValueError(f"operation {self.id!r} has no machine; name at least one")
        if not 0 <= self.scrap < 1:
            raise ValueError(f"operation {self.id!r}: scrap must be at least 0 and below 1, not {self.scrap}")
        shares = self.next.values()
        if any(not 0 <= share <= 1 for share in shares) or sum(shares) > 1 + 1e-9:
            shown = ", ".join(f"{name}: {share}" for name, share in self.next.items())
            raise ValueError(f"operation {self.id!r}: the shares of next ({shown}) must be 0 to 1 and sum to 1 at most")
        if self.rework_limit is not None and self.rework_limit < 0:
            raise ValueError(f"operation {self.id!r}: the rework limit must be zero or more, not {self.rework_limit}")
        if self.split is not None and self.split < 1:
            raise ValueError(f"operation {self.id!r}: split must be at least 1 piece to a lot, not {self.split}")
        if not 0 <= self.energy < float("inf"):
            raise ValueError(f"operation {self.id!r}: the energy must be a number of at least 0 kWh, not {self.energy}")
        check_people(f"operation {self.id!r}", self.crew, self.people)
        needed = (*self.tools, *self.takes)
        for tool in needed:
            if needed.count(tool) > 1:
                raise ValueError(
                    f"operation {self.id!r} needs {tool!r} twice; name each tool once, in tools or in takes"
                )
        if not 0 <= self.defects <= 1:
            raise ValueError(f"operation {self.id!r}: defects must be a share from 0 to 1, not {self.defects}")

    @property
    def is_graded(self) -> bool:
        """Whether it makes, measures or finds defects."""
        return bool(self.defects or self.inspection is not None or self.characteristics)

    @property
    def drifts(self) -> bool:
        """Whether something that is measured moves with the hours that a machine has worked."""
        return any(characteristic.per_hour for characteristic in self.characteristics)

    def work(self, machine: str, quantity: int) -> Distribution:
        """The time for *quantity* pieces on *machine*, at speed 1."""
        time = self.machines[machine]
        return time.scaled(quantity) if self.per == "unit" and quantity != 1 else time

    def mean_work(self, machine: str, quantity: int, speed: float) -> int:
        """Mean milliseconds for *quantity* pieces on *machine* at *speed*, with the inspection that goes with it."""
        work = self.work(machine, quantity)
        inspecting = 0 if self.inspection is None else round(self.inspection.expected(quantity))
        return round((work if speed == 1 else work.scaled(1 / speed)).mean) + inspecting

    def kwh(self, pieces: int) -> float:
        """The energy for *pieces* pieces beyond what the machine draws, in kWh."""
        return self.energy * pieces if self.energy_per == "unit" else self.energy


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """The operations of a product, in order."""

    id: str
    operations: tuple[Operation, ...]

    def __post_init__(self) -> None:
        if not self.operations:
            raise ValueError(f"routing {self.id!r} has no operations; give at least one")
        steps = {operation.id: step for step, operation in enumerate(self.operations)}
        for operation in self.operations:
            for name in operation.next:
                if name != LEAVE and name not in steps:
                    known = known_names("next operation", name, dict.fromkeys((*steps, LEAVE)))
                    raise ValueError(f"routing {self.id!r}, operation {operation.id!r}: {known}")
            inspection = operation.inspection
            if inspection is not None and inspection.rework_to is not None and inspection.rework_to not in steps:
                known = known_names("operation", inspection.rework_to, steps)
                raise ValueError(f"routing {self.id!r}, operation {operation.id!r}, rework_to: {known}")
        taken = dict.fromkeys(tool for operation in self.operations for tool in operation.takes)
        for operation in self.operations:
            for tool in operation.returns:
                if tool not in taken:
                    where = f"routing {self.id!r}, operation {operation.id!r}"
                    known = ", ".join(taken) or "nothing"
                    raise ValueError(f"{where} returns {tool!r}, which no operation takes; they take {known}")
        for step, operation in enumerate(self.operations):
            if operation.split is not None:
                self._check_meeting(step)

    def _check_meeting(self, start: int) -> None:
        """Raise ValueError where some lots of an order would wait for others that never come."""
        known, to_see, meetings = {start}, [start], set()
        while to_see:
            step = to_see.pop()
            for after in [to for to, _ in self.branches(step)] or [step + 1]:
                if after < len(self.operations) and self.operations[after].merge:
                    meetings.add(after)
                elif after not in known:
                    known.add(after)
                    if after < len(self.operations):
                        to_see.append(after)
        if meetings and (len(self.operations) in known or len(meetings) > 1):
            names = " and ".join(repr(self.operations[step].id) for step in sorted(meetings))
            others = " while others leave" if len(self.operations) in known else ""
            raise ValueError(
                f"routing {self.id!r}: of the lots that {self.operations[start].id!r} makes some would merge at {names}"
                f"{others}; all of them have to meet at one step, or none"
            )

    def branches(self, step: int) -> tuple[tuple[int, float], ...]:
        """Where orders go after *step*, with the shares of the cases; empty where all go on to the step that follows.

        The number of steps stands for leaving.
        """
        operation = self.operations[step]
        steps = {other.id: number for number, other in enumerate(self.operations)} | {LEAVE: len(self.operations)}
        found = [(steps[name], share) for name, share in operation.next.items() if share > 0]
        rest = 1 - sum(share for _, share in found)
        if found and rest > 1e-9:
            found.append((step + 1, rest))
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Something the plant makes. Changeovers go by *family*, which is the product itself where none is given.

    *attributes* are what matters of the family when a machine is changed over: colour, width, allergens.

    The good pieces of an order that is done leave the plant, or go into the stock of a material (*stock*), from where
    other orders take them: so parts become assemblies.
    """

    id: str
    routing: str
    family: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    stock: str | None = None

    def __post_init__(self) -> None:
        if not self.family:
            object.__setattr__(self, "family", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """So many pieces of one product (an ISA-95 job order): not before *release*, wanted by *due*.

    Times are milliseconds since the plant's epoch. *due* None means nobody waits for it. *weight* is what a
    unit of lateness costs, relative to other orders.

    *priority* is the class of the order: of a higher number before all of a lower one (a hot lot, a rush order), where
    somebody may choose; most orders are of class 0. ISA-95 leaves open which number comes first, OPC UA has decided.

    References
    ----------
    OPC 10031-4, OPC UA for ISA-95 part 4 (job control), ISA95JobOrderDataType: higher numbers have higher priority.
    """

    id: str
    product: str
    quantity: int = 1
    release: int = 0
    due: int | None = None
    weight: float = 1.0
    priority: int = 0

    def __post_init__(self) -> None:
        if self.quantity < 1:
            raise ValueError(f"order {self.id!r}: the quantity must be at least 1, not {self.quantity}")
        if self.release < 0:
            raise ValueError(f"order {self.id!r}: the release must not lie before the epoch, not {self.release} ms")
        if not 0 <= self.weight < float("inf"):
            raise ValueError(f"order {self.id!r}: the weight must be a number of at least 0, not {self.weight}")
        if not -PRIORITIES <= self.priority < PRIORITIES:
            raise ValueError(
                f"order {self.id!r}: the priority must be {-PRIORITIES} to {PRIORITIES - 1} (higher comes first), "
                f"not {self.priority}"
            )
