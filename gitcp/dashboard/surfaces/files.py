"""The JSON beside the pages, as types: what is written, and what the published schema says.

Rule: a change that a reader would have to know of is a new `format`; a field that is added is none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from gitcp.dashboard.surfaces.shapes import (
    BudgetUse,
    Commit,
    Fault,
    Item,
    MemberLine,
    Paper,
    Remark,
    RunLine,
    TaskLine,
    Wait,
    Where,
)
from gitcp.model.base import Instant
from gitcp.model.company import Company
from gitcp.model.guards import Approval, Budget, Policy
from gitcp.model.members import Agent, Person
from gitcp.model.planning import Goal, Project, Routine
from gitcp.model.tasks import Task, TaskStatus


@dataclass(slots=True, kw_only=True)
class TaskFile:
    """A task, and all that is said and done about it; the oldest comment first, the newest run and commit first."""

    format: Literal[1] = 1
    kind: Literal["task"] = "task"
    id: str
    where: Where
    record: Task
    goal: str | None
    children: tuple[str, ...]
    blocks: tuple[str, ...]
    comments: tuple[Remark, ...]
    documents: tuple[Paper, ...]
    runs: tuple[RunLine, ...]
    log: tuple[Commit, ...]


@dataclass(slots=True, kw_only=True)
class MemberFile:
    """An agent or a person, without addresses; at most fifty runs, the newest first."""

    format: Literal[1] = 1
    kind: Literal["member"] = "member"
    id: str
    where: Where
    record: Agent | Person
    reports: tuple[str, ...]
    inbox: tuple[Item, ...]
    to_decide: tuple[str, ...]
    runs: tuple[RunLine, ...]


@dataclass(slots=True, kw_only=True)
class ApprovalFile:
    """A request. `content` is what a decision binds to, `deciders` who may decide, `missing` how many still have to agree."""

    format: Literal[1] = 1
    kind: Literal["approval"] = "approval"
    id: str
    where: Where
    record: Approval
    content: str
    deciders: tuple[str, ...]
    missing: int


@dataclass(slots=True, kw_only=True)
class BudgetFile:
    """A budget and what is used of it."""

    format: Literal[1] = 1
    kind: Literal["budget"] = "budget"
    id: str
    where: Where
    record: Budget
    use: BudgetUse | None


@dataclass(slots=True, kw_only=True)
class GoalFile:
    """A goal."""

    format: Literal[1] = 1
    kind: Literal["goal"] = "goal"
    id: str
    where: Where
    record: Goal


@dataclass(slots=True, kw_only=True)
class ProjectFile:
    """A project."""

    format: Literal[1] = 1
    kind: Literal["project"] = "project"
    id: str
    where: Where
    record: Project


@dataclass(slots=True, kw_only=True)
class RoutineFile:
    """A routine."""

    format: Literal[1] = 1
    kind: Literal["routine"] = "routine"
    id: str
    where: Where
    record: Routine


@dataclass(slots=True, kw_only=True)
class PolicyFile:
    """A policy."""

    format: Literal[1] = 1
    kind: Literal["policy"] = "policy"
    id: str
    where: Where
    record: Policy


@dataclass(slots=True, kw_only=True)
class TasksFile:
    """All tasks of a project whose numbers are from `first` to `first` + 999."""

    format: Literal[1] = 1
    kind: Literal["tasks"] = "tasks"
    project: str
    first: int
    tasks: tuple[TaskLine, ...]


@dataclass(slots=True, kw_only=True)
class RunsFile:
    """The runs of a day in the company's zone, the oldest first; a busy day has several parts."""

    format: Literal[1] = 1
    kind: Literal["runs"] = "runs"
    day: str
    part: int
    runs: tuple[RunLine, ...]


@dataclass(slots=True)
class Shard:
    """A file that lists many, and how many."""

    path: str
    count: int


@dataclass(slots=True, kw_only=True)
class SiteFile:
    """The company in one file, and the files of all the rest. Of `problems` and `approvals` that are very many the first are told."""

    format: Literal[1] = 1
    kind: Literal["site"] = "site"
    revision: str
    at: Instant
    schema: str
    company: Company | None
    tasks_by_status: Mapping[TaskStatus, int]
    usd_today: Decimal
    usd_this_month: Decimal
    members: tuple[MemberLine, ...]
    projects: Mapping[str, Project]
    goals: Mapping[str, Goal]
    budgets: tuple[BudgetUse, ...]
    approvals: Mapping[str, Approval]
    active: tuple[RunLine, ...]
    waiting: tuple[Wait, ...]
    problems: tuple[Fault, ...]
    tasks: tuple[Shard, ...]
    runs: tuple[Shard, ...]


SurfaceFile = (
    SiteFile
    | TaskFile
    | MemberFile
    | ApprovalFile
    | BudgetFile
    | GoalFile
    | ProjectFile
    | RoutineFile
    | PolicyFile
    | TasksFile
    | RunsFile
)
"""Any file, told apart by `kind`."""
