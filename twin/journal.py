"""The plant's memory: everything that happened, on the floor and at the desk, in one append-only, hash-chained journal.

An entry is a fact of the floor or a deed of the desk, as one line of JSON. Its hash covers the hash of the entry
before it, so that nothing can be changed, taken out, put in or moved without every later hash being wrong. What a
chain cannot tell by itself is that its last entries are missing: keep a `head` elsewhere, and `verify` against it.
"""

import hashlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, get_args

import msgspec
import sqlalchemy as sql
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from plant_models import clock
from plant_models.deeds import AnyDeed, Deed
from plant_models.errors import CorruptJournal
from plant_models.events import Event, Fact
from plant_models.plant import Plant
from twin.state import State, apply
from twin.state import opening as empty_floor

GENESIS = "0" * 64
"""What stands before the first entry."""

_PAGE = 2_000
_ATTEMPTS = 10

_FACTS = tuple(kind.__name__ for kind in get_args(Event))
_DEEDS = tuple(kind.__name__ for kind in get_args(AnyDeed))
_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(Event | AnyDeed)
_encode = msgspec.json.Encoder(order="deterministic").encode

_metadata = sql.MetaData()
_ENTRIES = sql.Table(
    "journal_entries",
    _metadata,
    sql.Column("seq", sql.Integer, primary_key=True, autoincrement=False),
    sql.Column("written_at", sql.String(32), nullable=False),
    sql.Column("kind", sql.String(32), nullable=False, index=True),
    sql.Column("line", sql.Text, nullable=False),
    sql.Column("hash", sql.String(64), nullable=False),
)

_REFUSALS = {
    "sqlite": [
        f"CREATE TRIGGER journal_entries_no_{verb} BEFORE {verb} ON journal_entries "
        f"BEGIN SELECT RAISE(ABORT, 'the journal is append-only: no {verb}'); END"
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        "CREATE FUNCTION journal_entries_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$",
        "CREATE TRIGGER journal_entries_append_only BEFORE UPDATE OR DELETE ON journal_entries "
        "FOR EACH ROW EXECUTE FUNCTION journal_entries_refuse()",
    ],
}
for _dialect, _statements in _REFUSALS.items():
    for _statement in _statements:
        _made = sql.DDL(_statement).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]  # SQLAlchemy's
        sql.event.listen(_ENTRIES, "after_create", _made)


class Entry(NamedTuple):
    """One entry: the *seq*-th, written at *written_at* (UTC), with the *hash* of the chain up to and with it."""

    seq: int
    written_at: datetime
    entry: Event | AnyDeed
    hash: str


