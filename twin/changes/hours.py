"""What if people worked longer: work centers that are open besides, crews that stay."""

from dataclasses import dataclass, replace

from plant_models.clock import Epoch
from plant_models.errors import InvalidPlant
from plant_models.scenario import Scenario
from twin.changes.edit import check_window, found, unknown, when


@dataclass(frozen=True, slots=True)
class ExtraShift:
    """A work center is staffed from *start* to *end* as well, holidays or not."""

    work_center: str
    start: int
    end: int

    def apply(self, scenario: Scenario) -> Scenario:
        """The work center with hours of its own, where it shared them, and the extra window."""
        plant = scenario.plant
        if self.work_center not in plant.work_centers:
            raise unknown("work center", self.work_center, plant.work_centers)
        check_window(self.words(), self.start, self.end)
        center = plant.work_centers[self.work_center]
        if center.shifts is None:
            raise InvalidPlant(f"work center {center.id!r} never closes; an extra shift adds nothing")
        hours = plant.shifts[center.shifts]
        is_shared = sum(other.shifts == hours.id for other in plant.work_centers.values()) > 1
        name = f"{hours.id}, {center.id}" if is_shared else hours.id
        hours = replace(hours, id=name, extra=(*hours.extra, (self.start, self.end)))
        return replace(
            scenario,
            plant=replace(
                plant,
                shifts={**plant.shifts, name: hours},
                work_centers={**plant.work_centers, center.id: replace(center, shifts=name)},
            ),
        )

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""
        return f"{self.work_center} also works from {when(self.start, epoch)} to {when(self.end, epoch)}"


@dataclass(frozen=True, slots=True)
class CrewOvertime:
    """A crew is there from *start* to *end* as well, holidays or not."""

    crew: str
    start: int
    end: int

    def apply(self, scenario: Scenario) -> Scenario:
        """The crew with hours of its own, and the extra window."""
        plant, crew = scenario.plant, found(scenario, "crews", self.crew)
        check_window(self.words(), self.start, self.end)
        if crew.shifts is None:
            raise InvalidPlant(f"crew {crew.id!r} is always there; overtime adds nothing")
        hours = plant.shifts[crew.shifts]
        hours = replace(hours, id=f"{hours.id}, {crew.id}", extra=(*hours.extra, (self.start, self.end)))
        crews = {**plant.crews, crew.id: replace(crew, shifts=hours.id)}
        return replace(scenario, plant=replace(plant, shifts={**plant.shifts, hours.id: hours}, crews=crews))

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""
        return f"crew {self.crew} also works from {when(self.start, epoch)} to {when(self.end, epoch)}"
