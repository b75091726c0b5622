"""Whether anybody ticks."""

from dataclasses import replace
from pathlib import Path

import pytest

from gitcp.control.finding import Finding, State
from gitcp.control.health import LATE, Health, note
from gitcp.control.ticked import look
from gitcp.core.lateness import PATIENCE
from gitcp.core.operations.create_task import CreateTask
from tests.stories.company import Company, a_company


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return a_company(tmp_path)


def found(company: Company) -> list[Finding]:
    with company.plane() as plane:
        return list(look(plane))


def test_where_nothing_is_to_be_done_nobody_need_tick(company: Company) -> None:
    company.passes(days=3)

    (told,) = found(company)

    assert (told.state, told.message) == (
        State.OK,
        "nothing waits for one; gitcp has committed nothing lately",
    )


def test_what_just_happened_may_wait_a_little(company: Company) -> None:
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    company.passes(minutes=PATIENCE.seconds // 60 - 1)

    assert [told.state for told in found(company)] == [State.OK]


def test_what_waited_long_says_that_nobody_ticks(company: Company) -> None:
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    company.passes(minutes=PATIENCE.seconds // 60 + 1)

    (told,) = found(company)

    assert told.state is State.WARNING
    assert told.message == (
        "nobody ticks: 1 thing has waited for a tick for more than 10 minutes; gitcp has committed nothing lately"
    )
    assert "gitcp scheduler" in (told.remedy or "")


def test_after_a_tick_it_is_told_when_that_was(company: Company) -> None:
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    company.tick()
    company.passes(hours=2)

    (told,) = found(company)

    assert told.state is State.OK
    assert "gitcp committed last 2026-11-16T08:" in told.message


def test_a_slot_that_nobody_answered_is_named(tmp_path: Path) -> None:
    since = "since: 2026-11-16T07:00:00Z, dated: '0 9 * * * UTC'"
    pat = f"""\
        kind: agent
        name: Pat
        reports_to: alex
        runtime: {{type: process, command: [python3]}}
        heartbeat: {{cron: '0 9 * * *', prompt: /scan, {since}}}
        """
    company = a_company(tmp_path / "beating", files={"org/pat.yaml": pat})
    company.passes(hours=2)

    (told,) = found(company)

    assert told.state is State.WARNING
    assert "agent pat since 2026-11-16T09:00:00Z (60 minutes)" in told.message


def test_schedulers_of_this_machine_say_how_they_are(company: Company) -> None:
    with company.plane() as plane:
        plane.state.make()
        health = Health.here(plane.clock.now())
        for changed, word in (
            (health, "is at work since"),
            (replace(health, trouble="no network"), "cannot tick: no network"),
            (replace(health, at=health.at - 2 * LATE), "has said nothing since"),
        ):
            note(plane.state, changed)
            first, _ = look(plane)
            assert word in first.message
            assert (first.state is State.OK) is (word == "is at work since")
