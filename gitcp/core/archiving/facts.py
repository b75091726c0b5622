"""What is asked for every record that might be archived, looked up once."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from gitcp.core.budgets import company_zone, period_start
from gitcp.core.causes import slot_of
from gitcp.model.base import format_instant
from gitcp.model.guards import Approval, ApprovalStatus, Period
from gitcp.model.members import AgentStatus
from gitcp.model.problem import Severity
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot, agents
from gitcp.model.tasks import Comment, Document, NewTask, Task

_BELOW = frozenset({"task", "comment", "document"})
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Facts:
    """A company at the time of archiving. `edited`: kind and id of the records whose files have uncommitted edits."""

    snapshot: Snapshot
    now: datetime
    days: int
    edited: frozenset[tuple[str, str]]

    @cached_property
    def cutoff(self) -> datetime:
        """Since when nothing must have happened."""
        return self.now - timedelta(days=self.days)

    @property
    def young(self) -> str:
        """Say that something happened since."""
        return f"less than {self.days} day{'s' if self.days != 1 else ''} old"

    @cached_property
    def open_since(self) -> datetime:
        """When the longest of the budget periods began that are going on now."""
        place = company_zone(self.snapshot.company)
        return min(filter(None, (period_start(period, self.now, place) for period in Period)))

    @cached_property
    def tasks(self) -> Sequence[Task]:
        """The live tasks."""
        return self.snapshot.tasks()

    @cached_property
    def known_tasks(self) -> frozenset[str]:
        """The ids of live tasks, those whose files cannot be read among them."""
        return frozenset(task.id for task in self.tasks) | self.faulty_tasks

    @cached_property
    def known_comments(self) -> frozenset[str]:
        """The ids of live comments, those whose files cannot be read among them."""
        readable = (comment.id for comments in self.comments.values() for comment in comments)
        return frozenset(readable) | {name for kind, name in self.errors if kind == "comment"}

    @cached_property
    def errors(self) -> frozenset[tuple[str, str]]:
        """Kind and id of the records that an error stands against."""
        found = self.snapshot.problems()
        return frozenset(p.record for p in found if p.record and p.severity is Severity.ERROR)

    @cached_property
    def faulty_tasks(self) -> frozenset[str]:
        """The tasks with an error in their file, or in one of their comments or documents."""
        return _tasks_of(self.errors)

    @cached_property
    def edited_tasks(self) -> frozenset[str]:
        """The tasks with uncommitted edits of their file, or of one of their comments or documents."""
        return _tasks_of(self.edited)

    @cached_property
    def comments(self) -> Mapping[str, Sequence[Comment]]:
        """The live comments by task."""
        found: dict[str, list[Comment]] = defaultdict(list)
        for comment in self.snapshot.all(Comment):
            found[comment.task].append(comment)
        return found

    @cached_property
    def every_run(self) -> Sequence[Run]:
        """The live runs."""
        return self.snapshot.runs()

    @cached_property
    def runs(self) -> Mapping[str, Sequence[Run]]:
        """The live runs by task."""
        found: dict[str, list[Run]] = defaultdict(list)
        for run in self.every_run:
            if run.task is not None:
                found[run.task].append(run)
        return found

    @cached_property
    def waiting(self) -> Mapping[str, str]:
        """What is open and names a task as its parent, or among its blockers, by that task."""
        found: dict[str, str] = {}
        opened = [task for task in self.tasks if task.is_open]
        for task in (*opened, *self.snapshot.all(NewTask)):
            found |= dict.fromkeys(task.blocked_by, task.id)
            found |= {task.parent: task.id} if task.parent else {}
        return found

    @cached_property
    def asked(self) -> Mapping[str, str]:
        """The agents that have not answered a mention, by the task in whose comments it stands."""
        found: dict[str, str] = {}
        for agent in agents(self.snapshot):
            if agent.status is not AgentStatus.TERMINATED:
                mentions = (c for c in self.snapshot.mentions(agent.id) if c.author != agent.id)
                found |= {c.task: agent.id for c in mentions if self.snapshot.member(c.author) is not None}
        return found

    @cached_property
    def undecided(self) -> Mapping[str, str]:
        """The approvals that nobody has decided, by the task that they are about."""
        pending = (a for a in self.snapshot.all(Approval) if a.status is ApprovalStatus.PENDING)
        return {approval.task: approval.id for approval in pending if approval.task is not None}

    @cached_property
    def slots(self) -> frozenset[str]:
        """The nominal times of the heartbeats that are open now, as causes have them."""
        found = (slot_of(self.snapshot, agent, self.now) for agent in agents(self.snapshot))
        return frozenset(format_instant(slot.at) for slot in found if slot is not None)

    def last_sign(self, task: Task) -> datetime:
        """Return when something last happened to a task, as far as its own files tell."""
        comments = (written_at(comment) for comment in self.comments.get(task.id, ()))
        runs = (run.ended_at or run.claimed_at for run in self.runs.get(task.id, ()))
        return max(task.closed or _NEVER, task.submitted or _NEVER, task.created, *comments, *runs)

    def comments_below(self, gone: Collection[str]) -> Iterator[Comment]:
        """Yield the live comments of tasks, and those that were left behind by archived ones."""
        for task in sorted(self.comments):
            if task in gone or self._is_over(task):
                yield from self.comments[task]

    def documents_below(self, gone: Collection[str]) -> Iterator[Document]:
        """Yield the live documents of tasks, and those that were left behind by archived ones."""
        for document in self.snapshot.all(Document):
            task = document.id.partition("/")[0]
            if task in gone or self._is_over(task):
                yield document

    def _is_over(self, task: str) -> bool:
        if task in self.known_tasks or task in self.edited_tasks or task in self.asked:
            return False
        old = all(written_at(comment) < self.cutoff for comment in self.comments.get(task, ()))
        return old and self.snapshot.is_archived(Task, task)


def written_at(comment: Comment) -> datetime:
    """Return when a comment was written, as its name says; a name that is no time is as old as can be."""
    try:
        return datetime.strptime(comment.stamp, "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)
    except ValueError:
        return _NEVER


def _tasks_of(records: Collection[tuple[str, str]]) -> frozenset[str]:
    return frozenset(name.partition("/")[0] for kind, name in records if kind in _BELOW)
