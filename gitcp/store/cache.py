"""The cache: a SQLite file that holds one commit's records, ready for questions. Deleting it loses nothing."""

import contextlib
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

from gitcp.errors import GitcpError
from gitcp.store import tables

T = TypeVar("T")

DAMAGE: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_PATIENCE: Final = 120.0
_MOST_IDLE: Final = 4
_ROOM, _ROOM_TO_FILL = 2_000, 32_000  # kilobytes

_Identity = tuple[int, int]


class _Reader(sqlite3.Connection):
    """A connection that reads, and which file it reads: somebody may put another in its place."""

    identity: _Identity | None = None


class Cache:
    """One connection that writes, and as many as are asked for that read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._guard = threading.RLock()
        self._idle: deque[_Reader] = deque(maxlen=_MOST_IDLE)
        self._is_closed = False
        self._writer = self._connect()

    def close(self) -> None:
        """Let go of the file; an open transaction is rolled back."""
        self._is_closed = True
        self._writer.close()
        while self._idle:
            self._idle.popleft().close()

    @property
    def writer(self) -> sqlite3.Connection:
        """The connection that writes; others see its changes when the transaction ends well."""
        return self._writer

    def reader(self) -> sqlite3.Connection:
        """Open a connection that sees one state, whatever is written from now on."""
        connection = self._next_idle(self._identity()) or self._new_reader()
        connection.execute("BEGIN")
        return connection

    def give_back(self, reader: sqlite3.Connection) -> None:
        """Take back a reader that nobody asks any more; from any thread, at any time."""
        with contextlib.suppress(sqlite3.Error):
            reader.execute("ROLLBACK")
            if isinstance(reader, _Reader) and not self._is_closed and len(self._idle) < _MOST_IDLE:
                self._idle.append(reader)
                return
        reader.close()

    def _next_idle(self, identity: _Identity | None) -> "_Reader | None":
        with contextlib.suppress(IndexError):
            while True:
                reader = self._idle.popleft()
                if reader.identity == identity:
                    return reader
                reader.close()
        return None

    def _new_reader(self) -> "_Reader":
        identity = self._identity()
        connection = self._open(_Reader)
        assert isinstance(connection, _Reader)
        connection.identity = identity
        connection.execute("PRAGMA query_only = ON")
        return connection

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the cache alone; what was written remains only if the block ends without an exception."""
        with self._guard:
            if self._writer.in_transaction:
                yield
                return
            if self._identity() != self._opened:  # somebody deleted the file, or made another
                self._reconnect()
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                if not is_ours(self._writer):  # a gitcp of another version was here
                    _make_tables(self._writer)
                    _execute_all(self._writer, tables.INDEXES)
                yield
                self._writer.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._writer.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def step(self) -> Iterator[None]:
        """Within a transaction, take back what the block wrote if it raises."""
        self._writer.execute("SAVEPOINT step")
        try:
            yield
        except BaseException:
            self._writer.execute("ROLLBACK TO step")
            raise
        finally:
            self._writer.execute("RELEASE step")

    def get(self, name: str) -> str | None:
        """Return a fact about the cache, or none."""
        return fact(self._writer, name)

    def set(self, name: str, value: str) -> None:
        """Keep a fact about the cache."""
        self._writer.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    @property
    def revision(self) -> str | None:
        """The commit whose records it holds, empty for a branch without commits; none if it was never filled."""
        return self.get("revision")

    @contextlib.contextmanager
    def refilled(self) -> Iterator[None]:
        """Forget everything, within a transaction; what the block writes goes into tables without indexes, which come after it."""
        _make_tables(self._writer)
        self._writer.execute(f"PRAGMA cache_size = -{_ROOM_TO_FILL}")
        try:
            yield
            _execute_all(self._writer, tables.INDEXES)
        finally:
            self._writer.execute(f"PRAGMA cache_size = -{_ROOM}")

    def mended(self, ask: Callable[[], T]) -> T:
        """Ask; if the file turns out to be damaged, throw it away and ask once more."""
        try:
            return ask()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            self.discard()
            return ask()

    def damaged(self, error: sqlite3.DatabaseError) -> GitcpError:
        """Throw the file away, which a question found damaged, and return what to tell who asked."""
        self.discard()
        return GitcpError(
            f"{self.path}: is damaged ({error}) and was thrown away",
            hint="do it again: it is built anew from the branch",
        )

    def discard(self) -> None:
        """Throw the file away and begin an empty one."""
        with self._guard:
            if self._identity() == self._opened:  # another process may have made a sound one since
                self._unlink()
            self._reconnect()

    def _reconnect(self) -> None:
        self._writer.close()
        self._writer = self._connect()

    def _connect(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            return self._made()
        except (sqlite3.OperationalError, OSError) as error:
            raise GitcpError(
                f"{self.path}: cannot be written: {error}",
                hint="gitcp keeps its cache there; make room, or give it the right to write",
            ) from error
        except sqlite3.DatabaseError:
            self._unlink()
            return self._made()

    def _made(self) -> sqlite3.Connection:
        connection = self._open()
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            self._opened = self._identity()
        except BaseException:
            connection.close()
            raise
        return connection

    def _open(self, factory: type[sqlite3.Connection] = sqlite3.Connection) -> sqlite3.Connection:
        return sqlite3.connect(
            self.path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False, factory=factory
        )

    def _identity(self) -> _Identity | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _unlink(self) -> None:
        for ending in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)


def fact(connection: sqlite3.Connection, name: str) -> str | None:
    """Return a fact that a connection sees, or none."""
    row: tuple[Any, ...] | None = connection.execute(
        "SELECT value FROM meta WHERE name = ?", (name,)
    ).fetchone()
    return str(row[0]) if row else None


def is_ours(connection: sqlite3.Connection) -> bool:
    """Whether the tables were made by this version of gitcp."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return bool(version == tables.key())


def _make_tables(connection: sqlite3.Connection) -> None:
    held = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    for (name,) in held.fetchall():
        connection.execute(f'DROP TABLE "{name}"')
    _execute_all(connection, tables.TABLES)
    connection.execute(f"PRAGMA user_version = {tables.key()}")


def _execute_all(connection: sqlite3.Connection, statements: str) -> None:
    # Not `executescript`, which would end the transaction.
    for statement in statements.split(";\n"):
        connection.execute(statement)
