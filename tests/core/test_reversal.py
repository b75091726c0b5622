"""Taking back: what it comes to is told in words."""

from decimal import Decimal

from gitcp.core.reversal import reversal
from gitcp.model.amounts import BudgetLimits
from gitcp.model.guards import TopUp
from gitcp.model.past import PastCommit, RecordStep
from tests.helpers import NOW, SHA, a_budget, snapshot_of


def test_a_top_up_that_is_taken_back_is_told_without_python() -> None:
    before = a_budget(usd=1)
    more = TopUp(at=NOW, limits=BudgetLimits(usd=Decimal("1.50")), approval="AP-1")
    after = before.evolve(extra=(more,))
    step = RecordStep("budget", "company", before, after)
    commit = PastCommit(SHA, "raise budget company", "budget.raise", (step,))

    found = reversal(snapshot_of(after), [commit], [], NOW)

    assert found.words == (
        "budget company: extra (at 2026-11-23T09:00:00Z, limits (usd 1.50), approval AP-1) → nothing",
    )
