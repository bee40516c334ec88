"""The published JSON Schema."""

import json
from importlib import resources

import jsonschema
import pytest

from plant_models import Scenario, generate, read, schema, write
from plant_models.documents import parsed
from tests.laws.every import on_every_floor
from tests.plant_models.test_bad_files import GOOD

VALIDATOR = jsonschema.Draft202012Validator(schema.scenario())


def test_the_shipped_schema_is_the_one_that_files_are_read_by():
    shipped = (resources.files("scenarios") / "scenario.schema.json").read_text(encoding="utf-8")
    assert shipped == schema.text()


def test_it_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(schema.scenario())


def test_every_key_says_what_it_means():
    for name, part in schema.scenario()["$defs"].items():
        for key, meaning in part.get("properties", {}).items():
            assert name in ("distribution",) or "description" in meaning, (name, key)


@pytest.mark.parametrize("name", read.names())
def test_shipped_scenarios_keep_to_it(name):
    text = (resources.files("scenarios") / f"{name}.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=scenario.schema.json\n")
    VALIDATOR.validate(parsed(text, name, is_json=False).content)


@on_every_floor(most=50)
def test_whatever_is_written_keeps_to_it(world):
    VALIDATOR.validate(json.loads(write.as_json(Scenario(id="x", plant=world.plant, orders=world.orders))))


def test_generated_plants_keep_to_it():
    VALIDATOR.validate(json.loads(write.as_json(generate.flow_line(3, buffers=2))))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("{speed: 1.2}", "{sped: 1.2}"),
        ("{speed: 1.2}", "{speed: 0}"),
        ("exponential: 8 h", "exponential: 8"),
        ("exponential: 8 h", "exponentail: 8 h"),
        ("- turning: 4 min", "- turning: 4"),
        ("- turning: 4 min", "- turning: -4 min"),
        ("discipline: fifo", "discipline: fiof"),
        ("06:00-14:00", "6 to 2"),
        ("quantity: 2", "quantity: 0"),
        ("default: 10 min", "default: ten"),
        ("scenario: small", "ordres: []"),
    ],
)
def test_an_editor_sees_what_reading_would_refuse(right, wrong):
    VALIDATOR.validate(parsed(GOOD, "good", is_json=False).content)
    assert not VALIDATOR.is_valid(parsed(GOOD.replace(right, wrong, 1), "bad", is_json=False).content)
