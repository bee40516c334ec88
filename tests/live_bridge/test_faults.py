"""What goes wrong: processes are killed, plants vanish, answers are lost. Nothing is lost or doubled, or it is said."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from live_bridge import gate
from live_bridge.commands import Command, carry_out, job_order_lists
from live_bridge.floor import OpcUaFloor
from live_bridge.plant_process import PlantProcess, free_endpoint
from live_bridge.reconcile import open_commands, settle_open
from live_bridge.trial import break_down, set_speed
from live_bridge.virtual import Setting
from plant_models.deeds import CommandSent, ConnectionLost, ConnectionRestored
from plant_models.errors import FloorLost
from plant_models.events import BrokeDown
from tests.live_bridge.conftest import Serve
from tests.live_bridge.shops import plan_by, shop
from tests.live_bridge.test_floor import permit_for, take_in, with_orders
from tests.live_bridge.test_mirror import as_it_was, watch
from twin.journal import Journal, replay

PROGRAM = Path(__file__).with_name("shift_process.py")


def shift_process(journal: Path, endpoint: str) -> "subprocess.Popen[bytes]":
    root = PROGRAM.parents[2]
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), str(journal), endpoint],
        stdout=subprocess.PIPE,
        cwd=root,
        env={"PYTHONPATH": str(root), "PATH": ""},
    )


def until(reached: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.01)


def has_facts(journal: Journal, wanted: int) -> bool:
    return sum(1 for _ in journal.facts()) >= wanted


def test_a_shift_whose_process_is_killed_again_and_again_loses_and_doubles_nothing(
    serve: Serve, tmp_path: Path
) -> None:
    plant, where = serve(speed=0.0, truth=11), tmp_path / "journal.db"
    with Journal(where) as journal:
        take_in(journal, 8)
        with watch(plant, journal) as mirror:
            mirror.connect()
            permit_for(mirror, journal, plan_by(mirror.plant, mirror.snapshot()))
        first = shift_process(where, plant.endpoint)  # killed while it hands out the plan
        until(lambda: any(isinstance(deed, CommandSent) for deed in journal.deeds()))
        first.kill()
        first.wait()
        with watch(plant) as outside:
            outside.connect()
            set_speed(outside, 1000.0)
        for wanted in (40, 75):  # killed while it follows
            process = shift_process(where, plant.endpoint)
            until(partial(has_facts, journal, wanted))
            process.kill()
            process.wait()
        last = shift_process(where, plant.endpoint)
        out, _ = last.communicate(timeout=60)
        assert out == b"finished\n"
        assert not open_commands(journal)
        told: list[object] = []
        with watch(plant) as outside:
            outside.listeners.append(told.append)
            outside.connect()
        kept = list(journal.facts())[8:]
        assert len(kept) >= 100
        assert kept == told[: len(kept)]
        journal.verify()


def test_a_plant_that_stands_still_for_ten_seconds_is_followed_again_without_a_gap(serve: Serve) -> None:
    plant, journal = serve(orders="scenario", rule="edd", speed=100.0), Journal.in_memory()
    with watch(plant, journal, patience=1.0) as mirror:
        mirror.connect()
        plant.freeze()
        try:
            assert mirror.wait_for(lambda m: not m.is_live, 3.0), "silence was not noticed"
            assert "sign of life" in mirror.trouble or "did not" in mirror.trouble
            mirror.wait_for(lambda m: False, 9.0)
        finally:
            plant.thaw()
        mirror.connect(10.0)
        seen = mirror.snapshot()
        assert seen == as_it_was(plant, seen.now)
    told = replay(mirror.plant, journal.facts())
    told.now = seen.now
    assert told == seen
    words = [type(deed) for deed in journal.deeds()]
    assert words == [ConnectionRestored, ConnectionLost, ConnectionRestored]


def test_a_plant_that_was_killed_and_remembers_goes_on_where_it_was(tmp_path: Path) -> None:
    setting = Setting(
        scenario=shop(),
        endpoint=free_endpoint(),
        speed=600.0,
        orders="scenario",
        rule="fifo",
        security="none",
        memory=tmp_path / "memory",
    )
    plant, journal = PlantProcess(setting), Journal.in_memory()
    try:
        with watch(plant, journal, patience=1.0) as mirror:
            mirror.connect()
            mirror.wait_for(lambda m: m.number > 20, 10)
            break_down(mirror, "saw", 30.0)
            mirror.wait(0.3)
            plant.kill()
            assert mirror.wait_for(lambda m: not m.is_live, 3.0)
            plant = PlantProcess(setting)
            mirror.connect(10.0)
            before = mirror.number
            mirror.wait_for(lambda m: m.number > before + 20, 10)
            seen = mirror.snapshot()
            broken = [fact for fact in journal.facts() if isinstance(fact, BrokeDown) and fact.machine == "saw"]
            works = replace(setting, memory=None).works()
            works.work(broken[0].time)
            works.break_down("saw", 30.0)
            works.work(seen.now)
            assert seen == works.state
    finally:
        plant.stop()


def test_a_plant_that_lost_its_memory_is_reported_and_not_guessed_at(tmp_path: Path) -> None:
    setting = Setting(scenario=shop(), endpoint=free_endpoint(), speed=0.0, security="none")
    plant, journal = PlantProcess(setting), with_orders()
    try:
        with watch(plant, journal, patience=1.0) as mirror:
            mirror.connect()
            permit = permit_for(mirror, journal, plan_by(mirror.plant, mirror.snapshot()))
            floor = OpcUaFloor(mirror, permit)
            assert floor.release().outcome == "confirmed"
            plant.kill()
            mirror.wait_for(lambda m: not m.is_live, 3.0)
            with pytest.raises(FloorLost):
                floor.release()
            plant = PlantProcess(setting)
            assert mirror.wait_for(lambda m: m.unknown_since is not None, 10.0)
            assert "new run" in mirror.trouble
            with pytest.raises(FloorLost, match="unknown since"):
                mirror.connect()
        restored = [deed for deed in journal.deeds() if isinstance(deed, ConnectionRestored)]
        assert restored[-1].missed is None
    finally:
        plant.stop()


def test_facts_that_a_plant_has_forgotten_make_its_state_unknown(serve: Serve) -> None:
    plant, journal = serve(orders="scenario", rule="fifo", speed=2000.0, keep=10), Journal.in_memory()
    with watch(plant, journal) as mirror:
        mirror.wait_for(lambda m: m.unknown_since is not None, 10.0)
        assert "forgotten" in mirror.trouble


def test_a_lost_answer_is_settled_by_reading_what_the_machine_has_and_nothing_is_sent_twice(serve: Serve) -> None:
    plant, journal = serve(speed=0.0), with_orders()
    with watch(plant, journal, patience=1.0) as mirror:
        mirror.connect()
        floor = OpcUaFloor(mirror, permit_for(mirror, journal, plan_by(mirror.plant, mirror.snapshot())))
        store = Command(method="Store", machine="saw", jobs=floor._jobs["saw"])
        plant.freeze()
        thaw = threading.Timer(2.0, plant.thaw)
        thaw.start()
        (settled,) = carry_out(mirror, floor.permit, [store])
        thaw.join()
        assert settled.outcome == "confirmed" and "the answer was lost" in settled.detail
        mirror.connect(10.0)
        assert len(job_order_lists(mirror, ["saw"])["saw"]) == len(store.jobs)
        assert floor.release().outcome == "confirmed"


def test_a_command_whose_outcome_nobody_knows_is_unresolved_until_the_plant_can_be_asked(serve: Serve) -> None:
    plant, journal = serve(speed=0.0), with_orders()
    with watch(plant, journal, patience=0.5) as mirror:
        mirror.connect()
        floor = OpcUaFloor(mirror, permit_for(mirror, journal, plan_by(mirror.plant, mirror.snapshot())))
        plant.freeze()
        (settled,) = carry_out(mirror, floor.permit, [Command(method="Store", machine="saw", jobs=floor._jobs["saw"])])
        assert settled.outcome == "unresolved"
        assert [deed.command for deed in open_commands(journal)] == ["Store"]
        plant.thaw()
        mirror.connect(10.0)
        (found,) = settle_open(mirror)
        assert found.outcome in ("confirmed", "refused")
        assert not open_commands(journal)
        assert floor.release().outcome == "confirmed"


def test_a_plan_is_not_sent_to_a_plant_that_nobody_sees(serve: Serve) -> None:
    plant, journal = serve(speed=0.0), with_orders()
    with watch(plant, journal, patience=0.7) as mirror:
        mirror.connect()
        floor = OpcUaFloor(mirror, permit_for(mirror, journal, plan_by(mirror.plant, mirror.snapshot())))
        plant.freeze()
        mirror.wait_for(lambda m: not m.is_live, 3.0)
        with pytest.raises(FloorLost):
            floor.release()
        plant.thaw()
    assert not [deed for deed in journal.deeds() if isinstance(deed, CommandSent)]
    standing = gate.in_force(journal)
    assert standing is not None
