"""Refs, moved by compare-and-swap only."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pygit2

from gitcp.errors import ConflictError

_WAITS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


class Refs:
    """The refs of one repository."""

    def __init__(self, git_dir: Path) -> None:
        self._repository = pygit2.Repository(str(git_dir))

    def close(self) -> None:
        """Let go of the files."""
        self._repository.free()

    def read(self, name: str) -> str | None:
        """Return the object that a ref leads to, or none."""
        try:
            return str(self._repository.references[name].resolve().target)
        except (KeyError, pygit2.GitError):
            return None

    def target(self, name: str) -> str | None:
        """Return the name of the ref that a symbolic ref names, or none; it need not exist."""
        try:
            found = self._repository.references[name].raw_target
        except KeyError:
            return None
        return found.decode() if isinstance(found, bytes) else None

    def under(self, prefix: str) -> Iterator[tuple[str, str]]:
        """Yield the refs whose names begin so, with their objects, sorted by name."""
        for name in sorted(self._repository.references):
            if name.startswith(prefix):
                oid = self.read(name)
                if oid is not None:
                    yield name, oid

    def point(self, name: str, target: str) -> None:
        """Make or change a symbolic ref."""
        self._repository.references.create(name, target, force=True)

    def swap(self, name: str, expected: str | None, new: str | None, message: str = "") -> bool:
        """Move a ref if it still is where it is expected; none stands for a ref that is not there.

        Raises:
            ConflictError: another program holds the ref's lock and does not let go.
        """
        for wait in _WAITS:
            if self.read(name) != expected:
                return False
            try:
                self._swap(name, expected, new, message)
            except (pygit2.GitError, OSError):  # it moved just now, or is locked: look again
                time.sleep(wait)
            else:
                return True
        raise ConflictError(
            f"{name}: is locked by another program", hint="look for a .lock file that was left behind"
        )

    def _swap(self, name: str, expected: str | None, new: str | None, message: str) -> None:
        if expected is None:
            if new is not None:
                self._repository.references.create(name, new)
            return
        reference = self._repository.references[name]
        if str(reference.target) != expected:
            raise pygit2.GitError(f"{name} moved")
        # From here on libgit2 compares: under the ref's lock it must still hold what was read.
        if new is None:
            reference.delete()
        else:
            reference.set_target(new, message)
