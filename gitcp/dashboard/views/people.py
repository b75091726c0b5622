"""People with what waits for each, and agents with what they do and cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from gitcp.dashboard import links
from gitcp.dashboard.costs import Cost
from gitcp.dashboard.facts import fact
from gitcp.dashboard.figures import Stamp, plural
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref, member_ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.views import org
from gitcp.dashboard.views.waits import Inbox, inbox

INBOX_SHOWN: Final = 12
AGENTS_SHOWN: Final = 1_000


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person, with what waits for them."""

    anchor: str
    href: str
    roles: str
    inbox: Inbox


@dataclass(frozen=True, slots=True)
class AgentLine:
    """An agent in the table; `cost_key` and the like are what a script sorts by."""

    agent: Ref
    title: str
    state: str
    tone: str
    runs: int
    cost: str
    cost_key: str
    last: Stamp | None


@dataclass(frozen=True, slots=True)
class People:
    """All people and agents."""

    summary: str | None
    people: tuple[PersonView, ...]
    agents: tuple[AgentLine, ...]
    caption: str
    more: int


class Month(NamedTuple):
    """What an agent did this month: its runs, what they cost, and when the last one was claimed, in whatever month."""

    runs: int = 0
    usd: Decimal = Decimal(0)
    imputed: Decimal = Decimal(0)
    last: datetime | None = None


@fact("months-of-agents")
def _months(register: Register, _: str) -> tuple[str, Mapping[str, Month]]:
    """Return the name of this month, and what each agent did in it."""
    clock, now = register.clock, register.site.now
    first = clock.local(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = {agent: Month(last=runs[0].claimed_at) for agent, runs in register.rows.by_agent.items()}
    for run in register.rows.runs.values():
        if run.claimed_at < first:
            break
        so_far = found[run.agent]
        found[run.agent] = Month(
            so_far.runs + 1, so_far.usd + run.usd, so_far.imputed + run.usd_imputed, so_far.last
        )
    return clock.month(now), found


def people(register: Register, prose: Prose) -> People:
    """Show people by name, and agents in the order of the org chart."""
    views = tuple(
        PersonView(
            anchor=links.member_anchor(person.id),
            href=links.member_page(person.id),
            roles=", ".join(person.roles),
            inbox=inbox(register, person.id, prose, INBOX_SHOWN),
        )
        for person in register.persons
    )
    waiting = sum(len(view.inbox.items) + view.inbox.more + len(view.inbox.questions) for view in views)
    summary = f"{plural(waiting, 'thing')} waiting" if waiting else "Nothing waits for anybody"
    month, agents = _agents(register)
    return People(
        summary=summary if views else None,
        people=views,
        agents=tuple(agents[:AGENTS_SHOWN]),
        caption=_caption(agents[:AGENTS_SHOWN], month),
        more=max(0, len(agents) - AGENTS_SHOWN),
    )


def _caption(agents: Sequence[AgentLine], month: str) -> str:
    text = f"{plural(len(agents), 'agent')} in the order of the org chart; runs and costs of {month}"
    is_marked = any("≈" in line.cost for line in agents)
    return f"{text}; ≈ is a list price that was not billed" if is_marked else text


def _agents(register: Register) -> tuple[str, Sequence[AgentLine]]:
    month, held = _months(register, "")
    return month, [
        _line(register, card, held.get(card.id, Month()))
        for card in org.cards(register)
        if card.kind == "agent"
    ]


def _line(register: Register, card: org.Card, month: Month) -> AgentLine:
    cost = Cost(month.usd, month.imputed)
    return AgentLine(
        agent=member_ref(register, card.id),
        title=card.title,
        state=card.state,
        tone=card.tone,
        runs=month.runs,
        cost=cost.text,
        cost_key=str(cost.usd or cost.imputed),
        last=register.clock.stamp(month.last) if month.last else None,
    )
