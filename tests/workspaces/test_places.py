import subprocess
import sys
from pathlib import Path

import pytest

from gitcp.errors import WorkspaceError
from gitcp.workspaces import Workspace
from gitcp.workspaces.places import Place, taken
from tests.workspaces.origin import RUN

HOLD = """
import sys
from pathlib import Path
from gitcp.workspaces.places import Place
place = Place(Path(sys.argv[1]))
print(place.take(), flush=True)
sys.stdin.read()
"""


def test_a_place_is_taken_once(tmp_path: Path) -> None:
    first, second = Place(tmp_path / "x"), Place(tmp_path / "x")

    assert (first.take(), second.take()) == (True, False)
    first.give_back()
    assert second.take()


def test_a_place_of_a_process_that_was_killed_is_free(tmp_path: Path) -> None:
    place = Place(tmp_path / "x")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "x")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        assert not place.take()
        holder.kill()
        holder.wait()

    assert place.take()


def test_who_works_in_a_place_is_said(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gitcp.workspaces.places.PATIENCE", 0)

    with pytest.raises(WorkspaceError, match=f"run {RUN} still works there"):
        taken(Place(workspace.path))


def test_a_note_is_read_as_it_was_written(workspace: Workspace) -> None:
    assert Place(workspace.path).noted() == workspace


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"path": 1}', "\xff"])
def test_a_broken_note_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "x.json").write_text(content, encoding="latin-1")

    assert Place(tmp_path / "x").noted() is None
