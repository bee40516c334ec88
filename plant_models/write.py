"""Scenarios to files that `plant_models.read` reads back equal."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from plant_models import sheets, units, weeks, workbook
from plant_models.clock import Epoch
from plant_models.documents import parsed, plain
from plant_models.errors import InvalidPlant
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plant import Buffer, Changeover, Failure, Machine, Plant, Release, WorkCenter
from plant_models.read import described
from plant_models.scenario import Scenario
from plant_models.shifts import DAY, Shifts, Window
from plant_models.tabulate import tables

SCHEMA_LINE = "# yaml-language-server: $schema=scenario.schema.json\n"
"""Tells an editor which schema the file keeps to."""


class Row(dict[str, Any]):
    """A mapping that is written on one line."""


def scenario(scenario: Scenario, path: str | Path) -> None:
    """Write *scenario* to a file: JSON or an Excel workbook where its name ends so, YAML otherwise.

    Where there is no ending, or a folder, its tables are written as CSV files in a folder. It is read back before
    it is kept.

    Raises
    ------
    InvalidPlant
        Where it has something that no file can say, such as two failures of one name on one machine.
    """
    file = Path(path)
    if not file.suffix or workbook.is_tables(file):
        _tables(scenario, file)
        return
    is_json = file.suffix.lower() == ".json"
    text = as_json(scenario) if is_json else as_yaml(scenario)
    if described(parsed(text, f"what would be {file}", is_json=is_json)) != scenario:
        raise InvalidPlant(f"scenario {scenario.id!r}: it has something that no file can say, and was not written")
    file.write_text(text, encoding="utf-8")


def _tables(scenario: Scenario, path: Path) -> None:
    """Write a workbook or a folder of tables: first beside where it goes, where it is read back."""
    found = tables(scenario)
    save = sheets.write_excel if path.suffix.lower() == workbook.ENDING else sheets.write_csv_folder
    with TemporaryDirectory() as folder:
        trial = Path(folder) / path.name
        save(found, trial)
        again = described(workbook.document(trial))
    if again != scenario or list(again.plant.machines) != list(scenario.plant.machines):
        raise InvalidPlant(f"scenario {scenario.id!r}: it has something that no table can say, and was not written")
    save(found, path)


def as_yaml(scenario: Scenario) -> str:
    """*scenario* as a YAML document, with the line that tells an editor its schema."""
    return SCHEMA_LINE + yaml.dump(
        content(scenario), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000, default_flow_style=False
    )


def as_json(scenario: Scenario) -> str:
    """*scenario* as a JSON document."""
    return json.dumps(content(scenario), ensure_ascii=False, indent=1) + "\n"


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
            "buffers": {name: Row(_buffer(plant.buffers[name])) for name in shared},
            "crews": {name: Row(size=crew.size) for name, crew in plant.crews.items()},
            "release": Row(_release(plant.release)),
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


class _Dumper(yaml.SafeDumper):
    """Text that would be read as something else is quoted; nothing is said by reference."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    is_safe = isinstance(plain(text), str)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if is_safe else "'")


def _row(dumper: yaml.SafeDumper, row: Row) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", row.items(), flow_style=True)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(Row, _row)


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


def _buffer(buffer: Buffer) -> dict[str, Any]:
    found: dict[str, Any] = {} if buffer.capacity is None else {"capacity": buffer.capacity}
    if buffer.discipline != "any":
        found["discipline"] = buffer.discipline
    return found | ({} if buffer.when_full == "wait" else {"when_full": buffer.when_full})


def _release(release: Release) -> dict[str, Any]:
    found: dict[str, Any] = {} if release.orders is None else {"orders": release.orders}
    return found | ({} if release.work is None else {"work": units.duration(release.work)})


def _changeover(changeover: Changeover) -> dict[str, Any]:
    times = {
        before: Row({after: units.duration(time) for after, time in row.items()})
        for before, row in changeover.times.items()
    }
    return {"default": units.duration(changeover.default)} | ({"times": times} if times else {})


def _work_center(plant: Plant, center: WorkCenter, shared: Sequence[str], epoch: Epoch) -> dict[str, Any]:
    machines = [plant.machines[name] for name in _machines_of(plant, center.id)]
    if not machines:
        raise InvalidPlant(f"work center {center.id!r} has no machine; a file needs at least one")
    ways = machines[0].failures
    are_alike = all(machine.failures == ways for machine in machines)
    special = {machine.id: _machine(machine, epoch, own_failures=not are_alike) for machine in machines}
    buffer: Any = center.buffer
    if center.buffer not in shared:
        name = {} if center.buffer == center.id else {"name": center.buffer}
        buffer = Row(name | _buffer(plant.buffers[center.buffer]))
    changeover: Any = center.changeover
    if changeover is not None and _is_own_changeover(plant, changeover):
        changeover = _changeover(plant.changeovers[changeover])
    return _without_empty(
        {
            "machines": special if any(special.values()) else list(special),
            "buffer": buffer,
            "shifts": center.shifts,
            "at_shift_end": "finish" if center.at_shift_end == "finish" else None,
            "changeover": changeover,
            "blocking": "before_service" if center.blocking == "before_service" else None,
            "failures": _failures(machines[0].id, ways) if are_alike else None,
        }
    )


