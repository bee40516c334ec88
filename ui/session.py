"""What every page shares: the desk, who is there, and how the floor is followed."""

import getpass
import os
from pathlib import Path

import streamlit as st

from ui.desk import Desk
from ui.jobs import Jobs
from ui.workspace import Workspace, start


def workspace() -> Workspace:
    """The workspace that these pages are for."""
    return Workspace(Path(os.environ.get("FORESHIFT_WORKSPACE", ".foreshift")))


@st.cache_resource(show_spinner=False)
def desk_of(folder: str) -> Desk:
    """One desk for all pages of a workspace."""
    return Desk.open(Path(folder))


def desk() -> Desk:
    """The desk of these pages."""
    return desk_of(str(workspace().folder))


def jobs() -> Jobs:
    """The long work of this workspace."""
    return Jobs(workspace().jobs)


def user() -> str:
    """Who sits at this page."""
    return str(st.session_state.get("user") or you())


def you() -> str:
    """Who started these pages."""
    return os.environ.get("FORESHIFT_USER") or getpass.getuser()


def ask(task: str, arguments: dict[str, object]) -> int:
    """Have some long work done away from the page; the job's number."""
    number = jobs().submit(task, arguments, by=user())
    keep_worker()
    return number


def keep_worker() -> None:
    """See that somebody does the long work."""
    worker = jobs().worker("worker")
    if worker is None or not worker.is_alive:
        jobs().beat("worker", pid=start("ui.worker", workspace()))


@st.cache_resource(show_spinner=False, max_entries=8)
def _desk_before(folder: str, baseline: str, _changed_at: int) -> Desk:
    return Desk.open(Path(folder), baseline)


def desk_before(baseline: str) -> Desk:
    """The desk in front of a baseline (see `ui.baselines`).

    Raises
    ------
    InvalidPlant
        Where it is gone, or no floor at all.
    """
    if not baseline:
        return desk()
    path = Path(baseline)
    return _desk_before(str(workspace().folder), baseline, path.stat().st_mtime_ns if path.is_file() else 0)
