"""Every command through the front door, as somebody types it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.ui.plants import ENDLESS
from ui.cli import app
from ui.edge import run

runner = CliRunner()


def say(*words: str) -> dict[str, object]:
    """The JSON object that a command prints, and nothing else."""
    result = runner.invoke(app, [*words, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    found: dict[str, object] = json.loads(result.stdout)
    return found


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The one message of a command that is refused with exit code 2."""
    code = run(lambda **options: app([*words], **options))
    captured = capsys.readouterr()
    assert code == 2, captured.err
    assert "Traceback" not in captured.err
    return captured.err.strip()


COMMANDS = sorted(c.name or c.callback.__name__ for c in app.registered_commands if c.callback)


def test_the_commands_are_all_there() -> None:
    wanted = {"demo", "plan", "simulate", "rehearse", "whatif", "plant", "shift", "train", "ui", "verify"}
    assert wanted <= set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_help_with_an_example_and_speaks_json(name: str) -> None:
    result = runner.invoke(app, [name, "--help"])
    assert result.exit_code == 0
    assert f"Example: foreshift {name}" in result.output
    assert "--json" in result.output


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("words", [["--no-such-option"], ["a", "b", "c"]])
def test_a_command_refuses_what_it_does_not_know(
    name: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(capsys, name, *words)
    assert said.startswith("foreshift: ")
    assert len(said.splitlines()) == 1


def test_help_loads_nothing_heavy() -> None:
    heavy = "{'pandas', 'ortools', 'asyncua', 'streamlit', 'plotly', 'torch', 'simpy', 'sqlalchemy', 'numpy'}"
    code = f"import sys, ui.cli; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_version_is_said() -> None:
    assert runner.invoke(app, ["--version"]).stdout.startswith("foreshift ")


def test_simulate_accounts_for_one_future(tmp_path: Path) -> None:
    out = tmp_path / "facts.csv"
    found = say("simulate", "machine-shop", "--rule", "edd", "--seed", "3", "--out", str(out))
    assert found["figures"]["finished_orders"] == 40
    assert len(out.read_text().splitlines()) == int(str(found["facts"])) + 1


def test_simulate_is_the_same_for_the_same_seed() -> None:
    assert say("simulate", "bottling-line", "--seed", "5") == say("simulate", "bottling-line", "--seed", "5")


def test_rehearse_gives_intervals_and_chances() -> None:
    found = say("rehearse", "machine-shop", "--rule", "atc", "--runs", "4", "--workers", "1")
    figure = found["figures"]["makespan_h"]
    assert figure["low"] <= figure["mean"] <= figure["high"]
    assert len(found["orders"]) == 40


def test_a_plan_goes_into_a_file_and_is_rehearsed_from_there(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    made = say("plan", "machine-shop", "--rule", "edd", "--out", str(file))
    found = say("rehearse", "machine-shop", "--plan", str(file), "--runs", "2", "--workers", "1")
    assert str(made["digest"])[:8] in str(found["who"])


def test_the_solver_plans() -> None:
    found = say("plan", "machine-shop", "--seconds", "1")
    assert found["status"] in ("optimal", "feasible")
    assert float(str(found["bound_ms"])) <= float(str(found["objective_ms"]))


def test_whatif_says_what_a_breakdown_does() -> None:
    found = say("whatif", "machine-shop", "--down", "mill-2@2h+9h", "--rule", "atc", "--runs", "6", "--workers", "1")
    assert found["changes"] == ["mill-2 is down from Mon 05 Jan 08:00 to Mon 05 Jan 17:00"]
    assert {row["verdict"] for row in found["figures"]} <= {"better", "worse", "no difference shown"}


def test_changes_are_saved_and_asked_again_of_a_snapshot(tmp_path: Path) -> None:
    """A file of changes and a snapshot are the whole question: the numbers are the same to the last digit."""
    file, floor = tmp_path / "changes.yaml", tmp_path / "floor.json"
    options = ("--runs", "6", "--workers", "1")
    first = say("whatif", "machine-shop", "--rush", "RUSH-1:shaft-30:5@2d", "--save", str(file), *options)
    say("snapshot", str(floor), "machine-shop")
    again = say("whatif", str(floor), "--changes", str(file), *options)
    assert "# one more order RUSH-1: 5 of shaft-30, due Wed 07 Jan 06:00" in file.read_text()
    assert again["figures"] == first["figures"]
    assert again["orders"] == first["orders"]
    assert again["digests"] == first["digests"]
    assert first["orders"][-1]["order"] == "RUSH-1"


def test_there_are_as_many_runs_as_the_width_takes() -> None:
    words = ("whatif", "machine-shop", "--speed", "mill-1=1.5", "--rule", "atc", "--workers", "1", "--runs", "60")
    wide, narrow = (say(*words, "--until", f"makespan_h={width}") for width in ("20%", "0.001"))
    assert wide["runs"] == 20
    assert "within 0.2 of the figure as it is (narrow enough)" in wide["precision"]
    assert narrow["runs"] == 60
    assert "NOT within 0.001 (runs used up)" in narrow["precision"]


def test_schema_is_a_json_schema() -> None:
    assert "$defs" in say("schema")


def test_the_gate_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = ["--workspace", str(tmp_path / "ws")]
    assert say("init", "machine-shop", *there)["orders"] == 40
    file = tmp_path / "plan.json"
    say("plan", "--rule", "atc", "--out", str(file), *there)
    digest = str(say("propose", "--file", str(file), "--as", "ann", *there)["digest"])
    assert "not rehearsed" in refused(capsys, "approve", digest[:8], "--as", "bob", *there)
    for option, value in (("--engine", "simpy"), ("--for", "8h")):
        assert f"leave out {option}" in refused(capsys, "rehearse", "--plan", digest[:8], option, value, *there)
    assert (
        say("rehearse", "--plan", digest[:8], "--runs", "2", "--workers", "1", "--as", "ann", *there)["is_on_record"]
        is True
    )
    assert "nobody approved it" in refused(capsys, "release", digest[:8], "--as", "ann", *there)
    assert "someone else" in refused(capsys, "approve", digest[:8], "--as", "Ann", *there)
    say("approve", digest[:8], "--as", "bob", *there)
    say("release", digest[:8], "--as", "bob", *there)
    assert say("status", *there)["plans"][0]["status"] == "released"
    say("recall", "--reason", "wrong material", "--as", "ann", *there)
    assert say("status", *there)["plans"][0]["status"] == "recalled"
    assert say("verify", *there)["is_intact"] is True
    assert say("export", "orders", str(tmp_path / "orders.csv"), *there)["rows"] == 40
    assert say("export", "deeds", str(tmp_path / "deeds.csv"), *there)["rows"]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["simulate", "no-such-shop"], "machine-shop"),
        (["simulate", "missing.yaml"], "missing.yaml"),
        (["simulate", "machine-shop", "--rule", "luck"], "there are fifo"),
        (["simulate", "machine-shop", "--rule", "edd", "--plan", "x"], "not both"),
        (["rehearse", "machine-shop", "--runs", "1"], "--runs"),
        (["whatif", "machine-shop"], "nothing is changed"),
        (["whatif", "machine-shop", "--down", "mill-2@2h"], "FROM+LASTING"),
        (["whatif", "machine-shop", "--down", "mill-9@2h+1h"], "no machine 'mill-9'"),
        (["whatif", "machine-shop", "--speed", "mill-1=fast"], "NUMBER"),
        (["whatif", "machine-shop", "--speed", "mill-1=2", "--until", "makespan"], "wanted FIGURE=WIDTH"),
        (["whatif", "machine-shop", "--speed", "mill-1=2", "--until", "oee_h=2"], "no figure 'oee_h'"),
        (["whatif", "machine-shop", "--speed", "mill-1=2", "--until", "makespan=2"], "did you mean 'makespan_h'?"),
        (["whatif", "machine-shop", "--rush", "R:shaft30:20@8h"], "no product 'shaft30'; did you mean 'shaft-30'?"),
        (["whatif", "machine-shop", "--speed", "saw1=2"], "no machine 'saw1'; did you mean 'saw-1'?"),
        (["whatif", "machine-shop", "--mttr", "mill-3:spindel=2h"], "no failure 'spindel'; did you mean 'spindle'?"),
        (["whatif", "machine-shop", "--changes", "no-such.yaml"], "there is no such file"),
        (["whatif", "machine-shop", "--rush", "R1"], "ID:PRODUCT:QUANTITY@DUE"),
        (["status", "--workspace", "nowhere"], "foreshift init"),
        (["verify", "nowhere.db"], "nowhere.db"),
        (["no-such-command"], "no-such-command"),
    ],
)
def test_bad_input_is_one_message_and_exit_code_2(
    words: list[str], wanted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert wanted in refused(capsys, *words)


def test_a_changed_journal_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "noise.db"
    file.write_bytes(b"noise" * 1000)
    assert "noise.db" in refused(capsys, "verify", str(file))


def test_what_goes_wrong_is_said_in_json_where_json_is_asked_for(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ui.cli", "simulate", "no-such-plant", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    said = json.loads(done.stdout)
    assert done.returncode == said["exit_code"] == 2
    assert "no-such-plant" in said["error"] and said["error"] in done.stderr


def test_a_future_and_a_journal_become_films(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, folder = tmp_path / "film.html", tmp_path / "ws"
    found = say("film", "machine-shop", "--rule", "atc", "--seed", "3", "--out", str(out))
    assert (found["machines"], found["orders"], found["shows"]) == (11, 40, "one future, atc decides, seed 3")
    assert out.stat().st_size == found["bytes"] < 300_000
    say("init", "machine-shop", "-w", str(folder))
    for words in (["-w", str(folder)], ["--journal", str(folder / "journal.db")]):
        assert say("film", *words, "--out", str(out))["shows"] == "what happened, from the journal"
    wrong = ["film", "bottling-line", "--journal", str(folder / "journal.db"), "--out", str(out)]
    assert "no product" in refused(capsys, *wrong)
    assert "leave out --rule" in refused(capsys, "film", "--journal", str(folder / "journal.db"), "--rule", "atc")
    assert "nowhere.db" in refused(capsys, "film", "--journal", str(tmp_path / "nowhere.db"))


def test_a_plant_where_orders_keep_arriving_is_looked_at_so_far(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "counter.yaml"
    file.write_text(ENDLESS, encoding="utf-8")
    for command in (["simulate", str(file)], ["rehearse", str(file)], ["whatif", str(file), "--speed", "clerk=2"]):
        assert "orders keep arriving (calls)" in refused(capsys, *command)
    assert "--for: 'long'" in refused(capsys, "simulate", str(file), "--for", "long")
    for nothing in ("0h", "0.4ms"):
        said = f"--for: '{nothing}' is no time to look ahead; wanted more than zero, such as 5d"
        assert said in refused(capsys, "whatif", str(file), "--speed", "clerk=2", "--for", nothing)
    one = say("simulate", str(file), "--for", "50h")
    assert one["figures"]["finished_orders"] == pytest.approx(300, rel=0.2)
    many = say("rehearse", str(file), "--for", "50h", "--runs", "4", "--workers", "1")
    assert many["figures"]["finished_orders"]["mean"] == pytest.approx(300, rel=0.1)
    both = say("whatif", str(file), "--speed", "clerk=2", "--for", "50h", "--runs", "4", "--workers", "1")
    lead = next(row for row in both["figures"] if row["kpi"] == "lead_time_mean_h")
    assert lead["other"] < lead["base"] / 2


def test_a_plan_of_a_plant_where_orders_keep_arriving_can_be_tried_as_it_says(tmp_path: Path) -> None:
    file, out = tmp_path / "counter.yaml", tmp_path / "plan.json"
    file.write_text(ENDLESS, encoding="utf-8")
    empty = runner.invoke(app, ["plan", str(file), "--seconds", "1", "--out", str(out)], catch_exceptions=False).stdout
    assert "nothing to plan yet" in " ".join(empty.split())
    assert "proven optimal" not in empty
    assert "Try it" not in empty
    file.write_text(ENDLESS + "orders: [{order: A, product: call, due: 1 h}]\n", encoding="utf-8")
    found = runner.invoke(app, ["plan", str(file), "--seconds", "1", "--out", str(out)], catch_exceptions=False).stdout
    told = "".join(found.partition("Try it: foreshift ")[2].splitlines())
    assert told.endswith("--for 24h")
    assert say(*told.split(), "--runs", "2", "--workers", "1")["runs"] == 2


def test_who_decides_is_said_where_a_plan_is_released_and_nobody_was_named(tmp_path: Path) -> None:
    here = ["--workspace", str(tmp_path / "ws")]
    say("init", "bottling-line", *here)
    plan = str(say("propose", "--rule", "spt", "--seconds", "0", "--runs", "2", "--as", "ann", *here)["digest"])[:8]
    asked = [["whatif", "--speed", "filler=1.1"], ["rehearse"], ["simulate"]]
    few = {"whatif": ["--runs", "2", "--workers", "1"], "rehearse": ["--runs", "2", "--workers", "1"], "simulate": []}
    assert not any("is released" in str(say(*words, *few[words[0]], *here)["hints"]) for words in asked)
    say("rehearse", "--plan", plan, "--runs", "4", "--workers", "1", "--as", "ann", *here)
    say("approve", plan, "--as", "bob", *here)
    say("release", plan, "--as", "bob", *here)
    for words in asked:
        (note,) = say(*words, *few[words[0]], *here)["hints"]
        assert f"although plan {plan} is released" in note
        assert f"Add --plan {plan}" in note
        assert say(*words, "--plan", plan, *few[words[0]], *here)["hints"] == []


def test_a_run_that_is_cut_off_has_no_makespan_and_says_so(tmp_path: Path) -> None:
    file, few = tmp_path / "counter.yaml", ["--runs", "2", "--workers", "1"]
    file.write_text(ENDLESS, encoding="utf-8")
    for words in (["simulate"], ["rehearse", *few], ["whatif", "--speed", "clerk=2", *few]):
        cut = runner.invoke(app, [words[0], str(file), *words[1:], "--for", "5h"], catch_exceptions=False).stdout
        assert "Makespan" not in cut
        assert "No makespan: orders are left, or more would come" in " ".join(cut.split())
    for so_long, is_cut in (("4h", True), ("900h", False)):
        shop = runner.invoke(app, ["simulate", "machine-shop", "--for", so_long], catch_exceptions=False).stdout
        assert ("No makespan" in shop, "Makespan" in shop) == (is_cut, not is_cut)
    whole = runner.invoke(app, ["rehearse", "bottling-line", *few], catch_exceptions=False).stdout
    assert "Makespan" in whole
