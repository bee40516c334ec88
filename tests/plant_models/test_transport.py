"""Fleets and their ways, and the steps of transport in routings."""

import pytest

from plant_models import write
from plant_models.distributions import Constant, Lognormal
from plant_models.documents import parsed
from plant_models.errors import InvalidPlant
from plant_models.orders import Operation
from plant_models.read import described
from plant_models.scenario import Scenario
from plant_models.shifts import MINUTE
from plant_models.transport import Fleet, Move

SHOP = """
scenario: cells
work_centers:
  saw: {machines: [saw-1]}
  mill: {machines: [mill-1]}
  paint: {machines: [paint-1], location: hall-2}
  bench: {machines: [bench-1]}
  agv:
    machines: [agv-1, agv-2]
    fleet: {speed: 1 m/s, load: 20 s, unload: 10 s, distances: {saw: {mill: 60 m}, mill: {hall-2: 30 m}}}
products:
  part: {routing: [{saw: 4 min}, {mill: 8 min}, {bench: 1 min}, {paint: 5 min}]}
"""


def scenario(text: str) -> Scenario:
    return described(parsed(text, "shop.yaml", is_json=False))


def steps(scenario: Scenario) -> list[tuple[str, Move | None]]:
    return [(step.id, step.move) for step in scenario.plant.routings["part"].operations]


def test_times_are_distance_over_speed_and_the_same_both_ways_unless_both_are_said() -> None:
    fleet = Fleet(speed=30.0, distances={"a": {"b": 60.0, "c": 30.0}, "c": {"a": 15.0}}, times={"b": {"c": 5}})
    assert fleet.run("a", "b") == fleet.run("b", "a") == 2 * MINUTE
    assert (fleet.run("a", "c"), fleet.run("c", "a")) == (MINUTE, MINUTE // 2)
    assert fleet.run("c", "b") == 5


def test_a_way_that_nobody_says_is_the_quickest_over_others() -> None:
    fleet = Fleet(distances={"a": {"b": 60.0, "d": 300.0}, "b": {"c": 120.0}, "c": {"d": 60.0}})
    assert fleet.run("a", "c") == 3 * MINUTE
    assert fleet.run("b", "d") == 3 * MINUTE
    assert fleet.run("a", "d") == 5 * MINUTE  # what is said is driven, even where there is a quicker way


def test_a_fleet_that_cannot_get_everywhere_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no way from 'a' to 'c'"):
        Fleet(distances={"a": {"b": 1.0}, "c": {"d": 1.0}})
    with pytest.raises(ValueError, match="goes nowhere"):
        Fleet()
    with pytest.raises(ValueError, match="start: no location 'x'; there are a, b"):
        Fleet(distances={"a": {"b": 1.0}}, start="x")


def test_a_move_is_put_between_steps_at_different_locations_that_a_fleet_gets_to() -> None:
    shop = scenario(SHOP)
    assert steps(shop) == [
        ("saw", None),
        ("to mill", Move("saw", "mill")),
        ("mill", None),
        ("bench", None),
        ("paint", None),
    ]
    move = shop.plant.routings["part"].operations[1]
    assert move.machines == {"agv-1": Constant(90_000), "agv-2": Constant(90_000)}


def test_branches_and_rework_have_moves_of_their_own() -> None:
    text = SHOP.replace(
        "{bench: 1 min}, {paint: 5 min}", "{step: paint, at: paint, time: 5 min, next: {mill: 0.2}}, {bench: 1 min}"
    )
    operations = {step.id: step for step in scenario(text).plant.routings["part"].operations}
    assert list(operations) == ["saw", "to mill", "mill", "to paint", "paint", "to mill from paint", "bench"]
    assert operations["paint"].next == {"to mill from paint": 0.2, "bench": 0.8}
    assert operations["to mill from paint"].next == {"mill": 1.0}
    assert operations["to mill from paint"].move == Move("hall-2", "mill")


def test_orders_are_fetched_at_the_entry_and_taken_to_the_exit() -> None:
    text = SHOP.replace("fleet: {", "fleet: {entry: gate, exit: gate, ").replace(
        "saw: {mill: 60 m}", "saw: {gate: 9 m, mill: 60 m}"
    )
    text = text.replace(", {bench: 1 min}", "")
    assert [move for _, move in steps(scenario(text)) if move] == [
        Move("gate", "saw"),
        Move("saw", "mill"),
        Move("mill", "hall-2"),
        Move("hall-2", "gate"),
    ]


def test_a_scenario_with_fleets_is_written_and_read_back_equal(tmp_path) -> None:
    shop = scenario(SHOP.replace("load: 20 s", "load: 20 s, capacity: 2, variation: 0.3, start: saw"))
    for name in ("shop.yaml", "shop.json", "shop.xlsx"):
        write.scenario(shop, tmp_path / name)
    text = write.as_yaml(shop)
    assert "- {step: to mill, at: agv, move: {origin: saw, to: mill}}" in text
    assert scenario(text) == shop
    assert shop.plant.routings["part"].operations[1].machines["agv-1"] == Lognormal(90_000, 0.3)
    assert shop.plant.machines["agv-1"].batch is not None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("location: hall-2", "location: hall-3", "no location 'hall-3'; did you mean 'hall-2'"),
        ("{mill: 60 m}, mill:", "{mil: 60 m}, mil:", "did you mean 'mill'"),
        ("1 m/s", "1 m/h", "no unit 'm/h'; there are m/min, m/s, km/h"),
        ("60 m}", "60}", "60 is no length"),
        ("[agv-1, agv-2]", "{agv-1: {set_up_for: bench}}", "no location 'bench'; there are"),
        ("{saw: 4 min}", "{agv: 4 min}", "is a vehicle; say from where to where"),
        ("{saw: 4 min}", "{step: x, at: saw, move: {origin: saw, to: mill}}", "'saw-1' is no vehicle"),
        ("{saw: 4 min}", "{step: x, at: saw, time: 1 min, move: {origin: saw, to: mill}}", "there are agv-1, agv-2"),
        ("{saw: 4 min}", "{step: x, at: agv, move: {origin: saw, to: nowhere}}", "no location 'nowhere'"),
        ("{saw: 4 min}", "{step: x, at: [saw, mill], time: 1 min, buffer: saw}", "stand at different locations"),
        ("machines: [agv-1, agv-2]", "changeover: {default: 5 min}, machines: [agv-1]", "wanted no changeover"),
        ("machines: [agv-1, agv-2]", "machines: [agv-1]\n    buffer: {max_stay: 5 min}", "cannot spoil"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_what_would_be_right(old: str, new: str, told: str) -> None:
    text = SHOP.replace(old, new)
    if new.startswith("changeover"):
        text = SHOP.replace(old, "machines: [agv-1]\n    changeover: {default: 5 min}")
    with pytest.raises(InvalidPlant) as error:
        scenario(text)
    assert told in str(error.value)


def test_a_move_leads_somewhere_else() -> None:
    with pytest.raises(ValueError, match="leads from 'a' to itself"):
        Move("a", "a")
    assert Operation(id="m", machines={"agv": Constant(1)}, move=Move("a", "b")).move is not None
