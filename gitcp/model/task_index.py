"""Tasks while they change, found by whom they are for, who reviews them, what they belong to and what they wait for."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from gitcp.model.tasks import CLOSED, Task, TaskStatus

_NOTHING: Final[dict[str, Task]] = {}
_Key = tuple[str, str]


@dataclass(slots=True)
class TaskIndex:
    """The live tasks. The open ones of an assignee are apart: the closed ones become many, and hardly anybody asks for them."""

    by_id: dict[str, Task] = field(default_factory=dict)
    _open: dict[str, Task] = field(default_factory=dict)
    _chosen: dict[_Key, dict[str, Task]] = field(default_factory=dict)

    def put(self, task: Task) -> None:
        """Take in a task, new or changed."""
        self.remove(task.id)
        self.by_id[task.id] = task
        if task.is_open:
            self._open[task.id] = task
        for key in _keys(task):
            self._chosen.setdefault(key, {})[task.id] = task

    def remove(self, task_id: str) -> None:
        """Take a task out."""
        before = self.by_id.pop(task_id, None)
        if before is None:
            return
        self._open.pop(task_id, None)
        for key in _keys(before):
            self._chosen[key].pop(task_id, None)

    def fitting(
        self,
        statuses: Collection[TaskStatus] | None,
        assignee: str | None,
        project: str | None,
        parent: str | None,
        reviewer: str | None,
    ) -> list[Task]:
        """Return the tasks that fit every given condition, sorted by id."""
        is_open = statuses is not None and CLOSED.isdisjoint(statuses)
        found = [
            task
            for task in self._among(assignee, parent, reviewer, is_open=is_open)
            if (statuses is None or task.status in statuses)
            and (assignee is None or task.assignee == assignee)
            and (project is None or task.project == project)
            and (parent is None or task.parent == parent)
            and (reviewer is None or task.reviewer == reviewer)
        ]
        return sorted(found, key=lambda task: task.id)

    def dependents(self, task_id: str) -> list[Task]:
        """Return the tasks whose `blocked_by` names a task, sorted by id."""
        found = self._chosen.get(("blocker", task_id), _NOTHING)
        return sorted(found.values(), key=lambda task: task.id)

    def _among(
        self, assignee: str | None, parent: str | None, reviewer: str | None, *, is_open: bool
    ) -> Iterable[Task]:
        if parent is not None:
            return self._chosen.get(("parent", parent), _NOTHING).values()
        if reviewer is not None:
            return self._chosen.get(("reviewer", reviewer), _NOTHING).values()
        if assignee is not None and is_open:
            return self._chosen.get(("worker", assignee), _NOTHING).values()
        return (self._open if is_open else self.by_id).values()


def _keys(task: Task) -> Iterator[_Key]:
    yield from (("blocker", name) for name in dict.fromkeys(task.blocked_by))
    if task.parent is not None:
        yield "parent", task.parent
    if task.reviewer is not None:
        yield "reviewer", task.reviewer
    if task.assignee is not None and task.is_open:
        yield "worker", task.assignee
