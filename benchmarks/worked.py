"""A company that works: a history of any length, each commit made by a real operation as schedulers, agents and persons make them.

Days go by: tasks are filed, claimed, commented on, finished or reaped; approvals asked for and decided; budgets reserve and settle; what is
old is archived. Now and then somebody edits a file by hand.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import pygit2

from gitcp.core.admission import judge
from gitcp.core.budgets import limits_of
from gitcp.core.causes import assignment
from gitcp.core.operations.registry import (
    ArchiveRecords,
    ClaimRun,
    CreateComment,
    CreateTask,
    DecideApproval,
    FinishRun,
    ReapRun,
    RequestApproval,
)
from gitcp.errors import GitcpError
from gitcp.model.actors import as_agent, as_person, the_scheduler
from gitcp.model.amounts import Usage
from gitcp.model.guards import Approval, ApprovalStatus
from gitcp.model.ids import run_id
from gitcp.model.members import Agent, Person
from gitcp.model.operation import Actor, Call, Operation, Receipt, Step
from gitcp.model.runs import Declared, Outcome, Run, Settlement
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import TaskStatus
from gitcp.store.git_store import GitStore

BEGIN: Final = datetime(2025, 1, 6, 8, 0, tzinfo=UTC)
AGENTS: Final = tuple(f"agent{number:02d}" for number in range(12))
PROJECTS: Final = ("CI", "OPS", "RND")
_AGENT: Final = """\
kind: agent
name: {name}
reports_to: {manager}
runtime: {{type: process, command: ["true"]}}
repository: factory
limits: {{usd: 2.00, tokens: 400000, minutes: 30, turns: 40}}
"""
_TEXT: Final = (
    "A scan older than seven days must fail the health check.\nLook at the newest file of each source.\n" * 3
)


def _files() -> dict[str, str]:
    files = {
        "gitcp.yaml": "format: 1\nname: Worked\nrepositories: {factory: {url: ../factory}}\nscheduler: {concurrency: 50}\n",
        "org/clara.yaml": "kind: person\nname: Clara\nemails: [clara@example.org]\nroles: [board]\n",
        "org/oscar.yaml": "kind: person\nname: Oscar\nemails: [oscar@example.org]\n",
        "goals/quality.yaml": "title: Quality\nlevel: company\n",
        "budgets/company.yaml": "period: month\nlimits: {usd: 100000, runs: 100000}\n",
        "policies/money.yaml": "title: Money\ngates:\n  - {operations: ['budget.*'], verdict: approval, approvers: [board]}\n",
    }
    for key in PROJECTS:
        files[f"projects/{key}.yaml"] = f"name: {key}\nrepository: factory\nlead: clara\ngoal: quality\n"
        files[f"tasks/{key}/next"] = "1\n"
    for number, name in enumerate(AGENTS):
        files[f"org/{name}.yaml"] = _AGENT.format(name=name.title(), manager=AGENTS[0] if number else "clara")
        files[f"budgets/agent/{name}.yaml"] = "period: month\nlimits: {usd: 10000, runs: 10000}\n"
    return files


class Company:
    """Operations happen to it; a day is one batch of commits after another."""

    def __init__(self, folder: Path) -> None:
        pygit2.init_repository(str(folder), bare=True, initial_head="main").free()
        self.folder, self.now, self.commits = folder, BEGIN, 0
        self._commit({path: text.encode() for path, text in _files().items()}, "found\n")
        self.store = GitStore.open(folder, judge=judge)

    def work(self, commits: int) -> None:
        """Let it work until its history is so long."""
        day = 0
        while self.commits < commits:
            day += 1
            self.now = BEGIN + timedelta(days=day)
            self._day(day)
        self.store.close()

    def _day(self, day: int) -> None:
        self._do([(self._task(day, agent), "oscar", None) for agent in AGENTS])
        claimed = self._claims()
        said = [(CreateComment(task=run.task, body=_TEXT), run.agent, run.id) for run in claimed if run.task]
        self._do([*said, *((_asked(), run.agent, run.id) for run in claimed[day % 7 :: 7])])
        self._do(
            [(DecideApproval(approval=name, verdict="approve"), "clara", None) for name in self._asked()]
        )
        self._do([(_end(run, number), "scheduler", None) for number, run in enumerate(claimed)])
        if day % 5 == 0:
            path = f"org/{AGENTS[day % len(AGENTS)]}.yaml"
            self._commit({path: (self.store.read_file(path) or b"") + b"# seen\n"}, "look through\n")
        if day % 20 == 0:
            self._do([(ArchiveRecords(days=40), "scheduler", None)])

    def _task(self, day: int, agent: str) -> Operation:
        key = PROJECTS[(day + len(agent)) % len(PROJECTS)]
        return CreateTask(project=key, title=f"Look into source {day}", assignee=agent, description=_TEXT)

    def _claims(self) -> list[Run]:
        known = self.store.snapshot()
        runs = [self._run(known, agent) for agent in AGENTS]
        self._do([(ClaimRun(run=run, because="assignment"), "scheduler", None) for run in runs])
        return runs

    def _run(self, known: Snapshot, agent: str) -> Run:
        member, task = known.get(Agent, agent), known.tasks(statuses=[TaskStatus.TODO], assignee=agent)[0]
        assert member is not None
        return Run(
            id=run_id(agent, self.now),
            agent=agent,
            task=task.id,
            answers=(assignment(known, task),),
            runtime="process",
            repository="factory",
            limits=limits_of(known, member),
            claimed_at=self.now,
            claimed_by="bench",
            deadline=self.now + timedelta(minutes=35),
        )

    def _asked(self) -> list[str]:
        found = self.store.snapshot().all(Approval)
        return [approval.id for approval in found if approval.status is ApprovalStatus.PENDING]

    def _do(self, wanted: list[tuple[Operation, str, str | None]]) -> None:
        known = self.store.snapshot()
        steps = [self._step(known, *each) for each in wanted]
        for result in self.store.apply(lambda _: steps).results:
            if not isinstance(result, Receipt):
                raise GitcpError(f"the company could not work: {result.error}")
            self.commits += 1

    def _step(self, known: Snapshot, operation: Operation, name: str, run: str | None) -> Step:
        self.now += timedelta(seconds=7)
        request = hashlib.sha256(f"{self.now}".encode()).hexdigest()[:16]
        return operation, Call(_actor(known, name, run), self.now, request)

    def _commit(self, files: dict[str, bytes], message: str) -> None:
        opened = pygit2.Repository(str(self.folder))
        head = opened.references.get("refs/heads/main")
        index = pygit2.Index()
        if head is not None:
            index.read_tree(opened[head.target].peel(pygit2.Tree))
        for path, data in files.items():
            index.add(pygit2.IndexEntry(path, opened.create_blob(data), pygit2.enums.FileMode.BLOB))
        who = pygit2.Signature("Clara", "clara@example.org", int(self.now.timestamp()) + 60, 0)
        parents = [] if head is None else [head.target]
        made = opened.create_commit(None, who, who, message, index.write_tree(opened), parents)
        opened.references.create("refs/heads/main", made, force=True)
        opened.free()
        self.commits += 1


def _actor(known: Snapshot, name: str, run: str | None) -> Actor:
    member = known.member(name)
    if isinstance(member, Person):
        return as_person(member, member.emails[0])
    return as_agent(member, run) if isinstance(member, Agent) else the_scheduler()


def _asked() -> Operation:
    return RequestApproval(title="Which source first?", approvers=("clara",))


def _end(run: Run, number: int) -> Operation:
    if number % 11 == 10:
        return ReapRun(run=run.id, reason="nobody renewed its lease")
    return FinishRun(
        run=run.id,
        outcome=Outcome.SUCCEEDED,
        declared=Declared.FINISH,
        started_at=run.claimed_at,
        usage=Usage(usd=Decimal(number) / 100, tokens=1000 + number, runs=1, minutes=Decimal("7.5")),
        settled_by=Settlement.METERED,
        summary=_TEXT,
    )


def worked(folder: Path, commits: int) -> Path:
    """Make the repository of a company with a history of at least so many commits, packed; return its folder."""
    Company(folder).work(commits)
    return folder
