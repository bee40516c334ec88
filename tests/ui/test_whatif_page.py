"""A planner at the what-if page, without a browser: questions are put together, asked, answered, kept and loaded."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from plant_models import read
from tests.ui.plants import ENDLESS
from ui import worker
from ui.cli import app as commands
from ui.desk import Desk
from ui.jobs import Jobs
from ui.views.whatif_answer import command
from ui.workspace import Workspace, environment


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace whose long work this process does, when the test says so."""
    folder = tmp_path / "ws"
    monkeypatch.setenv("FORESHIFT_WORKSPACE", str(folder))
    monkeypatch.setenv("FORESHIFT_USER", "ann")
    Desk.begin(folder, read.scenario("machine-shop"), by="ann").journal.close()
    workspace = Workspace(folder)
    Jobs(workspace.jobs).beat("worker")
    return workspace


def page() -> AppTest:
    found = AppTest.from_string("from ui.views import whatif\nwhatif.page()\n", default_timeout=60).run()
    assert not found.exception
    return found


def work(workspace: Workspace, app: AppTest) -> dict[str, Any]:
    """Do what the page asked for; the answer, which the page shows then."""
    worker.work(workspace.folder, patience=0.2)
    Jobs(workspace.jobs).beat("worker")
    job = Jobs(workspace.jobs).latest("what_if")
    assert job is not None
    assert job.standing == "done", job.error
    app.run()
    assert not app.exception
    found: dict[str, Any] = job.result
    return found


def said(app: AppTest) -> str:
    return "\n".join(block.proto.body for block in app.html)


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def test_a_rush_order_is_answered_in_three_actions(workspace: Workspace) -> None:
    app = page()
    app.number_input(key="rush pieces").set_value(5)
    app.number_input(key="rush due").set_value(60.0)
    app.number_input(key="runs").set_value(10)
    press(app, "Ask now")
    assert any("5 of shaft-30" in text.value for text in app.markdown)
    result = work(workspace, app)
    assert result["added"] == ["RUSH-1"]
    assert "What if one more order RUSH-1: 5 of shaft-30, due Wed 07 Jan 18:00?" in said(app)
    assert "RUSH-1: likely on time, in 10 of 10 runs" in said(app)
    assert re.search(r"[▼▲○◆] The other orders: (worse|better|better and worse|no difference shown)<", said(app))
    assert "Forest plot" in said(app)


def test_a_machine_that_is_down_is_asked_about_and_asked_again_otherwise(workspace: Workspace) -> None:
    app = page()
    app.pills(key="kind").set_value("Machine down").run()
    app.selectbox(key="down machine").set_value("mill-2")
    app.number_input(key="runs").set_value(10)
    press(app, "Ask now")
    assert work(workspace, app)["changes"] == ["mill-2 is down from Mon 05 Jan 06:00 to Mon 05 Jan 10:00"]
    app.number_input(key="down for").set_value(30.0)
    press(app, "Ask now")
    again = work(workspace, app)
    assert again["changes"] == ["mill-2 is down from Mon 05 Jan 06:00 to Tue 06 Jan 12:00"], (
        "it takes the other's place"
    )
    assert "▼ Deliveries: worse" in said(app)
    earlier = next(table.value for table in app.dataframe if "what if" in table.value.columns)
    assert next(iter(earlier["verdict"])) == "worse"
    assert len(earlier) == 2


