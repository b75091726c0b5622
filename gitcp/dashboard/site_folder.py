"""The one place of the dashboard that puts files: each at once, so that a reader never sees a part of one.

Rule: nothing is written, replaced or removed but what the caller owns, and no way leads out of the folder, neither by a path nor by a link.
"""

import os
import re
from collections.abc import Collection, Container
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Final

from gitcp.errors import GitcpError

INDEX: Final = ".gitcp-site.db"
LISTED: Final = ".gitcp-site.json"
"""Where earlier versions of gitcp listed what they wrote."""

OWN: Final = ".gitcp-site"
"""How the names of gitcp's own files in the folder begin; no part of a page's path begins with a dot."""

# What is a way elsewhere on some file systems, or ends a path.
_STRANGE: Final = re.compile(r"[\\:\x00-\x1f]")
_BESIDE: Final = f"{OWN}.new"
_HINT: Final = "choose an empty folder, or one that does not exist yet"


class SiteFolder:
    """A folder that holds a site, next to files that are not gitcp's."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._beside = path / f"{_BESIDE}.{os.getpid()}"
        self._made: set[str] = set()

    def expect_free(self) -> None:
        """Allow a folder that is new, empty, or has a list of what gitcp wrote.

        Raises:
            GitcpError: it holds files of others alone.
        """
        if not self.path.exists():
            return
        if not self.path.is_dir():
            raise GitcpError(f"{self.path}: is a file, expected a folder for the site")
        names = [path.name for path in self.path.iterdir()]
        for name in filter(_is_own, names):
            # Through a link another file would be opened as the index, and changed.
            if not (self.path / name).is_file() or (self.path / name).is_symlink():
                raise GitcpError(
                    f"{self.path / name}: is not a file, expected one of gitcp's own", hint=_HINT
                )
        if not {INDEX, LISTED}.intersection(names) and any(not name.startswith(OWN) for name in names):
            raise GitcpError(
                f"{self.path}: holds files that gitcp did not write, expected an empty folder or a site of gitcp",
                hint=_HINT,
            )

    def expect_room(self, wanted: Collection[str], owned: Container[str]) -> None:
        """Allow paths that are inside of the folder, and where nothing is yet that is not owned.

        Raises:
            GitcpError: one is not.
        """
        refuse_strange(wanted)
        folders = {path.rpartition("/")[0] for path in wanted}
        for folder in sorted(folders):
            self._expect_folders(folder)
        taken = self._taken(folders | {""})
        for path in sorted(taken.intersection(wanted)):
            place = self.path / path
            if path not in owned or (place.is_dir() and not place.is_symlink()):
                raise GitcpError(
                    f"{place}: gitcp did not write it, expected nothing there",
                    hint="move it away, or choose another folder",
                )

    def _taken(self, folders: Collection[str]) -> set[str]:
        """Return what is in some of the folders: listing them is one question, where each path would be another."""
        taken: set[str] = set()
        for folder in folders:
            with suppress(FileNotFoundError):
                taken.update(f"{folder}/{found.name}".lstrip("/") for found in os.scandir(self.path / folder))
        return taken

    def _expect_folders(self, folder: str) -> None:
        parts = folder.split("/") if folder else []
        for place in (self.path.joinpath(*parts[: end + 1]) for end in range(len(parts))):
            if place.is_symlink() or (place.exists() and not place.is_dir()):
                raise GitcpError(f"{place}: is not a folder, expected one for pages", hint="move it away")

    def renew(self, path: str, content: bytes) -> bool:
        """Put a file in place of what was there, unless that is the same already; return whether it was another."""
        place = self.path / path
        is_same = place.is_file() and not place.is_symlink() and place.read_bytes() == content
        if not is_same:
            self._put(path, content)
        return not is_same

    def _put(self, path: str, content: bytes) -> None:
        target = self.path / path
        folder = path.rpartition("/")[0]
        if folder not in self._made:
            self._expect_folders(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(folder)
        self._beside.write_bytes(content)
        self._beside.replace(target)

    def remove(self, path: str) -> bool:
        """Remove a file, and the folders that it leaves empty; return whether it was there."""
        # What the index says that gitcp wrote may have come with the folder from elsewhere.
        refuse_strange((path,))
        target = self.path / path
        self._expect_folders(path.rpartition("/")[0])
        found = os.path.lexists(target)
        target.unlink(missing_ok=True)
        for parent in (self.path / parent for parent in PurePosixPath(path).parents if parent.parts):
            if parent.is_dir() and not any(parent.iterdir()):
                parent.rmdir()
                self._made.clear()
        return found

    def tidy(self) -> None:
        """Remove what a build left that died."""
        for left in self.path.glob(f"{_BESIDE}*"):
            left.unlink(missing_ok=True)


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


def _is_own(name: str) -> bool:
    return name.startswith(OWN)
