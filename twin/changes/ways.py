"""What if work went another way: another rule that decides, other changeover times."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from plant_models.changeovers import AttributeChange, Changeover
from plant_models.clock import Epoch
from plant_models.errors import InvalidPlant
from plant_models.scenario import Scenario
from twin.changes.edit import altered, unknown
from twin.policies.rules import RULES


@dataclass(frozen=True, slots=True)
class OtherRule:
    """Another dispatching rule decides."""

    rule: str

    def apply(self, scenario: Scenario) -> Scenario:
        """The scenario with the other rule."""
        if self.rule not in RULES:
            raise unknown("dispatching rule", self.rule, RULES)
        return replace(scenario, rule=self.rule)

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it; with *epoch*, times are dates."""
        return f"the rule is {self.rule}"


@dataclass(frozen=True, slots=True)
class ChangeoverTime:
    """Changeovers at a work center take *factor* times as long as they did, cleaning included."""

    work_center: str
    factor: float

    def apply(self, scenario: Scenario) -> Scenario:
        """The work center with changeovers of its own, where it shared them, each so many times as long."""
        plant = scenario.plant
        if self.work_center not in plant.work_centers:
            raise unknown("work center", self.work_center, plant.work_centers)
        center = plant.work_centers[self.work_center]
        if center.changeover is None:
            raise InvalidPlant(f"work center {center.id!r} has no changeovers; there is nothing to change")
        if not 0 <= self.factor < float("inf"):
            raise InvalidPlant(f"{self.words()}: the factor must be zero or more")
        known = plant.changeovers[center.changeover]
        is_shared = sum(other.changeover == known.id for other in plant.work_centers.values()) > 1
        changed = self._changed(known, f"{known.id}, {center.id}" if is_shared else known.id)
        center = replace(center, changeover=changed.id)
        plant = altered(
            plant,
            changeovers={**plant.changeovers, changed.id: changed},
            work_centers={**plant.work_centers, center.id: center},
        )
        return replace(scenario, plant=plant)

    def words(self, epoch: Epoch | None = None) -> str:
        """The edit as people say it."""
        return f"changeovers at {self.work_center} take {self.factor:g} times as long"

    def _changed(self, known: Changeover, name: str) -> Changeover:
        return replace(
            known,
            id=name,
            times=self._table(known.times),
            default=self._time(known.default),
            attributes={
                attribute: AttributeChange(times=self._table(change.times), default=self._time(change.default))
                for attribute, change in known.attributes.items()
            },
            cleanings=tuple(replace(cleaning, time=self._time(cleaning.time)) for cleaning in known.cleanings),
        )

    def _table(self, times: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
        return {before: {after: self._time(time) for after, time in row.items()} for before, row in times.items()}

    def _time(self, time: int) -> int:
        return round(time * self.factor)
