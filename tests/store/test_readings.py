"""One broken file never hides another, and what is no record's file is told."""

from pathlib import Path

import pytest

from gitcp.model.problem import Severity
from gitcp.store.git_store import GitStore
from gitcp.store.objects import Objects
from gitcp.store.trees import EXECUTABLE, SUBMODULE, SYMLINK
from tests.store.repositories import MAIN, commit_files, git, tip

TASK = "title: {}\ncreated: 2026-11-20T08:15:00Z\n"


def test_a_broken_file_is_a_problem_and_its_record_alone_is_missing(bare: Path, store: GitStore) -> None:
    commit_files(bare, {"tasks/CI/CI-0002.yaml": "title: [\n", "tasks/CI/CI-0003.yaml": TASK.format("Third")})

    snapshot = store.snapshot()

    assert [task.id for task in snapshot.tasks()] == ["CI-0001", "CI-0003"]
    assert {problem.path for problem in snapshot.problems()} == {"tasks/CI/CI-0002.yaml"}
    assert [snapshot.is_inert("task", task) for task in ("CI-0001", "CI-0002", "CI-0003")] == [
        False,
        True,
        False,
    ]


def test_a_problem_goes_when_its_file_is_mended(bare: Path, store: GitStore) -> None:
    commit_files(bare, {"tasks/CI/CI-0002.yaml": "title: [\n"})
    assert store.snapshot().is_inert("task", "CI-0002")

    commit_files(bare, {"tasks/CI/CI-0002.yaml": TASK.format("Second")})

    assert list(store.snapshot().problems()) == []
    assert not store.snapshot().is_inert("task", "CI-0002")


def test_a_broken_member_is_inert_whatever_it_was(bare: Path, store: GitStore) -> None:
    commit_files(bare, {"org/riley.yaml": "kind: agnet\nname: Riley\n"})

    snapshot = store.snapshot()

    assert [snapshot.is_inert(kind, "riley") for kind in ("agent", "person", "task")] == [True, True, False]
    assert snapshot.member("riley") is None


def test_a_company_file_that_is_broken_leaves_the_company_unknown_and_the_rest_readable(
    bare: Path, store: GitStore
) -> None:
    commit_files(bare, {"gitcp.yaml": "format: 1\nname: [\n"})

    snapshot = store.snapshot()

    assert snapshot.company is None
    assert [problem.path for problem in snapshot.problems()] == ["gitcp.yaml"]
    assert [task.id for task in snapshot.tasks()] == ["CI-0001"]


@pytest.mark.parametrize(
    ("path", "mode", "message"),
    [
        ("tasks/CI/CI-0002.yaml", SYMLINK, "symbolic link"),
        ("org/riley.yaml", SYMLINK, "symbolic link"),
        ("runs", SYMLINK, "symbolic link"),
        ("comments/CI", SUBMODULE, "submodule"),
    ],
)
def test_links_and_submodules_among_the_records_are_errors(
    bare: Path, store: GitStore, path: str, mode: int, message: str
) -> None:
    put_leaf(bare, path, mode)

    (problem,) = store.snapshot().problems()

    assert (problem.path, problem.severity) == (path, Severity.ERROR)
    assert message in problem.message


def test_links_elsewhere_are_nobodys_business(bare: Path, store: GitStore) -> None:
    put_leaf(bare, "CLAUDE.md", SYMLINK)

    assert list(store.snapshot().problems()) == []


def test_a_name_that_is_no_records_is_a_warning(bare: Path, store: GitStore) -> None:
    commit_files(bare, {"tasks/CI/CI-12a.yaml": "x", "tasks/README.md": "x", "notes/anything": "x"})

    (problem,) = store.snapshot().problems()

    assert (problem.path, problem.severity) == ("tasks/CI/CI-12a.yaml", Severity.WARNING)


def test_two_files_of_one_record_make_it_inert_until_one_goes(bare: Path, store: GitStore) -> None:
    commit_files(bare, {"tasks/CI/9000/CI-0001.yaml": TASK.format("Other")})

    snapshot = store.snapshot()

    assert [(task.id, task.title) for task in snapshot.tasks()] == [("CI-0001", "First")]
    assert snapshot.is_inert("task", "CI-0001")
    assert [problem.path for problem in snapshot.problems()] == ["tasks/CI/9000/CI-0001.yaml"]

    commit_files(bare, {"tasks/CI/CI-0001.yaml": None})
    assert [task.title for task in store.snapshot().tasks()] == ["Other"]
    assert not store.snapshot().is_inert("task", "CI-0001")


def test_an_archived_task_is_answered_by_name_and_not_in_lists(bare: Path, store: GitStore) -> None:
    from gitcp.model.tasks import Task

    commit_files(
        bare,
        {"archive/tasks/CI/CI-0007.yaml": TASK.format("Old"), "archive/tasks/CI/CI-0008.yaml": "title: ["},
    )

    snapshot = store.snapshot()
    old = snapshot.get(Task, "CI-0007")

    assert old is not None
    assert old.title == "Old"
    assert [task.id for task in snapshot.tasks()] == [task.id for task in snapshot.all(Task)] == ["CI-0001"]
    assert snapshot.get(Task, "CI-0008") is None
    assert list(snapshot.problems()) == []


def test_an_executable_file_is_a_file(bare: Path, store: GitStore) -> None:
    commit_files(
        bare, {"tasks/CI/CI-0002.yaml": TASK.format("Second")}, modes={"tasks/CI/CI-0002.yaml": EXECUTABLE}
    )

    assert [task.id for task in store.snapshot().tasks()] == ["CI-0001", "CI-0002"]


def put_leaf(repository: Path, path: str, mode: int) -> None:
    entry = f"{mode:o} {'1' * 40 if mode == SUBMODULE else Objects(repository).write(b'README.md')}\t{path}\n"
    git(repository, "read-tree", tip(repository))
    git(repository, "update-index", "--index-info", given=entry)
    tree = git(repository, "write-tree").strip()
    commit = git(repository, "commit-tree", "-p", tip(repository), "-m", "link", tree).strip()
    git(repository, "update-ref", MAIN, commit)
