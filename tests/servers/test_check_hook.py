"""The pre-receive hook of docs/operating.md, word for word: what is broken does not get in, and nothing else is kept out."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from gitcp.errors import RemoteError
from gitcp.store.git_store import GitStore
from tests.servers.conftest import COMPANY, Machine
from tests.servers.sshd import SshServer
from tests.servers.web import WebServer
from tests.store.repositories import commit_files, git, new_bare, subjects, tip
from tests.store.steps import a_task, put, title

pytestmark = pytest.mark.servers

TASK = "tasks/CI/CI-0001.yaml"


@pytest.fixture
def guarded(origin: Path, project_root: Path) -> Path:
    """Return `origin` with the hook of the documentation, which finds gitcp as a server's administrator sees to it."""
    page = (project_root / "docs/operating.md").read_text(encoding="utf-8")
    hook = re.search(r"```sh\n(#!/bin/sh\n# hooks/pre-receive.*?)```", page, re.DOTALL)
    assert hook is not None
    first, rest = hook[1].split("\n", 1)
    place = origin / "hooks" / "pre-receive"
    place.parent.mkdir(exist_ok=True)
    place.write_text(f"{first}\nPATH={Path(sys.executable).parent}:$PATH\n{rest}")
    place.chmod(0o755)
    return origin


@pytest.fixture
def clone(web: WebServer, machine: Machine, guarded: Path, tmp_path: Path) -> Path:
    """Return a person's checkout of it."""
    machine.is_known_to(web)
    git(tmp_path, "clone", "--quiet", web.url(guarded), "clone")
    return tmp_path / "clone"


def pushed(clone: Path, files: dict[str, str], status: int = 0) -> str:
    """Commit files by hand and push them; return what git said."""
    for path, text in files.items():
        (clone / path).parent.mkdir(parents=True, exist_ok=True)
        (clone / path).write_text(text)
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--allow-empty", "--message=change by hand")
    push = ["git", "-C", str(clone), "push", "--quiet", "origin", "HEAD:main"]
    done = subprocess.run(push, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    return done.stderr


def test_what_is_broken_is_refused_with_file_line_and_next_step(clone: Path, guarded: Path) -> None:
    told = pushed(clone, {TASK: "title: First\ncreated: 2026-11-20T08:15:00Z\npriority: urgent\n"}, status=1)

    assert f"remote: {TASK}:3: priority: " in told
    assert "pre-receive hook declined" in told
    assert subjects(guarded) == ["found the company"]


def test_what_is_sound_gets_in(clone: Path, guarded: Path) -> None:
    pushed(clone, {TASK: "title: First\ncreated: 2026-11-20T08:15:00Z\npriority: high\n"})

    assert subjects(guarded) == ["change by hand", "found the company"]


def test_a_step_that_the_tables_do_not_have_is_refused_although_the_file_is_sound(
    clone: Path, guarded: Path
) -> None:
    commit_files(guarded, {TASK: "title: First\ncreated: 2026-11-20T08:15:00Z\nstatus: done\n"})
    git(clone, "pull", "--quiet")

    text = "title: First\ncreated: 2026-11-20T08:15:00Z\nstatus: in_review\n"
    told = pushed(clone, {TASK: text}, status=1)

    assert "no step leads there from done" in told
    assert len(subjects(guarded)) == 2


def test_what_was_broken_before_keeps_nobody_out(clone: Path, guarded: Path) -> None:
    commit_files(guarded, {"goals/trust.yaml": "title: Trust\nlevel: every\n"})
    git(clone, "pull", "--quiet")

    pushed(clone, {TASK: "title: Second\ncreated: 2026-11-20T08:15:00Z\n"})

    assert len(subjects(guarded)) == 3


def test_the_company_itself_cannot_be_deleted_nor_its_branch(clone: Path, guarded: Path) -> None:
    git(clone, "rm", "--quiet", "gitcp.yaml")
    assert "found one without gitcp.yaml" in pushed(clone, {}, status=1)
    git(clone, "push", "--quiet", "origin", ":main", status=1)

    assert subjects(guarded) == ["found the company"]


def test_other_branches_are_nobodys_business(clone: Path, guarded: Path) -> None:
    git(clone, "commit", "--quiet", "--allow-empty", "--message=idea")
    git(clone, "rm", "--quiet", "-r", ".")
    git(clone, "commit", "--quiet", "--message=empty")

    git(clone, "push", "--quiet", "origin", "HEAD:refs/heads/idea")

    assert len(subjects(guarded, "idea")) == 3


def test_the_first_push_into_an_empty_repository_is_checked_as_a_whole(
    clone: Path, guarded: Path, tmp_path: Path, ssh: SshServer, machine: Machine
) -> None:
    machine.has_key(ssh)
    empty = new_bare(tmp_path / "empty.git")
    hook = guarded / "hooks" / "pre-receive"
    (empty / "hooks").mkdir(exist_ok=True)
    (empty / "hooks" / "pre-receive").symlink_to(hook)
    sound, broken = new_bare(tmp_path / "sound.git"), new_bare(tmp_path / "broken.git")
    commit_files(sound, dict(COMPANY))
    commit_files(broken, COMPANY | {"org/oscar.yaml": "kind: robot\n"})

    git(broken, "push", "--quiet", ssh.url(empty), "main", status=1)
    git(sound, "push", "--quiet", ssh.url(empty), "main")

    assert tip(empty) == tip(sound)


def test_an_operation_that_is_refused_tells_the_hooks_words_and_the_store_goes_on(
    web: WebServer, machine: Machine, guarded: Path, tmp_path: Path
) -> None:
    machine.is_known_to(web)
    with GitStore.clone(web.url(guarded), tmp_path / "clone.git") as store:
        with pytest.raises(RemoteError) as refused:
            put(store, 1, a_task("CI-0002", assignee="nobody"))
        title(store, 2, "CI-0002", "Second")

    assert "tasks/CI/CI-0002.yaml" in refused.value.message
    assert "nobody" in refused.value.message
    assert subjects(guarded) == ["title task CI-0002", "found the company"]
