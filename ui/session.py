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
    worker = jobs().worker("worker")
    if worker is None or not worker.is_alive:
        start("ui.worker", workspace())
    return number
