"""Records in memory: the snapshot protocol over plain values."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Self, assert_never

from gitcp.model.amounts import Charged
from gitcp.model.base import Record
from gitcp.model.company import Company
from gitcp.model.ids import claim_of, project_of
from gitcp.model.members import Agent, Member, Person
from gitcp.model.operation import Archive, Change, Put, Remove, Write
from gitcp.model.problem import Problem, Severity
from gitcp.model.runs import Cause, Run, charged_by
from gitcp.model.snapshot import Lead, R
from gitcp.model.tasks import OPEN, Comment, Document, Task, TaskStatus
from gitcp.model.urgency import Urgency, ticks, urgency

Key = tuple[str, str]


@dataclass(frozen=True)
class Records:
    """An immutable snapshot; `edited` returns another one. Implements `gitcp.model.snapshot.Snapshot`."""

    by_key: Mapping[Key, Record]
    found: tuple[Problem, ...] = ()
    revision: str = ""
    put_away: Mapping[Key, Record] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        records: Iterable[Record],
        *,
        archived: Iterable[Record] = (),
        problems: Iterable[Problem] = (),
        revision: str = "",
    ) -> Self:
        """Make a snapshot of these records; the last of two with one kind and id counts, and never the archived one."""
        found = sorted(
            problems, key=lambda problem: (problem.path, problem.line, problem.where, problem.message)
        )
        live = {(r.kind, r.id): r for r in records}
        put_away = {(r.kind, r.id): r for r in archived if (r.kind, r.id) not in live}
        return cls(live, tuple(found), revision, put_away)

    def edited(self, changes: Iterable[Change], *, revision: str | None = None) -> Self:
        """Return the snapshot with changes carried out."""
        live, put_away = dict(self.by_key), dict(self.put_away)
        for change in changes:
            match change:
                case Put(record):
                    live[record.kind, record.id] = record
                    put_away.pop((record.kind, record.id), None)
                case Remove(kind, record_id):
                    if live.pop((kind.kind, record_id), None) is None:
                        put_away.pop((kind.kind, record_id), None)
                case Archive(kind, record_id):
                    moved = live.pop((kind.kind, record_id), None)
                    if moved is not None:
                        put_away[kind.kind, record_id] = moved
                case Write():
                    pass
                case _:
                    assert_never(change)
        number = self.revision if revision is None else revision
        return replace(self, by_key=live, put_away=put_away, revision=number)

    @cached_property
    def _by_kind(self) -> dict[str, list[Record]]:
        kinds: dict[str, list[Record]] = {}
        for (kind, _), record in sorted(self.by_key.items()):
            kinds.setdefault(kind, []).append(record)
        return kinds

    @property
    def company(self) -> Company | None:
        """The company, or none."""
        return self.get(Company, "gitcp")

    def get(self, kind: type[R], record_id: str) -> R | None:
        """Return one record, or none; an archived one too."""
        key = (kind.kind, record_id)
        record = self.by_key.get(key) or self.put_away.get(key)
        return record if isinstance(record, kind) else None

    def all(self, kind: type[R]) -> Sequence[R]:
        """Return every record of a kind."""
        return [r for r in self._by_kind.get(kind.kind, ()) if isinstance(r, kind)]

    def member(self, member_id: str) -> Member | None:
        """Return an agent or a person."""
        return self.get(Agent, member_id) or self.get(Person, member_id)

    def members(self) -> Sequence[Member]:
        """Return the org chart's members."""
        return sorted([*self.all(Agent), *self.all(Person)], key=lambda member: member.id)

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
        return [
            task
            for task in self.all(Task)
            if (statuses is None or task.status in statuses)
            and (assignee is None or task.assignee == assignee)
            and (project is None or task.project == project)
            and (parent is None or task.parent == parent)
            and (reviewer is None or task.reviewer == reviewer)
        ]

    def dependents(self, task_id: str) -> Sequence[Task]:
        """Return the tasks whose `blocked_by` names this one."""
        return [task for task in self.all(Task) if task_id in task.blocked_by]

    def comments(self, task_id: str) -> Sequence[Comment]:
        """Return a task's comments, oldest first."""
        return [comment for comment in self.all(Comment) if comment.task == task_id]

    def mentions(self, member_id: str) -> Sequence[Comment]:
        """Return the comments that name a member and that no run of that member answers, oldest first."""
        answered = {cause.record for cause in self._answers.get(member_id, ()) if cause.reason == "mention"}
        named = (c for c in self.all(Comment) if member_id in c.mentions and c.id not in answered)
        return sorted(named, key=lambda comment: (comment.stamp, comment.id))

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
        fitting = [
            run
            for run in self.all(Run)
            if (active is None or run.is_active is active)
            and (pending is None or run.pending is pending)
            and (agent is None or run.agent == agent)
            and (task is None or run.task == task)
            and (claimed_from is None or run.claimed_at >= claimed_from)
        ]
        return sorted(fitting, key=lambda run: (run.claimed_at, run.id), reverse=True)[:limit]

    def charged(self, budget_id: str, counted_from: datetime | None) -> Charged:
        """Add up the runs whose claim charged a budget."""
        found = [run for run in self.all(Run) if budget_id in run.charges]
        return charged_by([run for run in found if counted_from is None or run.counted_at >= counted_from])

    @cached_property
    def _answers(self) -> dict[str, set[Cause]]:
        answers: dict[str, set[Cause]] = {}
        for run in self.all(Run):
            answers.setdefault(run.agent, set()).update(run.answers)
        return answers

    def answered(self, agent: str, causes: Collection[Cause]) -> frozenset[Cause]:
        """Return those of `causes` that some run of this agent answers."""
        return frozenset(self._answers.get(agent, set()).intersection(causes))

    def leads(self, slots: Mapping[str, str | None]) -> Sequence[Lead]:
        """Return a lead for each of these agents: to all that may be open, whether it is answered or not."""
        work: dict[str, Urgency] = {}
        for task in self.tasks(statuses=OPEN):
            for member in (task.assignee, task.reviewer):
                if member is not None:
                    work[member] = min(urgency(task), work.get(member, urgency(task)))
        claimed = {agent: ticks(at) for agent, at, _ in self._claims}
        return [Lead(a, claimed.get(a), work.get(a), True, slot is not None) for a, slot in slots.items()]

    def claimed_last(self, agent: str, project: str) -> datetime | None:
        """Return when an agent's newest run on a task of a project was claimed."""
        times = (
            at for who, at, task in self._claims if who == agent and task and project_of(task) == project
        )
        return max(times, default=None)

    @cached_property
    def _claims(self) -> list[tuple[str, datetime, str | None]]:
        """Whose runs were claimed when, and for which task; the oldest first. An archived one is known by its name."""
        live = [(run.agent, run.claimed_at, run.task) for run in self.all(Run)]
        names = ((claim_of(run.id), run.task) for run in self.archived(Run))
        return sorted(
            [*live, *((*claim, task) for claim, task in names if claim)], key=lambda claim: claim[1]
        )

    def is_archived(self, kind: type[Record], record_id: str) -> bool:
        """Whether a record is in the archive."""
        return (kind.kind, record_id) in self.put_away

    def archived(self, kind: type[R], *, task: str | None = None) -> Sequence[R]:
        """Return the archived records of a kind; with `task`, the comments, documents or runs of that one."""
        found = (record for _, record in sorted(self.put_away.items()))
        return [r for r in found if isinstance(r, kind) and (task is None or _task_of(r) == task)]

    def archived_around(self, task_id: str) -> Sequence[Task]:
        """Return the archived tasks that name a task as their parent or among their blockers."""
        return [task for task in self.archived(Task) if task_id in (task.parent, *task.blocked_by)]

    def problems(self) -> Sequence[Problem]:
        """Return what was found wrong, sorted by path."""
        return self.found

    def is_inert(self, kind: str, record_id: str) -> bool:
        """Whether an error stands against this record."""
        return any(p.record == (kind, record_id) and p.severity is Severity.ERROR for p in self.found)


def _task_of(record: Record) -> str | None:
    if isinstance(record, Run):
        return record.task
    return record.id.partition("/")[0] if isinstance(record, Comment | Document) else None
