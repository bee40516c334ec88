"""A planner at the sensitivity tab, without a browser: factors are screened, and those that matter looked at closer."""

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from plant_models import read
from tests.ui.test_cli import say
from tests.ui.test_whatif_page import page, press, workspace
from twin import studying
from ui import levers, sensitivity_words, worker
from ui.figures import figure
from ui.jobs import Jobs
from ui.workspace import Workspace

__all__ = ["workspace"]
LEVERS = ["speed of mill-1", "speed of grinder-1", "rule"]
TARDINESS = "weighted_tardiness_h"


def ask(app: AppTest, factors: list[str]) -> None:
    app.multiselect(key="factors").set_value(factors)
    app.number_input(key="walks").set_value(2)
    app.number_input(key="design runs").set_value(2).run()
    press(app, next(button.label for button in app.button if button.key == "screen"))


def work(workspace: Workspace, app: AppTest, task: str) -> dict[str, Any]:
    worker.work(workspace.folder, patience=0.2)
    Jobs(workspace.jobs).beat("worker")
    job = Jobs(workspace.jobs).latest(task)
    assert job is not None
    assert job.standing == "done", job.error
    app.run()
    assert not app.exception
    found: dict[str, Any] = job.result
    return found


def test_factors_are_screened_and_the_few_that_are_kept_looked_at_closer(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = page()
    ask(app, LEVERS)
    found = work(workspace, app, "morris")
    assert [row["factor"] for row in found["rows"]] == LEVERS
    assert any("What moves weighted tardiness" in head.value for head in app.subheader)
    factors, read = found["study"]["factors"], figure(TARDINESS)
    assert said(app, sensitivity_words.screened(found["rows"], factors, read)[0])

    app.multiselect(key=f"kept {found['digest'][:12]}").set_value(LEVERS[:2])
    app.selectbox(key="samples").set_value(8)
    app.number_input(key="closer runs").set_value(1).run()
    press(app, next(button.label for button in app.button if button.key == "apportion"))
    closer = work(workspace, app, "sobol")
    assert [row["factor"] for row in closer["rows"]] == LEVERS[:2]
    assert closer["baseline"] == found["baseline"], "the floor may have moved on"
    assert any("What the spread of weighted tardiness comes from" in head.value for head in app.subheader)
    assert said(app, sensitivity_words.apportioned(closer["rows"], closer["study"], read)[0])

    floor = Path(found["baseline"])
    (tmp_path / floor.name).write_bytes(floor.read_bytes())
    (tmp_path / "screening.yaml").write_text(levers.as_yaml(found["study"]), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    again = say("study", "screening.yaml", "--workers", "1")
    assert (again["digest"], again["runs"]) == (found["digest"], found["runs"])
    assert json.loads(json.dumps(again["morris"])) == found["rows"]


def said(app: AppTest, sentence: str) -> bool:
    return any(sentence in text.value for text in (*app.markdown, *app.info))


FACTORS: dict[str, levers.Entry] = {
    "speed of mill-1": {"change": "speed", "machine": "mill-1", "factor": {"from": 0.8, "to": 1.2}},
    "rule": {"change": "other-rule", "rule": ["edd", "atc"]},
    "people of fitters": {"change": "crew-size", "crew": "fitters", "size": {"from": 1, "to": 4}},
}


def test_one_sentence_says_what_matters_most_which_way_and_how_far() -> None:
    rows = [
        {"factor": "speed of mill-1", "mu": -10.0, "mu_star": 10.0, "mu_star_conf": 4.0, "sigma": 1.0},
        {"factor": "rule", "mu": 6.0, "mu_star": 6.0, "mu_star_conf": 1.0, "sigma": 1.0},
        {"factor": "people of fitters", "mu": 0.1, "mu_star": 1.0, "mu_star_conf": 2.0, "sigma": 1.0},
    ]
    first, then, rest = sensitivity_words.screened(rows, FACTORS, figure(TARDINESS))
    assert first == (
        "**speed of mill-1** matters most: going from 0.8 to 1.2 times it lowers weighted tardiness by 10.0 h on "
        "average (6.0 to 14.0 h)."
    )
    assert then == "Then rule (±6.0 h).", "a rule has no way up and no way down"
    assert rest == "No effect shown: people of fitters."


def test_shares_of_too_few_samples_say_how_many_would_be_enough() -> None:
    rows = [{"factor": name, "S1": 0.4, "S1_conf": 0.9, "ST": 0.5, "ST_conf": 0.8} for name in FACTORS]
    study = levers.document(FACTORS, method={"sobol": {"samples": 8}}, response=TARDINESS, runs=5, seed=1)
    (only,) = sensitivity_words.apportioned(rows, study, figure(TARDINESS))
    assert only.startswith("Too few samples to tell these factors apart.")
    assert "With 8 samples shares are known to ±80 points only; about 512 samples (12,800 runs)" in only
    rows[0] |= {"ST": 0.9, "ST_conf": 0.05}
    first, *_, few = sensitivity_words.apportioned(rows, study, figure(TARDINESS))
    assert first == (
        "**speed of mill-1** matters most: 90 % of the spread of weighted tardiness goes through it (± 5 points), "
        "40 % through it alone."
    )
    assert few.startswith("With 8 samples")
    sure = [row | {"ST_conf": 0.05} for row in rows]
    assert not any("samples" in text for text in sensitivity_words.apportioned(sure, study, figure(TARDINESS)))


def test_a_study_that_is_stopped_says_so_and_one_factor_is_too_few(workspace: Workspace) -> None:
    app = page()
    ask(app, LEVERS)
    job = Jobs(workspace.jobs).latest("morris")
    assert job is not None
    assert job.is_open
    Jobs(workspace.jobs).cancel(job.id)
    app.run()
    assert any("Screening was stopped" in text.value for text in app.caption)
    app.multiselect(key="factors").set_value(LEVERS[:1]).run()
    (button,) = (button for button in app.button if button.key == "screen")
    assert button.disabled
    assert "two factors or more" in button.label


def test_what_changes_nothing_is_said_to_show_no_effect(workspace: Workspace) -> None:
    app = page()
    app.selectbox(key="response").set_value("makespan_h")
    rows = [{"factor": n, "mu": 0.0, "mu_star": 0.0, "mu_star_conf": 0.0, "sigma": 0.0} for n in LEVERS]
    jobs = Jobs(workspace.jobs)
    study = levers.document({name: {} for name in LEVERS}, method={"morris": {}}, response="makespan_h", runs=1, seed=1)
    result = {"study": study, "baseline": "machine-shop", "response": "makespan_h", "until": None, "confidence": 0.95}
    number = jobs.submit("morris", {}, by="ann")
    jobs.take()
    jobs.settle(number, result=json.dumps({**result, "rows": rows, "words": [], "runs": 4, "digest": "0" * 64}))
    app.run()
    assert not app.exception
    assert any("none of these factors moves makespan" in text.value for text in app.info)


@pytest.mark.parametrize("name", read.names())
def test_every_factor_that_a_plant_offers_is_one_that_a_study_takes(name: str, tmp_path: Path) -> None:
    scenario = read.scenario(name)
    offer = levers.offered(scenario)
    study = levers.document(
        offer, method={"morris": {"trajectories": 2}}, response=TARDINESS, runs=1, seed=1, scenario=name
    )
    file = tmp_path / "study.yaml"
    file.write_text(levers.as_yaml(study), encoding="utf-8")
    found = studying.read(file, scenario.epoch)
    assert [factor.name for factor in found.factors] == list(offer)
    world = scenario.with_orders(())
    for factor in found.factors:
        for share in (0.0, 1.0):
            for change in factor.at(share).changes:
                change.apply(world)
