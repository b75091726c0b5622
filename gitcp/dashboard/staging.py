"""A site that is not there yet: its files are put where nobody looks, and are shown together.

Nobody reads a file there before it is whole, so that none needs another name while it is written.
"""

import os
from pathlib import Path

from gitcp.dashboard.site_folder import STAGED, write


class Staging:
    """Where the files of a first build are until all are made. Implements `gitcp.dashboard.making.Place`."""

    def __init__(self, site: Path) -> None:
        self._site = site
        self._root = f"{site / STAGED}/"
        self._made: set[str] = set()

    def renew(self, path: str, content: bytes) -> bool:
        """Put a file that is not there yet."""
        folder = path.rpartition("/")[0]
        if folder not in self._made:
            Path(self._root + folder).mkdir(parents=True, exist_ok=True)
            self._made.add(folder)
        write(self._root + path, os.O_EXCL, content)
        return True

    def show(self) -> None:
        """Put all into the site's folder: first what is in folders, which pages at the top lead to and load."""
        staged = Path(self._root)
        for entry in sorted(staged.iterdir(), key=lambda entry: (not entry.is_dir(), entry.name)):
            entry.rename(self._site / entry.name)
        staged.rmdir()
