"""What is paused, and what that holds: below a paused company, project, goal or task no run starts, and statuses stay as they are.

Rule: a record above that cannot be read may be paused, so it holds as well; a closed task holds nothing.
"""

from collections.abc import Iterable, Iterator

from gitcp.core.readiness import goal_ancestry
from gitcp.model.company import Company
from gitcp.model.planning import Goal, Project
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import OPEN, Task

Pausable = Company | Project | Goal | Task
_Named = tuple[str, str | None]


def paused_by(snapshot: Snapshot, task: Task | None) -> str | None:
    """Say what holds the runs of a task, the widest first, or none; without a task only the company can."""
    if task is None:
        return _first_told(_company(snapshot))
    return _first_told(above(snapshot, task)) or _unreadable(snapshot, _wholes(snapshot, task))


def paused_scope(
    snapshot: Snapshot, project: str, goal: str | None = None, parent: str | None = None
) -> str | None:
    """Say what would hold a task that is not made yet: of a project, for a goal (none: the project's), as part of another task."""
    whole = snapshot.get(Task, parent) if parent else None
    said = _first_told(_scope(snapshot, project, goal))
    said = said or (_first_told(_open_lineage(snapshot, whole)) if whole else None)
    names = [("project", project), *_goals(snapshot, project, goal), ("task", parent)]
    return said or _unreadable(snapshot, [*names, *(_wholes(snapshot, whole) if whole else ())])


def above(snapshot: Snapshot, task: Task) -> Iterator[Pausable]:
    """Yield what holds the runs of a task when it is paused, the task itself last."""
    yield from _scope(snapshot, task.project, task.goal)
    yield from _open_lineage(snapshot, task)


def paused(snapshot: Snapshot) -> list[Pausable]:
    """Return all that is paused: the company, projects, goals, open tasks."""
    found: list[Pausable] = [*_company(snapshot), *snapshot.all(Project), *snapshot.all(Goal)]
    return [record for record in (*found, *snapshot.tasks(statuses=OPEN)) if record.paused is not None]


def told(record: Pausable) -> str | None:
    """Say that a record is paused, by whom and why; none if it is not."""
    if record.paused is None:
        return None
    name = "the company" if isinstance(record, Company) else f"{record.kind} {record.id}"
    why = " ".join(record.paused.reason.split()) if record.paused.reason else ""
    return f"{name} is paused by {record.paused.by}" + (f": {why}" if why else "")


def _first_told(records: Iterator[Pausable]) -> str | None:
    return next((said for record in records if (said := told(record)) is not None), None)


def _company(snapshot: Snapshot) -> Iterator[Company]:
    if snapshot.company is not None:
        yield snapshot.company


def _scope(snapshot: Snapshot, project: str, goal: str | None) -> Iterator[Pausable]:
    yield from _company(snapshot)
    found = snapshot.get(Project, project)
    if found is not None:
        yield found
    yield from reversed(goal_ancestry(snapshot, _served(snapshot, project, goal)))


def _served(snapshot: Snapshot, project: str, goal: str | None) -> str | None:
    found = snapshot.get(Project, project)
    return goal or (found.goal if found else None)


def _goals(snapshot: Snapshot, project: str, goal: str | None) -> Iterator[_Named]:
    served = _served(snapshot, project, goal)
    yield "goal", served
    yield from (("goal", found.parent) for found in goal_ancestry(snapshot, served))


def _open_lineage(snapshot: Snapshot, task: Task) -> Iterator[Task]:
    yield from (found for found in reversed(_lineage(snapshot, task)) if found.is_open)


def _lineage(snapshot: Snapshot, task: Task) -> list[Task]:
    # A task and those that it is part of, the nearest first; a circle is gone round once.
    found = [task]
    while (parent := _parent(snapshot, found[-1])) is not None and parent.id not in {t.id for t in found}:
        found.append(parent)
    return found


def _parent(snapshot: Snapshot, task: Task) -> Task | None:
    # What is archived is closed, and so is all that it was part of: no plan reads its file for a hold.
    if task.parent is None or snapshot.is_archived(Task, task.parent):
        return None
    return snapshot.get(Task, task.parent)


def _wholes(snapshot: Snapshot, task: Task) -> Iterator[_Named]:
    yield from (("task", below.parent) for below in _lineage(snapshot, task))


def _unreadable(snapshot: Snapshot, names: Iterable[_Named]) -> str | None:
    broken = next((f"{kind} {name}" for kind, name in names if name and snapshot.is_inert(kind, name)), None)
    return f"{broken} above it cannot be read, and may be paused" if broken else None
