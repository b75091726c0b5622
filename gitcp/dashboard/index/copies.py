"""A copy of a site's index as it is at one moment, for processes that read it while the index itself is written on."""

import sqlite3
from contextlib import closing
from pathlib import Path

from gitcp.dashboard.index.file import SiteIndex


def copy(index: Path, path: Path) -> None:
    """Write what an index keeps into a new file; not what was changed since in this process."""
    with (
        closing(SiteIndex.read(index)) as here,
        closing(sqlite3.connect(path, isolation_level=None)) as there,
    ):
        there.execute("PRAGMA synchronous = OFF")  # nobody needs it after this process
        here.connection.backup(there)
