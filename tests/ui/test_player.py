"""The player: one page that needs nothing else, and shows at every instant what the state said."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from plant_models import read
from plant_models.clock import Epoch
from plant_models.events import Event
from plant_models.scenario import Scenario
from plant_models.shifts import HOUR, MINUTE
from tests.twin.shops import shop
from twin import Chance, SimulatedFloor, opening, rule, run
from twin.film import Film, MachineCue
from twin.state import State, apply, status
from ui.palette import STATUS
from ui.player import Scene, html

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
needs_browser = pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed")
EPOCH = Epoch(datetime(2026, 1, 5, 6, tzinfo=UTC))


def played(scenario: Scenario) -> tuple[State, list[Event]]:
    facts: list[Event] = []
    start = opening(scenario.plant, scenario.orders)
    floor = SimulatedFloor(scenario.plant, start.copy(), Chance(1), facts.append)
    run(floor, rule("edd"), 20 * HOUR)
    return start, facts


SHOP = replace(shop(), orders=tuple(replace(order, due=(order.due or 0) - 90 * MINUTE) for order in shop().orders))
START, FACTS = played(SHOP)
FILM = Film.of(SHOP.plant, START, FACTS)
SCENE = Scene(plant=SHOP.plant, film=FILM, epoch=EPOCH, title="A shop", subtitle="edd decides")


def state_at(time: int) -> State:
    state = START.copy()
    for fact in FACTS:
        if fact.time > time:
            break
        apply(SHOP.plant, state, fact)
    return state


@pytest.fixture
def sheet(tmp_path: Path) -> Iterator[Any]:
    """A browser's page with the player in it, from a file; what it asks of any network is kept in `sheet.asked`."""
    driver_of = pytest.importorskip("playwright.sync_api", reason="the Python package playwright is not installed")
    file = tmp_path / "film.html"
    file.write_text(html(SCENE), encoding="utf-8")
    with driver_of.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        sheet = browser.new_page(viewport={"width": 1300, "height": 800})
        sheet.asked, sheet.faults = [], []
        sheet.on("request", lambda request: sheet.asked.append(request.url))
        sheet.on("pageerror", lambda error: sheet.faults.append(str(error)))
        sheet.goto(file.as_uri())
        sheet.get_by_role("button", name="Play", exact=True).wait_for()
        yield sheet
        browser.close()


def test_the_page_asks_nothing_of_any_network() -> None:
    page = html(SCENE)
    assert set(re.findall(r"https?://[^'\"\s>]+", page)) <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"<(link|img|iframe)\b|@import|url\((?!#)|src=", page)


def test_no_name_can_end_the_script_that_it_stands_in() -> None:
    page = html(replace(SCENE, title="</script><b>&"))
    assert page.count("</script>") == 2
    assert "<title>&lt;/script&gt;&lt;b&gt;&amp;</title>" in page


def test_the_page_carries_the_film_as_it_is() -> None:
    found = re.search(r"id='scene'>(.*?)</script>", html(SCENE), flags=re.DOTALL)
    assert found is not None
    assert Film.from_json(json.dumps(json.loads(found.group(1))["film"])) == FILM


@pytest.mark.browser
@needs_browser
def test_what_is_on_the_screen_is_what_the_state_said(sheet: Any) -> None:
    for time in [*FILM.instants()[::7], FILM.start, 3 * HOUR + 1, FILM.end]:
        state = state_at(time)
        sheet.evaluate("time => foreshift.seek(time)", time)
        still = sheet.evaluate("time => foreshift.film.at(time)", time)
        for name, machine in state.machines.items():
            word = status(SHOP.plant, name, machine)
            assert still["machines"][name]["status"] == word
            label = sheet.locator(f"[data-kind=machine][data-name={name}]").get_attribute("aria-label")
            assert label.startswith(f"{name}: {STATUS[word].word}")
            assert (machine.order is None) or (machine.order in label)
        for name, queue in state.buffers.items():
            assert still["buffers"][name] == list(queue)
            label = sheet.locator(f"[data-kind=buffer][data-name='{name}']").get_attribute("aria-label")
            assert label == f"Buffer {name}: {len(queue)} waiting"
        for name, order in state.orders.items():
            assert (still["orders"][name]["stage"], still["orders"][name]["step"]) == (order.stage, order.step)
    assert sheet.locator("#time").text_content() == f"{EPOCH.datetime(FILM.end):%H:%M:%S}"
    assert sheet.faults == []
    assert len(sheet.asked) == 1


