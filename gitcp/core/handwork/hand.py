"""One record's change in a commit by a person's own hand, and what else that commit holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from gitcp.core.identity import Who
from gitcp.model.base import Record
from gitcp.model.change import RecordChange
from gitcp.model.problem import Problem
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Comment


@dataclass(frozen=True, slots=True)
class Hand:
    """A change, who made it, and all changes of its commit. `at`: when, none: now; `others`: who wrote what it merged."""

    change: RecordChange
    who: Who
    commit: Sequence[RecordChange]
    at: datetime | None = None
    others: frozenset[str] = frozenset()

    @property
    def known(self) -> Snapshot:
        """The records before the commit."""
        return self.change.known

    @property
    def before(self) -> Record | None:
        """What was last admitted."""
        return self.change.before

    @property
    def after(self) -> Record | None:
        """What the file says now."""
        return self.change.after

    def wrong(self, where: str, message: str, hint: str) -> Problem:
        """Say what is wrong at one place of the file."""
        record = self.after or self.before
        named = (record.kind, record.id) if record else (self.change.kind, self.change.id)
        return Problem(self.change.path, where=where, message=message, hint=hint, record=named)

    def signed_by_another(self, where: str, name: str | None) -> Iterator[Problem]:
        """Refuse a name that is not the author's where the file says by whom something is."""
        if name not in {None, self.who.id, *self.others}:
            message = f"expected {self.who.id}, who made the commit, found {name}"
            yield self.wrong(
                where, message, "nobody writes in another's name: write your own, or leave it out"
            )

    def has_said(self, task: str, begins: str = "") -> bool:
        """Whether the commit adds a comment of its author on a task."""
        return any(
            change.before is None
            and isinstance(said := change.after, Comment)
            and (said.task, said.author) == (task, self.who.id)
            and said.body.startswith(begins)
            for change in self.commit
        )
