"""A disk that is full, and has room again later."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from gitcp.errors import WorkspaceError
from gitcp.workspaces import Workspaces
from tests.workspaces.origin import LATER, RUN, Agent, Origin, git, prepare

RESCUE = f"refs/gitcp/rescue/{RUN}"
NOISE = 1_500_000


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Return a small disk."""
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], capture_output=True, check=False
        )
    except FileNotFoundError:
        pytest.skip("there is no mount here")
    if mounted.returncode != 0:
        pytest.skip("only who may mount has a disk to fill")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path) -> None:
    with suppress(OSError), (disk / "ballast").open("wb", buffering=0) as ballast:
        while ballast.write(b"x" * 4096):
            pass


def test_work_that_cannot_be_saved_on_a_full_disk_stays_and_is_saved_once_there_is_room(
    disk: Path, origin: Origin
) -> None:
    workspaces = Workspaces(disk / "state", timeout=30)
    agent = Agent(prepare(workspaces, origin))
    noise = os.urandom(NOISE)
    (agent.workspace.path / "draft").write_bytes(noise)
    fill(disk)

    for step in (workspaces.collect, workspaces.release):
        with pytest.raises(WorkspaceError):
            step(agent.workspace)
    with pytest.raises(WorkspaceError):
        prepare(Workspaces(disk / "state"), origin, task="CI-0099", run=LATER)
    kept = (agent.workspace.path / "draft").read_bytes()
    (disk / "ballast").unlink()

    assert kept == noise
    assert workspaces.release(agent.workspace) == RESCUE
    assert git(agent.workspace.clone, "cat-file", "-s", f"{RESCUE}:draft") == str(NOISE)


def test_a_run_that_finds_no_room_leaves_what_was_there_for_the_next(disk: Path, origin: Origin) -> None:
    workspaces = Workspaces(disk / "state", timeout=30)
    agent = Agent(prepare(workspaces, origin))
    agent.write({"draft": "1"})
    workspaces.release(agent.workspace)
    origin.commit({"large": os.urandom(NOISE).hex()[:NOISE]})
    fill(disk)

    with pytest.raises(WorkspaceError):
        prepare(workspaces, origin, run=LATER)
    (disk / "ballast").unlink()
    later = prepare(workspaces, origin, run="20261122T110000Z-riley")

    assert git(later.clone, "show", f"{RESCUE}:draft") == "1"
    assert (later.path / "large").exists()
    assert git(later.path, "status", "--porcelain") == "?? draft"
