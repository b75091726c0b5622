"""Refs, moved by compare-and-swap only."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pygit2

from gitcp.errors import ConflictError, GitcpError

_WAITS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_DOUBTS: Final = 3


class Refs:
    """The refs of one repository, which keeps them in files: `find_repository` takes no other."""

    def __init__(self, git_dir: Path) -> None:
        self._repository = pygit2.Repository(str(git_dir))
        common = git_dir / "commondir"
        self._folder = (git_dir / common.read_text().strip()).resolve() if common.exists() else git_dir

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
        for name in sorted(self._loose(prefix) | self._packed(prefix)):
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
            GitcpError: it cannot be written.
        """
        return self._moved(name, expected, new, message)

    def note(self, name: str, expected: str | None, new: str | None) -> bool:
        """Move a ref in which this repository keeps something for itself; otherwise as `swap`, where an operation lands."""
        return self._moved(name, expected, new, "")

    def _moved(self, name: str, expected: str | None, new: str | None, message: str) -> bool:
        lock = self._folder / f"{name}.lock"
        for turn, wait in enumerate(_WAITS):
            if self.read(name) != expected:
                return False
            try:
                self._swap(name, expected, new, message)
            except (pygit2.GitError, OSError) as error:  # it moved just now, or is locked: look again
                if turn >= _DOUBTS and not lock.exists():
                    raise GitcpError(
                        f"{name}: cannot be moved: {error}",
                        hint="make room, or give the right to write there",
                    ) from error
                time.sleep(wait)
            else:
                return True
        raise ConflictError(
            f"{lock}: another program has locked {name}",
            hint="end it; if there is none, it was left behind: delete that file",
        )

    def _loose(self, prefix: str) -> set[str]:
        # Of the other refs there may be thousands, and libgit2 opens each of them.
        found = (path for path in (self._folder / prefix).glob("**/*") if path.suffix != ".lock")
        return {path.relative_to(self._folder).as_posix() for path in found if path.is_file()}

    def _packed(self, prefix: str) -> set[str]:
        try:
            text = (self._folder / "packed-refs").read_bytes()
        except FileNotFoundError:
            return set()
        found = re.findall(rb"^[0-9a-f]{40} (%s.+)$" % re.escape(prefix.encode()), text, re.MULTILINE)
        return {name.decode("utf-8", "surrogateescape") for name in found}

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
