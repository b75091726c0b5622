"""Goals as a tree: how much of each is done and what it cost, what is below included."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from gitcp.dashboard import links, words
from gitcp.dashboard.figures import plural
from gitcp.dashboard.refs import Ref, member_ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.tallies import below, of_goal, tree
from gitcp.dashboard.trees import Branch
from gitcp.dashboard.views.standings import Progress, progress
from gitcp.dashboard.words import Badge

DEEPEST: Final = 5
MOST: Final = 1_000


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal in the tree. `opens` is the class of the list that begins below it, `below` what is in it; then `closes` lists end."""

    href: str
    title: str
    level: str
    status: Badge
    owner: Ref | None
    due: str | None
    progress: Progress
    below: str
    opens: str | None
    closes: int


@dataclass(frozen=True, slots=True)
class Goals:
    """All goals, and what serves none; `cut` says where too many are left out."""

    goals: tuple[GoalLine, ...]
    cut: str | None
    rest: str | None


def goals(register: Register) -> Goals:
    """Show the goals."""
    branches = tree(register, "")
    fitted = _fitted(branches)
    number = len(branches) - len(fitted)
    cut = f"{plural(number, 'goal')} further down: see the pages of those above." if number else None
    return Goals(tuple(_line(register, branch) for branch in fitted), cut, _rest(register))


def _fitted(branches: Sequence[Branch]) -> list[Branch]:
    """Leave out what is deepest in the tree until there is room for the rest."""
    deepest = _deepest(branches)
    shown = [branch for branch in branches if branch.depth <= deepest][:MOST]
    following = [branch.depth for branch in shown[1:]] + [0]
    return [
        replace(
            branch,
            children=branch.children if branch.depth < deepest else (),
            closes=max(0, branch.depth - after),
        )
        for branch, after in zip(shown, following, strict=False)
    ]


def _deepest(branches: Sequence[Branch]) -> int:
    """Return the depth down to which there is room for all goals."""
    total, deepest = 0, 0
    for depth, number in sorted(Counter(branch.depth for branch in branches).items()):
        total += number
        if total > MOST:
            break
        deepest = depth
    return deepest


def _line(register: Register, branch: Branch) -> GoalLine:
    line = goal_line(register, branch.id)
    if not branch.children:
        return replace(line, closes=branch.closes)
    return replace(line, opens="steps" if branch.depth < DEEPEST else "steps flat", closes=branch.closes)


def goal_line(register: Register, name: str) -> GoalLine:
    """Show a goal in a list, without what is below it."""
    goal, children = register.goal(name), below(register, name)
    return GoalLine(
        href=links.goal_page(name),
        title=goal.title if goal else name,
        level=words.GOAL_LEVEL[goal.level] if goal else "",
        status=words.GOAL_STATUS[goal.status] if goal else words.ENDED,
        owner=member_ref(register, goal.owner) if goal and goal.owner else None,
        due=goal.due if goal else None,
        progress=progress(of_goal(register, name)),
        below=f"{plural(len(children), 'goal')} below" if children else "",
        opens=None,
        closes=0,
    )


def _rest(register: Register) -> str | None:
    tally = of_goal(register, "")
    number = tally.wanted + tally.cancelled
    if not number:
        return None
    word = "task serves" if number == 1 else "tasks serve"
    return f"{number:,} {word} no goal; their runs cost {tally.cost.text}."
