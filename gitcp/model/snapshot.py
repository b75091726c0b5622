"""What the control repository says at one commit, as questions that can be asked of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from gitcp.model.amounts import Charged
from gitcp.model.base import Record
from gitcp.model.company import Company
from gitcp.model.members import Agent, Member, Person
from gitcp.model.problem import Problem
from gitcp.model.runs import Cause, Run
from gitcp.model.tasks import Comment, Task, TaskStatus
from gitcp.model.urgency import Urgency

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Lead:
    """Where an agent may find what no run of it answers yet.

    `claimed`: its newest claim, archived or not, in microseconds since 1970. `work`: its most urgent task or review. `beside`: something that is not about
    those. `prompted`: its heartbeat.
    """

    agent: str
    claimed: int | None = None
    work: Urgency | None = None
    beside: bool = False
    prompted: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether all is answered."""
        return self.work is None and not self.beside and not self.prompted


class Snapshot(Protocol):
    """All records at one revision, read only.

    Every answer holds validated records only; what cannot be read is a problem and not in any answer. Sequences are sorted by id
    unless said otherwise. An answer may be lazy but is consistent: all belong to the one revision. Archived records are answered by
    `get` and by the questions whose names say so, and by no other.
    """

    @property
    def revision(self) -> str:
        """The commit, forty hexadecimal digits; empty for records that are in no commit."""
        ...

    @property
    def company(self) -> Company | None:
        """The company, or none when `gitcp.yaml` is missing or broken: then no new run starts."""
        ...

    def get(self, kind: type[R], record_id: str) -> R | None:
        """Return one record, or none; an archived one too."""
        ...

    def all(self, kind: type[R]) -> Sequence[R]:
        """Return every record of a kind. Not for tasks, comments and runs of a large company in a tick: use the questions below."""
        ...

    def member(self, member_id: str) -> Member | None:
        """Return an agent or a person."""
        ...

    def members(self) -> Sequence[Member]:
        """Return the org chart's members."""
        ...

    def tasks(
        self,
        *,
        statuses: Collection[TaskStatus] | None = None,
        assignee: str | None = None,
        project: str | None = None,
        parent: str | None = None,
        reviewer: str | None = None,
    ) -> Sequence[Task]:
        """Return the tasks that fit every given condition; `reviewer`: whose review is next."""
        ...

    def dependents(self, task_id: str) -> Sequence[Task]:
        """Return the tasks whose `blocked_by` names this one."""
        ...

    def comments(self, task_id: str) -> Sequence[Comment]:
        """Return a task's comments, oldest first."""
        ...

    def mentions(self, member_id: str) -> Sequence[Comment]:
        """Return the comments that name a member and that no run of that member answers, oldest first."""
        ...

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
        ...

    def charged(self, budget_id: str, counted_from: datetime | None) -> Charged:
        """Add up the runs whose claim charged a budget, with `Run.counted_at` at or after a time (all that are not archived, if none)."""
        ...

    def answered(self, agent: str, causes: Collection[Cause]) -> frozenset[Cause]:
        """Return those of `causes` that some run of this agent answers."""
        ...

    def leads(self, slots: Mapping[str, str | None]) -> Sequence[Lead]:
        """Return a lead for each of these agents; `slots`: the digest of each one's open heartbeat, none where none is open.

        It may say too much and never too little. Asked-for wakes and approvals are in none.
        """
        ...

    def claimed_last(self, agent: str, project: str) -> datetime | None:
        """Return when an agent's newest run on a task of a project was claimed, archived or not."""
        ...

    def is_archived(self, kind: type[Record], record_id: str) -> bool:
        """Whether a record is in the archive."""
        ...

    def archived(self, kind: type[R], *, task: str | None = None) -> Sequence[R]:
        """Return the archived records of a kind; with `task`, the comments, documents or runs of that one.

        Their files are read for it: never ask for all of them in a tick.
        """
        ...

    def archived_around(self, task_id: str) -> Sequence[Task]:
        """Return the archived tasks that name a task as their parent or among their blockers; looks into the file of each archived task."""
        ...

    def problems(self) -> Sequence[Problem]:
        """Return what is wrong with files of this revision, sorted by path."""
        ...

    def is_inert(self, kind: str, record_id: str) -> bool:
        """Whether an error stands against this record: broken, or changed in a way that was refused."""
        ...


def agents(snapshot: Snapshot) -> list[Agent]:
    """Return the agents of the org chart."""
    return [member for member in snapshot.members() if isinstance(member, Agent)]


def persons(snapshot: Snapshot) -> list[Person]:
    """Return the people of the org chart."""
    # Not from all members: of agents there may be thousands, and every commit by hand asks this.
    return list(snapshot.all(Person))


def ever(snapshot: Snapshot, kind: type[R]) -> list[R]:
    """Return every record of a kind, archived or not, sorted by id."""
    return sorted([*snapshot.all(kind), *snapshot.archived(kind)], key=lambda record: record.id)


def comments_ever(snapshot: Snapshot, task_id: str) -> list[Comment]:
    """Return a task's comments, archived or not, oldest first."""
    found = [*snapshot.comments(task_id), *snapshot.archived(Comment, task=task_id)]
    return sorted(found, key=lambda comment: comment.id)


def runs_ever(snapshot: Snapshot, *, task: str | None = None) -> list[Run]:
    """Return every run, archived or not, newest claim first; with `task`, those of that one."""
    found = [*snapshot.runs(task=task), *snapshot.archived(Run, task=task)]
    return sorted(found, key=lambda run: (run.claimed_at, run.id), reverse=True)
