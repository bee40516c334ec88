"""The empty runs of vehicles, laid out."""

from collections.abc import Sequence
from typing import Protocol

from plant_models.plant import Plant
from twin.compiled.arrays import NOBODY
from twin.compiled.timings import Timings


class Laying(Protocol):
    """What empty runs are laid out in."""

    plant: Plant
    families: tuple[str, ...]
    timings: Timings

    def name_draws(self, *whats: str, who: str) -> int:
        """Add the names of draws; the number of the first."""


def lay_runs(layout: Laying, vehicle: str) -> dict[str, int]:
    """Where the means of a vehicle's empty runs lie, their timings and draws where they vary; little for a machine."""
    fleet = layout.plant.vehicles.get(vehicle)
    found = {"empty_runs": NOBODY, "empty_run_bases": NOBODY}
    if fleet is None:
        return found
    times = _empty_runs(layout.plant, vehicle, layout.families)
    found["setups"] = layout.timings.whole(times)
    if fleet.variation:
        made = {time: layout.timings.add(fleet.empty(time)) for time in sorted(set(times))}
        found["empty_runs"] = layout.timings.whole(made[time] for time in times)
        found["empty_run_bases"] = layout.name_draws("empty run", "empty run\0again", who=vehicle)
    return found


def _empty_runs(plant: Plant, vehicle: str, names: Sequence[str]) -> list[int]:
    """Mean milliseconds of an empty run from nowhere and from each of the *names*, to each; 0 where one is no place."""
    fleet, speed = plant.vehicles[vehicle], plant.machines[vehicle].speed
    places = set(fleet.locations)
    return [
        round(fleet.run(before, after) / speed) if before in places and after in places else 0
        for before in (None, *names)
        for after in names
    ]
