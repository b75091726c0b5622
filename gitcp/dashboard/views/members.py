"""The page of an agent, the page of a person, and the list of people."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from gitcp.core.budgets import scopes
from gitcp.core.org import chain_of_command
from gitcp.dashboard import links, words
from gitcp.dashboard.costs import cost_of
from gitcp.dashboard.figures import amount, plural
from gitcp.dashboard.moment import called
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref, RunLine, initials, member_ref, run_caption, run_line
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.facts import Fact
from gitcp.dashboard.views.money import BudgetView, budgets_of
from gitcp.dashboard.views.timeline import Day, days
from gitcp.dashboard.views.waits import Held, Inbox, held, inbox
from gitcp.dashboard.words import Badge
from gitcp.model.amounts import Metric
from gitcp.model.members import Agent, AgentStatus, Heartbeat, Member, Person
from gitcp.model.runtimes import ProcessRuntime

RUNS_SHOWN = 25
EVENTS_SHOWN = 15


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
    budgets: tuple[BudgetView, ...]
    runs: tuple[RunLine, ...]
    runs_note: str
    days: tuple[Day, ...]
    is_agent: bool


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person, with what waits for them."""

    anchor: str
    roles: str
    inbox: Inbox


@dataclass(frozen=True, slots=True)
class People:
    """All people."""

    summary: str | None
    people: tuple[PersonView, ...]


def people(register: Register, prose: Prose) -> People:
    """Show people, by name."""
    views = tuple(
        PersonView(links.member_anchor(person.id), ", ".join(person.roles), inbox(register, person.id, prose))
        for person in register.persons
    )
    waiting = sum(len(view.inbox.items) + len(view.inbox.questions) for view in views)
    summary = f"{plural(waiting, 'thing')} waiting" if waiting else "Nothing waits for anybody"
    return People(summary if views else None, views)


def member_view(register: Register, member: Member, prose: Prose) -> MemberView:
    """Show a member."""
    runs = register.runs_by(member.id)
    chain = [*chain_of_command(register.snapshot, member.id)]
    agent = member if isinstance(member, Agent) else None
    lines = tuple(run_line(register, run) for run in runs[:RUNS_SHOWN])
    return MemberView(
        id=member.id,
        name=called(member),
        title=member.title or ("Agent" if agent else "Person"),
        kind="agent" if agent else "person",
        sign=initials(called(member)),
        status=words.AGENT_STATUS[agent.status] if agent else None,
        state=prose.line(_state(register, member)),
        description=prose.block(member.description, below=1),
        facts=tuple(_agent_facts(register, agent) if agent else _person_facts(member)),
        chain=tuple(member_ref(register, name) for name in reversed(chain)),
        reports=tuple(member_ref(register, report.id) for report in register.reports_of(member.id)),
        inbox=inbox(register, member.id, prose),
        held=held(register, register.waiting_for(member.id), prose),
        budgets=budgets_of(register, reversed(scopes(register.snapshot, member.id, None))) if agent else (),
        runs=lines,
        runs_note=run_caption(lines, _runs_note(register, member)),
        days=days(register, register.log_of(member.id)[:EVENTS_SHOWN], prose),
        is_agent=agent is not None,
    )


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


def _runs_note(register: Register, member: Member) -> str:
    runs = register.runs_by(member.id)
    shown = f", the newest {RUNS_SHOWN} shown" if len(runs) > RUNS_SHOWN else ""
    return f"{plural(len(runs), 'run')} for {cost_of(runs).text}{shown}" if runs else ""


def _person_facts(member: Member) -> Iterator[Fact]:
    if isinstance(member, Person) and member.roles:
        yield Fact("Roles", text=", ".join(member.roles))


def _agent_facts(register: Register, agent: Agent) -> Iterator[Fact]:
    yield Fact("Runtime", text=_runtime(agent))
    if agent.repository:
        yield Fact("Repository", text=agent.repository, code=True)
    if agent.instructions:
        yield Fact("Instructions", text=agent.instructions, code=True)
    if agent.heartbeat:
        yield Fact("Heartbeat", text=_heartbeat(register, agent.heartbeat), code=True)
    if agent.wake_on is not None:
        yield Fact("Woken at once by", text=", ".join(words.WAKE_REASON[reason] for reason in agent.wake_on))
    yield Fact("Runs at once", text=f"{agent.concurrency:,}")
    if limits := _limits(agent):
        yield Fact("One run may use", text=limits)


def _runtime(agent: Agent) -> str:
    if isinstance(agent.runtime, ProcessRuntime):
        return f"process, {agent.runtime.command[0]}"
    return f"{agent.runtime.type}, {agent.runtime.model}" if agent.runtime.model else agent.runtime.type


def _heartbeat(register: Register, heartbeat: Heartbeat) -> str:
    return f"{heartbeat.cron} {heartbeat.timezone or register.clock.zone_name}"


def _limits(agent: Agent) -> str:
    parts = []
    for metric in Metric:
        limit = getattr(agent.limits, metric.value, None)
        if limit is not None:
            parts.append(f"{amount(metric, limit)}{_UNITS.get(metric, '')}")
    if agent.limits.turns:
        parts.append(plural(agent.limits.turns, "turn"))
    return ", ".join(parts)


_UNITS = {Metric.TOKENS: " tokens", Metric.USD_IMPUTED: " at list price"}
