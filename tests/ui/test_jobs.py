"""Long work is done by a worker, told about, stopped when asked, and kept when a page is gone."""

from pathlib import Path

from plant_models import read
from ui import worker
from ui.desk import Desk
from ui.jobs import Jobs
from ui.workspace import Workspace


def begun(folder: Path) -> tuple[Workspace, Jobs]:
    desk = Desk.begin(folder / "ws", read.scenario("machine-shop"), by="ann")
    assert desk.workspace is not None
    return desk.workspace, Jobs(desk.workspace.jobs)


def test_a_job_is_done_and_its_result_kept(tmp_path: Path) -> None:
    workspace, jobs = begun(tmp_path)
    entries = [{"change": "speed", "machine": "mill-1", "factor": 1.5}]
    number = jobs.submit("what_if", {"entries": entries, "who": "atc", "runs": 4, "seed": 1}, by="ann")
    worker.work(workspace.folder, patience=0.2)
    job = jobs.find(number)
    assert job is not None
    assert (job.standing, job.done, job.total, job.error) == ("done", 8, 8, "")
    assert {"figures", "orders", "bars", "yaml"} <= set(job.result)


def test_a_job_that_cannot_be_done_says_why(tmp_path: Path) -> None:
    workspace, jobs = begun(tmp_path)
    entries = [{"change": "speed", "machine": "mill-9", "factor": 1.5}]
    jobs.submit("what_if", {"entries": entries, "who": None, "runs": 4, "seed": 1}, by="ann")
    worker.work(workspace.folder, patience=0.2)
    job = jobs.latest("what_if")
    assert job is not None
    assert job.standing == "failed"
    assert "no machine 'mill-9'" in job.error


def test_a_cancelled_job_stops_at_its_next_step(tmp_path: Path) -> None:
    workspace, jobs = begun(tmp_path)
    number = jobs.submit("what_if", {"entries": [], "who": None, "runs": 50, "seed": 1}, by="ann")
    job = jobs.take()
    assert job is not None
    jobs.cancel(number)
    worker.do(workspace, jobs, job)
    found = jobs.find(number)
    assert found is not None
    assert (found.standing, found.result) == ("cancelled", None)


def test_what_a_dead_worker_left_waits_again(tmp_path: Path) -> None:
    _, jobs = begun(tmp_path)
    number = jobs.submit("propose", {}, by="ann")
    jobs.take()
    jobs.give_back()
    job = jobs.find(number)
    assert job is not None
    assert job.standing == "queued"
