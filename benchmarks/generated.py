"""A company of any size as a bare control repository: tasks, comments, runs and their history, written by `git fast-import`.

Of N tasks all but N/100 are done, each by one run and with one comment, over two years, in commits of a hundred tasks. The open ones
wait for a person, a blocker or a decision, so that nothing is due: what a tick costs then is what it costs all day long.
"""

import hashlib
import itertools
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Final

from gitcp.model.base import format_instant
from gitcp.model.runs import Run
from gitcp.model.tasks import Comment, Task
from gitcp.store import codec
from gitcp.store.layout import path_of, place_of

NOW: Final = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
SINCE: Final = NOW - timedelta(days=730)
PROJECTS: Final = ("CI", "OPS", "RND", "WEB", "DOC")
BATCH: Final = 100

_SCHEDULER: Final = "gitcp scheduler <scheduler@gitcp.invalid>"

COMPANY: Final = """\
format: 1
name: Generated
timezone: Europe/Madrid
repositories:
  factory:
    url: ../factory
scheduler: {concurrency: 8, grace_minutes: 5, attempts: 3}
"""
PERSON: Final = "kind: person\nname: Clara\nemails: [clara@example.org]\n"
AGENT: Final = """\
kind: agent
name: {name}
title: Worker
reports_to: {manager}
runtime: {{type: process, command: ["true"]}}
repository: factory
heartbeat: {{cron: "0 9 * * MON", since: 2024-01-01T00:00:00Z}}
limits: {{usd: 2.00, tokens: 400000, minutes: 30, turns: 40}}
"""
BUDGET: Final = "period: month\nlimits: {{usd: {usd}, runs: 100000}}\nwarn_at: [0.5, 0.8]\n"
GOAL: Final = "title: Scan what matters\nlevel: company\n"
PROJECT: Final = "name: Project {key}\nrepository: factory\nlead: clara\ngoal: quality\n"
COMMENT: Final = """\
body: |
  The scan found {n} sources, of which two are new since the last one.
  Both are in the catalogue now, with their licences; the health check is green again.
run: {run}
"""
DESCRIPTION: Final = """\
description: |
  A scan older than seven days must fail the health check.
  - Look at the newest file of each source, not at the folder.
  - Say which source is too old, and by how many days.
  - Keep the check fast: it runs on every commit.
"""
TASK: Final = """\
title: Enforce the scan cadence of source {n}
assignee: {agent}
goal: quality
labels: [scan, {project}]
verify: [["python", "tools/check_cadence.py"]]
created: {created}
status: done
delivery:
  commit: {commit}
  branch: {agent}/{task}
  run: {run}
  verified: true
closed: {ended}
created_by: clara
"""
RUN: Final = """\
agent: {agent}
task: {task}
answers:
  - {{reason: assignment, record: {task}, digest: {digest}}}
runtime: process
repository: factory
limits: {{usd: 2, usd_imputed: 1, tokens: 400000, minutes: 30, turns: 40}}
reserved: {{usd: 2, usd_imputed: 1, tokens: 400000, runs: 1, minutes: 30}}
charges: [company, agent/{agent}]
claimed_at: {claimed}
claimed_by: build-1
deadline: {deadline}
status: ended
started_at: {claimed}
ended_at: {ended}
outcome: succeeded
declared: finish
usage: {{usd: 0.{cents:02d}1, tokens: {tokens}, runs: 1, minutes: 7.5, input_tokens: {tokens}}}
settled_by: metered
branch: {agent}/{task}
commits: [{commit}]
isolation: bubblewrap
verification: {{passed: true, command: ["python", "tools/check_cadence.py"], exit_code: 0}}
summary: |
  Two new sources are in the catalogue, and the check is green.
"""


