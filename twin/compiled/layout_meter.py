"""What a plant draws, laid out for the meter of a compiled floor."""

from collections.abc import Callable, Iterable

from plant_models.plant import Plant
from plant_models.shifts import HOUR
from twin.span import STATUSES


def lay_meter(
    plant: Plant, products: Iterable[str], real: Callable[[Iterable[float]], int], *, is_metered: bool
) -> dict[str, int]:
    """The fields of `twin.compiled.meter_arrays.Metering` that never change; none where the plant draws nothing.

    *products* are those that have steps, in the sequence in which these are laid out.
    """
    if not is_metered:
        return {}
    powers = [plant.power(name) for name in plant.machines]
    operations = [stop.operation for product in products for stop in plant.stops(product)]
    return {
        "rates": real((0.0 if power is None else power.at(word)) / HOUR for power in powers for word in STATUSES),
        "energies": real(number for o in operations for number in (o.energy, float(o.energy_per == "unit"))),
        "has_processes": any(operation.energy for operation in operations),
        "interval": plant.electricity.interval,
        "offset": plant.electricity.offset,
    }
