"""Money under stress: many schedulers with plans of different age, crashes, unknown costs, reaps, late results, retries, raises.

Rule: what is settled and reserved of a budget never exceeds its limit, but for what live runs metered beyond their own limit: one model call each.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gitcp.core.actions import Observed, Plan
from gitcp.core.budgets import Line, use
from gitcp.core.operations.archive_records import ArchiveRecords
from gitcp.core.operations.finish_run import FinishRun
from gitcp.core.operations.raise_budget import RaiseBudget
from gitcp.core.plan import plan, to_do
from gitcp.errors import GitcpError
from gitcp.model.amounts import Amounts, BudgetLimits, Metric, RunLimits, Usage
from gitcp.model.guards import Budget, OnExceed, Period
from gitcp.model.operation import Call, Operation, Put, Receipt
from gitcp.model.runs import FailureClass, Outcome, Run, Settlement
from gitcp.store.memory import MemoryStore
from gitcp.store.objects import Signature
from tests.helpers import (
    NOW,
    SCHEDULER,
    a_budget,
    a_company,
    a_goal,
    a_person,
    a_project,
    a_task,
    an_agent,
    operation_in,
    person,
    run_in,
)

AGENTS: Final = ("riley", "oscar", "hugo", "zoe")
SCHEDULERS: Final = 3
SCOPES: Final = ("company", "subtree/clara", "agent/riley", "project/CI", "goal/quality", "task/CI-0001")
LIMITS: Final = RunLimits(usd=Decimal(9), tokens=100, minutes=Decimal(10))
# What one model call may cost, which a meter sees only when it is over.
CALL: Final = Amounts(usd=Decimal("1.5"), tokens=40, minutes=Decimal("0.1"))
PARTS: Final = st.sampled_from((Decimal(0), Decimal("0.25"), Decimal(1)))


class Money(RuleBasedStateMachine):
    """A company whose schedulers race for its money."""

    def __init__(self) -> None:
        super().__init__()
        self.store = MemoryStore()
        self.now = NOW
        self.requests = 0
        self.plans: dict[int, tuple[list[Operation], datetime]] = {}
        self.exposed: dict[str, int] = {}

    @initialize(
        budgets=st.lists(
            st.builds(
                a_budget,
                st.sampled_from(SCOPES),
                st.sampled_from(Period),
                usd=st.sampled_from((20, 100, 8, None)),
                tokens=st.sampled_from((None, 250)),
                runs=st.sampled_from((None, 3)),
                minutes=st.sampled_from((35, None)),
                on_exceed=st.sampled_from(OnExceed),
                backfill=st.booleans(),
            ),
            min_size=1,
            max_size=4,
            unique_by=lambda budget: budget.id,
        )
    )
    def found(self, budgets: list[Budget]) -> None:
        records = [
            a_company(timezone="Europe/Madrid", scheduler={"retries": 3, "attempts": 2}),
            a_person(),
            a_project(goal="quality"),
            a_goal(),
            *(an_agent(name, limits=LIMITS, concurrency=2) for name in AGENTS),
            *(a_task(f"CI-{n:04}", assignee=AGENTS[n % len(AGENTS)]) for n in range(1, 13)),
            *budgets,
        ]
        owner = Signature("Clara", "clara@example.org", NOW)
        self.store.put([Put(record) for record in records], owner, "found")

    # -- schedulers

    @rule(number=st.integers(1, SCHEDULERS), whole=st.booleans())
    def look(self, number: int, *, whole: bool) -> None:
        """A scheduler plans; it may carry that out later, when others have been at it."""
        snapshot = self.store.snapshot()
        made: Plan = (plan if whole else to_do)(
            snapshot, Observed(), self.now, claimed_by=f"machine-{number}"
        )
        wanted = (operation_in(snapshot, action) for action in made.actions)
        self.plans[number] = ([operation for operation in wanted if operation], self.now)

    @precondition(lambda self: self.plans)
    @rule(data=st.data())
    def act(self, data: st.DataObject) -> None:
        """A scheduler carries its plan out, as far as it may by now; a crash leaves what is committed."""
        number = data.draw(st.sampled_from(sorted(self.plans)))
        operations, _ = self.plans.pop(number)
        survived = data.draw(st.integers(0, len(operations)))
        for operation in operations[: survived or len(operations)]:
            self.does(operation)

    @rule(number=st.integers(1, SCHEDULERS))
    def tick(self, number: int) -> None:
        """A scheduler plans, and carries it out at once; what it had planned before is forgotten."""
        self.look(number, whole=False)
        operations, _ = self.plans.pop(number)
        for operation in operations:
            self.does(operation)

    @precondition(lambda self: self.live())
    @rule(data=st.data())
    def reap(self, data: st.DataObject) -> None:
        """A runner dies, and a tick finds out."""
        dead = data.draw(st.sampled_from(self.live()))
        snapshot = self.store.snapshot()
        never = frozenset({dead}) if data.draw(st.booleans()) else frozenset()
        observed = replace(Observed(), dead=frozenset({dead}), never_started=never)
        for action in plan(snapshot, observed, self.now).actions:
            operation = operation_in(snapshot, action)
            if operation is not None and operation.name == "run.reap":
                self.does(operation)

    # -- runs

    @precondition(lambda self: self.may_report())
    @rule(
        data=st.data(),
        part=PARTS,
        over=PARTS,
        outcome=st.sampled_from((Outcome.SUCCEEDED, Outcome.FAILED, Outcome.OVER_BUDGET)),
        known=st.sampled_from((None, Settlement.METERED, Settlement.REPORTED, Settlement.RESERVED)),
    )
    def end(
        self,
        data: st.DataObject,
        part: Decimal,
        over: Decimal,
        outcome: Outcome,
        known: Settlement | None,
    ) -> None:
        """A run ends, or one that was given up reports late; or nobody knows what it cost."""
        run = data.draw(st.sampled_from(self.may_report()))
        failure = FailureClass.TRANSIENT if outcome is Outcome.FAILED else None
        usage = None if known is None else _usage(part, over)
        settled_by = known or Settlement.RESERVED
        self.does(FinishRun(run=run, outcome=outcome, failure=failure, usage=usage, settled_by=settled_by))

    # -- people

    @rule(
        budget=st.sampled_from(SCOPES),
        more=st.sampled_from((BudgetLimits(usd=Decimal(9)), BudgetLimits(runs=2))),
        this_period=st.booleans(),
    )
    def raise_it(self, budget: str, more: BudgetLimits, *, this_period: bool) -> None:
        """A person raises a budget: only ever up, so that a limit holds for what was before."""
        self.does(RaiseBudget(budget=budget, limits=more, this_period=this_period), by_person=True)

    @rule(hours=st.sampled_from((0.1, 1, 24, 24 * 8, 24 * 40)))
    def time_passes(self, hours: float) -> None:
        """Hours, days, weeks."""
        self.now += timedelta(hours=hours)

    @rule()
    def archive(self) -> None:
        """What is long over goes into the archive, and its money into the ledger."""
        self.does(ArchiveRecords(days=30))

    # -- what holds

    @invariant()
    def no_limit_is_exceeded_but_by_the_last_call_of_live_runs(self) -> None:
        for budget in self.store.snapshot().all(Budget):
            for line in use(self.store.snapshot(), budget, self.now).lines:
                assert line.gone <= line.limit + CALL.of(line.metric) * self.exposed.get(budget.id, 0)

    def does(self, operation: Operation, *, by_person: bool = False) -> None:
        self.requests += 1
        call = Call(person() if by_person else SCHEDULER, self.now, f"{self.requests:032x}")
        [result] = self.store.apply(lambda _: [(operation, call)]).results
        if not isinstance(result, Receipt):
            assert isinstance(result.error, GitcpError)
            return
        for change in result.edit.changes:
            if isinstance(change, Put) and isinstance(change.record, Run) and change.record.is_active:
                self.claimed(change.record)

    def claimed(self, run: Run) -> None:
        """When a run is claimed all that it reserves is there; from then on live runs, and dead ones that may report, may pass it."""
        snapshot = self.store.snapshot()
        others = [run_in(snapshot, name) for name in self.may_report()]
        for name in run.charges:
            budget = snapshot.get(Budget, name)
            assert budget is not None
            for line in use(snapshot, budget, self.now).lines:
                assert run.reserved.of(line.metric) == 0 or _fits(line)
            self.exposed[name] = sum(name in each.charges or budget.backfill for each in others)

    def may_report(self) -> list[str]:
        """Return the runs that may still cost more: live ones, and those that were given up after they had begun."""
        runs = self.store.snapshot().runs()
        lost = {run.id for run in runs if run.outcome is Outcome.ABANDONED and run.failure is None}
        return sorted({*self.live(), *lost})

    def live(self) -> list[str]:
        return [run.id for run in self.store.snapshot().runs(active=True)]


def _fits(line: Line) -> bool:
    return line.gone <= line.limit


def _usage(part: Decimal, over: Decimal) -> Usage:
    # Over its limits a run goes by no more than its last call.
    used = {metric: _own(metric) * part + (CALL.of(metric) * over if part == 1 else 0) for metric in Metric}
    return Usage(**{metric.value: amount for metric, amount in used.items()} | {"runs": 1})


def _own(metric: Metric) -> Decimal:
    return Decimal(getattr(LIMITS, metric.value, None) or 0)


TestMoney = Money.TestCase
TestMoney.settings = settings(max_examples=30, stateful_step_count=30)
