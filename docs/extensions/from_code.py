"""Directives that read the reference off the code: rules, facts, deeds, scenario files, commands, indicators."""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from types import UnionType
from typing import Any, ClassVar, get_args

import msgspec
import typer
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from plant_models import deeds, events, schema, units
from plant_models.distributions import DISTRIBUTIONS
from twin.indicators import Indicator
from twin.iso22400 import KPIS
from twin.lateness import MEANING
from twin.policies.rules import RULES
from twin.practice import PRACTICE
from twin.studying import file_schema
from ui import cli

Lines = list[str]
_ERLANG = "The sum of so many equal exponential phases; a gamma with a whole shape."


def rules() -> Lines:
    """Every dispatching rule, with what it says of itself."""
    return _table(("rule", "what it does"), ((f"`{name}`", _first_line(rule)) for name, rule in RULES.items()))


def distributions() -> Lines:
    """Every distribution by its name in files, with its parameters in order."""
    rows = (
        (
            f"`{name}`",
            ", ".join(f"`{p}`{_optional(name, p)}" for p in parameters),
            _first_line(DISTRIBUTIONS[name]) if name in DISTRIBUTIONS else _ERLANG,
        )
        for name, parameters in units.KINDS.items()
    )
    return _table(("name", "parameters", "what it is"), rows)


def _optional(distribution: str, parameter: str) -> str:
    return " (optional)" if parameter in units.OPTIONAL.get(distribution, ()) else ""


def facts() -> Lines:
    """Every fact of the floor."""
    return _kinds(events.Event)


def desk_deeds() -> Lines:
    """Every deed of the desk."""
    return _kinds(deeds.AnyDeed)


def indicators() -> Lines:
    """Every indicator of ISO 22400-2, with its formula, unit, direction and source."""
    return _indicators(KPIS)


def practice() -> Lines:
    """Every figure in daily use beside those of the standard."""
    return _indicators(PRACTICE)


def order_time_parts() -> Lines:
    """What an order's time on the floor goes into."""
    return _table(("part", "the order is"), ((f"`{part}`", words) for part, words in MEANING.items()))


def scenario_schema() -> Lines:
    """Every kind of object in a scenario file, with its keys, from the published JSON Schema."""
    return _schema(schema.scenario())


def study_schema() -> Lines:
    """Every kind of object in a study file, with its keys, from the published JSON Schema."""
    return _schema(file_schema())


def _schema(document: Mapping[str, Any]) -> Lines:
    lines = _object("The file", document)
    for name, part in sorted(document.get("$defs", {}).items()):
        if "properties" in part:
            lines += _object(_entry(name), part)
    return lines


def commands() -> Lines:
    """Every command, with its example, arguments and options."""
    group = typer.main.get_command(cli.app)
    lines: Lines = []
    for name, command in sorted(getattr(group, "commands", {}).items()):
        if not command.hidden:
            lines += _command(name, command)
    return lines


DIRECTIVES: Mapping[str, Callable[[], Lines]] = {
    "rules": rules,
    "distributions": distributions,
    "facts": facts,
    "deeds": desk_deeds,
    "indicators": indicators,
    "practice": practice,
    "order-time-parts": order_time_parts,
    "scenario-schema": scenario_schema,
    "study-schema": study_schema,
    "commands": commands,
}


def setup(app: Sphinx) -> dict[str, bool]:
    """Make the directives known to Sphinx."""
    for name, read in DIRECTIVES.items():
        app.add_directive(f"from-code-{name}", type(f"From{name.title()}", (_FromCode,), {"read": staticmethod(read)}))
    app.connect("autodoc-process-docstring", _drop_what_says_nothing)
    return {"parallel_read_safe": True}


def _drop_what_says_nothing(app: Sphinx, what: str, name: str, thing: object, options: object, lines: Lines) -> None:
    """The fields of a named tuple say of themselves that they are one."""
    if lines and lines[0].startswith("Alias for field number"):
        lines.clear()


class _FromCode(SphinxDirective):
    read: ClassVar[Callable[[], Lines]]

    def run(self) -> list[nodes.Node]:
        return self.parse_text_to_nodes("\n".join(self.read()), allow_section_headings=True)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Lines:
    body = ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]
    return ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head), *body, ""]


def _first_line(thing: object) -> str:
    return (inspect.getdoc(thing) or "").split("\n\n", 1)[0].replace("\n", " ")


def _kinds(union: UnionType) -> Lines:
    rows = (
        (
            f"`{kind.__name__}`",
            ", ".join(f"`{field.name}`" for field in msgspec.structs.fields(kind)),
            _first_line(kind),
        )
        for kind in get_args(union)
    )
    return _table(("kind", "fields", "what it says"), rows)


def _indicators(listing: Mapping[str, Indicator]) -> Lines:
    rows = (
        (i.number, i.name, f"`{i.formula}`", i.unit, i.better or "neither", i.meaning, i.source)
        for i in listing.values()
    )
    return _table(("number", "name", "formula", "unit", "better", "what it says", "source"), rows)


def _object(name: str, part: Mapping[str, Any]) -> Lines:
    required = part.get("required", ())
    rows = (
        (f"`{key}`", _type(value), "yes" if key in required else _default(value), value.get("description", ""))
        for key, value in part.get("properties", {}).items()
    )
    words = part.get("description", "").split("\n\n", 1)[0].replace("\n", " ")
    return [f"### {name}", "", words, "", *_table(("key", "type", "required", "what it says"), rows)]


def _entry(name: str) -> str:
    """A work center is called WorkCenterEntry in the code, and work center here."""
    return re.sub(r"(?<!^)([A-Z])", r" \1", name.removesuffix("Entry")).lower()


def _default(value: Mapping[str, Any]) -> str:
    default = value.get("default")
    return "no" if default in (None, "", [], {}) else f"no; `{default}`"


def _type(value: Mapping[str, Any]) -> str:
    if "$ref" in value:
        return _entry(str(value["$ref"]).rsplit("/", 1)[-1])
    if "enum" in value or "const" in value:
        return " or ".join(f"`{choice}`" for choice in value.get("enum", [value.get("const")]))
    for word in ("anyOf", "oneOf"):
        if word in value:
            return " or ".join(dict.fromkeys(_type(choice) for choice in value[word] if choice != {"type": "null"}))
    if "pattern" in value and "examples" in value:
        return f"time, such as `{value['examples'][0]}`"
    if value.get("type") == "object" and set(value.get("properties", ())) == set(units.KINDS):
        return "distribution"
    if value.get("type") == "array":
        return f"list of {_type(value.get('items', {}))}"
    if isinstance(value.get("additionalProperties"), dict):
        return f"names to {_type(value['additionalProperties'])}"
    return str(value.get("type", "anything"))


def _command(name: str, command: Any) -> Lines:
    rows = []
    for parameter in command.params:
        is_option = parameter.param_type_name == "option"
        names = parameter.opts if is_option else [parameter.metavar or parameter.name.upper()]
        rows.append((", ".join(f"`{name}`" for name in names), getattr(parameter, "help", None) or ""))
    words = re.sub(r"\[/?bold\]", "`", inspect.cleandoc(command.help or ""))
    return [f"## foreshift {name}", "", words, "", *_table(("argument or option", "what it says"), rows)]
