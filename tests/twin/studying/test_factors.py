"""Factors: each level is the one that the file names, at the cost that it names."""

import pytest

from plant_models.errors import InvalidPlant
from twin import changes
from twin.studying.designs import Design
from twin.studying.factors import Factor, factor


def outage(end: object, **more: object) -> Factor:
    """How long the third machine is out, as a study file has it."""
    return factor("end", {"change": "machine-down", "machine": "m3", "start": "0 s", "end": end, **more})


def room(capacity: object, **more: object) -> Factor:
    return factor("room", {"change": "buffer-size", "buffer": "m2", "capacity": capacity, **more})


def test_a_time_costs_by_the_hour_in_a_list_as_in_a_range() -> None:
    listed, ranged = outage(["3 h", "90 min"], cost=2), outage({"from": "1 h", "to": "5 h"}, cost=2)
    assert [level.cost for level in listed.levels] == [6, 3]
    assert ranged.at(0.5).cost == 6
    assert ranged.called("90 min").cost == 3


def test_a_range_of_times_keeps_its_seconds_however_long_it_is() -> None:
    assert outage({"from": "1 h", "to": "50 h"}).called("26 h 10 min 30 s") == (
        "1 d 2 h 10 min 30 s",
        (changes.MachineDown("m3", 0, 94_230_000),),
        0.0,
    )


def test_whole_numbers_have_equal_parts_of_a_range_below_zero_too() -> None:
    first = factor("first", {"change": "priority", "order": "o1", "priority": {"from": -3, "to": 1}})
    assert [first.at(share).label for share in (0, 0.19, 0.21, 0.41, 0.61, 0.81, 1)] == [-3, -3, -2, -1, 0, 1, 1]


@pytest.mark.parametrize(
    ("ends", "message"),
    [
        ({"from": "200 ms", "to": "900 ms"}, "from 200 ms to 900 ms; wanted whole seconds"),
        ({"from": "1 h", "to": float("inf")}, "is no range"),
        ({"from": "2 h", "to": "1 h"}, "wanted two numbers, the lower first"),
        ({"from": "1 s", "to": "3 s", "points": 4}, "points: 4; there are only 3 levels"),
    ],
)
def test_a_range_of_times_that_cannot_be_kept_is_refused(ends: dict, message: str) -> None:
    with pytest.raises(InvalidPlant, match=message):
        outage(ends)


@pytest.mark.parametrize(
    ("ends", "message"),
    [
        ({"from": 1.5, "to": 3.5}, "1.5 is no whole number"),
        ({"from": 1, "to": 3.5}, "3.5 is no whole number"),
        ({"from": 1, "to": float("inf")}, "is no range"),
        ({"from": float("nan"), "to": 2}, "is no range"),
        ({"from": 1, "to": 3, "points": 5}, "points: 5; there are only 3 levels"),
    ],
)
def test_a_range_of_whole_numbers_has_whole_ends(ends: dict, message: str) -> None:
    with pytest.raises(InvalidPlant, match=message):
        room(ends)


def test_a_level_that_leaves_open_is_called_none_and_can_be_named() -> None:
    unlimited = room([2, None])
    assert [level.label for level in unlimited.levels] == ["2", "none"]
    for name in (None, "none"):
        assert unlimited.called(name).changes == (changes.BufferSize("m2", None),)
    with pytest.raises(InvalidPlant, match=r"no level of room '3'.*there are 2, none"):
        unlimited.called(3)


def test_a_number_is_the_same_level_however_it_is_written() -> None:
    pace = factor("pace", {"change": "speed", "machine": "m3", "factor": [1.0, 2]})
    assert [pace.called(label).label for label in (1, 1.0, "1", 2.0)] == [1.0, 1.0, 1.0, 2]
    with pytest.raises(InvalidPlant, match="each once, not 1, 1"):
        factor("pace", {"change": "speed", "machine": "m3", "factor": [1, 1.0]})


def test_different_levels_have_different_names() -> None:
    large = factor("c", {"change": "stock-change", "material": "steel", "stock": [1_000_000, 1_000_001]})
    assert [Design({"c": level}).name for level in large.levels] == ["c 1000000", "c 1000001"]
