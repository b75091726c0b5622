"""Places to listen at and to call: a port, or a socket in a folder, for callers that have no network.

Rule: light to import; the agent's side uses it too.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from gitcp.errors import CallbackError

UNIX: Final = "unix:"
# What a socket's address has room for; 104 bytes on macOS, 108 elsewhere, with the zero at the end.
LONGEST_ADDRESS: Final = 103
_DESCRIPTORS: Final = Path("/proc/self/fd")


def socket_at(path: Path) -> socket.socket:
    """Return a socket bound to a path, for its owner alone; what a runner left there before is replaced.

    Raises:
        CallbackError: the path is too long for a socket here.
        OSError: the folder cannot be written.
    """
    path.unlink(missing_ok=True)
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with _address(path) as address:
            found.bind(address)
        path.chmod(0o600)
    except BaseException:
        found.close()
        raise
    return found


def call_at(path: Path, patience: float) -> socket.socket:
    """Return a socket that is connected to a path.

    Raises:
        CallbackError: the path is too long for a socket here.
        OSError: nobody listens there.
    """
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    found.settimeout(patience)
    try:
        with _address(path) as address:
            found.connect(address)
    except BaseException:
        found.close()
        raise
    return found


@contextmanager
def _address(path: Path) -> Iterator[str]:
    """Yield the path, by way of its folder's descriptor if it is too long for an address."""
    if len(os.fsencode(path)) <= LONGEST_ADDRESS:
        yield str(path)
        return
    if not _DESCRIPTORS.is_dir():
        raise CallbackError(
            f"{path}: expected at most {LONGEST_ADDRESS} bytes for a socket",
            hint="git config gitcp.state with a shorter path",
        )
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield str(_DESCRIPTORS / str(folder) / path.name)
    finally:
        os.close(folder)
