"""Who may talk to the callback, and what a request has to look like."""

import http.client
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any, Never

import pytest

from gitcp.api import listener as listener_module
from gitcp.api import server as server_module
from gitcp.api.callback import Callback
from gitcp.api.exchange import LONGEST_BODY, LONGEST_HEAD
from gitcp.api.refusals import Answer
from gitcp.api.server import CallbackServer
from gitcp.model.snapshot import Snapshot
from tests.api.company import NOW, Store
from tests.api.served import TOKEN, Served, serving


def error_of(answer: tuple[int, Any]) -> tuple[int, str]:
    status, body = answer
    assert set(body) == {"type", "title", "status", "detail", "kind", "hint"}
    assert (body["status"], body["type"]) == (status, f"urn:gitcp:problem:{body['kind']}")
    return status, body["kind"]


def test_it_listens_on_loopback_only(served: Served) -> None:
    assert served.url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    "token", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x", "Bearer ü"]
)
def test_without_the_runs_token_nothing_is_answered(served: Served, token: str) -> None:
    assert error_of(served.get("/v1/me", Authorization=token)) == (401, "unauthorised")
    assert error_of(served.post("/v1/run/finish", {}, Authorization=token)) == (401, "unauthorised")


def test_the_word_bearer_may_be_written_in_any_case(served: Served) -> None:
    assert served.get("/v1/me", Authorization=f"bearer  {TOKEN}")[0] == 200


@pytest.mark.parametrize(
    "host", ["example.org", "127.0.0.1", "127.0.0.1:1", "localhost:80", "evil.example:{port}"]
)
def test_a_foreign_host_is_refused_before_the_token_is_looked_at(served: Served, host: str) -> None:
    named = host.format(port=served.place.partition(":")[2])

    assert error_of(served.get("/v1/me", Host=named)) == (403, "not-allowed")


def test_localhost_is_the_same_place(served: Served) -> None:
    assert served.get("/v1/me", Host=f"localhost:{served.place.partition(':')[2]}")[0] == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"\xff\xfe",
        b'{"summary": NaN}',
        b'{"summary": "\\ud800"}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
    ],
)
def test_a_body_that_is_no_json_object_is_refused(served: Served, body: bytes) -> None:
    assert error_of(served.send("POST", "/v1/run/finish", body, {})) == (400, "bad-request")


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded"])
def test_a_body_that_does_not_say_that_it_is_json_is_refused(served: Served, kind: str) -> None:
    assert error_of(served.post("/v1/run/finish", {}, Content_Type=kind)) == (400, "bad-request")


def test_json_may_name_its_charset(served: Served) -> None:
    assert served.post("/v1/run/finish", {}, Content_Type="application/json; charset=utf-8")[0] == 200


def test_a_body_that_is_too_long_is_refused_unread(served: Served) -> None:
    body = json.dumps({"summary": "x" * LONGEST_BODY}).encode()

    assert error_of(served.send("POST", "/v1/run/finish", body, {})) == (413, "too-long")


def test_even_an_enormous_body_gets_its_answer(served: Served) -> None:
    body = b"x" * (2 * LONGEST_BODY)

    assert error_of(served.send("POST", "/v1/run/finish", body, {})) == (413, "too-long")
    assert error_of(served.send("POST", "/v1/run/finish", body, {"Authorization": ""})) == (
        401,
        "unauthorised",
    )


@pytest.mark.parametrize(
    "head",
    [
        "",
        "Content-Length: 2\r\nContent-Length: 3\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: two\r\n",
        "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
    ],
)
def test_a_body_whose_length_is_unclear_is_refused(served: Served, head: str) -> None:
    status, body = raw(served, f"POST /v1/run/finish HTTP/1.1\r\n{usual(served)}{head}\r\n{{}}")

    assert (status, body["kind"]) == (400, "bad-request")


@pytest.mark.parametrize("request_line", ["nonsense", "GET", "GET /v1/me HTTP/9.9", "GET /v1/me HTTP/x"])
def test_what_is_no_request_gets_an_answer_in_json(served: Served, request_line: str) -> None:
    status, body = raw(served, f"{request_line}\r\n{usual(served)}\r\n")

    assert 400 <= status < 500
    assert body["kind"] == "bad-request"


