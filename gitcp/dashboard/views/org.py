"""The org chart: who reports to whom, who works, who is paused."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gitcp.dashboard import links, words
from gitcp.dashboard.figures import plural
from gitcp.dashboard.moment import called
from gitcp.dashboard.refs import Ref, initials, member_ref, task_ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import RunRow
from gitcp.dashboard.trees import Branch, depth_first
from gitcp.dashboard.words import Badge
from gitcp.model.members import Agent, AgentStatus, Member, Person

DEEPEST = 6
WIDEST = 6
CROWD = 40


@dataclass(frozen=True, slots=True)
class Card:
    """A member in the chart; `activity` says what they do now and `on` which tasks, `note` what is wrong with their place."""

    name: str
    title: str
    href: str
    kind: str
    sign: str
    status: Badge | None
    activity: str
    activity_tone: str
    on: tuple[Ref, ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """A card in the order of the chart.

    `opens` is the class of the list that begins below it; then `closes` lists end. `width` is how many columns its branch takes.
    """

    card: Card
    opens: str | None
    closes: int
    width: int


@dataclass(frozen=True, slots=True)
class Tree:
    """Those who are below one member; `density` is a class of the style sheet."""

    density: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The members of a company."""

    summary: str
    charts: tuple[Tree, ...]
    alone: tuple[Card, ...]
    former: tuple[Ref, ...]


def chart(register: Register) -> Chart:
    """Draw the org chart."""
    former = [m for m in register.members.values() if _is_former(register, m)]
    gone = {member.id for member in former}
    staff = sorted(
        (m for m in register.members.values() if m.id not in gone), key=lambda m: _order(register, m)
    )
    branches = depth_first([m.id for m in staff], {m.id: m.reports_to for m in staff})
    trees = list(_split(branches))
    return Chart(
        summary=_summary(staff),
        charts=tuple(_tree(register, tree) for tree in trees if len(tree) > 1),
        alone=tuple(card(register, register.members[tree[0].id]) for tree in trees if len(tree) == 1),
        former=tuple(member_ref(register, member.id) for member in former),
    )


def _is_former(register: Register, member: Member) -> bool:
    gone = isinstance(member, Agent) and member.status is AgentStatus.TERMINATED
    return gone and not register.reports_of(member.id)


def _order(register: Register, member: Member) -> tuple[bool, bool, str, str]:
    """People before agents, those who lead before those who do not, then by name."""
    leads = bool(register.reports_of(member.id))
    return (not isinstance(member, Person), not leads, member.name.casefold(), member.id)


def _split(branches: Sequence[Branch]) -> Iterator[list[Branch]]:
    tree: list[Branch] = []
    for branch in branches:
        if branch.depth == 0 and tree:
            yield tree
            tree = []
        tree.append(branch)
    if tree:
        yield tree


def _tree(register: Register, tree: Sequence[Branch]) -> Tree:
    lists = shape(tree)
    widths = _widths(tree, lists)
    places = tuple(
        Place(
            card=card(register, register.members[branch.id], looped=branch.looped),
            opens=lists.get(branch.id),
            closes=branch.closes,
            width=widths[branch.id],
        )
        for branch in tree
    )
    return Tree("dense" if len(tree) > CROWD else "roomy", places)


def shape(tree: Sequence[Branch]) -> dict[str, str]:
    """Say how the reports below each member are laid out.

    Side by side as long as there is room for that many columns, from the top down and the largest team first; all in rows, if the first
    who leads more than one leads too many; else below each other and indented, no deeper than fits a phone.
    """
    sizes = _sizes(tree)
    lists: dict[str, str] = {}
    columns = 1
    level = {tree[0].id}
    for branch in sorted(tree, key=lambda branch: (branch.depth, -sizes[branch.id])):
        if not branch.children:
            continue
        more = columns + len(branch.children) - 1
        if branch.depth >= DEEPEST:
            lists[branch.id] = "twigs flat"
        elif branch.id in level and more <= WIDEST:
            lists[branch.id], columns = "branches", more
            level.update(branch.children)
        elif branch.id in level and columns == 1:
            lists[branch.id], columns = "spread", more
        else:
            lists[branch.id] = "twigs"
    return lists


def _sizes(tree: Sequence[Branch]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for branch in reversed(tree):
        sizes[branch.id] = 1 + sum(sizes[child] for child in branch.children)
    return sizes


def _widths(tree: Sequence[Branch], lists: Mapping[str, str]) -> dict[str, int]:
    widths: dict[str, int] = {}
    for branch in reversed(tree):
        wide = lists.get(branch.id) == "branches"
        widths[branch.id] = sum(widths[child] for child in branch.children) if wide else 1
    return widths


def card(register: Register, member: Member, *, looped: bool = False) -> Card:
    """Show a member in the chart."""
    status = words.AGENT_STATUS[member.status] if isinstance(member, Agent) else None
    running = [run for run in register.runs_by(member.id) if run.is_active]
    activity, tone = _activity(register, member, running)
    return Card(
        name=called(member),
        title=member.title or ("Person" if isinstance(member, Person) else "Agent"),
        href=links.member_page(member.id),
        kind="person" if isinstance(member, Person) else "agent",
        sign=initials(called(member)),
        status=status if status and status is not words.AGENT_STATUS[AgentStatus.ACTIVE] else None,
        activity=activity,
        activity_tone=tone,
        on=tuple(task_ref(register, run.task) for run in running if run.task),
        note=_note(register, member, looped=looped),
    )


def _activity(register: Register, member: Member, running: Sequence[RunRow]) -> tuple[str, str]:
    if running:
        return "Running", "busy"
    items = len(register.inbox_of(member.id)) + len(register.to_decide(member.id))
    held = len(register.waiting_for(member.id))
    if not items and held:
        return f"{held:,} held back", "warn"
    return (f"{items:,} in the inbox", "plain") if items else ("Nothing to do", "faint")


def _note(register: Register, member: Member, *, looped: bool) -> str | None:
    if looped:
        return f"Reports to {member.reports_to}, in a circle"
    if member.reports_to and member.reports_to not in register.members:
        return f"Reports to {member.reports_to}, who is not in the org chart"
    return None


def _summary(staff: Sequence[Member]) -> str:
    people = sum(isinstance(member, Person) for member in staff)
    return f"{plural(people, 'person', 'people')}, {plural(len(staff) - people, 'agent')}"
