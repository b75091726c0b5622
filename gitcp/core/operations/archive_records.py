"""Move closed tasks and ended runs into the archive, and sum up what the runs cost."""

from collections.abc import Iterator
from typing import ClassVar

from gitcp.core.archiving import Selection, select
from gitcp.core.authority import authorise
from gitcp.model.base import Positive
from gitcp.model.operation import Archive, Call, Change, Edit, Operation, Put
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Comment, Document, Task


class ArchiveRecords(Operation):
    """Archive what nothing happened to for so many days; `edited` are kind and id of records whose files somebody edits: those stay."""

    name: ClassVar[str] = "record.archive"

    days: Positive
    edited: tuple[tuple[str, str], ...] = ()

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Move every file as it is, all in one commit."""
        authorise(snapshot, call, self.name)
        selection = select(snapshot, call.now, self.days, self.edited)
        return Edit(tuple(_changes(selection)), _subject(selection))


def _changes(selection: Selection) -> Iterator[Change]:
    yield from (Archive(Task, name) for name in selection.tasks)
    yield from (Archive(Comment, name) for name in selection.comments)
    yield from (Archive(Document, name) for name in selection.documents)
    yield from (Archive(Run, run.id, run.task) for run in selection.runs)
    yield from (Put(ledger) for ledger in selection.ledgers)


def _subject(selection: Selection) -> str:
    counts = ((len(selection.tasks), "task"), (len(selection.runs), "run"))
    told = " and ".join(f"{number} {word}{'s' if number != 1 else ''}" for number, word in counts)
    return f"archive {told}"
