"""A disk without room or without the right to write, and a remote that is away: told in one error, and forgotten once it is mended."""

import contextlib
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gitcp.store import remote
from tests.store import faults
from tests.store.faults import in_a_child
from tests.store.repositories import copy_of, git
from tests.stories.hardship import READ, WRITE, Ran, hold_told, ran

# -- disks


def test_a_disk_that_is_full_is_told_and_what_was_asked_for_works_once_there_is_room(control: Path) -> None:
    def on_a_full_disk() -> Ran:
        faults.fill_the_disk()
        return ran(control, *WRITE)

    ended = in_a_child(on_a_full_disk)

    assert ended is not None
    hold_told(ended)
    assert str(control) in ended.said
    assert ran(control, *WRITE).code == 0
    assert git(control, "status", "--porcelain") == ""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Return a disk of its own, of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, check=False
        )
    except FileNotFoundError:
        pytest.skip("there is no mount here")
    if mounted.returncode != 0:
        pytest.skip("only who may mount has a disk to fill")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(file: Path) -> None:
    with file.open("wb", buffering=0) as opened, contextlib.suppress(OSError):
        while opened.write(b"x" * 512):
            pass


def test_a_real_disk_without_room_is_told_and_works_once_there_is_some(founded: Path, disk: Path) -> None:
    control = copy_of(founded, disk / "control")
    assert ran(control, *READ).code == 0
    fill(disk / "filler")
    hold_told(ran(control, *WRITE))
    (disk / "filler").unlink()

    assert ran(control, *WRITE).code == 0
    assert git(control, "status", "--porcelain") == ""


def test_a_disk_that_is_read_only_is_told_and_works_once_it_may_be_written(founded: Path, disk: Path) -> None:
    control = copy_of(founded, disk / "control")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    hold_told(ran(control, *WRITE))
    hold_told(ran(control, *READ))
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)

    assert ran(control, *WRITE).code == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told_and_works_once_it_may_be(control: Path) -> None:
    (control / ".git").chmod(0o555)
    hold_told(ran(control, *WRITE))
    (control / ".git").chmod(0o755)

    assert ran(control, *WRITE).code == 0


# -- remotes


def unused_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/control.git", "{folder}/gone.git"])
def test_a_remote_that_cannot_be_reached_is_told_and_works_once_it_can(clone: Path, url: str) -> None:
    url = url.format(port=unused_port(), folder=clone.parent)
    git(clone, "config", "remote.origin.url", url)
    ended = ran(clone, *WRITE)
    hold_told(ended)
    assert "origin: git fetch" in ended.said or "origin: git ls-remote" in ended.said
    assert ran(clone, *READ).code == 0
    git(clone, "config", "remote.origin.url", str(clone.parent / "upstream.git"))

    assert ran(clone, *WRITE).code == 0


def test_a_remote_that_never_answers_is_given_up(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_SECONDS", {})
    monkeypatch.setattr(remote, "_OTHERWISE", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        git(clone, "config", "remote.origin.url", f"http://127.0.0.1:{port}/control.git")
        ended = ran(clone, *WRITE)

    hold_told(ended)
    assert "did not end within" in ended.said
