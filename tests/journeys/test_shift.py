"""A planner's walk: propose, rehearse, approve, release, follow, plan again, against a plant in its own process."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from live_bridge import Setting, gate, plant_server, trial
from plant_models import read
from plant_models.deeds import CommandSent
from plant_models.errors import InvalidPlant, NotApproved
from plant_models.shifts import MINUTE
from ui import jobs
from ui.desk import Desk
from ui.follower import Follower


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.begin(tmp_path / "ws", read.scenario("machine-shop"), by="ann")


@pytest.fixture
def follower(desk: Desk) -> Iterator[Follower]:
    assert desk.workspace is not None
    setting = Setting(
        scenario=desk.scenario, endpoint="opc.tcp://127.0.0.1:0", speed=1, truth=3, folder=desk.workspace.certificates
    )
    with plant_server(setting) as plant:
        follower = Follower(desk, plant.endpoint)
        try:
            follower.mirror.connect(30)
            yield follower
        finally:
            follower.close()


def ready(desk: Desk, rule: str) -> str:
    """A plan by *rule* that only waits to be released."""
    digest = desk.propose(desk.plan_of(rule), by="ann")
    desk.rehearse_proposal(digest, by="ann", runs=4, workers=1)
    desk.approve(digest, by="bob")
    return digest


def look_until(follower: Follower, deliveries: int) -> None:
    for _ in range(100):
        follower.look(0.1)
        if len(follower.deliveries) >= deliveries:
            return
    raise AssertionError(f"nothing was delivered: {follower.last_words}")


def test_a_shift_is_released_followed_and_planned_again(desk: Desk, follower: Follower) -> None:
    first = ready(desk, "atc")
    desk.release(first, by="bob")
    look_until(follower, 1)
    assert follower.deliveries[-1].outcome == "confirmed"
    assert {deed.outcome for deed in desk.acknowledgements(first).values()} == {"confirmed"}

    trial.set_speed(follower.mirror, 5000)
    follower.mirror.wait_for(lambda mirror: mirror.state.machines["saw-1"].phase == "work", 20)
    trial.set_speed(follower.mirror, 1)
    trial.break_down(follower.mirror, "mill-1", 240)
    follower.mirror.wait_for(lambda mirror: mirror.state.machines["mill-1"].down is not None, 10)
    follower.look()
    desk.repairs["mill-1"] = desk.state.now + 4 * 3_600_000
    begun = {m.order for m in desk.state.machines.values() if m.order is not None}
    second = ready(desk, "edd")
    assert begun
    desk.release(second, by="bob")
    look_until(follower, 2)
    assert follower.deliveries[-1].outcome == "confirmed"
    assert {digest: s.status for digest, s in desk.standings.items()} == {first: "superseded", second: "released"}
    assert desk.journal.verify() == len(desk.journal)


def test_whoever_follows_for_the_pages_waits_until_nobody_else_does(desk: Desk, follower: Follower) -> None:
    assert desk.workspace is not None
    folder, log = str(desk.workspace.folder), desk.workspace.log
    with jobs.start("ui.follow", folder, follower.endpoint, log=log) as waiting:
        try:
            for _ in range(300):
                follower.look(0.1)
                if "end that process first" in log.read_text():
                    break
            assert f"process {os.getpid()} on " in log.read_text()
            assert follower.mirror.is_live
            follower.close()
            assert _soon(lambda: desk.connection.is_live)
        finally:
            jobs.stop(waiting.pid)


def _soon(reached: Callable[[], bool], patience: float = 20.0) -> bool:
    end = time.monotonic() + patience
    while not reached() and time.monotonic() < end:
        time.sleep(0.1)
    return reached()


def test_a_recalled_plan_is_taken_off_the_machines(desk: Desk, follower: Follower) -> None:
    digest = ready(desk, "edd")
    desk.release(digest, by="bob")
    look_until(follower, 1)
    desk.recall(digest, by="ann", reason="wrong material")
    for _ in range(50):
        follower.look(0.1)
        if (commands := {deed.command for deed in desk.acknowledgements(digest).values()}) == {"Cancel"}:
            break
    assert commands == {"Cancel"}


def test_plans_that_nobody_followed_in_time_are_withdrawn_and_a_fresh_one_is_taken(
    desk: Desk, follower: Follower
) -> None:
    for rule in ("edd", "atc"):
        desk.release(ready(desk, rule), by="bob")
    trial.set_speed(follower.mirror, 5000)
    assert follower.mirror.wait_for(lambda mirror: mirror.state.now > gate.MAX_AGE + MINUTE, 10)
    trial.set_speed(follower.mirror, 1)
    words = "was not handed over: its rehearsal was too old"
    for _ in range(100):
        follower.look(0.1)
        if words in desk.connection.said:
            break
    assert words in desk.connection.said
    assert [standing.status for standing in desk.standings.values()] == ["recalled", "recalled"]
    assert not [deed for deed in desk.journal.deeds() if isinstance(deed, CommandSent)]
    fresh = ready(desk, "atc")
    desk.release(fresh, by="bob")
    look_until(follower, 1)
    assert desk.standings[fresh].status == "released"
    assert {deed.outcome for deed in desk.acknowledgements(fresh).values()} == {"confirmed"}


def test_what_was_not_rehearsed_is_not_approved(desk: Desk) -> None:
    digest = desk.propose(desk.plan_of("edd"), by="ann")
    with pytest.raises(NotApproved, match="not rehearsed"):
        desk.approve(digest, by="bob")


def test_nobody_approves_their_own_plan(desk: Desk) -> None:
    digest = desk.propose(desk.plan_of("edd"), by="ann")
    desk.rehearse_proposal(digest, by="ann", runs=2, workers=1)
    with pytest.raises(NotApproved, match="someone else"):
        desk.approve(digest, by="ANN ")
    with pytest.raises(NotApproved, match="nobody approved"):
        desk.release(digest, by="bob")


def test_an_order_that_comes_after_the_rehearsal_keeps_the_plan_from_the_floor(desk: Desk, tmp_path: Path) -> None:
    digest = ready(desk, "edd")
    file = tmp_path / "rush.csv"
    file.write_text(
        "order,product,quantity,release,due,weight\nRUSH-1,shaft-30,10,2026-01-05T06:00,2026-01-05T20:00,4\n"
    )
    assert desk.import_orders(file, by="ann").added == ("RUSH-1",)
    with pytest.raises(NotApproved, match="RUSH-1"):
        desk.release(digest, by="bob")


def test_a_workspace_is_begun_once(desk: Desk) -> None:
    assert desk.workspace is not None
    with pytest.raises(InvalidPlant, match="begun here before"):
        Desk.begin(desk.workspace.folder, desk.scenario, by="ann")
