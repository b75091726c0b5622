from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

from gitcp.core.approvals import content_hash
from gitcp.dashboard import SiteInput
from gitcp.dashboard.atom import ATOM
from gitcp.dashboard.feeds import LONGEST, NEWEST, asked, events
from gitcp.dashboard.register import Register
from gitcp.model.guards import Approval, ApprovalStatus, Decision, Withdrawal
from tests.dashboard.company import NOW, Log, a_bare_site, a_person, a_site, ago, an_entry


def read(text: bytes) -> list[dict[str, str]]:
    """Return the entries: what each element says."""
    root = ET.fromstring(text)
    return [
        {
            part.tag.rpartition("}")[2]: part.text or part.get("href") or part.get("term") or ""
            for part in entry
        }
        for entry in root.findall(f"{{{ATOM}}}entry")
    ]


def an_approval(number: int = 1, **fields: Any) -> Approval:
    return Approval(
        **(
            {"id": f"AP-{number}", "title": "Hire", "requested_by": "ada", "requested_at": ago(days=2)}
            | fields
        )
    )


def site(*approvals: Approval) -> SiteInput:
    return a_bare_site(a_person("ada"), a_person("ben"), *approvals)


def test_a_commit_says_who_what_why_and_where_it_stands() -> None:
    found = next(e for e in read(events(Register(a_site()))) if "pause agent theo" in e["title"])

    assert found["title"] == "Ada Okafor: pause agent theo"
    assert (found["summary"], found["category"]) == ("Until the flaky tests are understood.", "pause agent")
    assert found["link"] == "org/theo.html"  # the last link: what it is about
    assert found["id"].startswith(
        "tag:gitcp.invalid,2026:0c81298110a33db656ae5c9d2b38a177adffd6a5/commit/0839286"
    )


def test_the_newest_hundred_come_first() -> None:
    entries = tuple(an_entry(ago(hours=n), "Riley", f"step {n}") for n in range(NEWEST + 3))
    found = read(events(Register(replace(a_site(budgets=()), history=Log(entries)))))

    assert len(found) == NEWEST
    assert [entry["title"] for entry in found[:2]] == ["Riley: step 0", "Riley: step 1"]


def test_a_threshold_that_a_budget_has_passed_is_an_event_with_a_name_that_stays() -> None:
    found = [e for e in read(events(Register(a_site()))) if e["category"] == "budget warning"]

    assert {entry["title"] for entry in found} >= {
        "Budget project/WEB has no runs left",
        "Budget agent/riley has used 80% of its money",
    }
    (riley,) = (entry for entry in found if "agent/riley" in entry["title"])
    assert riley["id"].endswith("/budget/agent/riley/2026-10-31T23:00:00Z/usd/0.8")
    assert riley["link"] == "budgets/agent/riley.html"


def test_a_request_its_decisions_and_its_end_are_told() -> None:
    first = an_approval(description="  We need one. " + "x" * LONGEST)
    said = Decision(by="ben", at=ago(days=1), verdict="approve", comment="Fine.", content=content_hash(first))
    gone = Withdrawal(by="ada", at=NOW, reason="changed since")
    over = first.evolve(decisions=(said,), status=ApprovalStatus.VOID, withdrawn=gone)
    void, decision, request = read(asked(Register(site(over))))

    assert (void["title"], void["summary"], void["category"]) == (
        "Void: AP-1 Hire",
        "changed since",
        "outcome",
    )
    assert (decision["title"], decision["summary"]) == ("Ben approved: AP-1 Hire", "Fine.")
    assert decision["id"].endswith("/approval/AP-1/ben/2026-11-21T09:30:00Z")
    assert (request["title"], request["link"]) == ("Ada asks: AP-1 Hire", "approvals/AP-1.html")
    assert request["summary"].startswith("We need one.")
    assert len(request["summary"]) == LONGEST + 2


def test_only_what_was_said_last_is_told() -> None:
    found = read(
        asked(Register(site(*(an_approval(n, requested_at=ago(hours=n)) for n in range(1, NEWEST + 9)))))
    )

    assert len(found) == NEWEST
    assert found[0]["id"].endswith("AP-1")


def test_the_feed_of_approvals_asks_for_no_commit() -> None:
    register = Register(a_site())
    with register.noting() as notes:
        asked(register)

    assert "revision " not in notes
    assert "approval AP-3" in notes
