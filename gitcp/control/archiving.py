"""`gitcp archive`: closed tasks and ended runs move out of the way, in one commit of gitcp's own."""

from dataclasses import dataclass

from gitcp.control.plane import Plane
from gitcp.control.transcripts import prune
from gitcp.core.archiving import Kept, Selection, days_of, select
from gitcp.core.operations.archive_records import ArchiveRecords
from gitcp.errors import GitcpError
from gitcp.model.actors import the_scheduler
from gitcp.model.operation import Receipt
from gitcp.store.layout import place_of

Record = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Archived:
    """What was moved, by the receipt of its commit, and what stayed."""

    days: int
    receipt: Receipt
    kept: tuple[Kept, ...]
    notes: tuple[str, ...]


def preview(plane: Plane, days: int | None = None) -> tuple[int, Selection]:
    """Return what would be moved, and the days that count: those that were given, or the company's."""
    snapshot = plane.snapshot()
    wanted = days or days_of(snapshot)
    return wanted, select(snapshot, plane.clock.now(), wanted, _edited(plane))


def archive(plane: Plane, days: int | None = None) -> Archived:
    """Move what may be moved; a second time there is nothing to move.

    Raises:
        GitcpError: it was refused; nothing was written.
    """
    plane.store.fetch()
    wanted = days or days_of(plane.snapshot())
    edited = _edited(plane)
    operation = ArchiveRecords(days=wanted, edited=edited)
    receipt, notes = plane.apply(operation, the_scheduler())
    notes = (*notes, *_pruned(plane))
    kept = select(plane.snapshot(), plane.clock.now(), wanted, edited).kept
    return Archived(wanted, receipt, kept, notes)


def _pruned(plane: Plane) -> tuple[str, ...]:
    try:
        prune(plane)
    except GitcpError as error:
        return (f"old transcripts are kept: {error}",)
    return ()


def _edited(plane: Plane) -> tuple[Record, ...]:
    places = map(place_of, plane.store.edited_paths())
    return tuple((place.kind, place.id) for place in places if place is not None)
