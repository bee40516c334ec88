"""Plants and orders from files: scenarios in YAML, JSON or tables, orders in CSV, and the public job-shop formats.

Whatever is wrong with a file is one `InvalidPlant` that says where, what was found and what is known.
"""

from importlib import resources
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from plant_models import workbook
from plant_models.documents import Document, document
from plant_models.errors import InvalidPlant, known_names
from plant_models.file_model import ScenarioFile
from plant_models.instances import flexible_job_shop, job_shop
from plant_models.making import scenario as made
from plant_models.making.faults import Faults
from plant_models.scenario import Scenario
from plant_models.tables import orders
from plant_models.units import shown

__all__ = ["flexible_job_shop", "job_shop", "names", "orders", "scenario"]

_SCENARIO_FILE = TypeAdapter(ScenarioFile)
_ENDINGS = (".yaml", ".yml", ".json", workbook.ENDING)


def names() -> tuple[str, ...]:
    """The scenarios that are shipped, by name.

    >>> "machine-shop" in names()
    True
    """
    folder = resources.files("scenarios")
    return tuple(sorted(file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml")))


def scenario(path_or_name: str | Path) -> Scenario:
    """The scenario in a YAML or JSON file, an Excel workbook or a folder of CSV tables, or a shipped one by its name.

    Raises
    ------
    InvalidPlant
        Where there is no such file or it is not a scenario: file, line, place, what was found, what is known.

    Examples
    --------
    >>> shop = scenario("machine-shop")
    >>> len(shop.plant.machines), len(shop.orders)
    (11, 40)
    """
    path = _path(path_or_name)
    if workbook.is_tables(path):
        return described(workbook.document(path))
    if path.suffix.lower() not in _ENDINGS:
        raise InvalidPlant(f"{path}: wanted a file that ends in {', '.join(_ENDINGS)}, or a folder of CSV files")
    return described(document(path))


def described(content: Document) -> Scenario:
    """The scenario that a document describes."""
    faults = Faults(content)
    try:
        file = _SCENARIO_FILE.validate_python(content.content)
    except ValidationError as errors:
        for error in errors.errors(include_url=False):
            context = error.get("ctx", {})
            key = context.get("key") if error["type"] == "unknown_key" else None
            faults.add(error["loc"], _told(error["type"], error["msg"], error["loc"], error["input"]), key)
        faults.check()
        raise
    return made.scenario(file, faults)


def _path(path_or_name: str | Path) -> Path:
    text = str(path_or_name)
    if isinstance(path_or_name, str) and text in names():
        with resources.as_file(resources.files("scenarios") / f"{text}.yaml") as file:
            return file
    path = Path(text)
    if not path.suffix and "/" not in text and "\\" not in text and "\0" not in text and not path.exists():
        shipped = dict.fromkeys(names())
        raise InvalidPlant(f"{known_names('scenario', text, shipped)}; or give the path of a file")
    return path


def _told(kind: str, message: str, place: tuple[str | int, ...], found: object) -> str:
    """What pydantic has to say, in the words of this project."""
    if kind == "missing":
        return f"the key {place[-1]!r} is missing"
    text = message.removeprefix("Value error, ")
    if kind in ("value_error", "unknown_key"):
        return text
    return f"{text[0].lower()}{text[1:]}, not {shown(found)}"
