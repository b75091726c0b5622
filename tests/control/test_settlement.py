from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcp.api.declarations import Costs, Declaration
from gitcp.control.settlement import overrun, settlement
from gitcp.core.budgets import reservation
from gitcp.model.amounts import Metric, RunLimits, Usage
from gitcp.model.runs import Run, Settlement
from gitcp.runtimes.base import Ending
from tests.helpers import a_run

BILLED = RunLimits(usd=Decimal(2), tokens=1000, minutes=Decimal(30))
IMPUTED = RunLimits(usd_imputed=Decimal(2), tokens=1000, minutes=Decimal(30))
ANY = RunLimits(usd=Decimal(2), usd_imputed=Decimal(2), tokens=1000, minutes=Decimal(30))

money = st.decimals(0, 5, places=6)
tokens = st.integers(0, 5000)
usages = st.builds(Usage, usd=money, usd_imputed=money, tokens=tokens, input_tokens=tokens)
reports = st.builds(
    Declaration,
    costs=st.builds(Costs, usd=money, tokens=tokens, priced=st.booleans(), counted=st.just(("c",))),
)
endings = st.builds(Ending, usage=st.none() | usages, priced=st.booleans())
limits = st.sampled_from([BILLED, IMPUTED, ANY])


def run_with(limits: RunLimits) -> Run:
    return a_run(limits=limits, reserved=reservation(limits))


def reported(usd: str | None = None, tokens: int = 0) -> Declaration:
    priced = usd is not None
    return Declaration(costs=Costs(usd=Decimal(usd or 0), tokens=tokens, priced=priced, counted=("c",)))


@given(limits, endings, st.none() | reports, st.floats(0, 10_000))
def test_nothing_that_is_known_is_lost_and_nothing_unknown_is_free(
    limits: RunLimits, ending: Ending, said: Declaration | None, seconds: float
) -> None:
    run = run_with(limits)

    used, by = settlement(run, seconds, ending, said)

    spent = sum(used.of(metric) for metric in (Metric.USD, Metric.USD_IMPUTED))
    if ending.usage is not None:
        assert used.at_least(ending.usage) == used.only(*Metric)
        assert by is Settlement.METERED
    if said is not None:
        assert spent >= said.costs.usd
        assert used.tokens >= said.costs.tokens
    is_priced = (ending.usage is not None and ending.priced) or (said is not None and said.costs.priced)
    if not is_priced:
        assert used.usd >= run.reserved.usd
        assert used.usd_imputed >= run.reserved.usd_imputed
    if ending.usage is None and said is None:
        assert used.tokens == run.reserved.tokens
        assert by is Settlement.RESERVED
    assert used.runs == 1
    assert float(used.minutes) * 60 >= seconds * 0.999999


@given(endings, reports)
def test_who_reports_more_never_pays_less(ending: Ending, said: Declaration) -> None:
    run, more = run_with(BILLED), said.evolve(costs=said.costs.evolve(usd=said.costs.usd + 1))

    less_used, more_used = (settlement(run, 60, ending, each)[0] for each in (said, more))

    assert less_used.at_least(more_used) == more_used.only(*Metric)


def test_what_is_metered_and_what_is_reported_are_not_added_up() -> None:
    ending = Ending(usage=Usage(usd=Decimal("0.30"), tokens=100, input_tokens=90, turns=3))

    used, by = settlement(run_with(BILLED), 60, ending, reported("0.20", 150))

    assert used == Usage(
        usd=Decimal("0.30"), tokens=150, input_tokens=90, turns=3, runs=1, minutes=Decimal("1.000")
    )
    assert by is Settlement.METERED


@pytest.mark.parametrize("limits", [BILLED, IMPUTED])
def test_tokens_without_a_price_are_charged_the_money_that_was_reserved(limits: RunLimits) -> None:
    run = run_with(limits)

    used, by = settlement(run, 60, Ending(usage=Usage(tokens=70), priced=False), None)

    assert (used.tokens, used.usd, used.usd_imputed) == (70, run.reserved.usd, run.reserved.usd_imputed)
    assert by is Settlement.METERED


def test_what_an_agent_of_a_subscription_says_that_it_costs_is_its_list_price() -> None:
    metered = Ending(usage=Usage(usd_imputed=Decimal("0.30"), tokens=100))

    used, _ = settlement(run_with(IMPUTED), 60, metered, reported("0.40"))

    assert (used.usd, used.usd_imputed) == (Decimal(0), Decimal("0.40"))


@pytest.mark.parametrize(
    ("limits", "used", "expected"),
    [
        (BILLED, {"usd": "2.03"}, "stopped at its limit of 2.00 USD, 2.03 used"),
        (BILLED, {"usd": "2.000001"}, "stopped at its limit of 2.00 USD, 2.000001 used"),
        (BILLED, {"usd": "2", "usd_imputed": "9"}, None),
        (IMPUTED, {"usd_imputed": "2.5"}, "stopped at its limit of 2.00 USD at list price, 2.5 used"),
        (BILLED, {"tokens": 1001}, "stopped at its limit of 1000 tokens, 1001 used"),
        (BILLED, {"tokens": 1000}, None),
        (RunLimits(turns=3), {"turns": 4}, "stopped at its limit of 3 turns, 4 used"),
    ],
)
def test_a_run_that_passed_a_limit_says_which_and_by_how_much(
    limits: RunLimits, used: dict[str, Any], expected: str | None
) -> None:
    assert overrun(limits, Usage(**used)) == expected