@pytest.mark.browser
@needs_browser
def test_the_page_looks_up_every_instant_of_a_line_as_the_film_does(sheet: Any, tmp_path: Path) -> None:
    line = read.scenario("bottling-line")
    facts: list[Event] = []
    start = opening(line.plant, line.orders)
    run(SimulatedFloor(line.plant, start.copy(), Chance(2), facts.append), rule("fifo"), HOUR)
    film = Film.of(line.plant, start, facts)
    file = tmp_path / "line.html"
    file.write_text(html(Scene(plant=line.plant, film=film, epoch=line.epoch, title="A line")), encoding="utf-8")
    sheet.goto(file.as_uri())
    for time in film.instants():
        said = sheet.evaluate("time => { foreshift.seek(time); return foreshift.still; }", time)
        still = film.at(time)
        assert said["buffers"] == {name: list(queue) for name, queue in still.buffers.items()}
        assert {name: cue["status"] for name, cue in said["machines"].items()} == {
            name: cue.status for name, cue in still.machines.items()
        }
        places = {name: (cue["stage"], cue["where"], cue["step"]) for name, cue in said["orders"].items()}
        assert places == {name: (cue.stage, cue.where, cue.step) for name, cue in still.orders.items()}
    assert sheet.faults == []


@pytest.mark.browser
@needs_browser
def test_a_state_that_has_no_look_yet_is_shown_by_its_name(sheet: Any, tmp_path: Path) -> None:
    film = replace(FILM, machines={**FILM.machines, "saw-1": (MachineCue(0, "waiting_for_crew"),)})
    file = tmp_path / "strange.html"
    file.write_text(html(replace(SCENE, film=film)), encoding="utf-8")
    sheet.goto(file.as_uri())
    label = sheet.locator("[data-kind=machine][data-name=saw-1]").get_attribute("aria-label")
    assert label.startswith("saw-1: Waiting for crew")
    assert "Waiting for crew" in sheet.locator("#legend").inner_text()
    assert sheet.faults == []


@pytest.mark.browser
@needs_browser
def test_it_plays_pauses_steps_and_scrubs_by_keyboard(sheet: Any) -> None:
    time, keys = (lambda: sheet.evaluate("foreshift.t")), sheet.keyboard
    sheet.select_option("#speed", "600")
    keys.press("Space")
    sheet.wait_for_function("foreshift.t > 600000")
    assert sheet.get_by_role("button", name="Pause").count() == 1
    keys.press("Space")
    stopped = time()
    sheet.wait_for_timeout(200)
    assert time() == stopped
    instants = FILM.instants()
    keys.press("ArrowRight")
    assert time() == next(instant for instant in instants if instant > stopped)
    keys.press("ArrowLeft")
    assert time() == max(instant for instant in instants if instant < next(i for i in instants if i > stopped))
    keys.press("ArrowUp")
    assert sheet.locator("#speed").input_value() == "1800"
    keys.press("End")
    assert time() == FILM.end
    keys.press("Home")
    assert time() == FILM.start
    box = sheet.locator("#scrub").bounding_box()
    sheet.mouse.click(box["x"] + box["width"] / 2, box["y"] + 10)
    assert abs(time() - FILM.end / 2) < FILM.end / 50
    assert "Jan 2026" in sheet.locator("#scrub").get_attribute("aria-valuetext")
    assert sheet.faults == []


@pytest.mark.browser
@needs_browser
def test_an_order_and_a_machine_tell_their_story(sheet: Any) -> None:
    down = next(cue for cue in FILM.machines["saw-1"] if cue.status == "down")
    sheet.evaluate("time => foreshift.seek(time)", down.time - 1)
    sheet.locator("#find").fill("saw-1")
    story = sheet.locator("#story")
    assert "saw-1" in story.inner_text()
    sheet.evaluate("document.activeElement.blur()")
    sheet.keyboard.press("n")
    told = story.inner_text()
    assert "breakdown" in told or "Its way" in told
    late = max(SHOP.orders, key=lambda order: FILM.orders[order.id].cues[-1].time - (order.due or 0))
    finished = FILM.orders[late.id].cues[-1].time
    sheet.evaluate("time => foreshift.seek(time)", finished - 1)
    sheet.locator("#find").fill(late.id)
    told = story.inner_text()
    assert late.product in told
    assert "late by" in told
    assert f"{EPOCH.datetime(late.due or 0):%H:%M}" in told
    sheet.keyboard.press("Escape")
    assert "The floor" in story.inner_text()


@pytest.mark.browser
@needs_browser
def test_every_control_has_a_name_and_both_themes_are_dressed(sheet: Any) -> None:
    for control in sheet.locator("button:visible, input:visible, select:visible").all():
        name = control.evaluate("e => e.getAttribute('aria-label') || e.labels?.[0]?.innerText || e.innerText")
        assert name.strip()
    paper = "getComputedStyle(document.body).backgroundColor"
    light = sheet.evaluate(paper)
    sheet.get_by_role("button", name="Light or dark").click()
    assert sheet.evaluate(paper) != light


@pytest.mark.browser
@needs_browser
def test_with_reduced_motion_orders_are_where_they_belong_at_once(sheet: Any) -> None:
    sheet.emulate_media(reduced_motion="reduce")
    sheet.evaluate("foreshift.seek(0)")
    for _ in range(12):
        sheet.keyboard.press("ArrowRight")
        assert sheet.evaluate("[...foreshift.tokens.tokens.values()].every(token => token.from === null)")
