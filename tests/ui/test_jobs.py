"""Long work is done by a worker, told about, stopped when asked, and kept when a page is gone."""

import os
import re
import signal
import threading
import time
from pathlib import Path

import pytest

from plant_models import read
from ui import worker
from ui.desk import Desk
from ui.jobs import Jobs, start
from ui.terminal import Tell
from ui.workspace import Workspace

SPEED = {"change": "speed", "machine": "mill-1", "factor": 1.5}


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
    assert (job.standing, job.done, job.total, job.error) == ("done", 4, 4, "")
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


def test_a_long_run_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, jobs = begun(tmp_path)

    def endless(_workspace: Workspace, _tell: Tell) -> dict[str, object]:
        threading.Timer(0.2, jobs.cancel, (number,)).start()
        while time.monotonic() < deadline:
            time.sleep(0.01)
        return {}

    monkeypatch.setitem(worker.TASKS, "endless", endless)
    deadline = time.monotonic() + 30
    number = jobs.submit("endless", {}, by="ann")
    job = jobs.take()
    assert job is not None
    worker.do(workspace, jobs, job)
    assert time.monotonic() < deadline - 20
    found = jobs.find(number)
    assert found is not None
    assert found.standing == "cancelled"


def test_a_job_whose_worker_was_killed_says_so(tmp_path: Path) -> None:
    """The worker's processes are ended as the system would end them; nobody has the time to note anything."""
    workspace, jobs = begun(tmp_path)
    number = jobs.submit("what_if", {"entries": [SPEED], "who": "atc", "runs": 5000, "seed": 1}, by="ann")
    process = start("ui.worker", str(workspace.folder), log=workspace.log)
    deadline = time.monotonic() + 60
    while not (job := jobs.find(number)) or not job.done:
        assert time.monotonic() < deadline, workspace.log.read_text()
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    while (job := jobs.find(number)) and job.is_open:
        assert time.monotonic() < deadline
        jobs.close_abandoned()
    assert job is not None
    assert job.standing == "failed"
    assert re.fullmatch(r"the process that worked on it ended after \d+ of 5000 runs; ask again", job.error)


def test_a_job_that_runs_is_left_alone(tmp_path: Path) -> None:
    _, jobs = begun(tmp_path)
    number = jobs.submit("propose", {}, by="ann")
    jobs.take()
    jobs.close_abandoned()
    job = jobs.find(number)
    assert job is not None
    assert job.standing == "running"
