"""The revisions of a document, as the history has them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gitcp.control.plane import Plane
from gitcp.core.documents import PREFIX, approved_revisions, revision_of, short
from gitcp.core.lookup import existing
from gitcp.errors import UnknownRecordError
from gitcp.model.history import Entry
from gitcp.model.tasks import Document, Task
from gitcp.store.layout import place_of

_FEWEST: Final = 4


@dataclass(frozen=True, slots=True)
class DocumentRevision:
    """A text that a document had: which commit brought it, when, by whom, and which approval is about it."""

    revision: str
    commit: str
    at: datetime
    by: str
    text: str
    approval: str | None

    @property
    def label(self) -> str:
        """What it is called where texts are compared."""
        return short(self.revision)


def revisions(plane: Plane, task: str, name: str) -> list[DocumentRevision]:
    """Return the revisions of a document, the newest first; one that comes back is told again.

    Raises:
        UnknownRecordError: there never was such a document.
    """
    snapshot = plane.snapshot()
    existing(snapshot, Task, task)
    document, history = f"{task}/{name}", plane.store.history()
    approved = approved_revisions(snapshot, document)
    found: list[DocumentRevision] = []
    for entry in reversed(list(history.entries_of("document", document))):
        text = next(
            (
                t
                for path in _paths(entry, document)
                if (t := history.text_at(entry.revision, path)) is not None
            ),
            None,
        )
        if text is not None and (not found or found[-1].text != text):
            found.append(_told(entry, text, approved.get(revision_of(text))))
    if not found:
        existing(snapshot, Document, document)
    return found[::-1]


def revision_at(plane: Plane, task: str, name: str, at: str) -> DocumentRevision:
    """Return what a document said: at a commit by any name that git has for it, in a revision of its own, or when an approval was given.

    Raises:
        UnknownRecordError: it said nothing then.
    """
    known = revisions(plane, task, name)
    digest = at.removeprefix(PREFIX)
    for each in known:
        is_named = any(name.startswith(digest) for name in (_digits(each), each.commit))
        if each.approval == at or (len(digest) >= _FEWEST and is_named):
            return each
    commit = plane.store.history().past().resolve(at)
    shown = next((each for each in known if commit is not None and _is_by(plane, each, commit)), None)
    if shown is None:
        raise UnknownRecordError(
            f"document {task}/{name}: has no revision {at}",
            hint=f"list them: gitcp document log {task} {name}",
        )
    return shown


def _digits(revision: DocumentRevision) -> str:
    return revision.revision.removeprefix(PREFIX)


def _paths(entry: Entry, document: str) -> list[str]:
    places = ((path, place_of(path)) for path in entry.paths)
    return [path for path, place in places if place and (place.kind, place.id) == ("document", document)]


def _told(entry: Entry, text: str, approval: str | None) -> DocumentRevision:
    by = entry.trailers.get("Gitcp-Actor") or entry.author
    return DocumentRevision(revision_of(text), entry.revision, entry.at, by, text, approval)


def _is_by(plane: Plane, revision: DocumentRevision, commit: str) -> bool:
    return plane.store.history().past().is_after(commit, revision.commit)
