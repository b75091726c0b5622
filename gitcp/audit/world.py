"""The records at one commit of a history, moved on by what the next one touched. Files are read when they are asked for."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Final

from gitcp.model.amounts import Charged
from gitcp.model.base import Record
from gitcp.model.chronicle import Held
from gitcp.model.company import Company
from gitcp.model.ids import claim_of, project_of
from gitcp.model.members import Agent, Member, Person
from gitcp.model.problem import Problem
from gitcp.model.run_index import RunIndex, newest_first
from gitcp.model.runs import Cause, Run
from gitcp.model.snapshot import Lead, R
from gitcp.model.task_index import TaskIndex
from gitcp.model.tasks import OPEN, Comment, Document, Task, TaskStatus
from gitcp.model.urgency import ticks, urgency

Key = tuple[str, str]
_MEMBER: Final = "member"
_MEMBERS: Final = frozenset({Agent.kind, Person.kind})
# Their files are many, large and hardly ever asked for.
_FEW: Final = 20
_COMPANY: Final = "gitcp.yaml"
_NOT_KEPT: Final = frozenset({Comment.kind, Document.kind})


class World:
    """Implements `gitcp.model.snapshot.Snapshot`. It changes: an answer holds until the next `move`."""

    def __init__(self, opening: Iterable[Held], read: Callable[[Held], Record | None]) -> None:
        """Take over the files of a tree; `read` returns the record of one, or none."""
        self.revision = ""
        self._read = read
        self._live: dict[str, dict[str, Held]] = {}
        self._archived: dict[str, dict[str, Held]] = {}
        self._records: dict[Held, Record | None] = {}
        self._sorted: dict[str, list[Record]] = {}
        self._refused: dict[str, Key] = {}
        self._paths: dict[str, Held] = {}
        for held in opening:
            if held.kind and not held.is_strange:
                self._at(held)[held.id] = self._paths[held.path] = held

    # -- moving on

    def move(self, steps: Sequence[tuple[Held | None, Held | None]]) -> None:
        """Let paths hold other files, or none."""
        gone = {before.key for before, _ in steps if before is not None and not before.archived}
        gone -= {after.key for _, after in steps if after is not None and not after.archived}
        self._forget(gone)
        for before, _ in steps:
            if before is not None and before.kind:
                self._drop(before)
        for _, after in steps:
            if after is not None and after.kind and not after.is_strange:
                self._at(after)[after.id] = self._paths[after.path] = after
                self._note(after)

    def refuse(self, path: str, key: Key) -> None:
        """Let the record of a path be inert."""
        self._refused[path] = key

    def lift(self, path: str) -> None:
        """Let the record of a path be inert no more."""
        self._refused.pop(path, None)

    def record(self, held: Held | None) -> Record | None:
        """Return what a file says."""
        if held is None or held.is_strange or not held.kind:
            return None
        if held.kind in _NOT_KEPT or held.archived:
            return self._read(held)
        if held not in self._records:
            self._records[held] = self._read(held)
        return self._records[held]

    def at(self, path: str) -> Held | None:
        """Return the record's file at a path, or none."""
        return self._paths.get(path)

    def _at(self, held: Held) -> dict[str, Held]:
        return (self._archived if held.archived else self._live).setdefault(held.kind, {})

    def _forget(self, gone: Collection[Key]) -> None:
        runs = [record_id for kind, record_id in gone if kind == Run.kind]
        if len(runs) > _FEW:
            self.__dict__.pop("_runs", None)  # to take many out costs more than to begin anew
        if "_runs" in self.__dict__:
            for record_id in runs:
                self._runs.remove(record_id)
        if "_tasks" in self.__dict__:
            for kind, record_id in gone:
                if kind == Task.kind:
                    self._tasks.remove(record_id)

    def _drop(self, held: Held) -> None:
        files = self._at(held)
        if files.get(held.id) == held:
            del files[held.id]
        self._paths.pop(held.path, None)
        self._sorted.pop(held.kind, None)
        self._records.pop(held, None)

    def _note(self, held: Held) -> None:
        self._sorted.pop(held.kind, None)
        if held.archived:
            return
        if held.kind == Run.kind and "_runs" in self.__dict__ and isinstance(run := self.record(held), Run):
            self._runs.put(run)
        if (
            held.kind == Task.kind
            and "_tasks" in self.__dict__
            and isinstance(task := self.record(held), Task)
        ):
            self._tasks.put(task)

    @cached_property
    def _runs(self) -> RunIndex:
        index = RunIndex()
        for run in self._of_folder(Run.kind):
            if isinstance(run, Run):
                index.put(run)
        return index

    @cached_property
    def _tasks(self) -> TaskIndex:
        index = TaskIndex()
        for task in self._of_folder(Task.kind):
            if isinstance(task, Task):
                index.put(task)
        return index

    def _of_folder(self, folder: str) -> list[Record]:
        if folder not in self._sorted:
            files = self._live.get(folder, {})
            found = [record for name in sorted(files) if (record := self.record(files[name])) is not None]
            if folder in _NOT_KEPT:
                return found
            self._sorted[folder] = found
        return self._sorted[folder]

    # -- questions

    @property
    def company(self) -> Company | None:
        """The company, or none."""
        record = self.record(self._paths.get(_COMPANY))
        return record if isinstance(record, Company) else None

    def get(self, kind: type[R], record_id: str) -> R | None:
        """Return one record, or none; an archived one too."""
        folder = _folder(kind.kind)
        held = self._live.get(folder, {}).get(record_id) or self._archived.get(folder, {}).get(record_id)
        record = self.record(held)
        return record if isinstance(record, kind) else None

    def all(self, kind: type[R]) -> Sequence[R]:
        """Return every record of a kind."""
        return [record for record in self._of_folder(_folder(kind.kind)) if isinstance(record, kind)]

    def member(self, member_id: str) -> Member | None:
        """Return an agent or a person."""
        found = self.record(self._live.get(_MEMBER, {}).get(member_id))
        return found if isinstance(found, Agent | Person) else None

    def members(self) -> Sequence[Member]:
        """Return the org chart's members."""
        return [record for record in self._of_folder(_MEMBER) if isinstance(record, Agent | Person)]

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
        files = self._live.get(Comment.kind, {})
        mine = (self.record(files[name]) for name in sorted(files) if name.startswith(f"{task_id}/"))
        return [comment for comment in mine if isinstance(comment, Comment)]

    def mentions(self, member_id: str) -> Sequence[Comment]:
        """Return the comments that name a member and that no run of that member answers, oldest first."""
        answered = self._runs.answered_comments.get(member_id, set())
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
        few = self._runs.active if active else self._runs.pending if pending else None
        runs = self._runs.newest(agent, task, claimed_from) if few is None else newest_first(few.values())
        fitting = [
            run
            for run in runs
            if (active is None or run.is_active is active)
            and (pending is None or run.pending is pending)
            and (agent is None or run.agent == agent)
            and (task is None or run.task == task)
            and (claimed_from is None or run.claimed_at >= claimed_from)
        ]
        return fitting[:limit]

    def charged(self, budget_id: str, claimed_from: datetime | None) -> Charged:
        """Add up the runs whose claim charged a budget."""
        return self._runs.charged(budget_id, claimed_from)

    def answered(self, agent: str, causes: Collection[Cause]) -> frozenset[Cause]:
        """Return those of `causes` that some run of this agent answers."""
        return self._runs.answered(agent, causes)

    def leads(self, slots: Mapping[str, str | None]) -> Sequence[Lead]:
        """Return a lead for each of these agents: to all that may be open, whether it is answered or not."""
        return [self._lead(agent, is_prompted=slot is not None) for agent, slot in slots.items()]

    def _lead(self, agent: str, *, is_prompted: bool) -> Lead:
        mine = (*self.tasks(statuses=OPEN, assignee=agent), *self.tasks(statuses=OPEN, reviewer=agent))
        times = (at for who, at, _ in self._claims() if who == agent)
        last = max(times, default=None)
        return Lead(
            agent,
            ticks(last) if last else None,
            min(map(urgency, mine), default=None),
            beside=True,
            prompted=is_prompted,
        )

    def claimed_last(self, agent: str, project: str) -> datetime | None:
        """Return when an agent's newest run on a task of a project was claimed."""
        times = (
            at for who, at, task in self._claims() if who == agent and task and project_of(task) == project
        )
        return max(times, default=None)

    def _claims(self) -> Iterable[tuple[str, datetime, str | None]]:
        live = ((run.agent, run.claimed_at, run.task) for run in self.all(Run))
        put_away = ((claim_of(run.id), run.task) for run in self.archived(Run))
        return [*live, *((*claim, task) for claim, task in put_away if claim)]

    def is_archived(self, kind: type[Record], record_id: str) -> bool:
        """Whether a record is in the archive."""
        folder = _folder(kind.kind)
        return record_id in self._archived.get(folder, {}) and record_id not in self._live.get(folder, {})

    def archived(self, kind: type[R], *, task: str | None = None) -> Sequence[R]:
        """Return the archived records of a kind; with `task`, the comments, documents or runs of that one."""
        files = self._archived.get(_folder(kind.kind), {})
        wanted = (files[name] for name in sorted(files) if self.is_archived(kind, name))
        records = (self.record(held) for held in wanted)
        return [r for r in records if isinstance(r, kind) and (task is None or _task_of(r) == task)]

    def archived_around(self, task_id: str) -> Sequence[Task]:
        """Return the archived tasks that name a task as their parent or among their blockers."""
        return [task for task in self.archived(Task) if task_id in {task.parent, *task.blocked_by}]

    def problems(self) -> Sequence[Problem]:
        """Return what is refused and what cannot be read, sorted by path; nothing is said of why."""
        return [
            Problem(path, message="is refused", record=key) for path, key in sorted(self._refused.items())
        ]

    def is_inert(self, kind: str, record_id: str) -> bool:
        """Whether a change of this record stands refused, or its file cannot be read."""
        if self._refused and any(
            (_folder(k), i) == (_folder(kind), record_id) for k, i in self._refused.values()
        ):
            return True
        held = self._live.get(_folder(kind), {}).get(record_id)
        return held is not None and self.record(held) is None


def _folder(kind: str) -> str:
    return _MEMBER if kind in _MEMBERS else kind


def _task_of(record: Record) -> str | None:
    return record.task if isinstance(record, Run) else record.id.partition("/")[0]
