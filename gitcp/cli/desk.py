"""Where commands read and write: the control repository, or, inside a run, what the run's callback offers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

import click

View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks are wanted, live or archived ones; no statuses: every one. A task has all the labels."""

    statuses: Sequence[str] = ()
    assignee: str | None = None
    project: str | None = None
    parent: str | None = None
    goal: str | None = None
    labels: Sequence[str] = ()
    archived: bool = False


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs are wanted, live or archived ones, at most how many."""

    agent: str | None = None
    task: str | None = None
    outcomes: Sequence[str] = ()
    active: bool = False
    archived: bool = False
    limit: int | None = None


class Desk(Protocol):
    """Views are those of `gitcp.core.views`, whoever answers. What is not offered here is a GitcpError that names the next step."""

    @property
    def task_of_run(self) -> str | None:
        """The task of the run that this process belongs to; none outside of a run."""
        ...

    @property
    def is_inside(self) -> bool:
        """Whether this process belongs to a run."""
        ...

    @property
    def is_at_repository(self) -> bool:
        """Whether the repository is here, so that commands which look into it are a next step."""
        ...

    def me(self) -> str:
        """Return the member who acts."""
        ...

    def status(self) -> View:
        """Return what runs, what waits for whom, what it costs."""
        ...

    def company(self) -> View:
        """Return the company and what is paused in it."""
        ...

    def inbox(self, member: str | None) -> View:
        """Return a member's inbox; none: of who acts."""
        ...

    def task(self, task: str) -> View:
        """Return a task with all that stands around it."""
        ...

    def tasks(self, wanted: TaskFilter) -> list[View]:
        """Return the tasks that fit."""
        ...

    def document(self, task: str, name: str) -> View:
        """Return a document of a task."""
        ...

    def run(self, run: str) -> View:
        """Return a run."""
        ...

    def runs(self, wanted: RunFilter) -> list[View]:
        """Return the runs that fit, the newest first."""
        ...

    def member(self, member: str) -> View:
        """Return an agent or a person."""
        ...

    def members(self) -> list[View]:
        """Return the org chart depth first, each row with its depth."""
        ...

    def listed(self, kind: str) -> list[View]:
        """Return the rows of a kind: goal, project, routine, budget, approval, policy."""
        ...

    def shown(self, kind: str, record_id: str) -> View:
        """Return one record of such a kind."""
        ...

    def verdict(self, operation: str, given: Mapping[str, Any]) -> View:
        """Say what rules say of an operation that nobody has asked for; `given`: by, task, paths, project, priority, labels, usd."""
        ...

    def text_of(self, blob: str) -> str | None:
        """Return what a file held, by the name of its blob; none where it is not at hand."""
        ...

    def has_ended(self, run: str) -> bool:
        """Look again whether a run has ended."""
        ...

    def log(self, run: str, name: str) -> BinaryIO | None:
        """Open what was kept of what was said in a run, by file name; none if nothing is kept where this machine can look."""
        ...

    def apply(self, operation: str, fields: Mapping[str, Any]) -> View:
        """Carry out an operation; return its receipt: subject, revision, task, records (kind and id), repeated, notes.

        In `fields` of an edit, `limits.usd` names a part of a field; the rest of the field stays as it is.
        """
        ...

    def finish(self, task: str | None, summary: str | None, without_checks: str | None) -> View:
        """Say that a task is done; inside a run, of its own task, as a declaration that takes effect at the run's end."""
        ...

    def block(self, task: str | None, reason: str, waits_for: str | None) -> View:
        """Say that somebody must act before a task can go on."""
        ...

    def go_on(self, task: str | None, summary: str | None) -> View:
        """Declare that more is to do on the run's task after this run."""
        ...

    def cost(self, amounts: Mapping[str, Any]) -> View:
        """Report what the run has cost; reports add up."""
        ...


def named_task(desk: Desk, task: str | None) -> str:
    """Return the task that is meant: the given one, or inside of a run its own.

    Raises:
        click.UsageError: neither is there.
    """
    found = task or desk.task_of_run
    if found is None:
        what = "this run has no task" if desk.is_inside else "outside of a run a task has no default"
        raise click.UsageError(f"Missing argument 'TASK': {what}.")
    return found


def declared_task(desk: Desk, task: str | None) -> str | None:
    """Return the task that a declaration is about: inside of a run it may be left out, also by a run without a task.

    Raises:
        click.UsageError: outside of a run none was given.
    """
    return task if desk.is_inside else named_task(desk, task)
