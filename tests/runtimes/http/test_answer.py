import json
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitcp.model.runs import FailureClass
from gitcp.runtimes.events import Tokens, Total
from gitcp.runtimes.http.answer import LONGEST_TEXT, OVER, Answer, Status, Used, read_answer

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)


@pytest.mark.parametrize("status", list(Status))
def test_every_status_says_whether_it_is_over(status: Status) -> None:
    answer = read_answer(f'{{"status": "{status}"}}'.encode())

    assert answer.is_over is OVER[status]
    assert answer.is_over is (status not in {Status.QUEUED, Status.RUNNING})


def test_money_is_never_rounded_down() -> None:
    used = Used(usd=Decimal("0.0000001"), input_tokens=100, cached_tokens=40, output_tokens=20)

    assert used.total("m1") == Total(Tokens(input=100, cached=40, output=20), Decimal("0.000001"), "m1")


def test_what_tells_neither_money_nor_tokens_is_no_sum() -> None:
    assert Used(turns=3).total(None) is None
    assert Used(usd=Decimal(0)).total(None) == Total(Tokens(), Decimal(0))


def test_what_was_used_stays_used() -> None:
    before, after = Used(usd=Decimal(2), input_tokens=5), Used(usd=Decimal(1), input_tokens=9, turns=1)

    assert before.at_least(after) == Used(usd=Decimal(2), input_tokens=9, turns=1)


def test_a_failure_is_the_agents_unless_it_is_said_to_be_anothers() -> None:
    plain = read_answer(b'{"status": "failed", "error": {}}')
    theirs = read_answer(b'{"status": "failed", "error": {"class": "transient", "message": "busy"}}')

    assert plain.error is not None
    assert (plain.error.failure, plain.error.message) == (FailureClass.AGENT, "it did not say why")
    assert theirs.error is not None
    assert (theirs.error.failure, theirs.error.message) == (FailureClass.TRANSIENT, "busy")


def test_what_is_too_long_is_cut_and_not_refused() -> None:
    answer = read_answer(b'{"status": "succeeded", "text": "%s"}' % (b"x" * (LONGEST_TEXT + 1)))

    assert len(answer.text) == LONGEST_TEXT


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "the body: invalid json"),
        (b"<html>", "the body: invalid json"),
        (b"\xff\xfe", "the body: invalid json"),
        (b"[" * 100_000, "the body: invalid json"),
        (b"[]", "the body: "),
        (b"{}", "status: field required"),
        (b'{"status": "fine"}', "status: input should be"),
        (b'{"status": "running", "usage": {"usd": -1}}', "usage.usd: "),
        (b'{"status": "running", "usage": {"usd": "NaN"}}', "usage.usd: "),
        (b'{"status": "running", "usage": {"turns": 1e300}}', "usage.turns: "),
        (b'{"status": "running", "session": "a\\nb"}', "session: "),
    ],
)
def test_what_is_no_answer_is_said_with_its_place(body: bytes, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read_answer(body)


@settings(max_examples=60)
@given(st.dictionaries(st.text(max_size=10), JSON, max_size=5))
def test_keys_that_nobody_knows_change_nothing(unknown: dict[str, object]) -> None:
    known = {"status": "running", "progress": "reading"}

    answer = read_answer(json.dumps({f"x-{name}": value for name, value in unknown.items()} | known).encode())

    assert answer == read_answer(json.dumps(known).encode())


@settings(max_examples=60)
@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_nothing_but_a_value_error_comes_of_anything(body: bytes) -> None:
    with suppress(ValueError):
        assert isinstance(read_answer(body), Answer)
