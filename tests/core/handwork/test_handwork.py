from typing import Any

import pytest

from gitcp.core.handwork import MOST_SKIPPED
from gitcp.core.lifecycle import TRANSITIONS
from gitcp.model.amounts import Amounts
from gitcp.model.base import Record
from gitcp.model.change import RecordChange
from gitcp.model.guards import Ledger, LedgerEntry
from gitcp.model.memory import Records
from gitcp.model.runs import Cancel
from gitcp.model.tasks import TaskStatus
from tests.core.changing import HUGO, STRANGER, a_change, by_hand, gone_from_archive, told
from tests.helpers import (
    NOW,
    a_budget,
    a_comment,
    a_counter,
    a_run,
    a_task,
    a_wake,
    an_agent,
    an_approval,
    an_ended_run,
)

LEDGER = Ledger(id="2026-10", entries=(LedgerEntry(agent="riley", runs=1, amounts=Amounts()),))


def step(before: TaskStatus, after: TaskStatus) -> list[RecordChange]:
    """Change the status, and say something, as who reviews has to."""
    said = a_change(None, a_comment("Looked at it."))
    return [a_change(a_task(status=before), a_task(status=after)), said]


@pytest.mark.parametrize("before", list(TaskStatus))
def test_a_status_is_written_by_hand_if_one_step_leads_there(before: TaskStatus) -> None:
    for after in TaskStatus:
        found = by_hand(*step(before, after))
        if before is after or after in TRANSITIONS[before].values():
            assert found == []
            continue
        (problem,) = found
        assert (problem.record, problem.where) == (("task", "CI-0001"), "status")
        assert problem.message.endswith(f"found {after}: no step leads there from {before}")
        assert problem.message.startswith(f"expected {before}, ")
        assert problem.hint == f"set `status: {before}` again, or use `gitcp task`"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, a_task(status="done")),
        (a_task(), None),
        (a_task(), a_task(priority="high", title="Other")),
        (None, an_agent()),
        (an_agent(), an_agent(status="paused")),
        (None, a_budget()),
        (a_budget(usd=1), a_budget(usd=2)),
        (a_counter("CI", 5), a_counter("CI", 5)),
        (a_counter("CI", 5), a_counter("CI", 6)),
        (None, a_counter("CI", 5)),
        (a_run(), a_run(cancel=Cancel(by="clara", at=NOW))),
    ],
)
def test_what_a_person_may_write_is_admitted(before: Record | None, after: Record | None) -> None:
    assert by_hand(a_change(before, after)) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, a_run()),
        (a_run(), None),
        (a_run(), a_run(reserved=Amounts())),
        (a_run(), a_run(cancel=Cancel(by="clara", at=NOW), attempt=2)),
        (a_run(), an_ended_run()),
        (an_ended_run(), a_run()),
        (an_ended_run(), an_ended_run(usage=None)),
        (an_ended_run(), an_ended_run(cancel=Cancel(by="clara", at=NOW))),
        (an_ended_run(), None),
    ],
)
def test_runs_are_the_schedulers_and_a_person_may_only_ask_that_one_ends(before: Any, after: Any) -> None:
    (problem,) = by_hand(a_change(before, after, path="runs/x.yaml"))

    assert (
        str(problem)
        == "runs/x.yaml: runs are written by the scheduler alone, this change is by somebody else"
    )
    assert problem.hint == "revert the commit; to end a run use `gitcp run cancel`"
    assert problem.record == ("run", "20261123T090000Z-riley")


@pytest.mark.parametrize(
    ("before", "after"), [(None, LEDGER), (LEDGER, None), (LEDGER, LEDGER.evolve(entries=()))]
)
def test_the_ledger_is_the_schedulers(before: Any, after: Any) -> None:
    (problem,) = by_hand(a_change(before, after))

    assert problem.message == "the ledger is written by the scheduler alone"
    assert (problem.hint, problem.record) == ("revert the commit", ("ledger", "2026-10"))


