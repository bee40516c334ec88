"""Studies from files: whatever is wrong is told with its line and what would have been right."""

from collections.abc import Sequence
from functools import partial
from importlib import resources
from math import prod
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from plant_models import read as scenarios
from plant_models.clock import Epoch
from plant_models.documents import Document, Place, document
from plant_models.errors import InvalidPlant, known_names
from plant_models.making.faults import Faults
from plant_models.units import shown
from twin import changes
from twin.policies.rules import RULES
from twin.studying.designs import Design, Study
from twin.studying.factors import Factor, factor
from twin.studying.file_model import METHODS, MethodEntry, SelectEntry, StudyFile
from twin.tally import FIGURES

COST = "cost"
"""The name of what a design costs, where objectives are named."""
_FILE = TypeAdapter(StudyFile)
_COLUMNS = ("design", COST, "runs", "run", "mean", "low", "high", "values", "dropped_after", "stays")
"""What tables of designs and runs have beside levels and figures; a factor cannot be called that."""
_ENDINGS = (".yaml", ".yml", ".json")


def names() -> tuple[str, ...]:
    """The studies that are shipped, by name.

    >>> "machine-shop-rule" in names()
    True
    """
    folder = resources.files("scenarios") / "studies"
    return tuple(sorted(file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml")))


def path_of(path_or_name: str) -> Path:
    """The file of a study: one that is given, or a shipped one by its name.

    Raises
    ------
    InvalidPlant
        Where it is a name, and there is none of that name.
    """
    if path_or_name in names():
        with resources.as_file(resources.files("scenarios") / "studies" / f"{path_or_name}.yaml") as file:
            return file
    path = Path(path_or_name)
    if not path.suffix and not path.exists() and len(path.parts) == 1:
        raise InvalidPlant(f"{known_names('study', path_or_name, dict.fromkeys(names()))}; or give the path of a file")
    return path


def scenario_of(path: Path) -> str | None:
    """The scenario that a study file names: by name, or its path as seen from where the study stands.

    Raises
    ------
    InvalidPlant
        Where the file cannot be read.
    """
    _check_ending(path)
    content = document(path)
    named = content.content.get("scenario")
    if not isinstance(named, str):
        return None
    beside, shipped = path.parent / named, dict.fromkeys(scenarios.names())
    if beside.is_file():
        return str(beside)
    if named not in shipped and not Path(named).suffix and not Path(named).exists():
        told = known_names("scenario", named, shipped)
        raise InvalidPlant(f"{content.at(('scenario',))}: {told}; or give the path of a file, as seen from this one")
    return named


def _check_ending(path: Path) -> None:
    if path.suffix.lower() not in _ENDINGS:
        raise InvalidPlant(f"{path}: wanted a study file that ends in {', '.join(_ENDINGS)}")


def read(path: str | Path, epoch: Epoch | None = None) -> Study:
    """The study in a YAML or JSON file; with the plant's *epoch*, its times may be dates.

    Raises
    ------
    InvalidPlant
        Where there is no such file or it is not a study: file, line, place, what was found, what is known.
    """
    path = Path(path)
    _check_ending(path)
    content = document(path)
    faults = Faults(content)
    try:
        file = _FILE.validate_python(content.content)
    except ValidationError as errors:
        for error in errors.errors(include_url=False):
            context = error.get("ctx", {})
            key = context.get("key") if error["type"] == "unknown_key" else None
            faults.add(error["loc"], _told(error), key)
        faults.check()
        raise
    return _study(file, faults, epoch)


def _study(file: StudyFile, faults: Faults, epoch: Epoch | None) -> Study:
    factors = [
        faults.made(("factors", name), partial(factor, name, entry, epoch)) for name, entry in file.factors.items()
    ]
    for name in file.factors:
        if name in _COLUMNS or name.removesuffix("_low").removesuffix("_high") in FIGURES:
            faults.add(("factors", name), f"the tables have a column {name!r} already; give the factor another name")
    base = faults.made(("changes",), partial(changes.read, file.changes, epoch))
    for name in file.responses:
        faults.knows(("responses",), "figure", name, FIGURES)
    if file.rule is not None:
        faults.knows(("rule",), "dispatching rule", file.rule, RULES)
    faults.check()
    known = [made for made in factors if made is not None]
    designs = _method(file, known, faults)
    faults.check()
    if file.method.select is not None:
        _choosable(
            file.method.select, prod(len(one.choices) for one in known) if designs is None else len(designs), faults
        )
        faults.check()
    return Study(
        name=file.study,
        title=file.title,
        scenario=file.scenario,
        changes=base or (),
        factors=tuple(known),
        responses=tuple(dict.fromkeys(file.responses)),
        method=file.method,
        designs=designs,
        rule=file.rule,
        runs=file.runs,
        seed=file.seed,
        until=file.until,
        warm_up=file.warm_up,
        confidence=file.confidence,
        places=_places(faults.document),
    )


def _places(content: Document) -> dict[str, str]:
    """Where each key of a study file is, and each factor."""
    keys: list[Place] = [(key,) for key in content.content]
    keys += [("factors", name) for name in content.content["factors"]]
    return {".".join(map(str, key)): content.at(key) for key in keys}


def _method(file: StudyFile, factors: Sequence[Factor], faults: Faults) -> tuple[Design, ...] | None:
    """The designs that the file lists, if it does; faults where the method does not go with the rest."""
    method = file.method
    named = [name for name in METHODS if getattr(method, name) is not None]
    if len(named) != 1:
        faults.add(("method",), f"exactly one method, not {', '.join(named) or 'none'}; there are {', '.join(METHODS)}")
        return None
    samples = 1 if method.sobol is None else method.sobol.samples
    if samples & (samples - 1):
        faults.add(("method", "sobol", "samples"), f"{samples} is no power of 2; try {1 << samples.bit_length()}")
    if named[0] in ("morris", "sobol") and len(factors) < 2:
        faults.add(("method", named[0]), "that is for two factors or more")
    if method.search is not None:
        for name in method.search.objectives:
            known = dict.fromkeys((*file.responses, COST))
            faults.knows(("method", "search", "objectives"), "response", name, known)
        for name in method.search.objectives or file.responses:
            if name != COST and FIGURES.get(name, "") is None:
                faults.add(("method", "search"), f"neither direction of {name} is better; name other objectives")
    if method.select is not None:
        _selectable(method, file.responses, faults)
    return _listed(method, named[0], factors, faults)


def _listed(method: MethodEntry, named: str, factors: Sequence[Factor], faults: Faults) -> tuple[Design, ...] | None:
    """The designs of a list; None where there is none, and a fault where levels cannot be combined then."""
    listed = method.designs.each if method.designs is not None else method.select.designs if method.select else None
    if listed is None:
        for one in factors if named in ("factorial", "select") else ():
            faults.made(("factors", one.name), partial(_choices, one))
        return None
    is_brief = method.designs is not None and isinstance(faults.document.content["method"]["designs"], list)
    place = ("method", named, *(() if is_brief else ("each" if method.designs is not None else "designs",)))
    made = [faults.made((*place, number), partial(_design, entry, factors)) for number, entry in enumerate(listed)]
    _check_each_once(made, place, faults)
    return tuple(design for design in made if design is not None)


def _check_each_once(designs: Sequence[Design | None], place: Place, faults: Faults) -> None:
    first: dict[str, int] = {}
    for number, design in enumerate(designs):
        if design is not None and first.setdefault(design.name, number) != number:
            faults.add((*place, number), f"{design.name} is there already, as design {first[design.name] + 1}")


def _choices(one: Factor) -> int:
    return len(one.choices)


def _selectable(method: MethodEntry, responses: Sequence[str], faults: Faults) -> None:
    select = method.select
    assert select is not None
    by = select.by or responses[0]
    if by not in responses:
        faults.add(("method", "select", "by"), known_names("response", by, dict.fromkeys(responses)))
    elif FIGURES.get(by) is None:
        faults.add(("method", "select"), f"neither direction of {by} is better; choose by another response")
    if select.procedure == "ocba":
        if select.budget is None:
            faults.add(("method", "select"), "ocba needs a budget: how many values over all designs together")
    elif not select.indifference:
        faults.add(
            ("method", "select"),
            f"{select.procedure} needs an indifference: the difference in {by} that matters, more than 0",
        )


def _choosable(select: SelectEntry, designs: int, faults: Faults) -> None:
    """Faults where the procedure cannot choose among so many designs."""
    place = ("method", "select")
    if designs < 2:
        faults.add(place, f"wanted two designs or more to choose from, not {designs or 'none'}")
    elif select.procedure != "ocba" and select.confidence <= 1 / designs:
        faults.add(
            (*place, "confidence"),
            f"{select.confidence:g} is no more than blind choice among {designs} designs gives; wanted more than "
            f"{1 / designs:.3g}, such as 0.95",
        )
    elif select.budget is not None and select.procedure == "ocba" and select.budget < select.first_runs * designs:
        faults.add(
            (*place, "budget"),
            f"{select.budget} values do not reach for the first {select.first_runs} of each of {designs} designs; "
            f"wanted {select.first_runs * designs} or more, or fewer first_runs",
        )


def _design(entry: dict[str, Any], factors: Sequence[Factor]) -> Design:
    names = dict.fromkeys(one.name for one in factors)
    strangers = [name for name in entry if name not in names]
    if strangers:
        raise InvalidPlant(known_names("factor", strangers[0], names))
    missing = [name for name in names if name not in entry]
    if missing:
        raise InvalidPlant(f"no level for {', '.join(missing)}; every factor needs one")
    return Design({one.name: one.called(entry[one.name]) for one in factors})


def _told(error: Any) -> str:
    """What pydantic has to say, in the words of this project."""
    if error["type"] == "missing":
        return f"the key {error['loc'][-1]!r} is missing"
    text = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] in ("value_error", "unknown_key"):
        return text
    return f"{text[0].lower()}{text[1:]}, not {shown(error['input'])}"
