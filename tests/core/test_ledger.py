"""The sums of archived runs: what they are kept by, how one is taken out again, and how large they may get."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

import pytest

from gitcp.core.budgets import unreadable, use
from gitcp.core.ledger import MOST_VALUES, Book, month_of, settled, without
from gitcp.core.operations.registry import ArchiveRecords, FinishRun
from gitcp.errors import ConflictError
from gitcp.model.amounts import Usage
from gitcp.model.base import Record
from gitcp.model.guards import Ledger, LedgerEntry
from gitcp.model.memory import Records
from gitcp.model.operation import Put
from gitcp.model.runs import Run
from gitcp.model.tasks import Task
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
ONE: Final = TASK.evolve(goal="one")
TWO: Final = a_task("CI-0002", goal="two", status="done", created=OLD, closed=OLD)


def an_old_run(agent: str = "riley", minute: int = 0, **fields: Any) -> Run:
    values: dict[str, Any] = {"claimed_at": OLD + timedelta(minutes=minute), "charges": ("company",)}
    return an_ended_run(agent, **(values | fields))


def costing(usd: int, minute: int = 0, **fields: Any) -> Run:
    usage = Usage(usd=Decimal(usd), tokens=500, runs=1, minutes=Decimal(10))
    return an_old_run(minute=minute, usage=usage, **fields)


def late_result(run: Run, usd: int) -> FinishRun:
    return FinishRun(run=run.id, outcome="succeeded", usage=Usage(usd=Decimal(usd), runs=1))


def with_records(snapshot: Records, *records: Record) -> Records:
    return snapshot.edited([Put(record) for record in records])


def left_without(snapshot: Records, run: Run) -> tuple[LedgerEntry, ...]:
    left = without(snapshot, run).record
    assert isinstance(left, Ledger)
    return left.entries


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


def test_a_total_with_backfill_counts_archived_runs_of_agents_under_former_names() -> None:
    boss = an_agent("oscar", previously=("otto",))
    riley = an_agent("riley", previously=("rick",), reports_to="oscar")
    snapshot = archived(TASK, boss, riley, an_old_run("rick", charges=()))

    for budget in ("agent/riley", "agent/rick", "subtree/clara", "subtree/otto", "subtree/oscar"):
        assert spent(snapshot, budget, backfill=True) == Decimal("0.5"), budget
    assert spent(snapshot, "agent/oscar", backfill=True) == 0


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

    assert without(snapshot, an_old_run()).record == Ledger(id="2026-05")


def test_a_run_is_taken_out_also_where_its_task_got_another_goal_since() -> None:
    snapshot = archived(TASK, an_old_run(), an_old_run(minute=1))
    moved = with_records(snapshot, TASK.evolve(goal="quality"))

    assert [entry.runs for entry in left_without(moved, an_old_run())] == [1]


@pytest.mark.parametrize(("first", "second"), [(1, 5), (5, 1)])
def test_a_run_whose_task_got_the_goal_of_another_sum_comes_out_of_its_own(first: int, second: int) -> None:
    late, other = costing(first), costing(second, minute=1, task="CI-0002")
    moved = with_records(archived(ONE, TWO, late, other), ONE.evolve(goal="two"))
    assert spent(moved, "company") == 6

    raised = carry_out(moved, late_result(late, 7))

    assert [(e.goal, e.runs, e.amounts.usd) for e in the_ledger(raised).entries] == [
        ("two", 1, Decimal(second))
    ]
    assert not raised.is_archived(Run, late.id)
    assert spent(raised, "company") == 7 + second
    assert spent(carry_out(raised, ArchiveRecords(days=90)), "company") == 7 + second


@pytest.mark.parametrize(("first", "second"), [(1, 5), (5, 1), (12, 1), (1, 12)])
def test_a_total_rises_by_what_a_late_run_cost_more_whatever_sums_there_are(first: int, second: int) -> None:
    late = costing(first)
    others = [costing(second, minute=minute, task="CI-0002") for minute in (1, 2)]
    moved = with_records(archived(ONE, TWO, late, *others), ONE.evolve(goal="two"))
    before = spent(moved, "company")

    raised = carry_out(moved, late_result(late, first + 2))

    assert before == first + 2 * second
    assert spent(raised, "company") == before + 2
    assert sum(entry.runs for entry in the_ledger(raised).entries) == 2


def test_a_run_comes_out_of_the_sum_of_its_goal_where_others_fit_as_well() -> None:
    runs = [costing(1), costing(1, minute=1, task="CI-0002"), costing(1, minute=2, task="CI-0002")]
    snapshot = archived(ONE, TWO, *runs)

    assert [(e.goal, e.runs) for e in left_without(snapshot, runs[0])] == [("two", 2)]
    assert [(e.goal, e.runs) for e in left_without(snapshot, runs[1])] == [("one", 1), ("two", 1)]


@pytest.mark.parametrize("charges", [("company",), ()])
def test_a_run_whose_task_is_gone_comes_out_of_the_sum_of_its_project(charges: tuple[str, ...]) -> None:
    late, chat = costing(1, charges=charges), costing(5, minute=1, task=None, charges=charges)
    whole = archived(ONE, late, chat)
    gone = Records.of(whole.by_key.values(), archived=[r for r in whole.put_away.values() if r != ONE])
    assert gone.get(Task, ONE.id) is None

    raised = carry_out(gone, late_result(late, 3))

    assert [(e.project, e.amounts.usd) for e in the_ledger(raised).entries] == [(None, Decimal(5))]
    assert spent(raised, "company", backfill=True) == 8


def test_a_run_that_was_summed_without_its_task_comes_out_where_the_task_is_there_again() -> None:
    snapshot = with_records(archived(costing(1)), ONE)
    assert [entry.project for entry in the_ledger(snapshot).entries] == [None]

    assert left_without(snapshot, costing(1)) == ()


def test_a_run_never_comes_out_of_the_sum_of_another_project() -> None:
    elsewhere = a_task("QA-0001", status="done", created=OLD, closed=OLD)
    snapshot = archived(a_project("QA"), elsewhere, TASK, costing(1, task="QA-0001"))

    for run in (costing(1), costing(1, task=None)):
        with pytest.raises(ConflictError, match="found none that it fits"):
            without(snapshot, run)


def test_two_sums_of_the_same_kind_in_one_file_are_both_kept() -> None:
    snapshot = archived(ONE, costing(1), costing(1, minute=1))
    (entry,) = the_ledger(snapshot).entries
    twice = with_records(snapshot, Ledger(id="2026-05", entries=(entry, entry)))

    assert [(e.runs, int(e.amounts.usd)) for e in left_without(twice, costing(1))] == [(2, 2), (1, 1)]


@pytest.mark.parametrize(
    "changes",
    [
        {"amounts": Usage(usd=Decimal(5), tokens=500, runs=1, minutes=Decimal(10))},
        {"amounts": Usage(usd=Decimal("0.4"), tokens=900, runs=2, minutes=Decimal(20)), "runs": 2},
        {"amounts": Usage(usd=Decimal(9), tokens=499, runs=2, minutes=Decimal(20)), "runs": 2},
        {"runs": 0},
        {"agent": "oscar"},
        {"budgets": ("company", "agent/riley")},
    ],
)
def test_a_late_result_of_a_run_that_no_sum_can_have_in_it_is_refused(changes: dict[str, Any]) -> None:
    late = costing(1)
    (entry,) = the_ledger(archived(ONE, late)).entries
    snapshot = with_records(archived(ONE, late), Ledger(id="2026-05", entries=(entry.evolve(**changes),)))

    with pytest.raises(ConflictError, match=f"ledger 2026-05: expected a sum with run {late.id} in it"):
        carry_out(snapshot, late_result(late, 7))


def test_what_is_in_no_sum_cannot_be_taken_out() -> None:
    for snapshot, run in ((snapshot_of(), an_old_run()), (archived(TASK, an_old_run()), an_old_run("oscar"))):
        with pytest.raises(ConflictError):
            without(snapshot, run)


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
