"""What a run may read."""

import json

import pytest

from gitcp.model.guards import Gate, Policy, Verdict
from gitcp.model.tasks import Document, Task, TaskStatus
from tests.api.company import RUN, a_task
from tests.api.served import Served


def test_an_agent_learns_who_it_is_and_what_it_declared(served: Served) -> None:
    served.client.continue_("half")

    status, found = served.get("/v1/me")

    assert status == 200
    assert (found["agent"]["id"], found["agent"]["chain_of_command"][0]) == ("riley", "clara")
    assert found["run"]["id"] == RUN
    assert (found["declared"]["declared"], found["declared"]["summary"]) == ("continue", "half")


def test_an_agent_reads_its_inbox(served: Served) -> None:
    _, found = served.get("/v1/inbox")

    assert [item["task"]["id"] for item in found["items"]] == ["CI-0001", "CI-0003"]


def test_the_brief_is_what_the_wakes_context_holds(served: Served) -> None:
    _, found = served.get("/v1/brief")

    assert (found["run"]["id"], found["task"]["id"], found["manager"]) == (RUN, "CI-0001", "clara")


def test_a_task_and_its_documents_are_read_by_their_names(served: Served) -> None:
    served.store.put(Document(id="CI-0002/plan", text="First, …"))

    _, task = served.get("/v1/tasks/CI-0002")
    _, document = served.get("/v1/tasks/CI-0002/documents/plan")

    assert (task["assignee"], task["documents"]) == ("hugo", ["plan"])
    assert document["text"] == "First, …"


def test_a_run_is_read_by_its_name(served: Served) -> None:
    _, found = served.get(f"/v1/runs/{RUN}")

    assert (found["agent"], found["status"]) == ("riley", "active")


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", ["CI-0001", "CI-0002", "CI-0003"]),
        ("?assignee=hugo", ["CI-0002", "CI-0003"]),
        ("?status=todo&status=in_progress", ["CI-0001", "CI-0002"]),
        ("?status=todo&assignee=riley", []),
        ("?project=CI&limit=1", ["CI-0001"]),
        ("?project=XY", []),
        ("?parent=CI-0001", ["CI-0004"]),
    ],
)
def test_tasks_are_listed_by_what_they_have_in_common(served: Served, query: str, ids: list[str]) -> None:
    if "parent" in query:
        served.store.put(a_task("CI-0004", parent="CI-0001", status=TaskStatus.DONE))

    _, found = served.get(f"/v1/tasks{query}")

    assert [task["id"] for task in found["tasks"]] == ids
    assert found["left_off"] == (2 if "limit" in query else 0)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("colour=red", "expected status, assignee, project, parent, limit, found colour"),
        ("status=doing", "found doing"),
        ("assignee=a&assignee=b", "expected one value, found 2"),
        ("limit=0", "from 1 to 500, found 0"),
        ("limit=501", "found 501"),
        ("limit=many", "found many"),
        ("limit=-1", "found -1"),
        ("limit=%C2%B2", "found ²"),
        ("limit=9999999999999999999999", "from 1 to 500"),
    ],
)
def test_a_filter_that_is_none_is_named(served: Served, query: str, message: str) -> None:
    status, body = served.get(f"/v1/tasks?{query}")

    assert (status, body["kind"]) == (422, "record")
    assert message in body["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/tasks/CI-0404",
        "/v1/tasks/CI-0001/documents/none",
        "/v1/runs/20261122T233000Z-nobody",
        "/v1/tasks/..%2F..%2Fetc%2Fpasswd",
        "/v1/tasks/%00",
        "/v1/tasks/%FF",
    ],
)
def test_what_does_not_exist_is_not_found(served: Served, path: str) -> None:
    status, body = served.get(path)

    assert (status, body["kind"]) == (404, "unknown-record")


def test_the_nearest_name_is_told(served: Served) -> None:
    _, body = served.get("/v1/tasks/CI-001")

    assert body["hint"] == "did you mean CI-0001?"


def test_no_answer_tells_the_values_of_an_environment_or_the_token(served: Served) -> None:
    answers = [served.get(path)[1] for path in ("/v1/me", "/v1/inbox", "/v1/brief", "/v1/tasks/CI-0001")]

    assert "t0ken" not in json.dumps(answers)


def test_an_agent_asks_whether_it_may_and_does_nothing(served: Served) -> None:
    before = served.store.snapshot()
    gate = Gate(operations=("task.edit",), labels=("old",), verdict=Verdict.APPROVAL, approvers=("alex",))
    served.store.put(Policy(id="rules", title="Rules", gates=(gate,)))

    status, free = served.get("/v1/verdicts/task.edit?task=CI-0001")
    _, held = served.get("/v1/verdicts/task.edit?task=CI-0001&label=old&label=new&usd=1.50")
    hire = served.client.verdict("agent.hire", {"by": None, "labels": (), "usd": None})

    assert (status, free["verdict"], free["table"]["may"]) == (200, "allow", True)
    assert (held["verdict"], held["approvals"][0]["by"], held["about"]["usd"]) == ("approval", ["alex"], 1.5)
    assert (hire["verdict"], hire["reason"]) == ("deny", "no agent may agent.hire")
    assert served.store.snapshot().all(Task) == before.all(Task)


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("task.edit?by=hugo", 403, "agent riley may not ask what hugo may"),
        ("task.edti", 404, "there is no operation task.edti"),
        ("task.edit?usd=much", 422, "usd: expected an amount such as 12.50, found much"),
        ("task.edit?priority=urgent", 422, "expected one of critical, high, medium, low, found urgent"),
        ("task.edit?task=CI-0404", 404, "task CI-0404 does not exist"),
        ("task.edit?colour=red", 422, "found colour"),
    ],
)
def test_what_is_no_question_about_rules_is_told(
    served: Served, path: str, status: int, message: str
) -> None:
    found, body = served.get(f"/v1/verdicts/{path}")

    assert found == status
    assert message in body["detail"]
