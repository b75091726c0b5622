"""Records in few words, as the JSON has them."""

from collections.abc import Iterable, Iterator

from gitcp.core.approvals import content_hash, deciders, missing
from gitcp.dashboard.input import BudgetUse
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import RunRow, TaskRow
from gitcp.dashboard.surfaces import files, shapes
from gitcp.model.base import Record
from gitcp.model.guards import Approval
from gitcp.model.history import Entry
from gitcp.model.members import Member, Person
from gitcp.model.problem import Problem

__all__ = ["approval_file", "budget_use", "commits", "fault", "member_line", "run_line", "task_line", "where"]


def where(register: Register, kind: type[Record], record_id: str, page: str) -> shapes.Where:
    """Say where a record is."""
    path, forge = register.path_of(kind, record_id), register.site.forge
    edit = forge.edit(path, register.site.branch) if forge and path else None
    return shapes.Where(page, path, edit)


def task_line(row: TaskRow) -> shapes.TaskLine:
    """Say a task in few words."""
    return shapes.TaskLine(*row[:-1])  # all but the slot


def run_line(row: RunRow) -> shapes.RunLine:
    """Say a run in few words."""
    return shapes.RunLine(
        id=row.id,
        agent=row.agent,
        task=row.task,
        reasons=row.reasons,
        runtime=row.runtime,
        model=row.model,
        active=row.is_active,
        outcome=row.outcome,
        claimed=row.claimed_at,
        started=row.started_at,
        ended=row.ended_at,
        usd=row.usd,
        usd_imputed=row.usd_imputed,
        tokens=row.tokens,
        minutes=row.minutes,
        reserved_usd=row.reserved_usd,
    )


def member_line(member: Member, page: str) -> shapes.MemberLine:
    """Say a member in few words."""
    kind = "person" if isinstance(member, Person) else "agent"
    return shapes.MemberLine(
        member.id,
        kind,  # type: ignore[arg-type]
        member.name,
        member.title,
        member.reports_to,
        page,
    )


def budget_use(use: BudgetUse) -> shapes.BudgetUse:
    """Say what is used of a budget."""
    caps = tuple(
        shapes.Cap(row.metric, row.limit, row.settled, row.reserved, row.extra, row.dry_at)
        for row in use.rows
    )
    return shapes.BudgetUse(use.budget.id, use.period_start, caps)


def commits(entries: Iterable[Entry]) -> Iterator[shapes.Commit]:
    """Say commits in few words; addresses of people are left out."""
    for entry in entries:
        said = entry.trailers
        yield shapes.Commit(
            entry.revision,
            entry.at,
            entry.author,
            entry.subject,
            said.get("Gitcp-Op"),
            said.get("Gitcp-Actor"),
            said.get("Gitcp-Run"),
            said.get("Gitcp-Reason"),
        )


def fault(problem: Problem) -> shapes.Fault:
    """Say what is wrong."""
    return shapes.Fault(
        problem.path, problem.line, problem.where, problem.message, problem.hint, problem.severity
    )


def approval_file(register: Register, approval: Approval, page: str) -> files.ApprovalFile:
    """Say a request, and what a decision needs."""
    snapshot = register.snapshot
    return files.ApprovalFile(
        id=approval.id,
        where=where(register, Approval, approval.id, page),
        record=approval,
        content=content_hash(approval),
        deciders=deciders(snapshot, approval),
        missing=missing(snapshot, approval),
    )
