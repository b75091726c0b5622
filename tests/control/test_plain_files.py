import os
from pathlib import Path

import pytest

from gitcp.control.plain_files import copy_whole, read_ends, read_whole, write_durably
from gitcp.errors import GitcpError


def test_a_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"12345")

    assert read_whole(tmp_path / "log", 5) == b"12345"
    assert read_whole(tmp_path / "missing", 5) is None
    with pytest.raises(GitcpError, match="expected at most 4 bytes, found 5"):
        read_whole(tmp_path / "log", 4)


def test_a_long_file_is_read_without_its_middle(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"begin" + b"." * 100 + b"end.."[:5])

    assert read_ends(tmp_path / "log", 10) == b"begin\n[gitcp: 100 bytes are left out here]\nend.."
    assert read_ends(tmp_path / "log", 110) == b"begin" + b"." * 100 + b"end.."
    assert read_ends(tmp_path / "missing", 10) is None


def test_links_pipes_and_folders_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")

    for name in ("link", "folder", "pipe"):
        with pytest.raises(GitcpError, match="expected a plain file"):
            read_whole(tmp_path / name, 100)
        with pytest.raises(GitcpError, match="expected a plain file"):
            copy_whole(tmp_path / name, tmp_path / "copy", 100)
    assert not (tmp_path / "copy").exists()


def test_a_copy_has_its_limit_too(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"12345")

    assert copy_whole(tmp_path / "log", tmp_path / "copy", 5)
    assert (tmp_path / "copy").read_bytes() == b"12345"
    assert not copy_whole(tmp_path / "missing", tmp_path / "other", 5)
    with pytest.raises(GitcpError, match="expected at most 4"):
        copy_whole(tmp_path / "log", tmp_path / "copy", 4)


def test_a_file_is_written_in_place_of_the_old_one_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_durably(tmp_path / "result", b"old")
    write_durably(tmp_path / "result", b"new")

    assert [path.name for path in tmp_path.iterdir()] == ["result"]
    assert (tmp_path / "result").read_bytes() == b"new"
