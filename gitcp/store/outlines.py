"""The outlines of index files, kept beside them: who changes one entry need not look through all of them first.

Git does not know of these files. One that is missing, or was made for another index, is made again.
"""

import contextlib
import json
import os
from pathlib import Path
from typing import Final

from gitcp.store.index_file import HEADER, Outline, UnusualIndexError, outlined

_Identity = tuple[int, ...]
_ENCODING: Final = "latin-1"  # any bytes
_MOST: Final = 4
_last: Final[dict[Path, tuple[_Identity, Outline]]] = {}  # what this process read or wrote


class Outlines:
    """The outline of one index."""

    def __init__(self, index: Path) -> None:
        self._path = index.with_name(f"{index.name}.outline")
        self._beside = index.with_name(f"{index.name}.outline.new")

    def of(self, opened: int, status: os.stat_result) -> Outline:
        """Return the outline of an index that was opened.

        Raises:
            UnusualIndexError: git alone can read it.
        """
        known = self._kept(_identity(status))
        if known is None:
            known = outlined(os.pread(opened, status.st_size, 0), status.st_mtime_ns // 10**9)
            self.keep(status, known)
        return known

    def keep(self, status: os.stat_result, outline: Outline) -> None:
        """Keep the outline of an index that is in its place."""
        _remember(self._path, _identity(status), outline)
        recent = [(path.decode(_ENCODING), second) for path, second in outline.recent.items()]
        kept = [_identity(status), outline.count, outline.end, outline.marks, recent]
        with contextlib.suppress(OSError):  # it is a shortcut alone
            self._beside.write_text(json.dumps(kept))
            self._path.unlink(
                missing_ok=True
            )  # some file systems wait for the disk where a file replaces another
            self._beside.rename(self._path)

    def _kept(self, identity: _Identity) -> Outline | None:
        of, known = _last.get(self._path, ((), None))
        if of == identity:
            return known
        known = self._read(identity)
        if known is not None:
            _remember(self._path, identity, known)
        return known

    def _read(self, identity: _Identity) -> Outline | None:
        try:
            of, count, end, marks, recent = json.loads(self._path.read_bytes())
            if of != list(identity):
                return None
            seconds = {path.encode(_ENCODING): int(second) for path, second in recent}
            known = Outline(int(count), int(end), tuple(map(int, marks)), seconds)
            return known if all(HEADER.size <= mark < known.end for mark in known.marks) else None
        except (OSError, ValueError, TypeError, AttributeError):
            return None


def forget() -> None:
    """Forget what this process knows: the next question is answered from the files."""
    _last.clear()


def _remember(path: Path, identity: _Identity, outline: Outline) -> None:
    if len(_last) >= _MOST:
        _last.clear()
    _last[path] = identity, outline


def can_read(index: Path) -> bool:
    """Whether gitcp can read an index by itself; one that is not there yet is empty."""
    try:
        with index.open("rb", buffering=0) as file:
            Outlines(index).of(file.fileno(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return True
    except (UnusualIndexError, OSError):
        return False
    return True


def _identity(status: os.stat_result) -> _Identity:
    """Return what changes whenever an index is written: git and gitcp put a new file in place of the old one."""
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_ctime_ns, status.st_size
