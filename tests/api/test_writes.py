"""What a run may change: only what its agent may, once for each request, and nothing when the run is over."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gitcp.api.callback import OFFERED
from gitcp.core.authority import AGENT_MAY
from gitcp.errors import RemoteError
from gitcp.model.memory import Records
from gitcp.model.runs import Outcome, Run, RunStatus
from gitcp.model.tasks import TaskStatus
from tests.api.company import NOW, RUN, Store, a_run, the_company
from tests.api.served import Served, serving


def apply(served: Served, operation: str, body: dict[str, Any], **headers: str) -> tuple[int, Any]:
    return served.post(f"/v1/operations/{operation}", body, **headers)


def test_a_comment_is_written_as_the_agent_from_its_run(served: Served) -> None:
    status, receipt = apply(
        served, "comment.create", {"task": "CI-0002", "body": "Have you seen it, @oscar?"}
    )

    (comment,) = served.store.records.comments("CI-0002")
    assert status == 200
    assert (comment.author, comment.run, comment.body) == ("riley", RUN, "Have you seen it, @oscar?")
    assert receipt["records"] == [{"kind": "comment", "id": comment.id}]
    assert (receipt["task"], receipt["repeated"]) == ("CI-0002", False)
    assert receipt["subject"].startswith("comment on task CI-0002")


def test_a_subtask_is_delegated_to_somebody_below(served: Served) -> None:
    fields = {"project": "CI", "parent": "CI-0001", "assignee": "nadia", "title": "Index the notes"}

    status, receipt = apply(served, "task.create", fields)

    child = served.store.task("CI-0004")
    assert (status, receipt["task"]) == (200, "CI-0004")
    assert receipt["records"] == [{"kind": "task", "id": "CI-0004"}]
    assert (child.parent, child.assignee, child.created_by) == ("CI-0001", "nadia", "riley")


@pytest.mark.parametrize(
    ("operation", "body", "message"),
    [
        ("task.edit", {"task": "CI-0002", "fields": {"title": "Mine"}}, "may not task.edit CI-0002"),
        ("task.edit", {"task": "CI-0001", "fields": {"verify": []}}, "may not edit verify of CI-0001"),
        ("task.edit", {"task": "CI-0001", "fields": {"review": []}}, "may not edit review of CI-0001"),
        ("task.review", {"task": "CI-0001", "verdict": "approve", "comment": "x"}, "may not task.review"),
        ("task.assign", {"task": "CI-0002", "assignee": "riley"}, "may not task.assign CI-0002"),
        ("task.cancel", {"task": "CI-0001"}, "may not task.cancel CI-0001"),
        ("task.block", {"task": "CI-0002", "reason": "no"}, "may not task.block CI-0002"),
        ("task.unblock", {"task": "CI-0002"}, "may not task.unblock"),
        ("task.create", {"project": "CI", "title": "x", "assignee": "clara"}, "may not assign work to clara"),
        ("task.create", {"project": "CI", "title": "x", "parent": "CI-0002"}, "below CI-0002"),
        ("document.write", {"task": "CI-0002", "document": "plan", "text": ""}, "may not document.write"),
        ("wake.request", {"agent": "hugo"}, "may not wake.request for hugo"),
        ("run.cancel", {"run": RUN}, "may not run.cancel for riley"),
        ("task.finish", {"task": "CI-0002"}, "may not task.finish"),
        ("task.submit", {"task": "CI-0002"}, "may not task.submit"),
        ("agent.hire", {"agent": "spy", "fields": {}}, "may not agent.hire"),
        ("budget.edit", {"id": "agent/riley", "fields": {"limits": {}}}, "may not budget.edit"),
        ("run.finish", {"run": RUN, "outcome": "succeeded"}, "may not run.finish"),
        ("run.claim", {}, "may not run.claim"),
    ],
)
def test_an_agent_may_not_do_what_is_not_its_to_do(
    served: Served, operation: str, body: dict[str, Any], message: str
) -> None:
    before = served.store.records

    status, answer = apply(served, operation, body)

    assert (status, answer["kind"]) == (403, "not-allowed")
    assert message in answer["detail"]
    assert served.store.records is before


def test_a_reviewer_may_decide_on_what_it_reviews(served: Served) -> None:
    fields = {"task": "CI-0003", "verdict": "request-changes", "comment": "The index is missing."}

    assert apply(served, "task.review", fields)[0] == 200
    assert served.store.task("CI-0003").status is TaskStatus.TODO
    assert served.store.said("CI-0003") == ["The index is missing."]


def test_a_step_that_the_table_does_not_have_is_a_conflict(served: Served) -> None:
    served.store.put(served.store.task("CI-0001").evolve(status=TaskStatus.DONE, closed=NOW))

    status, answer = apply(served, "task.start", {"task": "CI-0001"})

    assert (status, answer["kind"]) == (409, "illegal-transition")
    assert answer["hint"] == "possible from done: reopen"


@pytest.mark.parametrize(
    ("operation", "body", "message"),
    [
        ("comment.create", {"task": "CI-0001"}, "comment.create: body: Field required"),
        ("comment.create", {"task": "CI-0001", "body": ""}, "body: String should have at least 1 character"),
        (
            "comment.create",
            {"task": "no", "body": "x", "by": "alex"},
            "by: Extra inputs are not permitted; task:",
        ),
        ("task.create", {"project": "CI", "title": "x", "due": 5}, "due: expected a time such as"),
        ("task.create", {"project": "CI", "title": ""}, "title"),
        ("task.edit", {"task": "CI-0001", "fields": {"colour": "red"}}, "colour: expected one of"),
    ],
)
def test_values_that_do_not_fit_are_all_named(
    served: Served, operation: str, body: dict[str, Any], message: str
) -> None:
    status, answer = apply(served, operation, body)

    assert (status, answer["kind"]) == (422, "record")
    assert message in answer["detail"]


def test_an_unknown_operation_is_told_the_nearest(served: Served) -> None:
    status, near = apply(served, "comment.add", {})
    _, far = apply(served, "zzz", {})

    assert (status, near["kind"]) == (404, "unknown-record")
    assert near["hint"] == "did you mean comment.create?"
    assert "document.write" in far["hint"]


def test_exactly_the_operations_of_the_authority_table_are_offered() -> None:
    assert set(OFFERED) <= set(AGENT_MAY)
    assert {"comment.create", "task.create", "task.review", "task.edit"} <= set(OFFERED)
    assert not {"task.finish", "run.finish", "agent.hire"} & set(OFFERED)


@pytest.mark.parametrize(
    ("operation", "fields", "declared"),
    [
        ("task.finish", {}, "finish"),
        ("task.submit", {}, "finish"),
        ("task.block", {"reason": "No key", "waits_for": "alex"}, "block"),
    ],
)
def test_ending_its_own_task_declares_how_the_run_ends(
    served: Served, operation: str, fields: dict[str, Any], declared: str
) -> None:
    status, answer = apply(served, operation, {"task": "CI-0001"} | fields)

    assert (status, answer["declared"]) == (200, declared)
    assert "changes when the run ends" in answer["hint"]
    assert served.declarations.value.declared == declared
    assert served.declarations.value.waits_for == fields.get("waits_for")
    assert served.store.task("CI-0001").status is TaskStatus.IN_PROGRESS


def test_an_agent_may_not_finish_without_its_checks(served: Served) -> None:
    status, answer = apply(served, "task.finish", {"task": "CI-0001", "without_checks": "because"})

    assert (status, answer["kind"]) == (403, "not-allowed")
    assert served.declarations.value.declared == "nothing"


def test_a_reviewer_cannot_finish_the_task_that_it_reviews(store: Store, tmp_path: Path) -> None:
    store.put(a_run("clara", NOW, task="CI-0001"))
    with serving(store, tmp_path / "d.json", run=f"{NOW:%Y%m%dT%H%M%SZ}-clara") as served:
        status, answer = apply(served, "task.finish", {"task": "CI-0001"})

    assert (status, answer["kind"]) == (403, "not-allowed")
    assert answer["hint"] == "declare it: POST /v1/run/finish"


def test_the_same_request_is_carried_out_once(served: Served) -> None:
    fields = {"task": "CI-0001", "body": "once"}

    first = apply(served, "comment.create", fields, Gitcp_Request="ab12")
    again = apply(served, "comment.create", fields, Gitcp_Request="ab12")

    assert served.store.said("CI-0001") == ["once"]
    assert (first[1]["repeated"], again[1]["repeated"]) == (False, True)
    assert again[1]["revision"] == first[1]["revision"]


def test_without_a_request_name_every_call_is_its_own(served: Served) -> None:
    for _ in range(2):
        apply(served, "comment.create", {"task": "CI-0001", "body": "twice"})

    assert served.store.said("CI-0001") == ["twice", "twice"]


def test_a_request_name_with_another_content_is_another_request(served: Served) -> None:
    for body in ("one", "two"):
        apply(served, "comment.create", {"task": "CI-0001", "body": body}, Gitcp_Request="1")

    assert served.store.said("CI-0001") == ["one", "two"]


def test_two_runs_never_share_a_request(store: Store, tmp_path: Path) -> None:
    store.put(a_run("hugo", NOW, task="CI-0002"))
    for run in (RUN, f"{NOW:%Y%m%dT%H%M%SZ}-hugo"):
        with serving(store, tmp_path / f"{run}.json", run=run) as served:
            apply(served, "comment.create", {"task": "CI-0002", "body": "me too"}, Gitcp_Request="ab12")

    assert [comment.author for comment in store.records.comments("CI-0002")] == ["hugo", "riley"]


def test_a_run_that_has_ended_in_the_branch_changes_nothing_more(served: Served) -> None:
    run = served.store.records.get(Run, RUN)
    assert run is not None
    served.store.put(run.evolve(status=RunStatus.ENDED, outcome=Outcome.ABANDONED))

    status, answer = apply(served, "comment.create", {"task": "CI-0001", "body": "late"})

    assert (status, answer["kind"]) == (409, "conflict")
    assert served.store.said("CI-0001") == []


def test_a_run_without_a_record_changes_nothing(served: Served) -> None:
    records = {key: record for key, record in the_company().by_key.items() if key[0] != "run"}
    served.store.records = Records(records)

    assert apply(served, "comment.create", {"task": "CI-0001", "body": "x"})[0] == 409
    assert served.get("/v1/me")[0] == 404


def test_a_run_makes_only_so_many_changes(store: Store, tmp_path: Path) -> None:
    with serving(store, tmp_path / "d.json", most_writes=2) as served:
        statuses = [
            apply(served, "comment.create", {"task": "CI-0001", "body": "again"})[0] for _ in range(4)
        ]

    assert statuses == [200, 200, 409, 409]
    assert len(store.said("CI-0001")) == 2


def test_a_remote_that_cannot_be_reached_is_told_as_such(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object) -> None:
        raise RemoteError("origin cannot be reached", hint="try again")

    monkeypatch.setattr(Store, "apply", unreachable)

    status, answer = apply(served, "comment.create", {"task": "CI-0001", "body": "x"})

    assert (status, answer["kind"], answer["detail"], answer["hint"]) == (
        503,
        "remote",
        "origin cannot be reached",
        "try again",
    )


def test_only_the_runs_own_agent_can_be_served(served: Served) -> None:
    with pytest.raises(ValueError, match="expected an agent that acts from run"):
        replace(served.callback, run="20261122T233000Z-other")


def test_what_is_read_is_what_was_just_written(served: Served) -> None:
    apply(served, "task.edit", {"task": "CI-0001", "fields": {"title": "Enforce it"}})

    assert served.get("/v1/tasks/CI-0001")[1]["title"] == "Enforce it"


def test_a_run_that_changed_something_is_known_to_have(served: Served) -> None:
    assert apply(served, "comment.create", {"task": "CI-9999", "body": "x"})[0] == 404
    assert not served.declarations.value.wrote

    apply(served, "comment.create", {"task": "CI-0001", "body": "x"})
    served.client.finish("done")

    assert served.declarations.value.wrote
