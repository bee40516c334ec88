"""Orders that come by themselves, as files say them."""

from pathlib import Path

import pytest

from plant_models import read, write
from plant_models.distributions import Constant, Exponential, Uniform
from plant_models.errors import InvalidPlant
from plant_models.plant import Arrival
from plant_models.shifts import DAY, HOUR, MINUTE

HEAD = """\
scenario: s
epoch: 2026-01-05T06:00:00+00:00
work_centers: {c: {machines: [m]}}
products:
  cover: {routing: [{c: 5 min}]}
  frame: {like: cover}
orders: [{order: o-1, product: cover}]
arrivals:
"""


def read_it(tmp_path: Path, text: str) -> dict[str, Arrival]:
    file = tmp_path / "s.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    return dict(read.scenario(file).plant.arrivals)


def test_a_file_says_when_they_come_and_what_they_are_for(tmp_path: Path) -> None:
    text = """\
  spares: {product: cover, between: 40 min}
  rush: {mix: {cover: 3, frame: 1}, between: {exponential: 2 h}, first: 5 min, start: 2026-01-05T14:00, end: 2 d,
         limit: 9, quantity: {uniform: [5, 40]}, due_after: 4 h, weight: 2, priority: 1}
"""
    assert read_it(tmp_path, text) == {
        "spares": Arrival(id="spares", product="cover", between=Constant(40 * MINUTE)),
        "rush": Arrival(
            id="rush",
            mix={"cover": 3, "frame": 1},
            between=Exponential(2 * HOUR),
            first=Constant(5 * MINUTE),
            start=8 * HOUR,
            end=2 * DAY,
            limit=9,
            quantity=Uniform(5, 40),
            due_after=Constant(4 * HOUR),
            weight=2.0,
            priority=1,
        ),
    }
    scenario = read.scenario(tmp_path / "s.yaml")
    write.scenario(scenario, tmp_path / "again.yaml")
    assert read.scenario(tmp_path / "again.yaml") == scenario


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("  x: {between: 1 h}", "either a product, or a mix"),
        ("  x: {between: 1 h, product: cove}", "no product 'cove'; did you mean 'cover'"),
        ("  x: {between: 1 h, mix: {cove: 1}}", "no product 'cove'; did you mean 'cover'"),
        ("  x: {between: 5, product: cover}", "has no unit"),
        ("  x: {between: 1 h, product: cover, quantity: 2.5}", "no number of pieces"),
        ("  x: {between: 1 h, product: cover, quantity: {uniform: [5 min, 9]}}", "wanted a plain number"),
        ("  x: {between: 1 h, product: cover, quantity: {even: 3}}", "is no distribution"),
        ("  x: {between: 1 h, product: cover, end: tomorrow}", "or a date and time"),
        ("  x: {between: 1 h, product: cover, start: 2 h, end: 1 h}", "end after that"),
        ("  o: {between: 1 h, product: cover}", "'o-1' is what an order of the arrivals 'o' is called"),
    ],
)
def test_what_cannot_be_is_one_message_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InvalidPlant, match=r"s\.yaml:\d+") as found:
        read_it(tmp_path, text)
    assert message in str(found.value)
