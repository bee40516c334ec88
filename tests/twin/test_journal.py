"""The journal keeps what it was given, and shows when somebody else touched it."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from plant_models.deeds import OrdersImported, PlanApproved, PlanRehearsed
from plant_models.errors import CorruptJournal
from plant_models.events import Event, OrderAdded, OrderReleased, Started
from plant_models.orders import Order
from tests.laws.every import on_every_floor
from tests.laws.worlds import FAR, World
from tests.twin.shops import line, minutes
from twin import Journal, opening, replay, run
from twin.journal import GENESIS

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 1, 5, 6, tzinfo=UTC)
FACTS: list[Event] = [Started(n, "saw", f"o{n}", 0) for n in range(5)]
DEED = PlanApproved(at=AT, by="ada", digest="d" * 64, until=AT)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Journal(tmp_path / "plant.journal") as journal:
        journal.append(*FACTS)
    return tmp_path / "plant.journal"


def test_what_was_written_is_read_in_order() -> None:
    with Journal.in_memory() as journal:
        journal.append(FACTS[0], DEED, FACTS[1])
        assert [entry.entry for entry in journal.entries()] == [FACTS[0], DEED, FACTS[1]]
        assert [entry.seq for entry in journal.entries(after=1)] == [2, 3]
        assert list(journal.facts()) == FACTS[:2]
        assert list(journal.deeds()) == [DEED]
        assert len(journal) == 3
        assert all(entry.written_at.tzinfo is not None for entry in journal.entries())


def test_an_order_and_its_terms_survive_the_journal() -> None:
    added = OrderAdded(3, Order(id="ü-1", product="bolt", quantity=7, due=9, weight=0.1))
    deed = OrdersImported(at=AT, by="ada", source="erp.csv", orders=("ü-1",))
    with Journal.in_memory() as journal:
        journal.append(added, deed)
        assert [entry.entry for entry in journal.entries()] == [added, deed]


def test_an_empty_journal_is_whole_and_its_head_is_the_genesis() -> None:
    with Journal.in_memory() as journal:
        assert journal.verify() == 0
        assert journal.head == GENESIS
        assert journal.verify(GENESIS) == 0
        assert journal.append() == GENESIS


def test_a_journal_is_found_again(path: Path) -> None:
    with Journal(path) as journal:
        journal.append(DEED)
    with Journal(path, read_only=True) as journal:
        assert journal.verify() == 6
        with pytest.raises(ValueError, match="reading only"):
            journal.append(DEED)


def test_a_journal_knows_the_file_in_which_it_is(path: Path) -> None:
    for where in path, f"sqlite:///{path}":
        with Journal(where) as journal:
            assert journal.file == path
    with Journal.in_memory() as journal:
        assert journal.file is None


def test_a_url_does_as_well_as_a_path(tmp_path: Path) -> None:
    with Journal(f"sqlite:///{tmp_path}/by-url.db") as journal:
        journal.append(*FACTS)
    with Journal(tmp_path / "by-url.db") as journal:
        assert list(journal.facts()) == FACTS


def test_a_thousand_facts_fill_more_than_a_page_and_stay_in_order() -> None:
    facts: list[Event] = [Started(n, "saw", "o", 0) for n in range(4_500)]
    with Journal.in_memory() as journal:
        journal.append(*facts)
        assert list(journal.facts()) == facts
        assert list(journal.facts(after=4_499)) == facts[4_499:]


def test_a_deed_that_would_read_back_as_another_is_refused_and_nothing_is_written() -> None:
    deed = PlanRehearsed(at=AT, by="ada", digest="d", now=0, state="s", runs=1, seed=1, figures={"oee": float("nan")})
    with Journal.in_memory() as journal:
        with pytest.raises(ValueError):
            journal.append(FACTS[0], deed)
        assert len(journal) == 0


def _break(path: Path, *statements: str) -> None:
    """Change a journal behind its back, as somebody with the file could."""
    with sqlite3.connect(path) as database:
        database.execute("DROP TRIGGER journal_entries_no_UPDATE")
        database.execute("DROP TRIGGER journal_entries_no_DELETE")
        for statement in statements:
            database.execute(statement)
    database.close()


@pytest.mark.parametrize(
    ("statements", "message"),
    [
        (["UPDATE journal_entries SET line = replace(line, 'saw', 'axe') WHERE seq = 3"], "entry 3 .*does not fit"),
        (["UPDATE journal_entries SET written_at = '2020-01-01T00:00:00+00:00' WHERE seq = 2"], "entry 2 .*fit"),
        (["UPDATE journal_entries SET kind = 'Finished' WHERE seq = 4"], "entry 4 is not the 'Finished'"),
        (["DELETE FROM journal_entries WHERE seq = 2"], "entry 2 is missing"),
        (["DELETE FROM journal_entries WHERE seq = 1"], "entry 1 is missing"),
        (
            [
                "UPDATE journal_entries SET seq = 99 WHERE seq = 2",
                "UPDATE journal_entries SET seq = 2 WHERE seq = 3",
                "UPDATE journal_entries SET seq = 3 WHERE seq = 99",
            ],
            "entry 2 .*does not fit",
        ),
        (
            [
                "DELETE FROM journal_entries WHERE seq = 2",
                "UPDATE journal_entries SET seq = seq - 1 WHERE seq > 2",
            ],
            "entry 2 .*does not fit",
        ),
        (
            [
                "UPDATE journal_entries SET seq = 6 WHERE seq = 5",
                "INSERT INTO journal_entries SELECT 5, written_at, kind, line, hash FROM journal_entries WHERE seq = 4",
            ],
            "entry 5 .*does not fit",
        ),
    ],
    ids=["changed", "redated", "refiled", "deleted", "first deleted", "reordered", "deleted and closed up", "inserted"],
)
def test_tampering_is_found_and_the_first_bad_entry_named(path: Path, statements: list[str], message: str) -> None:
    _break(path, *statements)
    with Journal(path) as journal, pytest.raises(CorruptJournal, match=message):
        journal.verify()


def test_a_cut_tail_is_found_with_the_head_that_was_noted(path: Path) -> None:
    with Journal(path) as journal:
        head = journal.head
        assert journal.verify(head) == 5
        journal.append(DEED)
        assert journal.verify(head) == 6
    _break(path, "DELETE FROM journal_entries WHERE seq > 4")
    with Journal(path) as journal:
        assert journal.verify() == 4
        with pytest.raises(CorruptJournal, match="ends after entry 4"):
            journal.verify(head)


@pytest.mark.parametrize("statement", ["UPDATE journal_entries SET line = ''", "DELETE FROM journal_entries"])
def test_the_database_itself_refuses_to_change_an_entry(path: Path, statement: str) -> None:
    database = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        database.execute(statement)
    database.close()


def test_a_line_that_is_no_entry_is_corrupt_where_it_is_read(path: Path) -> None:
    _break(path, "UPDATE journal_entries SET line = '{}' WHERE seq = 3")
    with Journal(path) as journal, pytest.raises(CorruptJournal, match="entry 3"):
        list(journal.facts())


def _text(path: Path) -> None:
    path.write_text("dear diary " * 1000)


def _other_database(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE recipes (id INTEGER)")
    database.close()


@pytest.mark.parametrize("make", [_text, _other_database])
@pytest.mark.parametrize("read_only", [False, True])
def test_what_is_no_journal_is_refused_and_left_alone(
    tmp_path: Path, make: Callable[[Path], None], read_only: bool
) -> None:
    path = tmp_path / "other"
    make(path)
    before = path.read_bytes()
    with pytest.raises(CorruptJournal, match="is no journal"):
        Journal(path, read_only=read_only)
    assert path.read_bytes() == before


def test_a_journal_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no journal"):
        Journal(tmp_path / "none", read_only=True)
    with pytest.raises(FileNotFoundError, match="no folder"):
        Journal(tmp_path / "nowhere" / "none")
    with pytest.raises(IsADirectoryError):
        Journal(tmp_path)


WRITER = """
import sys
from plant_models.events import Started
from twin.journal import Journal
name, batches = sys.argv[2], int(sys.argv[3])
with Journal(sys.argv[1]) as journal:
    for batch in range(batches):
        journal.append(*(Started(batch, name, f"o{n}", n) for n in range(50)))
        print(batch, flush=True)
