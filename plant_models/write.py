"""Scenarios to files that `plant_models.read` reads back equal."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from plant_models import sheets, workbook
from plant_models.content import content
from plant_models.documents import parsed
from plant_models.dumper import Dumper
from plant_models.errors import InvalidPlant
from plant_models.read import described
from plant_models.scenario import Scenario
from plant_models.tabulate import tables

SCHEMA_LINE = "# yaml-language-server: $schema=scenario.schema.json\n"
"""Tells an editor which schema the file keeps to."""


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
        content(scenario), Dumper=Dumper, sort_keys=False, allow_unicode=True, width=1000, default_flow_style=False
    )


def as_json(scenario: Scenario) -> str:
    """*scenario* as a JSON document."""
    return json.dumps(content(scenario), ensure_ascii=False, indent=1) + "\n"
