"""Objects in files of their own, looked at before libgit2 reads them: up to 1.9 it never ends where such a file is cut off."""

import zlib
from pathlib import Path


class Loose:
    """The objects of a repository that are in no pack."""

    def __init__(self, git_dir: Path) -> None:
        common = git_dir / "commondir"
        common_dir = git_dir / common.read_text().strip() if common.exists() else git_dir
        self._folder = str(common_dir / "objects")

    def is_cut_off(self, oid: str) -> bool:
        """Whether the file of an object ends too early; what else may be wrong with it, libgit2 says."""
        try:
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
