"""People, tools, vehicles, materials, and what breaks or is maintained, as tables that can be edited.

They are like those of `ui.edit_tables`; a plant has those that it needs.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from plant_models.clock import duration
from plant_models.plant import Failure, Material, Plant
from plant_models.scenario import Scenario
from plant_models.shifts import HOUR
from plant_models.upkeep import Maintenance
from twin.changes import (
    Change,
    CrewOvertime,
    CrewSize,
    Demand,
    FailureTime,
    FleetSize,
    LateDelivery,
    MaintenanceInterval,
    RepairTime,
    StockChange,
    ToolCount,
)
from twin.state import State
from ui.edit_cells import Cells, Table, cell, frame, number, window

JOIN = " · "
"""Between a machine and the failure or the maintenance of it that a row is about."""


def people(scenario: Scenario, state: State, asked: Sequence[Change]) -> Table:
    """Crews: how many people they are, and when they stay longer. The first overtime of each stands in the table."""
    plant, epoch = scenario.plant, scenario.epoch
    rows = {}
    for name, crew in plant.crews.items():
        size = next((c.size for c in reversed(asked) if isinstance(c, CrewSize) and c.crew == name), crew.size)
        over = next((c for c in asked if isinstance(c, CrewOvertime) and c.crew == name), None)
        rows[name] = {
            "hours": crew.shifts or "always there",
            "people": size,
            "overtime from": None if over is None else cell(epoch, over.start),
            "for, h": None if over is None else (over.end - over.start) / HOUR,
            "can do": ", ".join((name, *crew.skills)),
        }

    def owned(change: Change, row: str) -> bool:
        first = next((c for c in asked if isinstance(c, CrewOvertime) and c.crew == row), None)
        return (isinstance(change, CrewSize) and change.crew == row) or (first is not None and change is first)

    def meant(row: str, cells: Cells) -> list[Change]:
        over = window(epoch, cells["overtime from"], cells["for, h"], now=state.now)
        size = number(cells["people"])
        found: list[Change] = [] if size in (None, plant.crews[row].size) else [CrewSize(row, int(size or 0))]
        return found + ([] if over is None else [CrewOvertime(row, *over)])

    return Table(frame(rows, "crew"), owned, meant)


def demand(scenario: Scenario, state: State, asked: Sequence[Change]) -> Table:
    """Orders that come by themselves: how long after one another, how many came, and how much more often they come."""
    rows = {}
    for name, arrival in scenario.plant.arrivals.items():
        factor = next((c.factor for c in reversed(asked) if isinstance(c, Demand) and c.arrivals == name), 1.0)
        rows[name] = {
            "for": ", ".join(arrival.shares),
            "every": duration(round(arrival.between.mean)),
            "orders, times": factor,
            "came": state.arrivals[name].come if name in state.arrivals else 0,
        }

    def owned(change: Change, row: str) -> bool:
        return isinstance(change, Demand) and change.arrivals == row

    def meant(row: str, cells: Cells) -> list[Change]:
        factor = number(cells["orders, times"])
        return [] if factor in (None, 1.0) else [Demand(row, float(factor or 1.0))]

    return Table(frame(rows, "arrivals"), owned, meant)


def tools(scenario: Scenario, state: State, asked: Sequence[Change]) -> Table:
    """Tools, pallets and cards: how many units there are, and how many are free now."""
    known = scenario.plant.tools
    free = {name: {"free now": len(state.tools[name].free)} for name in known}
    had = {name: tool.count for name, tool in known.items()}
    return _counted("tool", "units", had, free, asked, ToolCount, "count")


def vehicles(scenario: Scenario, _state: State, asked: Sequence[Change]) -> Table:
    """Fleets: how many vehicles they have."""
    fleets = fleets_of(scenario.plant)
    machines = scenario.plant.machines.values()
    had = {name: sum(machine.work_center == name for machine in machines) for name in fleets}
    return _counted("fleet", "vehicles", had, {name: {} for name in fleets}, asked, FleetSize, "size")


def fleets_of(plant: Plant) -> list[str]:
    """The work centers that are fleets of vehicles."""
    return [center.id for center in plant.work_centers.values() if center.fleet is not None]


def materials(scenario: Scenario, state: State, asked: Sequence[Change]) -> Table:
    """Materials: what is in stock, by the books and as counted, and a time in which none is delivered."""
    plant, epoch = scenario.plant, scenario.epoch
    rows = {}
    for name, material in plant.materials.items():
        counted = next((c.stock for c in reversed(asked) if isinstance(c, StockChange) and c.material == name), None)
        late = next((c for c in asked if isinstance(c, LateDelivery) and c.material == name), None)
        rows[name] = {
            "unit": material.unit,
            "in stock": state.stocks[name].level,
            "counted": counted,
            "none from": None if late is None else cell(epoch, late.start),
            "for, h": None if late is None else (late.end - late.start) / HOUR,
            "comes": supply(plant, material),
        }

    def owned(change: Change, row: str) -> bool:
        first = next((c for c in asked if isinstance(c, LateDelivery) and c.material == row), None)
        return (isinstance(change, StockChange) and change.material == row) or (first is not None and change is first)

    def meant(row: str, cells: Cells) -> list[Change]:
        late = window(epoch, cells["none from"], cells["for, h"], now=state.now)
        counted = number(cells["counted"])
        found: list[Change] = [] if counted is None else [StockChange(row, int(counted))]
        return found + ([] if late is None else [LateDelivery(row, *late)])

    return Table(frame(rows, "material"), owned, meant)


def supply(plant: Plant, material: Material) -> str:
    """How a material comes in, in words."""
    known = material.replenishment
    if known is None:
        return "made here" if is_made(plant, material.id) else "never"
    if known.every is not None:
        return f"{known.quantity:,} every {duration(known.every)}"
    lasting = "" if known.lead_time is None else f", {duration(round(known.lead_time.mean))} later on average"
    return f"{known.quantity:,} when down to {known.reorder_point:,}{lasting}"


def is_made(plant: Plant, material: str) -> bool:
    """Whether a material is a product that is stocked, or comes out of an operation."""
    operations = (step for routing in plant.routings.values() for step in routing.operations)
    stocked = any(product.stock == material for product in plant.products.values())
    return stocked or any(material in operation.yields for operation in operations)


def failures(scenario: Scenario, _state: State, asked: Sequence[Change]) -> Table:
    """Failures: how long a machine runs until one comes, and how long its repair takes, on average."""
    known = dict(failures_of(scenario.plant))
    times: Mapping[str, tuple[type[Any], Callable[[Failure], float]]] = {
        "runs for, h": (FailureTime, lambda failure: failure.time_to_failure.mean),
        "repair, h": (RepairTime, lambda failure: failure.time_to_repair.mean),
    }

    def said(row: str, column: str) -> float:
        kind, mean = times[column]
        machine, _, failure = row.partition(JOIN)
        about = [c for c in asked if isinstance(c, kind) and c.machine == machine and c.failure in ("", failure)]
        return (about[-1].mean if about else mean(known[row])) / HOUR

    rows = {row: {column: round(said(row, column), 3) for column in times} for row in known}

    def owned(change: Change, row: str) -> bool:
        machine, _, failure = row.partition(JOIN)
        is_about = isinstance(change, FailureTime | RepairTime) and change.machine == machine
        return is_about and getattr(change, "failure", None) in ("", failure)

    def meant(row: str, cells: Cells) -> list[Change]:
        machine, _, failure = row.partition(JOIN)
        found: list[Change] = []
        for column, (kind, mean) in times.items():
            wanted = number(cells[column])
            if wanted is not None and wanted != round(mean(known[row]) / HOUR, 3):
                found.append(kind(machine, round(wanted * HOUR), failure))
        return found

    return Table(frame(rows, "machine and failure"), owned, meant)


def failures_of(plant: Plant) -> Iterator[tuple[str, Failure]]:
    """Each way in which a machine breaks down; of one with places, once for all of them."""
    for whole in dict.fromkeys(machine.whole for machine in plant.machines.values()):
        for failure in plant.machines[plant.together(whole)[0]].failures:
            yield f"{whole}{JOIN}{failure.id}", failure


def maintenance(scenario: Scenario, _state: State, asked: Sequence[Change]) -> Table:
    """Maintenance that comes by the clock: how long after one another, in calendar or working time."""
    known = dict(maintenance_of(scenario.plant))
    rows: dict[str, Cells] = {}
    for row, task in known.items():
        about = [c.interval for c in asked if isinstance(c, MaintenanceInterval) and _row(c) == row]
        rows[row] = {
            "of": "the calendar" if task.every is not None else "working time",
            "takes, h": round(task.duration.mean / HOUR, 2),
            "every, h": (about[-1] if about else task.interval) / HOUR,
        }

    def owned(change: Change, row: str) -> bool:
        return isinstance(change, MaintenanceInterval) and _row(change) == row

    def meant(row: str, cells: Cells) -> list[Change]:
        machine, _, task = row.partition(JOIN)
        wanted = number(cells["every, h"])
        if wanted is None or round(wanted * HOUR) == known[row].interval:
            return []
        return [MaintenanceInterval(machine, task, round(wanted * HOUR))]

    return Table(frame(rows, "machine and maintenance"), owned, meant)


def maintenance_of(plant: Plant) -> Iterator[tuple[str, Maintenance]]:
    """Each maintenance that comes by the clock; of a machine with places, once for all of them."""
    for whole in dict.fromkeys(machine.whole for machine in plant.machines.values()):
        for task in plant.machines[plant.together(whole)[0]].maintenance:
            if task.every is not None or task.after_work is not None:
                yield f"{whole}{JOIN}{task.id}", task


def _row(change: MaintenanceInterval) -> str:
    return f"{change.machine}{JOIN}{change.maintenance}"


def _counted(
    what: str,
    column: str,
    had: Mapping[str, int],
    more: Mapping[str, Cells],
    asked: Sequence[Change],
    kind: type[Any],
    field: str,
) -> Table:
    """A table of how many there are of each; *kind* is the edit that says another number, in its *field*."""

    def last(row: str) -> Any:
        return next((c for c in reversed(asked) if isinstance(c, kind) and getattr(c, what) == row), None)

    rows = {row: {**more[row], column: getattr(last(row), field, count)} for row, count in had.items()}

    def owned(change: Change, row: str) -> bool:
        return isinstance(change, kind) and getattr(change, what) == row

    def meant(row: str, cells: Cells) -> list[Change]:
        wanted = number(cells[column])
        return [] if wanted in (None, had[row]) else [kind(row, int(wanted or 0))]

    return Table(frame(rows, what), owned, meant)
