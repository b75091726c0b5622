"""The kinds of values that commands take."""

from typing import Any

import click
import pytest

from gitcp.cli.parameters import MEMBER, PROJECT, Argv, Assignment, Bare, Due, Instant, Number, task_name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("ci-28", "CI-0028"),
        ("CI-00028", "CI-0028"),
        ("ci-12345", "CI-12345"),
        ("CI-0028", "CI-0028"),
        ("nonsense", "nonsense"),
        ("a-1", "a-1"),
        ("ci-0", "CI-0000"),
    ],
)
def test_a_tasks_id_is_written_as_tasks_are_named(typed: str, name: str) -> None:
    assert task_name(typed) == name


def test_ids_take_the_case_of_their_kind() -> None:
    assert MEMBER.convert("@Riley", None, None) == "riley"
    assert PROJECT.convert(" ci ", None, None) == "CI"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("limits.usd=2.50", ("limits.usd", Bare("2.50"))),
        ("title=a = b", ("title", Bare("a = b"))),
        ('emails=["a@b"]', ("emails", ["a@b"])),
        ('title="12"', ("title", "12")),
        ("goal=null", ("goal", None)),
        ("goal=", ("goal", Bare(""))),
        (("kept", 1), ("kept", 1)),
    ],
)
def test_an_assignment_is_a_field_and_json_or_a_text(typed: Any, expected: tuple[str, Any]) -> None:
    assert Assignment().convert(typed, None, None) == expected


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (Assignment(), "title"),
        (Assignment(), "=x"),
        (Assignment(), "emails=[a"),
        (Number(), "-1"),
        (Number(), "1e3"),
        (Number(), "1.1234567"),
        (Argv(), "'open"),
        (Argv(), ""),
        (Due(), "soon"),
        (Due(), "2026-13-01"),
        (Instant(), "2026-11-23T09:00:00"),
    ],
)
def test_what_does_not_fit_is_a_usage_error(kind: click.ParamType[Any], typed: str) -> None:
    with pytest.raises(click.UsageError, match="expected"):
        kind.convert(typed, None, None)


def test_a_day_ends_in_utc_and_a_time_keeps_its_zone() -> None:
    assert Due().convert("2026-11-30", None, None) == "2026-11-30T23:59:59+00:00"
    assert Due().convert("2026-11-30T09:00:00+01:00", None, None) == "2026-11-30T09:00:00+01:00"


def test_a_command_is_split_as_a_shell_would() -> None:
    assert Argv().convert("python x.py 'a b' \"\"", None, None) == ("python", "x.py", "a b", "")
    assert Argv().convert(("python",), None, None) == ("python",)
