"""Files that somebody else may have written: plain ones alone, of bounded size, and never what a link leads to."""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from gitcp.errors import GitcpError


def read_whole(path: Path, limit: int) -> bytes | None:
    """Return what a file holds, or none if there is none.

    Raises:
        GitcpError: it is no plain file, larger than `limit` bytes, or cannot be read.
    """
    with _opened(path) as file:
        return None if file is None else _limited(path, file, limit)


def read_ends(path: Path, limit: int) -> bytes | None:
    """Return what a file holds, without its middle where it has more than `limit` bytes; none if there is none.

    Raises:
        GitcpError: it is no plain file, or cannot be read.
    """
    with _opened(path) as file:
        if file is None:
            return None
        size = os.fstat(file.fileno()).st_size
        if size <= limit:
            return file.read(limit)
        begin = file.read(limit // 2)
        file.seek(size - limit // 2)
        end = file.read(limit // 2)
    return b"%s\n[gitcp: %d bytes are left out here]\n%s" % (begin, size - 2 * (limit // 2), end)


def copy_whole(path: Path, to: Path, limit: int) -> bool:
    """Copy a file to a place where nobody else writes; return whether there is one.

    Raises:
        GitcpError: it is no plain file, larger than `limit` bytes, or cannot be copied.
    """
    with _opened(path) as file:
        if file is None:
            return False
        _expect_size(path, file, limit)
        with to.open("wb") as copy:
            shutil.copyfileobj(file, copy)
            if copy.tell() > limit:
                raise _too_large(path, copy.tell(), limit)
    return True


def write_durably(path: Path, data: bytes) -> None:
    """Write a file so that a crash leaves the old one or the new one, and the new one once this returns."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    settle_folder(path.parent)


def settle_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO | None]:
    # Without waiting: what is opened may be a pipe that nobody writes to.
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        yield None
        return
    except OSError as error:
        raise GitcpError(f"{path}: expected a plain file: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise GitcpError(f"{path}: expected a plain file, found something else")
    with os.fdopen(number, "rb") as file:
        yield file


def _limited(path: Path, file: BinaryIO, limit: int) -> bytes:
    _expect_size(path, file, limit)
    data = file.read(limit + 1)
    if len(data) > limit:
        raise _too_large(path, len(data), limit)
    return data


def _expect_size(path: Path, file: BinaryIO, limit: int) -> None:
    size = os.fstat(file.fileno()).st_size
    if size > limit:
        raise _too_large(path, size, limit)


def _too_large(path: Path, size: int, limit: int) -> GitcpError:
    return GitcpError(f"{path}: expected at most {limit} bytes, found {size}")
