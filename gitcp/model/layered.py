"""A snapshot with changes laid over it: for who may look at the record, and write nothing into it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Self, TypeVar, assert_never

from gitcp.model.amounts import Charged
from gitcp.model.base import Record
from gitcp.model.company import Company
from gitcp.model.ids import project_of
from gitcp.model.members import Agent, Member, Person
from gitcp.model.memory import Key, Records
from gitcp.model.operation import Archive, Change, Put, Remove, Write
from gitcp.model.problem import Problem
from gitcp.model.runs import Cause, Run, charged_by
from gitcp.model.snapshot import Lead, R, Snapshot
from gitcp.model.tasks import Comment, Task, TaskStatus
from gitcp.model.urgency import ticks

Q = TypeVar("Q", bound=Record)


def _by_id(record: Record) -> Any:
    return record.id


@dataclass(frozen=True)
class Layered:
    """An immutable snapshot; `edited` returns another one. Implements `gitcp.model.snapshot.Snapshot`.

    What it costs to ask follows from what was asked and what was written, not from how much there is.
    """

    base: Snapshot
    written: Mapping[Key, Record | None] = field(default_factory=dict)
    put_away: Mapping[Key, Record] = field(default_factory=dict)

    def edited(self, changes: Iterable[Change]) -> Self:
        """Return the snapshot with changes carried out."""
        written, put_away = dict(self.written), dict(self.put_away)
        for change in changes:
            match change:
                case Put(record):
                    written[record.kind, record.id] = record
                    put_away.pop((record.kind, record.id), None)
                case Remove(kind, record_id):
                    written[kind.kind, record_id] = None
                    put_away.pop((kind.kind, record_id), None)
                case Archive(kind, record_id):
                    moved = replace(self, written=written, put_away=put_away).get(kind, record_id)
                    if moved is not None:
                        written[kind.kind, record_id] = None
                        put_away[kind.kind, record_id] = moved
                case Write():
                    pass
                case _:
                    assert_never(change)
        return replace(self, written=written, put_away=put_away)

    @cached_property
    def _over(self) -> Records:
        return Records.of(record for record in self.written.values() if record is not None)

    def _merged(
        self,
        ask: Callable[[Snapshot], Sequence[Q]],
        key: Callable[[Q], Any] = _by_id,
        *,
        newest: bool = False,
    ) -> list[Q]:
        below = (record for record in ask(self.base) if (record.kind, record.id) not in self.written)
        return sorted([*below, *ask(self._over)], key=key, reverse=newest)

    @property
    def revision(self) -> str:
        """The commit below; empty once something was written."""
        return "" if self.written else self.base.revision

    @property
    def company(self) -> Company | None:
        """The company, or none."""
        return self.get(Company, "gitcp")

    def get(self, kind: type[R], record_id: str) -> R | None:
        """Return one record, or none; an archived one too."""
        key = (kind.kind, record_id)
        if key in self.put_away or key in self.written:
            record = self.put_away.get(key) or self.written[key]
            return record if isinstance(record, kind) else None
        return self.base.get(kind, record_id)

    def all(self, kind: type[R]) -> Sequence[R]:
        """Return every record of a kind."""
        return self._merged(lambda snapshot: snapshot.all(kind))

    def member(self, member_id: str) -> Member | None:
        """Return an agent or a person."""
        return self.get(Agent, member_id) or self.get(Person, member_id)

    def members(self) -> Sequence[Member]:
        """Return the org chart's members."""
        return self._merged(lambda snapshot: snapshot.members())

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
        return self._merged(
            lambda snapshot: snapshot.tasks(
                statuses=statuses, assignee=assignee, project=project, parent=parent, reviewer=reviewer
            )
        )

    def dependents(self, task_id: str) -> Sequence[Task]:
        """Return the tasks whose `blocked_by` names this one."""
        return self._merged(lambda snapshot: snapshot.dependents(task_id))

    def comments(self, task_id: str) -> Sequence[Comment]:
        """Return a task's comments, oldest first."""
        return self._merged(lambda snapshot: snapshot.comments(task_id))

    def mentions(self, member_id: str) -> Sequence[Comment]:
        """Return the comments that name a member and that no run of that member answers, oldest first."""
        named = self._merged(
            lambda snapshot: snapshot.mentions(member_id), lambda comment: (comment.stamp, comment.id)
        )
        # What was written may be about what is answered below.
        runs = self.runs(agent=member_id) if self._over.all(Comment) else self._over.runs(agent=member_id)
        answered = {cause.record for run in runs for cause in run.answers if cause.reason == "mention"}
        return [comment for comment in named if comment.id not in answered]

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
        more = None if limit is None else limit + len(self.written)

        def ask(snapshot: Snapshot) -> Sequence[Run]:
            return snapshot.runs(
                active=active, pending=pending, agent=agent, task=task, claimed_from=claimed_from, limit=more
            )

        return self._merged(ask, lambda run: (run.claimed_at, run.id), newest=True)[:limit]

    def charged(self, budget_id: str, counted_from: datetime | None) -> Charged:
        """Add up the runs whose claim charged a budget."""
        if not any(kind == Run.kind for kind, _ in self.written):
            return self.base.charged(budget_id, counted_from)
        # No clock is further than a day from UTC.
        runs = self.runs(claimed_from=counted_from - timedelta(days=1) if counted_from else None)
        charging = [run for run in runs if budget_id in run.charges]
        return charged_by([run for run in charging if counted_from is None or run.counted_at >= counted_from])

    def answered(self, agent: str, causes: Collection[Cause]) -> frozenset[Cause]:
        """Return those of `causes` that some run of this agent answers; what was once answered stays so."""
        return self.base.answered(agent, causes) | self._over.answered(agent, causes)

    def leads(self, slots: Mapping[str, str | None]) -> Sequence[Lead]:
        """Return a lead for each of these agents: to all that may be open, whether it is answered or not."""
        below = {lead.agent: lead for lead in self.base.leads(slots)}
        return [self._lead(lead, below[lead.agent]) for lead in self._over.leads(slots)]

    def _lead(self, over: Lead, below: Lead) -> Lead:
        claims = [claim for claim in (over.claimed, below.claimed) if claim is not None]
        work = [found for found in (over.work, below.work) if found is not None]
        return replace(over, claimed=max(claims, default=None), work=min(work, default=None))

    def claimed_last(self, agent: str, project: str) -> datetime | None:
        """Return when an agent's newest run on a task of a project was claimed."""
        runs = (run for run in self._over.runs(agent=agent) if run.task and project_of(run.task) == project)
        known = [self.base.claimed_last(agent, project), *(run.claimed_at for run in runs)]
        return max((at for at in known if at is not None), key=ticks, default=None)

    def is_archived(self, kind: type[Record], record_id: str) -> bool:
        """Whether a record is in the archive."""
        key = (kind.kind, record_id)
        return key in self.put_away or (key not in self.written and self.base.is_archived(kind, record_id))

    def archived(self, kind: type[R], *, task: str | None = None) -> Sequence[R]:
        """Return the archived records of a kind; with `task`, the comments, documents or runs of that one."""
        below = (r for r in self.base.archived(kind, task=task) if (r.kind, r.id) not in self.written)
        over = Records.of((), archived=self.put_away.values()).archived(kind, task=task)
        return sorted([*below, *over], key=_by_id)

    def archived_around(self, task_id: str) -> Sequence[Task]:
        """Return the archived tasks that name a task as their parent or among their blockers."""
        below = (
            task for task in self.base.archived_around(task_id) if (task.kind, task.id) not in self.written
        )
        over = Records.of((), archived=self.put_away.values()).archived_around(task_id)
        return sorted([*below, *over], key=_by_id)

    def problems(self) -> Sequence[Problem]:
        """Return what is wrong with files of the commit below."""
        return self.base.problems()

    def is_inert(self, kind: str, record_id: str) -> bool:
        """Whether an error stands against this record."""
        return self.base.is_inert(kind, record_id)
