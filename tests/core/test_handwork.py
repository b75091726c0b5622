from typing import Any

import pytest

from gitcp.core.handwork import by_tables
from gitcp.core.lifecycle import TRANSITIONS
from gitcp.model.amounts import Amounts
from gitcp.model.base import Record
from gitcp.model.guards import Ledger, LedgerEntry
from gitcp.model.runs import Cancel
from gitcp.model.tasks import TaskStatus
from tests.helpers import NOW, a_budget, a_counter, a_run, a_task, an_agent, an_ended_run

LEDGER = Ledger(id="2026-10", entries=(LedgerEntry(agent="riley", runs=1, amounts=Amounts()),))


def _judged(before: Record | None, after: Record | None) -> list[str]:
    return [str(problem) for problem in by_tables("a/file.yaml", before, after)]


@pytest.mark.parametrize("before", list(TaskStatus))
def test_a_status_is_written_by_hand_if_one_step_leads_there(before: TaskStatus) -> None:
    for after in TaskStatus:
        found = list(by_tables("tasks/CI/CI-0001.yaml", a_task(status=before), a_task(status=after)))
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
    assert _judged(before, after) == []


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
    (problem,) = by_tables("runs/x.yaml", before, after)

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
    (problem,) = by_tables("ledger/2026-10.yaml", before, after)

    assert problem.message == "the ledger is written by the scheduler alone"
    assert (problem.hint, problem.record) == ("revert the commit", ("ledger", "2026-10"))


@pytest.mark.parametrize(("after", "found"), [(a_counter("CI", 4), "4"), (None, "none")])
def test_numbers_are_never_used_again(after: Record | None, found: str) -> None:
    (problem,) = by_tables("tasks/CI/next", a_counter("CI", 5), after)

    assert problem.message == f"expected 5 or more, found {found}: numbers are never used again"
    assert (problem.hint, problem.record) == ("write 5", ("counter", "CI"))
