"""Requests to GitHub's API, and what becomes of them."""

import contextlib
import json
import shutil
import socket
import ssl
import threading
from pathlib import Path

import pytest

from gitcp.errors import ForgeError
from gitcp.github import wire
from gitcp.github.access import Access
from gitcp.github.client import MOST_PAGES, Client
from gitcp.github.wire import Request, Wire
from tests.github.fake import FakeGitHub, Holder, Trouble
from tests.runtimes.http.test_endpoint import a_certificate

NOW = 1_000_000


def test_where_it_is_asked_too_often_it_waits_as_long_as_it_is_told(
    github: FakeGitHub, client: Client, slept: list[float]
) -> None:
    github.troubles += [
        Trouble(429, {"Retry-After": "7"}),
        Trouble(403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(NOW + 30)}),
        Trouble(403, body=b'{"message": "You have exceeded a secondary rate limit."}'),
    ]

    client.comment(github.open_pull(), "hello")

    assert slept == [7, 31, 60]
    assert [found["body"] for found in github.comments.values()] == ["hello"]


def test_a_limit_that_is_over_much_later_is_told_at_once(
    github: FakeGitHub, client: Client, slept: list[float]
) -> None:
    github.troubles.append(Trouble(403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(NOW + 3000)}))

    with pytest.raises(ForgeError) as caught:
        client.repository()

    assert slept == []
    assert caught.value.hint == "the token has asked too often; try again after Mon, 12 Jan 1970 14:36:41 GMT"


@pytest.mark.parametrize(
    "headers", [{"Retry-After": "9" * 12}, {"Retry-After": "9" * 11}, {"Retry-After": "-1"}]
)
def test_a_limit_until_no_time_that_can_be_written_is_told_as_well(
    github: FakeGitHub, client: Client, slept: list[float], headers: dict[str, str]
) -> None:
    github.troubles += [Trouble(429, headers)] * 4

    with pytest.raises(ForgeError) as caught:
        client.repository()

    assert caught.value.status == 429
    assert "try again after" in (caught.value.hint or "")


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_what_may_be_sent_twice_is_sent_again_to_a_busy_server(
    github: FakeGitHub, client: Client, slept: list[float], status: int
) -> None:
    github.troubles += [Trouble(status), Trouble(status)]

    assert client.repository().full_name == "acme/control"
    assert slept == [1, 4]


def test_what_may_not_be_sent_twice_is_not_said_twice(
    github: FakeGitHub, client: Client, slept: list[float]
) -> None:
    number = github.open_pull()
    github.troubles.append(Trouble(502))

    with pytest.raises(ForgeError, match="answered 502 Bad Gateway"):
        client.comment(number, "hello")

    assert (slept, github.comments) == ([], {})


def test_a_server_that_stays_busy_is_given_up(github: FakeGitHub, client: Client, slept: list[float]) -> None:
    github.troubles += [Trouble(503)] * 9

    with pytest.raises(ForgeError, match="answered 503") as caught:
        client.repository()

    assert (slept, len(github.troubles), caught.value.status) == ([1, 4, 16], 5, 503)


def test_who_may_not_is_told_what_the_job_needs(github: FakeGitHub, client: Client) -> None:
    github.tokens["job-token"] = Holder(rights=frozenset({"contents: read"}))

    with pytest.raises(ForgeError) as caught:
        client.dispatch("tick.yml", "main")

    assert caught.value.message == (
        "GitHub: POST /repos/acme/control/actions/workflows/tick.yml/dispatches: answered 403 Forbidden: "
        "Resource not accessible by integration"
    )
    assert caught.value.hint == "the token needs `permissions: actions: write` in the job"


def test_what_a_private_repository_hides_is_told_as_that(github: FakeGitHub, client: Client) -> None:
    github.private = True
    github.tokens["job-token"] = Holder(rights=frozenset())

    with pytest.raises(ForgeError, match="answered 404 Not Found") as caught:
        client.pull(1)

    assert caught.value.hint is not None
    assert "or the token may not see it: a private repository needs `permissions: pull-requests: read`" in (
        caught.value.hint
    )


def test_a_token_that_does_not_count_is_told(github: FakeGitHub, client: Client) -> None:
    github.tokens.clear()

    with pytest.raises(ForgeError, match="answered 401 Unauthorized: Bad credentials") as caught:
        client.repository()

    assert "does not count here" in (caught.value.hint or "")


def test_what_an_error_says_is_one_short_line_without_the_token(github: FakeGitHub, client: Client) -> None:
    said = '{"message": "no: job-token\\u001b[31m\\n::error::%s", "secret": "s3cr3t"}' % ("x" * 500)
    github.troubles.append(Trouble(422, body=said.encode()))

    with pytest.raises(ForgeError) as caught:
        client.repository()

    message = caught.value.message
    assert "no: [token] [31m ::error::xxx" in message
    assert message.isprintable()
    assert len(message) < 400
    assert "job-token" not in message
    assert "s3cr3t" not in message


def test_a_token_in_an_error_does_not_survive_being_cut(github: FakeGitHub) -> None:
    token = "ghs_" + "a" * 36
    client = Client("acme", "control", Wire(Access(github.url, token)))
    said = {"message": "x" * 290 + token}
    github.troubles.append(Trouble(400, body=json.dumps(said).encode()))

    with pytest.raises(ForgeError) as caught:
        client.repository()

    assert "ghs_a" not in caught.value.message


