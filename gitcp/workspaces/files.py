"""Folders and files below the state folder."""

import errno
import os
import shutil
import stat
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from gitcp.errors import WorkspaceError

SMALL: Final = 64 * 1024


@contextmanager
def told() -> Iterator[None]:
    """Tell of a disk that is full, or of a folder that may not be written, as an expected failure."""
    try:
        yield
    except OSError as error:
        raise WorkspaceError(
            f"{error.filename or 'the state folder'}: {error.strerror or error}",
            hint="look after the disk and the permissions there",
        ) from error


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    new.write_bytes(content)
    new.replace(path)


def text_of(path: Path, most: int = SMALL) -> str:
    """Return the text of a plain file that an agent may have written, or its end if it has more than `most` bytes.

    Raises:
        OSError: it is none, or cannot be read; no link is followed, no pipe waited for.
    """
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise FileNotFoundError(errno.ENOENT, "expected a plain file", str(path))
        file.seek(max(found.st_size - most, 0))
        return file.read(most).decode(errors="replace")


def remove(path: Path) -> None:
    """Remove a folder with all that is in it, also what somebody has made read-only; a missing one is fine.

    Raises:
        WorkspaceError: something in it cannot be removed.
    """
    try:
        if path.is_symlink() or path.is_file():
            path.unlink()
        elif path.exists():
            _remove_folder(path)
    except OSError as error:
        raise WorkspaceError(
            f"{path}: could not be removed: {error}", hint="end what still uses it, then try again"
        ) from error


def _remove_folder(path: Path) -> None:
    try:
        _open_up(path)
        shutil.rmtree(path)
    except (OSError, RecursionError) as error:
        if getattr(error, "errno", None) not in {None, errno.ENAMETOOLONG}:
            raise
        # Deeper than a path is long: these programs know no such limit.
        for argv in (("chmod", "-R", "u+rwX"), ("rm", "-rf")):
            subprocess.run([*argv, "--", str(path)], capture_output=True, check=False)
        if path.exists():
            raise


def _open_up(path: Path) -> None:
    path.chmod(stat.S_IRWXU)
    for folder, names, _ in os.walk(path):
        for child in (Path(folder, name) for name in names):
            mode = child.lstat().st_mode
            if stat.S_ISDIR(mode) and mode & stat.S_IRWXU != stat.S_IRWXU:
                child.chmod(stat.S_IRWXU)
