"""Studies as somebody types them: what was played before a kill or Ctrl-C is kept, and nothing is lost or doubled."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pandas as pd
import pytest
from typer.testing import CliRunner

from plant_models import InvalidPlant
from ui.cli import app

ROOT = Path(__file__).parents[2]
STUDY = """
study: paces
scenario: machine-shop
factors:
  pace: {change: speed, machine: mill-3, factor: [1.0, 1.2, 1.4]}
responses: [makespan_h, weighted_tardiness_h]
runs: 120
method: factorial
"""
RUNS = 360


def command(folder: Path, *words: str) -> subprocess.Popen[str]:
    """The command line as a process of its own, in its own group as a terminal has it."""
    (folder / "paces.yaml").write_text(STUDY, encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "study", "paces.yaml", "--json", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def parts(folder: Path) -> list[Path]:
    return list((folder / "paces.results" / "parts").glob("*.parquet"))


def wait_for_the_first_results(folder: Path, process: subprocess.Popen[str]) -> None:
    until = monotonic() + 60
    while not parts(folder):
        assert process.poll() is None, process.communicate()
        assert monotonic() < until
        sleep(0.02)


@pytest.mark.parametrize(("how", "workers"), [(signal.SIGKILL, "1"), (signal.SIGINT, "2")], ids=["kill", "ctrl-c"])
def test_a_study_goes_on_after_it_was_ended(
    tmp_path: Path, how: signal.Signals, workers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = command(tmp_path, "--workers", workers, "--engine", "simpy")
    wait_for_the_first_results(tmp_path, process)
    os.killpg(process.pid, how)
    _, said = process.communicate(timeout=60)
    assert process.returncode == (130 if how is signal.SIGINT else -signal.SIGKILL)
    assert "Traceback" not in said
    if how is signal.SIGINT:
        assert "is kept in paces.results" in said
    kept = sum(len(pd.read_parquet(file, columns=["run"])) for file in parts(tmp_path))
    assert 0 < kept < RUNS

    monkeypatch.chdir(tmp_path)
    words = ["study", "paces.yaml", "--workers", "1", "--json"]
    found = json.loads(CliRunner().invoke(app, words, catch_exceptions=False).stdout)
    assert (found["runs"], found["played"]) == (RUNS, RUNS - kept)
    runs = pd.read_parquet(tmp_path / "paces.results" / "runs.parquet")
    assert len(runs) == RUNS == len(runs.drop_duplicates(["design", "run"]))
    assert runs["makespan_h"].notna().all()
    means = runs.groupby("design")["makespan_h"].mean().tolist()
    assert [row["makespan_h"] for row in found["designs"]] == pytest.approx(means)


def test_a_study_is_told_in_tables_and_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "paces.yaml").write_text(STUDY.replace("runs: 120", "runs: 2"), encoding="utf-8")
    first = CliRunner().invoke(app, ["study", "paces.yaml", "--workers", "1"], catch_exceptions=False)
    assert first.exit_code == 0
    for words in ("paces", "Designs", "What each level gives", "makespan_h is lowest with pace 1", "6 runs, digest"):
        assert words in first.stdout
    again = CliRunner().invoke(app, ["study", "paces.yaml", "--workers", "1"], catch_exceptions=False)
    assert "6 runs, 6 of them from before" in again.stdout


def test_help_loads_no_library_of_studies() -> None:
    script = (
        "import sys, ui.cli; ui.cli.app(['study', '--help'], standalone_mode=False);"
        "heavy = {'SALib', 'optuna', 'pyarrow', 'dask', 'ray', 'pandas', 'joblib'};"
        "print(*(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stderr.split() == []


def test_a_choice_says_how_many_runs_it_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    method = "method: {select: {by: makespan_h, indifference: 0.5, first_runs: 4}}"
    asked = STUDY.replace("runs: 120\n", "").replace("method: factorial", method)
    (tmp_path / "paces.yaml").write_text(asked, encoding="utf-8")
    done = CliRunner().invoke(app, ["study", "paces.yaml", "--workers", "1"], catch_exceptions=False)
    said = " ".join(done.stdout.split())
    values, runs = (int(re.search(words, said)[1]) for words in (r"after (\d+) values", r"(\d+) runs[;,]"))
    assert values == runs
    assert re.search(rf"{runs} runs; \d+ more were played ahead and not needed, digest", said)


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("mill-3", "mill3", "paces.yaml:5: factors.pace: level 1.0: no machine 'mill3'; did you mean 'mill-3'?"),
        ("machine-shop", "machin-shop", "paces.yaml:3: scenario: no scenario 'machin-shop'; did you mean 'machine"),
        ("makespan_h", "first_pass_yield", "paces.yaml:6: responses: this plant has no figure 'first_pass_yield'"),
        (
            "change: speed, machine: mill-3, factor: [1.0, 1.2, 1.4]",
            "change: other-rule, rule: [atc, fifoo]",
            "paces.yaml:5: factors.pace: level fifoo: no dispatching rule 'fifoo'; did you mean 'fifo'?",
        ),
        (
            "method:",
            "changes: [{change: speed, machine: saw1, factor: 2}]\nmethod:",
            "paces.yaml:8: changes: no machine",
        ),
    ],
)
def test_what_the_plant_does_not_know_is_told_with_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, right: str, wrong: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert right in STUDY
    (tmp_path / "paces.yaml").write_text(STUDY.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(InvalidPlant) as refused:
        CliRunner().invoke(app, ["study", "paces.yaml", "--workers", "1"], catch_exceptions=False)
    assert said in str(refused.value)
