"""Places to listen at and to call: a port, or a socket in a folder, for callers that have no network.

Rule: light to import; the agent's side uses it too.
"""

import ipaddress
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gitcp.errors import CallbackError

UNIX: Final = "unix:"
# What a socket's address has room for; 104 bytes on macOS, 108 elsewhere, with the zero at the end.
LONGEST_ADDRESS: Final = 103
PORT: Final = 7420
_LAST_PORT: Final = 65_535
_DESCRIPTORS: Final = Path("/proc/self/fd")
_ADDRESS: Final = re.compile(
    r"(?:\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<host>[A-Za-z0-9.-]*[A-Za-z.-][A-Za-z0-9.-]*))?:?(?P<port>[0-9]{1,5})?\Z"
)


@dataclass(frozen=True, slots=True)
class Address:
    """A host and a port to listen at."""

    host: str = "127.0.0.1"
    port: int = PORT

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read HOST, HOST:PORT, [IPv6]:PORT, :PORT or PORT.

        Raises:
            CallbackError: it is none of these.
        """
        found = _ADDRESS.match(text) if text else None
        port = int(found["port"]) if found and found["port"] else PORT
        if found is None or port > _LAST_PORT:
            raise CallbackError(f"expected HOST:PORT, found {text}", hint=f"such as 127.0.0.1:{PORT}")
        return cls(found["six"] or found["host"] or "127.0.0.1", port)

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can call it."""
        with suppress(ValueError):
            return ipaddress.ip_address(self.host).is_loopback
        return self.host == "localhost"

    def bind(self) -> socket.socket:
        """Return a socket bound there.

        Raises:
            CallbackError: the address is taken, or not of this machine.
        """
        try:
            family, _, _, _, place = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
            found = socket.socket(family, socket.SOCK_STREAM)
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                found.bind(place)
            except BaseException:
                found.close()
                raise
        except OSError as error:
            raise CallbackError(
                f"cannot listen at {self.host}:{self.port}: {error.strerror or error}",
                hint="name another address: --listen HOST:PORT",
            ) from error
        return found

    def url(self, port: int) -> str:
        """Return where it is called, at the port that it got."""
        return f"http://{self._quoted}:{port}"

    def hosts(self, port: int) -> frozenset[str] | None:
        """Return what `Host` may say: on loopback this machine's own names, so that no web page can call; elsewhere anything."""
        names = {self._quoted, "localhost", "127.0.0.1", "[::1]"}
        return frozenset(f"{name}:{port}" for name in names) if self.is_loopback else None

    @property
    def _quoted(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


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
