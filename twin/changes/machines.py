"""What if machines were other than they are: out of use, faster, more reliable."""

from dataclasses import dataclass
from typing import Any

from plant_models.clock import Epoch
from plant_models.errors import InvalidPlant, known_names
from plant_models.plant import Failure, Machine
from plant_models.scenario import Scenario
from plant_models.units import duration
from plant_models.upkeep import Maintenance
from twin.changes.edit import altered, check_window, found, unknown, when, with_one, with_some


@dataclass(frozen=True, slots=True)
class MachineDown:
    """A machine is out of use from *start* to *end*."""

    machine: str
    start: int
    end: int

    def apply(self, scenario: Scenario) -> Scenario:
        """The machine closed for that time, besides what it had; all its places, if it is one."""
        machine, window = found(scenario, "machines", self.machine), (self.start, self.end)
        check_window(self.words(), *window)
        return _with_places(scenario, machine.id, outages=(*machine.outages, window))

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""
        return f"{self.machine} is down from {when(self.start, epoch)} to {when(self.end, epoch)}"


@dataclass(frozen=True, slots=True)
class Speed:
    """A machine works *factor* times as fast as it did."""

    machine: str
    factor: float

    def apply(self, scenario: Scenario) -> Scenario:
        """The machine at the other speed."""
        machine = found(scenario, "machines", self.machine)
        return with_one(scenario, "machines", self.machine, speed=machine.speed * self.factor)

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""
        return f"{self.machine} works {self.factor:g} times as fast"


@dataclass(frozen=True, slots=True)
class FailureTime:
    """A machine breaks down after another time on average (*mean*, milliseconds on the clock of its failure).

    *failure* names the way in which it breaks down; it may be left out where there is only one. How the times spread
    around their mean stays as it is, in proportion.
    """

    machine: str
    mean: int
    failure: str = ""

    def apply(self, scenario: Scenario) -> Scenario:
        """The machine that breaks down more often, or less; all its places, if it is one."""
        return _with_failure(scenario, self, "time_to_failure")

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it."""
        return f"{_what(self, 'breakdown')} comes after {duration(self.mean)} on average"


@dataclass(frozen=True, slots=True)
class RepairTime:
    """A machine is repaired in another time on average (*mean*, milliseconds), once somebody is there to do it.

    *failure* names the way in which it breaks down; it may be left out where there is only one. How the times spread
    around their mean stays as it is, in proportion.
    """

    machine: str
    mean: int
    failure: str = ""

    def apply(self, scenario: Scenario) -> Scenario:
        """The machine that is repaired faster, or slower; all its places, if it is one."""
        return _with_failure(scenario, self, "time_to_repair")

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it."""
        return f"{_what(self, 'breakdown')} is repaired in {duration(self.mean)} on average"


@dataclass(frozen=True, slots=True)
class MaintenanceInterval:
    """A maintenance of a machine, or of all its places, is due after another *interval* (milliseconds).

    The interval is of the calendar or of working time, as it was.
    """

    machine: str
    maintenance: str
    interval: int

    def apply(self, scenario: Scenario) -> Scenario:
        """The machine with the other interval."""
        tasks = _machine(scenario, self.machine).maintenance
        if self.maintenance not in [task.id for task in tasks]:
            known = known_names("maintenance", self.maintenance, dict.fromkeys(task.id for task in tasks))
            raise InvalidPlant(f"machine {self.machine!r}: {known}")
        changed = tuple(self._changed(task) if task.id == self.maintenance else task for task in tasks)
        return _with_places(scenario, self.machine, maintenance=changed)

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it."""
        return f"{self.maintenance} of {self.machine} is due every {duration(self.interval)}"

    def _changed(self, task: Maintenance) -> Any:
        if task.every is not None:
            return altered(task, every=self.interval)
        if task.after_work is not None:
            return altered(task, after_work=self.interval)
        how = "wear" if task.at_wear is not None else f"every {task.after_orders} orders"
        raise InvalidPlant(
            f"maintenance {task.id!r} of {self.machine!r} is due by {how}; wanted one by the calendar or working time"
        )


def _machine(scenario: Scenario, name: str) -> Machine:
    """A machine, or the first of the places that are this machine."""
    places = scenario.plant.together(name)
    if not places:
        raise unknown("machine", name, scenario.plant.machines)
    return scenario.plant.machines[places[0]]


def _with_places(scenario: Scenario, name: str, **values: object) -> Scenario:
    """The scenario in which a machine, or all its places, has other values."""
    known = scenario.plant.machines
    places = {place: altered(known[place], **values) for place in scenario.plant.together(name)}
    return with_some(scenario, "machines", places)


def _what(change: FailureTime | RepairTime, otherwise: str) -> str:
    return f"{change.failure or otherwise} of {change.machine}"


def _with_failure(scenario: Scenario, change: FailureTime | RepairTime, field: str) -> Scenario:
    """The scenario in which the time of a failure that *field* names has another mean."""
    failures = _machine(scenario, change.machine).failures
    chosen = _chosen(change, failures)
    times = getattr(chosen, field)
    if change.mean < 1 or times.mean <= 0:
        raise InvalidPlant(f"{change.words()}: the mean must be more than zero")
    other: dict[str, Any] = {field: times.scaled(change.mean / times.mean)}
    changed = tuple(altered(known, **other) if known is chosen else known for known in failures)
    return _with_places(scenario, change.machine, failures=changed)


def _chosen(change: FailureTime | RepairTime, failures: tuple[Failure, ...]) -> Failure:
    names = [failure.id for failure in failures]
    if not failures:
        raise InvalidPlant(f"machine {change.machine!r} never breaks down; describe its failures in the plant first")
    if not change.failure and len(failures) == 1:
        return failures[0]
    if change.failure not in names:
        which = f"which failure is meant; there are {', '.join(names)}"
        told = known_names("failure", change.failure, dict.fromkeys(names)) if change.failure else which
        raise InvalidPlant(f"machine {change.machine!r}: {told}")
    return failures[names.index(change.failure)]
