"""A planner and a supervisor at the pages, in a browser, against a plant in its own process."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from live_bridge import Setting, plant_server
from plant_models import read
from ui.desk import Desk


@pytest.fixture
def url(tmp_path: Path, serve: Callable[..., str]) -> Iterator[str]:
    """The pages of a new workspace, with a plant behind them."""
    folder = tmp_path / "ws"
    scenario = read.scenario("machine-shop")
    Desk.begin(folder, scenario, by="ann").journal.close()
    setting = Setting(scenario=scenario, endpoint="opc.tcp://127.0.0.1:0", speed=2, folder=folder / "certificates")
    with plant_server(setting) as plant:
        yield serve(folder, "--plant", plant.endpoint)


@pytest.fixture
def sheet(visit: Callable[..., Any], url: str) -> Any:
    """A browser's page at the pages."""
    sheet = visit(url, width=1400, height=1180)
    sheet.get_by_role("heading", name="Floor").wait_for()
    return sheet


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
