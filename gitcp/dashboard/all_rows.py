"""All tasks and runs in few words. A company of a hundred thousand tasks has them at hand where it could not hold its records."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from operator import attrgetter
from typing import Any, Final, Generic, Self, TypeVar

from gitcp.dashboard.days import DayOf
from gitcp.dashboard.figures import Clock
from gitcp.dashboard.groups import Counting, Counts, Grouping, Groups, alike
from gitcp.dashboard.rows import RunRow, TaskRow, claimed, run_row, task_row
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot, ever
from gitcp.model.tasks import Comment, Document, Task

T = TypeVar("T")
V = TypeVar("V", bound=Hashable)
K = TypeVar("K", bound=Hashable)

WORK: Final = f"{Task.kind} work"
"""What a fact reads of tasks that learns of their projects and goals alone, of those that have runs."""

THERE: Final = "there"
"""What a fact reads of a kind of record, after the kind, that learns which there are alone."""

_ANY_DAY: Final = DayOf(Clock.of(datetime(2000, 1, 1, tzinfo=UTC), "UTC"))

_by_id = attrgetter("id")
_BY_PARENT: Final = Grouping[TaskRow, TaskRow](
    "parent", Task.kind, lambda row, _: filter(None, (row.parent,)), alike, _by_id
)
_BY_BLOCKER: Final = Grouping[TaskRow, TaskRow](
    "blocker", Task.kind, lambda row, _: row.blocked_by, alike, _by_id
)
_BY_TASK: Final = Grouping[RunRow, RunRow](
    "task", Run.kind, lambda row, _: filter(None, (row.task,)), alike, claimed, is_reversed=True
)
_BY_AGENT: Final = Grouping[RunRow, RunRow](
    "agent", Run.kind, lambda row, _: (row.agent,), alike, claimed, is_reversed=True
)


@dataclass(frozen=True)
class Rows:
    """All tasks by id, all runs with the newest claim first, the ids of all documents, and those of the comments of each task, the oldest first; archived ones too."""

    tasks: Mapping[str, TaskRow]
    runs: Mapping[str, RunRow]
    documents: Sequence[str]
    comments_of: Mapping[str, Sequence[str]] = field(default_factory=dict)
    _held: dict[Any, tuple[Groups[Any, Any] | Counts[Any, Any], DayOf]] = field(default_factory=dict)

    @classmethod
    def of(cls, snapshot: Snapshot) -> Self:
        """Read the records of a snapshot, every one of them."""
        return cls.sorted(
            (task_row(task) for task in ever(snapshot, Task)),
            (run_row(run) for run in ever(snapshot, Run)),
            (document.id for document in ever(snapshot, Document)),
            (comment.id for comment in ever(snapshot, Comment)),
        )

    @classmethod
    def sorted(
        cls,
        tasks: Iterable[TaskRow],
        runs: Iterable[RunRow],
        documents: Iterable[str],
        comments: Iterable[str] = (),
    ) -> Self:
        """Put rows in order."""
        return cls(_in_order(tasks), _newest_first(runs), sorted(documents), _by_task(sorted(comments)))

    def edited(
        self,
        tasks: Mapping[str, TaskRow | None],
        runs: Mapping[str, RunRow | None],
        documents: Mapping[str, bool],
        comments: Mapping[str, bool],
    ) -> tuple["Rows", set[str]]:
        """Return the rows with some put in place of what was there, or taken away: none; of documents and comments whether they are there.

        Beside them is returned what a fact may have read of rows that is another now.
        """
        of_tasks, of_runs = _Edit.of(self.tasks, tasks), _Edit.of(self.runs, runs)
        touched = {*of_tasks.touched(Task.kind), *of_runs.touched(Run.kind)}
        if any(self._moves(*sides) for sides in of_tasks.pairs.values()):
            touched.add(WORK)
        held = {}
        for how, (state, day_of) in self._held.items():
            edit: _Edit[Any] = of_tasks if how.kind == Task.kind else of_runs
            edited, found = state.edited(edit.before, edit.after, day_of)
            held[how] = edited, day_of
            touched |= found
        return (
            Rows(
                _edited(self.tasks, of_tasks, _in_order),
                _edited(self.runs, of_runs, _newest_first),
                sorted(_kept(self.documents, documents)) if documents else self.documents,
                _edited_talks(self.comments_of, comments) if comments else self.comments_of,
                held,
            ),
            touched,
        )

    def _moves(self, old: TaskRow | None, new: TaskRow | None) -> bool:
        """Whether runs on a task are for another project or goal."""
        if old is not None and new is not None:
            return (old.project, old.goal) != (new.project, new.goal)
        row = old or new
        return row is not None and row.id in self.by_task

    def groups(self, how: Grouping[Any, V], day_of: DayOf = _ANY_DAY) -> Mapping[str, Sequence[V]]:
        """Return rows in groups; `day_of` tells the days of those that are sorted by days."""
        groups: Groups[Any, V] = self._state(how, day_of)
        return groups.found

    def counts(self, how: Counting[Any, K], day_of: DayOf = _ANY_DAY) -> Mapping[K, int]:
        """Return rows in numbers."""
        counts: Counts[Any, K] = self._state(how, day_of)
        return counts.found

    def _state(self, how: Any, day_of: DayOf) -> Any:
        held = self._held.get(
            how
        )  # asked once: what a grouping is told apart by takes longer than all else here
        if held is None:
            rows: Mapping[str, Any] = self.tasks if how.kind == Task.kind else self.runs
            held = self._held[how] = how.fresh(rows.values(), day_of), day_of
        return held[0]

    @property
    def task_ids(self) -> Collection[str]:
        """The ids of all tasks."""
        return self.tasks.keys()

    @property
    def run_ids(self) -> Collection[str]:
        """The ids of all runs, the newest claim first."""
        return self.runs.keys()

    @property
    def works(self) -> Mapping[str, TaskRow]:
        """All tasks, for who asks only for which project and goal runs are."""
        return self.tasks

    @property
    def by_parent(self) -> Mapping[str, Sequence[TaskRow]]:
        """Tasks by what they are part of."""
        return self.groups(_BY_PARENT)

    @property
    def by_blocker(self) -> Mapping[str, Sequence[TaskRow]]:
        """Tasks by what blocks them."""
        return self.groups(_BY_BLOCKER)

    @property
    def by_task(self) -> Mapping[str, Sequence[RunRow]]:
        """Runs by task, newest first."""
        return self.groups(_BY_TASK)

    @property
    def by_agent(self) -> Mapping[str, Sequence[RunRow]]:
        """Runs by agent, newest first."""
        return self.groups(_BY_AGENT)

    @cached_property
    def documents_of(self) -> Mapping[str, Sequence[str]]:
        """Documents by task."""
        return _by_task(self.documents)


@dataclass(frozen=True, slots=True)
class _Edit(Generic[T]):
    """Each row that changes, as it was and as it is, none where it was or is not there."""

    pairs: Mapping[str, tuple[T | None, T | None]]

    @classmethod
    def of(cls, rows: Mapping[str, T], changes: Mapping[str, T | None]) -> Self:
        return cls({name: (old, new) for name, new in changes.items() if (old := rows.get(name)) != new})

    @property
    def before(self) -> list[T]:
        return [old for old, _ in self.pairs.values() if old is not None]

    @property
    def after(self) -> list[T]:
        return [new for _, new in self.pairs.values() if new is not None]

    def touched(self, kind: str) -> Iterator[str]:
        if self.pairs:
            yield kind
        if len(self.before) != len(self.pairs) or len(self.after) != len(self.pairs):
            yield f"{kind} {THERE}"


def _edited(
    rows: Mapping[str, T], edit: _Edit[T], in_order: Callable[[Iterable[T]], Mapping[str, T]]
) -> Mapping[str, T]:
    if not edit.pairs:
        return rows
    found = {**rows, **{name: new for name, (_, new) in edit.pairs.items()}}
    return in_order(row for row in found.values() if row is not None)


def _in_order(tasks: Iterable[TaskRow]) -> dict[str, TaskRow]:
    return {row.id: row for row in sorted(tasks, key=_by_id)}


def _newest_first(runs: Iterable[RunRow]) -> dict[str, RunRow]:
    return {row.id: row for row in sorted(runs, key=claimed, reverse=True)}


def _edited_talks(
    talks: Mapping[str, Sequence[str]], changed: Mapping[str, bool]
) -> Mapping[str, Sequence[str]]:
    tasks = _by_task(changed)
    told = {
        task: sorted(_kept(talks.get(task, ()), {name: changed[name] for name in names}))
        for task, names in tasks.items()
    }
    return {task: names for task, names in {**talks, **told}.items() if names}


def _by_task(names: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(name.partition("/")[0], []).append(name)
    return found


def _kept(names: Collection[str], changed: Mapping[str, bool]) -> set[str]:
    there = {name for name, is_there in changed.items() if is_there}
    return {*names} - changed.keys() | there
