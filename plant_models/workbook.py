"""A plant as tables: a folder of CSV files, or one Excel workbook with a sheet for each.

Tables are read into the document that a YAML file would be, with the cell in which each value stands; so they are
held to the same rules, and whatever is wrong is told with its sheet, row and column.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plant_models import sheets, units
from plant_models.columns import KEYS, NEEDED, NOTES, SHIFT_KINDS, TABLES
from plant_models.documents import Document, Place
from plant_models.errors import InvalidPlant, known_names
from plant_models.meaning import meant
from plant_models.sheets import Row, Sheet

ENDING = ".xlsx"


def is_tables(path: Path) -> bool:
    """Whether *path* is a workbook, or a folder (of CSV files)."""
    return path.suffix.lower() == ENDING or path.is_dir()


def document(path: Path) -> Document:
    """The scenario document that the tables in *path* make.

    Raises
    ------
    InvalidPlant
        Where a table or column is not known, or a cell cannot be what it should be: sheet, row, column, what was
        found and what is known.
    """
    found = sheets.read_csv_folder(path) if path.is_dir() else sheets.read_excel(path)
    return described_by(found, path)


def described_by(found: Mapping[str, Sheet], path: Path) -> Document:
    """The same for tables that were read already."""
    reading = _Reading(found, {"scenario": path.stem})
    reading.check_tables(path)
    for table in TABLES:
        reading.table(table)
    reading.complete()
    return Document(str(path), reading.content, cells=reading.cells, faults=tuple(reading.faults))


@dataclass(slots=True)
class _Reading:
    """A document in the making, with the cell of each of its values, and what was wrong so far."""

    sheets: Mapping[str, Sheet]
    content: dict[str, Any]
    cells: dict[Place, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    centers: dict[str, str] = field(default_factory=dict)
    seen: dict[tuple[str, ...], int] = field(default_factory=dict)
    steps: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)

    def check_tables(self, path: Path) -> None:
        """Every table and column is one that is known, and those that no plant can be without are there."""
        for name, sheet in self.sheets.items():
            if name == NOTES or not sheet.columns:
                continue
            if name not in TABLES:
                raise InvalidPlant(f"{sheet.where}: {known_names('table', name, TABLES)}; only 'notes' is left alone")
            for column in sheet.columns:
                if column != NOTES and column not in TABLES[name]:
                    raise InvalidPlant(f"{sheet.where}: {known_names('column', column, TABLES[name])}")
            for column in NEEDED[name]:
                if column not in sheet.columns:
                    has = ", ".join(sheet.columns)
                    raise InvalidPlant(f"{sheet.where}: the column {column!r} is missing; there are {has}")
        for name in ("work_centers", "machines", "products", "routings"):
            if name not in self.sheets or not self.sheets[name].rows:
                raise InvalidPlant(
                    f"{path}: the table {name!r} is missing or empty; there are {', '.join(self.sheets)}"
                )

    def table(self, name: str) -> None:
        """Take in the rows of one table."""
        if name not in self.sheets:
            return
        take = getattr(self, f"_{name}")
        for row in self.sheets[name].rows:
            values = {
                column: meant(cell, TABLES[name][column]) for column, cell in row.cells.items() if column != NOTES
            }
            if "more" in values and not self._takes_more(name, row, values):
                continue
            missing = [column for column in NEEDED[name] if column not in values]
            for column in missing:
                self._fault(name, row, column, f"the cell is empty; wanted its {column}")
            if not missing:
                take(row, values)

    def _takes_more(self, name: str, row: Row, values: dict[str, Any]) -> bool:
        """Put what the column `more` says beside what the other columns say; whether that can be."""
        more = values.pop("more")
        if not isinstance(more, dict):
            self._fault(name, row, "more", f"{units.shown(more)} is no mapping, such as {{crew: operators}}")
            return False
        for key in more:
            if key in TABLES[name]:
                self._fault(name, row, "more", f"{key!r} has a column of its own here")
                return False
        values.update(more)
        return True

    def complete(self) -> None:
        """Put the steps of each routing in order, and the machines in that of their rows."""
        for routing, steps in self.steps.items():
            entries = [steps[number] for number in sorted(steps)]
            for at, entry in enumerate(entries):
                for key, where in entry.pop("cells").items():
                    self.cells["routings", routing, at, *key] = where
            self.content.setdefault("routings", {})[routing] = entries
        self.content["machine_order"] = list(self.centers)

    # -- the tables, row by row ---------------------------------------------------------------------------------------

    def _scenario(self, row: Row, values: dict[str, Any]) -> None:
        key = str(values["key"])
        if key not in KEYS:
            self._fault("scenario", row, "key", known_names("key", key, KEYS))
            return
        place, kind = KEYS[key]
        within = self.content if len(place) == 1 else self.content.setdefault(place[0], {})
        within[place[-1]] = meant(row.cells["value"], kind)
        self.cells[place] = self.sheets["scenario"].at(row.number, "value")

    def _work_centers(self, row: Row, values: dict[str, Any]) -> None:
        name = values.pop("work_center")
        if not self._is_new("work_centers", row, name):
            return
        if "buffer" not in values and any(r.cells.get("buffer") == name for r in self._rows("buffers")):
            values["buffer"] = name
        self._put("work_centers", row, ("work_centers", name), values, "work_center")
        self.content["work_centers"][name]["machines"] = {}

    def _machines(self, row: Row, values: dict[str, Any]) -> None:
        name, center = values.pop("machine"), values.pop("work_center")
        if not self._is_new("machines", row, name):
            return
        known = self.content.get("work_centers", {})
        if not self._knows("machines", row, "work_center", center, known):
            center = next(iter(known), center)  # so that what names this machine is not wrong as well
        self.centers[name] = center
        self._put("machines", row, ("work_centers", center, "machines", name), values, "machine")

    def _buffers(self, row: Row, values: dict[str, Any]) -> None:
        name = values.pop("buffer")
        if self._is_new("buffers", row, name):
            self._put("buffers", row, ("buffers", name), values, "buffer")

    def _crews(self, row: Row, values: dict[str, Any]) -> None:
        name = values.pop("crew")
        if self._is_new("crews", row, name):
            self._put("crews", row, ("crews", name), values, "crew")

    def _products(self, row: Row, values: dict[str, Any]) -> None:
        name = values.pop("product")
        if self._is_new("products", row, name):
            routing = values.get("routing", name)
            known = dict.fromkeys(str(meant(r.cells.get("routing"), "name")) for r in self._rows("routings"))
            self._knows("products", row, "routing", routing, known)
            self._put("products", row, ("products", name), values | {"routing": routing}, "product")

    def _routings(self, row: Row, values: dict[str, Any]) -> None:
        routing, number, machine = values["routing"], values["step"], values["machine"]
        if not isinstance(number, int) or isinstance(number, bool):
            self._fault("routings", row, "step", f"{units.shown(number)} is no whole number, such as 10, 20, 30")
            return
        machines = [machine] if machine in self.centers else [m for m, c in self.centers.items() if c == machine]
        if not machines:
            known = {**self.centers, **self.content.get("work_centers", {})}
            self._fault("routings", row, "machine", known_names("machine or work center", machine, known))
            return
        sheet = self.sheets["routings"]
        steps = self.steps.setdefault(routing, {})
        entry = steps.setdefault(
            number, {"step": values["operation"], "machines": {}, "cells": {(): sheet.at(row.number)}}
        )
        if entry["step"] != values["operation"]:
            what = f"step {number} of routing {routing!r} is called {entry['step']!r} in a row before"
            self._fault("routings", row, "operation", f"{what}, not {values['operation']!r}")
        for key in values:
            if key not in ("routing", "step", "operation", "machine", "time"):
                if entry.setdefault(key, values[key]) != values[key]:
                    self._fault(
                        "routings", row, key, f"{values[key]!r} here and {entry[key]!r} before, for the same step"
                    )
                entry["cells"].setdefault((key,), sheet.at(row.number, key))
        for name in machines:
            if name in entry["machines"]:
                self._fault("routings", row, "machine", f"machine {name!r} is there already for step {number}")
            entry["machines"][name] = values["time"]
            entry["cells"]["machines", name] = sheet.at(row.number, "time")

    def _branches(self, row: Row, values: dict[str, Any]) -> None:
        routing, number, goal = values["routing"], values["step"], values["next"]
        if not self._is_new("branches", row, routing, str(number), goal):
            return
        if self._knows("branches", row, "routing", routing, self.steps):
            if number not in self.steps[routing]:
                known = ", ".join(map(str, self.steps[routing]))
                self._fault("branches", row, "step", f"routing {routing!r} has no step {number}; there are {known}")
                return
            entry = self.steps[routing][number]
            entry.setdefault("next", {})[goal] = values["share"]
            entry["cells"]["next", goal] = self.sheets["branches"].at(row.number, "share")

    def _orders(self, row: Row, values: dict[str, Any]) -> None:
        orders = self.content.setdefault("orders", [])
        self._knows("orders", row, "product", values["product"], self.content.get("products", {}))
        place: Place = ("orders", len(orders))
        orders.append(values)
        self._mark("orders", row, place, values)

    def _changeovers(self, row: Row, values: dict[str, Any]) -> None:
        name, before, after = values["changeover"], values.get("before"), values.get("after")
        if not self._is_new("changeovers", row, name, *map(str, (before, after))):
            return
        entry = self.content.setdefault("changeovers", {}).setdefault(name, {})
        place: Place = ("changeovers", name, "default")
        if (before is None) != (after is None):
            empty = "before" if before is None else "after"
            self._fault("changeovers", row, empty, "the cell is empty; both are, where the row has the default")
            return
        if before is None:
            entry.update({key: value for key, value in values.items() if key not in ("changeover", "time")})
            entry["default"] = values["time"]
        else:
            entry.setdefault("times", {}).setdefault(before, {})[after] = values["time"]
            place = ("changeovers", name, "times", before, str(after))
        self.cells[place] = self.sheets["changeovers"].at(row.number, "time")

    def _shifts(self, row: Row, values: dict[str, Any]) -> None:
        name, kind = values["shifts"], str(values["kind"])
        if not self._knows("shifts", row, "kind", kind, SHIFT_KINDS):
            return
        for column in SHIFT_KINDS[kind]:
            if column not in values:
                self._fault("shifts", row, column, f"the cell is empty; wanted its {column}, for kind {kind!r}")
                return
        entry = self.content.setdefault("shifts", {}).setdefault(name, {})
        self.cells.setdefault(("shifts", name), self.sheets["shifts"].at(row.number))
        span = {key: values[key] for key in ("start", "end") if key in values}
        if kind == "week":
            key = str(values.get("shift", f"row {row.number}"))
            if key in entry.get("week", {}):
                self._fault("shifts", row, "shift", f"shift {key!r} of {name!r} is there already")
                return
            entry.setdefault("week", {})[key] = {"days": values["days"], "hours": values["hours"]}
            self._mark("shifts", row, ("shifts", name, "week", key), values)
        elif kind == "cycle":
            entry.setdefault("cycle", {"open": []})["period"] = values["end"]
            self.cells["shifts", name, "cycle", "period"] = self.sheets["shifts"].at(row.number, "end")
        elif kind == "open":
            spans = entry.setdefault("cycle", {"open": []})["open"]
            self._mark("shifts", row, ("shifts", name, "cycle", "open", len(spans)), values)
            spans.append(span)
        else:
            key = {"outage": "outages"}.get(kind, kind)
            spans = entry.setdefault(key, [])
            self._mark("shifts", row, ("shifts", name, key, len(spans)), values)
            spans.append(span if "end" in span else str(values["start"])[:10])

    def _failures(self, row: Row, values: dict[str, Any]) -> None:
        machine, name = values.pop("machine"), values.pop("failure")
        if self._knows("failures", row, "machine", machine, self.centers) and self._is_new(
            "failures", row, machine, name
        ):
            place = ["work_centers", self.centers[machine], "machines", machine, "failures", name]
            self._put("failures", row, place, values, "failure")

    def _outages(self, row: Row, values: dict[str, Any]) -> None:
        machine = values.pop("machine")
        if self._knows("outages", row, "machine", machine, self.centers):
            entry = self.content["work_centers"][self.centers[machine]]["machines"][machine]
            spans = entry.setdefault("outages", [])
            place: Place = ("work_centers", self.centers[machine], "machines", machine, "outages", len(spans))
            spans.append(values)
            self._mark("outages", row, place, values)

    def _more(self, row: Row, values: dict[str, Any]) -> None:
        section, name, says = values["section"], values.get("name"), values["says"]
        if not self._is_new("more", row, section, str(name)):
            return
        if section in TABLES and section != "release":
            self._fault("more", row, "section", f"{section!r} is a table of its own")
        elif name is None:
            self.content[section] = says
        else:
            self.content.setdefault(section, {})[name] = says
        place: Place = (section,) if name is None else (section, name)
        self.cells[place] = self.sheets["more"].at(row.number, "says")

    # -- what they have in common -------------------------------------------------------------------------------------

    def _rows(self, table: str) -> Sequence[Row]:
        return self.sheets[table].rows if table in self.sheets else ()

    def _put(self, table: str, row: Row, place: Sequence[str], values: dict[str, Any], key: str) -> None:
        """Put the values of a row into the document, under *place*; the name of the thing is in the column *key*."""
        within = self.content
        for part in place[:-1]:
            within = within.setdefault(part, {})
        within[place[-1]] = values
        self._mark(table, row, tuple(place), values)
        self.cells[tuple(place)] = self.sheets[table].at(row.number, key)

    def _mark(self, table: str, row: Row, place: Place, values: Mapping[str, Any]) -> None:
        sheet = self.sheets[table]
        self.cells[place] = sheet.at(row.number)
        for column in values:
            self.cells[*place, column] = sheet.at(row.number, column)

    def _fault(self, table: str, row: Row, column: str, what: str) -> None:
        self.faults.append(f"{self.sheets[table].at(row.number, column)}: {what}")

    def _knows(self, table: str, row: Row, column: str, name: str, known: Mapping[str, object]) -> bool:
        if name not in known:
            self._fault(table, row, column, known_names(column.replace("_", " "), str(name), known))
        return name in known

    def _is_new(self, table: str, row: Row, *names: str) -> bool:
        first = self.seen.setdefault((table, *names), row.number)
        if first != row.number:
            shown = " / ".join(names)
            self.faults.append(f"{self.sheets[table].at(row.number)}: {shown!r} is there already, in row {first}")
        return first == row.number
