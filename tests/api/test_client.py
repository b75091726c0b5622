"""The agent's side: light, direct, and true to what the runner answered."""

import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from gitcp.api.client import CallbackClient
from gitcp.errors import (
    CallbackError,
    ConflictError,
    GitcpError,
    IllegalTransitionError,
    NotAllowedError,
    RecordError,
    UnknownRecordError,
)
from gitcp.model.tasks import Document, TaskStatus
from tests.api.company import RUN
from tests.api.served import TOKEN, Served

OK = b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{}"


@contextmanager
def answering(*answers: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Listen, and give each connection the next answer; an empty one hangs up. Yield the URL and what was heard."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for answer in answers:
                connection, _ = listener.accept()
                with connection:
                    heard.append(received(connection))
                    connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", heard
        thread.join(5)


def received(connection: socket.socket) -> bytes:
    """Return a whole request: its head, and as much after it as it announces."""
    text = b""
    while b"\r\n\r\n" not in text:
        text += connection.recv(65536)
    head, _, body = text.partition(b"\r\n\r\n")
    announced = re.search(rb"content-length: (\d+)", head.lower())
    while announced is not None and len(body) < int(announced[1]):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def test_the_environment_of_a_run_makes_a_client(served: Served) -> None:
    client = CallbackClient.from_environment(served.environment | {"GITCP_TASK_ID": "CI-0001"})

    assert client is not None
    assert (client.run_id, client.task_id) == (RUN, "CI-0001")
    assert client.me()["agent"]["id"] == "riley"


@pytest.mark.parametrize("missing", ["GITCP_API_URL", "GITCP_API_KEY"])
def test_outside_of_a_run_there_is_no_client(served: Served, missing: str) -> None:
    assert CallbackClient.from_environment(served.environment | {missing: ""}) is None
    assert CallbackClient.from_environment({}) is None


@pytest.mark.parametrize("url", ["file:///etc/passwd", "127.0.0.1:80", "http://"])
def test_only_http_is_spoken(url: str) -> None:
    with pytest.raises(CallbackError, match="GITCP_API_URL: expected http://HOST:PORT"):
        CallbackClient(url, TOKEN)


def test_everything_can_be_read(served: Served) -> None:
    served.store.put(Document(id="CI-0001/plan", text="First"))
    client = served.client

    assert client.inbox()["member"] == "riley"
    assert client.brief()["run"]["id"] == RUN
    assert client.task("CI-0001")["id"] == "CI-0001"
    assert client.document("CI-0001", "plan")["text"] == "First"
    assert client.run(RUN)["id"] == RUN
    assert [task["id"] for task in client.tasks(status=["todo"], limit=5)["tasks"]] == ["CI-0002"]


def test_a_name_cannot_leave_its_place_in_the_path(served: Served) -> None:
    with pytest.raises(UnknownRecordError, match=r"task \.\./me does not exist"):
        served.client.task("../me")


def test_an_operation_is_applied_once_for_its_request(served: Served) -> None:
    for _ in range(2):
        served.client.apply("comment.create", {"task": "CI-0001", "body": "hello"}, "ab12")

    assert served.store.said("CI-0001") == ["hello"]


@pytest.mark.parametrize(
    ("operation", "fields", "kind", "hint"),
    [
        ("task.cancel", {"task": "CI-0001"}, NotAllowedError, "comment on the task instead"),
        ("task.start", {"task": "CI-0002"}, NotAllowedError, "comment on the task instead"),
        ("comment.create", {"task": "CI-001", "body": "x"}, UnknownRecordError, "did you mean CI-0001?"),
        ("comment.create", {}, RecordError, "GET /v1/openapi.json tells what is expected"),
    ],
)
def test_a_refusal_keeps_its_kind_its_message_and_its_hint(
    served: Served, operation: str, fields: dict[str, str], kind: type[GitcpError], hint: str
) -> None:
    with pytest.raises(kind) as caught:
        served.client.apply(operation, fields)

    assert caught.value.hint == hint
    assert caught.value.message != ""


def test_what_the_table_does_not_have_and_what_is_over_are_told_apart(served: Served) -> None:
    served.store.put(served.store.task("CI-0001").evolve(status=TaskStatus.BLOCKED))
    with pytest.raises(IllegalTransitionError):
        served.client.apply("task.start", {"task": "CI-0001"})
    served.server.close()

    with pytest.raises(ConflictError, match="is over"):
        served.client.finish()


def test_a_wrong_token_is_a_callback_error(served: Served) -> None:
    with pytest.raises(CallbackError, match="missing or wrong") as caught:
        CallbackClient(served.url, "wrong").me()

    assert "GITCP_API_KEY" in (caught.value.hint or "")


def test_a_broken_connection_is_tried_once_more_with_the_same_request() -> None:
    with answering(b"", OK) as (url, heard):
        assert CallbackClient(url, TOKEN).finish("done") == {}

    first, second = (text.lower() for text in heard)
    assert first == second
    assert b"gitcp-request: " in first


def test_a_runner_that_is_gone_is_said_to_be() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(CallbackError, match=f"the runner at 127.0.0.1:{port} does not answer") as caught:
        CallbackClient(f"http://127.0.0.1:{port}", TOKEN, RUN).me()
    with pytest.raises(CallbackError, match=f"gitcp at 127.0.0.1:{port} does not answer") as outside:
        CallbackClient(f"http://127.0.0.1:{port}", TOKEN).me()

    assert "the run may be over" in (caught.value.hint or "")
    assert "gitcp scheduler --listen" in (outside.value.hint or "")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.0 200 OK\r\n\r\n<html>",
        b"HTTP/1.0 200 OK\r\n\r\n[]",
        b"HTTP/1.0 502 Bad Gateway\r\n\r\noops",
        b'HTTP/1.0 500 Oops\r\n\r\n{"error": "text"}',
        b'HTTP/1.0 500 Oops\r\n\r\n{"error": {}}',
    ],
)
def test_an_answer_that_is_not_gitcps_is_said_to_be(answer: bytes) -> None:
    with answering(answer) as (url, _), pytest.raises(CallbackError, match="not as gitcp does"):
        CallbackClient(url, TOKEN).me()


def test_a_redirect_is_not_followed() -> None:
    elsewhere = b"HTTP/1.0 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n"
    with answering(elsewhere) as (url, heard), pytest.raises(CallbackError):
        CallbackClient(url, TOKEN).me()

    assert len(heard) == 1


def test_proxies_of_the_environment_are_not_asked(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    assert served.client.me()["agent"]["id"] == "riley"


def test_the_client_is_light_to_import() -> None:
    script = "import sys, json, gitcp.api.client; print(json.dumps(sorted(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert not {"pydantic", "jinja2", "croniter", "click", "urllib.request"} & set(json.loads(found.stdout))
