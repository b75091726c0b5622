"""A task's documents, each with its revisions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from markupsafe import Markup

from gitcp.dashboard.excerpts import cut, level
from gitcp.dashboard.figures import Stamp
from gitcp.dashboard.outside import record_commit
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.timeline import SHORT, who_made
from gitcp.model.history import Entry
from gitcp.model.tasks import Document

ROOM: Final = 60_000
SHOWN: Final = 30
REVISIONS: Final = 10


class Revision(NamedTuple):
    """One version of a document."""

    name: str
    url: str | None
    at: Stamp
    by: Ref


class Paper(NamedTuple):
    """A document; `rest` prints it whole, where it is cut, and `older` all its revisions, where some are left out."""

    name: str
    body: Markup | None
    rest: str | None
    revisions: tuple[Revision, ...]
    older: str | None


def papers(
    register: Register, documents: Sequence[Document], entries: Iterable[Entry], prose: Prose
) -> tuple[Paper, ...]:
    """Show documents; `entries` are the commits about their task, the newest first."""
    if not documents:
        return ()
    most = level([len(document.text) for document in documents[:SHOWN]], ROOM)
    found = _by_name(entries)
    return tuple(_paper(register, document, most, found, prose) for document in documents[:SHOWN])


def _paper(
    register: Register, document: Document, most: int, found: Mapping[str, Sequence[Entry]], prose: Prose
) -> Paper:
    task, _, name = document.id.partition("/")
    begun, entries = cut(document.text, most), found.get(name, ())
    return Paper(
        name=name,
        body=prose.block(document.text if begun is None else begun, below=3),
        rest=f"gitcp document show {task} {name}" if begun is not None else None,
        revisions=tuple(_revision(register, entry) for entry in entries[:REVISIONS]),
        older=f"gitcp document log {task} {name}" if len(entries) > REVISIONS else None,
    )


def _revision(register: Register, entry: Entry) -> Revision:
    return Revision(
        entry.revision[:SHORT],
        record_commit(register, entry.revision),
        register.clock.stamp(entry.at),
        who_made(register, entry),
    )


def _by_name(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        for path in entry.paths:
            if path.startswith("documents/"):
                name = path.rpartition("/")[2].removesuffix(".md")
                found.setdefault(name, []).append(entry)
    return found
