"""The plan of a floor: everything has a place of its own, and orders flow through it in order."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given

from plant_models import generate, read
from plant_models.plant import Plant
from tests.laws.worlds import plants
from ui.player.floorplan import IN, OUT, Box, floorplan

SHOP = read.scenario("machine-shop").plant


@given(plants())
def test_nothing_stands_on_anything_else(plant: Plant) -> None:
    plan = floorplan(plant)
    assert plan.machines.keys() == plant.machines.keys()
    assert plan.buffers.keys() == plant.buffers.keys()
    assert plan.centers.keys() == {*plant.work_centers, IN, OUT}
    for some in ((*plan.machines.values(), *plan.buffers.values()), plan.centers.values()):
        assert not any(one.meets(other) for one, other in combinations(some, 2))
    for machine, box in plan.machines.items():
        assert holds(plan.centers[plant.machines[machine].work_center], box)
    whole = Box(x=0, y=0, width=plan.width, height=plan.height)
    assert all(holds(whole, box) for box in plan.centers.values())


@given(plants())
def test_no_road_runs_through_a_work_center(plant: Plant) -> None:
    plan = floorplan(plant)
    for road in plan.roads:
        for (x, y), (u, v) in list(pairwise(road.points))[1:-1]:
            assert x == u or y == v, "roads turn at right angles"
            piece = Box(x=min(x, u), y=min(y, v), width=abs(x - u), height=abs(y - v))
            assert not any(piece.meets(box) for box in plan.centers.values()), road


@given(plants())
def test_a_plant_always_has_the_same_plan(plant: Plant) -> None:
    assert floorplan(plant) == floorplan(plant)


@given(plants())
def test_all_that_leaves_a_work_center_takes_some_road(plant: Plant) -> None:
    shares: dict[str, float] = {}
    for road in floorplan(plant).roads:
        if not road.is_draw:
            shares[road.source] = shares.get(road.source, 0) + road.share
    assert all(share == pytest.approx(1) for share in shares.values())


def test_a_shop_stands_in_the_order_of_its_flow() -> None:
    plan = floorplan(SHOP)
    roads = {(road.source, road.target): road for road in plan.roads}
    assert not roads["sawing", SHOP.work_centers["turning"].buffer].is_back
    assert roads["heat treatment", SHOP.work_centers["milling"].buffer].is_back
    assert roads["inspection", OUT].share == 1


def test_a_long_line_is_folded_into_rows_that_run_to_and_fro() -> None:
    plan = floorplan(generate.flow_line(24).plant)
    assert 1 < plan.width / plan.height < 4
    assert plan.turned
    assert IN not in plan.turned


def test_a_work_center_can_be_put_into_another_column_by_hand() -> None:
    first, last = (floorplan(SHOP, at).centers["inspection"] for at in ({"inspection": 0}, {"inspection": 9}))
    assert first.x < last.x or first.y < last.y
    with pytest.raises(ValueError, match="no work center 'sewing'; there are sawing"):
        floorplan(SHOP, {"sewing": 1})
    with pytest.raises(ValueError, match="columns count from 0"):
        floorplan(SHOP, {"sawing": -1})


def holds(outer: Box, inner: Box) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )
