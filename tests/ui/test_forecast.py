"""When orders will be finished, as somebody asks on the command line: once, and watching the floor."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from plant_models.events import BrokeDown
from tests.ui.plants import ENDLESS
from tests.ui.test_cli import refused, say
from twin.journal import Journal
from ui.cli import app
from ui.edge import STOPPED
from ui.workspace import environment

FEW = ("--runs", "20", "--workers", "1")
GLUE = """\
scenario: glue
work_centers: {mixing: {machines: [mixer]}}
products: {glue: {routing: [{step: mix, at: mixing, time: 10 min, consumes: {resin: 2}}]}}
materials: {resin: {stock: 10, unit: kg}}
orders: [{order: A, product: glue, quantity: 5, due: 4 h}, {order: B, product: glue, quantity: 5, due: 4 h}]
"""
"""There is resin for one of two orders."""


def shown(*words: str) -> str:
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())


def test_the_numbers_are_those_of_a_rehearsal_with_the_same_seed() -> None:
    asked = ("machine-shop", "--rule", "atc", "--seed", "4", *FEW)
    ahead, rehearsal = say("forecast", *asked), say("rehearse", *asked)
    assert (ahead["digest"], ahead["runs"]) == (rehearsal["digest"], 20)
    told = {row["order"]: row for row in rehearsal["orders"]}
    assert len(ahead["orders"]) == len(told) == 40
    for row in ahead["orders"]:
        same = told[row["order"]]
        assert row["finish_p50_h"] == same["finish_median_h"]
        for name in ("p_on_time", "p_on_time_low", "p_on_time_high"):
            assert row[name] == same[name]
        assert row["finish_p10_h"] <= row["finish_p50_h"] <= row["finish_p90_h"]
        assert row["runs"] == 20


def test_both_engines_say_the_same() -> None:
    one, two = (say("forecast", "machine-shop", *FEW, "--engine", name)["orders"] for name in ("simpy", "compiled"))
    assert one == two


def test_the_first_to_be_late_stands_on_top_and_every_order_has_its_row() -> None:
    found = say("forecast", "machine-shop", *FEW, "--sort", "due")
    late = [row for row in found["orders"] if row["risk"] == "late"]
    first = late[0]["order"]
    text = shown("forecast", "machine-shop", *FEW)
    assert f"{len(late)} of 40 orders that are due are more likely late than not, first {first}, expected" in text
    assert all(row["order"] in text for row in found["orders"])
    assert "Quantiles of 20 runs" in text
    dues = [row["due_h"] for row in found["orders"]]
    assert dues == sorted(dues)


@pytest.mark.parametrize("name", ["ahead.csv", "ahead.parquet"])
def test_it_goes_into_a_file(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    found = say("forecast", "machine-shop", *FEW, "--out", str(file))
    frame = pd.read_csv(file) if file.suffix == ".csv" else pd.read_parquet(file)
    assert list(frame["order"]) == [row["order"] for row in found["orders"]]
    assert pd.to_datetime(frame["finish_p50"], utc=True).notna().all()


def test_a_file_of_another_kind_is_refused_before_anything_is_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ".csv or .parquet" in refused(capsys, "forecast", "machine-shop", "--out", str(tmp_path / "ahead.txt"))


def test_an_order_that_can_never_be_finished_is_named_with_why_and_given_no_time(tmp_path: Path) -> None:
    file = tmp_path / "glue.yaml"
    file.write_text(GLUE, encoding="utf-8")
    found = say("forecast", str(file), *FEW)
    assert found["never"] == ["B"]
    assert "too little of resin" in str(found["why_never"])
    never = found["orders"][0]
    assert (never["order"], never["risk"], never["finished_runs"]) == ("B", "never", 0)
    assert [never[name] for name in ("finish_p10", "finish_p50", "finish_p90", "finish_p50_h")] == [None] * 4
    text = shown("forecast", str(file), *FEW)
    assert "Can never be finished as things stand: B." in text
    assert "✖ B" in text


def test_where_orders_keep_arriving_one_says_how_far_and_those_known_have_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "counter.yaml"
    file.write_text(ENDLESS, encoding="utf-8")
    empty = say("forecast", str(file), "--for", "5h", *FEW)
    assert empty["orders"] == []
    assert "nothing to forecast" in str(empty["headline"])
    assert "nobody knows them before they come" in str(empty["headline"])
    file.write_text(ENDLESS + "orders: [{order: A, product: call, due: 1 h}]\n", encoding="utf-8")
    assert "--for 24h" in refused(capsys, "forecast", str(file))
    found = say("forecast", str(file), "--for", "5h", *FEW)
    assert [row["order"] for row in found["orders"]] == ["A"]
    assert "they have no row before they come" in str(found["hints"])


def test_runs_that_end_before_the_due_date_leave_open_what_they_do_not_know() -> None:
    found = say("forecast", "machine-shop", "--for", "6h", *FEW)
    late = next(row for row in found["orders"] if row["order"] == "MO-1040")
    assert (late["risk"], late["finish_p50"], late["p_on_time"]) == ("open", None, None)
    assert late["p_on_time_high"] == 1.0
    assert found["never"] == [], "what is not finished in six hours may still be"


def test_a_floor_without_orders_and_a_place_without_a_floor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = ["--workspace", str(tmp_path / "ws")]
    assert "no workspace at" in refused(capsys, "forecast", *there)
    say("init", "machine-shop", "--empty", *there)
    found = say("forecast", *there)
    assert (found["runs"], found["orders"]) == (0, [])
    assert "there is nothing to forecast" in shown("forecast", *there)


def test_a_snapshot_has_the_same_forecast_later(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there, file = ["--workspace", str(tmp_path / "ws")], str(tmp_path / "monday.json")
    say("init", "machine-shop", *there)
    say("snapshot", file, *there)
    now = say("forecast", *there, *FEW)
    with Journal(tmp_path / "ws" / "journal.db") as journal:
        journal.append(BrokeDown(1000, "mill-1"))
    then = say("forecast", file, *FEW)
    assert then["orders"] == now["orders"]
    assert say("forecast", *there, *FEW)["orders"] != now["orders"]
    assert "does not move" in refused(capsys, "forecast", file, "--every", "1s")


def test_the_plan_that_is_released_decides(tmp_path: Path) -> None:
    here = ["--workspace", str(tmp_path / "ws")]
    say("init", "machine-shop", *here)
    assert say("forecast", *here, *FEW)["who"] == "fifo"
    plan = str(say("propose", "--rule", "spt", "--seconds", "0", "--runs", "2", "--as", "ann", *here)["digest"])[:8]
    say("rehearse", "--plan", plan, "--runs", "4", "--workers", "1", "--as", "ann", *here)
    say("approve", plan, "--as", "bob", *here)
    say("release", plan, "--as", "bob", *here)
    found = say("forecast", *here, *FEW)
    assert str(found["who"]).startswith(f"plan {plan} (")
    assert found["orders"] == say("forecast", *here, *FEW, "--plan", plan)["orders"]
    assert found["orders"] != say("forecast", *here, *FEW, "--rule", "fifo")["orders"]


@pytest.mark.parametrize("every", ["soon", "0s"])
def test_a_pause_that_is_none_is_refused(tmp_path: Path, every: str, capsys: pytest.CaptureFixture[str]) -> None:
    there = ["--workspace", str(tmp_path / "ws")]
    say("init", "machine-shop", *there)
    assert "--every" in refused(capsys, "forecast", "--every", every, *there)


@contextmanager
def watching(folder: Path) -> Iterator[subprocess.Popen[str]]:
    words = ["forecast", "--every", "0.2s", "--json", "--workspace", str(folder), *FEW, "--seconds", "120"]
    process = subprocess.Popen(
        [sys.executable, "-m", "ui.cli", *words], stdout=subprocess.PIPE, text=True, env=environment()
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_watching_tells_what_an_event_on_the_floor_moves_until_it_is_stopped(tmp_path: Path) -> None:
    folder = tmp_path / "ws"
    say("init", "machine-shop", "--workspace", str(folder))
    with watching(folder) as process:
        assert process.stdout is not None
        first, second = (json.loads(process.stdout.readline()) for _ in range(2))
        assert first["moved"] is None
        assert second["moved"] == {"later_ms": {}, "left": [], "new": []}, "with the same luck nothing flickers"
        assert second["orders"] == first["orders"]
        assert first["age_s"] >= 0
        with Journal(folder / "journal.db") as journal:
            journal.append(BrokeDown(60_000, "mill-1"))
        looks = (json.loads(line) for line in process.stdout)
        third = next(look for look in looks if look["now_ms"] == 60_000)
        later = third["moved"]["later_ms"]
        assert later
        assert max(later.values()) > 0
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert process.wait(30) == STOPPED


def test_watching_without_a_terminal_prints_one_look_after_another(tmp_path: Path) -> None:
    there = ["--workspace", str(tmp_path / "ws")]
    say("init", "machine-shop", *there)
    text = shown("forecast", *there, *FEW, "--every", "0.1s", "--seconds", "0.3")
    assert "Looked for the first time" in text
    assert "the journal's last entry is" in text
    assert "Looking ahead took" in text
