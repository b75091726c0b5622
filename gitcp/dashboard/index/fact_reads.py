"""What each fact reads, by the fact's name, as a site's index keeps it among what is known of the site."""

import sqlite3
from collections.abc import Collection, Mapping
from typing import Final

_WORD: Final = "reads "
_RANGE: Final = (_WORD, "reads!")


def reads(connection: sqlite3.Connection) -> dict[str, frozenset[str]]:
    """Return what each fact read so far."""
    rows = connection.execute("SELECT name, value FROM meta WHERE name >= ? AND name < ?", _RANGE)
    return {name.removeprefix(_WORD): frozenset(value.split()) for name, value in rows}


def put_reads(connection: sqlite3.Connection, found: Mapping[str, Collection[str]]) -> None:
    """Note what facts read, beside what they read before: another argument may lead to other records."""
    before = reads(connection)
    lines = (
        (f"{_WORD}{name}", " ".join(sorted({*read, *before.get(name, ())}))) for name, read in found.items()
    )
    connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", lines)


def forget_reads(connection: sqlite3.Connection) -> None:
    """Forget all of it."""
    connection.execute("DELETE FROM meta WHERE name >= ? AND name < ?", _RANGE)