def _machine(machine: Machine, epoch: Epoch, *, own_failures: bool) -> Row:
    found = Row({} if machine.speed == 1 else {"speed": machine.speed})
    if machine.set_up_for is not None:
        found["set_up_for"] = machine.set_up_for
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
        found[failure.id] = Row(
            time_to_failure=_flow(units.written(failure.time_to_failure)),
            time_to_repair=_flow(units.written(failure.time_to_repair)),
        )
        if failure.clock == "working":
            found[failure.id]["clock"] = "working"
        if failure.crew is not None:
            found[failure.id]["crew"] = failure.crew
    return found


def _flow(value: Any) -> Any:
    return Row({key: _flow(part) for key, part in value.items()}) if isinstance(value, dict) else value


# -- time -------------------------------------------------------------------------------------------------------------


def _moment(time: int, epoch: Epoch) -> str:
    """A date and time in the epoch's zone; where the calendar does not reach, a time since the epoch."""
    try:
        moment = epoch.datetime(time).replace(tzinfo=None)
    except OverflowError:
        if time < 0:
            raise InvalidPlant(f"{time} ms before the epoch: no calendar reaches that far back") from None
        return units.duration(time)
    return moment.isoformat(timespec="auto" if moment.second or moment.microsecond else "minutes")


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
    rows = weeks.pattern(shifts, epoch)
    cycle = None
    if rows is None:
        windows = [Row(start=units.duration(start), end=units.duration(end)) for start, end in shifts.windows]
        cycle = {"period": units.duration(shifts.period), "open": windows}
    return _without_empty(
        {
            "week": {f"shift {number}": Row(row) for number, row in enumerate(rows or (), 1)},
            "cycle": cycle,
            "closed": [_closed(window, epoch) for window in shifts.closed],
            "overtime": [_span(window, epoch) for window in shifts.extra],
            "outages": [_span(window, epoch) for window in shifts.outages],
        }
    )


# -- products and orders ----------------------------------------------------------------------------------------------


def _is_own_routing(plant: Plant, name: str) -> bool:
    """Whether a routing is that of the product of the same name."""
    return name in plant.products and plant.products[name].routing == name


def _product(plant: Plant, product: Product) -> dict[str, Any]:
    if product.routing != product.id:
        key = "like" if _is_own_routing(plant, product.routing) else "routing"
        return Row({"family": product.family, key: product.routing})
    routing: Routing = plant.routings[product.routing]
    per = "unit" if all(operation.per == "unit" for operation in routing.operations) else "order"
    family = {} if product.family == product.id else {"family": product.family}
    steps = [_step(plant, operation, per) for operation in routing.operations]
    return family | ({"per": "unit"} if per == "unit" else {}) | {"routing": steps}


def _step(plant: Plant, operation: Operation, per: str) -> Row:
    """A step in short where it can be, in full where it must."""
    times = {machine: _flow(units.written(time)) for machine, time in operation.machines.items()}
    kinds = list(operation.machines.values())
    center = next((plant.machines[machine].work_center for machine in times), "")
    is_center = list(times) == _machines_of(plant, center) and all(kind == kinds[0] for kind in kinds)
    special: dict[str, Any] = {} if operation.per == per else {"per": operation.per}
    if operation.scrap:
        special["scrap"] = operation.scrap
    if operation.buffer is not None:
        special["buffer"] = operation.buffer
    if operation.next:
        special["next"] = Row(operation.next)
    if operation.rework_limit is not None:
        special["rework_limit"] = operation.rework_limit
    if is_center:
        time = next(iter(times.values()))
        is_short = operation.id == center and center != "step" and not special
        return Row({center: time}) if is_short else Row(step=operation.id, at=center, time=time, **special)
    if special or operation.id == "step" or (len(times) == 1 and set(times) <= set(units.KINDS)):
        return Row(step=operation.id, machines=Row(times), **special)
    return Row({operation.id: Row(times)})


def _order(order: Order, epoch: Epoch) -> Row:
    row = Row(order=order.id, product=order.product)
    if order.quantity != 1:
        row["quantity"] = order.quantity
    if order.release:
        row["release"] = _moment(order.release, epoch)
    if order.due is not None:
        row["due"] = _moment(order.due, epoch)
    if order.weight != 1:
        row["weight"] = order.weight
    return row
