"""The store as a whole: what it tells of itself, and a company of some size."""

import threading
from pathlib import Path

import pytest

from gitcp.errors import ConflictError, GitcpError, NotAControlRepositoryError
from gitcp.model.tasks import Task, TaskStatus
from gitcp.store import codec
from gitcp.store.git_store import GitStore
from gitcp.store.layout import path_of
from gitcp.store.lock import StoreLock
from tests.store.repositories import COMPANY, commit_files, git, tip
from tests.store.steps import a_task, put, title


def test_a_folder_without_repository_is_no_control_repository(tmp_path: Path) -> None:
    with pytest.raises(NotAControlRepositoryError):
        GitStore.open(tmp_path)


def test_a_store_tells_where_it_is(checkout: Path, bare: Path) -> None:
    with GitStore.open(checkout / "tasks") as store:
        assert (store.root, store.git_directory, store.has_checkout) == (checkout, checkout / ".git", True)
    with GitStore.open(bare) as store:
        assert (store.root, store.git_directory, store.has_checkout) == (bare, bare, False)


def test_configuration_is_gits(checkout: Path) -> None:
    with GitStore.open(checkout) as store:
        store.set_config("gitcp.state", "/var/lib/gitcp")

        assert store.config("user.name") == "Petra Person"
        assert [store.config(name) for name in ("gitcp.state", "gitcp.none")] == ["/var/lib/gitcp", None]
    assert git(checkout, "config", "gitcp.state") == "/var/lib/gitcp\n"


def test_files_are_those_of_the_branch_that_matter(store: GitStore, bare: Path) -> None:
    commit_files(bare, {"tasks/CI/odd name": "x", "docs/a.md": "x"})

    assert sorted(store.files()) == ["gitcp.yaml", "tasks/CI/CI-0001.yaml", "tasks/CI/odd name"]
    assert store.read_file("gitcp.yaml") == COMPANY
    assert [store.read_file(path) for path in ("docs/a.md", "docs", "none")] == [b"x", None, None]


def test_snapshots_outlive_the_store(bare: Path) -> None:
    with GitStore.open(bare) as store:
        snapshot = store.snapshot()

    assert [task.id for task in snapshot.tasks()] == ["CI-0001"]


def test_stores_on_one_repository_see_each_other(bare: Path) -> None:
    with GitStore.open(bare) as one, GitStore.open(bare) as two:
        title(one, 1, "CI-0002", "One")
        assert [task.id for task in two.snapshot().tasks()] == ["CI-0001", "CI-0002"]
        title(two, 2, "CI-0002", "Two")
        assert [task.title for task in one.snapshot().tasks()] == ["First", "Two"]


def test_snapshots_can_be_taken_while_another_thread_writes(bare: Path) -> None:
    with GitStore.open(bare) as store:
        put(store, 0, a_task("CI-0002"))
        stop = threading.Event()
        seen: list[bool] = []

        def read() -> None:
            while not stop.is_set():
                snapshot = store.snapshot()
                seen.append({task.id for task in snapshot.tasks()} == {"CI-0001", "CI-0002"})

        reader = threading.Thread(target=read)
        reader.start()
        for number in range(1, 20):
            title(store, number, "CI-0002", f"Turn {number}")
        stop.set()
        reader.join()

    assert all(seen)
    assert seen


def test_who_waits_too_long_for_the_lock_is_told(bare: Path) -> None:
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with StoreLock(bare / "gitcp/lock", 1).held():
            entered.set()
            leave.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait()
    try:
        with GitStore.open(bare, patience=0.05) as store, pytest.raises(ConflictError, match="lock"):
            title(store, 1, "CI-0002", "Mine")
    finally:
        leave.set()
        holder.join()


def test_a_company_of_a_thousand_tasks_is_read_whole_and_moved_on(bare: Path) -> None:
    statuses = [TaskStatus.TODO, TaskStatus.DONE]
    tasks = [a_task(f"CI-{n:04d}", status=statuses[n % 2], assignee="riley") for n in range(1, 1101)]
    commit_files(bare, {path_of(Task, task.id): codec.write(task) for task in tasks})
    with GitStore.open(bare) as store:
        assert list(store.snapshot().tasks()) == tasks
        assert len(store.snapshot().tasks(statuses=[TaskStatus.TODO], assignee="riley")) == 550

        title(store, 1, "CI-1050", "Changed")

        assert len(store.snapshot().tasks()) == 1100
        assert store.snapshot().revision == tip(bare)
    assert git(bare, "diff", "--name-only", "main~1", "main") == "tasks/CI/1000/CI-1050.yaml\n"


def test_what_git_packs_stays_readable_in_an_open_store(bare: Path, store: GitStore) -> None:
    title(store, 1, "CI-0002", "One")
    git(bare, "gc", "--quiet", "--prune=now")

    title(store, 2, "CI-0002", "Two")
    store.maintain()

    assert [task.title for task in store.snapshot().tasks()] == ["First", "Two"]
    assert len(list(store.history().entries())) == 3


def test_a_damaged_repository_is_an_error_that_names_the_object(bare: Path, store: GitStore) -> None:
    blob = git(bare, "rev-parse", "main:tasks/CI/CI-0001.yaml").strip()
    (bare / "objects" / blob[:2] / blob[2:]).unlink()

    with pytest.raises(GitcpError, match=blob):
        store.snapshot()
