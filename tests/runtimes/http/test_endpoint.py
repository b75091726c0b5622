import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from gitcp.model.runs import FailureClass
from gitcp.runtimes.http import endpoint as module
from gitcp.runtimes.http.answer import Status
from gitcp.runtimes.http.endpoint import LONGEST_ANSWER, Endpoint, EndpointError, Question, origin
from gitcp.runtimes.http.signing import key_of, signed
from tests.runtimes.http.agent import Said, Script, accepted, done, running, serving, steps

KEY = key_of("a key that is long enough to be one")
RUN = "20261122T090000Z-riley"


def asked(script: Script, *, tls: bool = False, **given: Any) -> EndpointError:
    """Ask an endpoint that does not answer as it should."""
    with serving(script) as agent:
        url = agent.url.replace("http:", "https:") if tls else agent.url
        with pytest.raises(EndpointError) as caught:
            Endpoint(url, {}, **given).ask(Question(RUN, url, {"action": "start"}))
    return caught.value


def test_a_run_is_told_by_post_with_its_own_name() -> None:
    with serving(steps(accepted(progress="begun"))) as agent:
        question = Question(RUN, agent.url, {"action": "start", "brief": "Grüße"})
        reply = Endpoint(agent.url, {"x-team": "blue"}).ask(question)

    (request,) = agent.asked
    assert (request.method, request.json) == ("POST", {"action": "start", "brief": "Grüße"})
    assert request.headers["idempotency-key"] == RUN
    assert request.headers["content-type"] == "application/json"
    assert request.headers["x-team"] == "blue"
    assert request.headers["user-agent"].startswith("gitcp/")
    assert "webhook-signature" not in request.headers
    assert (reply.answer.status, reply.answer.progress) == (Status.RUNNING, "begun")
    assert reply.status_url == agent.url.removesuffix("/runs") + "/runs/7"


def test_a_question_without_a_body_is_a_get() -> None:
    with serving(steps(running(status_url="?next=2"))) as agent:
        reply = Endpoint(agent.url, {}).ask(Question(f"{RUN}.poll.1", agent.url))

    (request,) = agent.asked
    assert (request.method, request.body, "idempotency-key" in request.headers) == ("GET", b"", False)
    assert reply.status_url == f"{agent.url}?next=2"


def test_with_a_key_both_sides_sign() -> None:
    with serving(lambda asked: running().signed(KEY, asked, int(time.time()))) as agent:
        Endpoint(agent.url, {}, KEY).ask(Question(RUN, agent.url, {"action": "start"}))

    (request,) = agent.asked
    expected = signed(KEY, RUN, request.body, int(request.headers["webhook-timestamp"]))
    assert expected.items() <= request.headers.items()


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        (lambda _: running(), "it is not signed"),
        (lambda asked: running().signed(KEY + b"x", asked, int(time.time())), "its signature is wrong"),
        (lambda asked: running().signed(KEY, asked, int(time.time()) - 1000), "more than 300 seconds"),
        (lambda asked: Said(asked.body, headers=asked.headers), "no answer to what was asked"),
    ],
)
def test_with_a_key_an_answer_that_is_not_signed_for_this_very_question_is_not_believed(
    script: Script, problem: str
) -> None:
    error = asked(script, key=KEY)

    assert "the answer is not believed" in error.message
    assert problem in error.message
    assert (error.failure, error.again) == (FailureClass.PLATFORM, True)


def test_an_answer_that_was_kept_from_before_is_not_believed() -> None:
    kept: list[Said] = []

    def replay(asked: Any) -> Said:
        kept.append(running().signed(KEY, asked, int(time.time())))
        return kept[0]

    with serving(replay) as agent:
        endpoint = Endpoint(agent.url, {}, KEY)
        endpoint.ask(Question(f"{RUN}.poll.1", agent.url))
        with pytest.raises(EndpointError, match="no answer to what was asked"):
            endpoint.ask(Question(f"{RUN}.poll.2", agent.url))


@pytest.mark.parametrize(
    ("status", "failure", "again"),
    [
        (204, FailureClass.PLATFORM, False),
        (400, FailureClass.PLATFORM, False),
        (401, FailureClass.PLATFORM, False),
        (404, FailureClass.PLATFORM, False),
        (408, FailureClass.TRANSIENT, True),
        (429, FailureClass.TRANSIENT, True),
        (500, FailureClass.TRANSIENT, True),
        (503, FailureClass.TRANSIENT, True),
        (599, FailureClass.PLATFORM, False),
    ],
)
def test_a_status_says_whose_fault_it_is_and_whether_asking_again_helps(
    status: int, failure: FailureClass, again: bool
) -> None:
    error = asked(steps(Said({}, status)))

    assert (error.failure, error.again) == (failure, again)
    assert f"answered {status}" in error.message


@pytest.mark.parametrize(
    ("said", "pause"), [("7", 7), ("100000", 60), ("9999999", None), ("Sun, 22 Nov 2026", None), ("-1", None)]
)
def test_how_long_to_wait_is_the_endpoints_word_within_bounds(said: str, pause: float | None) -> None:
    assert asked(steps(Said({}, 429, {"Retry-After": said}))).pause == pause


def test_no_redirect_is_followed() -> None:
    with serving(steps(running())) as other:
        error = asked(steps(Said({}, 307, {"Location": other.url})))

        assert other.asked == []
    assert "it redirects, which is not followed" in error.message
    assert not error.again


