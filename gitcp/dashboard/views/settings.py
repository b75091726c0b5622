"""How an agent is set up, and what is known of a person, as facts of their pages."""

from collections.abc import Iterator
from typing import Final

from gitcp.dashboard import words
from gitcp.dashboard.figures import amount, plural
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.facts import Fact
from gitcp.model.amounts import Metric
from gitcp.model.members import Agent, Heartbeat, Person
from gitcp.model.runtimes import Billing, LocalRuntime, ProcessRuntime, Sandbox

_UNITS: Final = {Metric.TOKENS: " tokens", Metric.USD_IMPUTED: " at list price"}


def agent_facts(register: Register, agent: Agent) -> Iterator[Fact]:
    """Say how an agent runs."""
    yield Fact("Runtime", text=_runtime(agent))
    if not isinstance(agent.runtime, ProcessRuntime) and agent.runtime.billing is Billing.SUBSCRIPTION:
        yield Fact("Paid by", text="subscription")
    yield from _places(register, agent)
    if agent.heartbeat:
        yield Fact("Heartbeat", text=_heartbeat(register, agent.heartbeat), code=True)
    if agent.wake_on is not None:
        yield Fact("Woken at once by", text=", ".join(words.WAKE_REASON[reason] for reason in agent.wake_on))
    yield Fact("Runs at once", text=f"{agent.concurrency:,}")
    if daily := _daily(agent):
        yield Fact("In a day", text=daily)
    if limits := _limits(agent):
        yield Fact("One run may use", text=limits)
    if isinstance(agent.runtime, LocalRuntime) and (isolation := _isolation(agent.runtime)):
        yield Fact("Isolation", text=isolation)


def person_facts(person: Person) -> Iterator[Fact]:
    """Say what a person may do; their addresses are not shown."""
    if person.roles:
        yield Fact("Roles", text=", ".join(person.roles))
    if person.keys:
        yield Fact("Signing keys", text=f"{len(person.keys):,}")


def _places(register: Register, agent: Agent) -> Iterator[Fact]:
    """Name the repository and the instructions in it, with links where it is on a forge."""
    company = register.snapshot.company
    repository = company.repositories.get(agent.repository) if company and agent.repository else None
    forge = register.site.repository_forges.get(agent.repository or "")
    if agent.repository:
        yield Fact("Repository", text=agent.repository, code=True, url=forge.address if forge else None)
    if agent.instructions:
        url = forge.view(agent.instructions, repository.branch) if forge and repository else None
        yield Fact("Instructions", text=agent.instructions, code=True, url=url)


def _runtime(agent: Agent) -> str:
    if isinstance(agent.runtime, ProcessRuntime):
        return f"process, {agent.runtime.command[0]}"
    return f"{agent.runtime.type}, {agent.runtime.model}" if agent.runtime.model else agent.runtime.type


def _heartbeat(register: Register, heartbeat: Heartbeat) -> str:
    return f"{heartbeat.cron} {heartbeat.timezone or register.clock.zone_name}"


def _daily(agent: Agent) -> str:
    daily = agent.daily
    parts = [f"at most {plural(daily.runs, 'run')}"] if daily.runs else []
    return ", ".join([*parts, *([f"{daily.wakes:,} outside of heartbeats"] if daily.wakes else [])])


def _limits(agent: Agent) -> str:
    parts = []
    for metric in Metric:
        limit = getattr(agent.limits, metric.value, None)
        if limit is not None:
            parts.append(f"{amount(metric, limit)}{_UNITS.get(metric, '')}")
    if agent.limits.turns:
        parts.append(plural(agent.limits.turns, "turn"))
    return ", ".join(parts)


def _isolation(runtime: LocalRuntime) -> str:
    parts = [] if runtime.sandbox is Sandbox.AUTO else [runtime.sandbox.value]
    parts += [] if runtime.network else ["no network"]
    if outside := len({*runtime.readable, *runtime.writable}):
        parts.append(f"{plural(outside, 'path')} outside of the checkout")
    return ", ".join(parts)
