"""Goals as a tree: how much of each is done and what it cost, what is below included."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from markupsafe import Markup

from gitcp.dashboard import links, words
from gitcp.dashboard.costs import Cost, cost_of
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref, TaskLine, by_urgency, member_ref, task_line
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import TaskRow
from gitcp.dashboard.trees import Branch, depth_first
from gitcp.dashboard.words import Badge
from gitcp.model.planning import Goal, GoalLevel
from gitcp.model.tasks import TaskStatus

_LEVELS = {level: rank for rank, level in enumerate(GoalLevel)}
DEEPEST = 5


@dataclass(frozen=True, slots=True)
class Count:
    """Tasks that count: those that were cancelled do not."""

    done: int = 0
    wanted: int = 0
    cost: Cost = field(default_factory=Cost)

    def plus(self, other: "Count") -> "Count":
        """Add."""
        return Count(self.done + other.done, self.wanted + other.wanted, self.cost.plus(other.cost))


@dataclass(frozen=True, slots=True)
class GoalView:
    """A goal. `opens` is the class of the list that begins below it; then `closes` lists end."""

    anchor: str
    title: str
    level: str
    status: Badge
    owner: Ref | None
    due: str | None
    description: Markup | None
    progress: str
    width: str
    cost: str
    tasks: tuple[TaskLine, ...]
    summary: str
    opens: str | None
    closes: int


@dataclass(frozen=True, slots=True)
class Goals:
    """All goals, and what serves none."""

    goals: tuple[GoalView, ...]
    rest: str | None


def goals(register: Register, prose: Prose) -> Goals:
    """Show the goals."""
    known = register.goals
    order = sorted(known.values(), key=lambda goal: (_LEVELS[goal.level], goal.title.casefold(), goal.id))
    branches = depth_first([goal.id for goal in order], {goal.id: goal.parent for goal in order})
    own = _own(register)
    counts = _summed(register, branches, own)
    views = tuple(
        _goal(register, known[branch.id], branch, counts[branch.id], own.get(branch.id, ()), prose)
        for branch in branches
    )
    rest = [task for goal, tasks in own.items() if goal not in known for task in tasks]
    return Goals(views, _rest(register, rest))


def _own(register: Register) -> dict[str, list[TaskRow]]:
    own: dict[str, list[TaskRow]] = defaultdict(list)
    for task in register.tasks.values():
        own[served(register, task) or ""].append(task)
    return dict(own)


def served(register: Register, task: TaskRow) -> str | None:
    """Return the goal that a task serves."""
    if task.goal is not None:
        return task.goal
    project = register.project(task.project)
    return project.goal if project else None


def count(register: Register, tasks: Sequence[TaskRow]) -> Count:
    """Count tasks, and what their runs cost."""
    wanted = [task for task in tasks if task.status is not TaskStatus.CANCELLED]
    done = sum(task.status is TaskStatus.DONE for task in wanted)
    return Count(done, len(wanted), cost_of(run for task in tasks for run in register.runs_on(task.id)))


def _summed(
    register: Register, branches: Sequence[Branch], own: Mapping[str, Sequence[TaskRow]]
) -> dict[str, Count]:
    """Add what is below to each goal; children come after their parent, so the walk is from the end."""
    counts: dict[str, Count] = {}
    for branch in reversed(branches):
        total = count(register, own.get(branch.id, ()))
        for child in branch.children:
            total = total.plus(counts[child])
        counts[branch.id] = total
    return counts


def _goal(
    register: Register, goal: Goal, branch: Branch, total: Count, own: Sequence[TaskRow], prose: Prose
) -> GoalView:
    tasks = tuple(task_line(register, task) for task in by_urgency(task for task in own if task.is_open))
    return GoalView(
        anchor=links.goal_anchor(goal.id),
        title=goal.title,
        level=words.GOAL_LEVEL[goal.level],
        status=words.GOAL_STATUS[goal.status],
        owner=member_ref(register, goal.owner) if goal.owner else None,
        due=goal.due,
        description=prose.block(goal.description, below=2),
        progress=f"{total.done:,} of {total.wanted:,} done" if total.wanted else "No tasks",
        width=f"{Decimal(total.done) / total.wanted * 100:.1f}" if total.wanted else "0.0",
        cost=total.cost.text,
        tasks=tasks,
        summary="1 open task" if len(tasks) == 1 else f"{len(tasks):,} open tasks",
        opens=("steps" if branch.depth < DEEPEST else "steps flat") if branch.children else None,
        closes=branch.closes,
    )


def _rest(register: Register, tasks: Sequence[TaskRow]) -> str | None:
    if not tasks:
        return None
    total = count(register, tasks)
    word = "task serves" if len(tasks) == 1 else "tasks serve"
    return f"{len(tasks):,} {word} no goal; their runs cost {total.cost.text}."
