"""Watching a plant: the floor seen through OPC UA is the floor."""

import asyncio
import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from live_bridge.mirror import OpcUaMirror
from live_bridge.opcua import _cancel
from live_bridge.plant_process import PlantProcess
from plant_models.deeds import ConnectionRestored
from plant_models.errors import FloorLost
from plant_models.shifts import HOUR
from tests.live_bridge.conftest import Serve
from tests.live_bridge.shops import shop
from twin.journal import Journal, replay
from twin.state import State


def watch(plant: PlantProcess, journal: Journal | None = None, **changes: object) -> OpcUaMirror:
    return OpcUaMirror(plant.endpoint, shop().plant, journal, security="none", **changes)


def as_it_was(plant: PlantProcess, now: int) -> State:
    """The state of an equal plant that worked by itself until *now*: times are drawn by name, so it is the same."""
    works = plant.setting.works()
    works.work(now)
    return works.state


def test_the_floor_seen_through_opc_ua_is_the_floor(serve: Serve) -> None:
    plant = serve(orders="scenario", rule="edd", speed=2000.0, truth=7)
    journal = Journal.in_memory()
    with watch(plant, journal) as mirror:
        mirror.connect()
        assert mirror.wait_for(lambda m: m.state.now > 3 * HOUR and m.is_live, 20)
        seen = mirror.snapshot()
        assert seen == as_it_was(plant, seen.now)
        told = replay(mirror.plant, journal.facts())
        told.now = seen.now
        assert told == seen
        assert sum(1 for _ in journal.facts()) == mirror.number


def test_a_mirror_that_comes_late_is_told_everything(serve: Serve) -> None:
    plant = serve(orders="scenario", rule="spt", speed=2000.0)
    with watch(plant) as early:
        early.connect()
        early.wait_for(lambda m: m.state.now > HOUR, 10)
        with watch(plant) as late:
            late.connect()
            seen = late.snapshot()
            assert seen == as_it_was(plant, seen.now)


def test_a_journal_is_written_by_one_mirror_at_a_time(serve: Serve, tmp_path: Path) -> None:
    plant = serve(orders="scenario", rule="fifo")
    file = tmp_path / "journal.db"
    with Journal(file) as one, Journal(file) as other, watch(plant, one) as mirror:
        mirror.connect()
        with pytest.raises(FloorLost, match=f"process {os.getpid()} on .*, following {plant.endpoint} since .* writes"):
            watch(plant, other)
        with watch(plant) as beside:  # without a journal anybody may look
            beside.connect()
        mirror.close()
        with watch(plant, other) as next_one:
            next_one.connect()
            assert next_one.number >= mirror.number


def test_a_process_that_was_killed_leaves_its_journal_to_the_next(serve: Serve, tmp_path: Path) -> None:
    plant, where = serve(speed=0.0), tmp_path / "journal.db"
    program = (
        "import sys; from pathlib import Path; from live_bridge.lease import Lease; "
        "lease = Lease(Path(sys.argv[1]), 'waiting'); print('held', flush=True); sys.stdin.read()"
    )
    words = [sys.executable, "-c", program, str(where)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder, Journal(where) as journal:
        assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
        with pytest.raises(FloorLost, match=f"process {holder.pid} on .*, waiting since .* end that process first"):
            watch(plant, journal)
        holder.kill()
        holder.wait()
        with watch(plant, journal) as mirror:
            mirror.connect()


def test_hanging_up_does_not_wait_for_a_task_that_lost_its_cancellation() -> None:
    """As `asyncio.wait_for` of Python 3.11 does, where an answer comes at the same moment."""

    async def forgetful() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        await asyncio.sleep(60)

    async def hang_up() -> bool:
        task = asyncio.create_task(forgetful())
        await asyncio.sleep(0)
        await asyncio.wait_for(_cancel(task), 10)
        return task.cancelled()

    assert asyncio.run(hang_up())


def test_a_mirror_goes_on_behind_the_last_fact_in_its_journal(serve: Serve, tmp_path: Path) -> None:
    plant = serve(orders="scenario", rule="fifo", speed=2000.0)
    with Journal(tmp_path / "journal.db") as journal:
        with watch(plant, journal) as mirror:
            mirror.connect()
            mirror.wait_for(lambda m: m.number > 30, 10)
        before = mirror.number
        with watch(plant, journal) as mirror:
            assert mirror.number == before
            mirror.connect()
            mirror.wait_for(lambda m: m.number > before + 10, 10)
            seen = mirror.snapshot()
        assert seen == as_it_was(plant, seen.now)
        assert journal.verify() > 0
        deeds = [deed for deed in journal.deeds() if isinstance(deed, ConnectionRestored)]
        assert len(deeds) == 2
        assert {deed.run for deed in deeds} == {mirror.run}
