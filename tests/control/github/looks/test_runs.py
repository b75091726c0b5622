import pytest

from tests.control.github.looks.conftest import Place


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("disabled_inactivity", "GitHub switched it off, because nothing was committed for 60 days"),
        ("disabled_manually", "somebody switched it off"),
        ("deleted", "it is deleted"),
    ],
)
def test_a_workflow_that_is_off_is_an_error(place: Place, state: str, why: str) -> None:
    place.github.workflows["tick.yml"] = state

    assert place.told("github workflow tick.yml")[0] == f"error: {why}"
    assert place.remedies("github workflow tick.yml")[0] == "gh workflow enable tick.yml"


def test_a_workflow_that_github_does_not_know_is_to_be_pushed(place: Place) -> None:
    del place.github.workflows["check.yml"]

    assert place.told("github workflow check.yml") == [
        "warning: GitHub does not know it: it looks at the default branch alone"
    ]


def test_a_schedule_that_comes_is_well(place: Place) -> None:
    (told,) = place.told("github schedule")

    assert told.startswith("ok: the tick's (")
    assert "came last" in told


def test_a_schedule_that_is_not_an_hour_late_is_not_yet_missed(place: Place) -> None:
    place.github.runs.clear()
    place.ran(minutes_ago=55)

    assert place.told("github schedule")[0].startswith("ok: ")


@pytest.mark.parametrize("minutes", [180, None])
def test_a_schedule_that_stays_away_is_warned_of(place: Place, minutes: float | None) -> None:
    place.github.runs.clear()
    if minutes is not None:
        place.ran(minutes_ago=minutes)

    (told,) = place.told("github schedule")

    assert told.startswith("warning: the tick's (")
    assert ("has never come" in told) is (minutes is None)
    assert "and was due" in told
    assert "gh workflow run tick" in (place.remedies("github schedule")[0] or "")


def test_a_schedule_that_github_knows_for_minutes_is_to_come(place: Place) -> None:
    place.github.runs.clear()
    place.github.known_since = f"{place.company.now:%Y-%m-%dT%H:%M:%SZ}"

    (told,) = place.told("github schedule")

    assert told.startswith("ok: the tick's (")
    assert told.endswith("is to come")


@pytest.mark.parametrize("at", ["2026-11-16T08:00:00", "0001-01-01T00:00:00+14:00", [], "soon"])
def test_a_run_at_no_time_is_an_answer_that_is_not_understood(place: Place, at: object) -> None:
    place.github.runs[0]["created_at"] = at

    (told,) = place.told("github schedule")

    assert told.startswith("warning: ")
    assert "the answer is not understood: 0.created_at: " in told


def test_runs_that_fail_in_a_row_are_warned_of(place: Place) -> None:
    place.ran(minutes_ago=3, conclusion="failure")
    place.ran(minutes_ago=2, conclusion="timed_out")
    place.ran(minutes_ago=1, conclusion=None)

    assert place.told("github workflow tick.yml") == ["warning: failed 2 times in a row"]
    assert "read why: https://github.com/" in (place.remedies("github workflow tick.yml")[0] or "")


def test_one_that_failed_the_last_time_is_told(place: Place) -> None:
    place.ran("audit.yml", conclusion="failure")

    assert place.told("github workflow audit.yml") == ["warning: failed the last time"]


def test_what_failed_before_is_counted_where_the_last_one_ended_well(place: Place) -> None:
    place.ran(minutes_ago=3, conclusion="failure")
    place.ran(minutes_ago=2)

    assert place.told("github workflow tick.yml") == ["ok: ended well the last time; 1 of the last 3 failed"]
