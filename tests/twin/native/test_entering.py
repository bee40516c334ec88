"""Machine code is kept on disk for the text, the processor and the compiler that it was made for."""

import subprocess
import sys
from pathlib import Path

import pytest

from twin.native import Entrance

SCRIPT = """
import sys
from made import enter
print(enter(3), len(list(__import__("pathlib").Path(sys.argv[1]).rglob("enter-*.o"))))
"""
MADE = """
from twin.native import entrance

@entrance("{digest}", __file__)
def enter(x: int) -> int:
    return x * {times}
"""


def said(folder: Path, **more: object) -> str:
    setting = {"PYTHONPATH": f"{folder}:{Path(__file__).parents[3]}", "PATH": "", "XDG_CACHE_HOME": str(folder / "own")}
    script = [sys.executable, "-c", SCRIPT, str(folder)]
    return subprocess.run(script, check=True, capture_output=True, text=True, env=setting, cwd=folder).stdout.strip()


def test_it_is_made_anew_when_the_text_changes_and_the_old_is_taken_away(tmp_path: Path) -> None:
    made = tmp_path / "made.py"
    made.write_text(MADE.format(digest="one", times=2))
    assert said(tmp_path) == "6 1"
    made.write_text(MADE.format(digest="one", times=222))
    assert said(tmp_path) == "6 1", "the digest says what it is made from"
    made.write_text(MADE.format(digest="three", times=222))
    assert said(tmp_path) == "666 1"


def test_it_is_kept_for_the_user_where_the_package_cannot_be_written(tmp_path: Path) -> None:
    made = tmp_path / "made.py"
    made.write_text(MADE.format(digest="one", times=2))
    (tmp_path / "__pycache__").touch()  # a file where the folder should be: nothing can be written there
    assert said(tmp_path) == "6 1"
    assert list((tmp_path / "own").rglob("enter-*.o"))


def test_it_says_whether_it_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "own"))
    enter = Entrance(double, "digest", str(tmp_path / "made.py"))
    assert not enter.is_kept
    assert enter(21) == 42
    assert enter.is_kept
    assert not Entrance(double, "other", str(tmp_path / "made.py")).is_kept


def test_what_was_cut_short_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "own"))
    assert Entrance(double, "digest", str(tmp_path / "made.py"))(21) == 42
    (kept,) = tmp_path.rglob("double-*.o")
    whole = kept.read_bytes()
    for damaged in (b"", whole[:100], whole[:-1] + b"?"):
        kept.write_bytes(damaged)
        assert Entrance(double, "digest", str(tmp_path / "made.py"))(21) == 42
        assert len(kept.read_bytes()) == len(whole)


def double(x: int) -> int:
    return 2 * x
