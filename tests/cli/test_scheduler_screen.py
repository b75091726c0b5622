"""What `gitcp scheduler` says: on a terminal, in lines, in JSON lines."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gitcp.cli.scheduler_lines import JsonLines, Lines
from gitcp.cli.scheduler_screen import Screen, span, standing
from gitcp.control.events import Listener, RunEnded, RunFound, RunStarted, Stopping, Told
from gitcp.control.health import Health
from tests.helpers import a_run, an_ended_run

NOW = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
HEALTH = replace(Health.here(NOW - timedelta(hours=2)), at=NOW, revision="a" * 40, waiting=3, stalled=1)
EVENTS = (
    RunStarted(a_run()),
    RunFound(a_run()),
    RunEnded(an_ended_run()),
    Told("a\x1b[2Jb"),
    Stopping(2, waits=True),
)


def all_told(listener: Listener) -> None:
    listener.show(HEALTH, [a_run()])
    for event in EVENTS:
        listener.tell(event)
    listener.show(replace(HEALTH, at=NOW + timedelta(seconds=1)), [a_run()])


def test_lines_say_what_happens_and_nothing_that_a_terminal_would_obey(
    capsys: pytest.CaptureFixture[str],
) -> None:
    all_told(Lines())

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        "riley wakes for CI-0001",
        "riley is at work on CI-0001, since 09:00 UTC",
        "riley succeeded on CI-0001, 0.50 USD",
        "a [2Jb",
        "stopping once 2 runs ended; again to stop now",
    ]


def test_json_lines_are_one_object_each_and_how_things_stand_only_when_that_changed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    all_told(JsonLines(lambda: NOW))

    said = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    assert [one["event"] for one in said] == ["standing", "started", "found", "ended", "told", "stopping"]
    assert {one["at"] for one in said} == {"2026-11-23T09:05:00Z"}
    assert said[0]["waiting"] == 3
    assert said[1]["run"]["agent"] == "riley"
    assert said[4]["text"] == "a\x1b[2Jb"
    assert said[5] == {"at": "2026-11-23T09:05:00Z", "event": "stopping", "alive": 2, "waits": True}


def test_json_lines_hold_nothing_that_a_terminal_would_obey(capsys: pytest.CaptureFixture[str]) -> None:
    JsonLines(lambda: NOW).tell(Told("\x1b\u202e\x9b"))

    assert "\x1b" not in (said := capsys.readouterr().out)
    assert "\u202e" not in said
    assert "\x9b" not in said


def test_the_screen_shows_how_things_stand_below_what_happens(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen("Acme")

    screen.show(HEALTH, [a_run()])
    first = capsys.readouterr().err
    screen.tell(Told("a\x1b[2Jb"))
    second = capsys.readouterr().err

    assert first.startswith("\x1b[J── Acme, 2 h 0 min at work")
    assert second.startswith("\x1b[3F\x1b[Ja [2Jb\n── Acme")
    assert second.count("\n") == 4


def test_what_stands_names_runs_what_waits_the_next_look_and_trouble() -> None:
    troubled = replace(HEALTH, next_look=NOW + timedelta(hours=3), trouble="origin: cannot be reached")

    assert standing("Acme", troubled, [a_run()]) == [
        "── Acme, 2 h 0 min at work; Ctrl-C to stop",
        "1 run, 3 waiting, 1 stalled, next look 23 Nov 12:05 UTC",
        "  riley  CI-0001  5 min 0 s",
        "does not work just now: origin: cannot be reached",
    ]


def test_more_runs_than_fit_are_counted() -> None:
    assert standing("Acme", HEALTH, [a_run()] * 23)[-1] == "  and 3 more"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-5, "0 s"), (0, "0 s"), (59, "59 s"), (60, "1 min 0 s"), (7259, "2 h 0 min"), (90000, "1 d 1 h")],
)
def test_a_span_is_told_in_two_units(seconds: int, said: str) -> None:
    assert span(timedelta(seconds=seconds)) == said
