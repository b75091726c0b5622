import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gitcp.control.state import State

RUN = "20261122T090000Z-riley"
OURS = {"run": RUN, "place": "1", "started": "boot/1"}
THEIRS = {"run": RUN, "place": "2", "started": "boot/2"}


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / "state")


@pytest.fixture(params=["hard links", "no hard links"])
def _disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    if request.param == "no hard links":
        monkeypatch.setattr(os, "link", refused)


def files(state: State) -> list[str]:
    return sorted(path.name for path in state.run(RUN).iterdir())


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Let somebody act while the next file is being written."""
    write = Path.write_text

    def interrupted(path: Path, text: str) -> int:
        monkeypatch.setattr(Path, "write_text", write)
        act()
        return path.write_text(text)

    monkeypatch.setattr(Path, "write_text", interrupted)


@pytest.mark.usefixtures("_disk")
def test_a_handle_is_found_as_it_was_noted(state: State) -> None:
    state.note_handle(RUN, OURS, over=False)

    assert state.was_spawned(RUN)
    assert state.handle(RUN) == OURS
    assert files(state) == ["handle.json"]


@pytest.mark.usefixtures("_disk")
@pytest.mark.parametrize(("over", "kept"), [(False, OURS), (True, THEIRS)])
def test_a_later_handle_takes_the_place_of_the_first_only_if_told_to(
    state: State, over: bool, kept: dict[str, str]
) -> None:
    state.note_handle(RUN, OURS, over=False)
    state.note_handle(RUN, THEIRS, over=over)

    assert state.handle(RUN) == kept
    assert files(state) == ["handle.json"]


@pytest.mark.usefixtures("_disk")
@pytest.mark.parametrize("over", [False, True])
def test_a_handle_that_somebody_notes_meanwhile_was_first(
    state: State, monkeypatch: pytest.MonkeyPatch, over: bool
) -> None:
    meanwhile(monkeypatch, lambda: state.note_handle(RUN, THEIRS, over=over))

    state.note_handle(RUN, OURS, over=False)

    assert state.handle(RUN) == THEIRS
    assert files(state) == ["handle.json"]


def test_a_note_that_is_broken_off_leaves_nothing(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "link", interrupted)

    with pytest.raises(KeyboardInterrupt):
        state.note_handle(RUN, OURS, over=False)

    assert files(state) == []


def test_two_that_name_the_machine_at_once_agree(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[str] = []
    meanwhile(monkeypatch, lambda: names.append(state.machine))

    names.append(state.machine)

    assert len({*names}) == 1
