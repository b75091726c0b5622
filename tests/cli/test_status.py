"""`gitcp status`."""

import os
import socket
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from gitcp.control.clock import Clock
from gitcp.control.health import Health, note
from gitcp.control.plane import Plane
from tests.cli.company import ACTIVE
from tests.cli.conftest import Shell
from tests.stories.company import commit_all, git


def test_what_runs_waits_and_costs_is_told_at_a_glance(shell: Shell) -> None:
    done = shell("status")

    assert done.code == 0
    assert done.out.splitlines()[0] == "Talent Factory"
    assert "hugo   CI-0002  2026-11-21 09:00Z  Read the sources" in done.out
    assert "Waits for you\n" in done.out
    assert "CI-0003  in_review  critical  review" in done.out
    assert "Approvals asked for\napproval  by     waits for  since" in done.out
    assert "AP-1      riley  you " in done.out
    assert "company  month   usd" in done.out
    assert "0 errors, 0 warnings in reading the records; gitcp check looks further\n" in done.out
    assert "create company Talent Factory" in done.out
    assert done.err == "next: gitcp approval show AP-1\n"


def test_json_holds_the_same_for_programs(shell: Shell) -> None:
    view = shell("status", "--json").json

    assert view["you"] == "alex"
    assert [run["id"] for run in view["running"]] == [ACTIVE]
    assert [(item["member"], item["task"]["id"]) for item in view["waits"]] == [
        ("alex", "CI-0003"),
        ("alex", "CI-0004"),
    ]
    assert view["problems"] == {"errors": 0, "warnings": 0}
    assert view["last"][0]["subject"] == "create company Talent Factory"


def test_somebody_who_is_no_member_sees_it_too(shell: Shell) -> None:
    assert shell.folder is not None
    git(shell.folder, "config", "user.email", "guest@example.com")

    done = shell("status")

    assert done.code == 0
    assert "Waits for alex\n" in done.out


def test_a_problem_comes_first(shell: Shell) -> None:
    from tests.stories.company import commit_all

    assert shell.folder is not None
    (shell.folder / "goals/trust.yaml").write_text("title: 1\n")
    commit_all(shell.folder, "break a goal")

    done = shell("status")

    assert done.err == "next: gitcp check\n"
    assert "1 error, " in done.out


def test_what_was_refused_is_told_with_who_did_it_and_what_helps(shell: Shell) -> None:
    assert shell.folder is not None
    path = "tasks/CI/CI-0002.yaml"
    file = shell.folder / path
    file.write_text(file.read_text() + "created_by: riley\n")
    git(shell.folder, "commit", "-qam", "say that riley filed it", "--author", "Bob <bob@example.org>")
    commit = git(shell.folder, "rev-parse", "HEAD")

    done = shell("status")
    checked = shell("check")
    (refused,) = shell("status", "--json").json["refused"]

    who = f"by Bob in {commit[:12]}"
    message = "created_by: expected Bob <bob@example.org>, who made the commit, found riley"
    assert f"Refused\n{path}, {who}: {message}\n  hint: nobody writes in another's name" in done.out
    assert f"  by Bob in commit {commit[:12]}\n  hint: nobody writes" in checked.out
    assert (refused["path"], refused["commit"], refused["by"]) == (path, commit, "Bob")
    assert (refused["message"], refused["needs_approval"]) == (message, False)


def test_what_a_tick_would_do_is_the_next_step_when_nothing_waits_for_you(shell: Shell) -> None:
    shell("task", "review", "ci-3", "--approve", "-m", "Good.")
    shell("task", "cancel", "ci-4")
    shell("approval", "decide", "ap-1", "--approve")
    shell("budget", "edit", "agent/riley", "--usd", "100")

    assert shell("status").err == "next: gitcp tick\n"


