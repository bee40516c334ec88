"""Scenarios as the plain values of their files."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timezone
from typing import Any

import yaml

from plant_models import units, weeks
from plant_models.clock import Epoch
from plant_models.dumper import Dumper
from plant_models.energy import Band, Electricity, Tariff
from plant_models.entries.base import Entry
from plant_models.entries.energy import BandEntry, ElectricityEntry, TariffEntry
from plant_models.entries.floor import (
    BufferEntry,
    ChangeoverEntry,
    FailureEntry,
    MachineEntry,
    ReleaseEntry,
    WorkCenterEntry,
)
from plant_models.entries.nouns import Row, flow, said
from plant_models.entries.products import OrderEntry, ProductEntry, StepEntry
from plant_models.errors import InvalidPlant
from plant_models.file_model import SECTIONS
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plant import Changeover, Failure, Machine, Plant, WorkCenter
from plant_models.scenario import Scenario
from plant_models.shifts import DAY, WEEK, Shifts, Window


def content(scenario: Scenario) -> dict[str, Any]:
    """*scenario* as the plain values of its file."""
    plant, start = scenario.plant, scenario.epoch.start
    epoch = Epoch(start.replace(tzinfo=timezone(start.utcoffset() or UTC.utcoffset(None))))
    shared = _shared_buffers(plant)
    flat = [machine for center in plant.work_centers for machine in _machines_of(plant, center)]
    return _without_empty(
        {
            "scenario": scenario.id,
            "title": scenario.title,
            "epoch": epoch.start.isoformat(),
            "rule": scenario.rule,
            "shifts": {name: _shifts(shifts, epoch) for name, shifts in plant.shifts.items()},
            "buffers": {name: said(BufferEntry, plant.buffers[name]) for name in shared},
            **{
                section: {name: said(kind, thing) for name, thing in getattr(plant, section).items()}
                for section, kind in SECTIONS.items()
            },
            "release": said(ReleaseEntry, plant.release),
            "electricity": _electricity(plant.electricity, epoch),
            "changeovers": {
                name: _changeover(changeover)
                for name, changeover in plant.changeovers.items()
                if not _is_own_changeover(plant, name)
            },
            "work_centers": {
                name: _work_center(plant, center, shared, epoch) for name, center in plant.work_centers.items()
            },
            "machine_order": list(plant.machines) if flat != list(plant.machines) else [],
            "routings": {
                name: [_step(plant, operation, "order") for operation in routing.operations]
                for name, routing in plant.routings.items()
                if not _is_own_routing(plant, name)
            },
            "products": {name: _product(plant, product) for name, product in plant.products.items()},
            "orders": [_order(order, epoch) for order in scenario.orders],
        },
        but=("products", "work_centers"),
    )


def more(kind: type[Entry], noun: Any, but: Collection[str] = ()) -> str | None:
    """What a file says of *noun* besides *but*, on one line; None where there is nothing."""
    return line(said(kind, noun, but))


def line(content: Any) -> str | None:
    """Plain values on one line of YAML; None where there are none."""
    if content in (None, {}, []):
        return None
    text = yaml.dump(
        flow(content), Dumper=Dumper, sort_keys=False, allow_unicode=True, width=1e9, default_flow_style=True
    )
    return str(text).strip()


def _without_empty(entries: Mapping[str, Any], but: Sequence[str] = ()) -> dict[str, Any]:
    return {key: value for key, value in entries.items() if key in but or value not in (None, "", [], {})}


# -- the floor --------------------------------------------------------------------------------------------------------


def _machines_of(plant: Plant, center: str) -> list[str]:
    return [name for name, machine in plant.machines.items() if machine.work_center == center]


def _shared_buffers(plant: Plant) -> list[str]:
    """The buffers that do not belong to exactly one work center."""
    uses = Counter(center.buffer for center in plant.work_centers.values())
    return [name for name in plant.buffers if uses[name] != 1]


def _is_own_changeover(plant: Plant, name: str) -> bool:
    """Whether a changeover is that of the work center of the same name, and of no other."""
    return [center.id for center in plant.work_centers.values() if center.changeover == name] == [name]


def _changeover(changeover: Changeover) -> dict[str, Any]:
    found = dict(said(ChangeoverEntry, changeover))
    return {"default": units.duration(changeover.default)} | found


def _work_center(plant: Plant, center: WorkCenter, shared: Sequence[str], epoch: Epoch) -> dict[str, Any]:
    machines = [plant.machines[name] for name in _machines_of(plant, center.id)]
    if not machines:
        raise InvalidPlant(f"work center {center.id!r} has no machine; a file needs at least one")
    ways = machines[0].failures
    are_alike = all(machine.failures == ways for machine in machines)
    special = _as_places({m.id: _machine(m, epoch, own_failures=not are_alike) for m in machines}, machines)
    buffer: Any = center.buffer
    if center.buffer not in shared:
        name = {} if center.buffer == center.id else {"name": center.buffer}
        buffer = Row(name | said(BufferEntry, plant.buffers[center.buffer]))
    changeover: Any = center.changeover
    if changeover is not None and _is_own_changeover(plant, changeover):
        changeover = _changeover(plant.changeovers[changeover])
    return _without_empty(
        {
            "machines": special if any(special.values()) else list(special),
            "buffer": buffer,
            "changeover": changeover,
            **said(WorkCenterEntry, center, but=("buffer", "changeover")),
            "failures": _failures(machines[0].id, ways) if are_alike else None,
        }
    )


def _as_places(said: dict[str, Row], machines: Sequence[Machine]) -> dict[str, Row]:
    """Machines that are the places of one, called and said as a file makes them of it, in one entry."""
    found: dict[str, Row] = {}
    for machine in machines:
        whole = machine.part_of
        places = [other for other in machines if whole is not None and other.part_of == whole]
        names = [f"{whole}/{number}" for number in range(1, len(places) + 1)]
        at = machines.index(machine)
        stand = [other.id for other in machines[at : at + len(names)]]
        if whole in found and machine.id in names:
            continue
        if whole is not None and whole not in said and stand == names and all(said[n] == said[names[0]] for n in names):
            row = Row(said[machine.id])
            del row["part_of"]
            found[whole] = Row({"places": len(names)} | row)
        else:
            found[machine.id] = said[machine.id]
    return found


def _machine(machine: Machine, epoch: Epoch, *, own_failures: bool) -> Row:
    found = said(MachineEntry, machine, but=("failures", "outages"))
    if own_failures and machine.failures:
        found["failures"] = _failures(machine.id, machine.failures)
    if machine.outages:
        found["outages"] = [_span(window, epoch) for window in machine.outages]
    return found


def _failures(machine: str, failures: Sequence[Failure]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for failure in failures:
        if failure.id in found:
            raise InvalidPlant(
                f"machine {machine!r}: two failures are called {failure.id!r}; a file needs each to have its name"
            )
        found[failure.id] = said(FailureEntry, failure)
    return found


# -- time -------------------------------------------------------------------------------------------------------------


def moment(time: int, epoch: Epoch) -> datetime | str:
    """A date and time in the epoch's zone; where the calendar does not reach, the time since the epoch as text.

    Raises
    ------
    InvalidPlant
        Where it lies before the first day of the calendar, which no file can say.
    """
    try:
        return epoch.datetime(time).replace(tzinfo=None)
    except OverflowError:
        if time < 0:
            raise InvalidPlant(f"{time} ms before the epoch: no calendar reaches that far back") from None
        return units.duration(time)


def _moment(time: int, epoch: Epoch) -> str:
    found = moment(time, epoch)
    if isinstance(found, str):
        return found
    return found.isoformat(timespec="auto" if found.second or found.microsecond else "minutes")


def _span(window: Window, epoch: Epoch) -> Row:
    return Row(start=_moment(window[0], epoch), end=_moment(window[1], epoch))


def _closed(window: Window, epoch: Epoch) -> str | Row:
    start = epoch.datetime(window[0])
    is_day = window[1] - window[0] == DAY and (start.hour, start.minute, start.second, start.microsecond) == (
        0,
        0,
        0,
        0,
    )
    return start.date().isoformat() if is_day else _span(window, epoch)


def _shifts(shifts: Shifts, epoch: Epoch) -> dict[str, Any]:
    rows = weeks.named(shifts, epoch)
    cycle = None
    if rows is None:
        cycle = {"period": units.duration(shifts.period), "open": _windows(shifts.windows)}
    return _without_empty(
        {
            "week": {name: Row(row) for name, row in (rows or {}).items()},
            "cycle": cycle,
            "closed": [_closed(window, epoch) for window in shifts.closed],
            "overtime": [_span(window, epoch) for window in shifts.extra],
            "outages": [_span(window, epoch) for window in shifts.outages],
        }
    )


# -- energy -----------------------------------------------------------------------------------------------------------


def _electricity(electricity: Electricity, epoch: Epoch) -> dict[str, Any] | None:
    """How the plant is supplied; None where nothing is said of it."""
    if electricity == Electricity():
        return None
    found: dict[str, Any] = {}
    tariff = electricity.tariff
    if tariff is not None:
        bands = {band.id: _band(band, tariff, epoch) for band in tariff.bands}
        is_by_week = tariff.period == WEEK and all("week" in band for band in bands.values())
        if not is_by_week:
            bands = {b.id: Row(said(BandEntry, b), open=_windows(b.windows)) for b in tariff.bands}
        period = {} if is_by_week else {"period": units.duration(tariff.period)}
        said_of_it = said(TariffEntry, tariff, but=("bands", "period"))
        found["tariff"] = _without_empty({**said_of_it, **period, "bands": bands})
    found |= said(ElectricityEntry, electricity, but=("tariff", "offset"))
    if electricity.offset != weeks.monday(epoch) % electricity.interval:
        found["offset"] = units.duration(electricity.offset)
    return found or {"base_load": units.in_kilowatts(0.0)}


def _band(band: Band, tariff: Tariff, epoch: Epoch) -> Row:
    rows = weeks.pattern(Shifts(id=band.id, windows=band.windows, period=tariff.period), epoch)
    return Row(said(BandEntry, band) | ({"week": [Row(row) for row in rows]} if rows else {}))


def _windows(windows: Sequence[Window]) -> list[Row]:
    return [Row(start=units.duration(start), end=units.duration(end)) for start, end in windows]


# -- products and orders ----------------------------------------------------------------------------------------------


def _is_own_routing(plant: Plant, name: str) -> bool:
    """Whether a routing is that of the product of the same name."""
    return name in plant.products and plant.products[name].routing == name


def _product(plant: Plant, product: Product) -> dict[str, Any]:
    special = said(ProductEntry, product, but=("family", "routing"))
    if product.routing != product.id:
        key = "like" if _is_own_routing(plant, product.routing) else "routing"
        return Row({"family": product.family, key: product.routing} | special)
    routing: Routing = plant.routings[product.routing]
    per = "unit" if all(operation.per == "unit" for operation in routing.operations) else "order"
    family = {} if product.family == product.id else {"family": product.family}
    steps = [_step(plant, operation, per) for operation in routing.operations]
    return family | special | ({"per": "unit"} if per == "unit" else {}) | {"routing": steps}


def _step(plant: Plant, operation: Operation, per: str) -> Row:
    """A step in short where it can be, in full where it must."""
    times = {machine: flow(units.written(time)) for machine, time in operation.machines.items()}
    kinds = list(operation.machines.values())
    center = next((plant.machines[machine].work_center for machine in times), "")
    is_center = list(times) == _machines_of(plant, center) and all(kind == kinds[0] for kind in kinds)
    special = {} if operation.per == per else {"per": operation.per}
    special |= said(StepEntry, operation, but=("machines", "per"))
    if is_center:
        time = next(iter(times.values()))
        fleet, move = plant.work_centers[center].fleet, operation.move
        if fleet is not None and move is not None and kinds[0] == fleet.carry(move.origin, move.to):
            return Row(step=operation.id, at=center, **special)
        is_short = operation.id == center and center != "step" and not special
        return Row({center: time}) if is_short else Row(step=operation.id, at=center, time=time, **special)
    if special or operation.id == "step" or (len(times) == 1 and set(times) <= set(units.KINDS)):
        return Row(step=operation.id, machines=Row(times), **special)
    return Row({operation.id: Row(times)})


def _order(order: Order, epoch: Epoch) -> Row:
    row = Row(order=order.id) | said(OrderEntry, order, but=("release", "due"))
    if order.release:
        row["release"] = _moment(order.release, epoch)
    if order.due is not None:
        row["due"] = _moment(order.due, epoch)
    return Row(row)
