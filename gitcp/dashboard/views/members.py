"""The page of an agent, and the page of a person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from markupsafe import Markup

from gitcp.core.budgets import scopes
from gitcp.core.org import chain_of_command
from gitcp.dashboard import links, words
from gitcp.dashboard.charts import Chart
from gitcp.dashboard.costs import Cost
from gitcp.dashboard.figures import plural
from gitcp.dashboard.moment import called
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref, RunLine, initials, member_ref, run_caption, run_line
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import RunRow
from gitcp.dashboard.views.agent_runs import SHOWN, parts_of
from gitcp.dashboard.views.calendar import Calendar, calendar, costs, recent
from gitcp.dashboard.views.facts import Fact
from gitcp.dashboard.views.money import BudgetView, budgets_of
from gitcp.dashboard.views.settings import agent_facts, person_facts
from gitcp.dashboard.views.timeline import Day, days
from gitcp.dashboard.views.waits import Held, Inbox, held, inbox
from gitcp.dashboard.words import Badge
from gitcp.model.members import Agent, AgentStatus, Member

CHAIN_SHOWN = 12
EVENTS_SHOWN = 15
INBOX_SHOWN = 100
REPORTS_SHOWN = 60


@dataclass(frozen=True, slots=True)
class MemberView:
    """A member's page; what only agents have is empty for a person."""

    id: str
    name: str
    title: str
    kind: str
    sign: str
    status: Badge | None
    state: Markup
    description: Markup | None
    facts: tuple[Fact, ...]
    chain: tuple[Ref, ...]
    reports: tuple[Ref, ...]
    inbox: Inbox
    held: tuple[Held, ...]
    more_held: int
    more_reports: int
    calendar: Calendar | None
    costs: Chart | None
    budgets: tuple[BudgetView, ...]
    runs: tuple[RunLine, ...]
    runs_note: str
    parts: tuple[Ref, ...]
    days: tuple[Day, ...]
    is_agent: bool


def member_view(register: Register, member: Member, prose: Prose) -> MemberView:
    """Show a member."""
    agent = member if isinstance(member, Agent) else None
    runs = register.runs_by(member.id)
    lines = tuple(run_line(register, run) for run in runs[:SHOWN])
    week, days_held = recent(register, member.id)
    reports, waiting = register.reports_of(member.id), register.waiting_for(member.id)
    return MemberView(
        id=member.id,
        name=called(member),
        title=member.title or ("Agent" if agent else "Person"),
        kind="agent" if agent else "person",
        sign=initials(called(member)),
        status=words.AGENT_STATUS[agent.status] if agent else None,
        state=prose.line(_state(register, member)),
        description=prose.block(member.description, below=1),
        facts=tuple(_facts(register, member)),
        chain=_chain(register, member),
        reports=tuple(member_ref(register, report.id) for report in reports[:REPORTS_SHOWN]),
        inbox=inbox(register, member.id, prose, INBOX_SHOWN),
        held=held(register, waiting[:INBOX_SHOWN], prose),
        more_held=max(0, len(waiting) - INBOX_SHOWN),
        more_reports=max(0, len(reports) - REPORTS_SHOWN),
        calendar=calendar(register, agent, week, days_held) if agent else None,
        costs=costs(week, days_held) if agent else None,
        budgets=budgets_of(register, reversed(scopes(register.snapshot, member.id, None))) if agent else (),
        runs=lines,
        runs_note=run_caption(lines, _runs_note(runs)),
        parts=_parts(member.id, len(runs)),
        days=days(register, register.log_of(member.id)[:EVENTS_SHOWN], prose),
        is_agent=agent is not None,
    )


def _facts(register: Register, member: Member) -> Iterator[Fact]:
    return agent_facts(register, member) if isinstance(member, Agent) else person_facts(member)


def _chain(register: Register, member: Member) -> tuple[Ref, ...]:
    """Return those above a member, the highest first; of a very long line the nearest."""
    chain = list(islice(chain_of_command(register.snapshot, member.id), CHAIN_SHOWN))
    return tuple(member_ref(register, name) for name in reversed(chain))


def _parts(agent: str, count: int) -> tuple[Ref, ...]:
    """Return the parts of all runs, the newest first."""
    numbers = range(parts_of(count), 0, -1)
    return tuple(Ref(f"{part:,}", links.agent_runs_page(agent, part)) for part in numbers)


def _state(register: Register, member: Member) -> str:
    running = [run for run in register.runs_by(member.id) if run.is_active]
    if running:
        return f"At work on {', '.join(run.task or 'a prompt' for run in running)}."
    if isinstance(member, Agent) and member.status is not AgentStatus.ACTIVE:
        return (
            "Is not woken while paused." if member.status is AgentStatus.PAUSED else "Is not woken any more."
        )
    items = len(register.inbox_of(member.id)) + len(register.to_decide(member.id))
    held = len(register.waiting_for(member.id))
    if not items and held:
        return f"{plural(held, 'task')} held back."
    return f"{plural(items, 'thing')} in the inbox." if items else "Nothing to do."


def _runs_note(runs: Sequence[RunRow]) -> str:
    if not runs:
        return ""
    cost = Cost(
        sum((run.usd for run in runs), Decimal(0)), sum((run.usd_imputed for run in runs), Decimal(0))
    )
    shown = f", the newest {SHOWN} shown" if len(runs) > SHOWN else ""
    return f"{plural(len(runs), 'run')} for {cost.text}{shown}"
