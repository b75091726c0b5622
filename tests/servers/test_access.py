"""Who may, who may not, and that nobody is asked for a password by a program that waits for ever."""

from pathlib import Path

import pytest

from gitcp.errors import RemoteError
from gitcp.store.git_store import GitStore
from tests.servers.conftest import Machine
from tests.servers.sshd import SshServer
from tests.servers.web import READER, WRITER, WebServer
from tests.store.repositories import copy_of, git, subjects
from tests.store.steps import title

pytestmark = pytest.mark.servers


@pytest.fixture
def mirror(prepared_origin: Path, tmp_path: Path) -> Path:
    """Return a bare clone whose remote has no address yet, so that nothing need be asked to make it."""
    folder = copy_of(prepared_origin, tmp_path / "mirror.git")
    git(folder, "config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*")
    git(folder, "update-ref", "refs/remotes/origin/main", "refs/heads/main")
    return folder


def failure_of(mirror: Path, url: str) -> str:
    """Return what is told when an operation fails on a remote."""
    git(mirror, "config", "remote.origin.url", url)
    with GitStore.open(mirror) as store:
        with pytest.raises(RemoteError) as failed:
            title(store, 1, "CI-0002", "Second")
        assert [task.id for task in store.snapshot().tasks()] == ["CI-0001"]
    return str(failed.value)


def test_a_user_who_may_only_read_reads_and_is_told_that_writing_is_forbidden(
    web: WebServer, machine: Machine, origin: Path, mirror: Path
) -> None:
    machine.is_known_to(web, READER)

    told = failure_of(mirror, web.url(origin))

    assert "git push ended" in told
    assert "403" in told
    assert subjects(origin) == ["found the company"]


def test_a_key_that_may_only_read_reads_and_is_told_so(
    ssh: SshServer, machine: Machine, origin: Path, mirror: Path
) -> None:
    machine.has_key(ssh, "reader")

    told = failure_of(mirror, ssh.url(origin))

    assert "git push ended" in told
    assert "this key may only read" in told
    assert subjects(origin) == ["found the company"]


def test_a_wrong_password_is_an_error_and_no_question(
    web: WebServer, machine: Machine, origin: Path, mirror: Path
) -> None:
    machine.is_known_to(web, password="mistyped")

    told = failure_of(mirror, web.url(origin))

    assert "git ls-remote ended with status 128" in told
    assert "terminal prompts disabled" in told
    assert "mistyped" not in told


def test_no_password_at_all_is_an_error_and_no_question(
    web: WebServer, machine: Machine, origin: Path, mirror: Path
) -> None:
    machine.set("http.sslCAInfo", str(web.certificate))

    assert "terminal prompts disabled" in failure_of(mirror, web.url(origin))


def test_a_key_that_nobody_knows_is_an_error_and_no_question(
    ssh: SshServer, machine: Machine, origin: Path, mirror: Path
) -> None:
    machine.has_key(ssh, "stranger")

    assert "Permission denied (publickey)" in failure_of(mirror, ssh.url(origin))


def test_a_host_that_nobody_knows_is_an_error_and_no_question(
    ssh: SshServer, monkeypatch: pytest.MonkeyPatch, origin: Path, mirror: Path
) -> None:
    ask = "-o StrictHostKeyChecking=ask -o UserKnownHostsFile=/dev/null"
    monkeypatch.setenv("GIT_SSH_COMMAND", f"{ssh.command()} {ask}")

    assert "Host key verification failed" in failure_of(mirror, ssh.url(origin))


def test_a_certificate_that_nobody_vouches_for_is_an_error(
    web: WebServer, machine: Machine, origin: Path, mirror: Path, tmp_path: Path
) -> None:
    machine.is_known_to(web)
    machine.set("http.sslCAInfo", "/dev/null")

    assert "certificate" in failure_of(mirror, web.url(origin))


def test_a_repository_that_is_not_there_is_an_error(
    web: WebServer, machine: Machine, origin: Path, mirror: Path
) -> None:
    machine.is_known_to(web)

    told = failure_of(mirror, web.url(origin).replace(".git", "-gone.git"))

    assert "not found" in told


def test_a_password_in_the_url_of_a_remote_is_in_no_error(
    web: WebServer, machine: Machine, origin: Path, mirror: Path
) -> None:
    machine.set("http.sslCAInfo", str(web.certificate))
    url = web.url(origin).replace("https://", f"https://{WRITER}:mistyped@")

    told = failure_of(mirror, url)

    assert web.host in told
    assert "mistyped" not in told
    assert WRITER not in told


def test_a_password_in_the_url_of_a_remote_is_in_no_commit_and_in_nothing_that_gitcp_keeps(
    web: WebServer, machine: Machine, origin: Path, mirror: Path
) -> None:
    machine.set("http.sslCAInfo", str(web.certificate))
    password = web.passwords[WRITER]
    git(
        mirror,
        "config",
        "remote.origin.url",
        web.url(origin).replace("https://", f"https://{WRITER}:{password}@"),
    )

    with GitStore.open(mirror) as store:
        title(store, 1, "CI-0002", "Second")
        store.fetch()

    assert subjects(origin) == ["title task CI-0002", "found the company"]
    assert password not in git(origin, "log", "--all", "-p", "--format=raw")
    kept = [path for path in mirror.rglob("*") if path.is_file() and path.name != "config"]
    assert any(path.name == "unjudged.sqlite" for path in kept)
    assert [path for path in kept if password.encode() in path.read_bytes()] == []
