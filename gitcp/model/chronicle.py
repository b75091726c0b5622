"""What an audit reads: the commits of a record branch, and the files that each of them touched."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gitcp.model.base import Record
from gitcp.model.history import Entry


@dataclass(frozen=True, slots=True)
class Held:
    """A file in one tree. `kind` and `id` are the record's, `member` in org/; both empty for what is no record's file.

    `blob`: the name of its contents; `is_strange`: it is a symbolic link or a submodule.
    """

    path: str
    blob: str
    kind: str = ""
    id: str = ""
    archived: bool = False
    is_strange: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Which record it is."""
        return self.kind, self.id


@dataclass(frozen=True, slots=True)
class Touched:
    """One path that a commit changed."""

    path: str
    before: Held | None
    after: Held | None


@dataclass(frozen=True, slots=True)
class Passage:
    """One commit of the first-parent line.

    Of a merge: `mixed` are the paths that hold what none of the commits that it brings wrote there, `foreign` those of them that these had not changed.
    """

    entry: Entry
    touched: tuple[Touched, ...]
    mixed: frozenset[str] = frozenset()
    foreign: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Line:
    """First-parent commits, the oldest first: the root, which is believed, and what came after it. `is_cut_off`: a shallow clone ends at the root."""

    commits: Sequence[str]
    is_cut_off: bool = False


class Chronicle(Protocol):
    """A record branch and its objects, read only."""

    @property
    def guards(self) -> frozenset[str]:
        """The kinds of records that keep what was last admitted while a change of theirs stands refused."""
        ...

    def line(self, root: str | None, tip: str) -> Line:
        """Return the first-parent line from a root, or from its beginning, to a tip.

        Raises:
            GitcpError: the root is no first-parent ancestor of the tip.
        """
        ...

    def at(self, commit: str) -> datetime:
        """Return when a commit was made, as its committer says."""
        ...

    def opening(self, commit: str) -> Iterator[Held]:
        """Yield the record files of a commit's tree, and what else lies in their folders."""
        ...

    def passage(self, commit: str) -> Passage:
        """Return what a commit did to its first parent's tree, and what it merged; signatures are not looked at."""
        ...

    def signed(self, entry: Entry, keys: Collection[str]) -> Entry:
        """Return a commit with whose signature over it holds, and over what it merged; `keys` are those that count."""
        ...

    def read(self, held: Held) -> Record | None:
        """Return the record of a file, an archived one too; none if it cannot be read."""
        ...
