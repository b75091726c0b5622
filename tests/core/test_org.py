import pytest

from gitcp.core.org import (
    chain_of_command,
    is_above,
    is_employed,
    manager_of,
    person_by_email,
    roots,
    subtree,
)
from gitcp.model.memory import Records
from tests.helpers import a_person, an_agent

CHART = Records.of([
    a_person("clara"),
    an_agent("oscar", reports_to="clara"),
    an_agent("riley", reports_to="oscar"),
    an_agent("hugo", reports_to="oscar", status="terminated"),
    an_agent("ada", reports_to="hugo"),
    an_agent("lost", reports_to="ghost"),
    an_agent("one", reports_to="two"),
    an_agent("two", reports_to="one"),
])  # fmt: skip


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        ("riley", ["oscar", "clara"]),
        ("ada", ["hugo", "oscar", "clara"]),
        ("clara", []),
        ("lost", ["ghost"]),
        ("ghost", []),
        ("one", ["two"]),
    ],
)
def test_the_chain_of_command_is_told_the_nearest_first(member: str, expected: list[str]) -> None:
    assert list(chain_of_command(CHART, member)) == expected


@pytest.mark.parametrize(
    ("manager", "member", "expected"),
    [
        ("clara", "riley", True),
        ("oscar", "riley", True),
        ("riley", "oscar", False),
        ("riley", "riley", False),
        ("one", "one", False),
    ],
)
def test_a_manager_is_above_its_reports_and_never_above_itself(
    manager: str, member: str, expected: bool
) -> None:
    assert is_above(CHART, manager, member) is expected


@pytest.mark.parametrize(
    ("member", "expected"),
    [("riley", "oscar"), ("ada", "oscar"), ("lost", None), ("clara", None), ("ghost", None), (None, None)],
)
def test_the_acting_manager_is_the_nearest_that_exists_and_is_not_terminated(
    member: str | None, expected: str | None
) -> None:
    assert manager_of(CHART, member) == expected


def test_members_are_employed_until_they_are_terminated() -> None:
    assert [is_employed(CHART, name) for name in ("clara", "riley", "hugo", "ghost")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        ("clara", ["ada", "hugo", "oscar", "riley"]),
        ("oscar", ["ada", "hugo", "riley"]),
        ("riley", []),
        ("one", ["two"]),
    ],
)
def test_a_subtree_is_all_below_a_member(member: str, expected: list[str]) -> None:
    assert subtree(CHART, member) == expected


@pytest.mark.parametrize(
    ("email", "expected"),
    [("clara@example.org", "clara"), ("CLARA@Example.org", "clara"), ("riley@agents.gitcp.invalid", None)],
)
def test_a_person_is_known_by_their_addresses(email: str, expected: str | None) -> None:
    found = person_by_email(CHART, email)

    assert (found.id if found else None) == expected


def test_roots_report_to_nobody_who_exists() -> None:
    assert [member.id for member in roots(CHART)] == ["clara", "lost"]
