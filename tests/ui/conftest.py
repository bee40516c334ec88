"""The pages as a process of their own, and a browser in front of them."""

import json
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import pytest

from ui.workspace import environment

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[..., str]]:
    """``serve(folder, *words)`` serves the pages of a workspace to Ann, and says under which address."""
    with ExitStack() as served:
        yield lambda folder, *words: served.enter_context(_pages(folder, *words))


@pytest.fixture
def visit() -> Iterator[Callable[..., Any]]:
    """``visit(url, width=..., height=...)`` opens an address in a browser; the sheet is closed after the test."""
    playwright = pytest.importorskip("playwright.sync_api", reason="the Python package playwright is not installed")
    if not CHROMIUM:
        pytest.skip("chromium is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

        def opened(url: str, *, width: int, height: int) -> Any:
            sheet = browser.new_page(viewport={"width": width, "height": height})
            sheet.set_default_timeout(60_000)
            sheet.goto(url)
            return sheet

        yield opened
        browser.close()


@contextmanager
def _pages(folder: Path, *words: str) -> Iterator[str]:
    asked = ["ui", "-w", str(folder), "--port", "0", "--no-browser", "--as", "ann", "--json", *words]
    with TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "ui.cli", *asked],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=environment(),
        )
        try:
            yield _address(process, errors)
        finally:
            _end(process)


def _address(process: subprocess.Popen[str], errors: IO[str], patience: float = 60.0) -> str:
    """Where the pages are, which is the first that the process says; a failure with its own words where it is not."""
    assert process.stdout is not None
    readable, _, _ = select.select([process.stdout], [], [], patience)
    line = process.stdout.readline() if readable else ""
    if not line:
        errors.seek(0)
        raise AssertionError(f"the pages did not say in {patience:g} s where they are: {errors.read()}")
    found: str = json.loads(line)["url"]
    return found


def _end(process: subprocess.Popen[str], patience: float = 60.0) -> None:
    """Ask the process to end; where it does not, it is ended."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    finally:
        if process.stdout is not None:
            process.stdout.close()
