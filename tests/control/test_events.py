"""The words for what a scheduler does."""

from decimal import Decimal

import pytest

from gitcp.control.events import RunEnded, words_of
from gitcp.model.amounts import Usage
from tests.helpers import an_ended_run


@pytest.mark.parametrize(
    ("usd", "said"), [("0", "0.00"), ("0.001986", "<0.01"), ("0.01", "0.01"), ("2.1", "2.10")]
)
def test_less_than_a_cent_is_not_nothing(usd: str, said: str) -> None:
    run = an_ended_run(usage=Usage(usd=Decimal(usd)))

    assert words_of(RunEnded(run)) == f"riley succeeded on CI-0001, {said} USD"
