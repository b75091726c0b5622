"""The git program: which URLs it may use, what it inherits, and how it is told when it fails."""

from pathlib import Path

import pytest

from gitcp.errors import RemoteError
from gitcp.store import remote as remote_module
from gitcp.store.remote import Git, Move, Remote, clone
from gitcp.store.urls import allow, masked
from tests.store.repositories import commit_files, git, tip


@pytest.mark.parametrize(
    "url",
    [
        "/srv/control.git",
        "../control.git",
        "./a:b",
        "file:///srv/control.git",
        "ssh://git@example.org:2222/control.git",
        "git@example.org:org/control.git",
        "host:control.git",
        "https://example.org/control.git",
        "https://user:secret@example.org/control.git",
        "http://localhost:8080/control.git",
        "http://127.0.0.1/control.git",
        "http://[::1]/control.git",
    ],
)
def test_a_url_that_only_transfers_is_allowed(url: str) -> None:
    allow(url)


@pytest.mark.parametrize(
    "url",
    [
        "ext::sh -c 'touch /tmp/pwned'",
        "fd::17",
        "git://example.org/control.git",
        "http://example.org/control.git",
        "ftp://example.org/control.git",
        "--upload-pack=touch /tmp/pwned",
        "-oProxyCommand=touch",
        "ssh://-oProxyCommand=touch/x",
        "-x@example.org:control.git",
        "transport::address",
        "https+evil://example.org/",
    ],
)
def test_any_other_url_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(RemoteError, match="is not a URL that gitcp uses"):
        allow(url)
    with pytest.raises(RemoteError):
        clone(url, tmp_path / "clone.git")
    assert not (tmp_path / "clone.git").exists()


def test_an_error_keeps_what_git_said_and_hides_credentials(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(bare, "remote", "add", "origin", "http://user:secret@127.0.0.1:9/control.git")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "0")

    with pytest.raises(RemoteError) as failed:
        Remote(Git(bare), "origin").read("refs/heads/main")

    assert "secret" not in failed.value.message
    assert "user" not in failed.value.message
    assert "git ls-remote ended with status 128" in failed.value.message
    assert "127.0.0.1" in failed.value.message


def test_credentials_are_masked_wherever_they_stand() -> None:
    said = "fatal: https://user:tok@en@example.org/x and ssh://git@host/y and git@host:z"

    assert masked(said) == "fatal: https://***@example.org/x and ssh://***@host/y and git@host:z"


def test_where_git_works_is_not_for_the_environment(
    bare: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in (
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_CONFIG_PARAMETERS",
        "GIT_NAMESPACE",
    ):
        monkeypatch.setenv(name, str(tmp_path / "elsewhere"))

    outcome = Git(bare).run("rev-parse", "refs/heads/main")

    assert (outcome.status, outcome.output.strip()) == (0, tip(bare))


def test_how_a_remote_is_reached_is_the_users_to_say(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "http.extraheader")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "x: y")
    monkeypatch.setenv("GIT_SSH_COMMAND", "ssh -v")

    assert Git(bare).run("config", "http.extraheader").output == "x: y\n"
    assert Git(bare).run("var", "GIT_SSH_COMMAND").status in {0, 1, 129}


def test_git_never_asks_a_terminal_and_never_runs_a_helper_named_by_a_url(bare: Path) -> None:
    said = Git(bare).run("ls-remote", "--", "ext::sh -c 'echo pwned >&2'").said

    assert "pwned" not in said
    assert "not allowed" in said


def test_a_program_that_does_not_end_is_stopped(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_module, "_OTHERWISE", 0.1)

    with pytest.raises(RemoteError, match="did not end within"):
        Git(bare).run("-c", "alias.wait=!sleep 30", "wait")


def test_a_remote_tells_its_head_and_its_refs(clone: Path, bare: Path) -> None:
    remote = Remote(Git(clone), "origin")

    assert (remote.head(), remote.read("refs/heads/main"), remote.read("refs/heads/none")) == (
        "main",
        tip(bare),
        None,
    )


def test_moves_are_all_made_or_none(clone: Path, bare: Path) -> None:
    remote, here = Remote(Git(clone), "origin"), tip(clone)
    lease = "refs/gitcp/leases/20261122T090000Z-riley"

    git(clone, "commit", "--quiet", "--allow-empty", "--message=new")
    new = tip(clone)

    refused = remote.push([Move(lease, None, here), Move("refs/heads/main", "1" * 40, new)])
    assert git(bare, "for-each-ref", "--format=%(refname)").split() == ["refs/heads/main"]
    moved = remote.push([Move(lease, None, here), Move("refs/heads/other", None, here)])
    deleted = remote.push([Move(lease, here, None)])

    assert [refused.status == 0, moved.status, deleted.status] == [False, 0, 0]
    assert git(bare, "for-each-ref", "--format=%(refname)").split() == ["refs/heads/main", "refs/heads/other"]


def test_a_fetch_says_whether_the_remote_has_the_branch(clone: Path, bare: Path) -> None:
    remote = Remote(Git(clone), "origin")
    there = commit_files(bare, {"a": "x"})

    assert [remote.fetch("main"), remote.fetch("none")] == [True, False]
    assert tip(clone, "refs/remotes/origin/main") == there
