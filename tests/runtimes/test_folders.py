import os
import stat
from pathlib import Path

import pytest

from gitcp.runtimes.folders import SMALL_BYTES, added, own_folder, put, put_copy, small_text


def test_a_folder_takes_the_place_of_a_link_to_one(tmp_path: Path) -> None:
    (tmp_path / "victim").mkdir()
    (tmp_path / "own").symlink_to(tmp_path / "victim")
    (tmp_path / "file").write_text("x")

    for name in ("own", "file", "new"):
        assert own_folder(tmp_path / name).is_dir()
        assert not (tmp_path / name).is_symlink()


def test_a_file_is_never_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("precious")
    (tmp_path / "own").symlink_to(tmp_path / "victim")

    put(tmp_path / "own", b"mine")

    assert (tmp_path / "victim").read_text() == "precious"
    assert (tmp_path / "own").read_text() == "mine"
    assert stat.S_IMODE((tmp_path / "own").stat().st_mode) == 0o600


def test_a_file_that_cannot_take_its_place_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()

    with pytest.raises(OSError, match="own"):
        put(tmp_path / "own", b"mine")

    assert list(tmp_path.iterdir()) == [tmp_path / "own"]


def test_a_copy_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "new").write_text("new")
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "precious").write_text("x")
    (tmp_path / "link").symlink_to(victim)
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "old").write_text("old")

    for name in ("link", "old", "none"):
        put_copy(source, tmp_path / name)
        assert [path.name for path in (tmp_path / name).iterdir()] == ["new"]

    assert (victim / "precious").exists()


def test_only_a_file_is_read_and_only_its_begin(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\xff" + b"x" * 2 * SMALL_BYTES)
    (tmp_path / "link").symlink_to(tmp_path / "file")
    os.mkfifo(tmp_path / "pipe")

    assert len(small_text(tmp_path / "file")) == SMALL_BYTES
    assert [small_text(tmp_path / name) for name in ("link", "pipe", "missing", "a\0b", ".")] == [""] * 5


def test_what_was_added_to_a_file_is_read_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"one two")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    os.mkfifo(tmp_path / "pipe")

    assert added(tmp_path / "file", 4) == b"two"
    assert [added(tmp_path / name, 0) for name in ("link", "pipe", "missing")] == [b"", b"", b""]
