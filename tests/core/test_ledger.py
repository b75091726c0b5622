"""The sums of archived runs: what they are kept by, how one is taken out again, and how large they may get."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

import pytest

from gitcp.core.budgets import unreadable, use
from gitcp.core.ledger import MOST_VALUES, Book, month_of, settled, without
from gitcp.core.operations.registry import ArchiveRecords, FinishRun
from gitcp.model.amounts import Usage
from gitcp.model.guards import Ledger
from gitcp.model.memory import Records
from gitcp.model.runs import Run
from tests.helpers import (
    NOW,
    a_budget,
    a_goal,
    a_problem,
    a_project,
    a_task,
    an_agent,
    an_ended_run,
    at,
    carry_out,
    run_in,
    snapshot_of,
)

OLD: Final = at("2026-05-07T09:00:00Z")
TASK: Final = a_task(status="done", created=OLD, closed=OLD)


def an_old_run(agent: str = "riley", minute: int = 0, **fields: Any) -> Run:
    values: dict[str, Any] = {"claimed_at": OLD + timedelta(minutes=minute), "charges": ("company",)}
    return an_ended_run(agent, **(values | fields))


def archived(*records: Any) -> Records:
    return carry_out(snapshot_of(*records), ArchiveRecords(days=90))


def the_ledger(snapshot: Records, month: str = "2026-05") -> Ledger:
    found = snapshot.get(Ledger, month)
    assert found is not None
    return found


def spent(snapshot: Records, budget: str, **fields: Any) -> Decimal:
    (line,) = use(snapshot, a_budget(budget, "total", usd=100, **fields), NOW).lines
    return line.settled


def test_runs_are_summed_by_month_agent_project_goal_and_what_they_charged() -> None:
    goal = a_task("CI-0002", goal="quality", status="done", created=OLD, closed=OLD)
    ledger = the_ledger(
        archived(
            TASK,
            goal,
            an_old_run(),
            an_old_run(minute=1),
            an_old_run(minute=2, task="CI-0002"),
            an_old_run(minute=3, task=None, charges=("company", "agent/riley")),
            an_old_run("oscar", minute=4),
        )
    )

    sums = [(e.agent, e.project, e.goal, e.budgets, e.runs, e.amounts.usd) for e in ledger.entries]
    assert sums == [
        ("oscar", "CI", None, ("company",), 1, Decimal("0.5")),
        ("riley", None, None, ("company", "agent/riley"), 1, Decimal("0.5")),
        ("riley", "CI", None, ("company",), 2, Decimal("1.0")),
        ("riley", "CI", "quality", ("company",), 1, Decimal("0.5")),
    ]


def test_a_run_is_summed_in_the_month_of_its_claim_in_utc() -> None:
    assert month_of(an_old_run(claimed_at=at("2026-05-31T23:59:59Z"))) == "2026-05"
    assert month_of(an_old_run(claimed_at=at("2026-06-01T01:00:00+02:00"))) == "2026-05"


def test_later_archives_add_to_what_is_there() -> None:
    first = archived(TASK, an_old_run())
    second = carry_out(
        Records.of([*first.by_key.values(), an_old_run(minute=1)], archived=first.put_away.values()),
        ArchiveRecords(days=90),
    )

    (entry,) = the_ledger(second).entries
    assert (entry.runs, entry.amounts.usd) == (2, Decimal("1.0"))


@pytest.mark.parametrize(
    ("budget", "expected"),
    [
        ("company", "1.0"),
        ("agent/riley", "0.5"),
        ("agent/clara", "0"),
        ("subtree/clara", "1.0"),
        ("subtree/oscar", "0.5"),
        ("project/CI", "0.5"),
        ("project/QA", "0"),
        ("goal/quality", "0.5"),
        ("goal/growth", "0.5"),
        ("task/CI-0001", "0.5"),
        ("task/CI-0002", "0"),
    ],
)
def test_a_total_with_backfill_also_counts_the_archived_runs_in_its_scope(budget: str, expected: str) -> None:
    snapshot = archived(
        a_goal(parent="growth"),
        a_goal("growth"),
        a_project(goal="quality"),
        an_agent("oscar"),
        TASK,
        an_old_run(charges=()),
        an_old_run("oscar", task=None, charges=()),
    )

    assert snapshot.runs() == []
    assert spent(snapshot, budget, backfill=True) == Decimal(expected)
    assert spent(snapshot, budget) == 0


def test_a_run_that_charged_a_budget_with_backfill_counts_once() -> None:
    snapshot = archived(TASK, an_old_run(charges=("task/CI-0001", "company")))

    assert spent(snapshot, "task/CI-0001", backfill=True) == spent(snapshot, "company", backfill=True) == Decimal("0.5")  # fmt: skip


def test_a_late_result_of_an_archived_run_raises_its_cost_and_nothing_is_counted_twice() -> None:
    late, other = an_old_run(), an_old_run(minute=1)
    snapshot = archived(TASK, late, other)

    raised = carry_out(
        snapshot, FinishRun(run=late.id, outcome="succeeded", usage=Usage(usd=Decimal(2), runs=1))
    )

    assert run_in(raised, late.id).usage is not None
    assert not raised.is_archived(Run, late.id)
    assert spent(raised, "company") == Decimal("2.5")
    again = carry_out(raised, ArchiveRecords(days=90))
    assert again.is_archived(Run, late.id)
    assert spent(again, "company") == Decimal("2.5")


def test_the_last_run_that_is_taken_out_takes_its_sum_along() -> None:
    snapshot = archived(TASK, an_old_run())

    (put,) = without(snapshot, an_old_run())

    assert put.record == Ledger(id="2026-05")


def test_a_run_is_taken_out_also_where_its_task_got_another_goal_since() -> None:
    snapshot = archived(TASK, an_old_run(), an_old_run(minute=1))
    moved = Records.of([*snapshot.by_key.values(), TASK.evolve(goal="quality")])

    (put,) = without(moved, an_old_run())

    assert isinstance(put.record, Ledger)
    assert [entry.runs for entry in put.record.entries] == [1]


def test_what_is_in_no_sum_cannot_be_taken_out() -> None:
    assert without(snapshot_of(), an_old_run()) == ()
    assert without(archived(TASK, an_old_run()), an_old_run("oscar")) == ()


def test_a_ledger_takes_no_more_sums_than_its_file_may_hold_and_the_runs_stay() -> None:
    book = Book(snapshot_of())
    charges = [tuple(f"task/CI-{number:04d}" for number in range(start, start + 20)) for start in range(400)]

    entered = [book.enter(an_old_run(task=None, charges=each)) for each in charges]

    assert not all(entered)
    assert 300 < sum(entered) <= MOST_VALUES // 44
    assert book.enter(an_old_run(minute=1, task=None, charges=charges[0]))


def test_while_a_ledger_cannot_be_read_nothing_starts_that_a_total_budget_covers() -> None:
    broken = a_problem("ledger", "2026-05")
    monthly = snapshot_of(a_budget(usd=1), problems=[broken])
    total = snapshot_of(a_budget("agent/riley", "total", usd=1), problems=[broken])

    assert unreadable(monthly, "riley", None) is None
    assert unreadable(total, "riley", None) == "ledger 2026-05"
    assert unreadable(total, "oscar", None) is None


def test_a_ledger_has_nothing_for_a_budget_that_nobody_charged() -> None:
    assert list(settled(snapshot_of(), a_budget("company", "total", usd=1))) == []
