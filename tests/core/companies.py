"""Random small companies and what happens in them.

Hypothesis draws how large a world is and a seed; the seed decides the rest, so that a thousand worlds take seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final, TypeVar

from hypothesis import strategies as st

from gitcp.core.actions import Observed
from gitcp.core.operations.registry import OPERATIONS, FinishRun
from gitcp.errors import GitcpError
from gitcp.model.amounts import BudgetLimits, RunLimits, Usage
from gitcp.model.base import Record
from gitcp.model.guards import Access, Gate, Period, Policy, ProposedFile, TopUp, Verdict
from gitcp.model.members import AgentStatus, WakeReason
from gitcp.model.memory import Records
from gitcp.model.operation import Operation
from gitcp.model.planning import CatchUp, Overlap
from gitcp.model.problem import Problem
from gitcp.model.runs import Declared, FailureClass, Outcome, Run, Settlement, Verification
from gitcp.model.tasks import Priority, TaskStatus
from tests.helpers import (
    NOW,
    SHA,
    a_block,
    a_budget,
    a_comment,
    a_company,
    a_goal,
    a_heartbeat,
    a_new_task,
    a_person,
    a_problem,
    a_project,
    a_routine,
    a_task,
    a_wake,
    agent,
    an_agent,
    an_approval,
    carry_out,
    person,
    snapshot_of,
    ticked,
)

AGENTS: Final = ("riley", "oscar", "hugo")
TASKS: Final = ("CI-0001", "CI-0002", "CI-0003", "QA-0001", "QA-0002")

T = TypeVar("T")


@dataclass(frozen=True)
class World:
    """A company at a time."""

    snapshot: Records
    now: datetime
    observed: Observed


def worlds(*, steps: int = 6) -> st.SearchStrategy[World]:
    """Draw a company after some ticks, ends of runs, and operations of its people and agents."""
    return st.builds(
        _world, st.integers(0, 2**32), st.integers(0, steps), st.integers(2, 5), st.integers(0, 5)
    )


def _world(seed: int, steps: int, tasks: int, odd: int) -> World:
    dice = Dice(Random(seed))
    snapshot, now = dice.company(tasks, odd=odd == 0), NOW
    for _ in range(steps):
        now += timedelta(minutes=dice.one_of(0, 1, 7, 45, 1500))
        snapshot = dice.step(snapshot, now)
    active = [run.id for run in snapshot.runs(active=True)]
    dead = frozenset(run for run in active if dice.rarely())
    edited = frozenset(task for task in TASKS if dice.rarely())
    return World(snapshot, now, Observed(dead=dead, edited=edited))


@dataclass(frozen=True)
class Dice:
    """Choices, made by a seed."""

    random: Random

    def one_of(self, *values: T) -> T:
        return self.random.choice(values)

    def rarely(self) -> bool:
        return self.random.random() < 0.1

    def some(self, values: Sequence[T]) -> list[T]:
        return [value for value in values if self.random.random() < 0.5]

    def company(self, tasks: int, *, odd: bool) -> Records:
        """Build a company; an odd one has files that are broken or name what does not exist."""
        settings = {
            "concurrency": self.one_of(1, 2, 4),
            "continue_runs": self.one_of(0, 1, 2),
            "attempts": self.one_of(1, 2),
            "retries": self.one_of(1, 12),
            "hops": self.one_of(0, 1, 6),
            "daily": self.one_of({}, {}, {"runs": 2}, {"runs": 3, "wakes": 1}),
            "runtimes": self.one_of({}, {}, {"process": 1}),
        }
        records: list[Record] = [
            a_company(scheduler=settings, timezone=self.one_of("UTC", "Europe/Madrid", "Not/There")),
            a_project("CI", goal="quality", concurrency=self.one_of(None, None, 1)),
            a_project("QA", status=self.one_of("paused", "completed") if self.rarely() else "active"),
            a_goal("quality", parent="growth"),
            a_goal("growth"),
            *(self.an_agent(name, odd=odd) for name in AGENTS),
            *(self.a_task(name, tasks, odd=odd) for name in TASKS[:tasks]),
            *(self.a_budget() for _ in range(self.one_of(0, 1, 1, 2))),
            *(self.a_remark() for _ in range(self.one_of(0, 0, 1, 2))),
            *(self.a_routine(odd=odd) for _ in range(self.one_of(0, 0, 1))),
            *([a_person("dora", roles=("owner",))] if self.one_of(True, False) else []),
            *(self.a_policy(f"rule-{number}") for number in range(self.one_of(0, 0, 1, 2))),
        ]
        return snapshot_of(*records, problems=self.problems() if odd else ())

    def an_agent(self, name: str, *, odd: bool) -> Record:
        managers = ["clara", "clara", *AGENTS, *(["ghost", None] if odd else [])]
        return an_agent(
            name,
            reports_to=self.one_of(*managers),
            status=self.one_of(*AgentStatus) if self.rarely() else "active",
            heartbeat=self.a_heartbeat(odd=odd),
            concurrency=self.one_of(1, 1, 2),
            wake_on=self.one_of(
                None, None, None, None, (), ("heartbeat", "mention"), (self.one_of(*WakeReason),)
            ),
            limits=RunLimits(**self.one_of({}, {}, {"usd": 0}, {"usd": 3, "minutes": 5})),
        )

    def a_heartbeat(self, *, odd: bool) -> Any:
        if self.random.random() < 0.4:
            return None
        return a_heartbeat(
            self.one_of(
                "0 9 * * *", "*/30 * * * *", "0 9 * * MON", *(["0 0 30 2 *", "nonsense"] if odd else [])
            ),
            prompt=self.one_of(None, "/look"),
            since=self.one_of(
                None, NOW - timedelta(days=3), NOW - timedelta(days=3), NOW + timedelta(hours=1)
            ),
            timezone=self.one_of(None, "Europe/Madrid", "Nowhere/At-All"),
            window_minutes=self.one_of(None, 30),
        )

    def a_task(self, name: str, tasks: int, *, odd: bool) -> Record:
        others = [*(other for other in TASKS[:tasks] if odd or other < name), *(["CI-0099"] if odd else [])]
        members = ["riley", "riley", *AGENTS, "clara", None, *(["ghost"] if odd else [])]
        status = self.one_of(*["todo"] * 6, *TaskStatus)
        return a_task(
            name,
            status=status,
            priority=self.one_of(*Priority),
            assignee=self.one_of(*members),
            parent=self.one_of(*others) if others and self.rarely() else None,
            blocked_by=(self.one_of(*others),) if others and self.rarely() else (),
            review=tuple(self.some(["oscar", "clara"])) if self.rarely() else (),
            verify=(("true",),) if self.rarely() else (),
            goal=self.one_of(None, "quality", "nowhere" if odd else None),
            labels=self.one_of((), (), ("risky",)),
            blocked=a_block(waits_for=self.one_of("ghost", "hugo", None)) if status == "blocked" else None,
        )

    def a_budget(self) -> Record:
        scopes = ("company", "agent/riley", "subtree/clara", "project/CI", "goal/growth", "task/CI-0001")
        return a_budget(
            self.one_of(*scopes),
            self.one_of(*Period),
            usd=self.one_of(None, 0, Decimal("2.5"), Decimal("2.5"), 10),
            runs=self.one_of(None, 2),
            tokens=self.one_of(None, 500_000),
            backfill=self.one_of(False, True),
            on_exceed=self.one_of("stop", "ask"),
            extra=self.some_more(),
        )

    def some_more(self) -> tuple[TopUp, ...]:
        at = self.one_of(NOW, NOW, NOW - timedelta(days=40))
        limits = BudgetLimits(usd=Decimal(2)), BudgetLimits(runs=1), BudgetLimits(minutes=Decimal(30))
        return tuple(TopUp(at=at, limits=self.one_of(*limits)) for _ in range(self.one_of(0, 0, 1, 2)))

    def a_policy(self, name: str) -> Record:
        gates = tuple(self.a_gate() for _ in range(self.one_of(1, 1, 2)))
        access = (Access(who=("owner",), operations=("task.*", "budget.*")),) if self.rarely() else ()
        return Policy(id=name, title="A rule", gates=gates, access=access)

    def a_gate(self) -> Gate:
        return Gate(
            operations=(self.one_of("task.start", "task.finish", "task.*", "budget.*", "*"),),
            labels=self.one_of((), (), ("risky",)),
            above_usd=self.one_of(None, None, Decimal(0), Decimal(2)),
            verdict=self.one_of(*[Verdict.APPROVAL] * 6, *Verdict),
            approvers=self.one_of((), (), ("owner",), ("clara",), ("ghost",)),
            quorum=self.one_of(1, 1, 2),
            expires_days=self.one_of(None, 1),
        )

    def a_remark(self) -> Record:
        task = self.one_of(*TASKS, None)
        return self.one_of(
            a_comment(self.one_of("@riley?", "@oscar @hugo", "no"), by=self.one_of("clara", "hugo")),
            a_wake(self.one_of(*AGENTS), task=task, prompt=self.one_of("x", None)),
            self.an_approval(task),
            a_new_task(self.one_of("CI/one", "QA/two", "NO/three")),
        )

    def an_approval(self, task: str | None) -> Record:
        return an_approval(
            status=self.one_of("pending", "pending", "approved", "withdrawn"),
            task=task,
            requested_by=self.one_of("riley", *AGENTS, "clara"),
            approvers=self.one_of((), (), ("clara",), ("ghost",)),
            expires=self.one_of(None, NOW - timedelta(hours=1), NOW + timedelta(hours=1)),
            change=self.one_of((), (), (ProposedFile(path="policies/new.yaml", text="title: New\n"),)),
        )

    def a_routine(self, *, odd: bool) -> Record:
        template = {
            "project": self.one_of("CI", "CI", "QA", *(["NO"] if odd else [])),
            "assignee": self.one_of("riley", "hugo", None, *(["ghost"] if odd else [])),
        }
        return a_routine(
            cron=self.one_of("0 9 * * MON", "*/30 * * * *", "0 * * * *", *(["nonsense"] if odd else [])),
            timezone=self.one_of("UTC", "Europe/Madrid"),
            overlap=self.one_of(*Overlap),
            catch_up=self.one_of(*CatchUp),
            catch_up_most=2,
            task=template,
        )

    def problems(self) -> list[Problem]:
        kinds = (
            "task",
            "agent",
            "member",
            "budget",
            "goal",
            "project",
            "counter",
            "company",
            "policy",
            "approval",
        )
        guards = ("company", "agent/riley", "rule-0", "AP-1", "AP-2")
        names = ("riley", "clara", *TASKS, *guards, "growth", "CI", "gitcp")
        return [a_problem(kind, name) for kind in kinds for name in names if self.random.random() < 0.02]

    def step(self, snapshot: Records, now: datetime) -> Records:
        """Let something happen; what is refused does not."""
        active = snapshot.runs(active=True)
        if active and self.random.random() < 0.5:
            return carry_out(snapshot, self.an_ending(self.one_of(*active)), now=now)
        if self.random.random() < 0.6:
            return ticked(snapshot, now)
        at_work = (agent(run.agent, run.id) for run in active)
        actor = self.one_of(person(), person(), person("dora"), *(agent(name) for name in AGENTS), *at_work)
        try:
            return carry_out(snapshot, self.an_operation(active), actor, now)
        except GitcpError:
            return snapshot

    def an_ending(self, run: Run) -> FinishRun:
        outcome = self.one_of(*[Outcome.SUCCEEDED] * 6, *Outcome)
        passed = self.one_of(None, True, False)
        return FinishRun(
            run=run.id,
            outcome=outcome,
            failure=self.one_of(*FailureClass) if outcome is Outcome.FAILED else None,
            declared=self.one_of(*Declared, None) if outcome is Outcome.SUCCEEDED else None,
            usage=self.one_of(None, Usage(usd=Decimal("0.2"), runs=1)),
            settled_by=self.one_of(*Settlement),
            branch="riley/CI-0001",
            commits=self.one_of((), (SHA,)),
            verification=None
            if passed is None
            else Verification(passed=passed, command=("true",), exit_code=0),
            only_run=self.rarely(),
        )

    def an_answer(self) -> dict[str, Any]:
        asked = self.one_of("AP-1", "AP-1", "AP-2", "AP-3", "AP-4")
        return {"approval": asked, "verdict": self.one_of("approve", "approve", "reject"), "comment": "x"}

    def an_operation(self, active: Sequence[Run]) -> Operation:
        task = self.one_of(*TASKS)
        choices: list[tuple[str, dict[str, Any]]] = [
            ("comment.create", {"body": "and @riley?"}),
            ("task.edit", {"fields": {"title": "Do more"}}),
            ("task.edit", {"fields": {"blocked_by": ["CI-0002"]}}),
            ("task.assign", {"assignee": self.one_of(*AGENTS, "clara", None)}),
            ("task.queue", {}),
            ("task.shelve", {}),
            ("task.unblock", {}),
            ("task.block", {"reason": "wait"}),
            ("task.finish", {"without_checks": "seen"}),
            ("task.cancel", {}),
            ("task.reopen", {}),
            ("task.review", {"verdict": "approve", "comment": "fine"}),
            ("task.review", {"verdict": "request-changes", "comment": "no"}),
            ("task.create", {"project": "CI", "title": "New", "assignee": "riley", "parent": task}),
            ("task.pause", {"now": self.one_of(True, False)}),
            ("task.resume", {}),
            ("goal.pause", {"goal": "quality", "now": self.one_of(True, False)}),
            ("goal.resume", {"goal": "quality"}),
            ("company.pause", {"now": self.one_of(True, False)}),
            ("company.resume", {}),
            ("agent.pause", {"agent": "riley"}),
            ("agent.resume", {"agent": "riley"}),
            ("agent.terminate", {"agent": "oscar"}),
            ("wake.request", {"agent": "riley", "prompt": "go", "task": task}),
            ("approval.request", {"title": "May I?", "task": self.one_of(None, task)}),
            ("approval.request", {"title": "May I?", "expires_days": self.one_of(None, 1)}),
            *(("approval.decide", self.an_answer()) for _ in range(6)),
            ("budget.raise", {"budget": "company", "limits": {"usd": 3}, "this_period": True}),
            ("policy.remove", {"id": "rule-0"}),
            ("agent.rename", {"agent": "hugo", "to": "hugh"}),
            ("approval.withdraw", {"approval": self.one_of("AP-1", "AP-2")}),
            *(("run.cancel", {"run": run.id}) for run in active),
        ]
        name, fields = self.one_of(*choices)
        about_task = name.startswith(("task.", "comment.")) and name != "task.create"
        return OPERATIONS[name].model_validate(fields | ({"task": task} if about_task else {}))
