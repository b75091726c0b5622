"""The violations of an audit as issues."""

import pytest

from gitcp.audit.finding import Finding, Weight
from gitcp.audit.verdict import Verdict
from gitcp.cli.github.violations import issues_of, the_rest
from gitcp.control.github.auditing import MORE
from gitcp.github.client import LONGEST_BODY, LONGEST_TITLE
from tests.cli.github.jobs import outside_code

COMMIT, OTHER = "a" * 40, "b" * 40


def verdict_of(*findings: Finding) -> Verdict:
    return Verdict(COMMIT, OTHER, len(findings), findings, "local")


def test_there_is_one_for_each_rule_and_commit_and_none_for_notes() -> None:
    found = issues_of(
        verdict_of(
            Finding(COMMIT, "money/over-limit", "runs/a.yaml", "at most 1", "2"),
            Finding(COMMIT, "money/over-limit", "runs/b.yaml", "at most 1", "3"),
            Finding(OTHER, "money/over-limit", "runs/c.yaml", "at most 1", "4"),
            Finding(OTHER, "history/time", "", "later", "earlier"),
            Finding(OTHER, "admission/refused", "", "x", "y", Weight.NOTE),
        )
    )

    assert [issue.key for issue in found] == [
        f"money/over-limit {COMMIT}",
        f"money/over-limit {OTHER}",
        f"history/time {OTHER}",
    ]
    assert found[0].title == "Audit: money/over-limit in aaaaaaaaaaaa"
    assert found[0].body.startswith("A claim reserved more than a budget had left.\n")
    assert found[0].body.count("expected at most 1") == 2


@pytest.mark.parametrize("text", ["`@team` ", "<!-- x -->\n", "\x00\u202e", "@", "``` ", "a_b*c ", "\ud800"])
def test_however_long_and_hostile_it_fits_and_is_inert(text: str) -> None:
    findings = [
        Finding(COMMIT, "operation/record", text * 5000, text * 5000, text * 5000) for _ in range(100)
    ]

    [issue] = issues_of(verdict_of(*findings))

    assert len(issue.text) <= LONGEST_BODY
    assert len(issue.title) <= LONGEST_TITLE
    assert "- and 80 more" in issue.body
    outside = outside_code(issue.body)
    assert "@team" not in outside
    assert "<!--" not in outside


def test_what_there_is_no_room_for_is_counted() -> None:
    assert the_rest(1).title == "Audit: 1 more violation"
    assert the_rest(1200).key == MORE
    assert "gitcp audit verify" in the_rest(1200).body
