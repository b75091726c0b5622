import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gitcp.errors import GitcpError
from gitcp.model.operation import Actor, Refusal
from gitcp.store.git_store import GitStore
from gitcp.store.signatures import signer_of
from tests.store.keys import Key, new_key, raw_commit
from tests.store.repositories import COMPANY, commit_files, git, tip
from tests.store.steps import OSCAR, RILEY, SCHEDULER, Title, a_call, asking, refusal, title

SIGNED = COMPANY + b"trust:\n  assurance: signed\n  scheduler_keys:\n    - %s\n"


@pytest.fixture
def key(tmp_path: Path) -> Key:
    """Return the scheduler's key."""
    return new_key(tmp_path, name="scheduler")


@pytest.fixture
def mine(tmp_path: Path) -> Key:
    """Return a person's key."""
    return new_key(tmp_path, name="mine")


def test_without_a_key_nothing_is_signed(bare: Path) -> None:
    with GitStore.open(bare) as store:
        title(store, 1, "CI-0001", "New", actor=SCHEDULER)

    assert b"gpgsig" not in raw_commit(bare, "main")


@pytest.mark.parametrize("how", ["setting", "variable"])
def test_the_schedulers_commits_are_signed_by_its_key(
    how: str, bare: Path, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    if how == "setting":
        git(bare, "config", "gitcp.signingKey", str(key.path))
    else:
        monkeypatch.setenv("GITCP_SIGNING_KEY_FILE", str(key.path))

    with GitStore.open(bare) as store:
        title(store, 2, "CI-0001", "By the scheduler", actor=SCHEDULER)
        title(store, 3, "CI-0001", "By an agent", actor=RILEY)

    assert signer_of(raw_commit(bare, "main")) == key.public
    assert signer_of(raw_commit(bare, "main~1")) == key.public
    assert signer_of(raw_commit(bare, "main~2")) is None


def test_git_agrees_that_the_schedulers_commit_is_signed(bare: Path, key: Key, tmp_path: Path) -> None:
    git(bare, "config", "gitcp.signingKey", str(key.path))
    with GitStore.open(bare) as store:
        title(store, 4, "CI-0001", "Größer", actor=SCHEDULER)
    (tmp_path / "allowed").write_text(f"scheduler@gitcp.invalid {key.public}\n")

    git(bare, "-c", f"gpg.ssh.allowedSignersFile={tmp_path}/allowed", "verify-commit", "main")
    git(bare, "fsck", "--strict", "--no-dangling")

    assert (
        git(bare, "show", "-s", "--format=%ae %ce", "main")
        == "scheduler@gitcp.invalid scheduler@gitcp.invalid\n"
    )


def test_a_persons_commit_is_not_signed_by_the_schedulers_key(bare: Path, key: Key) -> None:
    git(bare, "config", "gitcp.signingKey", str(key.path))

    with GitStore.open(bare) as store:
        title(store, 5, "CI-0001", "New", actor=OSCAR)

    assert b"gpgsig" not in raw_commit(bare, "main")


def test_a_persons_commit_is_signed_where_git_signs(bare: Path, mine: Key) -> None:
    _signs(bare, mine)
    git(bare, "config", "commit.gpgsign", "true")

    with GitStore.open(bare) as store:
        told = title(store, 6, "CI-0001", "Größer", actor=OSCAR)

    assert signer_of(raw_commit(bare, "main")) == mine.public
    assert tip(bare) == told.revision
    said = git(bare, "show", "-s", "--format=%an <%ae> %cn <%ce> %aI%n%s", "main").splitlines()
    assert (
        said[0] == "Oscar Owner <oscar@example.org> Oscar Owner <oscar@example.org> 2026-11-22T09:00:06+00:00"
    )
    assert said[1] == "title task CI-0001"


def test_a_signed_commit_says_what_an_unsigned_one_says(bare: Path, mine: Key) -> None:
    with GitStore.open(bare) as store:
        plain = title(store, 1, "CI-0001", "Größer")
    unsigned = raw_commit(bare, "main")
    git(bare, "update-ref", "refs/heads/main", "main~1")
    _signs(bare, mine)
    git(bare, "config", "commit.gpgsign", "true")
    git(bare, "update-ref", "-d", "refs/gitcp/seen/main")

    with GitStore.open(bare) as store:
        signed = title(store, 1, "CI-0001", "Größer")

    raw = raw_commit(bare, signed.revision)
    assert plain.revision != signed.revision
    assert re.sub(rb"gpgsig .*(\n .*)*\n", b"", raw) == unsigned


def test_a_persons_key_may_be_in_an_agent(bare: Path, mine: Key, agent: None) -> None:
    subprocess.run(["ssh-add", "-q", str(mine.path)], check=True)
    mine.path.unlink()
    git(bare, "config", "gpg.format", "ssh")
    git(bare, "config", "user.signingkey", f"{mine.path}.pub")
    git(bare, "config", "commit.gpgsign", "true")

    with GitStore.open(bare) as store:
        title(store, 7, "CI-0001", "New", actor=OSCAR)

    assert signer_of(raw_commit(bare, "main")) == mine.public


def test_where_git_cannot_sign_nothing_is_written(bare: Path, mine: Key) -> None:
    _signs(bare, mine)
    git(bare, "config", "commit.gpgsign", "true")
    mine.path.unlink()
    before = tip(bare)

    with GitStore.open(bare) as store:
        refused = _refused(store, OSCAR)

    assert "git could not sign the commit" in str(refused.error)
    assert tip(bare) == before


def test_at_the_level_signed_persons_sign_without_being_told_to(bare: Path, mine: Key, key: Key) -> None:
    commit_files(bare, {"gitcp.yaml": SIGNED % key.public.encode()})
    _signs(bare, mine)

    with GitStore.open(bare) as store:
        title(store, 8, "CI-0001", "New", actor=OSCAR)

    assert signer_of(raw_commit(bare, "main")) == mine.public


def test_at_the_level_signed_a_scheduler_without_key_writes_nothing(bare: Path, key: Key) -> None:
    commit_files(bare, {"gitcp.yaml": SIGNED % key.public.encode()})
    before = tip(bare)

    with GitStore.open(bare) as store:
        refused = _refused(store, SCHEDULER)
        with pytest.raises(GitcpError, match="expected a key to sign them with"):
            store.signing.expect_scheduler_key(store.snapshot())

    assert refused.error.hint == "make one: gitcp key new"
    assert tip(bare) == before


def test_at_the_level_signed_a_key_that_the_company_does_not_name_writes_nothing(
    bare: Path, key: Key, mine: Key
) -> None:
    commit_files(bare, {"gitcp.yaml": SIGNED % key.public.encode()})
    git(bare, "config", "gitcp.signingKey", str(mine.path))
    before = tip(bare)

    with GitStore.open(bare) as store:
        refused = _refused(store, SCHEDULER)

    assert "expected a key that gitcp.yaml names under trust.scheduler_keys" in str(refused.error)
    assert tip(bare) == before


def test_at_the_level_signed_the_schedulers_own_key_writes(bare: Path, key: Key) -> None:
    commit_files(bare, {"gitcp.yaml": SIGNED % key.public.encode()})
    git(bare, "config", "gitcp.signingKey", str(key.path))

    with GitStore.open(bare) as store:
        title(store, 9, "CI-0001", "New", actor=SCHEDULER)

    assert signer_of(raw_commit(bare, "main")) == key.public


def test_a_key_that_was_made_since_is_found_by_looking_again(bare: Path, key: Key) -> None:
    with GitStore.open(bare) as store:
        assert store.signing.scheduler_key() is None
        git(bare, "config", "gitcp.signingKey", str(key.path))
        store.signing.look_again()

        found = store.signing.scheduler_key()

    assert found is not None
    assert found.public == key.public


@pytest.fixture
def agent(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An agent of OpenSSH for this test."""
    said = subprocess.run(["ssh-agent", "-s"], capture_output=True, text=True, check=True).stdout
    found = dict(re.findall(r"(SSH_\w+)=([^;]+);", said))
    for name, value in found.items():
        monkeypatch.setenv(name, value)
    yield
    subprocess.run(["ssh-agent", "-k"], check=True, capture_output=True)


def _refused(store: GitStore, actor: Actor) -> Refusal:
    return refusal(store.apply(asking((Title(task="CI-0001", title="New"), a_call(1, actor=actor)))))


def _signs(repository: Path, key: Key) -> None:
    git(repository, "config", "gpg.format", "ssh")
    git(repository, "config", "user.signingkey", str(key.path))
