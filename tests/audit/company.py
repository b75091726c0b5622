"""A company with a history of its own making: tasks, runs, money, approvals, comments and an archive, each commit by a real operation."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from textwrap import dedent
from typing import Final

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
    RequestApproval,
)
from gitcp.model.actors import as_agent, as_person, the_scheduler
from gitcp.model.amounts import Usage
from gitcp.model.ids import run_id
from gitcp.model.members import Agent, Person
from gitcp.model.operation import Actor, Call, Operation, Receipt
from gitcp.model.runs import Declared, Outcome, Run, Settlement
from gitcp.model.tasks import Task
from gitcp.store.git_store import GitStore
from tests.store.repositories import commit_files, new_bare

BEGIN: Final = datetime(2026, 8, 3, 9, 0, tzinfo=UTC)
ALEX: Final = ("Alex Example", "alex@example.com")
_AGENT: Final = """\
kind: agent
name: {name}
reports_to: {manager}
runtime: {{type: process, command: ["true"]}}
repository: factory
limits: {{usd: 2, tokens: 400000, minutes: 30}}
"""
FILES: Final = {
    "gitcp.yaml": "format: 1\nname: Audited\nrepositories: {factory: {url: ../factory}}\n",
    "org/alex.yaml": "kind: person\nname: Alex\nemails: [alex@example.com]\nroles: [owner]\n",
    "org/bea.yaml": "kind: person\nname: Bea\nemails: [bea@example.com]\nroles: [board]\n",
    "org/clara.yaml": _AGENT.format(name="Clara", manager="alex"),
    "org/riley.yaml": _AGENT.format(name="Riley", manager="clara"),
    "org/vera.yaml": _AGENT.format(name="Vera", manager="alex"),
    "projects/CI.yaml": "name: Checks\nrepository: factory\nlead: alex\n",
    "tasks/CI/next": "1\n",
    "budgets/company.yaml": "period: month\nlimits: {usd: 10}\n",
    "budgets/agent/riley.yaml": "period: month\nlimits: {usd: 5, runs: 20}\n",
    "policies/hiring.yaml": "title: Hiring\n",
    "policies/money.yaml": dedent(
        """\
        title: Money
        gates:
          - operations: [budget.*, policy.*]
            paths: [budgets/**, policies/money.yaml]
            verdict: approval
            approvers: [board]
        """
    ),
}


class Worked:
    """A company that operations happen to, one commit each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = BEGIN

    @classmethod
    def founded(cls, folder: Path, others: Mapping[str, str] | None = None) -> "Worked":
        """Found it with these files; `others`: what is otherwise, or beside."""
        company = cls(new_bare(folder))
        files = FILES | dict(others or {})
        commit_files(folder, files, message="found\n", author=ALEX, seconds=int(BEGIN.timestamp()) - 60)
        return company

    def does(
        self,
        operation: Operation | Callable[[GitStore], Operation],
        actor: str = "scheduler",
        run: str | None = None,
        *,
        by_token: bool = False,
    ) -> Receipt:
        """Carry an operation out, a minute later than the one before; `by_token`: the scheduler commits for a person."""
        self.now += timedelta(minutes=1)
        with GitStore.open(self.folder, judge=judge) as store:
            wanted = operation if isinstance(operation, Operation) else operation(store)
            request = sha256(f"{self.now} {wanted.name}".encode()).hexdigest()[:16]
            call = Call(replace(_actor(store, actor, run), is_vouched=by_token), self.now, request)
            (result,) = store.apply(lambda _: [(wanted, call)]).results
        assert isinstance(result, Receipt), result
        return result

    def claims(self, task: str, agent: str = "riley") -> str:
        """Claim a run of an agent on a task; return its name."""
        name = run_id(agent, self.now + timedelta(minutes=1))

        def claim(store: GitStore) -> ClaimRun:
            snapshot = store.snapshot()
            found, member = snapshot.get(Task, task), snapshot.get(Agent, agent)
            assert found is not None
            assert member is not None
            at = self.now.replace(microsecond=0)
            run = Run(
                id=name,
                agent=agent,
                task=task,
                answers=(assignment(snapshot, found),),
                runtime="process",
                repository="factory",
                limits=limits_of(snapshot, member),
                claimed_at=at,
                claimed_by="here",
                deadline=at + timedelta(minutes=35),
            )
            return ClaimRun(run=run, because="assignment")

        self.does(claim)
        return name

    def finishes(self, run: str, usd: str = "0.5") -> None:
        """Settle a run that did its work."""
        usage = Usage(usd=Decimal(usd), tokens=1000, runs=1, minutes=Decimal(5))
        self.does(
            FinishRun(
                run=run,
                outcome=Outcome.SUCCEEDED,
                declared=Declared.FINISH,
                started_at=self.now,
                usage=usage,
                settled_by=Settlement.METERED,
            )
        )


def _actor(store: GitStore, name: str, run: str | None) -> Actor:
    member = store.snapshot().member(name)
    if isinstance(member, Person):
        return as_person(member, member.emails[0])
    return as_agent(member, run) if isinstance(member, Agent) else the_scheduler()


def worked(folder: Path) -> Worked:
    """Found the company and let it work: CI-0001 done and archived, CI-0002 done, CI-0003 and its run live, AP-1 decided, AP-2 pending, CI-0004 waits."""
    company = Worked.founded(folder)
    for title in ("One", "Two", "Three", "Four"):
        company.does(CreateTask(project="CI", title=title, assignee="riley"), "alex")
    company.finishes(company.claims("CI-0001"))
    company.now += timedelta(days=60)
    company.does(ArchiveRecords(days=30))
    second = company.claims("CI-0002")
    company.does(CreateComment(task="CI-0002", body="Half of it is done."), "riley", second)
    company.does(RequestApproval(title="Ship it?", approvers=("bea",)), "riley", second)
    company.does(DecideApproval(approval="AP-1", verdict="approve"), "bea")
    company.finishes(second)
    company.does(RequestApproval(title="Buy it?", approvers=("bea",)), "alex")
    company.does(CreateComment(task="CI-0002", body="Well done."), "alex")
    company.claims("CI-0003")
    return company
