"""What a site was made from: one SQLite file in its folder, from which the next build knows what it need not make again."""

import json
import sqlite3
from array import array
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple, Self

from gitcp.dashboard.index import tables
from gitcp.dashboard.index.fact_reads import forget_reads
from gitcp.dashboard.moment import PAST
from gitcp.dashboard.site_folder import LISTED, refuse_strange
from gitcp.errors import GitcpError
from gitcp.model.urgency import ticks

_PATIENCE: Final = 10.0
_ROOM: Final = -64_000  # kilobytes

PageKey = tuple[str, str]
"""A kind and a name."""


class Made(NamedTuple):
    """A page that was made: the digest of its file, none where there is none; the words that it asked with its name; its other notes."""

    kind: str
    name: str
    path: str
    digest: str | None
    words: tuple[str, ...]
    notes: tuple[str, ...]


class SiteIndex:
    """The index of one site, opened. Nothing is kept of what is changed until `keep`."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self._path = path
        self._shapes: dict[str, int] = {}
        self._numbers: dict[str, int] = {}

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open an index, or make one; what another version of gitcp kept is forgotten but for the paths.

        Raises:
            GitcpError: the file is none of gitcp's.
        """
        connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
        try:
            connection.execute(f"PRAGMA cache_size = {_ROOM}")
            index = cls(connection, path)
            index._begin()
            index._expect_tables()
        except sqlite3.DatabaseError as error:
            connection.close()
            raise _unreadable(path, error) from error
        except BaseException:
            connection.close()
            raise
        return index

    @classmethod
    def read(cls, path: Path) -> Self:
        """Open an index that another process writes, to read it."""
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        return cls(connection, path)

    def _begin(self) -> None:
        self.connection.execute("BEGIN IMMEDIATE")

    def _expect_tables(self) -> None:
        (version,) = self.connection.execute("PRAGMA user_version").fetchone()
        if version != tables.VERSION:
            held = self.connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
            owned = [path for (path,) in self.connection.execute(tables.PATHS)] if held else []
            for (name,) in held:
                self.connection.execute(f'DROP TABLE "{name}"')
            for statement in tables.TABLES.split(";\n"):
                self.connection.execute(statement)
            self.connection.execute(f"PRAGMA user_version = {tables.VERSION}")
            listed = self._path.with_name(LISTED)
            self.own([*owned, *_listed(listed)])
            self.keep()
            listed.unlink(missing_ok=True)

    def keep(self) -> None:
        """Keep what was changed so far."""
        self.connection.execute("COMMIT")
        self._begin()

    def close(self) -> None:
        """Let go of the file; what was not kept is lost."""
        self.connection.close()

    # facts about the index

    def fact(self, name: str) -> str | None:
        """Return a fact about the site, or none."""
        row = self.connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def note(self, **values: str) -> None:
        """Note facts about the site."""
        self.connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    # files

    def owned(self) -> set[str]:
        """Return every file that gitcp wrote, or was about to."""
        return {path for (path,) in self.connection.execute(tables.PATHS)}

    def own(self, paths: Collection[str]) -> None:
        """Note that files are gitcp's, before they are written."""
        refuse_strange(paths)
        self.connection.executemany(
            "INSERT OR IGNORE INTO pages (path, kind, name) VALUES (?, '', '')", ((path,) for path in paths)
        )

    def pages(self) -> dict[PageKey, str]:
        """Return the path of every page by its kind and name."""
        rows = self.connection.execute("SELECT kind, name, path FROM pages WHERE kind <> ''")
        return {(kind, name): path for kind, name, path in rows}

    def count(self) -> int:
        """Return how many files the site has."""
        row = self.connection.execute("SELECT count(*) FROM pages WHERE digest IS NOT NULL").fetchone()
        return int(row[0])

    def forget(self, paths: Collection[str]) -> None:
        """Forget files that are gone."""
        for path in paths:
            self._forget_asked(path)
            self.connection.execute("DELETE FROM pages WHERE path = ?", (path,))

    def forget_pages(self) -> None:
        """Forget what every page asked, but not which files are gitcp's."""
        for table in ("asked", "notes", "shapes", "facts", "times"):
            self.connection.execute(f"DELETE FROM {table}")  # noqa: S608 - tables of ours
        self.connection.execute("UPDATE pages SET kind = '', name = '', shape = 0, asks = x''")
        forget_reads(self.connection)
        self._shapes.clear()
        self._numbers.clear()

    # what pages asked

    def put(self, made: Collection[Made]) -> None:
        """Note what pages asked, in place of what they asked before."""
        for page in made:
            self._forget_asked(page.path)
        asks = [array("I", (self._number(note) for note in page.notes)) for page in made]
        self.connection.executemany(
            "INSERT INTO pages (path, kind, name, digest, shape, asks) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE"
            " SET kind = excluded.kind, name = excluded.name, digest = excluded.digest, shape = excluded.shape, asks = excluded.asks",
            (
                (page.path, page.kind, page.name, page.digest, self._shape(page.words), numbers.tobytes())
                for page, numbers in zip(made, asks, strict=True)
            ),
        )
        places = self._places([page.path for page in made])
        self.connection.executemany(
            "INSERT INTO asked VALUES (?, ?)",
            sorted(
                (note, places[page.path])
                for page, numbers in zip(made, asks, strict=True)
                for note in numbers
            ),
        )

    def _places(self, paths: Collection[str]) -> dict[str, int]:
        question = "SELECT path, number FROM pages WHERE path IN (SELECT value FROM json_each(?))"
        return dict(self.connection.execute(question, (json.dumps(list(paths)),)))

    def _forget_asked(self, path: str) -> None:
        row = self.connection.execute("SELECT number, asks FROM pages WHERE path = ?", (path,)).fetchone()
        if row is not None and row[1]:
            numbers = array("I")
            numbers.frombytes(row[1])
            self.connection.executemany(
                "DELETE FROM asked WHERE note = ? AND page = ?", ((note, row[0]) for note in numbers)
            )

    def _number(self, note: str) -> int:
        found = self._numbers.get(note)
        if found is None:
            found = self._numbers[note] = self._numbered(note)
        return found

    def _numbered(self, note: str) -> int:
        row = self.connection.execute("SELECT number FROM notes WHERE note = ?", (note,)).fetchone()
        if row is not None:
            return int(row[0])
        number = self.connection.execute("INSERT INTO notes (note) VALUES (?)", (note,)).lastrowid
        assert number is not None
        word, _, argument = note.partition(" ")
        if word == PAST:
            self.connection.execute(
                "INSERT INTO times VALUES (?, ?)", (ticks(datetime.fromisoformat(argument)), number)
            )
        return number

    def _shape(self, words: tuple[str, ...]) -> int:
        text = " ".join(words)
        if text not in self._shapes:
            self.connection.execute("INSERT OR IGNORE INTO shapes (words) VALUES (?)", (text,))
            row = self.connection.execute("SELECT number FROM shapes WHERE words = ?", (text,)).fetchone()
            self._shapes[text] = int(row[0])
        return self._shapes[text]

    def askers(self, notes: Collection[str]) -> set[PageKey]:
        """Return the pages that asked any of these."""
        wanted = json.dumps(list(notes))
        rows = self.connection.execute(
            "SELECT p.kind, p.name FROM json_each(?) w JOIN notes n ON n.note = w.value JOIN asked a ON a.note = n.number"
            " JOIN pages p ON p.number = a.page",
            (wanted,),
        )
        return {*rows, *self._askers_by_name(notes)}

    def _askers_by_name(self, notes: Collection[str]) -> Iterator[PageKey]:
        words = {number: frozenset(text.split()) for number, text in self._all_shapes()}
        asked: dict[str, set[str]] = {}
        for note in notes:
            word, _, name = note.partition(" ")
            asked.setdefault(name, set()).add(word)
        rows = self.connection.execute(
            "SELECT kind, name, shape FROM pages WHERE kind <> '' AND name IN (SELECT value FROM json_each(?))",
            (json.dumps(list(asked)),),
        )
        for kind, name, shape in rows:
            if not words.get(shape, frozenset()).isdisjoint(asked[name]):
                yield kind, name

    def _all_shapes(self) -> list[tuple[int, str]]:
        return self.connection.execute("SELECT number, words FROM shapes").fetchall()

    def between(self, one: int, other: int) -> list[str]:
        """Return the questions whether a time is past whose answers at two times differ, in microseconds since 1970."""
        low, high = sorted((one, other))
        rows = self.connection.execute(
            "SELECT n.note FROM times t JOIN notes n ON n.number = t.note WHERE t.at >= ? AND t.at < ?",
            (low, high),
        )
        return [note for (note,) in rows]

    def asked(self, words: Collection[str]) -> Iterator[tuple[str, str]]:
        """Yield every question that begins with one of these words, as word and argument."""
        for word in words:
            rows = self.connection.execute(
                "SELECT note FROM notes WHERE note >= ? AND note < ?", (f"{word} ", f"{word}!")
            )
            yield from ((word, note[len(word) + 1 :]) for (note,) in rows.fetchall())
        for number, text in self._all_shapes():
            found = [word for word in text.split() if word in words]
            if found:
                names = self.connection.execute("SELECT name FROM pages WHERE shape = ?", (number,))
                yield from ((word, name) for (name,) in names.fetchall() for word in found)

    def facts(self) -> dict[str, str]:
        """Return what tells the values of facts apart, by note."""
        return dict(self.connection.execute("SELECT note, digest FROM facts"))

    def put_facts(self, digests: Mapping[str, str]) -> None:
        """Note values of facts; an empty digest is the empty tuple's."""
        self.connection.executemany(
            "DELETE FROM facts WHERE note = ?", ((note,) for note, digest in digests.items() if not digest)
        )
        self.connection.executemany(
            "INSERT OR REPLACE INTO facts VALUES (?, ?)", ((n, d) for n, d in digests.items() if d)
        )


def digest_of(content: bytes) -> str:
    """Return what tells the contents of two files apart."""
    return blake2b(content, digest_size=12).hexdigest()


def _listed(manifest: Path) -> list[str]:
    """Return what an earlier version of gitcp wrote; its list goes with it."""
    with suppress(FileNotFoundError):
        try:
            listed = [str(path) for path in json.loads(manifest.read_bytes())["pages"]]
        except (ValueError, TypeError, KeyError) as error:
            raise _unreadable(manifest, error) from error
        return listed
    return []


def _unreadable(path: Path, error: Exception) -> GitcpError:
    return GitcpError(
        f"{path}: is not a list of pages, so gitcp does not know what it may replace: {error}",
        hint="build the site into another folder",
    )
