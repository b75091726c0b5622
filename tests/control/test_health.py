import json
import os
import signal
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gitcp.control.health import FOLDER, Health, forget, health_view, note, schedulers
from gitcp.control.state import State
from gitcp.executors import Job
from gitcp.executors.local import Local

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / "state")


def written(state: State, text: str) -> None:
    folder = state.folder / FOLDER
    folder.mkdir(parents=True)
    (folder / "host.1.json").write_text(text)


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

    assert schedulers(state, NOW) == (said,)


def test_one_that_ended_as_it_should_is_not_there(state: State) -> None:
    note(state, Health.here(NOW))

    forget(state, Health.here(NOW))
    forget(state, Health.here(NOW))

    assert schedulers(state, NOW) == ()


def test_what_a_killed_one_said_is_put_away(state: State, tmp_path: Path) -> None:
    executor = Local()
    handle = executor.start(
        Job("x", ("sleep", "60"), {"PATH": os.environ["PATH"]}, tmp_path, tmp_path / "log")
    )
    note(state, replace(Health.here(NOW), place=handle.place, started=handle.started))
    assert len(schedulers(state, NOW)) == 1

    os.kill(int(handle.place), signal.SIGKILL)
    executor.wait([handle], 30)

    assert schedulers(state, NOW) == ()
    assert list((state.folder / FOLDER).iterdir()) == []


def test_another_process_with_its_number_is_not_it(state: State) -> None:
    with subprocess.Popen(["sleep", "60"]) as other:
        note(state, replace(Health.here(NOW), place=str(other.pid)))

        assert schedulers(state, NOW) == ()
        other.kill()


def test_of_another_host_nothing_is_known_so_its_word_counts(state: State) -> None:
    elsewhere = replace(Health.here(NOW), host="elsewhere", place="1", started="boot/1")

    note(state, elsewhere)

    assert schedulers(state, NOW + timedelta(days=1)) == (elsewhere,)


def test_one_of_another_host_that_says_nothing_for_a_day_is_dead_and_put_away(state: State) -> None:
    note(state, replace(Health.here(NOW), host="elsewhere", at=NOW + timedelta(hours=1)))

    assert schedulers(state, NOW + timedelta(days=1, hours=1, seconds=1)) == ()
    assert list((state.folder / FOLDER).iterdir()) == []


def test_one_of_this_host_lives_for_as_long_as_its_process(state: State) -> None:
    here = Health.here(NOW)
    note(state, here)

    assert schedulers(state, NOW + timedelta(days=30)) == (here,)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"place": "x"}', "[" * 100_000])
def test_a_file_that_cannot_be_read_is_put_away(state: State, text: str) -> None:
    written(state, text)

    assert schedulers(state, NOW) == ()
    assert list((state.folder / FOLDER).iterdir()) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("waiting", float("inf")),
        ("stalled", float("nan")),
        ("at", "0001-01-01T00:00:00+14:00"),
        ("next_look", 5),
        ("running", None),
        ("place", "\N{SUPERSCRIPT TWO}"),
        ("place", "-1"),
        ("place", "9" * 5000),
    ],
)
def test_a_file_with_a_value_that_cannot_be_is_put_away(state: State, field: str, value: object) -> None:
    written(state, json.dumps({**health_view(Health.here(NOW)), field: value}))

    assert schedulers(state, NOW) == ()
    assert list((state.folder / FOLDER).iterdir()) == []


def test_one_that_says_nothing_for_two_minutes_is_late() -> None:
    health = Health.here(NOW)

    assert not health.is_late(NOW + timedelta(seconds=100))
    assert health.is_late(NOW + timedelta(seconds=121))