def test_a_caller_that_stops_sending_is_not_waited_for(store: Store, tmp_path: Path) -> None:
    with serving(store, tmp_path / "declarations.json", patience=0.1) as served:
        head = f"POST /v1/run/finish HTTP/1.1\r\n{usual(served)}Content-Length: 9\r\n\r\n{{}}"
        status, body = raw(served, head)

    assert (status, body["kind"]) == (408, "too-slow")


def test_a_caller_that_sends_a_little_at_a_time_has_no_more_time_than_others(
    store: Store, tmp_path: Path
) -> None:
    with serving(store, tmp_path / "declarations.json", patience=0.3) as served:
        connection = socket.create_connection(tuple_of(served), timeout=5)
        with connection:
            connection.sendall(b"GET /v1/me HTTP/1.1\r\nX: ")
            for _ in range(8):
                connection.sendall(b"x")
                time.sleep(0.05)
            answer = connection.recv(65536)

    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_caller_that_hangs_up_early_is_told_as_well(served: Served) -> None:
    head = f"POST /v1/run/finish HTTP/1.1\r\n{usual(served)}Content-Length: 9\r\n\r\n{{}}"

    status, body = raw(served, head, hang_up=True)

    assert (status, body["kind"]) == (400, "bad-request")


def test_a_refused_caller_is_not_waited_for_either(served: Served) -> None:
    head = f"POST /v1/run/finish HTTP/1.1\r\nHost: {served.place}\r\nContent-Length: 9\r\n\r\n"
    status, body = raw(served, head, hang_up=True)

    assert (status, body["kind"]) == (401, "unauthorised")


def test_of_a_body_nothing_is_asked_for_before_the_token_is_right(served: Served) -> None:
    expecting = "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    with socket.create_connection(tuple_of(served), timeout=5) as connection:
        connection.sendall(f"POST /v1/run/finish HTTP/1.1\r\nHost: {served.place}\r\n{expecting}".encode())
        refused = connection.recv(65536)
    with socket.create_connection(tuple_of(served), timeout=5) as connection:
        connection.sendall(f"POST /v1/run/finish HTTP/1.1\r\n{usual(served)}{expecting}".encode())
        asked = connection.recv(65536)
        connection.sendall(b"{}")
        answered = connection.recv(65536)

    assert refused.startswith(b"HTTP/1.1 401 ")
    assert asked.startswith(b"HTTP/1.1 100 ")
    assert answered.startswith(b"HTTP/1.1 200 ")


def test_a_head_without_end_is_refused(served: Served) -> None:
    status, body = raw(served, f"GET /v1/me HTTP/1.1\r\nX: {'x' * (2 * LONGEST_HEAD)}", hang_up=True)

    assert (status, body["kind"]) == (431, "bad-request")


def test_a_body_in_chunks_is_read_up_to_the_same_length(served: Served) -> None:
    head = f"POST /v1/run/finish HTTP/1.1\r\n{usual(served)}Transfer-Encoding: chunked\r\n\r\n"
    chunk = f"{LONGEST_BODY:x}\r\n{'x' * LONGEST_BODY}\r\n"

    assert raw(served, head + "2\r\n{}\r\n0\r\n\r\n")[0] == 200
    assert raw(served, head + chunk + chunk + "0\r\n\r\n")[0] == 413


