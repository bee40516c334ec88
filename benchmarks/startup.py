"""How long one waits: for the command line's help, and in a browser for the first page."""

import json
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from _table import Gate, at_most, medians, seconds, show

from plant_models import read
from ui.desk import Desk
from ui.workspace import environment

COMMAND = [sys.executable, "-m", "ui.cli"]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def said_help() -> float:
    return seconds(lambda: subprocess.run([*COMMAND, "--help"], check=True, capture_output=True))


def first_pages(folder: Path) -> list[float]:
    """Seconds from asking for the page to its heading, each in a new browser page; the first one is not counted."""
    from playwright.sync_api import sync_playwright

    Desk.begin(folder, read.scenario("machine-shop"), by="ann").journal.close()
    words = [*COMMAND, "ui", "-w", str(folder), "--port", "0", "--no-browser", "--as", "ann", "--json"]
    pages = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment())
    try:
        assert pages.stdout is not None
        url = json.loads(pages.stdout.readline())["url"]
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

            def look() -> None:
                sheet = browser.new_page()
                sheet.goto(url)
                sheet.get_by_role("heading", name="Floor").wait_for(timeout=60_000)
                sheet.close()

            times = [seconds(look) for _ in range(6)]
            browser.close()
    finally:
        pages.send_signal(signal.SIGTERM)
        pages.wait(20)
    return times


def main() -> int:
    said_help()
    (helped,) = medians(7, said_help)
    rows = [("foreshift --help", helped, "s")]
    gates: list[Gate] = [at_most("foreshift --help, s", helped, 0.5)]
    if CHROMIUM:
        with tempfile.TemporaryDirectory() as folder:
            cold, *warm = first_pages(Path(folder) / "workspace")
        rows += [("first page after the start", cold, "s"), ("first page, later", statistics.median(warm), "s")]
        gates.append(at_most("first page, the server's first, s", cold, 3.0))
    return show("Waiting to begin", rows, gates)


if __name__ == "__main__":
    raise SystemExit(main())
