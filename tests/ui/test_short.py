"""Which materials orders waited for is said in words, not only that they waited."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ui.cli import app

GLUE = """\
scenario: glue
work_centers: {mixing: {machines: [mixer, kneader]}}
products:
  glue: {routing: [{step: mix, at: mixing, time: 10 min, consumes: {resin: 2}}]}
  putty: {routing: [{step: knead, at: mixing, time: 10 min, consumes: {chalk: 2}}]}
materials:
  resin: {unit: kg, replenishment: {every: 2 h, quantity: 10}}
  chalk: {unit: kg, replenishment: {every: 30 min, quantity: 10}}
  water: {unit: kg}
orders:
  - {order: G-1, product: glue, quantity: 5}
  - {order: G-2, product: glue, quantity: 5}
  - {order: P, product: putty, quantity: 5}
"""
RUNS = ["--runs", "2", "--workers", "1"]


def heard(folder: Path, *words: str) -> str:
    file = folder / "glue.yaml"
    file.write_text(GLUE, encoding="utf-8")
    done = CliRunner().invoke(app, [words[0], str(file), *words[1:]], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["simulate"], "Orders waited for material: resin (6.0 order h, 2 orders), chalk (30.0 order min, 1 order)."),
        (["rehearse", *RUNS], "most in run 1 of 2: resin (6.0 order h, 2 orders), chalk (30.0 order min, 1 order)."),
    ],
)
def test_the_materials_that_were_short_are_named_the_worst_first(tmp_path: Path, words: list[str], said: str) -> None:
    """Resin for one order comes at 2 h, for the other at 4 h: they wait 2 h and 4 h; chalk comes after 30 min."""
    assert said in heard(tmp_path, *words)
    short = json.loads(heard(tmp_path, *words, "--json"))["short_of"]
    assert [(row["material"], row["order_h"], row["orders"]) for row in short] == [
        ("resin", 6.0, ["G-1", "G-2"]),
        ("chalk", 0.5, ["P"]),
    ]


def test_where_nothing_was_short_nothing_is_said() -> None:
    done = CliRunner().invoke(app, ["simulate", "pharma", "--json"], catch_exceptions=False)
    found = json.loads(done.stdout)
    assert ("short_of" in found) == (found["figures"]["short_of_material_h"] > 0)
