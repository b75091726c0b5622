"""The one place of the dashboard that puts files: each at once, so that a reader never sees a part of one.

Rule: nothing is written, replaced or removed but what the caller owns, and no way leads out of the folder, neither by a path nor by a link.
"""

import os
import re
import shutil
from collections.abc import Collection, Container, Iterable
from pathlib import Path
from stat import S_ISREG
from typing import Final

from gitcp.errors import GitcpError

INDEX: Final = ".gitcp-site.db"
LISTED: Final = ".gitcp-site.json"
"""Where earlier versions of gitcp listed what they wrote."""

OWN: Final = ".gitcp-site"
"""How the names of gitcp's own files in the folder begin; no part of a page's path begins with a dot."""

PLAIN: Final = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_CLOEXEC", "O_BINARY"))
"""Bytes as they are, and no way through a link, as far as the system has words for it."""

STAGED: Final = f"{OWN}.pages"
"""The folder in that of a site where the files of a first build are until all are made."""

# What is a way elsewhere on some file systems, or ends a path.
_STRANGE: Final = re.compile(r"[\\:\x00-\x1f]")
_BESIDE: Final = f"{OWN}.new"
_HINT: Final = "choose an empty folder, or one that does not exist yet"
_READ: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | PLAIN
_WRITE: Final = os.O_WRONLY | os.O_CREAT | PLAIN
_FEW: Final = 100
"""Paths in one folder that are sooner asked for one by one than found in a list of all that it holds."""


