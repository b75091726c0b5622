"""How far goals and projects are and what they cost, as facts: one way through all tasks and runs, and a small answer for each page.

A goal's answers include what is below it. A task that was cancelled counts for nothing but its cost.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gitcp.dashboard.costs import Cost, cost_of
from gitcp.dashboard.days import week_of
from gitcp.dashboard.facts import fact
from gitcp.dashboard.refs import by_urgency
from gitcp.dashboard.rows import RunRow, TaskRow
from gitcp.dashboard.run_days import BY_DAY, days_in, run_months
from gitcp.dashboard.slices import COLUMNS, open_rows
from gitcp.dashboard.task_counts import CREATED, DONE, STATES
from gitcp.dashboard.trees import Branch, above, depth_first
from gitcp.model.planning import Goal, GoalLevel, Project
from gitcp.model.tasks import TaskStatus

if TYPE_CHECKING:
    from gitcp.dashboard.register import Register

SHOWN: Final = 40
_LEVELS: Final = {level: rank for rank, level in enumerate(GoalLevel)}
_REST: Final = ""


@dataclass(slots=True)
class Tally:
    """Tasks by how far they are, and what their runs cost."""

    open: int = 0
    done: int = 0
    cancelled: int = 0
    runs: int = 0
    cost: Cost = field(default_factory=Cost)

    @property
    def wanted(self) -> int:
        """Those that count."""
        return self.open + self.done

    def add(self, other: "Tally") -> None:
        """Add another."""
        self.open += other.open
        self.done += other.done
        self.cancelled += other.cancelled
        self.runs += other.runs
        self.cost = self.cost.plus(other.cost)


@dataclass(frozen=True, slots=True)
class Activity:
    """What happened in a week or a month; `name` is its first day."""

    name: str
    created: int
    done: int
    runs: int
    cost: Cost = field(default_factory=Cost)


@fact("served")
def _served(register: "Register", _: str) -> Mapping[str, str | None]:
    """Return the goal of each project."""
    return {project.id: project.goal for project in register.site.snapshot.all(Project)}


def goal_of(task: TaskRow, served: Mapping[str, str | None]) -> str:
    """Return the goal that a task serves, its own before its project's; empty for none."""
    return task.goal or served.get(task.project) or _REST


@fact("tallies-of-goals")
def _by_goal(register: "Register", _: str) -> Mapping[str, Tally]:
    """Tally each goal without what is below it, and what serves no goal that there is, under no name."""
    served, known = _served(register, ""), _goals(register, "")
    found: dict[str, Tally] = {name: Tally() for name in (*known, _REST)}
    for project, goals in _tallied(register, "").items():
        for goal, tally in goals.items():
            name = goal or served.get(project) or _REST
            found[name if name in known else _REST].add(tally)
    return found


@fact("tallies-of-all")
def _tallied(register: "Register", _: str) -> Mapping[str, Mapping[str, Tally]]:
    """Tally all tasks by project and by the goal of their own, and their runs with them."""
    found: dict[str, dict[str, Tally]] = {}
    for (project, goal, status), number in sorted(register.counts(STATES).items()):
        tally = found.setdefault(project, {}).setdefault(goal, Tally())
        if status is TaskStatus.DONE:
            tally.done += number
        elif status is TaskStatus.CANCELLED:
            tally.cancelled += number
        else:
            tally.open += number
    for month in run_months(register):
        for (project, goal, _), (runs, cost) in _worked(register, month).items():
            tally = found[project][goal]
            tally.runs += runs
            tally.cost = tally.cost.plus(cost)
    return found


@fact("worked-in-month")
def _worked(register: "Register", month: str) -> Mapping[tuple[str, str, str], tuple[int, Cost]]:
    """Count the runs of a month, and add up what they cost: by the project and the goal of their tasks, and by day."""
    tasks = register.rows.works
    found: dict[tuple[str, str, str], list[RunRow]] = {}
    for day in days_in(register, month):
        for run in register.group(BY_DAY, day):
            if (task := tasks.get(run.task or "")) is not None:
                found.setdefault((task.project, task.goal or _REST, day), []).append(run)
    return {key: (len(runs), cost_of(runs)) for key, runs in found.items()}


@fact("goals-by-name")
def _goals(register: "Register", _: str) -> Mapping[str, Goal]:
    return {goal.id: goal for goal in register.site.snapshot.all(Goal)}


@fact("tree-of-goals")
def tree(register: "Register", _: str) -> Sequence[Branch]:
    """Return all goals, the widest first, each after its parent."""
    order = sorted(
        _goals(register, "").values(), key=lambda goal: (_LEVELS[goal.level], goal.title.casefold(), goal.id)
    )
    return depth_first([goal.id for goal in order], {goal.id: goal.parent for goal in order})


@fact("totals-of-goals")
def _totals(register: "Register", _: str) -> Mapping[str, Tally]:
    """Add what is below to each goal; children come after their parent, so the walk is from the end."""
    own = _by_goal(register, "")
    totals: dict[str, Tally] = {}
    for branch in reversed(tree(register, "")):
        total = Tally()
        total.add(own[branch.id])
        for child in branch.children:
            total.add(totals[child])
        totals[branch.id] = total
    return totals


@fact("tally-of-goal")
def of_goal(register: "Register", goal: str) -> Tally:
    """Tally a goal with what is below it; what serves no goal, for no name."""
    totals = _totals(register, "") if goal else _by_goal(register, "")
    return totals.get(goal) or Tally()


