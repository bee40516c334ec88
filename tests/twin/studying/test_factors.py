"""Factors: each level is the one that the file names, at the cost that it names."""

import pytest

from plant_models.errors import InvalidPlant
from twin import changes
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
