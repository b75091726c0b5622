"""Tasks, and what people and agents say about them."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from gitcp.model.base import Count, Flag, Instant, Line, Positive, Record, Text, Value
from gitcp.model.ids import COMMENT_NAME, GoalId, MemberId, RunId, Sha, TaskId, project_of
from gitcp.model.mentions import mentions

Argv = Annotated[tuple[Annotated[str, Field(max_length=4000)], ...], Field(min_length=1, max_length=100)]


class TaskStatus(StrEnum):
    """Where a task is."""

    BACKLOG = "backlog"
    TODO = "todo"
    IN_PROGRESS = "in_progress"
    IN_REVIEW = "in_review"
    BLOCKED = "blocked"
    DONE = "done"
    CANCELLED = "cancelled"


CLOSED = frozenset({TaskStatus.DONE, TaskStatus.CANCELLED})
OPEN = frozenset(TaskStatus) - CLOSED


class Priority(StrEnum):
    """How urgent a task is, the most urgent first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Blocked(Value):
    """Why a task is blocked, and who must act."""

    by: MemberId | None = None
    reason: Text
    waits_for: MemberId | None = None


class Delivery(Value):
    """What a run left in the execution repository.

    `into`: the branch that it is held back from until people agree; `integrated`: the commit of that branch that brought it there; `obstacle`: why it
    cannot be integrated as it stands.
    """

    commit: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
    branch: Line
    run: RunId
    verified: Flag = False
    into: Line | None = None
    integrated: Sha | None = None
    obstacle: Text | None = None

    @property
    def is_held(self) -> bool:
        """Whether it still has to be integrated."""
        return self.into is not None and self.integrated is None


class TaskFields(Record):
    """What a person decides about a task; the same in a task and in one that has no number yet."""

    title: Line
    priority: Priority = Priority.MEDIUM
    assignee: MemberId | None = None
    goal: GoalId | None = None
    parent: TaskId | None = None
    blocked_by: tuple[TaskId, ...] = ()
    labels: tuple[Line, ...] = ()
    due: Instant | None = None
    verify: Annotated[tuple[Argv, ...], Field(max_length=20)] = ()
    review: tuple[MemberId, ...] = ()


class Given(Value):
    """Which agent gave a task to its assignee, and in which run."""

    by: MemberId
    run: RunId


class Origin(Value):
    """The routine that made a task, the nominal time that it made it for, and the how manieth it is."""

    routine: Line
    slot: Instant
    number: Positive


class Paused(Value):
    """Who paused what hangs below a record, when, and why. No run starts there; statuses stay as they are."""

    by: MemberId
    at: Instant
    reason: Text | None = None


class NewTask(TaskFields):
    """A task that waits for its number: `tasks/<KEY>/new/<slug>.yaml`; its id is `<KEY>/<slug>`."""

    kind: ClassVar[str] = "new-task"
    plural: ClassVar[str] = "new tasks"

    status: TaskStatus = TaskStatus.TODO
    description: Text | None = None

    @property
    def project(self) -> str:
        """The project that it was filed in."""
        return self.id.partition("/")[0]


class Task(TaskFields):
    """A task: `tasks/<KEY>/…/<KEY>-<n>.yaml`.

    `reviewed`: who has agreed, `agreed`: to which delivered commit; none: to no commit in particular.
    What operations flip stands between `created` and `created_by`, which nobody edits: a pull request that changes
    another line then merges with a claim.
    """

    kind: ClassVar[str] = "task"
    plural: ClassVar[str] = "tasks"

    created: Instant
    status: TaskStatus = TaskStatus.TODO
    attempts: Count = 0
    reopened: Count = 0
    submitted: Instant | None = None
    reviewed: tuple[MemberId, ...] = ()
    agreed: Sha | None = None
    blocked: Blocked | None = None
    delivery: Delivery | None = None
    paused: Paused | None = None
    given: Given | None = None
    routine: Origin | None = None
    closed: Instant | None = None
    created_by: MemberId | None = None
    description: Text | None = None

    @property
    def project(self) -> str:
        """The key of its project."""
        return project_of(self.id)

    @property
    def is_open(self) -> bool:
        """Whether work or a decision is still due."""
        return self.status not in CLOSED

    @property
    def stages(self) -> tuple[str, ...]:
        """The reviewers in their order; never the assignee, whatever the file says."""
        return tuple(reviewer for reviewer in dict.fromkeys(self.review) if reviewer != self.assignee)

    @property
    def passed(self) -> tuple[str, ...]:
        """The reviewers whose word counts for what is delivered now."""
        return self.reviewed if self.agreed in {None, self._delivered} else ()

    @property
    def _delivered(self) -> str | None:
        return self.delivery.commit if self.delivery else None

    @property
    def reviewer(self) -> str | None:
        """The reviewer whose stage is next, while the task is in review."""
        if self.status is not TaskStatus.IN_REVIEW:
            return None
        return next((reviewer for reviewer in self.stages if reviewer not in self.passed), None)


class Counter(Record):
    """The next number of a project, `tasks/<KEY>/next`, or of approvals, `approvals/next`. Numbers are never used again."""

    kind: ClassVar[str] = "counter"
    plural: ClassVar[str] = "counters"

    next: Count


class Comment(Record):
    """A comment: `comments/<KEY>/…/<task>/<name>.yaml`; its id is `<task>/<name>`, the name says when and by whom."""

    kind: ClassVar[str] = "comment"
    plural: ClassVar[str] = "comments"

    body: Text
    run: RunId | None = None

    @property
    def task(self) -> str:
        """The task that it is about."""
        return self.id.partition("/")[0]

    @property
    def author(self) -> str:
        """Who wrote it."""
        match = COMMENT_NAME.match(self.id.partition("/")[2])
        return match["author"] if match else ""

    @property
    def stamp(self) -> str:
        """When it was written, as the name has it: UTC basic time with milliseconds."""
        return self.id.partition("/")[2].partition("-")[0]

    @property
    def mentions(self) -> tuple[str, ...]:
        """The members that it names."""
        return mentions(self.body)


class Document(Record):
    """A plan, design or note of a task: `documents/<KEY>/…/<task>/<name>.md`; its id is `<task>/<name>`."""

    kind: ClassVar[str] = "document"
    plural: ClassVar[str] = "documents"

    text: Text
