"""The company in one file of JSON, and the lists of all tasks that it leads to."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from gitcp.dashboard import links
from gitcp.dashboard.facts import fact
from gitcp.dashboard.groups import Grouping
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import TaskRow
from gitcp.dashboard.run_days import PART, day_names, runs_of
from gitcp.dashboard.surfaces import files, shapes
from gitcp.dashboard.surfaces.lines import budget_use, fault, member_line, run_line, task_line
from gitcp.dashboard.task_counts import STATES
from gitcp.model.ids import number_of, project_of
from gitcp.model.tasks import Task, TaskStatus

SITE: Final = "site.json"
SCHEMA: Final = "schema/site.json"
BUCKET: Final = 1_000
MOST: Final = 500


_SHARDS: Final = Grouping[TaskRow, str](
    "list",
    Task.kind,
    lambda row, _: (f"{project_of(row.id)}/{number_of(row.id) // BUCKET * BUCKET}",),
    lambda row: row.id,
    lambda task: (number_of(task), task),
)
"""The ids of all tasks by the list that holds them."""


@fact("tasks-of-shard")
def _tasks_of(register: Register, shard: str) -> Sequence[str]:
    return register.group(_SHARDS, shard)


@fact("task-shards")
def _shards(register: Register, _: str) -> Sequence[str]:
    return sorted(register.names_of(_SHARDS), key=_place)


def _place(shard: str) -> tuple[str, int]:
    project, _, first = shard.partition("/")
    return project, int(first)


def shards(register: Register) -> Sequence[str]:
    """Name the lists of tasks: CI/0 holds those below CI-1000."""
    return _shards(register, "")


@fact("tasks-by-status")
def _by_status(register: Register, _: str) -> Mapping[TaskStatus, int]:
    counts = Counter[TaskStatus]()
    for (_, _, status), number in register.counts(STATES).items():
        counts[status] += number
    return {status: counts[status] for status in TaskStatus}


def shard_path(shard: str) -> str:
    """Return where a list of tasks is."""
    project, _, first = shard.partition("/")
    return f"data/tasks-{project}-{first}.json"


def tasks_file(register: Register, shard: str) -> files.TasksFile:
    """List the tasks of a shard."""
    project, _, first = shard.partition("/")
    ids = _tasks_of(register, shard)
    rows = (register.task_row(task) for task in ids)
    return files.TasksFile(
        project=project, first=int(first), tasks=tuple(task_line(row) for row in rows if row is not None)
    )


def site_file(register: Register) -> files.SiteFile:
    """Sum the company up. It is made anew at every commit."""
    site, snapshot = register.site, register.snapshot
    today, month = _spent(register)
    return files.SiteFile(
        revision=snapshot.revision,
        at=register.now,
        schema=SCHEMA,
        company=snapshot.company,
        tasks_by_status=_by_status(register, ""),
        usd_today=today,
        usd_this_month=month,
        members=tuple(member_line(it, links.member_page(it.id)) for it in register.members.values()),
        projects=register.projects,
        goals=register.goals,
        budgets=tuple(budget_use(use) for use in site.budgets),
        approvals={it.id: it for it in register.pending[:MOST]},
        active=tuple(run_line(run) for run in register.active),
        waiting=tuple(
            shapes.Wait(it.agent or None, it.task, it.reason, it.until) for it in register.waiting[:MOST]
        ),
        problems=tuple(fault(problem) for problem in register.problems[:MOST]),
        tasks=tuple(
            files.Shard(shard_path(name), len(_tasks_of(register, name))) for name in shards(register)
        ),
        runs=tuple(_days(register)),
    )


def _days(register: Register) -> Iterator[files.Shard]:
    for name in day_names(register):
        day, _, part = name.partition("/")
        number = int(part or 1)
        count = len(runs_of(register, day)[(number - 1) * PART : number * PART])
        yield files.Shard(data_path(links.day_page(day, number)), count)


def data_path(page: str) -> str:
    """Return where the JSON beside a page is."""
    return page.removesuffix(".html") + ".json"


def _spent(register: Register) -> tuple[Decimal, Decimal]:
    """Add up the day and the month so far, in the company's zone."""
    clock = register.clock
    now = clock.local(register.now)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    first = midnight.replace(day=1)
    today = month = Decimal(0)
    for run in register.runs.values():  # newest first
        if run.claimed_at < first:
            break
        month += run.usd
        if run.claimed_at >= midnight:
            today += run.usd
    return today, month