def test_who_asks_for_the_head_alone_gets_it(served: Served) -> None:
    with socket.create_connection(tuple_of(served), timeout=5) as connection:
        connection.sendall(f"HEAD /v1/me HTTP/1.1\r\n{usual(served)}\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))

    assert answer.startswith(b"HTTP/1.1 405 ")
    assert b"Allow: GET\r\n" in answer
    assert answer.endswith(b"\r\n\r\n")


def test_callers_beyond_the_room_that_there_is_are_turned_away_at_once(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener_module, "MOST_AT_ONCE", 2)
    with socket.create_connection(tuple_of(served)), socket.create_connection(tuple_of(served)):
        status, body = served.get("/v1/me")

    assert (status, body["kind"]) == (503, "busy")
    assert within(5, lambda: served.get("/v1/me")[0] == 200)


def test_an_answer_that_cannot_be_sent_is_logged_and_the_next_one_given(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(server_module, "answer", lambda *_: Answer(200, {"value": object()}))
        with pytest.raises(http.client.HTTPException):
            served.get("/v1/me")

    assert "is not JSON serializable" in caplog.text
    assert served.get("/v1/me")[0] == 200


def test_a_caller_that_never_reads_does_no_harm(served: Served) -> None:
    for _ in range(5):
        with socket.create_connection(tuple_of(served)) as connection:
            connection.sendall(f"GET /v1/brief HTTP/1.1\r\n{usual(served)}\r\n".encode())

    assert served.get("/v1/me")[0] == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/v1"),
        ("GET", "/v1/"),
        ("GET", "/v2/me"),
        ("GET", "/v1/me/"),
        ("GET", "/v1//me"),
        ("GET", "/v1/../v1/me"),
        ("PUT", "/"),
    ],
)
def test_what_there_is_not_is_not_found(served: Served, method: str, path: str) -> None:
    assert served.send(method, path, None, {})[0] == 404


@pytest.mark.parametrize(
    ("method", "path", "hint"),
    [
        ("GET", "/v1/run/finish", "use POST"),
        ("GET", "/v1/operations/comment.create", "use POST"),
        ("PUT", "/v1/me", "use GET"),
        ("DELETE", "/v1/tasks/CI-0001", "use GET"),
        ("OPTIONS", "/v1/me", "use GET"),
    ],
)
def test_the_wrong_method_is_told_the_right_one(served: Served, method: str, path: str, hint: str) -> None:
    status, body = served.send(method, path, None, {})

    assert (status, body["kind"], body["hint"]) == (405, "wrong-method", hint)


@pytest.mark.parametrize("key", ["", "not hex", "a" * 65, "0x12"])
def test_a_request_name_is_hexadecimal(served: Served, key: str) -> None:
    answer = served.post("/v1/run/finish", {}, Gitcp_Request=key or " ")

    assert error_of(answer) == (400, "bad-request")


def test_the_longest_text_of_a_record_fits_however_it_is_escaped(served: Served) -> None:
    text = "\N{PILE OF POO}" * 200_000

    fields = {"task": "CI-0001", "document": "plan", "text": text}
    assert served.post("/v1/operations/document.write", fields)[0] == 200
    assert served.get("/v1/tasks/CI-0001/documents/plan")[1]["text"] == text


def test_too_many_filters_are_refused(served: Served) -> None:
    assert error_of(served.get("/v1/tasks?" + "&".join(f"f{n}=1" for n in range(60)))) == (400, "bad-request")


def test_a_bug_is_told_without_a_traceback(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Callback) -> Never:
        raise ZeroDivisionError("secret place")

    monkeypatch.setattr(Callback, "snapshot", broken)

    status, body = served.get("/v1/me")

    assert (status, body["kind"]) == (500, "bug")
    assert "secret place" not in json.dumps(body)
    assert "ZeroDivisionError" in caplog.text


def test_an_error_says_nothing_of_the_program_that_answers(served: Served) -> None:
    connection = http.client.HTTPConnection(served.place, timeout=5)
    connection.request("GET", "/v1/me")
    response = connection.getresponse()
    headers = dict(response.getheaders())
    connection.close()

    assert headers["Server"].strip() == "gitcp"
    assert headers["WWW-Authenticate"] == "Bearer"
    assert headers["Cache-Control"] == "no-store"


def test_after_the_run_is_closed_everything_is_answered_409(served: Served) -> None:
    served.client.finish("done")

    last = served.server.close()

    assert last.summary == "done"
    assert error_of(served.get("/v1/me")) == (409, "conflict")
    assert error_of(served.get("/v1/openapi.json")) == (409, "conflict")
    assert error_of(served.post("/v1/run/block", {"reason": "late"})) == (409, "conflict")
    assert error_of(served.post("/v1/operations/comment.create", {"task": "CI-0001", "body": "x"})) == (
        409,
        "conflict",
    )
    assert served.server.close() == last


def test_a_closed_run_still_asks_for_the_token(served: Served) -> None:
    served.server.close()

    assert error_of(served.get("/v1/me", Authorization="")) == (401, "unauthorised")