def test_a_counter_skips_no_more_numbers_than_anybody_needs() -> None:
    most = 5 + MOST_SKIPPED

    assert by_hand(a_change(a_counter("CI", 5), a_counter("CI", most))) == []
    (problem,) = by_hand(a_change(a_counter("CI", 5), a_counter("CI", most + 1)))
    assert problem.message.startswith(f"expected {most} or less, found {most + 1}")
    brought = a_change(None, a_task("CI-50000"))
    assert by_hand(a_change(a_counter("CI", 5), a_counter("CI", 50_001)), brought) == []
    assert len(by_hand(a_change(a_counter("QA", 5), a_counter("QA", 50_001)), brought)) == 1
    asked = a_change(None, an_approval("AP-50000", requested_by="clara"))
    assert by_hand(a_change(a_counter("approvals", 5), a_counter("approvals", 50_001)), asked) == []


@pytest.mark.parametrize(("after", "found"), [(a_counter("CI", 4), "4"), (None, "none")])
def test_numbers_are_never_used_again(after: Record | None, found: str) -> None:
    (problem,) = by_hand(a_change(a_counter("CI", 5), after))

    assert problem.message == f"expected 5 or more, found {found}: numbers are never used again"
    assert (problem.hint, problem.record) == ("write 5", ("counter", "CI"))


def test_who_asks_that_a_run_ends_says_so_in_the_own_name() -> None:
    asked = a_run(cancel=Cancel(by="clara", at=NOW))

    assert told(a_change(a_run(), asked), who=HUGO) == [
        "cancel.by: expected hugo, who made the commit, found clara"
    ]


def test_a_comment_is_its_authors_alone() -> None:
    said = a_comment("Fine.", by="clara")
    other = "expected a comment of hugo, found one of clara"

    assert by_hand(a_change(None, said)) == []
    assert by_hand(a_change(said, said.evolve(body="Fine!"))) == []
    assert told(a_change(None, said), who=HUGO) == [other]
    assert told(a_change(said, said.evolve(body="Bad.")), who=HUGO) == [other]
    assert told(a_change(None, said), who=STRANGER) == [
        "expected a comment of Petra Person <petra@example.org>, found one of clara"
    ]
    assert by_hand(a_change(said, None), who=HUGO) == []


def test_what_a_person_says_is_said_in_no_run() -> None:
    said = a_comment("Fine.").evolve(run=a_run().id)

    assert told(a_change(None, said)) == ["run: expected no run: this was not said in one"]


def test_a_wake_is_asked_for_in_the_own_name_and_in_no_run() -> None:
    assert by_hand(a_change(None, a_wake())) == []
    assert told(a_change(None, a_wake()), who=HUGO) == ["by: expected hugo, who made the commit, found clara"]
    assert told(a_change(None, a_wake(run=a_run().id, again=a_run().id))) == [
        "run: expected none: the scheduler writes it",
        "again: expected none: the scheduler writes it",
    ]
    assert by_hand(a_change(a_wake(), None), who=HUGO) == []


@pytest.mark.parametrize("record", [a_task(), a_comment("Fine.")])
def test_the_archive_is_the_schedulers(record: Record) -> None:
    away = a_change(None, record, path=f"archive/{record.id}", is_archived=True)
    gone = gone_from_archive(record, Records.of([]))
    expected = ["the archive is written by the scheduler alone"]

    assert told(away, a_change(record, None)) == expected
    assert told(gone) == expected


def test_what_comes_back_from_the_archive_is_held_against_what_it_was() -> None:
    known = Records.of([], archived=[a_task(status="done")])
    gone = gone_from_archive(a_task(), known)

    def back(status: str) -> RecordChange:
        return a_change(None, a_task(status=status), known)

    assert by_hand(gone, back("todo")) == []
    assert [problem.where for problem in by_hand(gone, back("in_progress"))] == ["status"]


def test_a_run_comes_back_from_the_archive_by_nobodys_hand() -> None:
    known = Records.of([], archived=[an_ended_run()])
    gone = gone_from_archive(an_ended_run(), known)

    assert len(by_hand(gone, a_change(None, an_ended_run(), known))) == 2
