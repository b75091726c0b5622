"""Bringing an archived task back: whatever is written about it does so. What it was moves with its next archiving again."""

from gitcp.model.operation import Put
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task


def task_back(snapshot: Snapshot, task: Task) -> tuple[Put, ...]:
    """Return what brings a task and its parts back as they are; nothing if it is not archived."""
    return (Put(task), *parts_back(snapshot, task)) if snapshot.is_archived(Task, task.id) else ()


def parts_back(snapshot: Snapshot, task: Task) -> tuple[Put, ...]:
    """Return what brings the archived parts of an archived task back: the parts of a live task are live."""
    found: dict[str, Task] = {}
    waiting = [task.id] if snapshot.is_archived(Task, task.id) else []
    while waiting:
        above = waiting.pop()
        below = [part for part in snapshot.archived_around(above) if part.parent == above]
        waiting.extend(part.id for part in below if part.id not in found and part.id != task.id)
        found |= {part.id: part for part in below if part.id != task.id}
    return tuple(Put(found[name]) for name in sorted(found))
