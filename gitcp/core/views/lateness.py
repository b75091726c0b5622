"""How late the clock's wakes are answered, as plain values."""

from datetime import datetime, timedelta

from gitcp.core.actions import Plan
from gitcp.core.lateness import LATELY, Answered, due_now, lately
from gitcp.core.views.plain import View, plain
from gitcp.model.snapshot import Snapshot

_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


def lateness_view(snapshot: Snapshot, planned: Plan, last: datetime | None, now: datetime) -> View:
    """Return what was answered lately and how late, and what waits for a tick now; `last`: when gitcp committed something by itself last."""
    found = lately(snapshot, now)
    return {
        "hours": LATELY // _HOUR,
        "answered": len(found.answered),
        "usual_minutes": _minutes(found.usual),
        "worst": _answered(found.worst) if found.worst else None,
        "due": [
            {"kind": due.kind, "id": due.id, "since": plain(due.since), "minutes": _minutes(now - due.since)}
            for due in due_now(snapshot, planned)
        ],
        "last_commit": plain(last),
    }


def _answered(found: Answered) -> View:
    return {
        "kind": found.kind,
        "id": found.id,
        "due": plain(found.due),
        "at": plain(found.at),
        "minutes": _minutes(found.late),
        "by": found.by,
    }


def _minutes(late: timedelta | None) -> float | None:
    return None if late is None else round(late / _MINUTE, 1)