def agents(tasks: int) -> list[str]:
    """Name the agents of a company with so many tasks: ten to fifty."""
    return [f"agent{number:02d}" for number in range(max(10, min(50, tasks // 2000)))]


def task_id(number: int) -> str:
    """Name the task with this number, counted from nought over all projects."""
    return f"{PROJECTS[number % len(PROJECTS)]}-{number // len(PROJECTS) + 1:04d}"


def found(folder: Path, tasks: int) -> Path:
    """Make the repository of a company with so many tasks; return its folder."""
    repository = folder / "company.git"
    _git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(repository))
    _check_texts(tasks)
    with subprocess.Popen(
        ["git", "fast-import", "--quiet", "--done"], cwd=repository, stdin=subprocess.PIPE
    ) as program:
        assert program.stdin is not None
        _commit(program.stdin, SINCE, "found the company", _first_files(tasks))
        for batch in _batches(tasks):
            files = itertools.chain.from_iterable(_files(number, tasks) for number in batch)
            _commit(
                program.stdin, _ended(batch[-1], tasks), f"finish tasks up to {task_id(batch[-1])}", files
            )
        program.stdin.write(b"done\n")
        program.stdin.close()
    assert program.returncode == 0
    return repository


def _batches(tasks: int) -> Iterator[tuple[int, ...]]:
    for first in range(0, tasks, BATCH):
        yield tuple(range(first, min(first + BATCH, tasks)))


def _commit(stream: IO[bytes], at: datetime, subject: str, files: Iterator[tuple[str, str]]) -> None:
    message = f"{subject}\n\nGitcp-Op: bench.fill\nGitcp-Actor: scheduler\nGitcp-Request: {hashlib.sha256(subject.encode()).hexdigest()[:32]}\n".encode()
    when = f"{int(at.timestamp())} +0000"
    stream.write(
        f"commit refs/heads/main\nauthor {_SCHEDULER} {when}\ncommitter {_SCHEDULER} {when}\n".encode()
    )
    stream.write(b"data %d\n%s" % (len(message), message))
    for path, text in files:
        data = text.encode()
        stream.write(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))


def _first_files(tasks: int) -> Iterator[tuple[str, str]]:
    yield "gitcp.yaml", COMPANY
    yield "org/clara.yaml", PERSON
    yield "goals/quality.yaml", GOAL
    yield "budgets/company.yaml", BUDGET.format(usd=1_000_000)
    for key in PROJECTS:
        yield f"projects/{key}.yaml", PROJECT.format(key=key)
        yield f"tasks/{key}/next", f"{tasks // len(PROJECTS) + 2}\n"
    for number, agent in enumerate(agents(tasks)):
        manager = agents(tasks)[number // 7 - 1] if number >= 7 else "clara"
        yield f"org/{agent}.yaml", AGENT.format(name=agent.title(), manager=manager)
        yield f"budgets/agent/{agent}.yaml", BUDGET.format(usd=50_000)


def _files(number: int, tasks: int) -> Iterator[tuple[str, str]]:
    if number >= tasks - tasks // 100:
        yield path_of(Task, task_id(number)), _open_task(number, tasks)
        return
    words = _words(number, tasks)
    yield path_of(Task, words["task"]), TASK.format(**words) + DESCRIPTION
    yield path_of(Run, words["run"]), RUN.format(**words)
    stamp = words["ended"].replace("-", "").replace(":", "").replace("Z", "000Z")
    comment = f"{words['task']}/{stamp}-{words['agent']}-{number & 0xFFFF:04x}"
    yield path_of(Comment, comment), COMMENT.format(**words)


def _open_task(number: int, tasks: int) -> str:
    agent = agents(tasks)[number % len(agents(tasks))]
    kinds = (
        "assignee: clara\ncreated: {at}\nstatus: todo\n",
        "assignee: {agent}\nblocked_by:\n  - {blocker}\ncreated: {at}\nstatus: todo\n",
        "assignee: {agent}\ncreated: {at}\nstatus: blocked\nblocked:\n  reason: No access to the source\n",
        "assignee: {agent}\nreview:\n  - clara\ncreated: {at}\nstatus: in_review\n",
        "assignee: {agent}\ncreated: {at}\nstatus: backlog\n",
    )
    blocker = task_id(tasks - tasks // 100)
    text = kinds[number % len(kinds)] if number != tasks - tasks // 100 else kinds[0]
    at = format_instant(_ended(number, tasks))
    return (
        f"title: Look into source {number}\n" + text.format(agent=agent, blocker=blocker, at=at) + DESCRIPTION
    )


def _ended(number: int, tasks: int) -> datetime:
    return (SINCE + (NOW - timedelta(hours=1) - SINCE) * (number + 1) / tasks).replace(microsecond=0)


def _words(number: int, tasks: int) -> dict[str, str | int]:
    agent = agents(tasks)[number % len(agents(tasks))]
    ended = _ended(number, tasks)
    claimed = ended - timedelta(minutes=8)
    return {
        "n": number,
        "task": task_id(number),
        "project": PROJECTS[number % len(PROJECTS)].lower(),
        "agent": agent,
        "run": f"{claimed:%Y%m%dT%H%M%SZ}-{agent}",
        "commit": hashlib.sha1(b"%d" % number).hexdigest(),
        "digest": hashlib.sha256(b"%d" % number).hexdigest()[:16],
        "created": format_instant(claimed - timedelta(hours=20)),
        "claimed": format_instant(claimed),
        "deadline": format_instant(claimed + timedelta(minutes=35)),
        "ended": format_instant(ended),
        "cents": number % 100,
        "tokens": 1000 + number % 50_000,
    }


def _check_texts(tasks: int) -> None:
    """Look whether the texts are what gitcp itself writes."""
    for path, text in itertools.chain(_files(0, tasks), _files(tasks - 1, tasks)):
        place = place_of(path)
        assert place is not None
        reading = codec.read(place, text.encode())
        assert reading.record is not None, reading.problems
        assert codec.write(reading.record) == text, (codec.write(reading.record), text)


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)
