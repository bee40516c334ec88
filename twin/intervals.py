"""The what-if of maintenance that comes more often, or less often."""

from dataclasses import dataclass, replace

from plant_models.clock import Epoch
from plant_models.errors import InvalidPlant
from plant_models.scenario import Scenario
from plant_models.units import duration
from plant_models.upkeep import Maintenance


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
        plant = scenario.plant
        names = plant.together(self.machine)
        if not names:
            raise InvalidPlant(f"no machine {self.machine!r}; there are {', '.join(plant.machines)}")
        tasks = plant.machines[names[0]].maintenance
        if self.maintenance not in [task.id for task in tasks]:
            known = ", ".join(task.id for task in tasks) or "none"
            raise InvalidPlant(f"machine {self.machine!r}: no maintenance {self.maintenance!r}; there are {known}")
        changed = tuple(self._changed(task) if task.id == self.maintenance else task for task in tasks)
        machines = {name: replace(plant.machines[name], maintenance=changed) for name in names}
        return replace(scenario, plant=replace(plant, machines={**plant.machines, **machines}))

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it."""
        return f"{self.maintenance} of {self.machine} is due every {duration(self.interval)}"

    def _changed(self, task: Maintenance) -> Maintenance:
        try:
            if task.every is not None:
                return replace(task, every=self.interval)
            if task.after_work is not None:
                return replace(task, after_work=self.interval)
        except ValueError as error:
            raise InvalidPlant(str(error)) from None
        how = "wear" if task.at_wear is not None else f"every {task.after_orders} orders"
        raise InvalidPlant(
            f"maintenance {task.id!r} of {self.machine!r} is due by {how}; wanted one by the calendar or working time"
        )
