"""A snapshot is the floor at one instant: what comes back is what was kept, or a word on why it is not."""

import json
from pathlib import Path

import pytest

from plant_models import read
from plant_models.errors import InvalidPlant
from plant_models.shifts import HOUR
from twin import Certain, SimulatedFloor, rule, run
from ui import snapshots
from ui.desk import Desk
from ui.snapshots import Snapshot


def taken(hours: int = 5) -> Snapshot:
    """The machine shop in the middle of its first shift."""
    desk = Desk.at(read.scenario("machine-shop"))
    state = desk.state
    run(SimulatedFloor(desk.plant, state, Certain()), rule("edd"), hours * HOUR)
    return Snapshot(scenario=desk.scenario, state=state, repairs={"mill-1": 9 * HOUR})


def test_a_floor_in_full_work_comes_back_as_it_was(tmp_path: Path) -> None:
    kept, file = taken(), tmp_path / "deep" / "floor.json"
    snapshots.save(kept, file)
    assert snapshots.is_snapshot(file)
    assert snapshots.load(file) == kept
    desk = Desk.open(tmp_path, str(file))
    assert desk.state == kept.state
    assert desk.repairs == {"mill-1": 9 * HOUR}
    assert desk.snapshot() == kept


def test_looking_ahead_from_a_snapshot_is_looking_ahead_from_that_floor(tmp_path: Path) -> None:
    kept, file = taken(), tmp_path / "floor.json"
    snapshots.save(kept, file)
    found = Desk.open(tmp_path, str(file)).rehearse("edd", runs=2, workers=1)
    assert found.now == kept.state.now > 0
    assert found.state == kept.digest


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("format", "foreshift snapshot 9", "its format is 'foreshift snapshot 9'; wanted 'foreshift snapshot 1'"),
        ("digest", "0" * 64, "changed since it was taken"),
        ("state", {"machines": 3}, "not a snapshot"),
        ("state", None, "not a snapshot"),
        ("scenario", {"scenario": "x"}, "floor.json, scenario"),
        ("repairs", [], "not a snapshot"),
        ("repairs", {"mill-1": "late"}, "not a snapshot"),
    ],
)
def test_what_is_not_as_it_was_written_is_refused(tmp_path: Path, key: str, value: object, words: str) -> None:
    file = tmp_path / "floor.json"
    snapshots.save(taken(1), file)
    file.write_text(json.dumps(json.loads(file.read_text()) | {key: value}))
    with pytest.raises(InvalidPlant, match=words):
        snapshots.load(file)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"scenario": 1}', "\x00"])
def test_another_file_is_no_snapshot(tmp_path: Path, content: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(content)
    assert not snapshots.is_snapshot(file)
    with pytest.raises(InvalidPlant, match="not a snapshot"):
        snapshots.load(file)
