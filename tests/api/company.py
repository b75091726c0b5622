"""A small company at work, its records in memory, and the door to them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha1
from typing import Any

from gitcp.errors import GitcpError
from gitcp.model.actors import as_agent
from gitcp.model.amounts import Amounts, RunLimits
from gitcp.model.base import Record
from gitcp.model.company import Company, Repository
from gitcp.model.ids import comment_name, run_id
from gitcp.model.members import Agent, Person, WakeReason
from gitcp.model.memory import Records
from gitcp.model.operation import Actor, Applied, Call, Edit, Operation, Receipt, Refusal, Result, Step
from gitcp.model.planning import Goal, GoalLevel, Project
from gitcp.model.runs import Cause, Outcome, Run, RunStatus
from gitcp.model.runtimes import ProcessRuntime
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Comment, Counter, Priority, Task, TaskStatus

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
RUN = run_id("riley", NOW)


def a_person(member: str = "alex", **fields: Any) -> Person:
    return Person(**({"id": member, "name": member.title()} | fields))


def an_agent(member: str = "riley", **fields: Any) -> Agent:
    runtime = ProcessRuntime(type="process", command=("gitcp", "worker"))
    return Agent(**({"id": member, "name": member.title(), "runtime": runtime} | fields))


def a_task(task: str = "CI-0001", **fields: Any) -> Task:
    return Task(**({"id": task, "title": f"Title of {task}", "created": NOW - timedelta(days=3)} | fields))


def a_comment(task: str, author: str, at: datetime, body: str) -> Comment:
    request = sha1(body.encode(), usedforsecurity=False).hexdigest()
    return Comment(id=f"{task}/{comment_name(author, at, request)}", body=body)


def a_cause(reason: WakeReason, record: str = "CI-0001", digest: str = "0123456789abcdef") -> Cause:
    return Cause(reason=reason, record=record, digest=digest)


def a_run(agent: str = "riley", at: datetime = NOW, **fields: Any) -> Run:
    defaults = {
        "id": run_id(agent, at),
        "agent": agent,
        "task": "CI-0001",
        "runtime": "process",
        "repository": "factory",
        "limits": RunLimits(usd=Decimal("2.00"), tokens=400_000, minutes=Decimal(30)),
        "reserved": Amounts(usd=Decimal(2), tokens=400_000, runs=1, minutes=Decimal(30)),
        "answers": (a_cause(WakeReason.ASSIGNMENT),),
        "claimed_at": at,
        "claimed_by": "scheduler",
        "deadline": at + timedelta(minutes=35),
    }
    return Run(**(defaults | fields))


def an_ended_run(agent: str, at: datetime, outcome: Outcome = Outcome.SUCCEEDED, **fields: Any) -> Run:
    ended = {"status": RunStatus.ENDED, "outcome": outcome, "ended_at": at + timedelta(minutes=6)}
    return a_run(agent, at, **(ended | {"started_at": at} | fields))


def the_org() -> list[Record]:
    return [
        a_person("alex", title="Owner"),
        an_agent("oscar", title="Director", reports_to="alex"),
        an_agent("clara", title="Head of R&D", reports_to="oscar"),
        an_agent("riley", title="R&D scout", reports_to="clara", instructions="roles/riley/role.md"),
        an_agent("nadia", title="Curator", reports_to="riley"),
        an_agent("hugo", title="Packer", reports_to="oscar"),
    ]


def the_company() -> Records:
    """Riley is at work on CI-0001, which clara reviews; CI-0002 is hugo's, CI-0003 waits for riley's review."""
    factory = Repository(url="../factory")
    return Records.of([
        Company(
            id="gitcp",
            name="Talent Factory",
            mission="Talents that were measured.",
            timezone="Europe/Madrid",
            repositories={"factory": factory},
        ),
        *the_org(),
        Goal(id="trust", title="Customers trust us", level=GoalLevel.COMPANY),
        Goal(id="quality", title="Nothing unmeasured leaves", level=GoalLevel.TEAM, parent="trust"),
        Project(id="CI", name="Continuous improvement", repository="factory", lead="clara", goal="quality"),
        a_task(
            "CI-0001",
            title="Enforce the scan cadence",
            description="A scan older than seven days fails.",
            status=TaskStatus.IN_PROGRESS,
            priority=Priority.HIGH,
            assignee="riley",
            review=("clara",),
            verify=(("python", "tools/check_cadence.py"),),
            created_by="oscar",
        ),
        a_task("CI-0002", assignee="hugo", status=TaskStatus.TODO, created_by="oscar"),
        a_task("CI-0003", assignee="hugo", status=TaskStatus.IN_REVIEW, review=("riley",), submitted=NOW),
        Counter(id="CI", next=4),
        a_run(),
    ])  # fmt: skip


@dataclass
class Store:
    """The door over records in memory. Not for several threads: it notices when two are in it."""

    records: Records
    log: list[tuple[str, Edit]] = field(default_factory=list)
    receipts: dict[str, Receipt] = field(default_factory=dict)
    inside: bool = False

    def snapshot(self) -> Snapshot:
        return self.records

    def apply(self, decide: Callable[[Snapshot], Sequence[Step]]) -> Applied:
        assert not self.inside, "two threads are in the store at once"
        self.inside = True
        try:
            return Applied(tuple(self._result(operation, call) for operation, call in decide(self.records)))
        finally:
            self.inside = False

    def _result(self, operation: Operation, call: Call) -> Result:
        known = self.receipts.get(call.request)
        if known is not None:
            return Receipt(known.revision, known.edit, repeated=True)
        try:
            edit = operation.decide(self.records, call)
        except GitcpError as error:
            return Refusal((operation, call), error)
        revision = sha1(str(len(self.log)).encode(), usedforsecurity=False).hexdigest()
        self.records = self.records.edited(edit.changes, revision=revision)
        self.log.append((call.actor.id, edit))
        self.receipts[call.request] = Receipt(revision, edit)
        return self.receipts[call.request]

    def put(self, *records: Record) -> None:
        """Let something be, whoever made it."""
        self.records = Records.of([*self.records.by_key.values(), *records])

    def task(self, task: str) -> Task:
        found = self.records.get(Task, task)
        assert found is not None
        return found

    def said(self, task: str) -> list[str]:
        """Return the bodies of a task's comments, oldest first."""
        return [comment.body for comment in self.records.comments(task)]


def the_agent(records: Snapshot, agent: str, run: str) -> Actor:
    found = records.get(Agent, agent)
    assert found is not None
    return as_agent(found, run)
