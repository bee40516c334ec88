"""What workers are given to do by the tests; in a module of its own, so that every worker finds it."""

import os
import signal
from pathlib import Path


def squared(_shared: object, task: int) -> int:
    return task * task


def killed_once(mark: Path, task: int) -> int:
    """The third task kills its worker, the first time that it is done."""
    if task == 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return task * task


def all_killed_once(marks: Path, task: int) -> int:
    """The third and the fourth task kill their workers, the first time that each is done."""
    if task in (2, 3) and not (marks / str(task)).exists():
        (marks / str(task)).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return task * task


def always_killed(_shared: object, task: int) -> int:
    if task == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return task


def refused(_shared: object, task: int) -> int:
    if task == 2:
        raise ValueError("two is not wanted")
    return task
