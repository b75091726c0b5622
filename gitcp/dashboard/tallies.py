"""How far goals and projects are and what they cost, as facts: one way through all tasks and runs, and a small answer for each page.

A goal's answers include what is below it. A task that was cancelled counts for nothing but its cost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gitcp.dashboard.costs import Cost, cost_of
from gitcp.dashboard.days import DayOf, week_of
from gitcp.dashboard.facts import fact
from gitcp.dashboard.refs import by_urgency
from gitcp.dashboard.rows import RunRow, TaskRow
from gitcp.dashboard.run_days import by_day
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
    rows = register.rows
    for task in rows.tasks.values():
        tally = found.setdefault(task.project, {}).setdefault(task.goal or _REST, Tally())
        if task.is_open:
            tally.open += 1
        elif task.status is TaskStatus.DONE:
            tally.done += 1
        else:
            tally.cancelled += 1
    for name, runs in rows.by_task.items():
        if (known := rows.tasks.get(name)) is not None:
            tally = found[known.project][known.goal or _REST]
            tally.runs += len(runs)
            tally.cost = tally.cost.plus(cost_of(runs))
    return found


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
    for task in register.rows.tasks.values():
        if task.is_open:
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
    served, day_of = _served(register, ""), DayOf(register.clock)
    for task in register.rows.tasks.values():
        if task.closed and task.status is TaskStatus.DONE:
            of = found.setdefault(goal_of(task, served), {})
            month = day_of(task.closed)[:7]
            of[month] = of.get(month, 0) + 1
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
    for task in register.rows.tasks.values():
        if task.is_open:
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
    for task in _open_by_project(register, "").get(key, ()):
        found[task.status] += 1
    return {status: number for status, number in found.items() if number}


@fact("weeks-by-project")
def _weeks_by_project(register: "Register", _: str) -> Mapping[str, Sequence[Activity]]:
    created, done = _weekly(register, "created"), _weekly(register, "done")
    runs: dict[tuple[str, str], list[RunRow]] = {}
    tasks = register.rows.tasks
    for day, of_day in by_day(register, "").items():
        week = week_of(day)
        for run in of_day:
            if (task := tasks.get(run.task or "")) is not None:
                runs.setdefault((task.project, week), []).append(run)
    weeks: dict[str, list[Activity]] = {}
    for project, week in sorted({*created, *done, *runs}):
        key, spent = (project, week), runs.get((project, week), ())
        activity = Activity(week, created.get(key, 0), done.get(key, 0), len(spent), cost_of(spent))
        weeks.setdefault(project, []).append(activity)
    return weeks


def _weekly(register: "Register", what: str) -> Mapping[tuple[str, str], int]:
    """Count the tasks that were created, or done, by project and week."""
    days: dict[tuple[str, str], int] = {}
    day_of = DayOf(register.clock)
    for task in register.rows.tasks.values():
        at = task.created if what == "created" else task.closed if task.status is TaskStatus.DONE else None
        if at is not None:
            key = task.project, day_of(at)
            days[key] = days.get(key, 0) + 1
    weeks: dict[tuple[str, str], int] = {}
    for (project, day), number in days.items():
        week = project, week_of(day)
        weeks[week] = weeks.get(week, 0) + number
    return weeks


@fact("weeks-of-project")
def weeks_of(register: "Register", key: str) -> Sequence[Activity]:
    """Return what happened in a project in each week in which something did, the oldest first."""
    return _weeks_by_project(register, "").get(key, ())
