"""What every page shares: the desk, who is there, and how the floor is followed."""

import getpass
import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import streamlit as st

from plant_models.clock import now
from twin.state import State
from ui.desk import Desk
from ui.jobs import Jobs
from ui.workspace import Workspace, start

SHIFT = "shift"
"""The role of the process that follows the floor."""

STALE = 5.0
"""Seconds without a word after which what is shown may no longer be so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """How the floor is followed: the *endpoint*, whether it answers, its *speed*, and how old the last word is."""

    endpoint: str = ""
    is_live: bool = False
    trouble: str = ""
    speed: float = 0.0
    now: int | None = None
    age: float = 0.0

    @property
    def words(self) -> str:
        """The connection in a few words."""
        if not self.endpoint:
            return "No plant is followed"
        if self.is_live and self.age < STALE:
            return "Connected"
        return "Silent" if self.is_live else "Not connected"


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


def connection() -> Connection:
    """How the floor is followed, by the last word of the process that does."""
    worker = jobs().worker(SHIFT)
    if worker is None or not worker.is_alive:
        return Connection()
    said = json.loads(worker.words or "{}")
    age = (now() - datetime.fromisoformat(worker.seen_at)).total_seconds()
    return Connection(
        endpoint=said.get("endpoint", ""),
        is_live=bool(said.get("is_live")),
        trouble=said.get("trouble", ""),
        speed=float(said.get("speed", 0)),
        now=said.get("now"),
        age=max(age, float(said.get("age", 0))),
    )


def floor_state() -> State:
    """How the floor stands: by the journal, with the plant's own time where it is followed."""
    state = desk().state
    known = connection().now
    if known is not None:
        state.now = max(state.now, known)
    return state


def ask(task: str, arguments: dict[str, object]) -> int:
    """Have some long work done away from the page; the job's number."""
    number = jobs().submit(task, arguments, by=user())
    worker = jobs().worker("worker")
    if worker is None or not worker.is_alive:
        start("ui.worker", workspace())
    return number
