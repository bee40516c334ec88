"""What a what-if says first: orders that are never finished, in which world and how often."""

from pathlib import Path

from plant_models import read
from twin.changes import Change, StockChange
from ui import answers
from ui.desk import Desk

GLUE = """\
scenario: glue
work_centers: {mixing: {machines: [mixer]}}
products: {glue: {routing: [{step: mix, at: mixing, time: 10 min, consumes: {resin: 2}}]}}
materials: {resin: {stock: 10, unit: kg}}
orders: [{order: G, product: glue, quantity: 5, repeat: 7, every: 10 min, due: 4 h}]
"""


def sentences(folder: Path, *asked: Change) -> tuple[str, ...]:
    """The answer in sentences; resin in stock is enough for one order of seven."""
    file = folder / "glue.yaml"
    file.write_text(GLUE, encoding="utf-8")
    desk = Desk.at(read.scenario(file))
    return answers.of(answers.data(desk.what_if(asked, runs=3, workers=1), "fifo", desk.scenario.epoch)).sentences


def test_orders_that_are_never_finished_are_named_first_with_how_often(tmp_path: Path) -> None:
    said = sentences(tmp_path, StockChange("resin", 70))
    assert said[0] == (
        "As it is G-2, G-3, G-4, G-5 and 2 more can never go on, in up to 3 of 3 runs: hours, cost and energy only say "
        "how long that was looked at."
    )
    assert not any(sentence.startswith("In the changed world") for sentence in said)


def test_orders_that_a_change_leaves_unfinished_are_told_of_the_changed_world(tmp_path: Path) -> None:
    said = sentences(tmp_path, StockChange("resin", 0))
    assert said[1].startswith("In the changed world G-1, G-2, G-3, G-4 and 3 more can never go on, in up to 3 of 3")
