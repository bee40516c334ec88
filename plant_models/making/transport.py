"""Vehicles: where they get to, and the steps of transport that they do."""

from collections.abc import Mapping
from difflib import get_close_matches

from plant_models.batch import Batch
from plant_models.distributions import Distribution
from plant_models.documents import Place
from plant_models.entries.floor import MachineEntry, WorkCenterEntry
from plant_models.entries.products import StepEntry
from plant_models.making.parts import Making
from plant_models.moves import Carrier, carriers_of, with_moves
from plant_models.orders import Operation
from plant_models.transport import Fleet, Move


def batch_of(entry: MachineEntry, group: WorkCenterEntry) -> dict[str, Batch]:
    """What a vehicle takes at once, where its fleet says so and it does not itself."""
    if group.fleet is None or group.fleet.capacity == 1 or entry.batch is not None:
        return {}
    return {"batch": Batch(most=group.fleet.capacity, by="any")}


def carriers(making: Making) -> tuple[Carrier, ...]:
    """The fleets of the plant, each with its vehicles."""
    fleets = {name: center.fleet for name, center in making.work_centers.items() if center.fleet is not None}
    vehicles = {name: [m.id for m in making.machines.values() if m.work_center == name] for name in fleets}
    return carriers_of(fleets, vehicles)


def check_locations(making: Making) -> None:
    """Every location that a work center or a vehicle names is in the tables of a fleet."""
    fleets = {name: center.fleet for name, center in making.work_centers.items() if center.fleet is not None}
    if not fleets:
        return
    served = {location: None for fleet in fleets.values() for location in fleet.locations}
    for name, center in making.work_centers.items():
        if center.location is not None:
            making.faults.knows(("work_centers", name, "location"), "location", center.location, served)
    lost = [name for name, c in making.work_centers.items() if c.location is None and name not in served]
    for name, fleet in fleets.items():
        for location in _nowhere(making, fleet):
            for meant in get_close_matches(location, [center for center in lost if center not in fleets], n=1):
                making.faults.add(
                    ("work_centers", name, "fleet"), f"nothing stands at location {location!r}; did you mean {meant!r}?"
                )
        for machine, entry in making.file.work_centers[name].machines.items():
            if entry.set_up_for is not None:
                place: Place = ("work_centers", name, "machines", machine, "set_up_for")
                making.faults.knows(place, "location", entry.set_up_for, dict.fromkeys(fleet.locations))


def _nowhere(making: Making, fleet: Fleet) -> list[str]:
    """The locations of a fleet at which no work center stands, and which it does not use itself."""
    stand = {center.location or name for name, center in making.work_centers.items()}
    return [name for name in fleet.locations if name not in stand | {fleet.start, fleet.entry, fleet.exit}]


def times_of(making: Making, place: Place, names: list[str], step: StepEntry) -> dict[str, Distribution]:
    """The times that vehicles take for a move that does not say how long it takes."""
    assert step.move is not None  # asked only of moves
    move, found = Move(step.move.origin, step.move.to), {}
    for name in names:
        fleet = making.work_centers[making.machines[name].work_center].fleet
        if fleet is None:
            making.faults.add(place, f"machine {name!r} is no vehicle; a move is done at a work center with a fleet")
            return {}
        known: Mapping[str, None] = dict.fromkeys(fleet.locations)
        is_known = [making.faults.knows((*place, "move"), "location", at, known) for at in (move.origin, move.to)]
        if not all(is_known):
            return {}
        found[name] = fleet.carry(move.origin, move.to)
    return found


def moved(making: Making, place: Place, operations: tuple[Operation, ...]) -> tuple[Operation, ...] | None:
    """*operations* with the steps of transport that they lack; None, and a fault, where it is not clear where to."""
    fleets = carriers(making)
    if not fleets:
        return operations
    for at, operation in enumerate(operations):
        locations = _locations(making, operation)
        if len(locations) > 1 and operation.move is None and any(c.fleet.serves(*locations) for c in fleets):
            making.faults.add(
                (*place, at),
                f"step {operation.id!r}: its machines stand at different locations ({', '.join(locations)}), and "
                "vehicles have to know where to take an order; wanted machines at one location",
            )
            return None
    return with_moves(operations, lambda operation: next(iter(_locations(making, operation))), fleets)


def _locations(making: Making, operation: Operation) -> dict[str, None]:
    centers = [making.work_centers[making.machines[machine].work_center] for machine in operation.machines]
    return {center.location or center.id: None for center in centers}
