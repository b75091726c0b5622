from pathlib import Path

import pytest

from gitcp.errors import WorkspaceError
from gitcp.workspaces import RepositorySpec, Workspaces
from gitcp.workspaces.clone import Clone
from gitcp.workspaces.program import Git
from gitcp.workspaces.repositories import Repositories
from tests.workspaces.origin import RUN, Agent, Origin, git, prepare


@pytest.fixture
def repositories(state: Path) -> Repositories:
    return Repositories(state / "repositories", Git(30))


@pytest.fixture
def clone(repositories: Repositories, origin: Origin) -> Clone:
    return repositories.refreshed(origin.spec)


def test_a_clone_is_bare_and_borrows_no_objects(clone: Clone) -> None:
    assert git(clone.path, "rev-parse", "--is-bare-repository") == "true"
    assert not (clone.path / "objects" / "info" / "alternates").exists()
    assert not (clone.path / "hooks").exists()


def test_a_file_is_read_at_a_commit(clone: Clone, origin: Origin) -> None:
    old = clone.target()
    origin.commit({"roles/riley/role.md": "You scan twice.\n"})
    clone.fetch()

    assert clone.text_at(old, "roles/riley/role.md") == "You scan.\n"
    assert clone.text_at(clone.target(), "roles/riley/role.md") == "You scan twice.\n"
    assert clone.text_at(old, "roles/missing.md") is None
    assert clone.text_at(old, "roles") is None


def test_a_link_within_the_repository_is_followed_and_no_other(clone: Clone, origin: Origin) -> None:
    links = {
        "a.md": "roles/riley/role.md",
        "roles/b.md": "../a.md",
        "out.md": "../../etc/passwd",
        "abs.md": "/etc/passwd",
        "loop.md": "loop.md",
    }
    for name, target in links.items():
        (origin.path / name).symlink_to(target)
    origin.git("add", "--all")
    origin.git("commit", "--quiet", "-m", "links")
    clone.fetch()
    at = clone.target()

    assert clone.text_at(at, "a.md") == clone.text_at(at, "roles/b.md") == "You scan.\n"
    assert [clone.text_at(at, name) for name in ("out.md", "abs.md", "loop.md")] == [None, None, None]


def test_configuration_hooks_and_attributes_of_an_agent_do_not_stay(clone: Clone) -> None:
    pristine = (clone.path / "config").read_bytes()
    git(clone.path, "config", "filter.x.clean", "touch /tmp/x")
    (clone.path / "hooks").mkdir()
    (clone.path / "hooks" / "post-checkout").write_text("#!/bin/sh\n")
    (clone.path / "info").mkdir(exist_ok=True)
    (clone.path / "info" / "attributes").write_text("* filter=x\n")

    clone.fetch()

    assert (clone.path / "config").read_bytes() == pristine
    assert not (clone.path / "hooks").exists()
    assert not (clone.path / "info" / "attributes").exists()


def test_a_branch_that_is_gone_there_is_gone_here(clone: Clone, origin: Origin) -> None:
    origin.git("branch", "riley/CI-0001")
    clone.fetch()
    assert clone.tip("riley/CI-0001")

    origin.git("branch", "--delete", "riley/CI-0001")
    clone.fetch()

    assert clone.tip("riley/CI-0001") is None
    assert clone.branches() == ["main"]


def test_a_branch_that_is_not_there_is_said_with_those_that_are(
    repositories: Repositories, origin: Origin
) -> None:
    origin.git("branch", "dev")

    with pytest.raises(WorkspaceError, match="expected a branch 'trunk', found dev, main") as caught:
        repositories.refreshed(RepositorySpec("factory", str(origin.path), "trunk"))

    assert caught.value.hint == "set repositories.factory.branch in gitcp.yaml, or base: of the project"


def test_an_empty_repository_is_said_to_be_empty(repositories: Repositories, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "empty.git")

    with pytest.raises(WorkspaceError, match="found no commit at all"):
        repositories.refreshed(RepositorySpec("factory", str(tmp_path / "empty.git"), "main"))


@pytest.mark.parametrize(
    ("url", "said"),
    [("/no/such/place", "does not appear to be a git repository"), ("http://127.0.0.1:9/x", "127.0.0.1")],
)
def test_a_repository_that_cannot_be_reached_is_said_in_the_words_of_git(
    repositories: Repositories, url: str, said: str
) -> None:
    with pytest.raises(WorkspaceError, match=f"repository factory: git fetch: .*{said}") as caught:
        repositories.refreshed(RepositorySpec("factory", url, "main"))

    assert "repositories.factory.url" in str(caught.value.hint)


def test_a_repository_with_sha256_objects_is_one_clear_error(
    repositories: Repositories, tmp_path: Path
) -> None:
    git(tmp_path, "init", "--quiet", "--object-format=sha256", "--initial-branch=main", "other")
    git(tmp_path / "other", "commit", "--quiet", "--allow-empty", "-m", "begin")

    with pytest.raises(WorkspaceError, match="sha256"):
        repositories.refreshed(RepositorySpec("factory", str(tmp_path / "other"), "main"))


def test_a_shallow_repository_can_be_worked_in(
    workspaces: Workspaces, origin: Origin, tmp_path: Path
) -> None:
    origin.commit({"second": "2"})
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{origin.path}", "shallow")
    git(tmp_path / "shallow", "checkout", "--quiet", "--detach")
    shallow = Origin(tmp_path / "shallow")

    workspace = prepare(workspaces, shallow)
    Agent(workspace).commit({"a": "1"})

    assert len(workspaces.collect(workspace).commits) == 1


def test_what_a_crash_left_half_made_is_made_again(repositories: Repositories, origin: Origin) -> None:
    half = repositories.newest(origin.spec).path
    (half.parent / f"{half.name}.new" / "objects").mkdir(parents=True)

    assert repositories.refreshed(origin.spec).target() == origin.tip("main")


def test_the_lock_of_a_repository_is_waited_for_and_then_said(state: Path, origin: Origin) -> None:
    busy = Repositories(state / "repositories", Git(30)).refreshed(origin.spec)
    hurried = Repositories(state / "repositories", Git(0.01))

    with busy.locked(), pytest.raises(WorkspaceError, match="other runs have used it for"):
        hurried.refreshed(origin.spec)


def test_a_ref_that_is_gone_can_be_forgotten_again(clone: Clone) -> None:
    clone.point(f"refs/gitcp/rescue/{RUN}", clone.target())

    clone.forget([f"refs/gitcp/rescue/{RUN}"])
    clone.forget([f"refs/gitcp/rescue/{RUN}"])

    assert clone.resolve(f"refs/gitcp/rescue/{RUN}") is None


def test_a_clone_that_is_damaged_is_said(clone: Clone, origin: Origin) -> None:
    with pytest.raises(WorkspaceError, match=r"repository factory: .* cannot be read"):
        clone.text_at("0" * 40, "README.md")
    (clone.path / "HEAD").unlink()
    with pytest.raises(WorkspaceError, match=r"repository factory: .* cannot be read"):
        clone.tip("main")
