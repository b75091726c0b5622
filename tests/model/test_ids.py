from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from gitcp.model.ids import (
    COMMENT_NAME,
    RUN_ID,
    MemberId,
    ProjectKey,
    RunId,
    TaskId,
    claim_of,
    comment_name,
    number_of,
    project_of,
    run_id,
    task_id,
)
from gitcp.model.mentions import mentions
from tests.helpers import NOW


@pytest.mark.parametrize(
    ("number", "expected"), [(1, "CI-0001"), (28, "CI-0028"), (9999, "CI-9999"), (12345, "CI-12345")]
)
def test_a_task_is_named_with_four_digits_at_least(number: int, expected: str) -> None:
    assert task_id("CI", number) == expected
    assert (project_of(expected), number_of(expected)) == ("CI", number)


def test_the_second_claim_of_an_agent_within_a_second_gets_a_number() -> None:
    first = run_id("riley", NOW)
    second = run_id("riley", NOW, frozenset({first}))
    third = run_id("riley", NOW, frozenset({first, second}))

    assert (first, second, third) == (
        "20261123T090000Z-riley",
        "20261123T090000Z-riley.2",
        "20261123T090000Z-riley.3",
    )


def test_a_run_is_named_in_utc() -> None:
    assert run_id("riley", NOW.astimezone(timezone(timedelta(hours=5)))) == run_id("riley", NOW)


def test_a_comment_is_named_after_its_time_to_the_millisecond_its_author_and_its_request() -> None:
    name = comment_name("data-bot", datetime(2026, 11, 23, 9, 0, 1, 42_900, tzinfo=UTC), "1f3a09c2")

    assert name == "20261123T090001042Z-data-bot-1f3a"
    match = COMMENT_NAME.match(name)
    assert match is not None
    assert match["author"] == "data-bot"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@riley please", ("riley",)),
        ("ask @riley, @oscar and (@riley).", ("riley", "oscar")),
        ("@data-bot: go", ("data-bot",)),
        ("**@riley**", ("riley",)),
        ("@riley's turn", ("riley",)),
        ("@riley-", ("riley",)),
        ("riley@example.org", ()),
        ("@@riley", ()),
        ("@Riley", ()),
        ("a/@riley", ()),
        ("@riley/gitcp", ()),
        ("@riley@example.org", ()),
        ("@riley_x", ()),
        ("@data-bot_x", ()),
        ("@data-bot/x", ()),
        ("", ()),
    ],
)
def test_a_mention_is_an_at_sign_and_a_whole_id(text: str, expected: tuple[str, ...]) -> None:
    assert mentions(text) == expected


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (MemberId, ["riley", "data-bot", "r2"], ["Riley", "r_2", "2r", "-r", "r--2", "r-", "", "r" * 61, "riley\n"]),
        (ProjectKey, ["CI", "A1", "ABCDEFGHIJ"], ["C", "ci", "1A", "ABCDEFGHIJK", "CI\n"]),
        (TaskId, ["CI-0001", "CI-1"], ["CI", "CI-", "ci-1", "CI-1x", "CI-0000000001", "CI-1\n"]),
        (RunId, ["20261123T090000Z-riley", "20261123T090000Z-riley.2"], ["20261123T0900Z-riley", "riley", "20261123T090000Z-riley.x"]),
    ],
)  # fmt: skip
def test_an_id_has_the_form_of_its_kind(kind: type[str], good: list[str], bad: list[str]) -> None:
    read = TypeAdapter(kind).validate_python

    assert [read(name) for name in good] == good
    for name in bad:
        with pytest.raises(ValidationError):
            read(name)


@settings(max_examples=30)
@given(
    st.timedeltas(timedelta(0), timedelta(days=30_000)),
    st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True),
)
def test_derived_names_can_be_read_again(since: timedelta, agent: str) -> None:
    moment = datetime(2000, 1, 1, tzinfo=UTC) + since

    assert RUN_ID.match(run_id(agent, moment, frozenset({run_id(agent, moment)})))
    assert COMMENT_NAME.match(comment_name(agent, moment, "00ff"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("20261123T090000Z-riley", ("riley", NOW)),
        ("20261123T090000Z-riley.2", ("riley", NOW)),
        ("20261399T090000Z-riley", None),
        ("riley", None),
    ],
)
def test_the_name_of_a_run_says_whose_it_is_and_when_it_was_claimed(
    name: str, expected: tuple[str, datetime] | None
) -> None:
    assert claim_of(name) == expected
