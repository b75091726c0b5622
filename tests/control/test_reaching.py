"""Whether this machine reaches the remote, and may push to it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from gitcp.control import reaching
from gitcp.control.doctor import examine
from gitcp.control.finding import Finding, State
from gitcp.control.plane import Plane
from gitcp.control.reaching import PROBES, look
from gitcp.errors import WorkspaceError
from gitcp.workspaces.program import Output
from tests.stories.company import Company, a_company, git


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """A company whose remote is a bare repository beside it."""
    company = a_company(tmp_path / "company")
    git(tmp_path, "clone", "--quiet", "--bare", str(company.control), "upstream.git")
    git(company.control, "remote", "add", "origin", str(tmp_path / "upstream.git"))
    git(company.control, "fetch", "--quiet", "origin")
    git(company.control, "remote", "set-head", "origin", "main")
    return company


@pytest.fixture
def upstream(company: Company, tmp_path: Path) -> Path:
    return tmp_path / "upstream.git"


def found(company: Company) -> dict[str, Finding]:
    with company.plane() as plane:
        return {finding.about: finding for finding in look(plane)}


def hook(upstream: Path, script: str) -> None:
    path = upstream / "hooks" / "pre-receive"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_without_a_remote_there_is_nothing_to_reach(tmp_path: Path) -> None:
    told = found(a_company(tmp_path))

    assert (told["remote"].state, list(told)) == (State.OK, ["remote"])


def test_a_remote_that_takes_a_push_is_as_it_was_afterwards(company: Company, upstream: Path) -> None:
    before = git(upstream, "for-each-ref")

    told = found(company)

    assert {about: each.state for about, each in told.items()} == {
        "remote": State.OK,
        "remote branch": State.OK,
    }
    assert git(upstream, "for-each-ref") == before


def test_a_remote_by_a_relative_path_is_found_from_the_checkout(company: Company, upstream: Path) -> None:
    git(company.control, "remote", "set-url", "origin", f"../../{upstream.name}")

    assert found(company)["remote"].state is State.OK


def test_what_others_pushed_meanwhile_is_no_complaint(company: Company, upstream: Path) -> None:
    tree = git(upstream, "rev-parse", "main^{tree}")
    commit = git(upstream, "-c", "user.name=A", "-c", "user.email=a@b.example", "commit-tree", "-p", "main", "-m", "x", tree)  # fmt: skip
    git(upstream, "update-ref", "refs/heads/main", commit)

    assert {each.state for each in found(company).values()} == {State.OK}


def test_a_remote_that_is_for_reading_is_told_in_its_own_words(company: Company, upstream: Path) -> None:
    hook(upstream, "echo 'this is a mirror' >&2; exit 1")

    told = found(company)["remote"]

    assert told.state is State.WARNING
    assert "origin may be read, and takes no ref of gitcp's: pre-receive hook declined" in told.message
    assert "this is a mirror" in told.message
    assert told.remedy is not None


def test_a_remote_that_keeps_what_it_got_says_which_ref_to_remove(company: Company, upstream: Path) -> None:
    hook(upstream, "while read old new ref; do case $new in 0000*) exit 1;; esac; done")

    told = found(company)["remote"]

    assert told.state is State.WARNING
    assert PROBES in (told.remedy or "")
    assert PROBES in git(upstream, "for-each-ref")


@pytest.mark.parametrize("why", [WorkspaceError("git was ended: not done"), KeyboardInterrupt()])
def test_a_push_that_is_ended_after_the_ref_came_leaves_none(
    company: Company, upstream: Path, monkeypatch: pytest.MonkeyPatch, why: BaseException
) -> None:
    push, came = reaching._push, []

    def ended(plane: Plane, name: str, *refs: str) -> Output:
        done = push(plane, name, *refs)
        if not refs[0].startswith(":"):
            came.append(PROBES in git(upstream, "for-each-ref"))
            raise why
        return done

    monkeypatch.setattr(reaching, "_push", ended)
    if isinstance(why, KeyboardInterrupt):
        with pytest.raises(KeyboardInterrupt):
            found(company)
    else:
        assert found(company)["remote"].state is State.ERROR

    assert came == [True]
    assert PROBES not in git(upstream, "for-each-ref")


def test_what_a_doctor_left_that_was_killed_the_next_one_takes_away(company: Company, upstream: Path) -> None:
    old, other, new = "20261116T065900Z-0123", "mine", "20261116T073000Z-0123"
    for name in (old, other, new):
        git(upstream, "update-ref", f"{PROBES}{name}", "refs/heads/main")

    assert found(company)["remote"].state is State.OK

    left = git(upstream, "for-each-ref", "--format=%(refname)", PROBES).split()
    assert left == [f"{PROBES}{new}", f"{PROBES}{other}"]


def test_a_branch_whose_name_ends_alike_is_another(company: Company, upstream: Path) -> None:
    git(upstream, "update-ref", "refs/heads/refs/heads/main", "refs/heads/main")
    git(upstream, "update-ref", "-d", "refs/heads/main")

    assert found(company)["remote branch"].state is State.ERROR


def test_a_remote_without_the_branch_is_an_error(company: Company, upstream: Path) -> None:
    git(upstream, "update-ref", "-d", "refs/heads/main")

    assert found(company)["remote branch"].state is State.ERROR


def test_a_remote_that_is_not_there_is_a_plain_finding(company: Company, upstream: Path) -> None:
    upstream.rename(upstream.with_name("gone"))

    told = found(company)

    assert (told["remote"].state, list(told)) == (State.ERROR, ["remote"])
    assert "origin cannot be read" in told["remote"].message


def test_without_a_network_it_ends(company: Company) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://somebody:secret@127.0.0.1:{closed.getsockname()[1]}/x.git"
        git(company.control, "remote", "set-url", "origin", address)

        told = found(company)["remote"]

    assert told.state is State.ERROR
    assert "secret" not in f"{told.message}{told.remedy}"


def test_one_that_says_nothing_is_waited_for_no_longer_than_its_time(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reaching, "SECONDS", 0.5)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        git(company.control, "remote", "set-url", "origin", f"http://127.0.0.1:{silent.getsockname()[1]}/x")

        told = found(company)["remote"]

    assert told.state is State.ERROR
    assert "not done after 0.5 seconds" in told.message


@pytest.mark.parametrize(
    ("date", "state"),
    [("Mon, 16 Nov 2026 08:01:00 GMT", State.OK), ("Mon, 16 Nov 2026 09:00:00 GMT", State.ERROR)],
)
def test_the_time_at_a_remote_of_the_web_is_compared(
    company: Company, upstream: Path, date: str, state: State
) -> None:
    with serving(date) as url:
        git(company.control, "remote", "set-url", "origin", url)
        git(company.control, "config", f"url.{upstream}.insteadOf", url)

        assert found(company)["remote clock"].state is state


def test_a_web_that_tells_no_time_is_passed_over(company: Company, upstream: Path) -> None:
    for told in ("soon", "Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "x" * 70_000, None):
        with serving(told) as url:
            git(company.control, "remote", "set-url", "origin", url)
            git(company.control, "config", f"url.{upstream}.insteadOf", url)

            assert "remote clock" not in found(company)


def test_where_a_remote_of_the_web_sends_others_nobody_is_asked_for_the_time(
    company: Company, upstream: Path
) -> None:
    with (
        serving("Mon, 16 Nov 2026 20:00:00 GMT") as elsewhere,
        serving("Mon, 16 Nov 2026 08:01:00 GMT", elsewhere) as url,
    ):
        git(company.control, "remote", "set-url", "origin", url)
        git(company.control, "config", f"url.{upstream}.insteadOf", url)

        assert found(company)["remote clock"].state is State.OK


def test_the_doctor_looks_at_the_remote(company: Company) -> None:
    with company.plane() as plane:
        assert "remote branch" in {finding.about for finding in examine(plane)}


@contextmanager
def serving(date: str | None, elsewhere: str | None = None) -> Iterator[str]:
    """Answer every request with a refusal, or send it elsewhere, and say what time it is."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response_only(302 if elsewhere else 401)
            if elsewhere is not None:
                self.send_header("Location", elsewhere)
            if date is not None:
                self.send_header("Date", date)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the library names it
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/control.git"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
