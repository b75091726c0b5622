import shutil
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from gitcp.errors import WorkspaceError
from gitcp.workspaces import RepositorySpec, Workspaces
from gitcp.workspaces.clone import Clone
from gitcp.workspaces.program import Git
from gitcp.workspaces.repositories import Repositories, key_of
from tests.workspaces.origin import LATER, Agent, Origin, git, prepare, write


@pytest.fixture
def repositories(state: Path) -> Repositories:
    return Repositories(state / "repositories", Git(30))


def made_anew(origin: Origin) -> None:
    shutil.rmtree(origin.path)
    origin.path.mkdir()
    git(origin.path, "init", "--quiet", "--initial-branch=main")
    write(origin.path, {"other": "another history\n"})
    origin.git("add", "--all")
    origin.git("commit", "--quiet", "-m", "another beginning")


def test_one_address_has_one_clone(repositories: Repositories, origin: Origin) -> None:
    first = repositories.refreshed(origin.spec)
    origin.commit({"a": "1"})
    second = repositories.refreshed(origin.spec)

    assert first.path == second.path
    assert second.target() == origin.tip("main")


def test_of_those_who_ask_at_the_same_moment_one_fetches_for_all(
    repositories: Repositories, origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    repositories.refreshed(origin.spec)
    fetched: list[Path] = []
    fetch = Clone.fetch

    def noting(clone: Clone) -> None:
        fetched.append(clone.path)
        fetch(clone)

    monkeypatch.setattr(Clone, "fetch", noting)
    lock = repositories.newest(origin.spec).locked()
    with ThreadPoolExecutor(4) as pool:
        with lock:
            asked = [pool.submit(repositories.refreshed, origin.spec) for _ in range(4)]
            wait(asked, timeout=0.2)
            origin.commit({"a": "1"})
        clones = [one.result(30) for one in asked]

    assert len(fetched) == 1
    assert {clone.target() for clone in clones} == {origin.tip("main")}


def test_what_was_fetched_before_somebody_asked_is_fetched_again(
    repositories: Repositories, origin: Origin, state: Path
) -> None:
    repositories.refreshed(origin.spec)
    note = state / "repositories" / f"{key_of(origin.spec)}.refreshed"
    for left_behind in (note.read_bytes(), b"9" * 30, b"", b"yesterday"):
        origin.commit({"a": left_behind.decode()})
        note.write_bytes(left_behind)

        assert repositories.refreshed(origin.spec).target() == origin.tip("main")


def test_another_address_under_the_same_name_has_another_clone(origin: Origin) -> None:
    moved = RepositorySpec("factory", f"file://{origin.path}", "main")

    assert key_of(moved) != key_of(origin.spec)
    assert key_of(moved).startswith("factory-")


def test_a_repository_that_was_made_anew_has_a_fresh_clone(
    repositories: Repositories, origin: Origin
) -> None:
    old = repositories.refreshed(origin.spec)
    made_anew(origin)

    new = repositories.refreshed(origin.spec)

    assert new.path.name == f"{key_of(origin.spec)}.2.git"
    assert new.branches() == ["main"]
    assert new.target() == origin.tip("main")
    assert repositories.refreshed(origin.spec).path == new.path
    assert [clone.path for clone in repositories.all(origin.spec)] == [old.path, new.path]


def test_a_history_that_was_rewritten_on_the_same_beginning_keeps_its_clone(
    repositories: Repositories, origin: Origin
) -> None:
    beginning = origin.tip("main")
    origin.commit({"a": "1"})
    first = repositories.refreshed(origin.spec)
    origin.git("update-ref", "refs/heads/main", str(beginning))
    origin.commit({"b": "2"})

    second = repositories.refreshed(origin.spec)

    assert first.path == second.path
    assert second.target() == origin.tip("main")


def test_work_from_before_is_rescued_where_it_was(
    workspaces: Workspaces, origin: Origin, state: Path
) -> None:
    before = prepare(workspaces, origin)
    Agent(before).write({"draft": "unfinished\n"})
    made_anew(origin)

    rescued = workspaces.release(before)
    after = prepare(workspaces, origin, run=LATER)

    assert rescued is not None
    assert git(before.clone, "show", f"{rescued}:draft") == "unfinished"
    assert after.clone != before.clone
    assert sorted(path.name for path in after.path.iterdir()) == [".git", "other"]


def test_where_nothing_is_fetched_a_clone_does_as_it_is(
    repositories: Repositories, origin: Origin, state: Path
) -> None:
    as_it_is = Repositories(state / "repositories", Git(30), fetches=False)
    with pytest.raises(WorkspaceError, match="was never fetched on this machine"):
        as_it_is.refreshed(origin.spec)

    before = repositories.refreshed(origin.spec).target()
    origin.commit({"a": "1"})
    shutil.rmtree(origin.path)

    assert as_it_is.refreshed(origin.spec).target() == before
