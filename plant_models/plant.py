"""A plant: what stands on the floor and how it hangs together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from plant_models import soundness
from plant_models.arrivals import Arrival
from plant_models.batch import Batch
from plant_models.centers import Buffer, Release, WorkCenter
from plant_models.changeovers import Changeover
from plant_models.distributions import Trace
from plant_models.energy import Electricity, Power
from plant_models.machines import Failure, Machine
from plant_models.materials import Amount, Material, Replenishment
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.resources import Crew, Tool
from plant_models.sharing import Sharing
from plant_models.shifts import DAY, Shifts
from plant_models.transport import Fleet
from plant_models.upkeep import Maintenance, Wear, WearLevel

__all__ = [
    "Amount",
    "Arrival",
    "Batch",
    "Buffer",
    "Changeover",
    "Crew",
    "Failure",
    "Machine",
    "Maintenance",
    "Material",
    "Plant",
    "Release",
    "Replenishment",
    "Stop",
    "Tool",
    "Wear",
    "WearLevel",
    "WorkCenter",
]


class Stop(NamedTuple):
    """One step of a product's way: the buffer where it waits, the machines that can take it, what they do.

    *branches* are the steps that may follow with their shares; empty where it is always the next one. *rework* is the
    step that its inspection sends orders back to.
    """

    place: str
    machines: tuple[str, ...]
    operation: Operation
    branches: tuple[tuple[int, float], ...] = ()
    rework: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """All that stands on the floor, what it makes and how: an object is valid or it does not exist.

    What follows from the rest: *sharing* says which crews and tools serve which machines, *vehicles* are the machines
    that are vehicles, with how they get about, *worn_by_work* those with a clock that runs only while they work,
    *simple* those that are neither, and *ways* are the `stops` of each product.
    """

    id: str
    work_centers: Mapping[str, WorkCenter]
    machines: Mapping[str, Machine]
    buffers: Mapping[str, Buffer]
    routings: Mapping[str, Routing]
    products: Mapping[str, Product]
    changeovers: Mapping[str, Changeover] = field(default_factory=dict)
    shifts: Mapping[str, Shifts] = field(default_factory=dict)
    crews: Mapping[str, Crew] = field(default_factory=dict)
    tools: Mapping[str, Tool] = field(default_factory=dict)
    materials: Mapping[str, Material] = field(default_factory=dict)
    arrivals: Mapping[str, Arrival] = field(default_factory=dict)
    release: Release = field(default_factory=Release)
    electricity: Electricity = field(default_factory=Electricity)
    sharing: Sharing = field(init=False, repr=False, compare=False)
    vehicles: Mapping[str, Fleet] = field(init=False, repr=False, compare=False)
    worn_by_work: frozenset[str] = field(init=False, repr=False, compare=False)
    simple: frozenset[str] = field(init=False, repr=False, compare=False)
    ways: Mapping[str, tuple[Stop, ...]] = field(init=False, repr=False, compare=False)
    _hours: dict[str, Shifts | None] = field(init=False, repr=False, compare=False, default_factory=dict)
    _families: dict[str, Mapping[str, str]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _graded: set[str] = field(init=False, repr=False, compare=False, default_factory=set)
    _drifting: set[str] = field(init=False, repr=False, compare=False, default_factory=set)
    _traced: set[str] = field(init=False, repr=False, compare=False, default_factory=set)
    _users: dict[str, tuple[str, ...]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _works: dict[tuple[str, int, str, int], int] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        vehicles = {}
        for machine in self.machines.values():
            soundness.check_machine(machine, self.work_centers, self.crews)
            fleet = self.work_centers[machine.work_center].fleet
            if fleet is not None:
                vehicles[machine.id] = fleet
        object.__setattr__(self, "vehicles", vehicles)
        worn = frozenset(m.id for m in self.machines.values() if m.is_worn_by_work)
        object.__setattr__(self, "worn_by_work", worn)
        object.__setattr__(self, "simple", frozenset(self.machines) - worn - vehicles.keys())
        soundness.check_places(self.machines)
        for center in self.work_centers.values():
            soundness.check_center(center, self.buffers, self.shifts, self.changeovers, self.crews)
        for crew in self.crews.values():
            soundness.check_crew(crew, self.shifts)
        for machine in self.machines.values():
            self._hours[machine.id] = self._open_hours(machine)
        for routing in self.routings.values():
            for step, operation in enumerate(routing.operations):
                where = f"routing {routing.id!r}, step {step} ({operation.id!r})"
                soundness.check_operation(where, operation, self.machines, self.work_centers, self.buffers)
                soundness.check_needs(where, operation, self.machines, self.crews, self.tools)
                soundness.check_materials(where, operation, self.materials)
            soundness.check_grades(routing)
        every = [operation for routing in self.routings.values() for operation in routing.operations]
        for machine in self.machines.values():
            soundness.check_batch(machine, every)
        sharing = Sharing(self.machines, self.work_centers, every, self.crews, self.tools)
        object.__setattr__(self, "sharing", sharing)
        for changeover in self.changeovers.values():
            soundness.check_changeover(changeover, self.products)
        ways: dict[str, tuple[Stop, ...]] = {}
        object.__setattr__(self, "ways", ways)
        for product in self.products.values():
            soundness.known(f"product {product.id!r}", "routing", product.routing, self.routings)
            soundness.check_attributes(product, self._families.setdefault(product.family, product.attributes))
            operations = self.routings[product.routing].operations
            soundness.check_stocks(product, operations, self.machines, self.work_centers, self.materials)
            stops = ways[product.id] = self._way(self.routings[product.routing])
            self._note(product.id, stops)
        soundness.check_arrivals(self.arrivals, self.products)

    def _note(self, product: str, stops: Sequence[Stop]) -> None:
        """Keep in mind what is special about the steps of a product."""
        if any(isinstance(time, Trace) for stop in stops for time in stop.operation.machines.values()):
            self._traced.add(product)
        if any(stop.operation.is_graded for stop in stops):
            self._graded.add(product)
        self._drifting.update(m for stop in stops if stop.operation.drifts for m in stop.machines)

    def stops(self, product: str) -> tuple[Stop, ...]:
        """The way of *product* through the plant: step by step where it waits and which machines can take it."""
        return self.ways[product]

    def users(self, material: str) -> tuple[str, ...]:
        """The machines that use up *material*."""
        if material not in self._users:
            steps = [step for routing in self.routings.values() for step in routing.operations]
            using = {m for step in steps if material in step.consumes for m in step.machines}
            self._users[material] = tuple(name for name in self.machines if name in using)
        return self._users[material]

    def is_traced(self, product: str) -> bool:
        """Whether orders for *product* take recorded times, one after the other."""
        return product in self._traced

    def is_graded(self, product: str) -> bool:
        """Whether some step of *product* makes, measures or finds defects."""
        return product in self._graded

    def drifts(self, machine: str) -> bool:
        """Whether what *machine* makes depends on how long it has worked since it was last repaired."""
        return machine in self._drifting

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
        known = self._works.get((order.product, step, machine, pieces))
        if known is None:
            key = order.product, step, machine, pieces
            operation = self.operations(order)[step]
            known = self._works[key] = operation.mean_work(machine, pieces, self.machines[machine].speed)
        return known

    def setup_time(self, machine: str, before: str | None, product: str, step: int = 0) -> int:
        """Mean milliseconds to make *machine* ready for *step* of *product* when it is set up for the family *before*.

        For a vehicle that stands at *before* it is the empty run to where the order is.
        """
        fleet = self.vehicles.get(machine)
        if fleet is not None:
            move = self.ways[product][step].operation.move
            if before is None or move is None:
                return 0
            return round(fleet.run(before, move.origin) / self.machines[machine].speed)
        changeover = self.work_centers[self.machines[machine].work_center].changeover
        if changeover is None:
            return 0
        return self.changeovers[changeover].time(before, self.products[product].family, self._families)

    def changeover_time(self, machine: str, before: str | None, after: str) -> int:
        """Milliseconds to change *machine* from the family *before* to the family *after*."""
        changeover = self.work_centers[self.machines[machine].work_center].changeover
        return 0 if changeover is None else self.changeovers[changeover].time(before, after, self._families)

    def cleanings(self, machine: str, before: str | None, product: str) -> tuple[str, ...]:
        """The cleanings that are part of making *machine* ready for *product*, by their names."""
        changeover = self.work_centers[self.machines[machine].work_center].changeover
        if changeover is None:
            return ()
        family = self.products[product].family
        return tuple(c.id for c in self.changeovers[changeover].needed(before, family, self._families))

    def least_run(self, machine: str) -> int:
        """How many orders of one family *machine* works on, if it can, before it is changed over again."""
        changeover = self.work_centers[self.machines[machine].work_center].changeover
        return 0 if changeover is None else self.changeovers[changeover].least_run

    def together(self, machine: str) -> tuple[str, ...]:
        """The machines that break down, close and are maintained as one with *machine*: itself, or all its places.

        The machine may be given by the name of the whole.
        """
        whole = self.machines[machine].whole if machine in self.machines else machine
        return tuple(other.id for other in self.machines.values() if other.whole == whole)

    def without_arrivals(self) -> "Plant":
        """The plant without the orders that come by themselves: as a plan for known orders takes it."""
        return replace(self, arrivals={}) if self.arrivals else self

    def location(self, machine: str) -> str:
        """Where *machine* stands; a vehicle: where its work center is at home."""
        center = self.work_centers[self.machines[machine].work_center]
        return center.id if center.location is None else center.location

    def hours(self, machine: str) -> Shifts | None:
        """When *machine* is open; None if it never closes."""
        return self._hours[machine]

    def power(self, machine: str) -> Power | None:
        """What *machine* draws by status, its own words before those of its work center; None if nobody knows."""
        own, shared = self.machines[machine].power, self.work_centers[self.machines[machine].work_center].power
        return shared if own is None else own.over(shared)

    def presence(self, crew: str) -> Shifts | None:
        """When the people of *crew* are there; None if they always are."""
        name = self.crews[crew].shifts
        return None if name is None else self.shifts[name]

    def _open_hours(self, machine: Machine) -> Shifts | None:
        name = self.work_centers[machine.work_center].shifts
        if not machine.outages:
            return None if name is None else self.shifts[name]
        shifts = Shifts(id="always", windows=((0, DAY),), period=DAY) if name is None else self.shifts[name]
        return replace(shifts, outages=shifts.outages + machine.outages)

    def _way(self, routing: Routing) -> tuple[Stop, ...]:
        steps = {operation.id: step for step, operation in enumerate(routing.operations)}
        return tuple(
            Stop(
                self.place(operation),
                tuple(operation.machines),
                operation,
                routing.branches(step),
                None if operation.inspection is None else steps.get(operation.inspection.rework_to or ""),
            )
            for step, operation in enumerate(routing.operations)
        )