def test_the_command_line_gives_the_numbers_of_the_page(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app = page()
    app.selectbox(key="who").set_value("atc")
    app.number_input(key="runs").set_value(10)
    app.number_input(key="seed").set_value(7)
    press(app, "Ask now")
    result = work(workspace, app)
    (tmp_path / "changes.yaml").write_text(result["yaml"])
    floor = Path(result["asked"]["baseline"])
    (tmp_path / floor.name).write_bytes(floor.read_bytes())
    monkeypatch.chdir(tmp_path)
    words = shlex.split(command(result))
    assert words[:2] == ["foreshift", "whatif"]
    commands([*words[1:], "--json"], standalone_mode=False)
    typed = json.loads(capsys.readouterr().out)
    same = ("figures", "orders", "digests", "who", "runs", "seed", "changes")
    assert {key: typed[key] for key in same} == {key: result[key] for key in same}


def test_runs_are_added_until_the_change_is_known(workspace: Workspace) -> None:
    app = page()
    app.selectbox(key="how").set_value("Until the change is known").run()
    app.selectbox(key="until figure").set_value("makespan_h")
    app.number_input(key="until percent").set_value(50.0)
    app.number_input(key="runs").set_value(200)
    press(app, "Ask now")
    result = work(workspace, app)
    assert result["runs"] == 20
    assert "within 0.5 of the figure as it is (narrow enough)" in said(app)


def test_changes_are_loaded_taken_out_and_refused_where_they_cannot_be(workspace: Workspace) -> None:
    app = page()
    assert any("What would you like to change" in info.value for info in app.info)
    text = "- {change: speed, machine: mill-1, factor: 1.2}\n- {change: cancel-order, order: MO-1001}\n"
    app.file_uploader(key="changes 0").upload("c.yaml", text.encode(), "application/yaml").run()
    assert [text.value for text in app.markdown][:2] == [
        "1. mill-1 works 1.2 times as fast",
        "2. order MO-1001 is cancelled",
    ]
    app.button(key="drop 0").click().run()
    assert app.markdown[0].value == "1. order MO-1001 is cancelled"
    generation = app.session_state["generation"]
    app.file_uploader(key=f"changes {generation}").upload("c.yaml", b"- {change: sped}\n", "application/yaml").run()
    assert any("no change 'sped'; did you mean 'speed'? there are add-order" in error.value for error in app.error)
    app.file_uploader(key=f"changes {generation}").upload("c.yaml", b"- [\n", "application/yaml").run()
    assert any(error.value.startswith("c.yaml, line 2: not YAML") for error in app.error)
    press(app, "Clear")
    assert app.button(key="play").disabled


def test_a_change_that_another_floor_cannot_have_is_said_before_it_is_asked(workspace: Workspace) -> None:
    app = page()
    app.pills(key="kind").set_value("Machine down").run()
    press(app, "Add to the question")
    assert not app.button(key="play").disabled
    app.selectbox(key="baseline").set_value("bottling-line").run()
    assert not app.exception
    assert any("no machine 'saw-1'" in error.value for error in app.error)
    assert app.button(key="play").disabled


def test_a_snapshot_and_a_file_are_baselines(workspace: Workspace, tmp_path: Path) -> None:
    app = page()
    app.text_input(key="snapshot name").set_value("monday").run()
    press(app, "Keep it")
    assert app.selectbox(key="baseline").value == str(workspace.snapshots / "monday.json")
    app.text_input(key="snapshot name").set_value("../monday").run()
    app.button(key="keep snapshot").click().run()
    assert any("cannot be the name of a snapshot" in error.value for error in app.error)
    generation = app.session_state["generation"]
    app.file_uploader(key=f"plant {generation}").upload("x.yaml", b"scenario: x\n", "application/yaml").run()
    assert any("x.yaml" in error.value for error in app.error)
    kept = (workspace.snapshots / "monday.json").read_bytes()
    app.file_uploader(key=f"plant {generation}").upload("brought.json", kept, "application/json").run()
    assert not app.exception
    assert app.selectbox(key="baseline").value == str(workspace.uploads / "brought.json")
    app.number_input(key="runs").set_value(10)
    press(app, "Ask now")
    assert work(workspace, app)["asked"]["baseline"] == str(workspace.uploads / "brought.json")


def test_the_page_says_that_the_worker_was_killed(workspace: Workspace) -> None:
    Jobs(workspace.jobs).submit("what_if", {"entries": [], "who": None, "runs": 5, "seed": 1}, by="ann")
    script = f"from pathlib import Path; from ui.jobs import Jobs; Jobs(Path({str(workspace.jobs)!r})).take()"
    subprocess.run(
        [sys.executable, "-c", script], check=True, env=environment() | {"HOME": os.environ.get("HOME", "/")}
    )
    app = page()
    assert any("the process that worked on it ended; ask again" in error.value for error in app.error)


def test_a_plant_that_says_what_it_draws_is_answered_with_its_load_profile_and_verdicts_on_energy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "ws"
    monkeypatch.setenv("FORESHIFT_WORKSPACE", str(folder))
    monkeypatch.setenv("FORESHIFT_USER", "ann")
    line = read.scenario("bottling-line")
    Desk.begin(folder, line.with_orders(line.orders[:20]), by="ann").journal.close()
    workspace = Workspace(folder)
    entries = [{"change": "speed", "machine": "filler", "factor": 0.5}]
    asked = {"entries": entries, "who": None, "runs": 4, "seed": 1}
    Jobs(workspace.jobs).beat("worker")
    Jobs(workspace.jobs).submit("what_if", asked, by="ann")
    app = page()
    result = work(workspace, app)
    assert result["load"]["changed"]["limit_kw"] == 180.0
    assert "Energy" in [tab.label for tab in app.tabs]
    assert "Energy cost" in said(app)
    assert any("the highest average over 15 minutes is" in caption.value for caption in app.caption)


def test_where_orders_keep_arriving_the_page_says_how_far_it_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "ws"
    monkeypatch.setenv("FORESHIFT_WORKSPACE", str(folder))
    monkeypatch.setenv("FORESHIFT_USER", "ann")
    (tmp_path / "counter.yaml").write_text(ENDLESS, encoding="utf-8")
    Desk.begin(folder, read.scenario(tmp_path / "counter.yaml"), by="ann").journal.close()
    workspace = Workspace(folder)
    Jobs(workspace.jobs).beat("worker")
    app = page()
    app.number_input(key="runs").set_value(10)
    app.number_input(key="ahead, needed").set_value(25.5)
    app.pills(key="kind").set_value("Machine down").run()
    press(app, "Ask now")
    result = work(workspace, app)
    assert result["asked"]["span"] == 25.5 * 3_600_000
    assert command(result).endswith("--for 1d1h30min --seed 1")
    assert any("1 d 1 h 30 min ahead" in fold.label for fold in app.expander)
    assert "▼ Deliveries: worse" in said(app)
