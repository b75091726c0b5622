from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.views import approvals
from gitcp.dashboard.views.approvals import LINES, PART, WHOLE, Approvals, Past
from gitcp.model.base import Record
from gitcp.model.guards import Approval, ApprovalStatus, Decision, Withdrawal
from tests.dashboard.company import COMPANY, NOW, a_bare_site, a_person, a_site, ago


def an_approval(number: int = 1, status: str = "pending", **fields: Any) -> Approval:
    given = {"title": f"Ask {number}", "requested_by": "ada", "requested_at": ago(hours=1)}
    return Approval(id=f"AP-{number}", status=ApprovalStatus(status), **(given | fields))


def said(at: datetime, by: str = "ben") -> Decision:
    return Decision(by=by, at=at, verdict="approve")


def shown(*found: Record) -> Approvals:
    register = Register(a_bare_site(a_person("ada"), a_person("ben"), *found) if found else a_site())
    return approvals.approvals(register, Prose(register.find, ""))


def past(name: str, *found: Record) -> Past | None:
    register = Register(a_bare_site(COMPANY, a_person("ben"), *found))
    made = approvals.past(register, name, Prose(register.find, "../"))
    assert made is None or isinstance(made.view, Past)
    return made.view if made else None


def test_what_waits_is_shown_with_its_change_and_who_may_still_decide() -> None:
    view = shown()

    (asked,) = view.asked
    assert view.summary == "1 request waits for a decision"
    assert [file.path for file in asked.files] == ["org/checker.yaml", "budgets/company.yaml"]
    assert [ref.text for ref in asked.waits] == ["Ada Okafor"]
    assert asked.commands[0] == "gitcp approval decide AP-3 --approve"
    assert (view.others, view.left_out, view.agreed) == ((), None, ())
    assert [(part.label, part.count) for part in view.parts] == [("November 2026", "1")]


def test_the_oldest_request_comes_first_and_very_many_are_cut() -> None:
    count = WHOLE + LINES + 2
    view = shown(*(an_approval(n, requested_at=ago(minutes=n)) for n in range(1, count + 1)))

    assert view.asked[0].id == f"AP-{count}"
    assert (len(view.asked), len(view.others)) == (WHOLE, LINES)
    assert view.left_out == "2 more: gitcp approval list"
    assert (view.others[0].commands, view.others[0].description) == ((), None)


def test_what_is_approved_and_not_applied_yet_is_neither_waiting_nor_over() -> None:
    view = shown(an_approval(1, "approved"))

    assert [asked.id for asked in view.agreed] == ["AP-1"]
    assert (view.summary, view.asked, view.parts) == ("Nothing waits for a decision", (), ())


@pytest.mark.parametrize(
    ("approval", "at"),
    [
        (an_approval(1, "applied", decisions=(said(ago(days=3)), said(ago(days=2)))), ago(days=2)),
        (an_approval(1, "void", withdrawn=Withdrawal(by="ada", at=ago(days=1))), ago(days=1)),
        (an_approval(1, "expired", expires=NOW - timedelta(days=4)), ago(days=4)),
        (an_approval(1, "expired"), ago(hours=1)),
    ],
)
def test_a_request_is_over_when_it_was_taken_back_decided_or_ran_out(
    approval: Approval, at: datetime
) -> None:
    assert approvals.over_at(approval) == at


def test_what_is_over_is_told_by_month_of_the_company_s_zone_the_last_first() -> None:
    late = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)  # November in Madrid
    found = [
        an_approval(1, "applied", decisions=(said(late),)),
        an_approval(2, "rejected", decisions=(said(NOW),)),
        an_approval(3, "withdrawn", withdrawn=Withdrawal(by="ada", at=datetime(2026, 9, 1, tzinfo=UTC))),
    ]

    assert [(part.label, part.href, part.count) for part in shown(COMPANY, *found).parts] == [
        ("November 2026", "approvals/2026-11.html", "2"),
        ("September 2026", "approvals/2026-09.html", "1"),
    ]
    november = past("2026-11.1", *found)
    assert november is not None
    assert [(line.id, line.status.label, [ref.text for ref in line.by]) for line in november.decided] == [
        ("AP-2", "Rejected", ["Ben"]),
        ("AP-1", "Applied", ["Ben"]),
    ]
    assert past("2026-08.1", *found) is None


def test_a_part_that_is_full_does_not_change_when_more_is_decided() -> None:
    full = [an_approval(n, "applied", decisions=(said(ago(days=9, minutes=-n)),)) for n in range(1, PART + 1)]
    later = an_approval(PART + 1, "applied", decisions=(said(NOW),))

    before, after, rest = (
        past("2026-11.1", *full),
        past("2026-11.1", *full, later),
        past("2026-11.2", *full, later),
    )

    assert before is not None
    assert after is not None
    assert rest is not None
    assert before.decided == after.decided
    assert [line.id for line in rest.decided] == [later.id]
    assert [(part.label, part.current) for part in rest.parts] == [
        ("November 2026, part 2", True),
        ("November 2026, part 1", False),
    ]