"""


def _writer(path: Path, name: str, batches: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(WRITER), str(path), name, str(batches)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ})


def test_a_writer_that_is_killed_leaves_the_journal_whole(tmp_path: Path) -> None:
    path = tmp_path / "plant.journal"
    writer = _writer(path, "saw", 100_000)
    assert writer.stdout is not None
    said = [int(writer.stdout.readline()) for _ in range(20)]
    writer.send_signal(signal.SIGKILL)
    said += [int(line) for line in writer.communicate()[0].split()]
    with Journal(path) as journal:
        count = journal.verify()
        assert count % 50 == 0
        assert count >= 50 * len(said)
        journal.append(DEED)
        assert journal.verify() == count + 1


def test_two_writers_do_not_fork_the_chain(tmp_path: Path) -> None:
    path = tmp_path / "plant.journal"
    writers = [_writer(path, name, 30) for name in ("saw", "mill")]
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    with Journal(path) as journal:
        assert journal.verify() == 2 * 30 * 50
        facts = [fact for fact in journal.facts() if isinstance(fact, Started)]
    for at in range(0, len(facts), 50):
        assert len({(fact.machine, fact.time) for fact in facts[at : at + 50]}) == 1


@on_every_floor(most=20)
def test_replaying_the_journal_gives_the_state(world: World) -> None:
    facts: list[Event] = []
    floor = world.floor(facts)
    run(floor, world.policy, FAR // 30)
    with Journal.in_memory() as journal:
        journal.append(*facts)
        state = replay(world.plant, journal.facts(), opening(world.plant, world.orders))
    state.now = floor.state.now
    assert state == floor.state


def test_replay_begins_on_an_empty_floor_where_nothing_else_is_said() -> None:
    facts = [OrderAdded(0, Order(id="o", product="p"))]
    plant = line(*minutes(1))
    assert replay(plant, facts) == opening(plant, [Order(id="o", product="p")])


def test_a_file_with_a_damaged_page_is_called_damaged(tmp_path: Path) -> None:
    file = tmp_path / "journal.db"
    with Journal(file) as journal:
        journal.append(*(OrderReleased(n, f"order-{n:06}") for n in range(2000)))
    with sqlite3.connect(file) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    damaged = bytearray(file.read_bytes())
    for page in range(5, len(damaged) // 4096 - 1):
        damaged[page * 4096 : (page + 1) * 4096] = b"Z" * 4096
    file.write_bytes(damaged)
    with Journal(file, read_only=True) as journal, pytest.raises(CorruptJournal, match="damaged"):
        journal.verify()