def test_an_endless_redirect_ends_at_once() -> None:
    with serving(steps(Said({}, 302, {"Location": "/runs"}))) as agent:
        with pytest.raises(EndpointError, match="redirects"):
            Endpoint(agent.url, {}).ask(Question(RUN, agent.url, {}))

        assert len(agent.asked) == 1


@pytest.mark.parametrize(
    "elsewhere",
    [
        "http://127.0.0.1:1/runs/7",
        "//example.org/7",
        "https://127.0.0.1/7",
        "http://u:p@127.0.0.1/7",
        "http://[/",
    ],
)
def test_a_status_url_at_another_origin_is_not_asked(elsewhere: str) -> None:
    error = asked(steps(Said({"status": "running"}, 202, {"Location": elsewhere})))

    assert "its status URL is at another origin" in error.message
    assert not error.again


def test_where_nothing_more_comes_a_status_url_does_not_matter() -> None:
    with serving(steps(done(status_url="http://example.org/"))) as agent:
        reply = Endpoint(agent.url, {}).ask(Question(RUN, agent.url, {}))

    assert (reply.answer.status, reply.status_url) == (Status.SUCCEEDED, None)


@pytest.mark.parametrize(
    "path", ["/runs/a b", "/runs/\u00e4", "/runs/\r\nX-Evil: 1", "/runs/\x00", "?a#b", "/%zz"]
)
def test_a_strange_status_url_is_asked_in_one_line_or_not_at_all(path: str) -> None:
    with serving(steps(running(status_url=path))) as agent:
        endpoint = Endpoint(agent.url, {})
        url = endpoint.ask(Question(RUN, agent.url, {})).status_url
        assert url is not None
        with suppress(EndpointError):
            endpoint.ask(Question(f"{RUN}.poll.1", url))

    assert all("x-evil" not in asked.headers for asked in agent.asked)


def test_what_cannot_be_sent_is_the_platforms_fault() -> None:
    with serving(steps(running())) as agent, pytest.raises(EndpointError, match="cannot be sent") as caught:
        Endpoint(agent.url, {}).ask(Question(RUN, agent.url, {"brief": "\ud800"}))

    assert caught.value.failure is FailureClass.PLATFORM


def test_an_answer_without_an_end_is_not_read_to_its_end() -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(100 * LONGEST_ANSWER // 65536):
            yield b" " * 65536

    error = asked(lambda _: Said(pieces=endless()))

    assert f"longer than {LONGEST_ANSWER} bytes" in error.message


def test_an_answer_that_drips_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANSWER_SECONDS", 0.3)

    def drip() -> Iterator[bytes]:
        for _ in range(100):
            yield b" "
            time.sleep(0.05)

    assert "took longer than 0.3 seconds" in asked(lambda _: Said(pieces=drip())).message


def test_an_answer_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANSWER_SECONDS", 0.3)
    released = Event()

    def hold(_: Any) -> Said:
        released.wait(20)
        return running()

    error = asked(hold)
    released.set()

    assert "no answer within 0.3 seconds" in error.message
    assert error.again


@pytest.mark.parametrize(
    "said",
    [
        Said(b"<html>"),
        Said(b""),
        Said(b"\x1f\x8b", headers={"Content-Encoding": "gzip"}),
        Said({"status": "odd"}),
    ],
)
def test_what_is_no_answer_is_not_understood(said: Said) -> None:
    error = asked(steps(said))

    assert "the answer is not understood" in error.message
    assert (error.failure, error.again) == (FailureClass.PLATFORM, True)


def test_where_nobody_listens_the_platform_is_at_fault_and_its_path_is_not_told() -> None:
    with serving(steps(running())) as agent:
        url = agent.url
    with pytest.raises(EndpointError) as caught:
        Endpoint(f"{url}?token=secret", {}).ask(Question(RUN, f"{url}?token=secret", {}))

    assert caught.value.message == f"{origin(url)}: no connection: Connection refused"
    assert (caught.value.failure, caught.value.again) == (FailureClass.PLATFORM, True)


def test_what_does_not_speak_tls_is_not_spoken_to() -> None:
    error = asked(steps(running()), tls=True)

    assert "its certificate or its TLS is not accepted" in error.message
    assert (error.failure, error.again) == (FailureClass.PLATFORM, False)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_a_certificate_that_nobody_vouches_for_is_not_accepted(tmp_path: Path) -> None:
    certificate = a_certificate(tmp_path)
    with serving(steps(running())) as agent:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        agent.socket = context.wrap_socket(agent.socket, server_side=True, do_handshake_on_connect=False)
        url = agent.url.replace("http:", "https:")
        with pytest.raises(EndpointError, match="certificate verify failed"):
            Endpoint(url, {}).ask(Question(RUN, url, {"secret": 1}))

        assert agent.asked == []


def a_certificate(folder: Path) -> Path:
    both = folder / "both.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=127.0.0.1"
    )
    made = [*command.split(), "-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run(made, check=True, capture_output=True)
    both.write_text((folder / "key.pem").read_text() + (folder / "certificate.pem").read_text())
    return both


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("http://Example.org/a?b", "http://example.org:80"),
        ("https://example.org", "https://example.org:443"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
    ],
)
def test_an_origin_is_a_scheme_a_host_and_a_port(url: str, found: str) -> None:
    assert origin(url) == found


@pytest.mark.parametrize(
    "url", ["", "ftp://example.org", "http://", "http://a:b@c", "http://a:x", "http://["]
)
def test_what_has_no_origin_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        origin(url)
