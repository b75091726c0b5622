"""What each page asked, as a site's index keeps it, and from there which pages asked something.

What a page asked is in two parts: words that it asked with its own name are its shape, which many pages share; all else are notes.
"""

import json
import sqlite3
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from gitcp.dashboard.moment import PAST
from gitcp.model.urgency import ticks

PageKey = tuple[str, str]
"""A kind and a name."""

_Link = tuple[int, int]
"""The numbers of a note and of a page that asked it."""

_PACKED: Final = "I"


class Made(NamedTuple):
    """A page that was made: the digest of its file, none where there is none; the words that it asked with its name; its other notes."""

    kind: str
    name: str
    path: str
    digest: str | None
    words: tuple[str, ...]
    notes: tuple[str, ...]


class Asked:
    """What pages asked."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._shapes: dict[str, int] = {}
        self._numbers: dict[str, int] = {}
        self._is_all_known = False  # whether there are no notes but those whose numbers are at hand

    def forget_all(self) -> None:
        """Forget what every page asked."""
        for table in ("asked", "notes", "shapes", "times"):
            self.connection.execute(f"DELETE FROM {table}")  # noqa: S608 - tables of ours
        self._shapes.clear()
        self._numbers.clear()
        self._is_all_known = True

    def put(self, made: Collection[Made]) -> None:
        """Note what pages asked, in place of what they asked before; their files are gitcp's already."""
        self._expect_numbers({note for page in made for note in page.notes})
        held = self._held([page.path for page in made])
        pages: list[tuple[object, ...]] = []
        old: list[_Link] = []
        new: list[_Link] = []
        for page in made:
            number, before = held[page.path]
            asks = array(_PACKED, map(self._numbers.__getitem__, page.notes)).tobytes()
            pages.append((page.kind, page.name, page.digest, self._shape(page.words), asks, number))
            if asks != before:
                old += _links(before, number)
                new += _links(asks, number)
        self._renew(old, new)
        self.connection.executemany(
            "UPDATE pages SET kind = ?, name = ?, digest = ?, shape = ?, asks = ? WHERE number = ?", pages
        )

    def forget_asked(self, paths: Collection[str]) -> None:
        """Forget what some pages asked."""
        self._renew(
            [link for number, asks in self._held(paths).values() for link in _links(asks, number)], []
        )

    def _renew(self, old: Collection[_Link], new: Iterable[_Link]) -> None:
        self.connection.executemany("DELETE FROM asked WHERE note = ? AND page = ?", old)
        self.connection.executemany("INSERT INTO asked VALUES (?, ?)", new)

    def _held(self, paths: Collection[str]) -> Mapping[str, tuple[int, bytes]]:
        """Return the number of each page, and what it asked as numbers of notes."""
        rows = self.connection.execute(
            "SELECT path, number, asks FROM pages WHERE path IN (SELECT value FROM json_each(?))",
            (json.dumps(list(paths)),),
        )
        return {path: (number, asks) for path, number, asks in rows}

    def _expect_numbers(self, notes: Iterable[str]) -> None:
        """Give each note a number; they are looked up and written all at once, since each question took longer than its answer."""
        new = [note for note in notes if note not in self._numbers]
        if new and not self._is_all_known:
            wanted = (json.dumps(new),)
            self._numbers |= self.connection.execute(
                "SELECT note, number FROM notes WHERE note IN (SELECT value FROM json_each(?))", wanted
            )
            new = [note for note in new if note not in self._numbers]
        if new:
            (last,) = self.connection.execute("SELECT coalesce(max(number), 0) FROM notes").fetchone()
            numbered = {note: number for number, note in enumerate(sorted(new), last + 1)}
            self._numbers |= numbered
            self.connection.executemany("INSERT INTO notes (note, number) VALUES (?, ?)", numbered.items())
            self.connection.executemany("INSERT INTO times VALUES (?, ?)", _times(numbered))

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


def _links(asks: bytes, page: int) -> Iterator[_Link]:
    notes = array(_PACKED)
    notes.frombytes(asks)
    return ((note, page) for note in notes)


def _times(notes: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    for note, number in notes.items():
        word, _, argument = note.partition(" ")
        if word == PAST:
            yield ticks(datetime.fromisoformat(argument)), number
