"""Files in folders that agents can write to as well.

Rule: what an agent may have put there, a link, a pipe, a device, is never followed, waited for or believed to be short.
"""

import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Final

SMALL_BYTES: Final = 64 * 1024
ADDED_BYTES: Final = 16 * 1024 * 1024


def own_folder(path: Path) -> Path:
    """Make a folder, in place of whatever else stands there."""
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        path.unlink()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def put(path: Path, data: bytes) -> None:
    """Write a file beside its place and move it there: what stood there is replaced, and never written through."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=".gitcp-")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def put_copy(source: Path, path: Path) -> None:
    """Make a folder a copy of another one, links as links."""
    own_folder(path.parent)
    if path.is_symlink() or path.is_file():
        path.unlink()
    shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(source, path, symlinks=True)


def small_text(path: Path) -> str:
    """Return the text of a small file, or none of any length where there is no such file."""
    try:
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except (OSError, ValueError):
        return ""
    try:
        is_file = stat.S_ISREG(os.fstat(number).st_mode)
        return os.read(number, SMALL_BYTES).decode(errors="replace") if is_file else ""
    finally:
        os.close(number)


def added(path: Path, offset: int) -> bytes:
    """Return what a file holds from an offset on, or as much of it as is read at once; nothing where there is no such file."""
    try:
        # Looked at once it is open: in between it could become a pipe.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return b""
            file.seek(offset)
            return file.read(ADDED_BYTES)
    except OSError:  # it is seen the next time, or never
        return b""
