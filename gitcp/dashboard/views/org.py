"""The org chart: who reports to whom, who works, who is paused."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from gitcp.dashboard import links, words
from gitcp.dashboard.figures import plural
from gitcp.dashboard.layout import HIGH, WIDE, Layout, layout
from gitcp.dashboard.lettering import fitted
from gitcp.dashboard.moment import called
from gitcp.dashboard.refs import Ref, initials, member_ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import RunRow
from gitcp.dashboard.trees import Branch, cut, depth_first
from gitcp.model.members import Agent, AgentStatus, Member, Person

DRAWN = 1_200
LEVELS = 40
TEXT_AT = 52
_ROOM = WIDE - TEXT_AT - 8
_STATE_ROOM = _ROOM - 38  # the button that opens a branch stands beside it
NAME_SIZE, TITLE_SIZE = 13.0, 11.5
_OF_RECORD = {"", *(badge.label for badge in words.AGENT_STATUS.values())}


@dataclass(frozen=True, slots=True)
class Card:
    """A member in the chart; `state` says what they do now, or what is wrong with their place, and `short` the same in few words."""

    id: str
    name: str
    title: str
    href: str
    kind: str
    sign: str
    state: str
    short: str
    tone: str


@dataclass(frozen=True, slots=True)
class Node:
    """A card that is drawn, its text cut to what fits; `above` is whom it stands below."""

    card: Card
    above: str
    x: int
    y: int
    name: str
    title: str
    state: str
    label: str


@dataclass(frozen=True, slots=True)
class Item:
    """A card in the list that says the same; `opens` a list below it, then `closes` lists end."""

    card: Card
    opens: bool
    closes: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The members of a company; `note` says who is left out."""

    summary: str
    drawing: Layout
    wide: int
    high: int
    nodes: tuple[Node, ...]
    items: tuple[Item, ...]
    former: tuple[Ref, ...]
    note: str | None


def chart(register: Register) -> Chart:
    """Draw the org chart."""
    members, former = staff(register)
    whole = tree(members)
    shown = cut(whole, DRAWN, LEVELS)
    cards = _cards(register, members, shown)
    drawing = layout(shown)
    return Chart(
        summary=_summary(members.values()),
        drawing=drawing,
        wide=WIDE,
        high=HIGH,
        nodes=_nodes(drawing, shown, cards),
        items=tuple(Item(cards[b.id], bool(b.children), b.closes) for b in shown),
        former=tuple(member_ref(register, member.id) for member in former),
        note=_left_out(len(whole) - len(shown)),
    )


def cards(register: Register) -> list[Card]:
    """Show everybody in the chart with what they do, in its order."""
    members, _ = staff(register)
    return list(_cards(register, members, tree(members)).values())


def staff(register: Register) -> tuple[Mapping[str, Member], Sequence[Member]]:
    """Return those who are in the chart, in its order, and those who are gone: terminated agents who lead nobody."""
    members = register.members
    leads = {member.reports_to for member in members.values()}
    former = [m for m in members.values() if _is_terminated(m) and m.id not in leads]
    gone = {member.id for member in former}
    # people before agents, those who lead before those who do not, then by name
    ordered = sorted(
        (member for member in members.values() if member.id not in gone),
        key=lambda m: (not isinstance(m, Person), m.id not in leads, m.name.casefold(), m.id),
    )
    return {member.id: member for member in ordered}, former


def _is_terminated(member: Member) -> bool:
    return isinstance(member, Agent) and member.status is AgentStatus.TERMINATED


def tree(members: Mapping[str, Member]) -> list[Branch]:
    """Return members as trees: the large ones first, and last those who report to nobody and lead nobody."""
    branches = depth_first(members, {member.id: member.reports_to for member in members.values()})
    starts = [at for at, branch in enumerate(branches) if branch.depth == 0]
    trees = [branches[at:end] for at, end in zip(starts, [*starts[1:], len(branches)], strict=False)]
    return [branch for found in sorted(trees, key=lambda found: len(found) == 1) for branch in found]


def _cards(register: Register, members: Mapping[str, Member], shown: Sequence[Branch]) -> Mapping[str, Card]:
    running: dict[str, list[RunRow]] = {}
    for run in register.active:
        running.setdefault(run.agent, []).append(run)
    return {
        branch.id: _doing(
            register,
            card(members[branch.id], members, looped=branch.looped),
            members[branch.id],
            running.get(branch.id, ()),
        )
        for branch in shown
    }


def card(member: Member, members: Mapping[str, Member], *, looped: bool) -> Card:
    """Show a member with what their record alone tells: what is wrong with their place, or that they are paused."""
    state, short, tone = _place(member, members, looped=looped)
    is_person = isinstance(member, Person)
    return Card(
        id=member.id,
        name=called(member),
        title=member.title or ("Person" if is_person else "Agent"),
        href=links.member_page(member.id),
        kind="person" if is_person else "agent",
        sign=initials(called(member)),
        state=state,
        short=short,
        tone=tone,
    )


def _place(member: Member, members: Mapping[str, Member], *, looped: bool) -> tuple[str, str, str]:
    boss = member.reports_to
    if looped:
        return f"Reports to {boss}, in a circle", "In a circle", "warn"
    if boss and boss not in members:
        return f"Reports to {boss}, who is not in the org chart", f"Below {boss}, unknown", "warn"
    if isinstance(member, Agent) and member.status is not AgentStatus.ACTIVE:
        badge = words.AGENT_STATUS[member.status]
        return badge.label, badge.label, badge.tone
    return "", "", "faint"


def _doing(register: Register, shown: Card, member: Member, running: Sequence[RunRow]) -> Card:
    """Say what a member does now, unless something else must be said."""
    if running and shown.short in _OF_RECORD:
        tasks = ", ".join(run.task for run in running if run.task)
        short = f"Running {running[0].task or ''}".rstrip()
        return replace(shown, state=f"Running {tasks}".rstrip(), short=short, tone="busy")
    if shown.short:
        return shown
    items = len(register.inbox_of(member.id))
    if isinstance(member, Person):
        items += len(register.to_decide(member.id))
    held = len(register.waiting_for(member.id))
    if not items and held:
        return replace(shown, state=f"{held:,} held back", short=f"{held:,} held back", tone="warn")
    text = f"{items:,} in the inbox" if items else "Nothing to do"
    return replace(shown, state=text, short=text, tone="plain" if items else "faint")


def _nodes(drawing: Layout, shown: Sequence[Branch], cards: Mapping[str, Card]) -> tuple[Node, ...]:
    above = {child: branch.id for branch in shown for child in branch.children}
    return tuple(
        Node(
            card=card,
            above=above.get(box.id, ""),
            x=box.x,
            y=box.y,
            name=fitted(card.name, _ROOM, NAME_SIZE),
            title=fitted(card.title, _ROOM, TITLE_SIZE),
            state=fitted(card.short, _STATE_ROOM, TITLE_SIZE),
            label=f"{card.name}, {card.kind}, {card.title}. {card.state}",
        )
        for box in drawing.boxes
        for card in (cards[box.id],)
    )


def _left_out(count: int) -> str | None:
    if not count:
        return None
    return f"{plural(count, 'member')} further down {'is' if count == 1 else 'are'} not drawn; each has a page, and stands on the page of whom they report to."


def _summary(members: Collection[Member]) -> str:
    people = sum(isinstance(member, Person) for member in members)
    return f"{plural(people, 'person', 'people')}, {plural(len(members) - people, 'agent')}"
