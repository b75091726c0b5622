"""What rules would say of the files as they are on disk, committed or not, if they were committed now."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from gitcp.control.checking import files_on_disk
from gitcp.control.plane import Plane
from gitcp.core.hypotheses import Hypothesis, asked_by, who_named
from gitcp.core.implied import implied
from gitcp.core.questions import asked
from gitcp.core.views.verdicts import verdict_view
from gitcp.errors import GitcpError
from gitcp.model.base import Record
from gitcp.model.change import RecordChange
from gitcp.model.kinds import KINDS
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task
from gitcp.store.codec import read
from gitcp.store.layout import MEMBER, Place, path_of, place_of


def verdict_of(known: Snapshot, operation: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the verdict on an operation that nobody has asked for; one on a task changes the task's file where no other is named.

    Raises:
        UnknownRecordError: there is no such operation, member or task.
    """
    asks = Hypothesis.of(operation, given)
    if asks.task is not None and not asks.paths and operation.startswith("task."):
        asks = replace(asks, paths=(path_of(Task, asks.task),))
    return verdict_view(known, asked_by(known, asks), known.get(Task, asks.task) if asks.task else None)


def verdicts_of_files(plane: Plane, by: str | None = None) -> list[dict[str, Any]]:
    """Return the verdict on each operation that the uncommitted changes of records come to; `by`: who would commit them, none: who is at the keyboard.

    Raises:
        GitcpError: there is no checkout.
        NotAllowedError: nobody is named, and Git has no identity here.
    """
    if not plane.store.has_checkout:
        raise GitcpError(
            "there are no files here to test", hint="do it in a checkout of the control repository"
        )
    known = plane.snapshot()
    who = who_named(known, by or plane.person().id)
    changes = list(changes_of(known, plane.store.files(), files_on_disk(plane.store.root)[0]))
    return [
        verdict_view(known, asked(operation, who), known.get(Task, operation.change.id))
        for operation in implied(changes)
    ]


def changes_of(
    known: Snapshot, before: Mapping[str, bytes], after: Mapping[str, bytes]
) -> Iterator[RecordChange]:
    """Yield what became of each record between two sets of files; what was last admitted counts as what it was."""
    for path in sorted(before.keys() | after.keys()):
        was, becomes = before.get(path), after.get(path)
        place = place_of(path)
        if was == becomes or place is None:
            continue
        record = read(place, becomes).record if becomes is not None else None
        yield RecordChange(
            path=path,
            kind=place.kind,
            id=place.id,
            before=_known(known, place),
            after=record,
            known=known,
            is_broken=becomes is not None and record is None,
            is_archived=place.archived,
            base=_blob(was),
            blob=_blob(becomes),
        )


def _known(known: Snapshot, place: Place) -> Record | None:
    return known.member(place.id) if place.kind == MEMBER else known.get(KINDS[place.kind], place.id)


def _blob(data: bytes | None) -> str | None:
    if data is None:
        return None
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
