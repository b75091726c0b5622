from decimal import Decimal
from typing import Any

import pytest

from gitcp.model.runtimes import Billing
from gitcp.runtimes import Limits, StopCause
from gitcp.runtimes.events import Call, Tokens, Total
from gitcp.runtimes.meter import Meter
from gitcp.runtimes.prices import price_of, priced_by

CENT = Decimal("0.01")


def a_cent_for_each(model: str, tokens: Tokens, provider: str | None) -> Decimal | None:
    return CENT * tokens.all if model == "known" else None


def a_meter(billing: Billing = Billing.API, **limits: Any) -> Meter:
    return Meter(Limits(minutes=1, **limits), billing, None, a_cent_for_each)


def a_call(name: str, tokens: int = 1, *, model: str = "known", usd: Decimal | None = None) -> Call:
    return Call(name, model, Tokens(input=tokens), usd)


def test_a_call_that_goes_on_takes_its_own_place() -> None:
    meter = a_meter()

    for tokens in (1, 2, 5):
        meter.take(a_call("one", tokens))
    meter.take(a_call("two", 10))

    assert (meter.turns, meter.tokens, meter.money) == (2, Tokens(input=15), 15 * CENT)


def test_nothing_that_was_told_is_nothing_known() -> None:
    meter = a_meter(usd=Decimal(0), tokens=1, turns=1)

    assert (meter.usage(), meter.over()) == (None, None)


def test_the_programs_word_beats_the_price_list() -> None:
    meter = a_meter()
    meter.take(a_call("one"))
    listed = meter.priced_by

    meter.take(Total(Tokens(input=7), Decimal(3)))

    assert (meter.money, meter.tokens.all) == (Decimal(3), 7)
    assert (listed, meter.priced_by) == (priced_by(), None)


def test_calls_after_a_sum_are_added_to_it_and_stop_the_run() -> None:
    meter = a_meter(usd=Decimal(3))
    meter.take(a_call("one", 7))
    meter.take(Total(Tokens(input=7), Decimal(3)))
    at_the_sum = meter.over()

    meter.take(a_call("two", 2))

    assert (at_the_sum, meter.over()) == (None, StopCause.BUDGET)
    assert (meter.tokens.all, meter.money) == (9, 3 + 2 * CENT)
    assert meter.priced_by == priced_by()


def test_a_call_that_is_told_after_the_sum_that_holds_it_counts_once() -> None:
    meter = a_meter()
    meter.take(Total(Tokens(input=7), Decimal(3)))

    meter.take(a_call("one", 7))

    assert (meter.tokens.all, meter.money, meter.turns) == (7, Decimal(3), 1)


def test_a_sum_without_money_is_priced_as_a_whole_where_the_calls_do_not_add_up_to_it() -> None:
    meter = a_meter()
    meter.take(a_call("one"))

    meter.take(Total(Tokens(input=4)))

    assert (meter.money, meter.priced_by) == (4 * CENT, priced_by())


def test_one_call_without_a_price_makes_the_money_unknown_and_still_counts_its_tokens() -> None:
    meter = a_meter(usd=CENT, tokens=10)
    meter.take(a_call("one", 2))
    meter.take(a_call("two", 3, model="new"))

    usage = meter.usage()

    assert meter.money is None
    assert usage is not None
    assert (usage.tokens, usage.usd) == (5, Decimal(0))
    assert meter.over() is None


@pytest.mark.parametrize(
    ("limits", "cause"),
    [
        ({"usd": 2 * CENT}, None),
        ({"usd": CENT}, StopCause.BUDGET),
        ({"usd_imputed": CENT}, None),
        ({"tokens": 2}, None),
        ({"tokens": 1}, StopCause.BUDGET),
        ({"turns": 2}, None),
        ({"turns": 1}, StopCause.TURNS),
    ],
)
def test_a_limit_that_is_just_reached_is_kept(limits: dict[str, Any], cause: StopCause | None) -> None:
    meter = a_meter(**limits)
    meter.take(a_call("one"))
    meter.take(a_call("two"))

    assert meter.over() == cause


def test_a_subscription_is_held_to_the_list_price_and_billed_nothing() -> None:
    meter = a_meter(Billing.SUBSCRIPTION, usd=Decimal(0), usd_imputed=CENT)
    meter.take(a_call("one"))
    assert meter.over() is None

    meter.take(a_call("two"))
    usage = meter.usage()

    assert meter.over() is StopCause.BUDGET
    assert usage is not None
    assert (usage.usd, usage.usd_imputed) == (Decimal(0), 2 * CENT)


def test_a_price_counts_what_comes_from_a_cache_less() -> None:
    plain = price_of("gpt-5", Tokens(input=1_000_000, output=1_000), "openai")
    cached = price_of("gpt-5", Tokens(input=1_000_000, cached=900_000, output=1_000), "openai")

    assert plain is not None
    assert cached is not None
    assert Decimal(0) < cached < plain / 2


def test_a_model_that_the_list_does_not_have_has_no_price() -> None:
    assert price_of("no-such-model-7", Tokens(input=1), "openai") is None
    assert price_of("gpt-5", Tokens(input=1), "no-such-provider") is None


def test_more_from_the_cache_than_went_in_is_still_priced() -> None:
    assert price_of("claude-opus-4-5", Tokens(input=5, cached=9, written=9), "anthropic") is not None
