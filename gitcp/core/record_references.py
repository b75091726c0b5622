"""Whether what a goal, project, budget, routine or member names exists and makes sense; asked before it is written."""

from collections.abc import Callable, Mapping
from typing import Final

from gitcp.core.lookup import existing, existing_member
from gitcp.core.org import called_now, chain_of_command
from gitcp.core.readiness import goal_ancestry
from gitcp.core.schedule import is_cron, zone
from gitcp.errors import RecordError, UnknownRecordError
from gitcp.model.base import Record
from gitcp.model.guards import Budget, Scope
from gitcp.model.members import Agent, Person
from gitcp.model.planning import Goal, Project, Routine
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task


def check_record(snapshot: Snapshot, record: Record) -> None:
    """Refuse a goal, project, budget, routine or member that names what does not exist.

    Raises:
        UnknownRecordError: a named record does not exist.
        RecordError: the references contradict each other, or a time cannot be read.
    """
    check = _OF_RECORD.get(type(record))
    if check is not None:
        check(snapshot, record)


def _of_goal(snapshot: Snapshot, goal: Record) -> None:
    assert isinstance(goal, Goal)
    if goal.parent is not None:
        existing(snapshot, Goal, goal.parent)
        if goal.parent == goal.id or goal.id in {above.id for above in goal_ancestry(snapshot, goal.parent)}:
            raise RecordError(
                f"goal {goal.id}: parent: expected a goal that is not below it, found {goal.parent}"
            )
    _members(snapshot, goal.owner)


def _of_project(snapshot: Snapshot, project: Record) -> None:
    assert isinstance(project, Project)
    _repository(snapshot, project, project.repository)
    _members(snapshot, project.lead)
    if project.goal is not None:
        existing(snapshot, Goal, project.goal)


def _of_budget(snapshot: Snapshot, budget: Record) -> None:
    assert isinstance(budget, Budget)
    scope, _, target = budget.id.partition("/")
    if scope not in set(Scope) or bool(target) is (scope == Scope.COMPANY):
        raise RecordError(
            f"budget {budget.id}: expected company, or a scope, a slash and what it covers",
            hint="an id such as agent/riley",
        )
    if scope in {Scope.AGENT, Scope.SUBTREE}:
        _members(snapshot, called_now(snapshot, target))
    covered: dict[str, type[Record]] = {Scope.PROJECT: Project, Scope.GOAL: Goal, Scope.TASK: Task}
    if scope in covered:
        existing(snapshot, covered[scope], target)


def _of_routine(snapshot: Snapshot, routine: Record) -> None:
    assert isinstance(routine, Routine)
    _times(routine, "", routine.cron, routine.timezone)
    existing(snapshot, Project, routine.task.project)
    _members(snapshot, routine.task.assignee, *routine.task.review)
    if routine.task.goal is not None:
        existing(snapshot, Goal, routine.task.goal)
    if routine.task.parent is not None:
        existing(snapshot, Task, routine.task.parent)


def _of_member(snapshot: Snapshot, member: Record) -> None:
    assert isinstance(member, Agent | Person)
    manager = member.reports_to
    _members(snapshot, manager)
    if manager is not None and (manager == member.id or member.id in chain_of_command(snapshot, manager)):
        raise RecordError(
            f"member {member.id}: reports_to: expected somebody who is not below {member.id}, found {manager}"
        )
    if isinstance(member, Agent):
        _repository(snapshot, member, member.repository)
        if member.heartbeat is not None:
            _times(member, "heartbeat.", member.heartbeat.cron, member.heartbeat.timezone)


def _members(snapshot: Snapshot, *names: str | None) -> None:
    for name in names:
        if name is not None:
            existing_member(snapshot, name)


def _repository(snapshot: Snapshot, record: Record, name: str | None) -> None:
    if name is None or snapshot.company is None or name in snapshot.company.repositories:
        return
    known = ", ".join(snapshot.company.repositories) or "none"
    raise UnknownRecordError(
        f"{record.kind} {record.id}: repository: expected one of gitcp.yaml, found {name}",
        hint=f"gitcp.yaml names {known}",
    )


def _times(record: Record, where: str, cron: str, timezone: str | None) -> None:
    if not is_cron(cron):
        raise RecordError(
            f"{record.kind} {record.id}: {where}cron: expected a cron expression, found '{cron}'",
            hint="five fields, e.g. '0 9 * * 1-5', or @daily, @weekly, @monthly",
        )
    if timezone is not None and zone(timezone) is None:
        raise RecordError(
            f"{record.kind} {record.id}: {where}timezone: expected a time zone, found '{timezone}'",
            hint="an IANA name such as Europe/Madrid or UTC",
        )


_OF_RECORD: Final[Mapping[type[Record], Callable[[Snapshot, Record], None]]] = {
    Goal: _of_goal,
    Project: _of_project,
    Budget: _of_budget,
    Routine: _of_routine,
    Agent: _of_member,
    Person: _of_member,
}
