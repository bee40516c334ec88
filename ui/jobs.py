"""Long work, away from the pages: rows in SQLite, done by a worker process that outlives a page.

A job is the name of something the desk can do and its arguments, as JSON; its result is JSON, too. The page that
asked may be gone when it is done.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from plant_models.clock import now

Standing = Literal["queued", "running", "done", "failed", "cancelled"]

_SCHEMA = """
create table if not exists jobs (
    id integer primary key, task text not null, arguments text not null, made_by text not null, made_at text not null,
    standing text not null default 'queued', done integer not null default 0, total integer not null default 0,
    words text not null default '', result text, error text, ended_at text, worker integer
);
create table if not exists workers (
    role text primary key, pid integer not null, seen_at text not null,
    words text not null
);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Some work that was asked for, and how far it is."""

    id: int
    task: str
    arguments: Mapping[str, Any]
    made_by: str
    made_at: str
    standing: Standing
    done: int
    total: int
    words: str
    result: Any
    error: str

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.standing in ("queued", "running")


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that works for the desk: its *role*, when it was last seen (ISO 8601, UTC), what it said then."""

    role: str
    pid: int
    seen_at: str
    words: str

    @property
    def is_alive(self) -> bool:
        """Whether its process runs."""
        return _runs(self.pid)


class Jobs:
    """The jobs of a workspace."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._rows() as rows:
            rows.executescript("pragma journal_mode=wal;" + _SCHEMA)
            if "worker" not in {row["name"] for row in rows.execute("pragma table_info(jobs)")}:
                rows.execute("alter table jobs add column worker integer")

    def submit(self, task: str, arguments: Mapping[str, object], *, by: str) -> int:
        """Ask for some work; the number it goes by."""
        with self._rows() as rows:
            made = rows.execute(
                "insert into jobs (task, arguments, made_by, made_at) values (?, ?, ?, ?)",
                (task, json.dumps(arguments), by, now().isoformat()),
            )
            return int(made.lastrowid or 0)

    def find(self, number: int) -> Job | None:
        """The job of that number, if there is one."""
        return self._first("where id = ?", number)

    def latest(self, task: str) -> Job | None:
        """The last job of its kind that was asked for."""
        return self._first("where task = ? order by id desc limit 1", task)

    def done(self, task: str, *, most: int = 10) -> list[tuple[int, str, str]]:
        """The last jobs of their kind that have a result, newest first: number, who asked, when (ISO 8601, UTC)."""
        with self._rows() as rows:
            found = rows.execute(
                "select id, made_by, made_at from jobs where task = ? and standing = 'done' order by id desc limit ?",
                (task, most),
            ).fetchall()
        return [(int(row["id"]), str(row["made_by"]), str(row["made_at"])) for row in found]

    def cancel(self, number: int) -> None:
        """Let it be; the worker stops at its next step."""
        with self._rows() as rows:
            rows.execute(
                "update jobs set standing = 'cancelled', ended_at = ? where id "
                "= ? and standing in ('queued', 'running')",
                (now().isoformat(), number),
            )

    def take(self) -> Job | None:
        """The next job that waits, now running; for the worker."""
        with self._rows() as rows:
            row = rows.execute(
                "update jobs set standing = 'running', worker = ? where id ="
                " (select id from jobs where standing = 'queued' order by id limit 1) returning id",
                (os.getpid(),),
            ).fetchone()
        return self.find(int(row["id"])) if row else None

    def tell(self, number: int, done: int, total: int, words: str) -> bool:
        """Note how far a job is; False when it was cancelled."""
        with self._rows() as rows:
            changed = rows.execute(
                "update jobs set done = ?, total = ?, words = ? where id = ? and standing = 'running'",
                (done, total, words, number),
            )
            return changed.rowcount == 1

    def settle(self, number: int, *, result: str | None = None, error: str = "") -> None:
        """Note how a running job ended: with a *result* (JSON) or an *error*."""
        standing = "failed" if result is None else "done"
        with self._rows() as rows:
            rows.execute(
                "update jobs set standing = ?, result = ?, error = ?, ended_at "
                "= ? where id = ? and standing = 'running'",
                (standing, result, error, now().isoformat(), number),
            )

    def close_abandoned(self) -> None:
        """Jobs whose worker is gone are not going to end: note so, with how far they had come.

        They are not begun again by themselves: what ended one worker may end the next one, too.
        """
        with self._rows() as rows:
            for row in rows.execute("select id, worker, done, total from jobs where standing = 'running'").fetchall():
                if row["worker"] is not None and _runs(row["worker"]):
                    continue
                if row["worker"] is not None:
                    _end_group(row["worker"])
                far = f" after {row['done']} of {row['total']} runs" if row["total"] else ""
                rows.execute(
                    "update jobs set standing = 'failed', error = ?, ended_at = ? "
                    "where id = ? and standing = 'running'",
                    (f"the process that worked on it ended{far}; ask again", now().isoformat(), row["id"]),
                )

    def beat(self, role: str, words: str = "", *, pid: int | None = None) -> None:
        """Note that this process is there, in its *role*; or another one, which was just started (*pid*)."""
        with self._rows() as rows:
            rows.execute(
                "insert or replace into workers (role, pid, seen_at, words) values (?, ?, ?, ?)",
                (role, pid or os.getpid(), now().isoformat(), words),
            )

    def worker(self, role: str) -> Worker | None:
        """Who has that role, dead or alive."""
        with self._rows() as rows:
            row = rows.execute("select * from workers where role = ?", (role,)).fetchone()
        return Worker(row["role"], row["pid"], row["seen_at"], row["words"]) if row else None

    def leave(self, role: str) -> None:
        """This process gives up its role."""
        with self._rows() as rows:
            rows.execute("delete from workers where role = ? and pid = ?", (role, os.getpid()))

    def _first(self, where: str, *values: object) -> Job | None:
        with self._rows() as rows:
            row = rows.execute(f"select * from jobs {where}", values).fetchone()
        if row is None:
            return None
        return Job(
            id=row["id"],
            task=row["task"],
            arguments=json.loads(row["arguments"]),
            made_by=row["made_by"],
            made_at=row["made_at"],
            standing=cast(Standing, row["standing"]),
            done=row["done"],
            total=row["total"],
            words=row["words"],
            result=json.loads(row["result"]) if row["result"] else None,
            error=row["error"] or "",
        )

    @contextmanager
    def _rows(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.path, timeout=10)
        connection.row_factory = sqlite3.Row
        try:
            with connection:
                yield connection
        finally:
            connection.close()


def start(module: str, *arguments: str, log: Path) -> subprocess.Popen[bytes]:
    """Start ``python -m module`` as a process group that survives its caller; what it prints goes to *log*."""
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )


def stop(pid: int, *, patience: float = 3.0) -> None:
    """End a process group that `start` began: asked first, then not asked."""
    for message in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(pid, message)
        except (ProcessLookupError, PermissionError):
            return
        if _is_gone(pid, patience):
            return


def _is_gone(pid: int, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if not _runs(pid):
            return True
        time.sleep(0.05)
    return False


def _end_group(pid: int) -> None:
    """End what a worker that is gone had started: nobody waits for it any more."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _runs(pid: int) -> bool:
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # a child that has ended is there until it is asked for
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return not _has_ended(pid)


def _has_ended(pid: int) -> bool:
    """Whether a process has ended and only its parent has not yet asked for it; where the system tells."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[:1] == ["Z"]
