"""The API for people and programs: who comes in, what they can ask, and that it is done once."""

import http.client
from collections.abc import Iterator
from typing import Any

import pytest

from gitcp.api import reception as reception_module
from gitcp.api.places import PORT, Address
from gitcp.api.reception import MOST_WRONG, Failures, description
from gitcp.api.visitor import OFFERED
from gitcp.core.authority import SCHEDULER_ONLY
from gitcp.core.operations.registry import OPERATIONS
from gitcp.errors import CallbackError
from gitcp.model.tasks import TaskStatus
from tests.api.company import RUN, Store
from tests.api.visited import TOKEN, Visited, visiting

jsonschema = pytest.importorskip("jsonschema")

READS = {
    "/v1/me": "/v1/me",
    "/v1/status": "/v1/status",
    "/v1/company": "/v1/company",
    "/v1/inbox": "/v1/inbox?member=riley",
    "/v1/tasks": "/v1/tasks?status=todo&status=in_progress",
    "/v1/tasks/{task}": "/v1/tasks/CI-0001",
    "/v1/runs": "/v1/runs?agent=riley&active=true",
    "/v1/runs/{run}": f"/v1/runs/{RUN}",
    "/v1/members": "/v1/members",
    "/v1/members/{member}": "/v1/members/riley",
    "/v1/records/{kind}": "/v1/records/goals",
}


@pytest.fixture
def visited(store: Store) -> Iterator[Visited]:
    with visiting(store) as found:
        yield found


def test_a_task_is_created_assigned_and_commented_on_and_an_agent_woken(visited: Visited) -> None:
    created = visited.post("/v1/operations/task.create", {"project": "CI", "title": "Look again"})[1]
    task = created["task"]
    assigned = visited.post("/v1/operations/task.assign", {"task": task, "assignee": "hugo"})
    commented = visited.post("/v1/operations/comment.create", {"task": task, "body": "Please, @hugo."})
    woken = visited.post("/v1/operations/wake.request", {"agent": "hugo", "task": task})

    assert [assigned[0], commented[0], woken[0]] == [200, 200, 200]
    assert visited.store.task(task).assignee == "hugo"
    assert visited.store.said(task) == ["Please, @hugo."]
    assert {actor for actor, _ in visited.store.log} == {"alex"}


@pytest.mark.parametrize("path", READS)
def test_what_is_read_has_the_shape_that_is_described(visited: Visited, path: str) -> None:
    document = description()
    status, found = visited.get(READS[path])
    schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]

    assert status == 200
    jsonschema.Draft202012Validator({**schema, "components": document["components"]}).validate(found)


def test_a_person_reads_what_a_run_is_not_told(visited: Visited) -> None:
    assert visited.get("/v1/me")[1]["person"]["id"] == "alex"
    assert visited.get("/v1/status")[1]["you"] == "alex"
    assert visited.get("/v1/inbox")[1]["member"] == "alex"
    assert [row["id"] for row in visited.get("/v1/runs")[1]["runs"]] == [RUN]
    assert visited.get("/v1/runs?outcome=failed")[1]["runs"] == []
    assert visited.get("/v1/records/goals/quality")[1]["parent"] == "trust"
    assert visited.get("/v1/records/projects/CI")[1]["lead"] == "clara"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/records/secrets", 404),
        ("/v1/records/goals/none", 404),
        ("/v1/members/nobody", 404),
        ("/v1/inbox?member=nobody", 404),
        ("/v1/inbox?colour=red", 422),
        ("/v1/runs?outcome=lucky", 422),
        ("/v1/runs?active=maybe", 422),
        ("/v1/runs?limit=0", 422),
        ("/v1/me?x=1", 422),
        ("/v1/brief", 404),
    ],
)
def test_what_is_not_there_or_does_not_fit_is_refused(visited: Visited, path: str, status: int) -> None:
    assert visited.get(path)[0] == status


def test_a_person_may_ask_for_everything_but_what_is_the_schedulers_alone(visited: Visited) -> None:
    status, refused = visited.post("/v1/operations/run.finish", {"run": RUN, "outcome": "succeeded"})

    assert (status, refused["kind"]) == (403, "not-allowed")
    assert OFFERED.keys() == OPERATIONS.keys() - SCHEDULER_ONLY
    assert visited.post("/v1/operations/task.finsh", {})[1]["hint"] == "did you mean task.finish?"


