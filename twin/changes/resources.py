"""What if there were more of something, or less: places in a buffer, people, tools, vehicles."""

from dataclasses import dataclass, replace

from plant_models.clock import Epoch
from plant_models.errors import InvalidPlant
from plant_models.orders import Operation
from plant_models.plant import Machine, Plant
from plant_models.scenario import Scenario
from twin.changes.edit import altered, unknown, with_one


@dataclass(frozen=True, slots=True)
class BufferSize:
    """A buffer has room for *capacity* orders; None: for any number."""

    buffer: str
    capacity: int | None

    def apply(self, scenario: Scenario) -> Scenario:
        """The buffer with the other capacity."""
        return with_one(scenario, "buffers", self.buffer, capacity=self.capacity)

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""
        return f"{self.buffer} has room for " + ("any number" if self.capacity is None else f"{self.capacity} orders")


@dataclass(frozen=True, slots=True)
class CrewSize:
    """A crew has so many people."""

    crew: str
    size: int

    def apply(self, scenario: Scenario) -> Scenario:
        """The crew with the other size."""
        return with_one(scenario, "crews", self.crew, size=self.size)

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""
        return f"crew {self.crew} has {self.size} {'person' if self.size == 1 else 'people'}"


@dataclass(frozen=True, slots=True)
class ToolCount:
    """There are so many units of a tool, or so many carriers of a kind."""

    tool: str
    count: int

    def apply(self, scenario: Scenario) -> Scenario:
        """The tool in the other number."""
        return with_one(scenario, "tools", self.tool, count=self.count)

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""
        return f"there {'is' if self.count == 1 else 'are'} {self.count} of {self.tool}"


@dataclass(frozen=True, slots=True)
class FleetSize:
    """A fleet has so many vehicles: the last ones go, or more like the first one come."""

    fleet: str
    size: int

    def apply(self, scenario: Scenario) -> Scenario:
        """The work center with that many vehicles, which all do what its vehicles did."""
        plant = scenario.plant
        fleets = [center.id for center in plant.work_centers.values() if center.fleet is not None]
        if self.fleet not in fleets:
            raise unknown("fleet", self.fleet, fleets)
        if self.size < 1:
            raise InvalidPlant(f"fleet {self.fleet!r}: wanted at least 1 vehicle, not {self.size}")
        had = [machine for machine in plant.machines.values() if machine.work_center == self.fleet]
        new = [altered(had[0], id=name) for name in _names(plant, self.fleet, self.size - len(had))]
        return replace(scenario, plant=_with(plant, had, [*had[: self.size], *new]))

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""
        return f"fleet {self.fleet} has {self.size} {'vehicle' if self.size == 1 else 'vehicles'}"


def _names(plant: Plant, fleet: str, count: int) -> list[str]:
    """Names for more vehicles that no machine has yet."""
    found: list[str] = []
    number = 1
    while len(found) < count:
        name = f"{fleet}-{number}"
        if name not in plant.machines:
            found.append(name)
        number += 1
    return found


def _with(plant: Plant, had: list[Machine], has: list[Machine]) -> Plant:
    """The plant with other vehicles in the place of those that it had."""
    gone, first = {machine.id for machine in had}, had[0].id
    names = [machine.id for machine in has]

    def moved(operation: Operation) -> Operation:
        if first not in operation.machines:
            return operation
        times = {name: operation.machines.get(name, operation.machines[first]) for name in names}
        others = {name: time for name, time in operation.machines.items() if name not in gone}
        return replace(operation, machines=others | times)

    return replace(
        plant,
        machines={n: m for n, m in plant.machines.items() if n not in gone} | {machine.id: machine for machine in has},
        routings={
            name: replace(routing, operations=tuple(moved(operation) for operation in routing.operations))
            for name, routing in plant.routings.items()
        },
    )
