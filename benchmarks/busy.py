"""A company in which everybody has open tasks, as a bare control repository written by `git fast-import`.

Either all are new, so that everything is due; or half of them were worked on and wait for the other half, their children in the backlog,
so that nothing is.
"""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from benchmarks.generated import BUDGET, COMPANY, DESCRIPTION, GOAL, NOW, PERSON, PROJECT, PROJECTS, _commit
from gitcp.model.base import format_instant
from gitcp.model.digests import asked_of_assignee
from gitcp.model.runs import Run
from gitcp.model.tasks import Priority, Task
from gitcp.store import codec
from gitcp.store.layout import path_of

__all__ = ["NOW", "found"]

SINCE: Final = NOW - timedelta(days=30)
CADENCES: Final = tuple(
    f"{minute} {hour} * * {day}" for minute in (0, 30) for hour in (7, 9) for day in ("MON", "WED-FRI")
)
AGENT: Final = """\
kind: agent
name: {name}
reports_to: {manager}
runtime: {{type: process, command: ["true"]}}
repository: factory
heartbeat: {{cron: "{cron}", since: {since}, window_minutes: 60}}
limits: {{usd: 2.00, tokens: 400000, minutes: 30}}
"""


def found(folder: Path, agents: int, tasks: int, *, is_due: bool) -> Path:
    """Make the repository of a company; return its folder."""
    folder.mkdir(parents=True)
    repository = folder / "company.git"
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(repository)], check=True)
    with subprocess.Popen(
        ["git", "fast-import", "--quiet", "--done"], cwd=repository, stdin=subprocess.PIPE
    ) as program:
        assert program.stdin is not None
        _commit(program.stdin, SINCE, "found the company", _files(agents, tasks, is_due=is_due))
        program.stdin.write(b"done\n")
        program.stdin.close()
    assert program.returncode == 0
    return repository


def _files(agents: int, tasks: int, *, is_due: bool) -> Iterator[tuple[str, str]]:
    yield "gitcp.yaml", COMPANY.replace("concurrency: 8", "concurrency: 100")
    yield "org/clara.yaml", PERSON
    yield "goals/quality.yaml", GOAL
    yield "budgets/company.yaml", BUDGET.format(usd=1_000_000)
    for key in PROJECTS:
        yield f"projects/{key}.yaml", PROJECT.format(key=key)
        yield f"tasks/{key}/next", f"{tasks // len(PROJECTS) + 2}\n"
    for number in range(agents):
        yield (
            f"org/{_agent(number)}.yaml",
            AGENT.format(
                name=_agent(number).title(),
                manager=_agent(number // 10) if number else "clara",
                cron=CADENCES[number % len(CADENCES)],
                since=format_instant(SINCE),
            ),
        )
    for number in range(tasks):
        yield from _new_task(number, agents) if is_due else _waiting_task(number, agents)


def _new_task(number: int, agents: int) -> Iterator[tuple[str, str]]:
    yield _written(_task(number, agents))


def _waiting_task(number: int, agents: int) -> Iterator[tuple[str, str]]:
    if number % 2:
        yield _written(_task(number, agents, status="backlog", parent=_name(number - 1)))
        return
    task = _task(number, agents, status="in_progress")
    yield _written(task)
    yield _written(_run(task, number))


def _task(number: int, agents: int, **fields: str) -> Task:
    return Task.model_validate(
        {
            "id": _name(number),
            "title": f"Look into source {number}",
            "assignee": _agent(number // 2 % agents),
            "priority": list(Priority)[number % len(Priority)],
            "created": SINCE + timedelta(seconds=number),
            "created_by": "clara",
            "description": DESCRIPTION,
            **fields,
        }
    )


def _run(task: Task, number: int) -> Run:
    claimed = SINCE + timedelta(hours=1, seconds=number)
    causes = {"assignment": asked_of_assignee(task), "heartbeat": "2026-01-01T09:00:00Z"}
    return Run.model_validate(
        {
            "id": f"{claimed:%Y%m%dT%H%M%SZ}-{task.assignee}",
            "agent": task.assignee,
            "task": task.id,
            "answers": [{"reason": why, "record": task.id, "digest": what} for why, what in causes.items()],
            "runtime": "process",
            "repository": "factory",
            "charges": ["company"],
            "claimed_at": claimed,
            "claimed_by": "build-1",
            "deadline": claimed + timedelta(minutes=35),
            "status": "ended",
            "ended_at": claimed + timedelta(minutes=8),
            "outcome": "succeeded",
            "declared": "continue",
        }
    )


def _written(record: Task | Run) -> tuple[str, str]:
    return path_of(type(record), record.id), codec.write(record)


def _agent(number: int) -> str:
    return f"agent{number:05d}"


def _name(number: int) -> str:
    # A parent and its child are of one project.
    project = PROJECTS[number // 2 % len(PROJECTS)]
    return f"{project}-{number // (2 * len(PROJECTS)) * 2 + number % 2 + 1:04d}"
