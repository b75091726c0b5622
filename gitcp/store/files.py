"""Files of a working tree, read and replaced without ever following a link out of it."""

import contextlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_WRITE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_EXECUTABLE: Final = 0o100


@dataclass(frozen=True, slots=True)
class Held:
    """A file's bytes, and whether it may be executed."""

    data: bytes
    is_executable: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A file as it was read, and what the file system said of it just before."""

    held: Held
    status: os.stat_result


class InTheWayError(Exception):
    """There is something that is no plain file, or a link where a folder is expected."""


class Files:
    """The files below one folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, path: str) -> Held | None:
        """Return a file, or none if nothing is there.

        Raises:
            InTheWayError: something else is there.
        """
        found = self.look(path)
        return None if found is None else found.held

    def look(self, path: str) -> Found | None:
        """Return a file with what the file system says of it, or none if nothing is there.

        Raises:
            InTheWayError: something else is there.
        """
        folder, _, name = path.rpartition("/")
        with self._opened(folder, make=False) as inside:
            return None if inside is None else _read(name, inside)

    def status(self, path: str) -> os.stat_result | None:
        """Return what the file system says of a file, or of what is in its place; none if nothing is there.

        Raises:
            InTheWayError: there is something else than a folder on the way to it.
        """
        folder, _, name = path.rpartition("/")
        with self._opened(folder, make=False) as inside, contextlib.suppress(FileNotFoundError):
            if inside is not None:
                return os.stat(name, dir_fd=inside, follow_symlinks=False)
        return None

    def replace(self, path: str, held: Held) -> None:
        """Put a file in place in one step: a reader finds the old one or the new one."""
        folder, _, name = path.rpartition("/")
        beside = _beside(name)
        with self._opened(folder, make=True) as inside:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(beside, dir_fd=inside)
            _write(beside, held, _mode(name, held, inside), inside)
            os.replace(beside, name, src_dir_fd=inside, dst_dir_fd=inside)

    def remove(self, path: str) -> None:
        """Delete a file, and the folders that it leaves empty."""
        folder, _, name = path.rpartition("/")
        with self._opened(folder, make=False) as inside, contextlib.suppress(FileNotFoundError):
            if inside is not None:
                os.unlink(name, dir_fd=inside)
        while folder:
            above, _, name = folder.rpartition("/")
            with self._opened(above, make=False) as inside:
                if inside is None or not _removed(name, inside):
                    return
            folder = above

    def tidy(self, path: str) -> None:
        """Delete what a replacement left behind that did not come to its end."""
        folder, _, name = path.rpartition("/")
        with (
            contextlib.suppress(FileNotFoundError, InTheWayError),
            self._opened(folder, make=False) as inside,
        ):
            if inside is not None:
                os.unlink(_beside(name), dir_fd=inside)

    @contextlib.contextmanager
    def _opened(self, folder: str, *, make: bool) -> Iterator[int | None]:
        inside: int | None = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for name in folder.split("/") if folder else ():
                above, inside = inside, None
                try:
                    inside = _entered(name, above, make=make)
                finally:
                    if above is not None:
                        os.close(above)
                if inside is None:
                    break
            yield inside
        finally:
            if inside is not None:
                os.close(inside)


def _entered(name: str, above: int | None, *, make: bool) -> int | None:
    try:
        return os.open(name, _FOLDER, dir_fd=above)
    except FileNotFoundError:
        if not make:
            return None
        os.mkdir(name, dir_fd=above)
        return os.open(name, _FOLDER, dir_fd=above)
    except OSError as error:
        raise InTheWayError(name) from error


def _read(name: str, inside: int) -> Found | None:
    try:
        opened = os.open(name, _READ, dir_fd=inside)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InTheWayError(name) from error
    status = os.fstat(opened)
    if not stat.S_ISREG(status.st_mode):
        os.close(opened)
        raise InTheWayError(name)
    with os.fdopen(opened, "rb") as file:
        return Found(Held(file.read(), bool(status.st_mode & _EXECUTABLE)), status)


def _write(name: str, held: Held, mode: int, inside: int | None) -> None:
    with os.fdopen(
        os.open(name, _WRITE, 0o777 if held.is_executable else 0o666, dir_fd=inside), "wb"
    ) as file:
        file.write(held.data)
        if mode:
            os.fchmod(file.fileno(), mode)


def _mode(name: str, held: Held, inside: int | None) -> int:
    """Return the mode of the file that is there, if it fits; none lets the user's mask decide."""
    try:
        found = stat.S_IMODE(os.stat(name, dir_fd=inside, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return 0
    return found if bool(found & _EXECUTABLE) is held.is_executable else 0


def _removed(name: str, inside: int) -> bool:
    try:
        os.rmdir(name, dir_fd=inside)
    except OSError:
        return False
    return True


def _beside(name: str) -> str:
    return f".{name}.gitcp"
