"""One shipped plant uses everything that a scenario file can say, and works."""

from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any, NamedTuple

import pytest
import yaml
from jsonschema import Draft202012Validator

from plant_models import read, schema
from plant_models.events import Event
from plant_models.shifts import DAY
from twin.chance import Certain, Chance
from twin.floor import run
from twin.policies.rules import rule
from twin.rehearsal import rehearse
from twin.simulated import SimulatedFloor
from twin.state import opening

SCHEMA = schema.scenario()
FACTORY = read.scenario("electronics-factory")

OTHERWISE = {
    "TariffEntry.period": "a plant has one tariff, and the bands of this one go by the week",
    "BandEntry.open": "windows in a period of the tariff's own; these bands go by the week",
}
"""What one plant cannot say as well, and why."""


class Said(NamedTuple):
    """A key of a kind of entry, and what a file gives for it; `ABSENT` where it gives nothing."""

    feature: str
    value: Any


ABSENT = object()


def features() -> dict[str, Mapping[str, Any]]:
    """Every key of every kind of entry that the schema knows: 'BufferEntry.min_stay' and what it says of it."""
    kinds = {"File": SCHEMA, **SCHEMA["$defs"]}
    return {f"{kind}.{key}": part for kind, whole in kinds.items() for key, part in whole.get("properties", {}).items()}


def said(value: Any, part: Mapping[str, Any], kind: str = "File") -> Iterator[Said]:
    """Every feature in *value*, which *part* of the schema describes."""
    if "$ref" in part:
        kind = str(part["$ref"]).rsplit("/", 1)[-1]
        part = SCHEMA["$defs"][kind]
    choices = part.get("anyOf", part.get("oneOf", ()))
    for choice in choices:
        if Draft202012Validator({**choice, "$defs": SCHEMA["$defs"]}).is_valid(value):
            yield from said(value, choice, kind)
            return
    if isinstance(value, dict):
        own = part.get("properties", {})
        for key in own:
            yield Said(f"{kind}.{key}", value.get(key, ABSENT))
        for key, each in value.items():
            inside = own.get(key, part.get("additionalProperties"))
            if isinstance(inside, Mapping):
                yield from said(each, inside, "" if key in own else kind)
    elif isinstance(value, list) and isinstance(part.get("items"), Mapping):
        for each in value:
            yield from said(each, part["items"], "")


def left_out(document: Mapping[str, Any]) -> list[str]:
    """The features that *document* does not use, each choice of a word for itself."""
    known, found = features(), {}
    for feature, value in said(document, SCHEMA):
        found.setdefault(feature, []).append(value)
    missing = []
    for feature, part in known.items():
        values = [part.get("default") if value is ABSENT else value for value in found.get(feature, [])]
        if "enum" in part:
            missing += [f"{feature}: {word}" for word in part["enum"] if word not in values]
        elif all(value in (None, part.get("default")) for value in values):
            missing.append(feature)
    return missing


def text() -> str:
    return (resources.files("scenarios") / "electronics-factory.yaml").read_text(encoding="utf-8")


def test_the_factory_uses_everything_that_a_file_can_say() -> None:
    assert left_out(yaml.safe_load(text())) == sorted(OTHERWISE)


@pytest.mark.parametrize(
    ("words", "instead", "missing"),
    [
        ("min_stay: 10 min, ", "", "BufferEntry.min_stay"),
        ("on_fail: hold, ", "", "InspectionEntry.on_fail: hold"),
        ("{weibull: {mean: 16 h, shape: 1.8}}", "16 h", "distribution.weibull"),
        ("split: 5, ", "", "StepEntry.split"),
    ],
)
def test_a_feature_that_is_taken_out_is_missed(words: str, instead: str, missing: str) -> None:
    assert words in text()
    assert missing in left_out(yaml.safe_load(text().replace(words, instead)))


def test_the_factory_finishes_its_week_and_everything_happens_in_it() -> None:
    facts: list[Event] = []
    for seed in range(3):
        floor = SimulatedFloor(FACTORY.plant, opening(FACTORY.plant, FACTORY.orders), Chance(seed), facts.append)
        run(floor, rule(FACTORY.rule), 30 * DAY)
        assert (floor.state.unfinished, floor.deadlock) == (0, None)
    kinds = {type(fact).__name__ for fact in facts}
    machines = "Started Finished SetupStarted BrokeDown Worn MaintenanceStarted ToolWornOut CrewCame CrewLeft Arrived"
    orders = "Consumed Stored Delivered Reordered Expired Split Merged Measured Inspected OrderHeld OrderTurnedAway"
    assert {*machines.split(), *orders.split()} <= kinds


def test_the_factory_can_be_rehearsed_and_the_rule_shows() -> None:
    start = opening(FACTORY.plant, FACTORY.orders)
    certain = rehearse(FACTORY.plant, start, rule("atc"), runs=2, workers=1, until=30 * DAY, chance=lambda _: Certain())
    assert certain.mean("late_orders").low == certain.mean("late_orders").high
    late = {
        name: rehearse(FACTORY.plant, start, rule(name), runs=3, workers=1, until=30 * DAY).mean("weighted_tardiness_h")
        for name in ("atc", "spt")
    }
    assert 0 < late["atc"].value < late["spt"].value
