"""Commits of the past as what they did to records."""

from dataclasses import dataclass

from gitcp.model.base import Record


@dataclass(frozen=True, slots=True)
class RecordStep:
    """One record before and after a commit, as its files say; none: there was no file that could be read."""

    kind: str
    id: str
    before: Record | None
    after: Record | None
    is_broken: bool = False
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class PastCommit:
    """A commit of the record branch as what it did to records. `operation`: what it says to be, none: somebody wrote it by hand."""

    revision: str
    subject: str
    operation: str | None
    steps: tuple[RecordStep, ...]
