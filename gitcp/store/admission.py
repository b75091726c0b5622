"""Which changes by others stand refused, and what a guard says while its change does.

Rule: a path stands from the commit that was refused, or that broke its file, until a change from what was last admitted there to what it
then holds is not refused. So nothing is laundered by a later, harmless change, and a new reading from any earlier commit at which
nothing stood comes to the same.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeGuard

from gitcp.model.base import Record
from gitcp.model.change import RecordChange
from gitcp.model.guards import Approval, ApprovalStatus
from gitcp.model.history import Entry
from gitcp.model.problem import Problem, Severity
from gitcp.store.readings import FileReading
from gitcp.store.trees import Leaf

GUARDS: Final = frozenset({"company", "member", "policy", "budget", "approval"})


Judge = Callable[[Entry, Sequence[RecordChange]], Sequence[Problem]]
"""Say what is wrong with a commit that the scheduler did not make. Pure. A problem that is an error refuses the change of its path."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one path that a commit changed."""

    shown: FileReading
    problems: tuple[Problem, ...]
    admitted: Leaf | None
    stands: bool


def judged(path: str, admitted: FileReading, found: FileReading, problems: Iterable[Problem]) -> Verdict:
    """Decide what a changed path shows, and whether it stands refused."""
    about = tuple(_named(p, found.subject or admitted.subject) for p in problems if p.path == path)
    refused = any(p.severity is Severity.ERROR for p in about)
    broken = found.is_broken and admitted.record is not None
    keeps = _is_guard(found, GUARDS) if refused else broken and _is_guard(found, frozenset({"policy"}))
    return Verdict(admitted if keeps else found, about, admitted.leaf, refused or broken)


def _is_guard(reading: FileReading, kinds: frozenset[str]) -> bool:
    return reading.place is not None and reading.place.kind in kinds


def _named(problem: Problem, subject: tuple[str, str] | None) -> Problem:
    return problem if problem.record or subject is None else replace(problem, record=subject)


def is_applied(record: Record | None) -> TypeGuard[Approval]:
    """Whether a record is an approval whose change is in the branch."""
    return isinstance(record, Approval) and record.status is ApprovalStatus.APPLIED


class Standing:
    """The paths that do not hold what was last admitted there."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __bool__(self) -> bool:
        return self._connection.execute("SELECT 1 FROM standing LIMIT 1").fetchone() is not None

    def holds(self, path: str) -> bool:
        """Whether a path does not hold what was last admitted there."""
        found = self._connection.execute("SELECT 1 FROM standing WHERE path = ?", (path,))
        return found.fetchone() is not None

    @property
    def base(self) -> str | None:
        """The last commit at which nothing stood that stands now, or none if nothing does."""
        row = self._connection.execute("SELECT base FROM standing ORDER BY number LIMIT 1").fetchone()
        return None if row is None else str(row[0])

    def admitted(self, path: str, otherwise: Leaf | None) -> Leaf | None:
        """Return what was last admitted at a path."""
        row = self._connection.execute(
            "SELECT admitted, mode FROM standing WHERE path = ?", (path,)
        ).fetchone()
        if row is None:
            return otherwise
        return None if row[0] is None else Leaf(str(row[0]), int(row[1]))

    def add(self, path: str, admitted: Leaf | None, parent: str) -> None:
        """Let a path stand; one that stands already keeps its place.

        While others stand it takes their base: at its own parent they stood already.
        """
        oid, mode = (None, None) if admitted is None else (admitted.oid, admitted.mode)
        self._connection.execute(
            "INSERT OR IGNORE INTO standing (path, admitted, mode, base) VALUES (?, ?, ?, ?)",
            (path, oid, mode, self.base or parent),
        )

    def lift(self, path: str) -> None:
        """Let a path stand no more."""
        self._connection.execute("DELETE FROM standing WHERE path = ?", (path,))
