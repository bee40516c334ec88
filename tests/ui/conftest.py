"""The pages as a process of their own, and a browser in front of them."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

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
    process = subprocess.Popen(
        [sys.executable, "-m", "ui.cli", *asked], stdout=subprocess.PIPE, text=True, env=environment()
    )
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
