"""Files of a working tree: replaced in one step, and never through a link."""

import os
import stat
from pathlib import Path

import pytest

from gitcp.store.files import Files, Held, InTheWayError


@pytest.fixture
def files(tmp_path: Path) -> Files:
    (tmp_path / "tree").mkdir()
    return Files(tmp_path / "tree")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_with_its_folders_and_read_back(files: Files, tmp_path: Path) -> None:
    files.replace("a/b/c.yaml", Held(b"x", is_executable=False))

    assert files.read("a/b/c.yaml") == Held(b"x", is_executable=False)
    assert names(tmp_path / "tree/a/b") == ["c.yaml"]


def test_what_is_not_there_is_none(files: Files) -> None:
    assert [files.read("none"), files.read("none/at/all")] == [None, None]
    files.remove("none/at/all")
    files.tidy("none/at/all")


def test_a_replaced_file_keeps_its_mode_unless_it_becomes_executable(files: Files, tmp_path: Path) -> None:
    file = tmp_path / "tree/file"
    files.replace("file", Held(b"x", is_executable=False))
    file.chmod(0o640)

    files.replace("file", Held(b"y", is_executable=False))
    assert stat.S_IMODE(file.stat().st_mode) == 0o640

    files.replace("file", Held(b"z", is_executable=True))
    assert file.stat().st_mode & 0o100


@pytest.mark.parametrize("target", ["outside", "nowhere"])
def test_a_link_among_the_folders_is_never_followed(files: Files, tmp_path: Path, target: str) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/file").write_text("theirs")
    (tmp_path / "tree/link").symlink_to(tmp_path / target)

    for attempt in (
        files.read,
        files.remove,
        lambda path: files.replace(path, Held(b"mine", is_executable=False)),
    ):
        with pytest.raises(InTheWayError):
            attempt("link/file")
    files.tidy("link/file")

    assert (tmp_path / "outside/file").read_text() == "theirs"


def test_a_link_in_the_place_of_a_file_is_told(files: Files, tmp_path: Path) -> None:
    (tmp_path / "tree/link").symlink_to("/etc/passwd")

    with pytest.raises(InTheWayError):
        files.read("link")


@pytest.mark.parametrize("make", ["folder", "pipe"])
def test_what_is_no_file_is_told(files: Files, tmp_path: Path, make: str) -> None:
    path = tmp_path / "tree/thing"
    path.mkdir() if make == "folder" else os.mkfifo(path)

    with pytest.raises(InTheWayError):
        files.read("thing")


def test_folders_that_become_empty_go_and_others_stay(files: Files, tmp_path: Path) -> None:
    for path in ("a/b/one", "a/two"):
        files.replace(path, Held(b"x", is_executable=False))

    files.remove("a/b/one")

    assert names(tmp_path / "tree/a") == ["two"]


def test_what_an_interrupted_replacement_left_is_removed(files: Files, tmp_path: Path) -> None:
    (tmp_path / "tree/.file.gitcp").write_text("half")

    files.tidy("file")
    assert names(tmp_path / "tree") == []

    (tmp_path / "tree/.file.gitcp").write_text("half")
    files.replace("file", Held(b"x", is_executable=False))
    assert names(tmp_path / "tree") == ["file"]
