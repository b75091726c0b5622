"""Who names a record: what would lead nowhere if it went away."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from gitcp.core.approvals import pending
from gitcp.core.org import names_of
from gitcp.model.base import Record
from gitcp.model.guards import Budget, Scope
from gitcp.model.members import Agent, Person
from gitcp.model.planning import Goal, Project, Routine
from gitcp.model.runs import Wake
from gitcp.model.snapshot import Snapshot, comments_ever, runs_ever
from gitcp.model.tasks import Document, NewTask, Task


def referrers(snapshot: Snapshot, kind: type[Record], record_id: str) -> Iterator[str]:
    """Yield what names a record, in words such as `task CI-0028` or `3 runs`; nothing: it can go."""
    found = _OF_KIND.get(kind)
    if found is not None:
        yield from found(snapshot, record_id)


def duties(snapshot: Snapshot, member: str) -> Iterator[str]:
    """Yield what a member has to do with that somebody else would have to take over; what is over is not among it."""
    yield from (f"{m.kind} {m.id}, who reports to it" for m in reports_of(snapshot, member))
    yield from (f"project {p.id}, which it leads" for p in snapshot.all(Project) if p.lead == member)
    yield from (f"goal {g.id}, which it owns" for g in snapshot.all(Goal) if g.owner == member)
    tasks: list[Task | NewTask] = [*snapshot.all(Task), *snapshot.all(NewTask)]
    for task in tasks:
        if (not isinstance(task, Task) or task.is_open) and member in _named_by(task):
            yield f"{task.kind} {task.id}"
    for routine in snapshot.all(Routine):
        if member in (routine.task.assignee, *routine.task.review):
            yield f"routine {routine.id}"
    for name in names_of(snapshot, member):
        yield from _budgets(snapshot, name, Scope.AGENT, Scope.SUBTREE)
    for approval in pending(snapshot):
        if member in (approval.requested_by, *approval.approvers):
            yield f"approval {approval.id}"


def reports_of(snapshot: Snapshot, manager: str) -> list[Agent | Person]:
    """Return who reports to a member, terminated agents among them."""
    return [member for member in snapshot.members() if member.reports_to == manager]


def _named_by(task: Task | NewTask) -> tuple[str | None, ...]:
    waits = task.blocked.waits_for if isinstance(task, Task) and task.blocked else None
    return (task.assignee, waits, *task.review)


def _agent(snapshot: Snapshot, agent: str) -> Iterator[str]:
    yield from duties(snapshot, agent)
    yield from (
        f"task {t.id}" for t in snapshot.all(Task) if not t.is_open and agent in (t.assignee, *t.review)
    )
    yield from (f"a wake of {agent}" for wake in snapshot.all(Wake) if wake.agent == agent)
    if any(lead.claimed is not None for lead in snapshot.leads({agent: None})):
        yield f"the runs of {agent}"


def _goal(snapshot: Snapshot, goal: str) -> Iterator[str]:
    yield from (f"goal {g.id}" for g in snapshot.all(Goal) if g.parent == goal)
    yield from (f"project {p.id}" for p in snapshot.all(Project) if p.goal == goal)
    yield from (f"{t.kind} {t.id}" for t in (*snapshot.all(Task), *snapshot.all(NewTask)) if t.goal == goal)
    yield from (f"routine {r.id}" for r in snapshot.all(Routine) if r.task.goal == goal)
    yield from _budgets(snapshot, goal, Scope.GOAL)


def _project(snapshot: Snapshot, key: str) -> Iterator[str]:
    tasks: list[Task | NewTask] = [*snapshot.all(Task), *snapshot.archived(Task), *snapshot.all(NewTask)]
    yield from (f"{task.kind} {task.id}" for task in tasks if task.project == key)
    yield from (f"routine {r.id}" for r in snapshot.all(Routine) if r.task.project == key)
    yield from _budgets(snapshot, key, Scope.PROJECT)


def _task(snapshot: Snapshot, task: str) -> Iterator[str]:
    yield from (f"its part {t.id}" for t in snapshot.tasks(parent=task))
    yield from (f"task {t.id}, which waits for it" for t in snapshot.dependents(task))
    yield from (f"run {run.id}" for run in runs_ever(snapshot, task=task))
    yield from (f"comment {c.id}" for c in comments_ever(snapshot, task))
    yield from (f"document {d.id}" for d in snapshot.all(Document) if d.id.startswith(f"{task}/"))
    yield from (f"approval {a.id}" for a in pending(snapshot) if a.task == task)
    yield from (f"a wake of {wake.agent}" for wake in snapshot.all(Wake) if wake.task == task)
    yield from (f"routine {r.id}" for r in snapshot.all(Routine) if task in (r.task.parent, r.last))
    yield from _budgets(snapshot, task, Scope.TASK)


def _document(snapshot: Snapshot, document: str) -> Iterator[str]:
    yield from (f"approval {a.id}" for a in pending(snapshot) if a.document == document)


def _budgets(snapshot: Snapshot, target: str, *scopes: Scope) -> Iterator[str]:
    names = (f"{scope.value}/{target}" for scope in scopes)
    yield from (f"budget {name}" for name in names if snapshot.get(Budget, name) is not None)


_OF_KIND: Final[Mapping[type[Record], Callable[[Snapshot, str], Iterator[str]]]] = {
    Agent: _agent,
    Person: duties,
    Goal: _goal,
    Project: _project,
    Task: _task,
    Document: _document,
}
