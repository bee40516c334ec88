"""From what a scenario file says to the scenario itself.

Everything that the file names is looked up here, where its place is known.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from plant_models import units, weeks
from plant_models.clock import Epoch
from plant_models.distributions import Constant, Distribution, Lognormal
from plant_models.documents import Document, Place
from plant_models.errors import InvalidPlant
from plant_models.file_model import (
    BufferEntry,
    ChangeoverEntry,
    FailureEntry,
    MachineEntry,
    OrderEntry,
    OvertimeEntry,
    ProductEntry,
    ScenarioFile,
    ShiftsEntry,
    SpanEntry,
    StepEntry,
    WorkCenterEntry,
    known_names,
)
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plant import Buffer, Changeover, Crew, Failure, Machine, Plant, Release, WorkCenter
from plant_models.scenario import Scenario
from plant_models.shifts import DAY, WEEK, Shifts, Window

MOST_FAULTS = 10
EPOCH = Epoch(datetime(2026, 1, 5, 6, tzinfo=UTC))
"""When a plant's clock stands at zero where its file does not say."""
_T = TypeVar("_T")


@dataclass(slots=True)
class Faults:
    """What is wrong with a document, each with its place; at most ten are told."""

    document: Document
    found: dict[str, None] = field(default_factory=dict)
    untold: int = 0

    def add(self, place: Place, what: object, key: str | None = None) -> None:
        """Something is wrong at *place*."""
        if len(self.found) < MOST_FAULTS:
            self.found[f"{self.document.at(place, key)}: {what}"] = None
        else:
            self.untold += 1

    def check(self) -> None:
        """Raise InvalidPlant if anything is wrong."""
        if not self.found:
            return
        more = [f"... and {self.untold} more"] if self.untold else []
        raise InvalidPlant("\n".join([*self.found, *more]))

    def made(self, place: Place, make: Callable[[], _T]) -> _T | None:
        """What *make* makes; None, and a fault, where it cannot be."""
        try:
            return make()
        except (ValueError, OverflowError) as error:
            self.add(place, error)
            return None

    def knows(self, place: Place, what: str, name: str, known: Mapping[str, object]) -> bool:
        """Whether *name* is one of the *known*; if not, it is a fault."""
        if name not in known:
            self.add(place, known_names(what, name, known))
        return name in known


def moment(text: object, epoch: Epoch) -> int:
    """Milliseconds since the epoch of an ISO date and time, or of a time since the epoch.

    Raises
    ------
    ValueError
        Where it is neither.
    """
    if not isinstance(text, str):
        return units.whole_milliseconds(text)
    try:
        return epoch.milliseconds(datetime.fromisoformat(text.strip()))
    except ValueError:
        pass
    try:
        return units.whole_milliseconds(text)
    except ValueError as error:
        raise ValueError(f"{error}, or a date and time such as '2026-01-05T06:00'") from None


def epoch_of(text: str | None) -> Epoch:
    """The epoch that a file gives; the usual one where it gives none."""
    if text is None:
        return EPOCH
    try:
        return Epoch(datetime.fromisoformat(text))
    except ValueError:
        raise ValueError(f"{text!r} is no date and time; wanted such as '2026-01-05T06:00:00+00:00'") from None


def scenario(file: ScenarioFile, faults: Faults) -> Scenario:
    """The scenario that *file* describes.

    Raises
    ------
    InvalidPlant
        With everything that is wrong, each with its place.
    """
    epoch = faults.made(("epoch",), lambda: epoch_of(file.epoch)) or epoch_of(None)
    making = Assembly(file, faults, epoch)
    making.all()
    faults.check()
    try:
        plant = Plant(
            id=file.scenario,
            work_centers=making.work_centers,
            machines=making.machines,
            buffers=making.buffers,
            routings=making.routings,
            products=making.products,
            changeovers=making.changeovers,
            shifts=making.shifts,
            crews=making.crews,
            release=Release(orders=file.release.orders, work=file.release.work),
        )
        return Scenario(
            id=file.scenario, plant=plant, orders=tuple(making.orders), epoch=epoch, title=file.title, rule=file.rule
        )
    except ValueError as error:
        raise InvalidPlant(f"{faults.document.file}: {error}") from None


