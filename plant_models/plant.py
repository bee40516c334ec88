"""A plant: what stands on the floor and how it hangs together."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from plant_models.batch import Batch
from plant_models.distributions import Distribution, Trace
from plant_models.errors import InvalidPlant
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.shifts import DAY, Shifts, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One way in which a machine breaks down.

    The clock towards the next failure runs while the machine is working (``clock="working"``, an
    operation-dependent failure) or while it is up and its work center is open (``clock="open"``, a time-dependent
    one). A repair makes the clock start anew. Work that a failure interrupts is resumed, not repeated. *crew* repairs
    it, one person a machine, first broken first; without one the repair begins at once.
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
    once.
    """

    id: str
    work_center: str
    speed: float = 1.0
    failures: tuple[Failure, ...] = ()
    set_up_for: str | None = None
    outages: tuple[Window, ...] = ()
    batch: Batch | None = None

    def __post_init__(self) -> None:
        if not 0 < self.speed < float("inf"):
            raise ValueError(f"machine {self.id!r}: the speed must be more than zero, not {self.speed}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Buffer:
    """Where orders wait. *capacity* None means there is always room; 0 means orders pass from machine to machine.

    A ``fifo`` or ``lifo`` buffer leaves no choice: the next order is given, and nobody is asked. When it is full,
    orders that come from outside wait for room or are turned away (*when_full*).
    """

    id: str
    capacity: int | None = None
    discipline: Literal["any", "fifo", "lifo"] = "any"
    when_full: Literal["wait", "turn_away"] = "wait"

    def __post_init__(self) -> None:
        if self.capacity is not None and self.capacity < 0:
            raise ValueError(f"buffer {self.id!r}: the capacity must be zero or more, not {self.capacity}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changeover:
    """How long it takes to change a machine from one product family to another, in milliseconds."""

    id: str
    times: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    default: int = 0

    def time(self, before: str | None, after: str) -> int:
        """Milliseconds to change from one family to another.

        Zero from a family to itself and from a machine that is not set up for anything; *default* where the
        table is silent.
        """
        if before is None or before == after:
            return 0
        return self.times.get(before, {}).get(after, self.default)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCenter:
    """Machines that stand together, wait behind one buffer and keep the same hours (an ISA-95 work center).

    *buffer* names the place where orders wait for it. *shifts* None means it never closes. At the end of a shift
    running work is finished or paused (*at_shift_end*). With ``blocking="before_service"`` a machine does not
    start unless its order has a place to go to; after service, it keeps a finished order until there is room.
    """

    id: str
    buffer: str
    shifts: str | None = None
    at_shift_end: Literal["pause", "finish"] = "pause"
    changeover: str | None = None
    blocking: Literal["after_service", "before_service"] = "after_service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """People who can do the same things, *size* of them."""

    id: str
    size: int = 1

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError(f"crew {self.id!r}: its size must be at least 1, not {self.size}")


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


class Stop(NamedTuple):
    """One step of a product's way: the buffer where it waits, the machines that can take it, what they do.

    *branches* are the steps that may follow with their shares; empty where it is always the next one.
    """

    place: str
    machines: tuple[str, ...]
    operation: Operation
    branches: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """All that stands on the floor, what it makes and how: an object is valid or it does not exist."""

    id: str
    work_centers: Mapping[str, WorkCenter]
    machines: Mapping[str, Machine]
    buffers: Mapping[str, Buffer]
    routings: Mapping[str, Routing]
    products: Mapping[str, Product]
    changeovers: Mapping[str, Changeover] = field(default_factory=dict)
    shifts: Mapping[str, Shifts] = field(default_factory=dict)
    crews: Mapping[str, Crew] = field(default_factory=dict)
    release: Release = Release()
    _hours: dict[str, Shifts | None] = field(init=False, repr=False, compare=False, default_factory=dict)
    _stops: dict[str, tuple[Stop, ...]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _traced: set[str] = field(init=False, repr=False, compare=False, default_factory=set)
    _works: dict[tuple[str, int, str, int], int] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for machine in self.machines.values():
            self._known(f"machine {machine.id!r}", "work center", machine.work_center, self.work_centers)
            for failure in machine.failures:
                if failure.crew is not None:
                    self._known(f"machine {machine.id!r}, {failure.id}", "crew", failure.crew, self.crews)
            center = self.work_centers[machine.work_center]
            if machine.batch is not None and center.blocking == "before_service":
                raise InvalidPlant(
                    f"machine {machine.id!r}: it works in batches and cannot block before service; wanted "
                    f"blocking: after_service in work center {center.id!r}"
                )
        for center in self.work_centers.values():
            where = f"work center {center.id!r}"
            self._known(where, "buffer", center.buffer, self.buffers)
            if center.shifts is not None:
                self._known(where, "shifts", center.shifts, self.shifts)
            if center.changeover is not None:
                self._known(where, "changeover", center.changeover, self.changeovers)
        for machine in self.machines.values():
            self._hours[machine.id] = self._open_hours(machine)
        for routing in self.routings.values():
            for step, operation in enumerate(routing.operations):
                self._check_operation(f"routing {routing.id!r}, step {step} ({operation.id!r})", operation)
        for product in self.products.values():
            self._known(f"product {product.id!r}", "routing", product.routing, self.routings)
            stops = self._stops[product.id] = self._way(self.routings[product.routing])
            if any(isinstance(time, Trace) for stop in stops for time in stop.operation.machines.values()):
                self._traced.add(product.id)

    def stops(self, product: str) -> tuple[Stop, ...]:
        """The way of *product* through the plant: step by step where it waits and which machines can take it."""
        return self._stops[product]

    def is_traced(self, product: str) -> bool:
        """Whether orders for *product* take recorded times, one after the other."""
        return product in self._traced

    def operations(self, order: Order) -> tuple[Operation, ...]:
        """The steps that *order* goes through."""
        return self.routings[self.products[order.product].routing].operations

    def place(self, operation: Operation) -> str:
        """The buffer in which orders wait for *operation*."""
        if operation.buffer is not None:
            return operation.buffer
        return self.work_centers[self.machines[next(iter(operation.machines))].work_center].buffer

    def expected_work(self, order: Order, step: int, machine: str, quantity: int | None = None) -> int:
        """Mean milliseconds of *step* of *order* on *machine*, without setup, breakdowns and closed hours."""
        pieces = order.quantity if quantity is None else quantity
        key = order.product, step, machine, pieces
        known = self._works.get(key)
        if known is None:
            work = self.operations(order)[step].work(machine, pieces)
            known = self._works[key] = round(work.mean / self.machines[machine].speed)
        return known

    def setup_time(self, machine: str, before: str | None, product: str) -> int:
        """Milliseconds to make *machine* ready for *product* when it is set up for the family *before*."""
        changeover = self.work_centers[self.machines[machine].work_center].changeover
        if changeover is None:
            return 0
        return self.changeovers[changeover].time(before, self.products[product].family)

    def hours(self, machine: str) -> Shifts | None:
        """When *machine* is open; None if it never closes."""
        return self._hours[machine]

    def _open_hours(self, machine: Machine) -> Shifts | None:
        name = self.work_centers[machine.work_center].shifts
        if not machine.outages:
            return None if name is None else self.shifts[name]
        shifts = Shifts(id="always", windows=((0, DAY),), period=DAY) if name is None else self.shifts[name]
        return replace(shifts, outages=shifts.outages + machine.outages)

    def _way(self, routing: Routing) -> tuple[Stop, ...]:
        return tuple(
            Stop(self.place(operation), tuple(operation.machines), operation, routing.branches(step))
            for step, operation in enumerate(routing.operations)
        )

    def _check_operation(self, where: str, operation: Operation) -> None:
        for machine in operation.machines:
            self._known(where, "machine", machine, self.machines)
            if self.machines[machine].batch is not None and operation.per == "unit":
                raise InvalidPlant(
                    f"{where}: machine {machine!r} works in batches; its time must be for the batch (per: order), not "
                    "for one piece"
                )
        if operation.buffer is not None:
            self._known(where, "buffer", operation.buffer, self.buffers)
            return
        places = {self.work_centers[self.machines[m].work_center].buffer for m in operation.machines}
        if len(places) > 1:
            raise InvalidPlant(
                f"{where}: its machines wait behind different buffers ({', '.join(sorted(places))}); "
                "name the one in which orders wait for it (buffer: ...)"
            )

    @staticmethod
    def _known(where: str, what: str, name: str, known: Mapping[str, object]) -> None:
        if name not in known:
            names = ", ".join(known) or "none"
            raise InvalidPlant(f"{where}: no {what} {name!r}; there are {names}")
