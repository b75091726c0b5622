"""Raising a budget: for good, or for the present period."""

from decimal import Decimal
from typing import Any

import pytest

from gitcp.core.budgets import use
from gitcp.core.operations.raise_budget import RaiseBudget
from gitcp.errors import RecordError
from gitcp.model.guards import Budget
from gitcp.model.memory import Records
from tests.helpers import NOW, a_budget, an_ended_run, carry_out, edit_of, later, person, snapshot_of

MONTH = 60 * 24 * 31


def raised(limits: dict[str, Any], *, this_period: bool = False) -> Records:
    spent = an_ended_run(charges=("company",))
    operation = RaiseBudget.model_validate(
        {"budget": "company", "limits": limits, "this_period": this_period}
    )
    return carry_out(snapshot_of(a_budget(usd=40, runs=9), spent), operation, person())


def limits(snapshot: Records, minutes: float = 0) -> list[Decimal]:
    budget = snapshot.get(Budget, "company")
    assert budget is not None
    return [line.limit for line in use(snapshot, budget, later(minutes)).lines]


def test_what_is_raised_for_good_is_in_the_limit() -> None:
    after = raised({"usd": "2.5", "runs": 1})

    assert limits(after) == limits(after, MONTH) == [Decimal("42.5"), 10]


def test_what_is_raised_for_the_period_is_gone_with_it() -> None:
    after = raised({"usd": 5}, this_period=True)

    assert limits(after) == [45, 9]
    assert limits(after, MONTH) == [40, 9]


@pytest.mark.parametrize("this_period", [True, False])
@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"tokens": 5}, "budget company: expected usd, runs, found tokens"),
        ({}, "budget company: expected usd, runs, found nothing"),
    ],
)
def test_only_what_has_a_cap_is_raised(more: dict[str, Any], message: str, this_period: bool) -> None:
    with pytest.raises(RecordError) as refused:
        raised(more, this_period=this_period)

    assert refused.value.message == message


def test_a_raise_says_what_it_adds() -> None:
    operation = RaiseBudget.model_validate({"budget": "company", "limits": {"usd": 2}, "this_period": True})

    edit = edit_of(snapshot_of(a_budget(usd=40)), operation, person(), NOW)

    assert edit.subject == "raise budget company by 2 usd for its present period"


def test_nothing_more_changes_nothing() -> None:
    operation = RaiseBudget.model_validate({"budget": "company", "limits": {"usd": 0}})

    assert edit_of(snapshot_of(a_budget(usd=40)), operation, person()).changes == ()
