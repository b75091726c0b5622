"""What a site was made from: one SQLite file in its folder, from which the next build knows what it need not make again."""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final, Self

from gitcp.dashboard.index import tables
from gitcp.dashboard.index.asked import Asked, Made, PageKey
from gitcp.dashboard.index.fact_reads import forget_reads
from gitcp.dashboard.site_folder import LISTED, refuse_strange
from gitcp.errors import GitcpError

__all__ = ["Made", "PageKey", "SiteIndex", "opened"]

_PATIENCE: Final = 10.0
_ROOM: Final = -64_000  # kilobytes


class SiteIndex(Asked):
    """The index of one site, opened. Nothing is kept of what is changed until `keep`."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        super().__init__(connection)
        self._path = path

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
            for index, columns in tables.FOUND_BY.items():
                self.connection.execute(f"CREATE INDEX {index} ON {columns}")
            self.connection.execute(f"PRAGMA user_version = {tables.VERSION}")
            listed = self._path.with_name(LISTED)
            self.own([*owned, *_listed(listed)])
            self.keep()
            listed.unlink(missing_ok=True)

    def keep(self) -> None:
        """Keep what was changed so far."""
        self.lead()
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
            "INSERT OR IGNORE INTO pages (path) VALUES (?)", ((path,) for path in sorted(paths))
        )

    def names(self, kind: str) -> set[str]:
        """Return the names of all files of a kind."""
        return {name for (name,) in self.connection.execute("SELECT name FROM made WHERE kind = ?", (kind,))}

    def count(self) -> int:
        """Return how many files the site has."""
        row = self.connection.execute("SELECT count(*) FROM made WHERE is_there").fetchone()
        return int(row[0])

    def forget(self, paths: Collection[str]) -> None:
        """Forget files that are gone."""
        self.forget_made(paths)
        self.connection.executemany("DELETE FROM pages WHERE path = ?", ((path,) for path in paths))

    def forget_pages(self) -> None:
        """Forget what every page asked, but not which files are gitcp's."""
        self.forget_all()
        self.connection.execute("DELETE FROM facts")
        forget_reads(self.connection)

    # values of facts

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


@contextmanager
def opened(path: Path) -> Iterator[SiteIndex]:
    """Open an index for one build.

    Raises:
        GitcpError: the file is none of gitcp's, is damaged, or cannot be written.
    """
    with closing(SiteIndex.open(path)) as index:
        try:
            yield index
        except sqlite3.DatabaseError as error:
            raise GitcpError(
                f"{path}: cannot be read or written: {error}",
                hint="where the disk is not full, build the site into another folder",
            ) from error


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