@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        (Trouble(200, body=b"<html>"), "the answer is no JSON"),
        (Trouble(200, body=b"[" * 100_000), "the answer is no JSON"),
        (Trouble(200, body=b"[]"), "the answer is not understood: the answer: input should be"),
        (Trouble(200, body=b'{"full_name": 1}'), "the answer is not understood: full_name: "),
        (Trouble(200, body=b""), "the answer is not understood"),
        (Trouble(301, {"Location": "https://evil.example/"}), "answered 301 Moved Permanently"),
        (Trouble(422, body=b'["x"]'), "answered 422"),
        (Trouble(599, body=b"{"), "answered 599$"),
    ],
)
def test_an_answer_that_is_none_is_told(
    github: FakeGitHub, client: Client, trouble: Trouble, why: str
) -> None:
    github.troubles.append(trouble)

    with pytest.raises(ForgeError, match=why):
        client.repository()


def test_an_answer_without_end_is_not_read_to_its_end(
    github: FakeGitHub, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "LONGEST_ANSWER", 1000)
    github.troubles.append(Trouble(200, body=b'{"a":"' + b"x" * 100_000 + b'"}'))

    with pytest.raises(ForgeError, match="longer than 1000 bytes"):
        client.repository()


def test_an_answer_that_takes_too_long_is_not_waited_for(
    github: FakeGitHub, client: Client, monkeypatch: pytest.MonkeyPatch, slept: list[float]
) -> None:
    monkeypatch.setattr(wire, "ANSWER_SECONDS", 0.2)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(8)
        mute = Wire(Access(f"http://127.0.0.1:{listening.getsockname()[1]}", "x"), slept.append)

        with pytest.raises(ForgeError, match=r"no answer: nothing came for 0\.2 seconds"):
            mute.ask(Request("POST", ("x",), body={}, twice=False))

        assert slept == []
        with pytest.raises(ForgeError, match=r"no answer: nothing came for 0\.2 seconds"):
            mute.ask(Request("GET", ("x",)))
    assert slept == [1, 4, 16]


def test_a_server_that_is_not_there_is_asked_again(slept: list[float]) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    nobody = Wire(Access(f"http://127.0.0.1:{port}", "x"), slept.append)

    with pytest.raises(ForgeError, match="no answer: no connection: Connection refused"):
        nobody.ask(Request("POST", ("x",), body={}, twice=False))

    assert slept == [1, 4, 16]


def test_a_connection_that_breaks_is_told(slept: list[float]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            for _ in range(4):
                connection, _ = server.accept()
                connection.recv(65_536)
                connection.close()

        thread = threading.Thread(target=hang_up, daemon=True)
        thread.start()
        broken = Wire(Access(f"http://127.0.0.1:{server.getsockname()[1]}", "x"), slept.append)
        with pytest.raises(ForgeError, match="the connection broke"):
            broken.ask(Request("GET", ("x",)))
        thread.join()


def test_an_answer_that_never_ends_is_left_after_a_while(
    monkeypatch: pytest.MonkeyPatch, slept: list[float]
) -> None:
    monkeypatch.setattr(wire, "ANSWER_SECONDS", 0.3)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with contextlib.suppress(OSError), connection:
                connection.recv(65_536)
                connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
                while not over.wait(0.05):
                    connection.sendall(b" ")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        slow = Wire(Access(f"http://127.0.0.1:{server.getsockname()[1]}", "x"), slept.append)
        try:
            with pytest.raises(ForgeError, match=r"the answer took longer than 0\.3 seconds"):
                slow.ask(Request("GET", ("x",)))
        finally:
            over.set()
            thread.join()


def test_a_list_is_read_no_further_than_people_read(client: Client, github: FakeGitHub) -> None:
    number = github.open_pull()
    for count in range(120):
        github.remark(number, str(count), "clara")
    github.troubles += [Trouble(200, body=json.dumps(list(github.comments.values())[:100]).encode())] * (
        MOST_PAGES + 1
    )

    assert len(list(client.comments(number))) == MOST_PAGES * 100
    assert len(github.troubles) == 1


def test_a_proxy_is_gone_by_and_sees_no_token(monkeypatch: pytest.MonkeyPatch, slept: list[float]) -> None:
    heard: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def refuse() -> None:
            for _ in range(4):
                connection, _ = server.accept()
                with connection:
                    heard.append(connection.recv(65_536).decode())
                    connection.sendall(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")

        thread = threading.Thread(target=refuse, daemon=True)
        thread.start()
        monkeypatch.setenv("HTTPS_PROXY", f"http://clara:p%40ss@127.0.0.1:{server.getsockname()[1]}")
        with pytest.raises(ForgeError, match="the proxy of the environment does not lead there") as caught:
            Wire(Access("https://api.github.com", "job-token"), slept.append).ask(Request("GET", ("user",)))
        thread.join()

    assert all(each.startswith("CONNECT api.github.com:443 ") for each in heard)
    assert all("Y2xhcmE6cEBzcw==" in each for each in heard)
    assert not any("job-token" in each for each in heard)
    assert "p%40ss" not in str(caught.value)


def test_without_tls_no_proxy_is_asked(
    github: FakeGitHub, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    assert client.repository().full_name == github.repository


def test_a_part_of_an_address_stays_one_part() -> None:
    request = Request("GET", ("repos", "a", "b", "../x?y#z/ü"), {"q": "&="})

    assert request.place == "/repos/a/b/..%2Fx%3Fy%23z%2F%C3%BC?q=%26%3D"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_no_token_goes_where_nobody_vouches_for_the_certificate(tmp_path: Path, slept: list[float]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(a_certificate(tmp_path))
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with contextlib.suppress(OSError), context.wrap_socket(connection, server_side=True) as secured:
                heard.append(secured.recv(65_536))

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        client = Client(
            "acme",
            "control",
            Wire(Access(f"https://127.0.0.1:{server.getsockname()[1]}", "job-token"), slept.append),
        )
        with pytest.raises(ForgeError, match="its certificate or its TLS is not accepted"):
            client.repository()
        thread.join()

    assert (heard, slept) == ([], [])
