"""The pages, without a browser: they open on any workspace and say what there is to say."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from live_bridge import gate
from plant_models import clock, read
from plant_models.deeds import CommandSent, PlanRecalled, PlanReleased
from plant_models.errors import NotApproved
from plant_models.shifts import DAY, HOUR
from twin import Certain, Chance, SimulatedFloor, opening, rule, run
from ui import levels
from ui.desk import Desk

APP = Path(__file__).parents[2] / "ui" / "app.py"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    folder = tmp_path / "ws"
    monkeypatch.setenv("FORESHIFT_WORKSPACE", str(folder))
    monkeypatch.setenv("FORESHIFT_USER", "ann")
    return Desk.begin(folder, read.scenario("machine-shop"), by="ann")


def page(name: str) -> AppTest:
    """One page of the app, run once."""
    script = f"from ui.views import {name}\n{name}.page()\n"
    return AppTest.from_string(script, default_timeout=30).run()


def test_the_app_opens_on_the_floor(desk: Desk) -> None:
    app = AppTest.from_file(str(APP), default_timeout=30).run()
    assert not app.exception
    assert app.title[0].value == "Floor"
    assert "11 idle" in app.caption[1].value or any("11 idle" in caption.value for caption in app.caption)
    assert app.sidebar.text_input[0].value == "ann"


def test_a_schedule_without_plans_asks_for_one(desk: Desk) -> None:
    app = page("schedule")
    assert not app.exception
    assert any("No plan was proposed yet" in info.value for info in app.info)


def test_the_gate_refuses_on_the_page_what_it_refuses_anywhere(desk: Desk) -> None:
    digest = desk.propose(desk.plan_of("edd"), by="ann")
    desk.rehearse_proposal(digest, by="ann", runs=2, workers=1)
    app = page("schedule")
    assert not app.exception
    app.button(key="approve").click().run()
    assert any("someone else" in error.value for error in app.error)
    assert desk.standings[digest].status == "rehearsed"


def test_the_page_says_what_the_plant_refused(desk: Desk) -> None:
    digest = desk.propose(desk.plan_of("edd"), by="ann")
    desk.journal.append(
        PlanReleased(at=clock.now(), by="bob", digest=digest),
        CommandSent(at=clock.now(), by="bridge", command="Store", machine="saw-1", job_orders=(f"{digest[:12]}/o/0",)),
        PlanRecalled(at=clock.now(), by="bridge", digest=digest, reason="Store at saw-1: no tool"),
    )
    app = page("schedule")
    assert not app.exception
    assert [error.value for error in app.error] == ["the plant did not take the plan: Store at saw-1: no tool"]


def test_the_page_says_by_when_a_plan_has_to_be_handed_over_and_that_it_was_not(desk: Desk) -> None:
    digest = desk.propose(desk.plan_of("edd"), by="ann")
    desk.rehearse_proposal(digest, by="ann", runs=2, workers=1)
    desk.approve(digest, by="bob")
    permit = desk.release(digest, by="bob")
    (warning,) = page("schedule").warning
    assert "has to be handed over by Mon 05 Jan 06:30" in warning.value
    with pytest.raises(NotApproved):
        gate.begin(desk.journal, permit, now=permit.fresh_until + 1)
    app = page("schedule")
    assert not app.exception and not app.warning
    (error,) = app.error
    assert error.value.startswith("the plan was not handed over: its rehearsal was too old")


def test_the_journal_is_listed_and_verified(desk: Desk) -> None:
    app = page("journal")
    app.button(key="verify").click().run()
    assert not app.exception
    assert any("each as it was written" in said.value for said in app.success)


@pytest.mark.parametrize(("name", "control"), [("floor", "floor shows"), ("journal", "what")])
def test_what_happened_can_be_watched_as_a_film(desk: Desk, name: str, control: str) -> None:
    app = AppTest.from_string(f"from ui.views import {name}\n{name}.page()\n", default_timeout=30)
    app.session_state[control] = "Film"
    app.run()
    assert not app.exception
    assert any("What happened until Mon 05 Jan 06:00" in caption.value for caption in app.caption)
    app.button(key=f"{name} update").click().run()
    assert not app.exception


def test_a_plan_can_be_watched_before_it_is_released(desk: Desk) -> None:
    digest = desk.propose(desk.plan_of("edd"), by="ann")
    app = page("schedule")
    app.button(key="play plan").click().run()
    assert not app.exception
    scene = app.session_state[f"film {digest}"]
    assert digest[:8] in scene.subtitle
    assert all(reel.cues[-1].stage == "finished" for reel in scene.film.orders.values())


def test_the_floor_shows_what_it_draws_where_the_plant_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORESHIFT_WORKSPACE", str(tmp_path / "ws"))
    monkeypatch.setenv("FORESHIFT_USER", "ann")
    line = read.scenario("bottling-line")
    desk = Desk.begin(tmp_path / "ws", line.with_orders(line.orders[:5]), by="ann")
    run(SimulatedFloor(line.plant, desk.state.copy(), Certain(), desk.journal.append), rule("fifo"), 3_600_000)
    desk.journal.close()
    app = AppTest.from_string("from ui.views import floor\nfloor.page()\n", default_timeout=30).run()
    assert any("drawing 78 kW" in caption.value for caption in app.caption)
    app.session_state["floor shows"] = "Energy"
    app.run()
    assert not app.exception
    assert {metric.label for metric in app.metric} >= {"Energy", "Peak demand", "CO2"}
    assert any("the highest average over 15 minutes is" in caption.value for caption in app.caption)


def test_the_floor_shows_its_stocks_and_who_waits_for_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORESHIFT_WORKSPACE", str(tmp_path / "ws"))
    monkeypatch.setenv("FORESHIFT_USER", "ann")
    wings = read.scenario("aerospace")
    desk = Desk.begin(tmp_path / "ws", wings, by="ann")
    run(SimulatedFloor(wings.plant, desk.state.copy(), Chance(1), desk.journal.append), rule("edd"), 6 * DAY)
    history = levels.levels(wings.plant, opening(wings.plant), desk.journal.facts(), desk.state.now)
    waiting = levels.now_short(desk.state, history)
    stocks = {name: stock.level for name, stock in desk.state.stocks.items()}
    desk.journal.close()
    app = AppTest.from_string("from ui.views import floor\nfloor.page()\n", default_timeout=30).run()
    app.session_state["floor shows"] = "Stocks"
    app.run()
    assert not app.exception
    table = app.dataframe[0].value.set_index("material")
    assert dict(table["in stock"]) == stocks
    assert waiting == {"wing-box": ["MSN-2"]}
    assert {name for name in table.index if table.loc[name, "orders waiting"]} == set(waiting)
    assert any("1 order waits for wing-box" in caption.value for caption in app.caption)
    assert all(history[name]["steps"][-1][1] == level for name, level in stocks.items())


def test_the_floor_says_what_each_order_waits_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORESHIFT_WORKSPACE", str(tmp_path / "ws"))
    monkeypatch.setenv("FORESHIFT_USER", "ann")
    wings = read.scenario("aerospace")
    desk = Desk.begin(tmp_path / "ws", wings, by="ann")
    run(SimulatedFloor(wings.plant, desk.state.copy(), Chance(1), desk.journal.append), rule("edd"), 6 * DAY + 8 * HOUR)
    desk.journal.close()
    app = AppTest.from_string("from ui.views import floor\nfloor.page()\n", default_timeout=30).run()
    assert not app.exception
    waits = app.dataframe[0].value.set_index("order")["waits for"]
    waiting = {name for name, order in desk.state.orders.items() if order.stage == "waiting"}
    assert waiting
    assert {name for name in waits.index if waits[name]} >= waiting
    cards = "\n".join(block.proto.body for block in app.html)
    assert "waiting" in cards
    assert "0 good · 0 scrap" not in cards
    assert " ms" not in cards
