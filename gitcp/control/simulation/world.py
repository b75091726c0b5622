"""A company that changes in memory: the snapshot protocol over indexes, quick to ask and quick to change."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import assert_never

from gitcp.control.simulation.comment_index import CommentIndex
from gitcp.model.amounts import Charged
from gitcp.model.base import Record
from gitcp.model.company import Company
from gitcp.model.ids import project_of
from gitcp.model.kinds import KINDS
from gitcp.model.members import Agent, Member, Person
from gitcp.model.operation import Archive, Change, Put, Remove, Write
from gitcp.model.problem import Problem, Severity
from gitcp.model.run_index import RunIndex, newest_first
from gitcp.model.runs import Cause, Run
from gitcp.model.snapshot import Lead, R, Snapshot
from gitcp.model.task_index import TaskIndex
from gitcp.model.tasks import OPEN, Comment, Document, Task, TaskStatus
from gitcp.model.urgency import ticks, urgency

# What can be many and is seldom asked for is read where it is asked for.
_LAZY = frozenset({Comment.kind, Document.kind})


class World:
    """The records of a snapshot, and what became of them since. Implements `gitcp.model.snapshot.Snapshot`.

    Unlike other snapshots it changes: an answer holds until the next `apply`.
    """

    def __init__(self, before: Snapshot) -> None:
        """Take over the records of a snapshot, which stays at hand for what is archived or seldom asked for."""
        self._before = before
        self._runs = RunIndex()
        self._tasks = TaskIndex()
        self._kinds: dict[str, dict[str, Record]] = {kind: {} for kind in KINDS}
        self._gone: set[tuple[str, str]] = set()
        self._sorted: dict[str, list[Record]] = {}
        self._members: list[Member] | None = None
        self._comments = CommentIndex(before)
        self._inert = frozenset(p.record for p in before.problems() if p.severity is Severity.ERROR)
        slots = dict.fromkeys(agent.id for agent in before.all(Agent))
        self._claimed = {lead.agent: lead.claimed for lead in before.leads(slots)}
        for kind in (kind for name, kind in KINDS.items() if name not in _LAZY):
            self.apply(Put(record) for record in before.all(kind))

    def apply(self, changes: Iterable[Change]) -> None:
        """Carry out changes; nothing is archived in a simulation, where time to come is short, and there are no files to write."""
        for change in changes:
            match change:
                case Put(record):
                    self._put(record)
                case Remove(kind, record_id):
                    self._remove(kind, record_id)
                case Archive() | Write():
                    pass
                case _:
                    assert_never(change)

    @property
    def revision(self) -> str:
        """It is in no commit."""
        return ""

    @property
    def company(self) -> Company | None:
        """The company, or none."""
        return self.get(Company, "gitcp")

    def get(self, kind: type[R], record_id: str) -> R | None:
        """Return one record, or none; an archived one too."""
        record = self._kinds[kind.kind].get(record_id)
        if record is None and (kind.kind, record_id) not in self._gone:
            found = self._before.is_archived(kind, record_id) or kind.kind in _LAZY
            record = self._before.get(kind, record_id) if found else None
        return record if isinstance(record, kind) else None

    def all(self, kind: type[R]) -> Sequence[R]:
        """Return every record of a kind."""
        if kind.kind not in self._sorted:
            known = dict(self._kinds[kind.kind])
            if kind.kind in _LAZY:
                known = {r.id: r for r in self._before.all(kind) if (r.kind, r.id) not in self._gone} | known
            self._sorted[kind.kind] = [known[name] for name in sorted(known)]
        return [record for record in self._sorted[kind.kind] if isinstance(record, kind)]

    def member(self, member_id: str) -> Member | None:
        """Return an agent or a person."""
        found = self._kinds[Agent.kind].get(member_id) or self._kinds[Person.kind].get(member_id)
        return found if isinstance(found, Agent | Person) else None

    def members(self) -> Sequence[Member]:
        """Return the org chart's members."""
        if self._members is None:
            found: list[Member] = [*self.all(Agent), *self.all(Person)]
            self._members = sorted(found, key=lambda member: member.id)
        return self._members

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
        return self._tasks.fitting(statuses, assignee, project, parent, reviewer)

    def dependents(self, task_id: str) -> Sequence[Task]:
        """Return the tasks whose `blocked_by` names this one."""
        return self._tasks.dependents(task_id)

    def comments(self, task_id: str) -> Sequence[Comment]:
        """Return a task's comments, oldest first."""
        return self._comments.of_task(task_id)

    def mentions(self, member_id: str) -> Sequence[Comment]:
        """Return the comments that name a member and that no run of that member answers, oldest first."""
        return self._comments.naming(member_id, self._runs.answered_comments.get(member_id, ()))

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
        few = self._runs.active if active else self._runs.pending if pending else None
        runs = self._runs.newest(agent, task, claimed_from) if few is None else newest_first(few.values())
        found: list[Run] = []
        for run in runs:
            if len(found) == limit:
                break
            if (
                (active is None or run.is_active is active)
                and (pending is None or run.pending is pending)
                and (agent is None or run.agent == agent)
                and (task is None or run.task == task)
                and (claimed_from is None or run.claimed_at >= claimed_from)
            ):
                found.append(run)
        return found

    def charged(self, budget_id: str, counted_from: datetime | None) -> Charged:
        """Add up the runs whose claim charged a budget."""
        return self._runs.charged(budget_id, counted_from)

    def answered(self, agent: str, causes: Collection[Cause]) -> frozenset[Cause]:
        """Return those of `causes` that some run of this agent answers."""
        return self._runs.answered(agent, causes)

    def leads(self, slots: Mapping[str, str | None]) -> Sequence[Lead]:
        """Return a lead for each of these agents: to all that may be open, whether it is answered or not."""
        return [self._lead(agent, is_beating=slot is not None) for agent, slot in slots.items()]

    def _lead(self, agent: str, *, is_beating: bool) -> Lead:
        mine = (*self.tasks(statuses=OPEN, assignee=agent), *self.tasks(statuses=OPEN, reviewer=agent))
        newest = next(iter(self._runs.newest(agent=agent)), None)
        claimed = ticks(newest.claimed_at) if newest else self._claimed_before(agent)
        return Lead(agent, claimed, min(map(urgency, mine), default=None), True, is_beating)

    def _claimed_before(self, agent: str) -> int | None:
        # Who was no agent at the beginning may have archived runs all the same.
        if agent not in self._claimed:
            [lead] = self._before.leads({agent: None})
            self._claimed[agent] = lead.claimed
        return self._claimed[agent]

    def claimed_last(self, agent: str, project: str) -> datetime | None:
        """Return when an agent's newest run on a task of a project was claimed, archived or not."""
        runs = (run for run in self._runs.newest(agent=agent) if run.task and project_of(run.task) == project)
        newest = next(runs, None)
        return newest.claimed_at if newest else self._before.claimed_last(agent, project)

    def is_archived(self, kind: type[Record], record_id: str) -> bool:
        """Whether a record is in the archive, and was not brought back."""
        is_live = record_id in self._kinds[kind.kind] or (kind.kind, record_id) in self._gone
        return not is_live and self._before.is_archived(kind, record_id)

    def archived(self, kind: type[R], *, task: str | None = None) -> Sequence[R]:
        """Return the archived records of a kind; with `task`, the comments, documents or runs of that one."""
        found = self._before.archived(kind, task=task)
        return [record for record in found if self.is_archived(kind, record.id)]

    def archived_around(self, task_id: str) -> Sequence[Task]:
        """Return the archived tasks that name a task as their parent or among their blockers."""
        found = self._before.archived_around(task_id)
        return [task for task in found if self.is_archived(Task, task.id)]

    def problems(self) -> Sequence[Problem]:
        """Return what was wrong at the beginning."""
        return self._before.problems()

    def is_inert(self, kind: str, record_id: str) -> bool:
        """Whether an error stands against this record."""
        return (kind, record_id) in self._inert

    def _put(self, record: Record) -> None:
        said = self.get(Comment, record.id) if isinstance(record, Comment) else None
        if said is not None:
            self._comments.remove(said)
        self._kinds[record.kind][record.id] = record
        self._gone.discard((record.kind, record.id))
        self._forget(record.kind)
        match record:
            case Run():
                self._runs.put(record)
            case Task():
                self._tasks.put(record)
            case Comment():
                self._comments.put(record)

    def _remove(self, kind: type[Record], record_id: str) -> None:
        before = self.get(kind, record_id)
        self._kinds[kind.kind].pop(record_id, None)
        self._gone.add((kind.kind, record_id))
        self._forget(kind.kind)
        match before:
            case Run():
                self._runs.remove(record_id)
            case Task():
                self._tasks.remove(record_id)
            case Comment():
                self._comments.remove(before)

    def _forget(self, kind: str) -> None:
        self._sorted.pop(kind, None)
        if kind in {Agent.kind, Person.kind}:
            self._members = None
