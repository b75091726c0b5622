"""Processes that die, and disks that fill up: what is found afterwards is the old state or the new one, and the next call goes on."""

import contextlib
import os
import random
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

import pytest

from gitcp.errors import ConflictError, GitcpError, RemoteError
from gitcp.model.operation import Receipt, Result, Step
from gitcp.model.tasks import Task
from gitcp.store.git_store import GitStore
from tests.store import faults
from tests.store.faults import CACHE, Instant, happening, in_a_child
from tests.store.repositories import copy_of, git
from tests.store.steps import Count, Title, a_call, asking, receipt, title

FIRST: Final = "CI-0001"
STEPS: Final[tuple[Step, ...]] = (
    (Count(task=FIRST), a_call(1)),
    (Title(task="CI-0002", title="Second"), a_call(2)),
)
WORLDS: Final = ("bare", "checkout", "clone")


@pytest.fixture(scope="session")
def worlds(prepared: Path, prepared_checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a bare repository, a checkout without remote, and one whose remote is the bare repository."""
    folder = tmp_path_factory.mktemp("worlds")
    copy_of(prepared / "bare.git", folder / "bare")
    checkout, clone = (copy_of(prepared_checkout, folder / name) for name in ("checkout", "clone"))
    git(clone, "remote", "add", "origin", "../bare")
    git(clone, "fetch", "--quiet", "origin")
    git(clone, "branch", "--quiet", "--set-upstream-to=origin/main")
    git(clone, "remote", "set-head", "origin", "main")
    for place in (checkout, clone):
        git(place, "status")  # what differs in a copy is when the files were written
    return folder


def carried_out(folder: Path, happens: Instant | None, what: Callable[[], None]) -> tuple[Result, ...]:
    with happening(happens, what), GitStore.open(folder) as store:
        return store.apply(asking(*STEPS)).results


def instants_of(folder: Path) -> list[Instant]:
    """Return the instants that an operation passes; of those with nothing between them, one."""
    with happening(None, faults.die) as passage, GitStore.open(folder) as store:
        store.apply(asking(*STEPS))
    first, *later = passage.instants
    pairs = zip(passage.instants, later, strict=False)
    return [first, *(now for before, now in pairs if now.point in {before.point, CACHE})]


def attempts(store: GitStore) -> int:
    task = store.snapshot().get(Task, FIRST)
    assert task is not None
    return task.attempts


def requests(store: GitStore) -> list[str]:
    return [entry.trailers["Gitcp-Request"] for entry in store.history().entries() if entry.trailers]


def hold_whole(folder: Path, told: tuple[Result, ...] | None) -> None:
    """Hold that an interrupted operation was carried out or not, that asking again settles it, and that nothing is left over."""
    with GitStore.open(folder) as store:
        store.fetch()
        known = requests(store)
        assert known in ([], ["2".zfill(32), "1".zfill(32)])
        assert bool(known) is (attempts(store) == 1)
        assert known or not any(isinstance(result, Receipt) for result in told or ())
        again = store.apply(asking(*STEPS)).results
        assert [isinstance(result, Receipt) and result.repeated for result in again] == [bool(known)] * 2
        receipt(store.apply(asking((Count(task=FIRST), a_call(3)))))
        assert attempts(store) == 2
        assert requests(store) == [f"{number:032x}" for number in (3, 2, 1)]
        if store.has_checkout:
            assert store.edited_paths() == ()
            assert git(folder, "status", "--porcelain") == ""
            assert git(folder, "rev-parse", "HEAD").strip() == store.snapshot().revision
    assert [path for path in folder.rglob("*.lock") if path.name != "lock"] == []


@pytest.mark.parametrize("world", WORLDS)
def test_a_process_killed_at_any_instant_leaves_the_old_state_or_the_new_one(
    worlds: Path, tmp_path: Path, world: str
) -> None:
    instants = instants_of(copy_of(worlds, tmp_path / "whole") / world)
    assert {"cache", "blob", "commit"} <= {instant.point for instant in instants}
    for number, instant in enumerate(instants):
        folder = copy_of(worlds, tmp_path / str(number)) / world

        assert in_a_child(partial(carried_out, folder, instant, faults.die)) is None

        hold_whole(folder, None)


@pytest.mark.parametrize("world", WORLDS)
def test_a_disk_that_is_full_from_any_instant_on_is_told_and_leaves_the_old_state_or_the_new_one(
    worlds: Path, tmp_path: Path, world: str
) -> None:
    told: list[str] = []
    for number, instant in enumerate(instants_of(copy_of(worlds, tmp_path / "whole") / world)):
        folder = copy_of(worlds, tmp_path / str(number)) / world
        results = None
        try:
            results = in_a_child(partial(carried_out, folder, instant, faults.fill_the_disk))
        except GitcpError as error:
            told.append(str(error))

        hold_whole(folder, results)

    assert any("File too large" in error for error in told)


# -- killed from outside


@contextmanager
def counting(folder: Path, first: int) -> Iterator[tuple[int, Iterator[bytes]]]:
    """Let a process count, request after request, and say each that is done; yield its id and what it says."""
    reading, writing = os.pipe()
    child = faults.fork()
    if child == 0:
        os.close(reading)
        try:
            count_on(folder, first, writing)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as said:
        yield child, said
    os.waitpid(child, 0)


def count_on(folder: Path, first: int, writing: int) -> None:
    with GitStore.open(folder) as store:
        for number in count(first):
            receipt(store.apply(asking((Count(task=FIRST), a_call(number)))))
            os.write(writing, f"{number}\n".encode())


@pytest.mark.parametrize("world", WORLDS)
def test_a_process_that_is_killed_again_and_again_loses_nothing_and_does_nothing_twice(
    worlds: Path, tmp_path: Path, world: str
) -> None:
    folder = copy_of(worlds, tmp_path / "worlds") / world
    done, chance = 0, random.Random(world)
    for _ in range(6):
        with counting(folder, done + 1) as (child, said):
            told = [int(next(said)) for _ in range(chance.randint(1, 4))]
            os.kill(child, signal.SIGKILL)
            done = [*told, *map(int, said)][-1]

    with GitStore.open(folder) as store:
        receipt(store.apply(asking((Count(task=FIRST), a_call(done + 1)))))
        assert attempts(store) == done + 1
        assert requests(store) == [f"{number:032x}" for number in range(done + 1, 0, -1)]
        if store.has_checkout:
            assert store.edited_paths() == ()
            assert git(folder, "status", "--porcelain") == ""
    assert "error" not in git(folder, "fsck", "--connectivity-only")


# -- locks that were left behind


def test_what_a_killed_git_left_of_its_index_does_not_keep_the_checkout_back(
    worlds: Path, tmp_path: Path
) -> None:
    folder = copy_of(worlds, tmp_path / "worlds") / "checkout"
    (folder / ".git" / "index.gitcp").write_bytes(b"half an index")
    (folder / ".git" / "index.gitcp.lock").touch()
    git(folder, "update-index", "--assume-unchanged", "README.md")

    with GitStore.open(folder) as store:
        assert store.apply(asking(*STEPS)).notes == ()
        assert store.edited_paths() == ()
    assert git(folder, "status", "--porcelain") == ""


def test_the_lock_of_the_index_does_not_stay_where_it_could_not_be_marked(
    worlds: Path, tmp_path: Path
) -> None:
    folder = copy_of(worlds, tmp_path / "worlds") / "checkout"
    with pytest.raises(GitcpError, match="File too large"):
        in_a_child(lambda: carried_out(folder, Instant("journal", faults.BEFORE), faults.fill_the_disk))

    assert not (folder / ".git" / "index.lock").exists()
    hold_whole(folder, None)


def test_a_ref_that_stays_locked_is_told_with_its_file_and_moves_once_that_is_gone(
    worlds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gitcp.store.refs._WAITS", (0.0, 0.0))
    folder = copy_of(worlds, tmp_path / "worlds") / "bare"
    lock = folder / "refs" / "heads" / "main.lock"
    lock.touch()
    with GitStore.open(folder) as store:
        with pytest.raises(ConflictError, match=str(lock)) as refused:
            title(store, 1, "CI-0002", "Second")
        assert "delete that file" in str(refused.value.hint)
        lock.unlink()

        assert not title(store, 1, "CI-0002", "Second").repeated


def test_a_ref_that_stays_locked_in_the_remote_is_told_in_its_words_and_moves_once_it_is_free(
    worlds: Path, tmp_path: Path
) -> None:
    folder = copy_of(worlds, tmp_path / "worlds") / "clone"
    lock = folder.parent / "bare" / "refs" / "heads" / "main.lock"
    lock.touch()
    with GitStore.open(folder, patience=1) as store:
        with pytest.raises(GitcpError, match="main") as refused:
            title(store, 1, "CI-0002", "Second")
        assert isinstance(refused.value, RemoteError | ConflictError)
        assert refused.value.hint
        lock.unlink()

        assert not title(store, 1, "CI-0002", "Second").repeated


# -- a cache that is damaged inside


def test_damage_that_only_a_question_meets_is_mended_by_the_next_call(worlds: Path, tmp_path: Path) -> None:
    folder = copy_of(worlds, tmp_path / "worlds") / "bare"
    with GitStore.open(folder) as store:
        store.snapshot()
    spoil(folder / "gitcp" / "unjudged.sqlite", "records")

    with GitStore.open(folder) as store, contextlib.suppress(GitcpError):
        attempts(store)
    with GitStore.open(folder) as store:
        assert attempts(store) == 0


def spoil(cache: Path, table: str) -> None:
    """Overwrite the first page of a table."""
    connection = sqlite3.connect(cache)
    (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    with cache.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
