"""What runs for a while, as processes: it says where it is, ends when it is asked to, and leaves nothing behind."""

import json
import signal
import socket
import time
from collections.abc import Callable, Iterator
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from urllib.request import urlopen

import pytest

from live_bridge import OpcUaMirror, gate, trial
from plant_models import clock, read, write
from plant_models.deeds import CommandSettled, PlanRecalled
from plant_models.shifts import HOUR, MINUTE
from rl.policy import LearnedPolicy
from tests.journeys.front_door import Command, said, started
from tests.rl.shops import small_shop
from ui.desk import Desk

ENDINGS = [(signal.SIGTERM, 0), (signal.SIGINT, 130)]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with a small shop and a workspace for it, in which a plan was released."""
    write.scenario(small_shop(6), tmp_path / "shop.yaml")
    desk = Desk.begin(tmp_path / ".foreshift", read.scenario(tmp_path / "shop.yaml"), by="ann")
    digest = desk.propose(desk.plan_of("atc"), by="ann")
    desk.rehearse_proposal(digest, by="ann", runs=2, workers=1)
    desk.approve(digest, by="bob")
    desk.release(digest, by="bob")
    return tmp_path


@pytest.fixture
def plant(shop: Path) -> Iterator[Command]:
    """The plant of that shop, as fast as the clock."""
    with started("plant", "shop.yaml", "--port", "0", "--speed", "1", "--json", folder=shop) as plant:
        yield plant


@pytest.mark.parametrize(("message", "code"), ENDINGS)
def test_a_plant_serves_until_it_is_asked_to_end(tmp_path: Path, message: signal.Signals, code: int) -> None:
    with started("plant", "bottling-line", "--port", "0", "--json", folder=tmp_path) as command:
        endpoint = command.line()["endpoint"]
        port = int(endpoint.rpartition(":")[2])
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
        command.interrupt(message)
        assert command.code() == code
        assert not command.left()
        assert command.errors.splitlines() == (["foreshift: stopped"] if code else [])
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=5)


@pytest.mark.slow
def test_a_shift_that_was_killed_goes_on_to_the_end(shop: Path, plant: Command) -> None:
    endpoint = plant.line()["endpoint"]
    desk = Desk.open(shop / ".foreshift")
    with started("shift", "--plant", endpoint, folder=shop) as first:
        _wait_for(lambda: "confirmed" in first.errors)
        _set_speed(desk, endpoint, 3000)
        _wait_for(lambda: desk.state.now > HOUR)
        first.process.kill()
    _goes_on_to_the_end(desk, shop, endpoint)


@pytest.mark.slow
def test_a_shift_that_was_killed_while_it_handed_the_plan_over_goes_on_to_the_end(shop: Path, plant: Command) -> None:
    endpoint = plant.line()["endpoint"]
    desk = Desk.open(shop / ".foreshift")
    (digest,) = desk.standings
    with started("shift", "--plant", endpoint, folder=shop) as first:
        _wait_for(lambda: gate.was_begun(desk.journal, digest), every=0.005)
        first.process.kill()
    _set_speed(desk, endpoint, 3000)
    _goes_on_to_the_end(desk, shop, endpoint)


def _goes_on_to_the_end(desk: Desk, shop: Path, endpoint: str) -> None:
    before = desk.journal.verify()
    found = said("shift", "--plant", endpoint, folder=shop)
    assert found["ending"] == "finished"
    assert desk.journal.verify() > before
    status = said("status", folder=shop)
    assert status["orders"] == {"finished": 6}
    assert set(status["plans"][0]["acknowledged"].values()) == {"confirmed"}
    assert status["plans"][0]["refusals"] == []


@pytest.mark.slow
def test_a_shift_that_comes_too_late_for_a_plan_says_so(shop: Path, plant: Command) -> None:
    endpoint = plant.line()["endpoint"]
    (waits,) = said("status", folder=shop)["plans"]
    assert waits["waiting"].startswith("no machine was told of it yet; it has to be handed over by")
    desk = Desk.open(shop / ".foreshift")
    _set_speed(desk, endpoint, 3000, until=gate.MAX_AGE + MINUTE)
    with started("shift", "--plant", endpoint, folder=shop) as shift:
        _wait_for(lambda: "was not handed over: its rehearsal was too old" in " ".join(shift.errors.split()))
        (plan,) = said("status", folder=shop)["plans"]
    assert (plan["status"], plan["acknowledged"], plan["waiting"]) == ("recalled", {}, "")
    assert said("rehearse", "--plan", "latest", "--runs", "2", folder=shop)["is_on_record"] is False
    (words,) = plan["refusals"]
    assert words.startswith("the plan was not handed over") and "propose it again and rehearse it" in words


def test_an_interrupted_shift_says_so(shop: Path, plant: Command) -> None:
    endpoint = plant.line()["endpoint"]
    with started("shift", "--plant", endpoint, folder=shop) as shift:
        _wait_for(lambda: "confirmed" in shift.errors)
        with started("shift", "--plant", endpoint, folder=shop) as second:
            assert second.code() == 2
            words = " ".join(second.errors.split())
            assert f"process {shift.process.pid} on " in words and "end that process first" in words
        assert Desk.open(shop / ".foreshift").connection.is_live
        shift.interrupt(signal.SIGINT)
        assert shift.code() == 130
        assert shift.errors.splitlines()[-1] == "foreshift: stopped"
        assert not shift.left()
    recalled = said("recall", "--reason", "wrong material", "--as", "ann", folder=shop)
    assert (recalled["was_sent"], recalled["is_followed"]) == (True, False)
    with started("shift", "--plant", endpoint, folder=shop) as again:
        _wait_for(lambda: "taken off" in again.errors)
        said_there = said("status", folder=shop)
        assert "taken off" in said_there["said"]
        again.interrupt(signal.SIGINT)
        assert again.code() == 130


def test_what_the_plant_refuses_is_said_with_the_plan(shop: Path) -> None:
    desk = Desk.open(shop / ".foreshift")
    (digest,) = desk.standings
    job = f"{digest[:12]}/order-01/0"
    refused = {"command": "Store", "job_orders": (job,), "detail": f"{job}: NO_TOOL", "outcome": "refused"}
    desk.journal.append(CommandSettled(at=clock.now(), by="bridge", machine="saw-1", **refused))
    desk.journal.append(PlanRecalled(at=clock.now(), by="bridge", digest=digest, reason=f"Store at saw-1: {job}"))
    (plan,) = said("status", folder=shop)["plans"]
    assert plan["refusals"] == [
        f"saw-1 refused Store: {job}: NO_TOOL",
        f"the plant did not take the plan: Store at saw-1: {job}",
    ]


@pytest.mark.parametrize(("message", "code"), ENDINGS)
def test_the_pages_open_and_close(tmp_path: Path, message: signal.Signals, code: int) -> None:
    with started("ui", "--port", "0", "--no-browser", "--json", folder=tmp_path) as command:
        url = command.line()["url"]
        with urlopen(url, timeout=5) as page:
            assert b"<title>" in page.read()
        command.interrupt(message)
        assert command.code() == code
        assert not command.left()
        assert command.errors.splitlines() == (["foreshift: stopped"] if code else [])


def test_the_demo_ends_with_an_account(tmp_path: Path) -> None:
    found = said("demo", "--quick", folder=tmp_path)
    assert found["orders"] == 40
    assert len(found["plans"]) == len(found["checks"]) == 2
    assert "<html" in Path(tmp_path / found["report"]).read_text()[:300].lower()


def test_an_interrupted_demo_leaves_nothing_running(tmp_path: Path) -> None:
    with started("demo", "--quick", folder=tmp_path) as command:
        command.wait_for_others(1)
        command.interrupt(signal.SIGINT)
        assert command.code() == 130
        assert command.errors.splitlines() == ["foreshift: stopped"]
        assert not command.left()


def test_an_interrupted_rehearsal_leaves_nothing_running(tmp_path: Path) -> None:
    endless = ("rehearse", "machine-shop", "--engine", "simpy", "--runs", "100000", "--workers", "2")
    with started(*endless, folder=tmp_path) as command:
        command.wait_for_others(2, computed=4)  # to load what they need takes a worker less
        command.interrupt(signal.SIGINT)
        assert command.code() == 130
        assert "foreshift: stopped" in command.errors.splitlines()
        assert "Traceback" not in command.errors
        assert not command.left()


def test_an_erp_file_is_taken_over_and_a_plan_turned_down(tmp_path: Path) -> None:
    Desk.begin(tmp_path / ".foreshift", read.scenario("machine-shop"), by="ann", empty=True)
    with resources.as_file(resources.files("scenarios") / "machine-shop-orders.csv") as orders:
        assert len(said("import", str(orders), folder=tmp_path)["added"]) == 40
        assert len(said("import", str(orders), folder=tmp_path)["unchanged"]) == 40
    desk = Desk.open(tmp_path / ".foreshift")
    desk.propose(desk.plan_of("edd"), by="ann")
    assert said("reject", "--reason", "the saw is due for service", "--as", "bob", folder=tmp_path)["by"] == "bob"
    assert [standing.status for standing in desk.standings.values()] == ["rejected"]


@pytest.mark.skipif(find_spec("torch") is None, reason="the rl extra is not installed")
def test_a_policy_is_trained_and_examined(tmp_path: Path) -> None:
    write.scenario(small_shop(6), tmp_path / "shop.yaml")
    words = ("train", "shop.yaml", "--quick", "--steps", "64", "--books", "1", "--out", "policy", "--json")
    with started(*words, folder=tmp_path) as command:
        out, _ = command.process.communicate(timeout=90)
        assert command.process.returncode == 0, command.errors
        assert command.errors.startswith("Loading torch ...\n")
        for stage in ("The rules play", "gives lessons", "learns by itself", "sits its exams"):
            assert stage in command.errors
    found = json.loads(out)
    assert (found["steps"], found["is_stopped"], len(found["card"]["exams"])) == (64, False, 2)
    assert LearnedPolicy.load(tmp_path / "policy").card.arrays_sha256 == found["card"]["arrays_sha256"]


@pytest.mark.skipif(find_spec("torch") is None, reason="the rl extra is not installed")
def test_interrupted_training_keeps_the_best_network_so_far(tmp_path: Path) -> None:
    write.scenario(small_shop(6), tmp_path / "shop.yaml")
    words = ("train", "shop.yaml", "--quick", "--steps", "1000000", "--books", "1", "--out", "policy", "--json")
    with started(*words, folder=tmp_path) as command:
        _wait_for(lambda: "of the best rule's" in command.errors, 60)
        command.interrupt(signal.SIGINT)
        assert command.code(60) == 0, command.errors
        assert command.process.stdout is not None
        found = json.loads(command.process.stdout.read())
    assert found["is_stopped"] is True
    assert len(LearnedPolicy.load(tmp_path / "policy").card.exams) == 2


def test_training_without_torch_says_how_to_get_it(tmp_path: Path) -> None:
    absent = tmp_path / "absent" / "torch"
    absent.mkdir(parents=True)
    (absent / "__init__.py").write_text("raise ModuleNotFoundError(\"No module named 'torch'\", name='torch')\n")
    with started("train", "machine-shop", folder=tmp_path, paths=(absent.parent,)) as command:
        assert command.code() == 2
        assert "pip install 'foreshift[rl]'" in command.errors
        assert "Traceback" not in command.errors


def _wait_for(reached: Callable[[], bool], patience: float = 30.0, every: float = 0.3) -> None:
    deadline = time.monotonic() + patience
    while not reached():
        assert time.monotonic() < deadline, f"not reached in {patience} s"
        time.sleep(every)


def _set_speed(desk: Desk, endpoint: str, speed: float, *, until: int | None = None) -> None:
    """Let the plant's clock run so fast: from now on, or only until it shows *until*."""
    assert desk.workspace is not None
    with OpcUaMirror(endpoint, desk.plant, folder=desk.workspace.certificates) as outside:
        outside.connect(30)
        trial.set_speed(outside, speed)
        if until is not None:
            assert outside.wait_for(lambda seen: seen.state.now > until, 30)
            trial.set_speed(outside, 1)
