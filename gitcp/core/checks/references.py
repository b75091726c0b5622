"""What a record names must exist."""

from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches

from gitcp.core.checks.finding import Finding
from gitcp.model.base import Record
from gitcp.model.guards import Approval, ApprovalStatus, Budget, Scope
from gitcp.model.members import Agent, AgentStatus
from gitcp.model.planning import Goal, Project, Routine
from gitcp.model.problem import Severity
from gitcp.model.runs import Wake
from gitcp.model.snapshot import Snapshot, ever
from gitcp.model.tasks import Comment, Document, NewTask, Task


class _Names:
    """The ids that exist, a broken file's among them: its own problem is enough."""

    def __init__(self, snapshot: Snapshot) -> None:
        broken = [problem.record for problem in snapshot.problems() if problem.record]

        def known(records: Iterable[Record], *kinds: str) -> set[str]:
            return {
                *(record.id for record in records),
                *(record_id for kind, record_id in broken if kind in kinds),
            }

        self.members = known(snapshot.members(), "agent", "person", "member")
        self.now = {name: member.id for member in snapshot.members() for name in member.previously}
        self.ever = self.members | self.now.keys()
        self.goals = known(snapshot.all(Goal), "goal")
        self.projects = known(snapshot.all(Project), "project")
        self.tasks = known(ever(snapshot, Task), "task")
        self.repositories = set(snapshot.company.repositories) if snapshot.company else None


def references(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield the names that lead nowhere."""
    names = _Names(snapshot)
    for member in snapshot.members():
        yield from _member(member, "reports_to", member.reports_to, names)
        if isinstance(member, Agent):
            yield from _missing(member, "repository", member.repository, names.repositories, "repository")
    for goal in snapshot.all(Goal):
        yield from _missing(goal, "parent", goal.parent, names.goals, "goal")
        yield from _member(goal, "owner", goal.owner, names)
    for project in snapshot.all(Project):
        yield from _missing(project, "repository", project.repository, names.repositories, "repository")
        yield from _member(project, "lead", project.lead, names)
        yield from _missing(project, "goal", project.goal, names.goals, "goal")
    tasks: list[Task | NewTask] = [*snapshot.all(Task), *snapshot.all(NewTask)]
    for task in tasks:
        yield from _of_task(snapshot, task, names)
    yield from _of_routines(snapshot, names)
    yield from _of_budgets(snapshot, names)
    yield from _of_remarks(snapshot, names)
    for approval in snapshot.all(Approval):
        if approval.status is ApprovalStatus.PENDING:
            yield from _member(approval, "requested_by", approval.requested_by, names)
        yield from _missing(approval, "task", approval.task, names.tasks, "task")


def _of_task(snapshot: Snapshot, task: Task | NewTask, names: _Names) -> Iterator[Finding]:
    yield from _missing(task, "", task.project, names.projects, "project")
    yield from _of_people(task, names)
    yield from _missing(task, "goal", task.goal, names.goals, "goal")
    yield from _missing(task, "parent", task.parent, names.tasks, "task")
    for at, blocker in enumerate(task.blocked_by):
        yield from _missing(task, f"blocked_by[{at}]", blocker, names.tasks, "task")
    for at, reviewer in enumerate(task.review):
        if reviewer == task.assignee:
            yield Finding(
                task.kind,
                task.id,
                f"review[{at}]",
                f"expected somebody else than the assignee, found {reviewer}",
            )
    assignee = snapshot.get(Agent, task.assignee) if task.assignee else None
    is_open = not isinstance(task, Task) or task.is_open
    if is_open and assignee is not None and assignee.status is AgentStatus.TERMINATED:
        yield Finding(
            task.kind,
            task.id,
            "assignee",
            f"{assignee.id} is terminated",
            f"gitcp task assign {task.id} MEMBER",
            Severity.WARNING,
        )


def _of_people(task: Task | NewTask, names: _Names) -> Iterator[Finding]:
    if isinstance(task, Task) and not task.is_open:
        return  # what is over keeps the names of its time, also of those who left
    yield from _member(task, "assignee", task.assignee, names)
    for at, reviewer in enumerate(task.review):
        yield from _member(task, f"review[{at}]", reviewer, names)
    if isinstance(task, Task) and task.blocked is not None:
        yield from _member(task, "blocked.waits_for", task.blocked.waits_for, names)


def _of_routines(snapshot: Snapshot, names: _Names) -> Iterator[Finding]:
    for routine in snapshot.all(Routine):
        yield from _missing(routine, "task.project", routine.task.project, names.projects, "project")
        yield from _member(routine, "task.assignee", routine.task.assignee, names)
        yield from _missing(routine, "task.goal", routine.task.goal, names.goals, "goal")
        yield from _missing(routine, "task.parent", routine.task.parent, names.tasks, "task")
        for at, reviewer in enumerate(routine.task.review):
            yield from _member(routine, f"task.review[{at}]", reviewer, names)


def _of_budgets(snapshot: Snapshot, names: _Names) -> Iterator[Finding]:
    targets: dict[Scope, tuple[Collection[str], str]] = {
        Scope.AGENT: (names.ever, "member"),
        Scope.SUBTREE: (names.ever, "member"),
        Scope.PROJECT: (names.projects, "project"),
        Scope.GOAL: (names.goals, "goal"),
        Scope.TASK: (names.tasks, "task"),
    }
    for budget in snapshot.all(Budget):
        if budget.scope in targets:
            known, word = targets[budget.scope]
            yield from _missing(budget, "", budget.target, known, word)


def _of_remarks(snapshot: Snapshot, names: _Names) -> Iterator[Finding]:
    for comment in snapshot.all(Comment):
        yield from _missing(comment, "", comment.task, names.tasks, "task")
    for document in snapshot.all(Document):
        yield from _missing(document, "", document.id.partition("/")[0], names.tasks, "task")
    for wake in snapshot.all(Wake):
        yield from _member(wake, "", wake.agent, names)
        yield from _missing(wake, "task", wake.task, names.tasks, "task")


def _member(record: Record, where: str, name: str | None, names: _Names) -> Iterator[Finding]:
    if name is not None and name in names.now and name not in names.members:
        message = f"expected a member that exists, found {name}"
        yield Finding(record.kind, record.id, where, message, f"{name} is called {names.now[name]} by now")
        return
    yield from _missing(record, where, name, names.members, "member")


def _missing(
    record: Record, where: str, name: str | None, known: Collection[str] | None, word: str
) -> Iterator[Finding]:
    if name is None or known is None or name in known:
        return
    near = get_close_matches(name, sorted(known), n=1)
    hint = f"did you mean {near[0]}?" if near else f"create the {word} or name another one"
    yield Finding(record.kind, record.id, where, f"expected a {word} that exists, found {name}", hint)
