"""The process that does the long work of the pages: ``python -m ui.worker WORKSPACE``.

It takes jobs from the workspace, one after the other, and ends when nobody has asked for anything for a while.
"""

import _thread
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from plant_models.errors import CorruptJournal, FloorLost, Infeasible, InvalidPlant, NotApproved
from ui.jobs import Job, Jobs
from ui.tasks import TASKS
from ui.terminal import to_json
from ui.workspace import Workspace

ROLE = "worker"
PATIENCE = 900.0
"""Seconds without a job after which the worker goes home."""

WATCH = 0.3
"""Seconds between two looks at whether a job was cancelled."""


class Cancelled(Exception):
    """Somebody let the job be."""


def work(folder: Path, *, patience: float = PATIENCE) -> None:
    """Do the jobs of a workspace until none came for *patience* seconds."""
    workspace = Workspace(folder)
    jobs = Jobs(workspace.jobs)
    jobs.beat(ROLE)
    jobs.close_abandoned()
    idle_since = time.monotonic()
    while time.monotonic() - idle_since < patience:
        jobs.beat(ROLE)
        job = jobs.take()
        if job is None:
            time.sleep(0.1)
            continue
        do(workspace, jobs, job)
        idle_since = time.monotonic()
    jobs.leave(ROLE)


def do(workspace: Workspace, jobs: Jobs, job: Job) -> None:
    """Do one job and note how it ended; only this process's end can keep it from being noted."""

    def tell(done: int, total: int, words: str = "") -> None:
        jobs.beat(ROLE)
        if not jobs.tell(job.id, done, total, words):
            raise Cancelled

    try:
        with _interrupted_when_cancelled(jobs, job.id):
            result = TASKS[job.task](workspace, tell, **job.arguments)
    except Cancelled:
        return
    except KeyboardInterrupt:
        if _is_cancelled(jobs, job.id):
            return
        raise
    except (InvalidPlant, Infeasible, NotApproved, FloorLost, CorruptJournal, OSError) as error:
        jobs.settle(job.id, error=str(error))
    except Exception as error:  # noqa: BLE001 - the edge of a process
        jobs.settle(job.id, error=f"unexpected {type(error).__name__}: {error}")
    else:
        jobs.settle(job.id, result=to_json(result))


@contextmanager
def _interrupted_when_cancelled(jobs: Jobs, number: int) -> Iterator[None]:
    """Interrupt the block, wherever it is, when somebody lets the job be.

    Work tells how far it is between runs, and is stopped there. A run may take long; it is not waited for.
    """
    is_over = threading.Event()
    lock = threading.Lock()

    def watch() -> None:
        while not is_over.wait(WATCH):
            with lock:
                if not is_over.is_set() and _is_cancelled(jobs, number):
                    is_over.set()
                    _thread.interrupt_main()

    watcher = threading.Thread(target=watch, name="watch for a cancelled job", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        with lock:
            is_over.set()
        watcher.join()


def _is_cancelled(jobs: Jobs, number: int) -> bool:
    job = jobs.find(number)
    return job is not None and job.standing == "cancelled"


def _end(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background ignores it
    os.nice(5)
    work(Path(sys.argv[1]))
