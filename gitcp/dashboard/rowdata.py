"""Rows of all tasks as data, for the table that filters and sorts them and for what a search shows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from gitcp.dashboard import data, slices
from gitcp.dashboard.facts import fact
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import TaskRow
from gitcp.model.members import Person
from gitcp.model.planning import Goal, Project

INDEX: Final = data.path("tasks")


@fact("names")
def names(register: Register, _: str) -> dict[str, Sequence[Sequence[str | None]]]:
    """Return what members, goals and projects are called, by their ids."""
    snapshot = register.site.snapshot
    return {
        "members": [
            [member.id, member.name, "person" if isinstance(member, Person) else "agent"]
            for member in sorted(snapshot.members(), key=lambda member: (member.name.casefold(), member.id))
        ],
        "goals": [[goal.id, goal.title] for goal in sorted(snapshot.all(Goal), key=lambda goal: goal.id)],
        "projects": [
            [project.id, project.name, project.goal]
            for project in sorted(snapshot.all(Project), key=lambda project: project.id)
        ],
    }


def index(register: Register) -> str:
    """Write which rows there are and what their ids stand for."""
    return data.script(
        "tasks", {**names(register, ""), "shards": slices.shards(register, ""), "size": slices.SHARD}
    )


def path(name: str) -> str:
    """Return the site path of a shard of rows."""
    return data.path(f"tasks/{name}")


def shard(register: Register, name: str) -> str | None:
    """Write the rows of a shard, such as CI-0.open."""
    rows = slices.shard_rows(register, name)
    return data.script(f"tasks/{name}", [_row(register, row) for row in rows]) if rows else None


def _row(register: Register, row: TaskRow) -> list[Any]:
    return [
        row.id,
        row.title,
        row.status.value,
        row.priority.value,
        row.assignee,
        row.goal,
        row.labels,
        _day(register, row.created),
        _day(register, row.closed),
        _day(register, row.due),
    ]


def _day(register: Register, at: datetime | None) -> str | None:
    if at is None:
        return None
    local = register.clock.local(at)
    return f"{local.year:04d}-{local.month:02d}-{local.day:02d}"
