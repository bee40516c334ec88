"""A planner and a supervisor at the pages, in a browser, against a plant in its own process."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from live_bridge import Setting, plant_server
from plant_models import read
from ui.desk import Desk
from ui.workspace import environment

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
playwright = pytest.importorskip("playwright.sync_api", reason="the Python package playwright is not installed")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed")


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """The pages of a new workspace, with a plant behind them."""
    folder = tmp_path / "ws"
    scenario = read.scenario("machine-shop")
    Desk.begin(folder, scenario, by="ann").journal.close()
    setting = Setting(scenario=scenario, endpoint="opc.tcp://127.0.0.1:0", speed=2, folder=folder / "certificates")
    with plant_server(setting) as plant:
        words = [
            "ui",
            "-w",
            str(folder),
            "--plant",
            plant.endpoint,
            "--port",
            "0",
            "--no-browser",
            "--as",
            "ann",
            "--json",
        ]
        process = subprocess.Popen(
            [sys.executable, "-m", "ui.cli", *words], stdout=subprocess.PIPE, text=True, env=environment()
        )
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


@pytest.fixture
def sheet(url: str) -> Iterator[Any]:
    """A browser's page at the pages."""
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        sheet = browser.new_page(viewport={"width": 1400, "height": 1180})
        sheet.set_default_timeout(60_000)
        sheet.goto(url)
        sheet.get_by_role("heading", name="Floor").wait_for()
        yield sheet
        browser.close()


def test_a_plan_is_proposed_rehearsed_approved_and_released(sheet: Any, tmp_path: Path) -> None:
    shots = Path(os.environ.get("FORESHIFT_SHOTS", str(tmp_path)))
    sheet.get_by_text("Connected").first.wait_for()
    sheet.get_by_text("11 idle").wait_for()
    sheet.screenshot(path=shots / "floor.png")

    sheet.get_by_role("link", name="Schedule").click()
    sheet.get_by_role("button", name="Let them propose").click()
    sheet.get_by_text("Put forward").wait_for()
    sheet.screenshot(path=shots / "proposals.png")
    sheet.get_by_role("button", name="Propose", exact=True).click()
    sheet.get_by_text("Not rehearsed yet").wait_for()

    sheet.get_by_role("button", name="Rehearse").click()
    sheet.get_by_text("Means of 100 runs").wait_for()
    sheet.get_by_role("button", name="Approve").click()
    sheet.get_by_text("someone else has to approve it").wait_for()
    sheet.screenshot(path=shots / "refused.png")

    name = sheet.get_by_role("textbox", name="You are")
    name.fill("bob")
    name.press("Enter")
    sheet.get_by_text("someone else has to approve it").wait_for(state="detached")
    sheet.get_by_role("button", name="Approve").click()
    sheet.get_by_text("● approved").wait_for()
    sheet.get_by_role("button", name="Release").click()
    sheet.get_by_text("In force:").wait_for()
    sheet.get_by_text("now ").first.wait_for()
    sheet.screenshot(path=shots / "schedule.png")
    sheet.get_by_role("tab", name="Machines say").click()
    sheet.get_by_text("11 of 11 confirmed").wait_for()
    sheet.screenshot(path=shots / "released.png")
