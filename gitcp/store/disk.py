"""What the machine refuses, told as an error of gitcp: no room, no right to write, a file that cannot be read."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Concatenate, Final, ParamSpec, Protocol, TypeVar

import pygit2

from gitcp.errors import GitcpError

P = ParamSpec("P")
T = TypeVar("T")

# The other errors of SQLite are mistakes of gitcp.
_REFUSALS: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    }
)
_PRIMARY: Final = 0xFF


class Rooted(Protocol):
    """What works in one folder."""

    @property
    def root(self) -> Path:
        """The folder that an error names where it says no other place."""
        ...


R = TypeVar("R", bound=Rooted)


@contextmanager
def refusals_told(place: Path) -> Iterator[None]:
    """Tell what the machine refuses in a block.

    Raises:
        GitcpError: the machine refused something.
    """
    try:
        yield
    except (OSError, pygit2.GitError) as error:
        raise _told(place, error) from error
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) & _PRIMARY not in _REFUSALS:
            raise
        raise _told(place, error) from error


def tells_refusals(method: Callable[Concatenate[R, P], T]) -> Callable[Concatenate[R, P], T]:
    """Let a method tell what the machine refuses."""

    @wraps(method)
    def telling(worker: R, /, *arguments: P.args, **options: P.kwargs) -> T:
        with refusals_told(worker.root):
            return method(worker, *arguments, **options)

    return telling


def _told(place: Path, error: Exception) -> GitcpError:
    where, what = place, str(error)
    if isinstance(error, OSError) and error.filename is not None:
        where, what = Path(str(error.filename)), error.strerror or what
    return GitcpError(
        f"{where}: {what}",
        hint="make room there, or give the right to write there; then ask for the same again",
    )
