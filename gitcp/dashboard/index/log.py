"""The history as a site's index keeps it: read once, and from then on only what is new of it."""

import json
import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Final, overload

from gitcp.dashboard.log import SiteLog, named
from gitcp.model.history import Entry, Merged

_MOST: Final = 4_000  # entries that are held; one of a commit of many records is asked for again and again
_FIELDS: Final = tuple(field.name for field in fields(Entry))


class IndexedLog(SiteLog):
    """The commits that an index holds."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._held: OrderedDict[int, Entry] = OrderedDict()

    def __len__(self) -> int:
        # The first commit has the number one, and none is left out: counting them would take longer with each.
        return int(self._connection.execute("SELECT coalesce(max(number), 0) FROM entries").fetchone()[0])

    @overload
    def __getitem__(self, place: int) -> Entry: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Entry]: ...
    def __getitem__(self, place: int | slice) -> Entry | Sequence[Entry]:
        numbers = range(len(self), 0, -1)
        if isinstance(place, slice):
            return [self._entry(number) for number in numbers[place]]
        return self._entry(numbers[place])

    def about(self, names: Iterable[str]) -> Sequence[Entry]:
        """Return the commits that name one of these records, newest first."""
        found: set[tuple[int]] = set()
        for name in names:  # one question for all of them sorts, which takes three times as long
            found.update(self._connection.execute("SELECT entry FROM about WHERE name = ?", (name,)))
        return tuple(self._entry(number) for (number,) in sorted(found, reverse=True))

    def forget(self) -> None:
        """Hold no history."""
        self._connection.execute("DELETE FROM about")
        self._connection.execute("DELETE FROM entries")
        self._held.clear()

    def follow(self, entries: Iterable[Entry]) -> set[str]:
        """Hold this history, newest first, from now on; return which names its commits have that are new, and those that went.

        It is read no further than to a commit that is held already.
        """
        new: list[tuple[Entry, set[str]]] = []
        known: int | None = None
        for entry in entries:
            known = self._number(entry.revision)
            if known is not None:
                break
            new.append((entry, named(entry)))
        names = self._drop_after(known)
        names.update(*(those for _, those in new))
        self._add(new[::-1], 0 if known is None else known)
        return names

    def _number(self, revision: str) -> int | None:
        row = self._connection.execute(
            "SELECT number FROM entries WHERE revision = ?", (revision,)
        ).fetchone()
        return None if row is None else int(row[0])

    def _drop_after(self, known: int | None) -> set[str]:
        """Forget what is newer than a commit, or all."""
        after = (-1 if known is None else known,)
        if len(self) <= after[0]:  # as a rule: to look for names by commit takes an index of all of them
            return set()
        names = {
            name for (name,) in self._connection.execute("SELECT name FROM about WHERE entry > ?", after)
        }
        self._connection.execute("DELETE FROM about WHERE entry > ?", after)
        self._connection.execute("DELETE FROM entries WHERE number > ?", after)
        self._held.clear()
        return names

    def _add(self, entries: Sequence[tuple[Entry, set[str]]], last: int) -> None:
        numbered = list(enumerate(entries, last + 1))
        self._connection.executemany(
            "INSERT INTO entries VALUES (?, ?, ?)",
            ((number, entry.revision, _text(entry)) for number, (entry, _) in numbered),
        )
        self._connection.executemany(
            "INSERT INTO about VALUES (?, ?)",
            ((name, number) for number, (_, names) in numbered for name in names),
        )

    def _entry(self, number: int) -> Entry:
        held = self._held.get(number)
        if held is None:
            (text,) = self._connection.execute(
                "SELECT line FROM entries WHERE number = ?", (number,)
            ).fetchone()
            held = self._held[number] = _entry(text)
            if len(self._held) > _MOST:
                self._held.popitem(last=False)
        return held


def _text(entry: Entry) -> str:
    told = {name: value for name in _FIELDS if (value := getattr(entry, name))}
    told["at"] = entry.at.isoformat()
    if entry.merged:
        told["merged"] = [asdict(merged) for merged in entry.merged]
    return json.dumps(told, ensure_ascii=False, default=dict)


def _entry(text: str) -> Entry:
    told = json.loads(text)
    told["at"] = datetime.fromisoformat(told["at"])
    for name in ("paths", "parents"):
        told[name] = tuple(told.get(name, ()))
    told["merged"] = tuple(Merged(**merged) for merged in told.get("merged", ()))
    required = ("author", "author_email", "committer", "committer_email", "subject")
    return Entry(**{**dict.fromkeys(required, ""), **told})
