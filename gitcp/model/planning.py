"""What the work is for and where it goes: goals, projects, routines."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from gitcp.model.base import Count, Instant, Line, Minutes, Positive, Record, Text, Value
from gitcp.model.branches import BranchName, BranchPattern
from gitcp.model.ids import GoalId, MemberId, ProjectKey, RepositoryName, TaskId
from gitcp.model.tasks import Argv, Paused, Priority


class GoalLevel(StrEnum):
    """How far a goal reaches."""

    COMPANY = "company"
    TEAM = "team"
    AGENT = "agent"
    TASK = "task"


class GoalStatus(StrEnum):
    """Where a goal is."""

    PLANNED = "planned"
    ACTIVE = "active"
    ACHIEVED = "achieved"
    CANCELLED = "cancelled"


class Goal(Record):
    """A goal: `goals/<id>.yaml`."""

    kind: ClassVar[str] = "goal"
    plural: ClassVar[str] = "goals"

    title: Line
    level: GoalLevel
    parent: GoalId | None = None
    owner: MemberId | None = None
    status: GoalStatus = GoalStatus.ACTIVE
    due: Line | None = None
    paused: Paused | None = None
    description: Text | None = None


class Integration(StrEnum):
    """How a run's commits reach the execution repository."""

    BRANCH = "branch"
    FF = "ff"
    REBASE = "rebase"
    PULL_REQUEST = "pull-request"
    NONE = "none"


class WorkspaceMode(StrEnum):
    """Where runs of a project work: a checkout per task, kept across its runs; one per run; or one for all, one run after another."""

    TASK = "task"
    RUN = "run"
    CHECKOUT = "checkout"


class ProjectStatus(StrEnum):
    """Where a project is; no run starts in one that is not active."""

    PLANNED = "planned"
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Project(Record):
    """A project: `projects/<KEY>.yaml`.

    `branch` names an agent's branch, with `{agent}`, `{task}` and `{run}` filled in (`{agent}/{task}`); `base` is where work begins and what it is integrated into, where
    that is not the repository's branch.
    """

    kind: ClassVar[str] = "project"
    plural: ClassVar[str] = "projects"

    name: Line
    repository: RepositoryName
    lead: MemberId | None = None
    goal: GoalId | None = None
    status: ProjectStatus = ProjectStatus.ACTIVE
    integrate: Integration = Integration.BRANCH
    workspace: WorkspaceMode = WorkspaceMode.TASK
    branch: BranchPattern | None = None
    base: BranchName | None = None
    concurrency: Positive | None = None
    paused: Paused | None = None
    description: Text | None = None


class Overlap(StrEnum):
    """What a routine does when its previous task is still open."""

    SKIP = "skip"
    QUEUE = "queue"
    ALLOW = "allow"


class CatchUp(StrEnum):
    """What a routine does with slots that passed while nobody ticked."""

    NONE = "none"
    ONCE = "once"
    ALL = "all"


class TaskTemplate(Value):
    """The task that a routine makes; `{date}`, `{week}` and `{number}` are filled in. It is due so many days after its slot."""

    project: ProjectKey
    title: Line
    description: Text | None = None
    priority: Priority = Priority.MEDIUM
    assignee: MemberId | None = None
    goal: GoalId | None = None
    labels: tuple[Line, ...] = ()
    verify: Annotated[tuple[Argv, ...], Field(max_length=20)] = ()
    review: tuple[MemberId, ...] = ()
    parent: TaskId | None = None
    due_days: Annotated[Positive, Field(le=3_660)] | None = None


class RoutineStatus(StrEnum):
    """Whether a routine fires."""

    ACTIVE = "active"
    PAUSED = "paused"


class Routine(Record):
    """Recurring work: `routines/<id>.yaml`.

    `window_minutes`: how late a slot may be where `catch_up` is none; `catch_up_most`: how many missed slots it makes up for at most. No slot before `since` counts,
    which was set for the expression and the zone `dated`. `fired`: the nominal time of its last slot that was dealt with; `made`: its tasks so far, `last` the last of them.
    """

    kind: ClassVar[str] = "routine"
    plural: ClassVar[str] = "routines"

    title: Line
    cron: Line
    timezone: Line | None = None
    status: RoutineStatus = RoutineStatus.ACTIVE
    overlap: Overlap = Overlap.SKIP
    catch_up: CatchUp = CatchUp.ONCE
    catch_up_most: Annotated[Positive, Field(le=100)] = 10
    window_minutes: Minutes = Decimal(15)
    since: Instant | None = None
    dated: Line | None = None
    fired: Instant | None = None
    made: Count = 0
    last: TaskId | None = None
    task: TaskTemplate
