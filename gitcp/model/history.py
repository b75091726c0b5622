"""What happened: the commits of the record branch, newest first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Merged:
    """A commit that a merge brought in: who wrote it, and who signed it."""

    revision: str
    author: str
    author_email: str
    signer: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One commit. Trailers are claims: believe them of the scheduler's identity alone. `paths` are the changed files, sorted.

    `signer`: the public key whose signature over this commit holds, as `gitcp.model.members.SigningKey` has it; none: not signed, or not looked at.
    `merged`: the commits that it brought into the first-parent line.
    """

    revision: str
    at: datetime
    author: str
    author_email: str
    committer: str
    committer_email: str
    subject: str
    body: str = ""
    trailers: Mapping[str, str] = field(default_factory=dict)
    paths: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    signer: str | None = None
    merged: tuple[Merged, ...] = ()


class History(Protocol):
    """The first-parent log of the record branch."""

    def entries(self, *, limit: int | None = None) -> Iterator[Entry]:
        """Yield commits, newest first, with the paths that each changed."""
        ...

    def entries_of(self, kind: str, record_id: str, *, limit: int | None = None) -> Iterator[Entry]:
        """Yield the commits that are about one record, newest first.

        About a task are also its comments, documents and runs: by their paths, or by the `Gitcp-Task` trailer.
        """
        ...

    def text_at(self, revision: str, path: str) -> str | None:
        """Return a file's text at a commit, or none."""
        ...
