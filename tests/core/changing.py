"""Changes of records as a commit makes them."""

from typing import Any

from gitcp.core.handwork import by_tables
from gitcp.core.identity import Who
from gitcp.model.base import Record
from gitcp.model.change import RecordChange
from gitcp.model.operation import ActorKind
from gitcp.model.problem import Problem
from gitcp.model.snapshot import Snapshot
from tests.helpers import snapshot_of

CLARA = Who(ActorKind.PERSON, "clara")
HUGO = Who(ActorKind.PERSON, "hugo")
STRANGER = Who(None, "Petra Person <petra@example.org>")
_BLOB = "1f3a" * 10
_MEMBERS = frozenset({"agent", "person"})


def a_change(
    before: Record | None, after: Record | None, known: Snapshot | None = None, **how: Any
) -> RecordChange:
    """Build what a commit did to one record; `known`: the records before it, none: what was there."""
    record = after or before
    assert record is not None
    kind = "member" if record.kind in _MEMBERS else record.kind
    folder = "org" if kind == "member" else f"{kind}s"
    fields = {
        "path": f"{folder}/{record.id}.yaml",
        "base": _BLOB if before else None,
        "blob": _BLOB if after else None,
    }
    snapshot = known or snapshot_of(*([before] if before else []))
    return RecordChange(kind=kind, id=record.id, before=before, after=after, known=snapshot, **(fields | how))


def gone_from_archive(record: Record, known: Snapshot) -> RecordChange:
    """Build what a commit did to an archived record that it removed; such files are not read."""
    path = f"archive/{record.kind}s/{record.id}.yaml"
    return RecordChange(path, record.kind, record.id, None, None, known, is_archived=True, base=_BLOB)


def by_hand(*changes: RecordChange, who: Who = CLARA, **how: Any) -> list[Problem]:
    """Return what the tables say of one commit by somebody."""
    return list(by_tables(changes, who, **how))


def told(*changes: RecordChange, who: Who = CLARA, **how: Any) -> list[str]:
    """Return the same as lines without paths."""
    return [str(problem).partition(": ")[2] for problem in by_hand(*changes, who=who, **how)]
