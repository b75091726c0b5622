"""What each page asked, as a site's index keeps it, and from there which pages asked something.

What a page asked is in two parts: words that it asked with its own name are its shape, which many pages share; all else are notes.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from gitcp.dashboard.index.tables import FOUND_BY
from gitcp.dashboard.moment import PAST
from gitcp.model.urgency import ticks

PageKey = tuple[str, str]
"""A kind and a name."""


class Made(NamedTuple):
    """A page that was made: whether there is a file; the words that it asked with its name; its other notes."""

    kind: str
    name: str
    path: str
    is_there: bool
    words: tuple[str, ...]
    notes: tuple[str, ...]


class Asked:
    """What pages asked."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._shapes: dict[str, int] = {}
        self._numbers: dict[str, int] = {}
        self._is_all_known = False  # whether there are no notes but those whose numbers are at hand
        self._is_filling = False  # whether no note leads to a page yet

    def forget_all(self) -> None:
        """Forget what every page asked. What leads to pages is made at once when many of them are: that takes a third of the time."""
        for table in ("asked", "made", "notes", "shapes", "times"):
            self.connection.execute(f"DELETE FROM {table}")  # noqa: S608 - tables of ours
        for index in FOUND_BY:
            self.connection.execute(f"DROP INDEX IF EXISTS {index}")
        self._shapes.clear()
        self._numbers.clear()
        self._is_all_known = self._is_filling = True

    def put(self, made: Collection[Made]) -> None:
        """Note what pages asked, in place of what they asked before; their files are gitcp's already."""
        self._expect_numbers({note for page in made for note in page.notes})
        asks = {page.path: str(sorted(map(self._numbers.__getitem__, page.notes))) for page in made}
        others = [] if self._is_filling else self._others(asks)
        self._lead_no_more(others)
        self.connection.executemany(
            "INSERT OR REPLACE INTO made SELECT number, ?, ?, ?, ?, ? FROM pages WHERE path = ?",
            (
                (page.kind, page.name, page.is_there, self._shape(page.words), asks[page.path], page.path)
                for page in made
            ),
        )
        self.connection.execute(
            "INSERT INTO asked SELECT note.value, page FROM made, json_each(asks) note"
            " WHERE page IN (SELECT value FROM json_each(?))",
            (json.dumps(others),),
        )

    def forget_made(self, paths: Collection[str]) -> None:
        """Forget some pages, and what they asked."""
        pages = self._others(dict.fromkeys(paths))
        self._lead_no_more(pages)
        self.connection.executemany("DELETE FROM made WHERE page = ?", ((page,) for page in pages))

    def lead(self) -> None:
        """Let notes lead to pages, all at once, unless they do."""
        if self._is_filling and self.connection.execute("SELECT 1 FROM made LIMIT 1").fetchone():
            for index, columns in FOUND_BY.items():
                self.connection.execute(f"CREATE INDEX {index} ON {columns}")
            self.connection.execute(
                "INSERT INTO asked SELECT note.value, page FROM made, json_each(asks) note ORDER BY 1, 2"
            )
            self._is_filling = False

    def _others(self, asks: Mapping[str, str | None]) -> list[int]:
        """Return the numbers of those pages that asked something else before."""
        rows = self.connection.execute(
            "SELECT number, path, asks FROM pages LEFT JOIN made ON page = number"
            " WHERE path IN (SELECT value FROM json_each(?))",
            (json.dumps(list(asks)),),
        )
        return [number for number, path, before in rows if before != asks[path]]

    def _lead_no_more(self, pages: Collection[int]) -> None:
        self.connection.execute(
            "DELETE FROM asked WHERE (note, page) IN (SELECT note.value, page FROM made, json_each(asks) note"
            " WHERE page IN (SELECT value FROM json_each(?)))",
            (json.dumps(pages),),
        )

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
        self.lead()
        wanted = json.dumps(list(notes))
        rows = self.connection.execute(
            "SELECT m.kind, m.name FROM json_each(?) w JOIN notes n ON n.note = w.value JOIN asked a ON a.note = n.number"
            " JOIN made m ON m.page = a.page",
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
            "SELECT kind, name, shape FROM made WHERE name IN (SELECT value FROM json_each(?))",
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
                names = self.connection.execute("SELECT name FROM made WHERE shape = ?", (number,))
                yield from ((word, name) for (name,) in names.fetchall() for word in found)


def _times(notes: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    for note, number in notes.items():
        word, _, argument = note.partition(" ")
        if word == PAST:
            yield ticks(datetime.fromisoformat(argument)), number
