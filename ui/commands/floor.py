"""The floor and the pages: plant, shift, ui."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

from rich.text import Text

from live_bridge import Setting, free_endpoint, serve
from plant_models.errors import FloorLost, InvalidPlant
from plant_models.shifts import FOREVER, HOUR
from ui import tables
from ui.desk import Desk
from ui.follower import Follower, Say
from ui.jobs import Jobs, stop
from ui.terminal import Answer, progress, terminal, to_json
from ui.workspace import Workspace, environment, scenario_of


def plant(
    workspace: Path,
    scenario: str,
    *,
    port: int,
    speed: float,
    seed: int,
    truth: bool,
    orders: bool,
    insecure: bool,
    seconds: float | None,
    as_json: bool,
) -> Answer:
    """Serve a simulated plant until it is stopped."""
    endpoint = f"opc.tcp://127.0.0.1:{port}" if port else free_endpoint()
    if _answers(int(endpoint.rpartition(":")[2])):
        raise InvalidPlant(f"port {port} is taken; name another with --port, or 0 for a free one")
    setting = Setting(
        scenario=scenario_of(scenario),
        endpoint=endpoint,
        speed=speed,
        seed=seed,
        truth=seed if truth else None,
        orders="scenario" if orders else "none",
        security="none" if insecure else "Basic256Sha256",
        folder=Workspace(workspace).certificates,
    )
    data = {"endpoint": endpoint, "scenario": setting.scenario.id, "speed": speed, "seed": seed}

    def ready(at: str) -> None:
        if as_json:
            sys.stdout.write(to_json(data) + "\n")
            sys.stdout.flush()
            return
        console = terminal()
        console.print(
            f"[bold]{setting.scenario.id}[/bold] at {at}, {speed:g} times as fast as the clock. Stop it with Ctrl-C."
        )
        console.print(f"Follow it from the same workspace: foreshift ui --plant {at}", style="dim")

    with _alarm(seconds):
        serve(setting, ready=ready)
    return Answer(data, is_said=True)


def shift(
    workspace: Path,
    endpoint: str,
    *,
    hours: float | None,
    insecure: bool,
    by: str,
    quiet: bool,
    is_endless: bool = False,
) -> Answer:
    """Follow the floor until its orders have left, or for so long."""
    desk = Desk.open(workspace)
    follower = Follower(desk, endpoint, security="none" if insecure else "Basic256Sha256", say=_sayer(quiet))
    try:
        follower.mirror.connect()
        start = follower.mirror.state.now
        until = FOREVER if hours is None else start + round(hours * HOUR)
        with _gentle(), progress("Following", quiet=quiet) as tell:

            def on_look(follower: Follower) -> None:
                state = follower.mirror.state
                left = sum(order.has_left for _, order in state.book())
                at = tables.clock(desk.scenario.epoch, state.now / HOUR)
                known = sum(1 for _ in state.book())
                tell(left, known, f"{at}, {left} of {known} orders have left")

            done = follower.follow(until=until, is_endless=is_endless, on_look=on_look)
    finally:
        follower.close()
    data = {
        "endpoint": endpoint,
        "ending": done.ending,
        "now_ms": done.now,
        "facts": done.facts,
        "deliveries": done.deliveries,
    }
    endings = {"finished": "every order has left", "until": "the time is up"}
    words = (
        f"{endings[done.ending].capitalize()} at {tables.clock(desk.scenario.epoch, done.now / HOUR)}; "
        f"{done.facts:,} facts recorded."
    )
    return Answer(data, [Text(words), Text("Next: foreshift status, foreshift export kpis kpis.csv", style="dim")])


def pages(
    workspace: Path,
    scenario: str,
    *,
    endpoint: str | None,
    port: int,
    browser: bool,
    insecure: bool,
    seconds: float | None,
    by: str,
    as_json: bool,
) -> Answer:
    """Serve the pages to this computer until they are stopped."""
    folder = Workspace(workspace)
    if not folder.exists:
        Desk.begin(workspace, scenario_of(scenario), by=by, empty=endpoint is not None)
    chosen = port or int(free_endpoint().rpartition(":")[2])
    if _answers(chosen):
        raise InvalidPlant(f"port {chosen} is taken; name another with --port, or 0 for a free one")
    url = f"http://127.0.0.1:{chosen}"
    env = environment() | {"FORESHIFT_WORKSPACE": str(workspace.resolve()), "FORESHIFT_USER": by}
    data = {"url": url, "workspace": str(workspace), "plant": endpoint}
    children: list[subprocess.Popen[bytes]] = []
    try:
        with _gentle(), _alarm(seconds):
            children.append(_start([*_STREAMLIT, f"--server.port={chosen}"], env, folder))
            children.append(_start([sys.executable, "-m", "ui.worker", str(workspace)], env, folder))
            if endpoint is not None:
                extra = ["--insecure"] if insecure else []
                follow = [sys.executable, "-m", "ui.follow", str(workspace), endpoint, *extra]
                children.append(_start(follow, env, folder))
            _wait_for(url, children[0], folder)
            if as_json:
                sys.stdout.write(to_json(data) + "\n")
                sys.stdout.flush()
            else:
                terminal().print(f"[bold]{url}[/bold]  Floor, What-if, Schedule, Journal. Stop it with Ctrl-C.")
            if browser:
                webbrowser.open(url)
            children[0].wait()
    except SystemExit:
        pass
    finally:
        for child in children:
            stop(child.pid)
        _stop_background(folder)
    return Answer(data, is_said=True)


_STREAMLIT = [sys.executable, "-m", "streamlit", "run", str(Path(__file__).parent.parent / "app.py")]


def _start(command: list[str], env: dict[str, str], folder: Workspace) -> subprocess.Popen[bytes]:
    folder.folder.mkdir(parents=True, exist_ok=True)
    with folder.log.open("ab") as log:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env, start_new_session=True
        )


def _stop_background(folder: Workspace) -> None:
    """A worker that a page started in place of one that died ends with the pages, too."""
    jobs = Jobs(folder.jobs)
    for role in ("worker",):
        worker = jobs.worker(role)
        if worker is not None and worker.is_alive:
            stop(worker.pid)


def _wait_for(url: str, server: subprocess.Popen[bytes], folder: Workspace, *, patience: float = 40.0) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise FloorLost(f"the pages did not open; {folder.log} says why")
        with suppress(URLError, OSError), urlopen(f"{url}/_stcore/health", timeout=1):
            return
        time.sleep(0.1)
    raise FloorLost(f"the pages did not open in {patience:g} s; {folder.log} may say why")


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.3):
        return True
    return False


def _sayer(quiet: bool) -> Say:
    console = terminal(stderr=True)
    return (lambda words: None) if quiet else (lambda words: console.print(words, style="dim"))


@contextmanager
def _alarm(seconds: float | None) -> Iterator[None]:
    """Ask this process to end after *seconds*, as somebody at the keyboard would."""
    if seconds is None:
        yield
        return
    timer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGTERM))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def _gentle() -> Iterator[None]:
    """Being asked to end is an exit, so that what was started is ended, too."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(0)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
