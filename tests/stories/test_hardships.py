"""What is broken in a control repository is told in one error with a next step, and nothing of it stays once it is mended."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.store.repositories import git
from tests.stories.hardship import ALEX, READ, TASK, WRITE, hold_told, ran

Harm = Callable[[Path], AbstractContextManager[object]]

# -- what is broken, for as long as a block lasts


@contextmanager
def holding(file: Path, data: bytes) -> Iterator[None]:
    """Let a file hold something else; the bytes of git's objects are read-only."""
    before = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(data)
    yield
    file.write_bytes(before)


@contextmanager
def away(path: Path) -> Iterator[None]:
    beside = path.with_name(f"{path.name}.away")
    path.rename(beside)
    yield
    beside.rename(path)


@contextmanager
def in_the_way(path: Path, make: Callable[[Path], None]) -> Iterator[None]:
    """Let something else be where gitcp has files of its own."""
    for file in path.parent.glob(f"{path.name}*"):
        file.rename(file.with_name(f"old-{file.name}"))
    make(path)
    yield
    path.rmdir() if path.is_dir() else path.unlink()


def object_of(control: Path, name: str) -> Path:
    oid = git(control, "rev-parse", name).strip()
    return control / ".git" / "objects" / oid[:2] / oid[2:]


def a_short_object(control: Path) -> AbstractContextManager[None]:
    file = object_of(control, f"main:{TASK}")
    return holding(file, file.read_bytes()[:10])


def a_garbled_object(control: Path) -> AbstractContextManager[None]:
    file = object_of(control, f"main:{TASK}")
    return holding(file, bytes(reversed(file.read_bytes())))


def a_missing_commit(control: Path) -> AbstractContextManager[None]:
    return away(object_of(control, "main"))


def a_missing_tree(control: Path) -> AbstractContextManager[None]:
    return away(object_of(control, "main:tasks"))


def packed(control: Path) -> Path:
    git(control, "gc", "--quiet", "--prune=now")
    [pack] = (control / ".git" / "objects" / "pack").glob("*.pack")
    return pack


def a_missing_pack(control: Path) -> AbstractContextManager[None]:
    return away(packed(control))


def a_short_pack(control: Path) -> AbstractContextManager[None]:
    pack = packed(control)
    return holding(pack, pack.read_bytes()[:40])


def a_garbled_index(control: Path) -> AbstractContextManager[None]:
    return holding(control / ".git" / "index", b"DIRC is not enough" * 9)


def a_garbled_branch(control: Path) -> AbstractContextManager[None]:
    return holding(control / ".git" / "refs" / "heads" / "main", b"\xffnonsense\n")


def a_branch_to_nowhere(control: Path) -> AbstractContextManager[None]:
    return holding(control / ".git" / "refs" / "heads" / "main", b"1f3a" * 10 + b"\n")


def a_garbled_head(control: Path) -> AbstractContextManager[None]:
    return holding(control / ".git" / "HEAD", b"nonsense\n")


def a_garbled_configuration(control: Path) -> AbstractContextManager[None]:
    return holding(control / ".git" / "config", b"[core\nbare = perhaps\n")


def no_objects(control: Path) -> AbstractContextManager[None]:
    return away(control / ".git" / "objects")


def a_folder_for_a_cache(control: Path) -> AbstractContextManager[None]:
    return in_the_way(control / ".git" / "gitcp" / "cache.sqlite", lambda path: path.mkdir(parents=True))


def a_folder_for_a_lock(control: Path) -> AbstractContextManager[None]:
    return in_the_way(control / ".git" / "gitcp" / "lock", lambda path: path.mkdir(parents=True))


def a_file_for_a_folder(control: Path) -> AbstractContextManager[None]:
    return in_the_way(control / ".git" / "gitcp", Path.touch)


def a_link_in_a_circle_for_a_cache(control: Path) -> AbstractContextManager[None]:
    def tie(path: Path) -> None:
        path.parent.mkdir(exist_ok=True)
        path.symlink_to(path.name)

    return in_the_way(control / ".git" / "gitcp" / "cache.sqlite", tie)


HARMS: Final[tuple[Harm, ...]] = (
    a_short_object,
    a_garbled_object,
    a_missing_commit,
    a_missing_tree,
    a_missing_pack,
    a_short_pack,
    a_garbled_index,
    a_garbled_branch,
    a_branch_to_nowhere,
    a_garbled_head,
    a_garbled_configuration,
    no_objects,
    a_folder_for_a_cache,
    a_folder_for_a_lock,
    a_file_for_a_folder,
    a_link_in_a_circle_for_a_cache,
)


@pytest.mark.parametrize("harm", HARMS)
def test_what_is_broken_is_told_and_forgotten_once_it_is_mended(control: Path, harm: Harm) -> None:
    with harm(control):
        read = ran(control, *READ)
        written = ran(control, *WRITE)

    hold_told(written)
    assert read.code in {0, 1}, read
    assert ran(control, *WRITE).code == 0
    assert ran(control, *READ).code == 0
    assert git(control, "log", "--format=%s").splitlines() == [
        "comment on task CI-0001: I looked.",
        "found the company",
    ]
    assert git(control, "status", "--porcelain") == ""


# -- repositories that libgit2 cannot read


def convert_to_sha256(folder: Path) -> None:
    shutil.rmtree(folder / ".git")
    git(folder, "init", "--quiet", "--object-format=sha256", "--initial-branch=main")
    git(folder, "add", ".")
    who = ("-c", f"user.name={ALEX.name}", "-c", f"user.email={ALEX.email}")
    git(folder, *who, "commit", "--quiet", "--message=found the company")


def make_sparse(folder: Path) -> None:
    git(folder, "sparse-checkout", "set", "tasks")


def split_the_index(folder: Path) -> None:
    git(folder, "update-index", "--split-index")


def promise_objects(folder: Path) -> None:
    git(folder, "remote", "add", "origin", str(folder))
    git(folder, "config", "remote.origin.promisor", "true")


def keep_refs_in_a_table(folder: Path) -> None:
    for name, value in (("core.repositoryFormatVersion", "1"), ("extensions.refStorage", "reftable")):
        git(folder, "config", "--file", ".git/config", name, value)


@pytest.mark.parametrize(
    "change", [convert_to_sha256, make_sparse, split_the_index, promise_objects, keep_refs_in_a_table]
)
def test_a_repository_of_a_kind_that_is_not_read_is_told_by_every_command(
    control: Path, change: Callable[[Path], None]
) -> None:
    change(control)

    for command in (READ, WRITE, ("plan",), ("tick",), ("check",)):
        ended = ran(control, *command)
        hold_told(ended)
        assert "which gitcp cannot read" in ended.said


def test_a_shallow_clone_is_read_and_written(clone: Path, tmp_path: Path) -> None:
    assert ran(clone, *WRITE).code == 0
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{tmp_path}/upstream.git", str(shallow))
    git(shallow, "config", "user.email", ALEX.email)

    assert ran(shallow, *READ).code == 0
    assert ran(shallow, *WRITE).code == 0
    assert len(git(tmp_path / "upstream.git", "log", "--format=%s", "main").splitlines()) == 3
