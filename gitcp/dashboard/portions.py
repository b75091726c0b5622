"""All records in few words, read a portion at a time: whoever puts portions together never holds the records of a large company."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from gitcp.dashboard.all_rows import Rows
from gitcp.dashboard.index.row_texts import RUNS, TASKS
from gitcp.dashboard.postings import terms_of
from gitcp.dashboard.rows import RunRow, TaskRow, run_row, task_row
from gitcp.model.base import Record
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot, ever
from gitcp.model.tasks import Comment, Document, Task


@dataclass(slots=True)
class Portion:
    """Rows of some tasks and runs, each with the line that an index keeps of it, the ids of the documents and comments of these tasks, and the words of each task, packed, by number."""

    tasks: list[TaskRow] = field(default_factory=list)
    runs: list[RunRow] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    terms: list[tuple[str, str]] = field(default_factory=list)
    task_lines: list[str] = field(default_factory=list)
    run_lines: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, records: Iterable[Record]) -> "Portion":
        """Say records in few words; with a task come all its comments and documents."""
        portion = cls()
        tasks: list[Task] = []
        comments: list[Comment] = []
        for record in records:
            if isinstance(record, Task):
                tasks.append(record)
            elif isinstance(record, Run):
                portion.runs.append(run_row(record))
            elif isinstance(record, Comment):
                comments.append(record)
            elif isinstance(record, Document):
                portion.documents.append(record.id)
        portion.tasks = [task_row(task) for task in tasks]
        portion.comments = [comment.id for comment in comments]
        portion.terms = list(terms_of(tasks, comments, portion.documents))
        portion.task_lines = list(map(TASKS.dump, portion.tasks))
        portion.run_lines = list(map(RUNS.dump, portion.runs))
        return portion

    @classmethod
    def read(
        cls,
        task_lines: list[str],
        run_lines: list[str],
        documents: list[str],
        comments: list[str],
        terms: list[tuple[str, str]],
    ) -> "Portion":
        """Read the rows from their lines."""
        tasks, runs = TASKS.load_all(task_lines), RUNS.load_all(run_lines)
        return cls(tasks, runs, documents, comments, terms, task_lines, run_lines)

    def __reduce__(self) -> tuple[Callable[..., "Portion"], tuple[Any, ...]]:
        """Go to another process as lines, which the index needs there, and which are read as fast as rows."""
        return self.read, (self.task_lines, self.run_lines, self.documents, self.comments, self.terms)

    @classmethod
    def whole(cls, snapshot: Snapshot) -> "Portion":
        """Say all records of a snapshot in few words."""
        return cls.of(record for kind in (Task, Comment, Document, Run) for record in ever(snapshot, kind))

    def __len__(self) -> int:
        return len(self.tasks) + len(self.runs) + len(self.documents) + len(self.comments)

    def add(self, other: "Portion") -> None:
        """Add another's rows and ids, not its words and lines."""
        self.tasks += other.tasks
        self.runs += other.runs
        self.documents += other.documents
        self.comments += other.comments

    def rows(self) -> Rows:
        """Put the rows in order."""
        return Rows.sorted(self.tasks, self.runs, self.documents, self.comments)
