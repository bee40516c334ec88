"""Commands as processes of their own, started, listened to, interrupted, and looked after."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

_MARK = "FORESHIFT_STARTED_BY"
"""An environment variable that every process inherits that a command starts, in whatever session it runs."""


class Command:
    """A running ``foreshift``; *mark* names it and all that it starts."""

    def __init__(self, words: tuple[str, ...], folder: Path, paths: tuple[Path, ...]) -> None:
        self.words, self.mark = words, uuid4().hex
        self._errors = folder / f"errors-{self.mark}.txt"
        root = Path(__file__).parents[2]
        env = os.environ | {_MARK: self.mark, "PYTHONPATH": os.pathsep.join(map(str, (*paths, root)))}
        with self._errors.open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ui.cli", *words],
                cwd=folder,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )

    @property
    def errors(self) -> str:
        """What it said on standard error so far."""
        return self._errors.read_text()

    def line(self, patience: float = 30.0) -> dict[str, Any]:
        """The next line that it prints, which is to be a JSON object."""
        out = self.process.stdout
        assert out is not None
        readable, _, _ = select.select([out], [], [], patience)
        line = out.readline() if readable else b""
        assert line, f"{self.words} said nothing in {patience} s: {self.errors}"
        found: dict[str, Any] = json.loads(line)
        return found

    def wait_for_others(self, count: int, patience: float = 60.0, *, computed: float = 0.0) -> None:
        """Until so many processes run that it started, and each has *computed* for so many seconds of its own."""
        deadline = time.monotonic() + patience
        while sum(_computed(pid) >= computed for pid in _marked(self.mark) if pid != self.process.pid) < count:
            assert self.process.poll() is None, f"{self.words} ended: {self.errors}"
            assert time.monotonic() < deadline, f"{self.words} started no {count} processes in {patience} s"
            time.sleep(0.1)

    def interrupt(self, message: signal.Signals) -> None:
        """As the terminal does at Ctrl-C, where it is SIGINT: to all of its process group."""
        if message == signal.SIGINT:
            os.killpg(self.process.pid, message)
        else:
            self.process.send_signal(message)

    def code(self, patience: float = 30.0) -> int:
        """The exit code, once it has ended."""
        return self.process.wait(patience)

    def left(self, patience: float = 10.0) -> list[str]:
        """What still runs of what it started, after a moment."""
        deadline = time.monotonic() + patience
        while (found := _marked(self.mark)) and time.monotonic() < deadline:
            time.sleep(0.1)
        return list(found.values())


@contextmanager
def started(*words: str, folder: Path, paths: tuple[Path, ...] = ()) -> Iterator[Command]:
    """``foreshift *words*`` in *folder*; whatever becomes of the test, nothing of it is left."""
    command = Command(words, folder, paths)
    try:
        yield command
    finally:
        for pid in _marked(command.mark):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        command.process.wait(10)
        if command.process.stdout is not None:
            command.process.stdout.close()


def said(*words: str, folder: Path, patience: float = 90.0) -> dict[str, Any]:
    """The one JSON object that a command prints, once it has ended well."""
    with started(*words, "--json", folder=folder) as command:
        out, _ = command.process.communicate(timeout=patience)
        assert command.process.returncode == 0, command.errors
        assert not command.left(), command.left()
    found: dict[str, Any] = json.loads(out)
    return found


def _computed(pid: int) -> float:
    """For how many seconds a process had a processor; below zero where it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return -1.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _marked(mark: str) -> dict[int, str]:
    found = {}
    wanted = f"{_MARK}={mark}".encode()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                if wanted in (entry / "environ").read_bytes().split(b"\0"):
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found
