"""The JSON beside the pages of records. A kind of page that is in the table has a file of the same path beside each page."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from gitcp.dashboard.log import written_at
from gitcp.dashboard.register import Register
from gitcp.dashboard.run_days import PART, runs_of
from gitcp.dashboard.surfaces import files, shapes
from gitcp.dashboard.surfaces.lines import approval_file, budget_use, commits, run_line, where
from gitcp.model.base import Record
from gitcp.model.guards import Budget, Policy
from gitcp.model.members import Agent, Person
from gitcp.model.planning import Goal, Project, Routine
from gitcp.model.tasks import Comment, Task

MOST_RUNS: Final = 50

R = TypeVar("R", bound=Record)


def _task(register: Register, name: str, page: str) -> files.TaskFile | None:
    task = register.task(name)
    if task is None:
        return None
    return files.TaskFile(
        id=name,
        where=where(register, Task, name, page),
        record=task,
        goal=register.goal_of(task),
        children=tuple(child.id for child in register.children(name)),
        blocks=tuple(other.id for other in register.dependents(name)),
        comments=tuple(_remark(comment) for comment in register.comments(name)),
        documents=tuple(
            shapes.Paper(paper.id.partition("/")[2], paper.text) for paper in register.documents(name)
        ),
        runs=tuple(run_line(run) for run in register.runs_on(name)),
        log=tuple(commits(register.log_of(name))),
    )


def _remark(comment: Comment) -> shapes.Remark:
    name = comment.id.partition("/")[2]
    return shapes.Remark(name, written_at(comment), comment.author, comment.run, comment.body)


def _member(register: Register, name: str, page: str) -> files.MemberFile | None:
    member = register.member(name)
    if member is None:
        return None
    kind = Person if isinstance(member, Person) else Agent
    return files.MemberFile(
        id=name,
        where=where(register, kind, name, page),
        record=member.evolve(emails=()) if isinstance(member, Person) else member,
        reports=tuple(report.id for report in register.reports_of(name)),
        inbox=tuple(shapes.Item(item.task, item.reason) for item in register.inbox_of(name)),
        to_decide=tuple(approval.id for approval in register.to_decide(name)),
        runs=tuple(run_line(run) for run in register.runs_by(name)[:MOST_RUNS]),
    )


def _approval(register: Register, name: str, page: str) -> files.ApprovalFile | None:
    approval = register.approval(name)
    return approval_file(register, approval, page) if approval else None


def _budget(register: Register, name: str, page: str) -> files.BudgetFile | None:
    record, use = register.snapshot.get(Budget, name), register.budget(name)
    if record is None:
        return None
    return files.BudgetFile(
        id=name,
        where=where(register, Budget, name, page),
        record=record,
        use=budget_use(use) if use else None,
    )


def _plain(kind: type[R], shape: Callable[..., Any]) -> Callable[[Register, str, str], Any]:
    def make(register: Register, name: str, page: str) -> Any:
        record = register.snapshot.get(kind, name)
        if record is None:
            return None
        return shape(id=name, where=where(register, kind, name, page), record=record)

    return make


def _day(register: Register, name: str, _: str) -> files.RunsFile:
    day, _, number = name.partition("/")
    part = int(number or 1)
    found = runs_of(register, day)[(part - 1) * PART : part * PART]
    for run in found:
        register.note(f"run {run}")
    return files.RunsFile(day=day, part=part, runs=tuple(run_line(register.rows.runs[run]) for run in found))


BESIDE: Final[Mapping[str, Callable[[Register, str, str], Any]]] = {
    "task": _task,
    "member": _member,
    "approval": _approval,
    "budget": _budget,
    "goal": _plain(Goal, files.GoalFile),
    "project": _plain(Project, files.ProjectFile),
    "routine": _plain(Routine, files.RoutineFile),
    "policy": _plain(Policy, files.PolicyFile),
    "day": _day,
}
"""By the name of a page's kind: what makes its JSON of the register, the page's name and its path."""
