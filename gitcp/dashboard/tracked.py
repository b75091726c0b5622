"""A snapshot that notes what is asked of it, so that a page can be made anew when, and only when, an answer has changed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from gitcp.model.amounts import Charged
from gitcp.model.base import Record
from gitcp.model.company import Company
from gitcp.model.members import Member
from gitcp.model.problem import Problem
from gitcp.model.runs import Cause, Run
from gitcp.model.snapshot import Lead, R, Snapshot
from gitcp.model.tasks import Comment, Task, TaskStatus

Note = Callable[[str], None]

MEMBER = "member"
ANY = "any"


class TrackedSnapshot:
    """Implements `gitcp.model.snapshot.Snapshot` over another one.

    A note is `<kind> <id>` for one record (`member <id>` for agents and persons), `any <kind>` for all of a kind, and else `<question> <id>`
    for those that a record holds together: `tasks-of`, `reviews-of`, `project-tasks`, `children`, `dependents`, `comments`, `runs-on`, `runs-by`.
    """

    def __init__(self, snapshot: Snapshot, note: Note) -> None:
        self._snapshot = snapshot
        self._note = note

    @property
    def revision(self) -> str:
        """The commit: whoever asks changes with every one."""
        self._note("revision ")
        return self._snapshot.revision

    @property
    def company(self) -> Company | None:
        """The company, or none."""
        self._note("company gitcp")
        return self._snapshot.company

    def get(self, kind: type[R], record_id: str) -> R | None:
        """Return one record, or none; an archived one too."""
        self._note(f"{group(kind)} {record_id}")
        return self._snapshot.get(kind, record_id)

    def all(self, kind: type[R]) -> Sequence[R]:
        """Return every record of a kind."""
        self._note(f"{ANY} {group(kind)}")
        return self._snapshot.all(kind)

    def member(self, member_id: str) -> Member | None:
        """Return an agent or a person."""
        self._note(f"{MEMBER} {member_id}")
        return self._snapshot.member(member_id)

    def members(self) -> Sequence[Member]:
        """Return the org chart's members."""
        self._note(f"{ANY} {MEMBER}")
        return self._snapshot.members()

    def tasks(
        self,
        *,
        statuses: Collection[TaskStatus] | None = None,
        assignee: str | None = None,
        project: str | None = None,
        parent: str | None = None,
        reviewer: str | None = None,
    ) -> Sequence[Task]:
        """Return the tasks that fit every given condition."""
        narrow = {"children": parent, "tasks-of": assignee, "reviews-of": reviewer, "project-tasks": project}
        asked = next(
            (f"{name} {value}" for name, value in narrow.items() if value is not None), f"{ANY} task"
        )
        self._note(asked)
        return self._snapshot.tasks(
            statuses=statuses, assignee=assignee, project=project, parent=parent, reviewer=reviewer
        )

    def dependents(self, task_id: str) -> Sequence[Task]:
        """Return the tasks whose `blocked_by` names this one."""
        self._note(f"dependents {task_id}")
        return self._snapshot.dependents(task_id)

    def comments(self, task_id: str) -> Sequence[Comment]:
        """Return a task's comments, oldest first."""
        self._note(f"comments {task_id}")
        return self._snapshot.comments(task_id)

    def mentions(self, member_id: str) -> Sequence[Comment]:
        """Return the comments that name a member and that no run of that member answers."""
        self._note(f"{ANY} comment")
        self._note(f"runs-by {member_id}")
        return self._snapshot.mentions(member_id)

    def runs(
        self,
        *,
        active: bool | None = None,
        pending: bool | None = None,
        agent: str | None = None,
        task: str | None = None,
        claimed_from: datetime | None = None,
        limit: int | None = None,
    ) -> Sequence[Run]:
        """Return runs that fit every given condition, newest claim first."""
        narrow = {"runs-on": task, "runs-by": agent}
        asked = next((f"{name} {value}" for name, value in narrow.items() if value is not None), f"{ANY} run")
        self._note(asked)
        return self._snapshot.runs(
            active=active, pending=pending, agent=agent, task=task, claimed_from=claimed_from, limit=limit
        )

    def charged(self, budget_id: str, counted_from: datetime | None) -> Charged:
        """Add up the runs whose claim charged a budget."""
        self._note(f"{ANY} run")
        return self._snapshot.charged(budget_id, counted_from)

    def answered(self, agent: str, causes: Collection[Cause]) -> frozenset[Cause]:
        """Return those of `causes` that some run of this agent answers."""
        self._note(f"runs-by {agent}")
        return self._snapshot.answered(agent, causes)

    def leads(self, slots: Mapping[str, str | None]) -> Sequence[Lead]:
        """Return a lead for each of these agents."""
        for kind in ("run", "task", "comment", "wake", "approval", MEMBER):
            self._note(f"{ANY} {kind}")
        return self._snapshot.leads(slots)

    def claimed_last(self, agent: str, project: str) -> datetime | None:
        """Return when an agent's newest run on a task of a project was claimed."""
        self._note(f"runs-by {agent}")
        return self._snapshot.claimed_last(agent, project)

    def is_archived(self, kind: type[Record], record_id: str) -> bool:
        """Whether a record is in the archive."""
        self._note(f"{group(kind)} {record_id}")
        return self._snapshot.is_archived(kind, record_id)

    def archived(self, kind: type[R], *, task: str | None = None) -> Sequence[R]:
        """Return the archived records of a kind; with `task`, those of that one."""
        names = {"comment": "comments", "run": "runs-on", "document": "documents"}
        narrow = names.get(kind.kind) if task is not None else None
        self._note(f"{narrow} {task}" if narrow else f"{ANY} {group(kind)}")
        return self._snapshot.archived(kind, task=task)

    def archived_around(self, task_id: str) -> Sequence[Task]:
        """Return the archived tasks that name a task as their parent or among their blockers."""
        self._note(f"children {task_id}")
        self._note(f"dependents {task_id}")
        return self._snapshot.archived_around(task_id)

    def problems(self) -> Sequence[Problem]:
        """Return what is wrong with files of this revision."""
        self._note("problems ")
        return self._snapshot.problems()

    def is_inert(self, kind: str, record_id: str) -> bool:
        """Whether an error stands against this record."""
        self._note("inert ")
        return self._snapshot.is_inert(kind, record_id)


def group(kind: type[Record]) -> str:
    """Return the word of a note about one record of a kind."""
    return MEMBER if kind.kind in {"agent", "person"} else kind.kind
