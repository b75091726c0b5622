"""Everything that pages ask of the records, looked up once: a page of its own for every record must not cost a search for each."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TypeVar

from gitcp.core.approvals import pending, to_decide
from gitcp.core.readiness import goal_of
from gitcp.dashboard import links
from gitcp.dashboard.figures import Clock
from gitcp.dashboard.input import SiteInput, WaitingItem
from gitcp.dashboard.log import by_record
from gitcp.model.base import Record
from gitcp.model.guards import Approval
from gitcp.model.history import Entry
from gitcp.model.members import Member, Person
from gitcp.model.planning import Goal, Project
from gitcp.model.runs import Run
from gitcp.model.snapshot import ever, runs_ever
from gitcp.model.tasks import Comment, Document, Task

T = TypeVar("T")
R = TypeVar("R", bound=Record)


def _grouped(things: Iterable[T], key: Callable[[T], str | None]) -> dict[str, list[T]]:
    groups: dict[str, list[T]] = defaultdict(list)
    for thing in things:
        if (group := key(thing)) is not None:
            groups[group].append(thing)
    return dict(groups)


@dataclass(frozen=True)
class Register:
    """The records of one revision by what is asked of them."""

    site: SiteInput

    def _by_id(self, kind: type[R]) -> dict[str, R]:
        return {record.id: record for record in ever(self.site.snapshot, kind)}

    @cached_property
    def clock(self) -> Clock:
        """The time that the site shows."""
        company = self.site.snapshot.company
        return Clock.of(self.site.now, company.timezone if company else "UTC")

    @cached_property
    def members(self) -> Mapping[str, Member]:
        """Agents and persons."""
        return {member.id: member for member in self.site.snapshot.members()}

    @cached_property
    def persons(self) -> Sequence[Person]:
        """People, by name."""
        found = (member for member in self.members.values() if isinstance(member, Person))
        return sorted(found, key=lambda person: (person.name.casefold(), person.id))

    @cached_property
    def reports(self) -> Mapping[str, Sequence[Member]]:
        """Direct reports of each member."""
        return _grouped(self.members.values(), lambda member: member.reports_to)

    @cached_property
    def tasks(self) -> Mapping[str, Task]:
        """All tasks."""
        return self._by_id(Task)

    @cached_property
    def tasks_of(self) -> Mapping[str, Sequence[Task]]:
        """Tasks by assignee."""
        return _grouped(self.tasks.values(), lambda task: task.assignee)

    @cached_property
    def children(self) -> Mapping[str, Sequence[Task]]:
        """Tasks by parent."""
        return _grouped(self.tasks.values(), lambda task: task.parent)

    @cached_property
    def dependents(self) -> Mapping[str, Sequence[Task]]:
        """Tasks by what blocks them."""
        pairs = [(blocker, task) for task in self.tasks.values() for blocker in task.blocked_by]
        return {
            blocker: [task for _, task in found] for blocker, found in _grouped(pairs, lambda p: p[0]).items()
        }

    @cached_property
    def comments(self) -> Mapping[str, Sequence[Comment]]:
        """Comments by task, oldest first."""
        ordered = sorted(ever(self.site.snapshot, Comment), key=lambda comment: (comment.stamp, comment.id))
        return _grouped(ordered, lambda comment: comment.task)

    @cached_property
    def documents(self) -> Mapping[str, Sequence[Document]]:
        """Documents by task."""
        return _grouped(ever(self.site.snapshot, Document), lambda document: document.id.partition("/")[0])

    @cached_property
    def runs(self) -> Mapping[str, Run]:
        """All runs, newest claim first."""
        return {run.id: run for run in runs_ever(self.site.snapshot)}

    @cached_property
    def runs_on(self) -> Mapping[str, Sequence[Run]]:
        """Runs by task, newest first."""
        return _grouped(self.runs.values(), lambda run: run.task)

    @cached_property
    def runs_by(self) -> Mapping[str, Sequence[Run]]:
        """Runs by agent, newest first."""
        return _grouped(self.runs.values(), lambda run: run.agent)

    @cached_property
    def active(self) -> Sequence[Run]:
        """Runs that are going on, oldest first."""
        return [run for run in reversed(list(self.runs.values())) if run.is_active]

    @cached_property
    def goals(self) -> Mapping[str, Goal]:
        """All goals."""
        return self._by_id(Goal)

    @cached_property
    def projects(self) -> Mapping[str, Project]:
        """All projects."""
        return self._by_id(Project)

    @cached_property
    def approvals(self) -> Mapping[str, Approval]:
        """All requests."""
        return self._by_id(Approval)

    @cached_property
    def pending(self) -> Sequence[Approval]:
        """Approvals that nobody decided yet, oldest first."""
        return pending(self.site.snapshot)

    def to_decide(self, member: str) -> Sequence[Approval]:
        """Approvals that wait for a member, oldest first."""
        return to_decide(self.site.snapshot, member)

    @cached_property
    def waiting(self) -> Mapping[str, Sequence[WaitingItem]]:
        """What waits, by agent."""
        return _grouped(self.site.waiting, lambda item: item.agent)

    @cached_property
    def waiting_on(self) -> Mapping[str, Sequence[WaitingItem]]:
        """What waits, by task."""
        return _grouped(self.site.waiting, lambda item: item.task)

    @cached_property
    def entries(self) -> Sequence[Entry]:
        """The newest commits, newest first."""
        return list(self.site.history.entries(limit=self.site.history_limit))

    @cached_property
    def log(self) -> Mapping[str, Sequence[Entry]]:
        """Commits by the id of the task, run or member that they are about, newest first."""
        return by_record(self.entries, {run.id: run.task for run in self.runs.values()})

    @property
    def is_cut(self) -> bool:
        """Whether older commits than `entries` may exist."""
        return len(self.entries) >= self.site.history_limit

    def written_at(self, comment: Comment) -> datetime | None:
        """Return when a comment was written, as its name says."""
        try:
            return datetime.strptime(comment.stamp, "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)
        except ValueError:
            return None

    def goal_of(self, task: Task) -> str | None:
        """Return the goal that a task serves."""
        return goal_of(self.site.snapshot, task)

    def find(self, name: str) -> str | None:
        """Return the site path of the task, request, run or member with a name."""
        if name in self.tasks:
            return links.task_page(name)
        if name in self.approvals:
            return links.approval_page(name)
        if name in self.runs:
            return links.run_page(name)
        return links.member_page(name) if name in self.members else None
