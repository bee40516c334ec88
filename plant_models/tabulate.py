"""Scenarios as the tables from which `plant_models.workbook` reads them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timezone

from plant_models import units, weeks
from plant_models.clock import Epoch
from plant_models.columns import KEYS, TABLES
from plant_models.content import content, line, moment, more
from plant_models.distributions import Distribution
from plant_models.entries.floor import (
    BufferEntry,
    ChangeoverEntry,
    CrewEntry,
    FailureEntry,
    MachineEntry,
    WorkCenterEntry,
)
from plant_models.entries.products import OrderEntry, ProductEntry, StepEntry
from plant_models.file_model import SECTIONS
from plant_models.orders import Order
from plant_models.plant import Plant
from plant_models.scenario import Scenario
from plant_models.sheets import Cell
from plant_models.shifts import MINUTE, Shifts, Window

Line = tuple[Cell, ...]


def tables(scenario: Scenario) -> dict[str, list[Line]]:
    """Every table of *scenario*, its columns first; those that have no rows are there as well, to be filled in.

    Raises
    ------
    InvalidPlant
        Where it has something that no table can say.
    """
    plant, start = scenario.plant, scenario.epoch.start
    epoch = Epoch(start.replace(tzinfo=timezone(start.utcoffset() or UTC.utcoffset(None))))
    rows: dict[str, Iterator[Line]] = {
        "scenario": iter(
            [
                ("scenario", scenario.id),
                ("title", scenario.title or None),
                ("epoch", epoch.start.isoformat()),
                ("rule", scenario.rule),
                ("most_orders", plant.release.orders),
                ("most_work", None if plant.release.work is None else units.duration(plant.release.work)),
            ]
        ),
        "work_centers": (
            (
                center.id,
                center.buffer,
                center.shifts,
                center.at_shift_end,
                center.changeover,
                center.blocking,
                more(WorkCenterEntry, center, TABLES["work_centers"]),
            )
            for center in plant.work_centers.values()
        ),
        "machines": (
            (
                machine.id,
                machine.work_center,
                machine.speed,
                machine.set_up_for,
                more(MachineEntry, machine, (*TABLES["machines"], "failures", "outages")),
            )
            for machine in plant.machines.values()
        ),
        "buffers": (
            (
                buffer.id,
                buffer.capacity,
                buffer.discipline,
                buffer.when_full,
                more(BufferEntry, buffer, TABLES["buffers"]),
            )
            for buffer in plant.buffers.values()
        ),
        "crews": ((crew.id, crew.size, more(CrewEntry, crew, TABLES["crews"])) for crew in plant.crews.values()),
        "products": (
            (product.id, product.family, product.routing, more(ProductEntry, product, TABLES["products"]))
            for product in plant.products.values()
        ),
        "routings": _routings(plant),
        "branches": _branches(plant),
        "orders": (_order(order, epoch) for order in scenario.orders),
        "changeovers": _changeovers(plant),
        "shifts": (line for shifts in plant.shifts.values() for line in _shifts(shifts, epoch)),
        "failures": _failures(plant),
        "more": _sections(scenario),
        "outages": (
            (machine.id, *_span(window, epoch)) for machine in plant.machines.values() for window in machine.outages
        ),
    }
    found: dict[str, list[Line]] = {}
    for name, columns in TABLES.items():
        lines = [line for line in rows[name] if name != "scenario" or line[1] is not None]
        found[name] = [tuple(columns), *(line + (None,) * (len(columns) - len(line)) for line in lines)]
    return found


def _sections(scenario: Scenario) -> Iterator[Line]:
    """What has no table of its own."""
    tabled = (*TABLES, *(way[0] for way, _ in KEYS.values()), "machine_order")
    for section, says in content(scenario).items():
        if section not in tabled:
            if isinstance(says, dict) and section in SECTIONS:
                for name, each in says.items():
                    yield section, name, line(each) or "{}"
            else:
                yield section, None, line(says)


def _routings(plant: Plant) -> Iterator[Line]:
    for routing in plant.routings.values():
        for number, operation in enumerate(routing.operations, 1):
            for machine, time in operation.machines.items():
                where = (routing.id, number * 10, operation.id, machine)
                scrap = operation.scrap or None
                special = more(StepEntry, operation, (*TABLES["routings"], "machines", "next"))
                yield *where, _work(time), operation.per, scrap, operation.buffer, operation.rework_limit, special


def _branches(plant: Plant) -> Iterator[Line]:
    for routing in plant.routings.values():
        for number, operation in enumerate(routing.operations, 1):
            for name, share in operation.next.items():
                yield routing.id, number * 10, name, share


def _order(order: Order, epoch: Epoch) -> Line:
    due = None if order.due is None else _moment(order.due, epoch)
    release = _moment(order.release, epoch) if order.release else None
    special = more(OrderEntry, order, TABLES["orders"])
    return order.id, order.product, order.quantity, release, due, order.weight, order.priority, None, None, special


def _changeovers(plant: Plant) -> Iterator[Line]:
    for changeover in plant.changeovers.values():
        special = more(ChangeoverEntry, changeover, ("default", "times"))
        yield changeover.id, None, None, units.duration(changeover.default), special
        for before, row in changeover.times.items():
            for after, time in row.items():
                yield changeover.id, before, after, units.duration(time)


def _shifts(shifts: Shifts, epoch: Epoch) -> Iterator[Line]:
    pattern = weeks.named(shifts, epoch)
    for name, row in (pattern or {}).items():
        yield shifts.id, "week", row["days"], row["hours"], None, None, name
    if not pattern:
        yield shifts.id, "cycle", None, None, None, units.duration(shifts.period)
        for start, end in shifts.windows:
            yield shifts.id, "open", None, None, units.duration(start), units.duration(end)
    for kind, windows in (("closed", shifts.closed), ("overtime", shifts.extra), ("outage", shifts.outages)):
        for window in windows:
            yield shifts.id, kind, None, None, *_span(window, epoch)


def _failures(plant: Plant) -> Iterator[Line]:
    for machine in plant.machines.values():
        for failure in machine.failures:
            times = _work(failure.time_to_failure), _work(failure.time_to_repair)
            yield (
                machine.id,
                failure.id,
                *times,
                failure.clock,
                failure.crew,
                more(FailureEntry, failure, TABLES["failures"]),
            )


def _span(window: Window, epoch: Epoch) -> tuple[Cell, Cell]:
    return _moment(window[0], epoch), _moment(window[1], epoch)


def _moment(time: int, epoch: Epoch) -> datetime | str:
    """A date and time in the epoch's zone; text where a spreadsheet's dates are too coarse or do not reach."""
    found = moment(time, epoch)
    if isinstance(found, str):
        return found
    is_coarse = (found.second, found.microsecond) == (0, 0) and time % MINUTE == 0 and 1901 <= found.year <= 9998
    return found if is_coarse else found.isoformat()


def _work(time: Distribution) -> str:
    """A distribution as it stands in a cell."""
    written = units.written(time)
    if isinstance(written, str):
        return written
    [(kind, given)] = written.items()
    if isinstance(given, dict) and kind in units.OPTIONAL:
        return f"{kind}({', '.join(f'{name}={_part(value)}' for name, value in given.items())})"
    parameters = list(given.values()) if isinstance(given, dict) else given if isinstance(given, list) else [given]
    return f"{kind}({', '.join(map(str, parameters))})"


def _part(value: object) -> str:
    """A parameter as it stands in a cell: the parts of a list are parted by semicolons."""
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value).lower()
