"""What may go into the archive, and why the rest stays.

Rule: nothing that is still asked of the live records is moved. So plan, totals and the readiness of tasks are the same before and after.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from gitcp.core.archiving.facts import Facts
from gitcp.core.archiving.runs import Staying, why_run_stays
from gitcp.core.archiving.tasks import why_tasks_stay
from gitcp.core.ledger import Book, month_of
from gitcp.model.company import ArchiveSettings
from gitcp.model.guards import Ledger
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot

__all__ = ["Kept", "Selection", "days_of", "select"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A closed task or an ended run that stays where it is, and why."""

    kind: str
    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Selection:
    """What goes into the archive, the ledgers that then hold what its runs cost, and what stays. Ids are sorted."""

    tasks: tuple[str, ...]
    comments: tuple[str, ...]
    documents: tuple[str, ...]
    runs: tuple[Run, ...]
    ledgers: tuple[Ledger, ...]
    kept: tuple[Kept, ...]


def days_of(snapshot: Snapshot) -> int:
    """Return for how many days nothing must have happened to what is archived, where nobody says otherwise."""
    company = snapshot.company
    return (company.archive if company else ArchiveSettings()).after_days


def select(
    snapshot: Snapshot, now: datetime, days: int, edited: Collection[tuple[str, str]] = ()
) -> Selection:
    """Decide what is moved; `edited` are kind and id of records whose files have uncommitted edits: those stay."""
    facts = Facts(snapshot, now, days, frozenset(edited))
    stay = why_tasks_stay(facts)
    tasks = [task.id for task in facts.tasks if not task.is_open and task.id not in stay]
    gone = frozenset(tasks)
    comments = [comment.id for comment in facts.comments_below(gone)]
    staying = Staying(facts.known_tasks - gone, facts.known_comments.difference(comments))
    runs, ledgers, left = _runs(facts, staying)
    kept = [Kept("task", name, reason) for name, reason in sorted(stay.items())]
    return Selection(
        tuple(tasks),
        tuple(comments),
        tuple(document.id for document in facts.documents_below(gone)),
        runs,
        ledgers,
        (*kept, *left),
    )


def _runs(facts: Facts, staying: Staying) -> tuple[tuple[Run, ...], tuple[Ledger, ...], list[Kept]]:
    book = Book(facts.snapshot, {task.id: task for task in facts.tasks})
    moved: list[Run] = []
    kept: list[Kept] = []
    ended = (run for run in facts.every_run if not run.is_active)
    for run in sorted(ended, key=lambda run: run.id):
        reason = why_run_stays(facts, staying, run)
        if reason is None and not book.enter(run):
            reason = f"ledger/{month_of(run)}.yaml is full"
        if reason is None:
            moved.append(run)
        else:
            kept.append(Kept("run", run.id, reason))
    return tuple(moved), tuple(book.ledgers()) if moved else (), kept