def test_a_person_decides_on_a_task_at_once(visited: Visited) -> None:
    status, _ = visited.post("/v1/operations/task.block", {"task": "CI-0002", "reason": "No key"})

    assert status == 200
    assert visited.store.task("CI-0002").status is TaskStatus.BLOCKED


def test_the_same_request_is_carried_out_once_and_answered_the_same(visited: Visited) -> None:
    fields = {"project": "CI", "title": "Once"}
    first = visited.post("/v1/operations/task.create", fields, key="ab12")
    again = visited.post("/v1/operations/task.create", fields, key="ab12")

    assert again[1] == first[1] | {"repeated": True}
    assert [task.title for task in visited.store.records.tasks(project="CI")].count("Once") == 1


def test_a_request_that_another_server_carried_out_is_not_carried_out_again(store: Store) -> None:
    fields = {"task": "CI-0001", "body": "once"}
    receipts = []
    for _ in range(2):
        with visiting(store) as visited:
            receipts.append(visited.post("/v1/operations/comment.create", fields, key="ab12")[1])

    assert store.said("CI-0001") == ["once"]
    assert [receipt["repeated"] for receipt in receipts] == [False, True]
    assert receipts[0]["revision"] == receipts[1]["revision"]


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", TOKEN.upper()])
def test_without_a_persons_token_nobody_comes_in(visited: Visited, token: str) -> None:
    status, refused = visited.get("/v1/me", token)

    assert (status, refused["kind"]) == (401, "unauthorised")
    assert "gitcp token new" in refused["hint"]


def test_who_is_gone_does_not_come_in(visited: Visited) -> None:
    visited.tokens["of-somebody-who-left"] = "bea"

    assert visited.get("/v1/me", "of-somebody-who-left")[0] == 401


def test_many_wrong_tokens_have_to_wait_and_right_ones_do_not(visited: Visited) -> None:
    answers = [visited.get("/v1/me", f"wrong-{number}")[0] for number in range(MOST_WRONG + 3)]

    assert answers == [401] * MOST_WRONG + [429] * 3
    assert visited.get("/v1/me")[0] == 200


def test_after_a_minute_a_wrong_token_is_a_first_one_again() -> None:
    now = [0.0]
    failures = Failures(lambda: now[0])
    assert not any(failures.add() for _ in range(MOST_WRONG))
    assert failures.add()

    now[0] = reception_module.WRONG_WITHIN + 1

    assert not failures.add()


def test_the_description_is_served(visited: Visited) -> None:
    assert visited.get("/v1/openapi.json") == (200, description())


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:80", Address("127.0.0.1", 80)),
        ("localhost", Address("localhost", PORT)),
        ("0.0.0.0", Address("0.0.0.0", PORT)),
        (":9000", Address("127.0.0.1", 9000)),
        ("9000", Address("127.0.0.1", 9000)),
        ("[::1]:9000", Address("::1", 9000)),
        ("[::1]", Address("::1", PORT)),
        ("gitcp.example.org:443", Address("gitcp.example.org", 443)),
    ],
)
def test_an_address_is_a_host_a_port_or_both(text: str, address: Address) -> None:
    assert Address.parse(text) == address


@pytest.mark.parametrize("text", ["", "a:b", "127.0.0.1:99999", "http://127.0.0.1", "a b:1", "[::1"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(CallbackError, match="expected HOST:PORT"):
        Address.parse(text)


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        ("127.0.0.1", True),
        ("127.0.0.2", True),
        ("localhost", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("::", False),
    ],
)
def test_only_loopback_is_this_machine_alone(host: str, is_loopback: bool) -> None:
    address = Address(host, 80)

    assert address.is_loopback is is_loopback
    assert (address.hosts(80) is None) is not is_loopback


def test_an_address_that_is_taken_says_so(visited: Visited) -> None:
    port = int(visited.reception.url.rpartition(":")[2])

    with (
        pytest.raises(CallbackError, match=f"cannot listen at 127.0.0.1:{port}") as caught,
        visiting(visited.store, Address("127.0.0.1", port)),
    ):
        pass

    assert caught.value.hint == "name another address: --listen HOST:PORT"


def test_a_page_of_another_host_does_not_come_in(visited: Visited) -> None:
    connection = http.client.HTTPConnection(visited.reception.url.removeprefix("http://"), timeout=5)
    headers: dict[str, Any] = {"Authorization": f"Bearer {TOKEN}", "Host": "evil.example"}
    connection.request("GET", "/v1/me", headers=headers)
    status = connection.getresponse().status
    connection.close()

    assert status == 403
