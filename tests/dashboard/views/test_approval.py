from datetime import timedelta
from typing import Any

import pytest

from gitcp.core.approvals import content_hash
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.approval import (
    FOLDED_FROM,
    LARGEST,
    MOST_LINES,
    ApprovalView,
    approval_view,
    commands,
)
from gitcp.model.guards import Approval, ApprovalStatus, Decision, ProposedFile, Withdrawal
from tests.dashboard.company import NOW, a_bare_site, a_person, a_site, ago, sha


def shown(**fields: Any) -> ApprovalView:
    approval = Approval(
        **({"id": "AP-1", "title": "Ask", "requested_by": "ada", "requested_at": ago(hours=1)} | fields)
    )
    register = Register(a_bare_site(a_person("ada"), a_person("ben"), approval))
    return approval_view(register, approval, Prose(register.find, "../"))


def facts(view: ApprovalView) -> dict[str, str]:
    return {fact.label: f"{fact.ref.text if fact.ref else ''} {fact.text}".strip() for fact in view.facts}


def in_the_company() -> ApprovalView:
    register = Register(a_site())
    return approval_view(register, register.approvals["AP-3"], Prose(register.find, "../"))


def test_a_change_is_shown_line_by_line_as_it_would_be() -> None:
    new, changed = in_the_company().files

    assert (new.verb, new.path, new.note) == ("New", "org/checker.yaml", None)
    assert {line.kind for line in new.lines} == {"name", "place", "added"}
    assert [(line.kind, line.text) for line in changed.lines[3:]] == [
        ("same", " # what all of us may spend"),
        ("same", " period: month"),
        ("removed", "-limits: {usd: 400}"),
        ("added", "+limits: {usd: 500}"),
    ]


def test_it_says_which_gate_asks_how_sure_one_may_be_and_who_still_has_to_decide() -> None:
    view = in_the_company()

    assert facts(view)["Wanted by"] == "policy hiring gates[0]: every agent costs"
    assert facts(view)["Assurance"].startswith("local: ")
    assert (view.need, [ref.text for ref in view.waits]) == ("1 of 2 approved", ["Ada Okafor"])
    assert [(said.by.text, said.verdict.label, said.note) for said in view.said] == [
        ("Ben Lindqvist", "Approved", None)
    ]
    assert view.is_open
    assert commands(Register(a_site()).approvals["AP-3"]) == (
        "gitcp approval decide AP-3 --approve",
        'gitcp approval decide AP-3 --reject -m "WHY"',
    )


def test_what_is_over_says_why_and_asks_nobody() -> None:
    gone = Withdrawal(by="scheduler", at=NOW, reason="tasks/CI was changed since")
    view = shown(status=ApprovalStatus.VOID, withdrawn=gone, budget="company")

    assert (view.status.label, str(view.over)) == ("Void", "By @scheduler: tasks/CI was changed since")
    assert (view.is_open, view.waits) == (False, ())
    assert facts(view)["Wanted by"] == "budget company"


def test_a_decision_about_another_content_does_not_count() -> None:
    said = Decision(by="ben", at=NOW, verdict="approve", content="sha256:" + "0" * 64)

    view = shown(decisions=(said,))

    assert [each.note for each in view.said] == ["does not count"]
    assert [ref.text for ref in view.waits] == ["Ben"]


def test_what_was_chosen_is_told() -> None:
    asked = Approval(
        id="AP-1", title="Ask", requested_by="ada", requested_at=ago(hours=1), options=("red", "blue")
    )
    said = Decision(by="ben", at=NOW, verdict="approve", option="red", content=content_hash(asked))

    view = shown(options=("red", "blue"), decisions=(said,), expires=NOW + timedelta(days=1))

    assert [each.note for each in view.said] == ["chose red"]
    assert "Until" in {fact.label for fact in view.facts}
    assert commands(asked)[0].endswith('--approve --option "OPTION"')


@pytest.mark.parametrize(
    ("file", "lines", "note"),
    [
        (ProposedFile(path="a", text="x" * (LARGEST + 1)), 0, "Too large for a page"),
        (ProposedFile(path="a", text="x\n" * (MOST_LINES + 7)), MOST_LINES, "10 more lines"),
        (ProposedFile(path="a", base=sha("gone"), text="x\n"), 4, "is not at hand"),
    ],
)
def test_what_a_page_cannot_show_is_said(file: ProposedFile, lines: int, note: str) -> None:
    (found,) = shown(change=(file,)).files

    assert len(found.lines) == lines
    assert note in (found.note or "")


def test_signs_that_turn_text_round_are_written_out() -> None:
    (found,) = shown(change=(ProposedFile(path="a", text="safe \u202e exe\n"),)).files

    assert found.lines[-1].text == "+safe \\u202e exe"


def test_what_it_is_about_is_told() -> None:
    view = shown(task="CI-0001", run="20261122T090000Z-riley", document="CI-0001/plan", content="1f3a")

    assert (
        facts(view).items()
        >= {
            "Task": "CI-0001",
            "Run": "20261122T090000Z-riley",
            "Document": "CI-0001/plan",
            "Of state": "1f3a",
        }.items()
    )


def test_a_change_is_told_in_sentences_where_somebody_can() -> None:
    register = Register(a_site(told_of=lambda approval: (f"{approval.id} hires",)))

    view = approval_view(register, register.approvals["AP-3"], Prose(register.find, "../"))

    assert view.told == ("AP-3 hires",)


def test_a_long_difference_is_folded_and_says_how_much_it_is() -> None:
    (short,) = shown(change=(ProposedFile(path="a", text="x\n"),)).files
    (long,) = shown(change=(ProposedFile(path="a", text="x\n" * (FOLDED_FROM + 1)),)).files

    assert (short.is_short, short.size) == (True, "+1 \u22120")
    assert (long.is_short, long.size) == (False, "+41 \u22120")