class Journal:
    """An append-only journal in a database.

    Parameters
    ----------
    where
        A path to an SQLite file, or any SQLAlchemy URL.
    read_only
        Look, and never write; the journal must exist.

    Raises
    ------
    FileNotFoundError
        Where a journal is to be read that does not exist, or written in a folder that does not.
    CorruptJournal
        Where there is something at *where* that is no journal.
    """

    def __init__(self, where: str | Path, *, read_only: bool = False) -> None:
        self.where, self.read_only = str(where), read_only
        self._lock = threading.RLock()
        self._engine = _engine(self.where, read_only)
        try:
            self._open()
        except (DBAPIError, CorruptJournal):
            self._engine.dispose()
            raise

    @classmethod
    def in_memory(cls) -> "Journal":
        """A journal that is gone when it is closed."""
        return cls("sqlite://")

    def append(self, *entries: Fact | Deed) -> str:
        """Write *entries*, all or none, and return the new head.

        Two processes may write to one journal; each call's entries stand together.

        Raises
        ------
        ValueError
            Where an entry could not be read back as what it is, or the journal is open for reading only.
        """
        if self.read_only:
            raise ValueError(f"journal {self.where}: it is open for reading only")
        written = [(type(entry).__name__, _line(entry)) for entry in entries]
        with self._lock:
            for _ in range(_ATTEMPTS):
                try:
                    return self._write(written)
                except IntegrityError:  # another process took the number first: a database without BEGIN IMMEDIATE
                    continue
        raise TimeoutError(f"journal {self.where}: others write all the time; tried {_ATTEMPTS} times")

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Every entry after the *after*-th, first written first."""
        for seq, written_at, _, line, digest in self._rows(after):
            yield Entry(seq, datetime.fromisoformat(written_at), self._decode(seq, line), digest)

    def facts(self, after: int = 0) -> Iterator[Event]:
        """What happened on the floor, after the *after*-th entry."""
        for seq, _, _, line, _ in self._rows(after, _FACTS):
            yield self._decode(seq, line)

    def deeds(self, after: int = 0) -> Iterator[AnyDeed]:
        """What was done at the desk, after the *after*-th entry."""
        for seq, _, _, line, _ in self._rows(after, _DEEDS):
            yield self._decode(seq, line)

    @property
    def file(self) -> Path | None:
        """Where it is kept; None in memory and on a database server."""
        if "://" not in self.where:
            return Path(self.where).absolute()
        url = self._engine.url
        is_file = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
        return Path(str(url.database)).absolute() if is_file else None

    @property
    def head(self) -> str:
        """The hash of the last entry, which stands for all of them."""
        return self._last()[1]

    def __len__(self) -> int:
        return self._last()[0]

    def verify(self, head: str | None = None) -> int:
        """Check every entry against the chain and return how many there are.

        Parameters
        ----------
        head
            A head that was noted before. The journal must still contain it: without it, entries that were cut off
            the end are not missed.

        Raises
        ------
        CorruptJournal
            Naming the first entry that is not as it was written.
        """
        expected, last, is_anchored = GENESIS, 0, head is None or head == GENESIS
        for seq, written_at, kind, line, digest in self._rows(0):
            if seq != last + 1:
                raise CorruptJournal(
                    f"journal {self.where}: entry {last + 1} is missing; after entry {last} comes entry {seq}"
                )
            expected = _link(expected, seq, written_at, line)
            if expected != digest:
                raise CorruptJournal(
                    f"journal {self.where}: entry {seq} ({kind}, written {written_at}) does not fit the chain: "
                    "it or an entry before it was changed, put in or moved after it was written"
                )
            if type(self._decode(seq, line)).__name__ != kind:
                raise CorruptJournal(f"journal {self.where}: entry {seq} is not the {kind!r} that it is filed as")
            last, is_anchored = seq, is_anchored or digest == head
        if not is_anchored:
            raise CorruptJournal(
                f"journal {self.where}: it ends after entry {last} and does not contain the head {head}: "
                "entries were cut off its end, or it is another journal"
            )
        return last

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> "Journal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- the database -----------------------------------------------------------------------------------------------

    def _open(self) -> None:
        try:
            tables = set(sql.inspect(self._engine).get_table_names())
            if _ENTRIES.name not in tables:
                if tables or self.read_only:
                    found = f"tables {', '.join(sorted(tables))}" if tables else "no tables"
                    raise CorruptJournal(f"{self.where} is no journal: it has {found}, wanted {_ENTRIES.name!r}")
                self._create()
        except OperationalError as error:
            raise CorruptJournal(f"{self.where} cannot be opened as a journal: {error.orig}") from None
        except DBAPIError as error:
            raise CorruptJournal(f"{self.where} is no journal: {error.orig}") from None

    def _create(self) -> None:
        if self._engine.dialect.name == "sqlite":
            file = self._engine.raw_connection()
            file.cursor().execute("PRAGMA journal_mode=WAL")  # stays with the file
            file.close()
        with self._engine.execution_options(writes=True).begin() as connection:
            _metadata.create_all(connection)

    def _write(self, written: Sequence[tuple[str, str]]) -> str:
        with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            seq, head = _last_row(connection)
            at, rows = clock.now().astimezone(UTC).isoformat(), []
            for kind, line in written:
                seq += 1
                head = _link(head, seq, at, line)
                rows.append({"seq": seq, "written_at": at, "kind": kind, "line": line, "hash": head})
            if rows:
                connection.execute(_ENTRIES.insert(), rows)
            return head

    def _last(self) -> tuple[int, str]:
        with self._lock, self._engine.connect() as connection:
            return _last_row(connection)

    def _rows(self, after: int, kinds: Iterable[str] | None = None) -> Iterator[tuple[int, str, str, str, str]]:
        """The rows after *after*, page by page, so that a long look keeps nobody from writing."""
        query = sql.select(_ENTRIES).order_by(_ENTRIES.c.seq).limit(_PAGE)
        if kinds is not None:
            query = query.where(_ENTRIES.c.kind.in_(kinds))
        while True:
            with self._lock, self._engine.connect() as connection:
                page = connection.execute(query.where(_ENTRIES.c.seq > after)).all()
            for row in page:
                yield row.seq, row.written_at, row.kind, row.line, row.hash
            if len(page) < _PAGE:
                return
            after = page[-1].seq

    def _decode(self, seq: int, line: str) -> Any:
        try:
            return _decoder.decode(line)
        except (msgspec.DecodeError, ValueError) as error:
            raise CorruptJournal(f"journal {self.where}: entry {seq} is no fact and no deed: {error}") from None


def replay(plant: Plant, facts: Iterable[Event], opening: State | None = None) -> State:
    """The floor after *facts*, which begin at *opening* (left alone) or, without one, on an empty floor."""
    state = empty_floor(plant) if opening is None else opening.copy()
    for fact in facts:
        apply(plant, state, fact)
    return state


def _line(entry: Fact | Deed) -> str:
    """The line that stands for *entry*; ValueError where it would not say the same when read."""
    line = _encode(entry)
    if isinstance(entry, Deed) and _decoder.decode(line) != entry:
        raise ValueError(f"{type(entry).__name__} cannot be kept: it reads back as something else ({line.decode()})")
    return line.decode()


def _link(head: str, seq: int, written_at: str, line: str) -> str:
    """The hash of an entry behind *head*."""
    return hashlib.sha256(f"{head}\n{seq}\n{written_at}\n{line}".encode()).hexdigest()


def _last_row(connection: sql.Connection) -> tuple[int, str]:
    row = connection.execute(
        sql.select(_ENTRIES.c.seq, _ENTRIES.c.hash).order_by(_ENTRIES.c.seq.desc()).limit(1)
    ).first()
    return (0, GENESIS) if row is None else (row.seq, row.hash)


def _engine(where: str, read_only: bool) -> sql.Engine:
    if "://" not in where:
        path = Path(where).absolute()
        if read_only and not path.exists():
            raise FileNotFoundError(f"there is no journal {where}")
        if not path.parent.is_dir():
            raise FileNotFoundError(f"journal {where}: there is no folder {path.parent}")
        if path.is_dir():
            raise IsADirectoryError(f"journal {where}: that is a folder, wanted a file")
        where = f"sqlite:///file:{path.as_uri().removeprefix('file://')}?uri=true&mode={'ro' if read_only else 'rwc'}"
    if where in ("sqlite://", "sqlite:///:memory:"):
        engine = sql.create_engine(where, poolclass=sql.StaticPool, connect_args={"check_same_thread": False})
    else:
        engine = sql.create_engine(where)
    if engine.dialect.name == "sqlite":
        sql.event.listen(engine, "connect", _reader_connected if read_only else _writer_connected)
        sql.event.listen(engine, "begin", _begin)
        sql.event.listen(engine, "handle_error", _damaged)
    return engine


def _damaged(context: sql.engine.ExceptionContext) -> None:
    """Call a file whose pages are damaged what it is."""
    error = context.original_exception
    if isinstance(error, sqlite3.DatabaseError) and "malformed" in str(error):
        file = context.engine.url.database if context.engine else None
        name = (file or "").removeprefix("file:").partition("?")[0]
        raise CorruptJournal(
            f"journal {name}: the file is damaged ({error}); restore it from a copy, nothing in it can be relied on"
        )


def _writer_connected(connection: Any, _: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's events say BEGIN, not the driver
    for pragma in ("busy_timeout=30000", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _reader_connected(connection: Any, _: object) -> None:
    connection.isolation_level = None
    for pragma in ("busy_timeout=30000", "query_only=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sql.Connection) -> None:
    """Writers take the journal before they look at its head, so that no two continue from the same one."""
    is_writing = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
