import os
from pathlib import Path

import pytest

from gitcp.errors import WorkspaceError
from gitcp.workspaces.files import remove, text_of, write


def test_a_file_is_written_with_its_folders_and_nothing_beside_it(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b", b"text")

    assert (tmp_path / "a" / "b").read_bytes() == b"text"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]


def test_what_was_made_read_only_is_removed_too(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "file").write_text("x")
    (folder / "deep" / "file").chmod(0o400)
    (folder / "deep").chmod(0o500)
    folder.chmod(0o500)

    remove(folder)

    assert not folder.exists()


def test_a_link_is_removed_and_not_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "inner").symlink_to(tmp_path / "kept")
    (tmp_path / "outer").symlink_to(tmp_path / "kept")

    remove(tmp_path / "outer")
    remove(tmp_path / "folder")
    remove(tmp_path / "was-never-there")

    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (tmp_path / "kept" / "file").exists()


def test_what_cannot_be_removed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(path: Path) -> None:
        raise OSError(39, "Directory not empty", str(path))

    monkeypatch.setattr("shutil.rmtree", busy)

    with pytest.raises(WorkspaceError, match=r"could not be removed: .*not empty"):
        remove(tmp_path)


def test_text_of_a_plain_file_is_read_and_of_a_long_one_its_end(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("first last")

    assert text_of(tmp_path / "a") == "first last"
    assert text_of(tmp_path / "a", 4) == "last"


def test_no_link_is_followed_and_no_pipe_is_waited_for(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    os.mkfifo(tmp_path / "pipe")

    for name in ("link", "pipe", "none"):
        with pytest.raises(OSError, match=name):
            text_of(tmp_path / name)


def test_a_tree_that_is_deeper_than_a_path_is_long_is_removed_too(tmp_path: Path) -> None:
    deep = tmp_path / "deep"
    deep.mkdir()
    at = os.open(deep, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("down", dir_fd=at)
        below = os.open("down", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(at)

    remove(deep)

    assert not deep.exists()