@fact("branches-of-goals")
def _branches(register: "Register", _: str) -> Mapping[str, Branch]:
    return {branch.id: branch for branch in tree(register, "")}


@fact("below-goal")
def below(register: "Register", goal: str) -> Sequence[str]:
    """Return the goals right below one, the widest first."""
    found = _branches(register, "").get(goal)
    return found.children if found else ()


@fact("parents-of-goals")
def _parents(register: "Register", _: str) -> Mapping[str, str | None]:
    return {known.id: known.parent for known in _goals(register, "").values()}


@fact("above-goal")
def over(register: "Register", goal: str) -> Sequence[str]:
    """Return what a goal serves, the widest first."""
    return list(reversed(above(goal, _parents(register, ""))))


@fact("projects-of-goal")
def projects_of(register: "Register", goal: str) -> Sequence[str]:
    """Return the projects that serve a goal."""
    return sorted(key for key, served in _served(register, "").items() if served == goal)


@fact("open-by-goal")
def _open_by_goal(register: "Register", _: str) -> Mapping[str, Sequence[TaskRow]]:
    found: dict[str, list[TaskRow]] = {}
    served = _served(register, "")
    for task in open_rows(register):
        found.setdefault(goal_of(task, served), []).append(task)
    return found


@fact("open-tasks-of-goal")
def open_of_goal(register: "Register", goal: str) -> tuple[int, Sequence[str]]:
    """Return how many open tasks serve a goal itself, and the most urgent of them."""
    return _first(_open_by_goal(register, "").get(goal, ()))


def _first(tasks: Sequence[TaskRow]) -> tuple[int, Sequence[str]]:
    return len(tasks), [task.id for task in by_urgency(tasks)[:SHOWN]]


@fact("months-by-goal")
def _months_by_goal(register: "Register", _: str) -> Mapping[str, Mapping[str, int]]:
    """Count what was done for each goal in each month; what is below counts for all above."""
    found: dict[str, dict[str, int]] = {}
    served = _served(register, "")
    for (project, goal, day), number in register.counts(DONE).items():
        of = found.setdefault(goal or served.get(project) or _REST, {})
        of[day[:7]] = of.get(day[:7], 0) + number
    for branch in reversed(tree(register, "")):
        for child in branch.children:
            of = found.setdefault(branch.id, {})
            for month, number in found.get(child, {}).items():
                of[month] = of.get(month, 0) + number
    return found


@fact("months-of-goal")
def months_of(register: "Register", goal: str) -> Sequence[tuple[str, int]]:
    """Return how many tasks were done for a goal in each month in which one was, the oldest first."""
    return sorted(_months_by_goal(register, "").get(goal, {}).items())


@fact("tally-of-project")
def of_project(register: "Register", key: str) -> Tally:
    """Tally a project."""
    total = Tally()
    for tally in _tallied(register, "").get(key, {}).values():
        total.add(tally)
    return total


@fact("open-by-project")
def _open_by_project(register: "Register", _: str) -> Mapping[str, Sequence[TaskRow]]:
    found: dict[str, list[TaskRow]] = {}
    for task in open_rows(register):
        found.setdefault(task.project, []).append(task)
    return found


@fact("open-tasks-of-project")
def open_of_project(register: "Register", key: str) -> tuple[int, Sequence[str]]:
    """Return how many tasks of a project are open, and the most urgent of them."""
    return _first(_open_by_project(register, "").get(key, ()))


@fact("open-of-project-by-status")
def statuses_of(register: "Register", key: str) -> Mapping[TaskStatus, int]:
    """Return how many open tasks of a project have each status."""
    found = dict.fromkeys(TaskStatus, 0)
    for (project, _, status), number in register.counts(STATES).items():
        if project == key and status in COLUMNS:
            found[status] += number
    return {status: number for status, number in found.items() if number}


@fact("weeks-by-project")
def _weeks_by_project(register: "Register", _: str) -> Mapping[str, Sequence[Activity]]:
    created = _weekly((project, day, number) for (project, day), number in register.counts(CREATED).items())
    done = _weekly((project, day, number) for (project, _, day), number in register.counts(DONE).items())
    runs: dict[tuple[str, str], tuple[int, Cost]] = {}
    for month in run_months(register):
        for (project, _, day), (number, cost) in _worked(register, month).items():
            key = project, week_of(day)
            before, spent = runs.get(key, (0, Cost()))
            runs[key] = before + number, spent.plus(cost)
    weeks: dict[str, list[Activity]] = {}
    for project, week in sorted({*created, *done, *runs}):
        key = project, week
        activity = Activity(week, created.get(key, 0), done.get(key, 0), *runs.get(key, (0, Cost())))
        weeks.setdefault(project, []).append(activity)
    return weeks


def _weekly(days: Iterable[tuple[str, str, int]]) -> Mapping[tuple[str, str], int]:
    """Add up what is counted by project and day, by project and week."""
    weeks: dict[tuple[str, str], int] = {}
    for project, day, number in days:
        week = project, week_of(day)
        weeks[week] = weeks.get(week, 0) + number
    return weeks


@fact("weeks-of-project")
def weeks_of(register: "Register", key: str) -> Sequence[Activity]:
    """Return what happened in a project in each week in which something did, the oldest first."""
    return _weeks_by_project(register, "").get(key, ())
