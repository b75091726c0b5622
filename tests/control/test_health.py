import os
import signal
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gitcp.control.health import FOLDER, Health, forget, note, schedulers
from gitcp.control.state import State
from gitcp.executors import Job
from gitcp.executors.local import Local

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / "state")


def test_what_a_scheduler_says_of_itself_is_read_as_it_was_written(state: State) -> None:
    said = replace(
        Health.here(NOW),
        at=NOW + timedelta(seconds=5),
        revision="a" * 40,
        running=("20261122T090000Z-riley",),
        waiting=2,
        stalled=1,
        next_look=NOW + timedelta(hours=1),
        trouble="origin: cannot be reached",
    )

    note(state, said)

    assert schedulers(state) == (said,)


def test_one_that_ended_as_it_should_is_not_there(state: State) -> None:
    note(state, Health.here(NOW))

    forget(state, Health.here(NOW))
    forget(state, Health.here(NOW))

    assert schedulers(state) == ()


def test_what_a_killed_one_said_is_put_away(state: State, tmp_path: Path) -> None:
    executor = Local()
    handle = executor.start(
        Job("x", ("sleep", "60"), {"PATH": os.environ["PATH"]}, tmp_path, tmp_path / "log")
    )
    note(state, replace(Health.here(NOW), place=handle.place, started=handle.started))
    assert len(schedulers(state)) == 1

    os.kill(int(handle.place), signal.SIGKILL)
    executor.wait([handle], 30)

    assert schedulers(state) == ()
    assert list((state.folder / FOLDER).iterdir()) == []


def test_another_process_with_its_number_is_not_it(state: State) -> None:
    with subprocess.Popen(["sleep", "60"]) as other:
        note(state, replace(Health.here(NOW), place=str(other.pid)))

        assert schedulers(state) == ()
        other.kill()


def test_of_another_host_nothing_is_known_so_its_word_counts(state: State) -> None:
    elsewhere = replace(Health.here(NOW), host="elsewhere", place="1", started="boot/1")

    note(state, elsewhere)

    assert schedulers(state) == (elsewhere,)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"place": "x"}'])
def test_a_file_that_cannot_be_read_is_put_away(state: State, text: str) -> None:
    folder = state.folder / FOLDER
    folder.mkdir(parents=True)
    (folder / "host.1.json").write_text(text)

    assert schedulers(state) == ()


def test_one_that_says_nothing_for_two_minutes_is_late() -> None:
    health = Health.here(NOW)

    assert not health.is_late(NOW + timedelta(seconds=100))
    assert health.is_late(NOW + timedelta(seconds=121))
