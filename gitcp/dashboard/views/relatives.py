"""The tasks that one has to do with: what it is part of, its subtasks as a tree, what blocks it and what it blocks."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from gitcp.dashboard.figures import plural
from gitcp.dashboard.refs import TaskLine, task_line
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import TaskRow
from gitcp.model.tasks import Task, TaskStatus

SHOWN: Final = 50
DEEPEST: Final = 3


class Related(NamedTuple):
    """A task in a list; `depth` counts from 0."""

    line: TaskLine
    depth: int


class Relation(NamedTuple):
    """Tasks that this one has to do with; `note` says how far they are, or what is left out."""

    label: str
    tasks: tuple[Related, ...]
    missing: tuple[str, ...]
    note: str | None


def relations(register: Register, task: Task) -> Iterator[Relation]:
    """Show the relatives of a task, by how they are related."""
    if task.parent:
        yield _relation(register, "Part of", (task.parent,))
    if children := [row for row in register.children(task.id) if row.id != task.id]:
        yield _subtasks(register, task.id, children)
    if task.blocked_by:
        yield _relation(register, "Blocked by", task.blocked_by)
    if blocked := register.dependents(task.id):
        yield _relation(register, "Blocks", [row.id for row in blocked])


def _relation(register: Register, label: str, names: Sequence[str]) -> Relation:
    rows = {name: register.task_row(name) for name in names[:SHOWN]}
    return Relation(
        label,
        tuple(Related(task_line(register, row), 0) for row in rows.values() if row is not None),
        tuple(name for name, row in rows.items() if row is None),
        f"{len(names) - SHOWN:,} more" if len(names) > SHOWN else None,
    )


def _subtasks(register: Register, task: str, children: Sequence[TaskRow]) -> Relation:
    wanted = [row for row in children if row.status is not TaskStatus.CANCELLED]
    done = sum(row.status is TaskStatus.DONE for row in wanted)
    left = f"; the first {SHOWN} are shown" if len(children) > SHOWN else ""
    note = f"{done:,} of {plural(len(wanted), 'subtask')} done{left}"
    found = list(_below(register, children, {task}))[:SHOWN]
    shown = tuple(Related(task_line(register, row), depth) for row, depth in found)
    return Relation("Subtasks", shown, (), note)


def _below(
    register: Register, children: Sequence[TaskRow], seen: set[str], depth: int = 0
) -> Iterator[tuple[TaskRow, int]]:
    """Go down a few levels; a task that is its own subtask is passed over."""
    for row in children[:SHOWN]:
        if row.id in seen or len(seen) > SHOWN:
            continue
        seen.add(row.id)
        yield row, depth
        if depth + 1 < DEEPEST:
            yield from _below(register, register.children(row.id), seen, depth + 1)
