"""Amounts of a material are whole numbers; whoever writes fractions is told to count in a smaller unit."""

from pathlib import Path

import pytest

from plant_models import InvalidPlant, read

GLUE = """\
scenario: glue
work_centers: {mixing: {machines: [mixer]}}
products: {glue: {routing: [{step: mix, at: mixing, time: 10 min, consumes: {resin: 2}}]}}
materials: {resin: {stock: 10, unit: kg, capacity: 90, replenishment: {reorder_point: 5, lead_time: 4 h, quantity: 10}}}
orders: [{order: G, product: glue, quantity: 5}]
"""


@pytest.mark.parametrize(
    ("whole", "broken", "place"),
    [
        ("{resin: 2}", "{resin: 2.5}", "3: products.glue.routing.0.consumes.resin"),
        ("{resin: 2}", "{resin: {quantity: 2.5, per: order}}", "3: products.glue.routing.0.consumes.resin.quantity"),
        ("stock: 10", "stock: 2.5", "4: materials.resin.stock"),
        ("capacity: 90", "capacity: 2.5", "4: materials.resin.capacity"),
        ("reorder_point: 5", "reorder_point: 2.5", "4: materials.resin.replenishment.reorder_point"),
        ("quantity: 10", "quantity: 2.5", "4: materials.resin.replenishment.quantity"),
    ],
)
def test_a_broken_amount_is_refused_with_a_smaller_unit(tmp_path: Path, whole: str, broken: str, place: str) -> None:
    file = tmp_path / "glue.yaml"
    file.write_text(GLUE, encoding="utf-8")
    assert read.scenario(file).plant.materials["resin"].stock == 10
    assert whole in GLUE
    file.write_text(GLUE.replace(whole, broken), encoding="utf-8")
    with pytest.raises(InvalidPlant) as refused:
        read.scenario(file)
    said = str(refused.value)
    assert f"{place}: 2.5 is no whole number" in said
    assert "'unit: g' instead of kg, and 2500 instead of 2.5" in said
