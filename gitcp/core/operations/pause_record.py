"""Pause what hangs below the company, a project, a goal or a task, and resume it."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Annotated, ClassVar

from pydantic import Field

from gitcp.core.authority import authorise, authorise_over
from gitcp.core.holds import Pausable, above
from gitcp.core.lookup import changed, existing, existing_company
from gitcp.core.org import is_above
from gitcp.errors import IllegalTransitionError, NotAllowedError
from gitcp.model.company import Company
from gitcp.model.ids import GoalId, ProjectKey, TaskId
from gitcp.model.operation import ActorKind, Call, Edit, Operation, Put
from gitcp.model.planning import Goal, Project
from gitcp.model.runs import Cancel, Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Paused, Task

Reason = Annotated[str, Field(min_length=1, max_length=2000)]


class PauseRecord(Operation):
    """Let no run start below a record. What runs goes on; with `now` it is stopped, and goes on when the hold ends."""

    reason: Reason | None = None
    now: bool = False

    @abstractmethod
    def record(self, snapshot: Snapshot, call: Call) -> Pausable:
        """Authorise, and return the record."""

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Write who pauses it, when and why; a hold that is there already stays whose it is."""
        before = self.record(snapshot, call)
        stopped = stops(snapshot, call, _live_below(snapshot, before), self.reason) if self.now else ()
        held = Paused(by=call.actor.id, at=call.now.replace(microsecond=0), reason=self.reason)
        after = () if before.paused else (Put(changed(before, paused=held)),)
        return _edit("pause", before, (*after, *stopped), self.reason)


class ResumeRecord(Operation):
    """End the hold of a record: what waits below it may start, unless something else holds it."""

    reason: Reason | None = None

    @abstractmethod
    def record(self, snapshot: Snapshot, call: Call) -> Pausable:
        """Authorise, and return the record."""

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Take the hold away."""
        before = self.record(snapshot, call)
        changes = (Put(changed(before, paused=None)),) if before.paused else ()
        return _edit("resume", before, changes, self.reason)


def stops(snapshot: Snapshot, call: Call, live: Sequence[Run], reason: str | None) -> tuple[Put, ...]:
    """Return what asks live runs to end because of a hold; one that is to end anyway is left as it is.

    Raises:
        NotAllowedError: an agent asks, and the run of a member is among them that it is not above.
    """
    wish = Cancel(by=call.actor.id, at=call.now.replace(microsecond=0), reason=reason, hold=True)
    ending = [run for run in live if run.cancel is None]
    for run in ending:
        authorise_over(snapshot, call, "run.cancel", run.agent)
    return tuple(Put(changed(run, cancel=wish)) for run in ending)


def and_stop(changes: Sequence[Put]) -> str:
    """Say for a subject how many runs are asked to end; nothing if none is."""
    stopped = sum(isinstance(change.record, Run) for change in changes)
    return f" and stop {stopped} run{'s' * (stopped > 1)}" if stopped else ""


def _live_below(snapshot: Snapshot, record: Pausable) -> Sequence[Run]:
    live = snapshot.runs(active=True)
    if isinstance(record, Company):
        return live
    tasks = ((run, snapshot.get(Task, run.task)) for run in live if run.task)
    return [run for run, task in tasks if task is not None and _is_below(snapshot, task, record)]


def _is_below(snapshot: Snapshot, task: Task, record: Pausable) -> bool:
    return any((each.kind, each.id) == (record.kind, record.id) for each in above(snapshot, task))


def _edit(step: str, record: Pausable, changes: tuple[Put, ...], reason: str | None) -> Edit:
    name = f"{record.kind} {record.name if isinstance(record, Company) else record.id}"
    because = f": {reason}" if reason else ""
    task = record.id if isinstance(record, Task) else None
    return Edit(changes, f"{step} {name}{and_stop(changes)}{because}", task=task, reason=reason)


class _OfCompany(Operation):
    def record(self, snapshot: Snapshot, call: Call) -> Company:
        """Return the company."""
        authorise(snapshot, call, self.name)
        return existing_company(snapshot)


class PauseCompany(_OfCompany, PauseRecord):
    """Let no run start in the whole company. What runs goes on; with `now` it is stopped, and goes on when the hold ends."""

    name: ClassVar[str] = "company.pause"


class ResumeCompany(_OfCompany, ResumeRecord):
    """End the hold of the company."""

    name: ClassVar[str] = "company.resume"


class _OfProject(Operation):
    project: ProjectKey

    def record(self, snapshot: Snapshot, call: Call) -> Project:
        """Return the project."""
        authorise(snapshot, call, self.name)
        return existing(snapshot, Project, self.project)


class PauseProject(_OfProject, PauseRecord):
    """Let no run start in a project, and none of its routines fire. What runs goes on; with `now` it is stopped, and goes on when the hold ends."""

    name: ClassVar[str] = "project.pause"


class ResumeProject(_OfProject, ResumeRecord):
    """End the hold of a project."""

    name: ClassVar[str] = "project.resume"


class _OfGoal(Operation):
    goal: GoalId

    def record(self, snapshot: Snapshot, call: Call) -> Goal:
        """Return the goal."""
        authorise(snapshot, call, self.name)
        return existing(snapshot, Goal, self.goal)


class PauseGoal(_OfGoal, PauseRecord):
    """Let no run start for a goal or one below it. What runs goes on; with `now` it is stopped, and goes on when the hold ends."""

    name: ClassVar[str] = "goal.pause"


class ResumeGoal(_OfGoal, ResumeRecord):
    """End the hold of a goal."""

    name: ClassVar[str] = "goal.resume"


class _OfTask(Operation):
    task: TaskId

    def record(self, snapshot: Snapshot, call: Call) -> Task:
        """Return the task, which is open."""
        task = existing(snapshot, Task, self.task)
        authorise(snapshot, call, self.name, task)
        if not task.is_open:
            raise IllegalTransitionError(
                f"task {task.id} is {task.status}: {self.name.partition('.')[2]} is not possible",
                hint=f"gitcp task reopen {task.id}",
            )
        return task


class PauseTask(_OfTask, PauseRecord):
    """Let no run start for a task or its parts. What runs goes on; with `now` it is stopped, and goes on when the hold ends."""

    name: ClassVar[str] = "task.pause"


class ResumeTask(_OfTask, ResumeRecord):
    """End the hold of a task. An agent ends its own, and those of whom it is above."""

    name: ClassVar[str] = "task.resume"

    def record(self, snapshot: Snapshot, call: Call) -> Task:
        """Return the task, if the actor may end its hold."""
        task = super().record(snapshot, call)
        by, actor = task.paused.by if task.paused else call.actor.id, call.actor
        if actor.kind is ActorKind.AGENT and by != actor.id and not is_above(snapshot, actor.id, by):
            raise NotAllowedError(
                f"agent {actor.id} may not resume {task.id}: {by} paused it",
                hint=f"ask {by}, or comment on it",
            )
        return task
