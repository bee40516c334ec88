"""What was played is kept under its own name and comes back under it, whatever else is in the folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import twin
from plant_models.errors import InvalidPlant
from twin import changes
from twin.studying.designs import Design
from twin.studying.factors import Level
from twin.studying.keeping import Kept


def test_every_figure_comes_back_under_its_name_though_plants_have_different_figures(tmp_path: Path) -> None:
    with Kept(tmp_path) as first:
        first.add("plain", ("makespan_h", "span_h"), [(0, (1.0, 3.0))])
        first.add("metered", ("makespan_h", "energy_kwh", "span_h"), [(0, (10.0, 20.0, 30.0))])
    again = Kept(tmp_path)
    both = {"plain": [0], "metered": [0]}
    assert again.digest(both) == first.digest(both)
    again.add("metered", ("makespan_h", "energy_kwh", "span_h"), [(1, (11.0, 21.0, 31.0))])
    again.write()
    for kept in (again, Kept(tmp_path)):
        assert kept.values("metered", "makespan_h", [0, 1]).tolist() == [10, 11]
        assert kept.values("metered", "energy_kwh", [0, 1]).tolist() == [20, 21]
        assert kept.values("metered", "span_h", [0, 1]).tolist() == [30, 31]
        assert kept.values("plain", "span_h", [0]).tolist() == [3]


def test_runs_with_other_figures_are_not_mixed_with_those_that_are_kept(tmp_path: Path) -> None:
    with Kept(tmp_path) as older:
        older.add("plain", ("makespan_h", "span_h"), [(0, (1.0, 3.0))])
    now = Kept(tmp_path)
    with pytest.raises(InvalidPlant, match=r"other figures \(makespan_h, span_h\).*use another folder"):
        now.add("plain", ("makespan_h", "oee"), [(1, (1.0, 0.5))])


KILLED = """
import os, pathlib, sys
from twin.studying.keeping import Kept
kept = Kept(pathlib.Path(sys.argv[1]))
kept.add("plain", ("makespan_h",), [(0, (1.0,))])
os.fsync = lambda file: os._exit(9)
kept.write()
"""


def test_what_a_killed_process_had_begun_to_write_is_taken_away(tmp_path: Path) -> None:
    root = Path(twin.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], cwd=root, check=False)
    assert done.returncode == 9
    (begun,) = (tmp_path / "parts").iterdir()
    still_written = begun.with_name(begun.name.rpartition(".")[0] + f".{os.getpid()}")
    still_written.touch()
    assert Kept(tmp_path).missing("plain", [0]) == [0]
    assert list((tmp_path / "parts").iterdir()) == [still_written]


def test_a_file_that_was_damaged_on_the_disk_is_named(tmp_path: Path) -> None:
    parts = tmp_path / "parts"
    parts.mkdir()
    (parts / "x.parquet").write_bytes(b"PAR1" + b"\xff" * 50 + (50).to_bytes(4, "little") + b"PAR1")
    with pytest.raises(InvalidPlant, match=r"x\.parquet: not what a study wrote .* delete it, and its runs"):
        Kept(tmp_path)


def test_a_design_is_kept_under_what_it_changes_and_what_it_follows_from() -> None:
    pace, room = (Level(1, (change,)) for change in (changes.Speed("m1", 2.0), changes.BufferSize("m1", 2)))
    design, same = Design({"pace": pace, "room": room}), Design({"speed": pace, "buffer": room})
    assert design.key("plant") == same.key("plant") == design.key("plant")
    others = {design.key("another plant"), Design({"pace": pace}).key("plant"), Design({"room": room}).key("plant")}
    assert len(others | {design.key("plant")}) == 4
