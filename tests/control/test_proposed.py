from datetime import UTC, datetime

from gitcp.control.proposed import Proposed
from gitcp.model.guards import Approval, ProposedFile

OLD = "a" * 40
BLOBS = {OLD: "period: month\nlimits: {usd: 400}\n"}


def told(*files: ProposedFile) -> tuple[str, ...]:
    asked = Approval(
        id="AP-1",
        title="Ask",
        requested_by="ada",
        requested_at=datetime(2026, 11, 22, tzinfo=UTC),
        change=files,
    )
    return Proposed(BLOBS.get).told(asked)


def test_a_new_record_a_changed_one_and_one_that_goes_are_told_in_sentences() -> None:
    agent = "kind: agent\nname: Checker\nruntime: {type: process, command: [check]}\n"
    new = ProposedFile(path="org/checker.yaml", text=agent)
    more = ProposedFile(path="budgets/company.yaml", base=OLD, text=BLOBS[OLD].replace("400", "500"))

    hired, raised = told(new, more)

    assert hired.startswith("checker ")
    assert "400" in raised
    assert "500" in raised
    assert told(ProposedFile(path="budgets/company.yaml", base=OLD)) == ("budget company was removed",)


def test_what_would_not_be_readable_is_said_to_be_broken() -> None:
    (sentence,) = told(ProposedFile(path="budgets/company.yaml", base=OLD, text="period: [\n"))

    assert "budget company" in sentence
    assert "read" in sentence


def test_nothing_is_said_of_what_is_no_record_and_of_what_is_not_at_hand() -> None:
    assert told(ProposedFile(path="README.md", text="x")) == ()
    assert told(ProposedFile(path="budgets/company.yaml", base="b" * 40, text="x")) == ()
    assert told() == ()
