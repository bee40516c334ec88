"""A virtual plant in a process of its own, for as long as somebody needs it."""

import os
import pickle
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from live_bridge.virtual import Setting
from plant_models.errors import FloorLost

_PROGRAM = "from live_bridge.virtual import serve_from_stdin; serve_from_stdin()"


def free_endpoint() -> str:
    """An endpoint on this computer that nobody serves at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"opc.tcp://127.0.0.1:{probe.getsockname()[1]}"


class PlantProcess:
    """A plant that is being served. It ends with `stop`, and with the process that started it, whatever kills that."""

    def __init__(self, setting: Setting, *, patience: float = 30.0) -> None:
        self.setting = setting
        paths = os.pathsep.join(path for path in sys.path if path)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process does
        self.process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**os.environ, "PYTHONPATH": paths},
            start_new_session=True,
        )
        assert self.process.stdin is not None  # it was asked for
        self.process.stdin.write(pickle.dumps(setting))
        self.process.stdin.flush()
        try:
            self._wait(patience)
        except BaseException:
            self.process.kill()
            raise

    @property
    def endpoint(self) -> str:
        """Where it is served."""
        return self.setting.endpoint

    def freeze(self) -> None:
        """Let it stand still: it answers nothing, and its connections stay open."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on after `freeze`."""
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it without warning."""
        self.process.kill()
        self._clear()

    def stop(self) -> None:
        """Ask it to end; if it does not, end it."""
        if self.process.poll() is None:
            with suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGCONT)
                self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self._clear()

    def _clear(self) -> None:
        self.process.wait(10)
        for pipe in (self.process.stdin, self.process.stdout, self._errors):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _wait(self, patience: float) -> None:
        out = self.process.stdout
        assert out is not None  # it was asked for
        readable, _, _ = select.select([out], [], [], patience)
        line = out.readline() if readable else b""
        if not line.startswith(b"ready"):
            self.process.kill()
            self.process.wait(10)
            self._errors.seek(0)
            said = self._errors.read()[-2000:].decode(errors="replace").strip()
            self._clear()
            raise FloorLost(f"the virtual plant did not open at {self.endpoint}: {said or 'no word from it'}")


@contextmanager
def plant_server(setting: Setting) -> Iterator[PlantProcess]:
    """Serve a plant in its own process while the block runs; an endpoint with port 0 is given a free one."""
    if setting.endpoint.endswith(":0"):
        setting = replace(setting, endpoint=free_endpoint())
    process = PlantProcess(setting)
    try:
        yield process
    finally:
        process.stop()
