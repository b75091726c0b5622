"""A copy of one state of the cache in a file, so that other processes ask the very same records, wherever the branch has gone since."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from gitcp.model.base import Record
from gitcp.model.problem import Problem
from gitcp.model.snapshot import Snapshot
from gitcp.store.git_store import GitStore
from gitcp.store.memo import Memo
from gitcp.store.objects import Objects
from gitcp.store.readings import Unpack, read_archived
from gitcp.store.view import CacheSnapshot

_HELD: Final = 1_000  # whoever copies asks for the records of one task after another
_AHEAD: Final = 200_000  # some 80 MB as they are, and 100 packed


def copy(snapshot: Snapshot, path: Path) -> Sequence[Problem]:
    """Write the records of a store's snapshot into a new file; return the problems that are not in it."""
    assert isinstance(snapshot, CacheSnapshot)
    with closing(sqlite3.connect(path, isolation_level=None)) as there:
        there.execute("PRAGMA synchronous = OFF")  # nobody needs it after this process
        return snapshot.copy(there)


@contextmanager
def copied(path: Path, store: GitStore, problems: Sequence[Problem]) -> Iterator[CacheSnapshot]:
    """Open a copy, with what `copy` returned; `store` is of the repository that it was made of."""
    objects = Objects(store.git_directory)
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        yield CacheSnapshot(connection, Memo(_HELD), unpacking(objects), problems, ahead=_AHEAD)
    finally:
        connection.close()
        objects.close()


def unpacking(objects: Objects) -> Unpack:
    """Return what reads archived files of a repository."""

    def unpack(kind: str, record_id: str, oid: str, naming: str = "") -> Record | None:
        return read_archived(kind, record_id, oid, objects.data, naming=naming)

    return unpack