class SiteFolder:
    """A folder that holds a site, next to files that are not gitcp's."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._root = f"{path}/"  # of each file: a Path for each took longer than to write it
        self._beside = f"{self._root}{_BESIDE}.{os.getpid()}"
        self._made: set[str] = set()
        self.is_new = False  # nothing is there but what is gitcp's own, as `expect_free` found it

    def expect_free(self) -> None:
        """Allow a folder that is new, empty, or has a list of what gitcp wrote.

        Raises:
            GitcpError: it holds files of others alone.
        """
        if not self.path.exists():
            self.is_new = True
            return
        if not self.path.is_dir():
            raise GitcpError(f"{self.path}: is a file, expected a folder for the site")
        names = [path.name for path in self.path.iterdir()]
        for name in filter(_is_own, names):
            self._expect_own(name)
        self.is_new = all(map(_is_own, names))
        if not self.is_new and not {INDEX, LISTED}.intersection(names):
            raise GitcpError(
                f"{self.path}: holds files that gitcp did not write, expected an empty folder or a site of gitcp",
                hint=_HINT,
            )

    def _expect_own(self, name: str) -> None:
        """Refuse what is not of the kind that gitcp puts: through a link another file would be opened as the index, and changed."""
        place, is_folder = self.path / name, name == STAGED
        if place.is_symlink() or not (place.is_dir() if is_folder else place.is_file()):
            kind = "folder" if is_folder else "file"
            raise GitcpError(f"{place}: is not a {kind}, expected one of gitcp's own", hint=_HINT)

    def expect_room(self, wanted: Collection[str], owned: Container[str]) -> None:
        """Allow paths that are inside of the folder, and where nothing is yet that is not owned.

        Raises:
            GitcpError: one is not.
        """
        refuse_strange(wanted)
        for path in self._taken(wanted):
            place = self.path / path
            if path not in owned or (place.is_dir() and not place.is_symlink()):
                raise GitcpError(
                    f"{place}: gitcp did not write it, expected nothing there",
                    hint="move it away, or choose another folder",
                )

    def _taken(self, wanted: Collection[str]) -> list[str]:
        """Return where something is already."""
        taken: list[str] = []
        for folder, paths in sorted(_by_folder(wanted).items()):
            self._expect_folders(folder)
            likely = self._listed(folder).intersection(paths) if len(paths) > _FEW else paths
            taken += sorted(path for path in likely if os.path.lexists(self._root + path))
        return taken

    def _listed(self, folder: str) -> set[str]:
        try:
            with os.scandir(self._root + folder) as names:
                return {f"{folder}/{found.name}" if folder else found.name for found in names}
        except FileNotFoundError:
            return set()

    def _expect_folders(self, folder: str) -> None:
        parts = folder.split("/") if folder else []
        for place in (self.path.joinpath(*parts[: end + 1]) for end in range(len(parts))):
            if place.is_symlink() or (place.exists() and not place.is_dir()):
                raise GitcpError(f"{place}: is not a folder, expected one for pages", hint="move it away")

    def renew(self, path: str, content: bytes) -> bool:
        """Put a file in place of what was there, unless that is the same already; return whether it was another."""
        self._expect_made(path.rpartition("/")[0])
        is_same = self._holds(path, content)
        if not is_same:
            self._put(path, content)
        return not is_same

    def _expect_made(self, folder: str) -> None:
        if folder not in self._made:
            self._expect_folders(folder)
            (self.path / folder).mkdir(parents=True, exist_ok=True)
            self._made.add(folder)

    def _holds(self, path: str, content: bytes) -> bool:
        """Whether a file is there, and no link, that is these bytes."""
        try:
            number = os.open(self._root + path, _READ)
        except OSError:  # nothing, or a link: whatever it is, it is replaced
            return False
        try:
            found = os.fstat(number)
            if not S_ISREG(found.st_mode) or found.st_size != len(content):
                return False
            with open(number, "rb", buffering=0, closefd=False) as file:
                return file.read() == content
        finally:
            os.close(number)

    def _put(self, path: str, content: bytes) -> None:
        write(self._beside, os.O_TRUNC, content)
        os.replace(self._beside, self._root + path)  # noqa: PTH105 - no Path is at hand

    def remove(self, path: str) -> bool:
        """Remove a file, and the folders that it leaves empty; return whether it was there."""
        # What the index says that gitcp wrote may have come with the folder from elsewhere.
        refuse_strange((path,))
        target, folder = self.path / path, path.rpartition("/")[0]
        self._expect_folders(folder)
        found = os.path.lexists(target)
        target.unlink(missing_ok=True)
        self._remove_empty(folder)
        return found

    def _remove_empty(self, folder: str) -> None:
        # To try is one question; to look whether a folder is empty was a list of all that is in it, for each page that went.
        while folder:
            try:
                os.rmdir(self._root + folder)  # noqa: PTH106 - no Path is at hand
                self._made.clear()
            except FileNotFoundError:
                pass
            except OSError:
                return
            folder = folder.rpartition("/")[0]

    def tidy(self) -> None:
        """Remove what a build left that died."""
        for left in self.path.glob(f"{_BESIDE}*"):
            left.unlink(missing_ok=True)
        if (self.path / STAGED).exists():
            shutil.rmtree(self.path / STAGED)


def write(path: str, mode: int, content: bytes) -> None:
    """Write a file; `mode`: what else `os.open` is told."""
    number = os.open(path, _WRITE | mode, 0o666)
    try:
        left = memoryview(content)
        while left:  # a disk that is all but full takes a part
            left = left[os.write(number, left) :]
    finally:
        os.close(number)


def refuse_strange(paths: Collection[str]) -> None:
    """Allow only paths of pages.

    Raises:
        GitcpError: one leads out of the folder, or is gitcp's own.
    """
    for path in paths:
        parts = path.split("/")
        if not path or any(not part or part.startswith(".") or _STRANGE.search(part) for part in parts):
            raise GitcpError(
                f"{path!r}: is not a page's path, expected one inside the site's folder",
                hint="build the site into another folder",
            )


def _by_folder(paths: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in paths:
        found.setdefault(path.rpartition("/")[0], set()).add(path)
    return found


def _is_own(name: str) -> bool:
    return name.startswith(OWN)
