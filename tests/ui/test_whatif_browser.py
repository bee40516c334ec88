"""A planner at the what-if page in a browser: a rush order, a machine that is down, a table, a question let be."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from plant_models import read
from ui.desk import Desk
from ui.jobs import Jobs, stop
from ui.workspace import Workspace

playwright = pytest.importorskip("playwright.sync_api", reason="the Python package playwright is not installed")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace for the machine shop, its orders waiting."""
    folder = tmp_path_factory.mktemp("whatif") / "ws"
    Desk.begin(folder, read.scenario("machine-shop"), by="ann").journal.close()
    return Workspace(folder)


@pytest.fixture(scope="module")
def url(workspace: Workspace, serve: Callable[..., str]) -> Iterator[str]:
    """The pages of the workspace; the process that answers the questions ends with them."""
    yield serve(workspace.folder)
    worker = Jobs(workspace.jobs).worker("worker")
    if worker is not None:
        stop(worker.pid)


@pytest.fixture
def sheet(visit: Callable[..., Any], url: str) -> Any:
    """A browser at the what-if page."""
    sheet = visit(f"{url}/whatif", width=1440, height=1400)
    sheet.get_by_role("button", name="Ask now").wait_for()
    return sheet


def shot(sheet: Any, tmp_path: Path, name: str) -> None:
    sheet.wait_for_timeout(1000)
    sheet.screenshot(path=Path(os.environ.get("FORESHIFT_SHOTS", str(tmp_path))) / f"{name}.png")


def pairs(sheet: Any, count: int) -> None:
    """So many pairs of runs are enough here."""
    sheet.get_by_text("pairs of runs · seed").click()
    sheet.get_by_label("Pairs of runs").fill(str(count))
    sheet.get_by_label("Pairs of runs").press("Enter")
    sheet.get_by_text(f"{count:,} pairs of runs · seed").wait_for()


def type_into_the_last_column(sheet: Any, text: str) -> None:
    """Let the last cell of the first row say *text*; a table that is still being drawn does not listen."""
    table = sheet.get_by_test_id("stDataFrame").first
    table.wait_for()
    for _ in range(5):
        sheet.wait_for_timeout(1000)
        box = table.bounding_box()
        sheet.mouse.click(box["x"] + box["width"] - 40, box["y"] + 50)
        sheet.wait_for_timeout(400)
        sheet.keyboard.press("Enter")
        editor = sheet.locator("input.gdg-input")
        try:
            editor.wait_for(timeout=2000)
        except playwright.TimeoutError:
            continue
        editor.fill(text)
        editor.press("Enter")
        return


def test_a_rush_order_and_a_machine_down_are_answered_with_a_verdict(sheet: Any, tmp_path: Path) -> None:
    pairs(sheet, 20)
    sheet.get_by_label("Pieces").fill("12")  # one action
    sheet.get_by_label("Wanted in, hours").fill("60")  # two
    sheet.get_by_role("button", name="Ask now").click()  # three
    answer = sheet.locator(".fs-answer")
    answer.get_by_text("one more order RUSH-1: 12 of shaft-30, due Wed 07 Jan 18:00").wait_for()
    lead = answer.locator(".v").inner_text()
    assert re.search(r"RUSH-1: (almost certainly|likely|may be) .*in \d+ of 20 runs \(\d+ to \d+ %\)", lead)
    verdict = answer.locator(".w").inner_text()
    assert re.fullmatch(r"[▼▲○◆] The other orders: (worse|better|better and worse|no difference shown)", verdict)
    rows = sheet.locator(".fs-verdicts").first.locator("tbody tr")
    assert rows.count() == 10
    assert rows.locator(".p em").count() == 10, "each figure has its interval in the forest plot"
    shot(sheet, tmp_path, "rush-order")
    sheet.get_by_role("tab", name="Orders on time").click()
    sheet.locator(".js-plotly-plot").first.get_by_text("RUSH-1").first.wait_for()
    sheet.get_by_role("tab", name="Run in the middle").click()
    sheet.locator(".js-plotly-plot").get_by_text("saw-1").first.wait_for()
    shot(sheet, tmp_path, "rush-order-run")

    sheet.get_by_role("button", name="Clear").click()
    sheet.get_by_text("What would you like to change?").wait_for()
    sheet.get_by_role("radio", name="Machine down").click()
    sheet.get_by_label("Wanted in, hours").wait_for(state="detached")
    sheet.get_by_label("For, hours").fill("30")
    sheet.get_by_role("button", name="Ask now").click()
    answer.get_by_text("What if saw-1 is down from Mon 05 Jan 06:00 to Tue 06 Jan 12:00?").wait_for()
    answer.locator(".v").get_by_text("RUSH-1:").wait_for(state="detached")  # the answer before fades away
    assert answer.locator(".v").inner_text() == "▼ Deliveries: worse"
    answer.get_by_text("orders are likelier late").wait_for()
    sheet.get_by_text("Asked before, side by side").wait_for()
    shot(sheet, tmp_path, "machine-down")


def test_a_table_is_edited_and_a_question_is_let_be(sheet: Any, workspace: Workspace, tmp_path: Path) -> None:
    jobs = Jobs(workspace.jobs)
    sheet.get_by_role("radio", name="Machines").click()
    type_into_the_last_column(sheet, "1.5")
    sheet.get_by_text("saw-1 works 1.5 times as fast", exact=True).wait_for()
    sheet.get_by_text("As YAML").click()
    sheet.get_by_test_id("stCode").get_by_text("factor").wait_for()
    shot(sheet, tmp_path, "table")

    pairs(sheet, 20_000)
    sheet.get_by_role("button", name="Play both worlds").click()
    sheet.get_by_text("of 20,000 pairs of runs").wait_for()
    worker = jobs.worker("worker")
    assert worker is not None
    sheet.get_by_role("button", name="Stop").click()
    sheet.get_by_text("Playing both worlds was stopped.").wait_for()
    job = jobs.latest("what_if")
    assert job is not None
    assert job.standing == "cancelled"
    assert worker.is_alive

    sheet.get_by_role("button", name="Play both worlds").click()
    sheet.get_by_text("of 20,000 pairs of runs").wait_for()
    os.killpg(worker.pid, signal.SIGKILL)
    sheet.get_by_text("the process that worked on it ended").wait_for()


def test_factors_are_screened_and_the_page_says_in_a_sentence_what_matters_most(sheet: Any, tmp_path: Path) -> None:
    sheet.get_by_role("tab", name="Sensitivity").click()
    sheet.get_by_role("spinbutton", name="Walks").fill("3")
    sheet.get_by_role("spinbutton", name="Walks").press("Enter")
    runs = sheet.get_by_role("spinbutton", name="Runs of each design").first
    runs.fill("1")
    runs.press("Enter")
    sheet.get_by_role("button", name="Screen: 39 runs").click()
    sheet.get_by_text("matters most").first.wait_for()
    sheet.locator(".js-plotly-plot").get_by_text("speed of saw-1").first.wait_for()
    shot(sheet, tmp_path, "screening")
    sheet.get_by_role("button", name=re.compile("Shares: ")).wait_for()