@dataclass(slots=True)
class Assembly:
    """The parts of a plant, put together one kind after the other."""

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
    crews: dict[str, Crew] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    order_names: set[str] = field(default_factory=set)

    def all(self) -> None:
        """Everything, what is named before what names it."""
        self.crews = {name: Crew(id=name, size=crew.size) for name, crew in self.file.crews.items()}
        for name, shifts in self.file.shifts.items():
            self._shifts(name, shifts)
        for name, buffer in self.file.buffers.items():
            self._buffer(("buffers", name), name, buffer)
        for name, changeover in self.file.changeovers.items():
            self._changeover(("changeovers", name), name, changeover)
        for name, center in self.file.work_centers.items():
            self._work_center(name, center)
        self._check_buffers()
        self._order_machines()
        for name, steps in self.file.routings.items():
            self._routing(("routings", name), name, steps, None)
        for name, product in self.file.products.items():
            if isinstance(product.routing, list):
                self._routing(("products", name, "routing"), name, product.routing, product.per)
        for name, product in self.file.products.items():
            self._product(name, product)
        self._check_families()
        for at, order in enumerate(self.file.orders):
            self._orders(("orders", at), order)

    # -- shifts -----------------------------------------------------------------------------------------------------

    def _shifts(self, name: str, entry: ShiftsEntry) -> None:
        place: Place = ("shifts", name)
        closed = [self._window((*place, "closed", at), span) for at, span in enumerate(entry.closed)]
        extra = [self._window((*place, "overtime", at), span) for at, span in enumerate(entry.overtime)]
        outages = [self._window((*place, "outages", at), span) for at, span in enumerate(entry.outages)]
        if entry.cycle is not None and entry.week:
            self.faults.add(place, "has both 'week' and 'cycle'; wanted one of them")
            return
        windows = weeks.weekly(
            (
                (day * DAY + start, day * DAY + end)
                for shift in entry.week.values()
                for day in shift.days
                for start, end in (shift.hours,)
            ),
            self.epoch,
        )
        period = WEEK
        if entry.cycle is not None:
            period = entry.cycle.period
            windows = tuple(
                self._window((*place, "cycle", "open", at), span) or (0, 1) for at, span in enumerate(entry.cycle.open)
            )
        made = self.faults.made(
            place,
            lambda: Shifts(
                id=name,
                windows=windows,
                period=period,
                closed=tuple(filter(None, closed)),
                extra=tuple(filter(None, extra)),
                outages=tuple(filter(None, outages)),
            ),
        )
        if made is not None:
            self.shifts[name] = made

    def _window(self, place: Place, span: str | SpanEntry | OvertimeEntry) -> Window | None:
        def make() -> Window:
            if isinstance(span, str):
                return weeks.day_window(span, self.epoch)
            if isinstance(span, OvertimeEntry):
                return weeks.day_window(span.day, self.epoch, span.hours)
            start, end = moment(span.start, self.epoch), moment(span.end, self.epoch)
            if start >= end:
                raise ValueError(f"the end, {span.end!r}, is not after the start, {span.start!r}")
            return start, end

        return self.faults.made(place, make)

    # -- the floor --------------------------------------------------------------------------------------------------

    def _buffer(self, place: Place, name: str, entry: BufferEntry) -> None:
        if name in self.buffers:
            self.faults.add(
                place, f"there is a buffer {name!r} already; to share it, describe it under 'buffers' and name it here"
            )
            return
        self.buffers[name] = Buffer(
            id=name, capacity=entry.capacity, discipline=entry.discipline, when_full=entry.when_full
        )

    def _changeover(self, place: Place, name: str, entry: ChangeoverEntry) -> None:
        if name in self.changeovers:
            self.faults.add(place, f"there is a changeover {name!r} already")
            return
        self.changeovers[name] = Changeover(id=name, times=entry.times, default=entry.default)

    def _work_center(self, name: str, entry: WorkCenterEntry) -> None:
        place: Place = ("work_centers", name)
        buffer = entry.buffer if entry.buffer is not None else BufferEntry()
        if isinstance(buffer, BufferEntry):
            buffer_name = buffer.name or name
            self._buffer((*place, "buffer"), buffer_name, buffer)
        else:
            buffer_name = buffer
        changeover: str | None = None
        if isinstance(entry.changeover, ChangeoverEntry):
            changeover = name
            self._changeover((*place, "changeover"), name, entry.changeover)
        elif entry.changeover is not None:
            changeover = entry.changeover
            self.faults.knows((*place, "changeover"), "changeover", changeover, self.changeovers)
        if entry.shifts is not None:
            self.faults.knows((*place, "shifts"), "shifts", entry.shifts, self.file.shifts)
        if not entry.machines:
            self.faults.add((*place, "machines"), "a work center needs at least one machine")
        for machine, special in entry.machines.items():
            self._machine((*place, "machines", machine), machine, name, special, entry)
        self.work_centers[name] = WorkCenter(
            id=name,
            buffer=buffer_name,
            shifts=entry.shifts,
            at_shift_end=entry.at_shift_end,
            changeover=changeover,
            blocking=entry.blocking,
        )

    def _machine(self, place: Place, name: str, center: str, entry: MachineEntry, group: WorkCenterEntry) -> None:
        if name in self.machines:
            other = self.machines[name].work_center
            self.faults.add(place, f"there is a machine {name!r} already, in work center {other!r}")
            return
        ways, where = (group.failures, ("work_centers", center)) if entry.failures is None else (entry.failures, place)
        failures = [self._failure((*where, "failures", way), way, failure) for way, failure in ways.items()]
        outages = [self._window((*place, "outages", at), span) for at, span in enumerate(entry.outages)]
        self.machines[name] = Machine(
            id=name,
            work_center=center,
            speed=entry.speed,
            failures=tuple(filter(None, failures)),
            set_up_for=entry.set_up_for,
            outages=tuple(filter(None, outages)),
        )

    def _failure(self, place: Place, name: str, entry: FailureEntry) -> Failure | None:
        def make() -> Failure:
            up, repair = _distribution(entry.time_to_failure), _distribution(entry.time_to_repair)
            if up.mean <= 0:
                raise ValueError("the time to failure must be more than zero")
            return Failure(time_to_failure=up, time_to_repair=repair, clock=entry.clock, id=name, crew=entry.crew)

        if entry.crew is not None:
            self.faults.knows((*place, "crew"), "crew", entry.crew, self.crews)
        return self.faults.made(place, make)

    def _check_buffers(self) -> None:
        for name, center in self.work_centers.items():
            self.faults.knows(("work_centers", name, "buffer"), "buffer", center.buffer, self.buffers)

    def _order_machines(self) -> None:
        order = self.file.machine_order
        if order is None:
            return
        if sorted(order) != sorted(self.machines):
            missing = [name for name in self.machines if name not in order]
            self.faults.add(
                ("machine_order",),
                f"wanted every machine once; missing: {', '.join(missing) or 'none'}, named: {len(order)}",
            )
            return
        self.machines = {name: self.machines[name] for name in order}

    # -- products ---------------------------------------------------------------------------------------------------

    def _routing(self, place: Place, name: str, steps: list[StepEntry], per: str | None) -> None:
        if name in self.routings:
            self.faults.add(place, f"there is a routing {name!r} already")
            return
        if not steps:
            self.faults.add(place, "the routing is empty; give at least one step, such as '- turning: 4 min'")
            return
        made = [self._operation((*place, at), step, per) for at, step in enumerate(steps)]
        operations = tuple(operation for operation in made if operation is not None)
        if len(operations) == len(steps):
            routing = self.faults.made(place, lambda: Routing(id=name, operations=operations))
            if routing is not None:
                self.routings[name] = routing

    def _operation(self, place: Place, step: StepEntry, per: str | None) -> Operation | None:
        machines = self._alternatives(place, step)
        if step.buffer is not None:
            self.faults.knows((*place, "buffer"), "buffer", step.buffer, self.buffers)
        if machines is None:
            return None
        places = {self.work_centers[self.machines[machine].work_center].buffer for machine in machines}
        if step.buffer is None and len(places) > 1:
            waits = ", ".join(sorted(places))
            self.faults.add(
                place, f"its machines wait behind different buffers ({waits}); name the one for this step (buffer: ...)"
            )
            return None
        return self.faults.made(
            place,
            lambda: Operation(
                id=step.step,
                machines=machines,
                per="unit" if (step.per or per) == "unit" else "order",
                scrap=step.scrap,
                buffer=step.buffer,
                next=step.next,
                rework_limit=step.rework_limit,
            ),
        )

    def _alternatives(self, place: Place, step: StepEntry) -> dict[str, Distribution] | None:
        """The machines that can do a step, each with its time."""
        times: dict[str, Distribution | float]
        if step.machines is not None and step.at is None and step.time is None:
            times = step.machines
            if not times:
                self.faults.add(place, "no machine can do this step; name at least one")
                return None
            known = [
                self.faults.knows((*place, step.step, "machines", name), "machine", name, self.machines)
                for name in times
            ]
            if not all(known):
                return None
        elif step.machines is None and step.at is not None and step.time is not None:
            names = self._machines_at(place, step.at)
            if not names:
                return None
            times = dict.fromkeys(names, step.time)
        else:
            self.faults.add(
                place,
                f"step {step.step!r}: wanted where it is done and how long it takes: 'at' and 'time', or 'machines'",
            )
            return None
        made = {name: self.faults.made(place, lambda n=name, t=time: self._work(n, t)) for name, time in times.items()}  # type: ignore[misc]
        found = {name: work for name, work in made.items() if work is not None}
        return found if len(found) == len(times) else None

    def _machines_at(self, place: Place, names: list[str]) -> list[str]:
        found: dict[str, None] = {}
        for name in names:
            if name in self.file.work_centers:
                found |= dict.fromkeys(self.file.work_centers[name].machines)
            elif self.faults.knows(
                (*place, name), "work center or machine", name, {**self.file.work_centers, **self.machines}
            ):
                found[name] = None
        return [name for name in found if name in self.machines]

    def _work(self, machine: str, time: Distribution | float) -> Distribution:
        if not isinstance(time, (int, float)):
            return time
        variation = self.file.work_centers[self.machines[machine].work_center].variation
        return Lognormal(time, variation) if variation and time else Constant(time)

    def _product(self, name: str, entry: ProductEntry) -> None:
        place: Place = ("products", name)
        if (entry.routing is None) == (entry.like is None):
            self.faults.add(place, "wanted a 'routing', or 'like' and a product that has the same one")
            return
        origin = self._origin(name)
        if origin is None:
            return
        first = self.file.products[origin]
        routing = first.routing if isinstance(first.routing, str) else origin
        if isinstance(first.routing, str) and not self.faults.knows(
            ("products", origin, "routing"), "routing", routing, self.file.routings
        ):
            return
        family = entry.family or (first.family if entry.like is not None else None) or ""
        self.products[name] = Product(id=name, routing=routing, family=family)

    def _origin(self, name: str) -> str | None:
        """The product whose routing *name* has, along all that it is like."""
        way = [name]
        while (like := self.file.products[way[-1]].like) is not None:
            if not self.faults.knows(("products", way[-1], "like"), "product", like, self.file.products):
                return None
            if like in way:
                circle = " like ".join([*way, like])
                self.faults.add(("products", name, "like"), f"the routing goes in a circle: {circle}")
                return None
            way.append(like)
        return way[-1]

    def _check_families(self) -> None:
        families = {product.family: None for product in self.products.values()}
        for changeover in self.changeovers.values():
            families |= dict.fromkeys(family for before, row in changeover.times.items() for family in (before, *row))
        if len(self.products) < len(self.file.products):
            return
        for name, center in self.file.work_centers.items():
            for machine, entry in center.machines.items():
                if entry.set_up_for is not None:
                    place = ("work_centers", name, "machines", machine, "set_up_for")
                    self.faults.knows(place, "product family", entry.set_up_for, families)

    # -- orders -----------------------------------------------------------------------------------------------------

    def _orders(self, place: Place, entry: OrderEntry) -> None:
        if not self.faults.knows((*place, "product"), "product", entry.product, self.file.products):
            return
        release = self.faults.made(
            (*place, "release"), lambda: 0 if entry.release is None else moment(entry.release, self.epoch)
        )
        due = None if entry.due is None else self.faults.made((*place, "due"), lambda: moment(entry.due, self.epoch))
        if release is None:
            return
        if (entry.repeat is None) != (entry.every is None):
            self.faults.add(
                place, "wanted 'repeat' and 'every' together: how many orders, and how long after one another"
            )
            return
        count, every = entry.repeat or 1, entry.every or 0
        for number in range(count):
            name = entry.order if entry.repeat is None else f"{entry.order}-{number + 1:0{len(str(count))}}"
            made = self.faults.made(
                place,
                lambda n=name, later=number * every: Order(  # type: ignore[misc]
                    id=n,
                    product=entry.product,
                    quantity=entry.quantity,
                    release=release + later,
                    due=None if due is None else due + later,
                    weight=entry.weight,
                ),
            )
            if made is None:
                return
            if name in self.order_names:
                self.faults.add((*place, "order"), f"there is an order {name!r} already")
                return
            self.order_names.add(name)
            self.orders.append(made)


def _distribution(time: Distribution | float) -> Distribution:
    return Constant(time) if isinstance(time, (int, float)) else time
