"""The words of all tasks as a site's index keeps them: by task, to know which of them a change takes away, and by shard, to write these."""

import json
import sqlite3
import zlib
from bisect import bisect_left, insort
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from gitcp.dashboard.postings import ANY_SHARD, SHARD, Posting, Postings, Words
from gitcp.dashboard.terms import packed, shard_of, terms, unpacked
from gitcp.model.ids import number_of, project_of
from gitcp.model.snapshot import Snapshot, comments_ever
from gitcp.model.tasks import Task

_QUICK: Final = 1  # how hard zlib tries

_Shard = dict[str, dict[tuple[str, int], list[int]]]


class _Edit(NamedTuple):
    """One word of one task: its weight before and after, none where it is not there."""

    word: str
    task: str
    before: int | None
    after: int | None


class IndexedWords(Words):
    """The words that an index holds."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def shards(self) -> Collection[str]:
        """Name the shards that hold a word."""
        return [name for (name,) in self._connection.execute("SELECT shard FROM words ORDER BY shard")]

    def shard(self, name: str) -> Mapping[str, Posting]:
        """Return the words of a shard."""
        return self._shard(name)

    def filling(self) -> "Filling":
        """Begin to hold words, and none of before."""
        return Filling(self._connection)

    def follow(
        self, snapshot: Snapshot, tasks: Iterable[str], documents: Mapping[str, Iterable[str]]
    ) -> set[str]:
        """Hold the words of a snapshot in which those of these tasks may be other than before; return what pages asked that this touches.

        `documents` are the ids of all documents, by task.
        """
        edits: dict[str, list[_Edit]] = {}
        for task in sorted(tasks):
            for edit in self._renewed(snapshot, task, documents.get(task, ())):
                edits.setdefault(shard_of(edit.word), []).append(edit)
        changed = [self._edit(name, some) for name, some in sorted(edits.items())]
        return {f"{SHARD} {name}" for name in edits} | ({f"{ANY_SHARD} "} if any(changed) else set())

    def _renewed(self, snapshot: Snapshot, name: str, documents: Iterable[str]) -> Iterator[_Edit]:
        task = snapshot.get(Task, name)
        before = self._terms(name)
        after = terms(task, comments_ever(snapshot, name), documents) if task else {}
        if before != after:
            self._connection.execute("DELETE FROM terms WHERE task = ?", (name,))
            if task:
                self._connection.execute("INSERT INTO terms VALUES (?, ?)", (name, packed(after)))
        for word in sorted(before.keys() | after.keys()):
            if before.get(word) != after.get(word):
                yield _Edit(word, name, before.get(word), after.get(word))

    def _terms(self, task: str) -> Mapping[str, int]:
        row = self._connection.execute("SELECT words FROM terms WHERE task = ?", (task,)).fetchone()
        found = {} if row is None else unpacked(row[0])
        return {word: weight for weight, words in found.items() for word in words}

    def _shard(self, name: str) -> _Shard:
        row = self._connection.execute("SELECT postings FROM words WHERE shard = ?", (name,)).fetchone()
        if row is None:
            return {}
        return {
            word: {(key, weight): numbers for key, weight, numbers in places}
            for word, places in json.loads(zlib.decompress(row[0]))
        }

    def _edit(self, name: str, edits: Iterable[_Edit]) -> bool:
        """Edit a shard; tell whether it came or went."""
        shard = self._shard(name)
        was_there = bool(shard)
        for edit in edits:
            _apply(shard, edit)
        self._connection.execute("DELETE FROM words WHERE shard = ?", (name,))
        if shard:
            self._connection.execute("INSERT INTO words VALUES (?, ?)", (name, _compressed(shard)))
        return was_there != bool(shard)


class Filling:
    """The words of all tasks, while an index comes to hold them; they are not in shards before the end."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._postings = Postings()
        connection.execute("DELETE FROM terms")
        connection.execute("DELETE FROM words")

    def add(self, found: Iterable[tuple[str, str]]) -> None:
        """Hold the words of more tasks, packed, whose numbers are not below those of before."""
        self._connection.executemany("INSERT INTO terms VALUES (?, ?)", self._added(found))

    def _added(self, found: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        for task, words in found:
            self._postings.add(task, words)
            yield task, words

    def end(self) -> None:
        """Put them into shards."""
        shards = ((name, _compressed(self._postings.shard(name))) for name in self._postings.shards())
        self._connection.executemany("INSERT INTO words VALUES (?, ?)", shards)


def _apply(shard: _Shard, edit: _Edit) -> None:
    key, number = project_of(edit.task), number_of(edit.task)
    places = shard.setdefault(edit.word, {})
    if edit.before is not None:
        numbers = places[key, edit.before]
        del numbers[bisect_left(numbers, number)]
        if not numbers:
            del places[key, edit.before]
    if edit.after is not None:
        insort(places.setdefault((key, edit.after), []), number)
    if not places:
        del shard[edit.word]


def _compressed(shard: Mapping[str, Posting]) -> bytes:
    words = [
        (word, [(*place, numbers) for place, numbers in places.items()]) for word, places in shard.items()
    ]
    return zlib.compress(json.dumps(words, separators=(",", ":")).encode(), _QUICK)
