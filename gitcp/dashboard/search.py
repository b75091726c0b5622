"""What the search of the site loads: the words of all tasks in shards, which tasks are open, and everything else by name."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple

from gitcp.dashboard import data, links
from gitcp.dashboard.facts import fact
from gitcp.dashboard.groups import Grouping
from gitcp.dashboard.input import SiteInput
from gitcp.dashboard.postings import ANY_SHARD, SHARD, Posting, steps, written
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import RunRow, TaskRow
from gitcp.model.guards import Approval, Budget, Policy
from gitcp.model.ids import number_of
from gitcp.model.members import Person
from gitcp.model.planning import Goal, Project, Routine
from gitcp.model.runs import Run
from gitcp.model.snapshot import ever
from gitcp.model.tasks import Task

INDEX: Final = data.path("search")
OPEN: Final = data.path("open")
OTHERS: Final = data.path("search/others")
APPROVALS: Final = data.path("search/approvals")
_APPROVALS_MOST: Final = 3_000
_DAY: Final = 8


class Found(NamedTuple):
    """Something that is found by its name: in which group, its id, its name, what else is said of it, and where it is."""

    group: str
    id: str
    name: str
    more: str
    href: str


@fact(SHARD, is_told=True)
def _shard(register: Register, name: str) -> Mapping[str, Posting]:
    return register.words.shard(name)


@fact(ANY_SHARD, is_told=True)
def _shards(register: Register, _: str) -> Sequence[str]:
    return sorted(register.words.shards())


_RUNS: Final = Grouping[RunRow, tuple[str, str, str | None]](
    "found",
    Run.kind,
    lambda run, _: (run.id[:_DAY],),
    lambda run: (run.id, run.agent, run.task),
    itemgetter(0),
)
"""The runs of each day, as their ids begin with it: each with its agent and its task."""

_OPEN: Final = Grouping[TaskRow, str](
    "open-id", Task.kind, lambda row, _: (row.project,) if row.is_open else (), lambda row: row.id, str
)


@fact("found-runs-of-day")
def _runs(register: Register, day: str) -> Sequence[Sequence[str | None]]:
    return register.group(_RUNS, day)


@fact("run-days")
def _days(register: Register, _: str) -> Sequence[str]:
    return register.names_of(_RUNS)


@fact("open-numbers")
def _open(register: Register, _: str) -> Sequence[tuple[str, str]]:
    return [
        (key, steps(sorted(set(map(number_of, ids))))) for key, ids in sorted(register.groups(_OPEN).items())
    ]


def _members(site: SiteInput) -> Iterable[Found]:
    for member in site.snapshot.members():
        group = "People" if isinstance(member, Person) else "Agents"
        yield Found(group, member.id, member.name, member.title or "", links.member_page(member.id))


def _projects(site: SiteInput) -> Iterable[Found]:
    for project in site.snapshot.all(Project):
        yield Found("Projects", project.id, project.name, "", links.project_page(project.id))


def _goals(site: SiteInput) -> Iterable[Found]:
    for goal in site.snapshot.all(Goal):
        yield Found("Goals", goal.id, goal.title, "", links.goal_page(goal.id))


def _routines(site: SiteInput) -> Iterable[Found]:
    for routine in site.snapshot.all(Routine):
        yield Found("Routines", routine.id, routine.title, "", links.routine_page(routine.id))


def _policies(site: SiteInput) -> Iterable[Found]:
    for policy in site.snapshot.all(Policy):
        yield Found("Policies", policy.id, policy.title, "", links.policy_place(policy.id))


def _budgets(site: SiteInput) -> Iterable[Found]:
    for budget in site.snapshot.all(Budget):
        yield Found("Budgets", budget.id, f"Budget {budget.id}", "", links.budget_page(budget.id))


_OTHERS: Final[tuple[Callable[[SiteInput], Iterable[Found]], ...]] = (
    _members,
    _projects,
    _goals,
    _routines,
    _budgets,
    _policies,
)
"""What is found by its name, group by group, in the order in which groups are shown."""


@fact("others")
def _others(register: Register, _: str) -> Sequence[Found]:
    every = (sorted(find(register.site), key=lambda found: (found.group, found.id)) for find in _OTHERS)
    return [found for some in every for found in some]


@fact("approval-names")
def _approvals(register: Register, _: str) -> Sequence[tuple[str, str]]:
    asked = sorted(ever(register.site.snapshot, Approval), key=lambda approval: number_of(approval.id))
    return [(approval.id, approval.title) for approval in asked[-_APPROVALS_MOST:]]


def index(register: Register) -> str:
    """Write which shards of words there are, and of which days there are runs."""
    return data.script("search", {"words": _shards(register, ""), "days": _days(register, "")})


def open_tasks(register: Register) -> str:
    """Write which tasks are open, by project."""
    return data.script("open", _open(register, ""))


def others(register: Register) -> str:
    """Write what is found by its name."""
    return data.script("search/others", _others(register, ""))


def approvals(register: Register) -> str:
    """Write the requests by their titles, the newest of very many."""
    found = (
        Found("Approvals", name, title, "", links.approval_page(name))
        for name, title in _approvals(register, "")
    )
    return data.script("search/approvals", list(found))


def shard_names(register: Register) -> Collection[str]:
    """Name the shards of words."""
    return _shards(register, "")


def shard_path(name: str) -> str:
    """Return the site path of a shard of words."""
    return data.path(f"search/{name}")


def shard(register: Register, name: str) -> str | None:
    """Write a shard of words."""
    found = _shard(register, name)
    return data.script(f"search/{name}", written(found)) if found else None


def day_names(register: Register) -> Collection[str]:
    """Name the days of which there are runs, as they begin the ids of these."""
    return _days(register, "")


def day_path(day: str) -> str:
    """Return the site path of the runs of a day."""
    return data.path(f"search/runs-{day}")


def day(register: Register, name: str) -> str | None:
    """Write the runs of a day, each with its agent and its task."""
    found: Sequence[Any] = _runs(register, name)
    return data.script(f"search/runs-{name}", found) if found else None