def test_a_company_that_has_nothing_to_do_says_so(idle: Shell) -> None:
    done = idle("status")

    assert done.out.startswith("Idle\n\nRunning\nnothing\n\nWaits for a person\nnothing\n\nStanding\n")
    assert done.err == "next: gitcp task new --help\n"


def test_the_level_of_assurance_is_said(idle: Shell) -> None:
    assert "assurance: local; gitcp doctor says what it rests on\n" in idle("status").out
    assert idle("status", "--json").json["assurance"] == "local"


def scheduler(shell: Shell, **changes: Any) -> None:
    """Let this very process be a scheduler."""
    assert shell.folder is not None
    with Plane.open(shell.folder, Clock()) as plane:
        now = plane.clock.now()
        note(plane.state, replace(Health.here(now), **{"at": now, **changes}))


def test_without_a_scheduler_none_is_told(shell: Shell) -> None:
    assert shell("status", "--json").json["schedulers"] == []


def test_a_scheduler_that_is_well_is_told(shell: Shell) -> None:
    scheduler(shell, running=("20261122T090000Z-riley",))

    assert f"scheduler {os.getpid()} on {socket.gethostname()} is at work since " in shell("status").out
    [view] = shell("status", "--json").json["schedulers"]
    assert (view["process"], view["late"], view["trouble"]) == (str(os.getpid()), False, None)
    assert view["running"] == ["20261122T090000Z-riley"]


def test_a_scheduler_that_says_nothing_any_more_or_cannot_tick_is_told(shell: Shell) -> None:
    scheduler(shell, trouble="origin: cannot be reached")
    assert "cannot tick: origin: cannot be reached" in shell("status").out

    scheduler(shell, at=datetime(2026, 11, 1, tzinfo=UTC))
    assert "has said nothing since 2026-11-01 00:00Z" in shell("status").out
    assert shell("status", "--json").json["schedulers"][0]["late"]


def test_what_budgets_warn_of_is_told(shell: Shell) -> None:
    warning = "budget agent/riley: 80% of its usd used or reserved (warns at 80%)"

    assert shell("status", "--json").json["warnings"] == [warning]
    assert warning in shell("status").out.splitlines()


def test_what_the_clock_asked_for_and_nobody_ticked_for_is_told(shell: Shell) -> None:
    done = shell("--at", "2026-11-30T10:30:00+01:00", "status")

    assert (
        "1 wake by the clock due now: weekly since 2026-11-30 07:00Z, for 2 h; no tick yet\n" in done.out
    ), done.out
    late = shell("--at", "2026-11-30T10:30:00+01:00", "status", "--json").json["lateness"]
    assert late["answered"] == 0
    assert late["last_commit"] is None
    assert [(due["kind"], due["id"], due["since"]) for due in late["due"]] == [
        ("routine", "weekly", "2026-11-30T07:00:00Z")
    ]
    assert 150 <= late["due"][0]["minutes"] < 151


def test_how_late_wakes_were_answered_is_told(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shell.folder is not None
    beat = "{reason: heartbeat, record: riley, digest: 2026-11-30T08:00:00Z}"
    run = shell.folder / "runs/2026/11/30/20261130T081500Z-riley.yaml"
    run.parent.mkdir(parents=True)
    ended = next(shell.folder.glob("runs/**/*-riley.yaml")).read_text()
    times = ("claimed_at", "started_at", "ended_at", "deadline")
    kept = [text for text in ended.splitlines() if not text.startswith((*times, "answers", "- ", "  - "))]
    dated = [f"{name}: 2026-11-30T08:15:00Z" for name in times]
    run.write_text("\n".join([*kept, *dated, f"answers: [{beat}]"]) + "\n")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-11-30T08:15:00Z")
    commit_all(shell.folder, "a run")

    done = shell("--at", "2026-11-30T10:30:00+01:00", "status")

    assert (
        "1 wake by the clock answered in 24 hours, usually 15 min late, at worst 15 min late: riley, due 2026-11-30 08:00Z\n"
        in done.out
    ), done.out
