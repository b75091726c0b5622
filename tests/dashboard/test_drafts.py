"""A draft is worth nothing that gitcp would not read."""

import pytest

from gitcp.dashboard import drafts
from gitcp.dashboard.drafts import Draft
from gitcp.model.guards import Approval
from gitcp.model.tasks import NewTask
from gitcp.store.codec import read
from gitcp.store.layout import place_of
from tests.dashboard.company import ago

NEW = (
    drafts.AGENT,
    drafts.PERSON,
    drafts.GOAL,
    drafts.PROJECT,
    drafts.BUDGET,
    drafts.POLICY,
    drafts.new_task("CI"),
    drafts.new_task("CI", parent="CI-0028"),
    drafts.new_routine("CI"),
)


@pytest.mark.parametrize("draft", NEW, ids=lambda draft: draft.path)
def test_a_draft_is_a_record_as_it_stands(draft: Draft) -> None:
    place = place_of(draft.path)
    assert place is not None
    reading = read(place, draft.text.encode())

    assert reading.problems == ()
    assert reading.record is not None
    assert reading.record.id == place.id


def test_a_part_of_a_task_names_it() -> None:
    draft = drafts.new_task("CI", parent="CI-0028")
    place = place_of(draft.path)
    assert place is not None
    record = read(place, draft.text.encode()).record

    assert isinstance(record, NewTask)
    assert (record.parent, draft.path) == ("CI-0028", "tasks/CI/new/part-of-ci-0028.yaml")


@pytest.mark.parametrize("options", [(), ("Madrid", "UTC")])
def test_a_decision_needs_nothing_but_who_and_when(options: tuple[str, ...]) -> None:
    draft = drafts.decision("AP-3", "approvals/AP-3.yaml", "sha256:00", options=bool(options))
    asked = f"title: Which zone?\nrequested_by: riley\nrequested_at: {ago(hours=1).isoformat()}\noptions: [{', '.join(options)}]\n"
    made = draft.text.replace("your id", "ada").replace("YYYY-MM-DDTHH:MM:SSZ", "2026-11-22T09:00:00Z")
    place = place_of(draft.path)
    assert place is not None
    record = read(place, (asked + made).encode()).record

    assert isinstance(record, Approval)
    (decision,) = record.decisions
    assert (decision.by, decision.verdict, decision.content) == ("ada", "approve", "sha256:00")
    assert (decision.option is not None) == bool(options)
