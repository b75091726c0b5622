"""What control says of the company at the time that is shown, as facts: inboxes, what waits, budgets, problems."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from gitcp.core import approvals
from gitcp.dashboard.facts import fact
from gitcp.dashboard.groups import Grouping, alike
from gitcp.dashboard.input import BudgetRow, BudgetUse, InboxItem, WaitingItem
from gitcp.dashboard.reads import Reads
from gitcp.dashboard.rows import RunRow, claimed
from gitcp.model.guards import Approval
from gitcp.model.members import Member, Person
from gitcp.model.problem import Problem
from gitcp.model.runs import Run
from gitcp.model.snapshot import persons


@dataclass(frozen=True, slots=True)
class Name:
    """How a member is called, and whether it is a person."""

    text: str
    is_person: bool


def called(member: Member) -> str:
    """Return what a member is called: a name of nothing but spaces could not be seen."""
    return member.name if member.name.strip() else member.id


@fact("name")
def name(register: Reads, member: str) -> Name | None:
    """Return what a member is called, or none for one who is not in the org chart."""
    found = register.site.snapshot.member(member)
    return Name(called(found), isinstance(found, Person)) if found else None


PAST: Final = "past"
"""The fact whose questions are times; all whose answers differ at two times are between these."""


@fact(PAST)
def is_past(register: Reads, at: str) -> bool:
    """Whether a time, as ISO 8601, is before the one that the site shows."""
    return datetime.fromisoformat(at) < register.site.now


@fact("to-decide")
def to_decide(register: Reads, member: str) -> Sequence[Approval]:
    """Return the approvals that wait for a member, oldest first."""
    return approvals.to_decide(register.site.snapshot, member)


_ACTIVE: Final = Grouping[RunRow, RunRow](
    "active", Run.kind, lambda run, _: ("",) if run.is_active else (), alike, claimed
)


@fact("active")
def active(register: Reads, _: str) -> Sequence[RunRow]:
    """Return the runs that are going on, oldest first."""
    return register.group(_ACTIVE, "")


@fact("inbox")
def inbox(register: Reads, member: str) -> Sequence[InboxItem]:
    """Return what a member may act on, in order."""
    return register.site.inbox.get(member, ())


@fact("waiting")
def waiting(register: Reads, _: str) -> Sequence[WaitingItem]:
    """Return all that waits."""
    return tuple(register.site.waiting)


@fact("waiting-by-agent")
def waiting_by_agent(register: Reads, _: str) -> Mapping[str, Sequence[WaitingItem]]:
    """Sort what waits by agent."""
    return _by((item.agent, item) for item in register.site.waiting)


@fact("waiting-by-task")
def waiting_by_task(register: Reads, _: str) -> Mapping[str, Sequence[WaitingItem]]:
    """Sort what waits by task."""
    return _by((item.task, item) for item in register.site.waiting)


@fact("waiting-for")
def waiting_for(register: Reads, agent: str) -> Sequence[WaitingItem]:
    """Return the wakes of an agent that wait."""
    return waiting_by_agent(register, "").get(agent, ())


@fact("waiting-on")
def waiting_on(register: Reads, task_id: str) -> Sequence[WaitingItem]:
    """Return the wakes for a task that wait."""
    return waiting_by_task(register, "").get(task_id, ())


@fact("budgets", is_opaque=True)
def budgets(register: Reads, _: str) -> Mapping[str, BudgetUse]:
    """Return what is used of every budget; when it runs dry as a day, for the very moment is another at every build."""
    return {
        use.budget.id: replace(use, rows=tuple(_dated(register, BudgetRow(*row)) for row in use.rows))
        for use in register.site.budgets
    }


def _dated(register: Reads, row: BudgetRow) -> BudgetRow:
    if row.dry_at is None:
        return row
    day = register.clock.local(row.dry_at)
    return row._replace(dry_at=day.replace(hour=12, minute=0, second=0, microsecond=0))


@fact("budget")
def budget(register: Reads, budget_id: str) -> BudgetUse | None:
    """Return what is used of a budget, if there is such a budget."""
    return budgets(register, "").get(budget_id)


@fact("budget-there")
def budget_there(register: Reads, budget_id: str) -> bool:
    """Whether there is such a budget."""
    return budget_id in budgets(register, "")


@fact("problems")
def problems(register: Reads, _: str) -> Sequence[Problem]:
    """Return what is wrong with files; a refused change that is asked for already says so."""
    snapshot = register.site.snapshot
    return tuple(approvals.told_as_asked(snapshot, snapshot.problems()))


@fact("inert")
def inert(register: Reads, _: str) -> Sequence[tuple[str, tuple[str, str] | None]]:
    """Return which records an error stands against."""
    return [(problem.path, problem.record) for problem in register.site.snapshot.problems()]


@fact("addresses")
def addresses(register: Reads, _: str) -> Mapping[str, str]:
    """Return the people by their addresses, in small letters."""
    return {
        email.casefold(): person.id
        for person in reversed(persons(register.site.snapshot))
        for email in person.emails
    }


@fact("org")
def org(register: Reads, _: str) -> Mapping[str, Sequence[Member]]:
    """Sort members by whom they report to."""
    found: dict[str, list[Member]] = {}
    for member in register.site.snapshot.members():
        found.setdefault(member.reports_to or "", []).append(member)
    return found


@fact("reports")
def reports(register: Reads, member: str) -> Sequence[Member]:
    """Return the direct reports of a member."""
    return org(register, "").get(member, ())


@fact("now")
def now(register: Reads, _: str) -> datetime:
    """Return the time that the site shows."""
    return register.site.now


@fact("revision")
def revision(register: Reads, _: str) -> str:
    """Return the commit."""
    return register.site.snapshot.revision


def _by(pairs: Iterable[tuple[str | None, WaitingItem]]) -> Mapping[str, Sequence[WaitingItem]]:
    groups: dict[str, list[WaitingItem]] = {}
    for name, item in pairs:
        if name is not None:
            groups.setdefault(name, []).append(item)
    return groups