def test_after_the_runs_deadline_its_token_is_no_longer_good(store: Store, tmp_path: Path) -> None:
    until = NOW + timedelta(minutes=35)
    with serving(store, tmp_path / "declarations.json", until=until) as served:
        assert served.get("/v1/me")[0] == 200
        served.callback.now = lambda: until + timedelta(seconds=1)
        answer = served.get("/v1/me")

    assert error_of(answer) == (401, "unauthorised")
    assert "deadline has passed" in answer[1]["detail"]


def test_a_word_that_is_sent_again_does_not_undo_a_later_one(served: Served) -> None:
    first = served.post("/v1/run/finish", {"summary": "done"}, Gitcp_Request="ab12")
    served.post("/v1/run/block", {"reason": "No, wait."}, Gitcp_Request="cd34")
    again = served.post("/v1/run/finish", {"summary": "done"}, Gitcp_Request="ab12")

    assert again == first
    assert served.declarations.value.declared == "block"


def test_stopping_twice_is_stopping_once(store: Store, tmp_path: Path) -> None:
    with serving(store, tmp_path / "declarations.json") as served:
        served.server.stop()
        served.server.stop()
        with pytest.raises(OSError):  # noqa: PT011 — refused or reset, as the machine likes
            served.get("/v1/me")


def test_a_server_that_was_never_started_can_be_stopped(served: Served) -> None:
    CallbackServer(served.callback, TOKEN).stop()


def test_a_short_token_is_no_token(served: Served) -> None:
    with pytest.raises(ValueError, match="16 characters"):
        CallbackServer(served.callback, "short")


def test_sixteen_threads_at_once_are_served_one_after_the_other(served: Served) -> None:
    at_once = threading.Barrier(16)

    def talk(number: int) -> list[int]:
        at_once.wait()
        body = {"task": "CI-0001", "body": f"from {number}"}
        return [
            served.post("/v1/operations/comment.create", body)[0],
            served.post("/v1/run/cost", {"usd": 0.01, "tokens": 10})[0],
            served.get("/v1/tasks/CI-0001")[0],
            served.post("/v1/run/finish", {"summary": f"by {number}"})[0],
            served.post("/v1/operations/task.create", {"project": "CI", "title": f"Task {number}"})[0],
        ]

    with ThreadPoolExecutor(16) as pool:
        statuses = [status for found in pool.map(talk, range(16)) for status in found]

    assert Counter(statuses) == {200: 80}
    assert sorted(served.store.said("CI-0001")) == sorted(f"from {number}" for number in range(16))
    assert served.declarations.value.costs.tokens == 160
    assert len(served.store.records.tasks(project="CI")) == 3 + 16


def test_the_runners_own_lock_keeps_the_callback_out(served: Served) -> None:
    with ThreadPoolExecutor(1) as pool:
        with served.callback.lock:
            waiting = pool.submit(served.get, "/v1/me")
            time.sleep(0.1)
            assert not waiting.done()

        assert waiting.result(timeout=5)[0] == 200


def test_closing_waits_for_the_operation_under_way(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, go = threading.Event(), threading.Event()
    snapshot = Store.snapshot

    def slow(store: Store) -> Snapshot:
        inside.set()
        assert go.wait(5)
        return snapshot(store)

    monkeypatch.setattr(Store, "snapshot", slow)
    with ThreadPoolExecutor(2) as pool:
        comment = pool.submit(
            served.post, "/v1/operations/comment.create", {"task": "CI-0001", "body": "just in time"}
        )
        assert inside.wait(5)
        closing = pool.submit(served.server.close)
        time.sleep(0.05)
        assert not closing.done()
        go.set()

        assert comment.result(timeout=5)[0] == 200
        closing.result(timeout=5)

    assert served.store.said("CI-0001") == ["just in time"]


def usual(served: Served) -> str:
    return f"Host: {served.place}\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n"


def within(seconds: float, is_so: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        time.sleep(0.02)
    return is_so()


def tuple_of(served: Served) -> tuple[str, int]:
    host, _, port = served.place.partition(":")
    return host, int(port)


def raw(served: Served, text: str, *, hang_up: bool = False) -> tuple[int, Any]:
    """Send bytes as they are, and read the answer."""
    with socket.create_connection(tuple_of(served), timeout=5) as connection:
        connection.sendall(text.encode())
        if hang_up:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), json.loads(body)
