"""Objects in files of their own, looked at before libgit2 reads them: up to 1.9 it never ends where such a file is cut off."""

import os
import time
import zlib
from pathlib import Path
from typing import Final

_MOMENT: Final = 0.02


class Loose:
    """The objects of a repository that are in no pack."""

    def __init__(self, git_dir: Path) -> None:
        common = git_dir / "commondir"
        common_dir = git_dir / common.read_text().strip() if common.exists() else git_dir
        self._folder = str(common_dir / "objects")
        self._asked = -1.0
        self._listed = 0
        self._folders: frozenset[str] = frozenset()

    def is_cut_off(self, oid: str) -> bool:
        """Whether the file of an object ends too early; what else may be wrong with it, libgit2 says."""
        try:
            if not self._may_hold(oid[:2]):
                return False
            with open(f"{self._folder}/{oid[:2]}/{oid[2:]}", "rb") as file:  # noqa: PTH123 - asked for each object
                data = file.read()
        except OSError:
            return False
        inflated = zlib.decompressobj()
        try:
            inflated.decompress(data)
        except zlib.error:
            return False
        return not inflated.eof

    def _may_hold(self, folder: str) -> bool:
        # Where all is packed there is no folder to look into; one that comes changes the time of the folder above.
        now = time.monotonic()
        if now - self._asked > _MOMENT:
            self._asked = now
            at = os.stat(self._folder).st_mtime_ns  # noqa: PTH116 - as above
            if at != self._listed:
                self._folders = frozenset(os.listdir(self._folder))  # noqa: PTH208 - names are wanted
                self._listed = at
        return folder in self._folders
