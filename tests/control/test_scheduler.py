"""The scheduler: it wakes when something has moved or is due, and says what it does."""

import os
import signal
from pathlib import Path

import pytest
from filelock import FileLock

from gitcp.control import scheduler as module
from gitcp.control.health import schedulers
from gitcp.control.tick import tick
from gitcp.core.operations.create_task import CreateTask
from gitcp.errors import RemoteError
from gitcp.model.runs import Outcome
from gitcp.model.tasks import TaskStatus
from tests.control.watched import Follower, Story, follow
from tests.stories.company import Company, a_company, commit_all

WAITS_FOR_A_FILE = """
while not (marks / "go").exists():
    time.sleep(0.02)
client.finish("done")
"""


def is_done(company: Company, task: str = "CI-0001") -> bool:
    return company.task(task).status is TaskStatus.DONE


def has_said(follower: Follower, words: str) -> bool:
    return any(words in said for said in follower.words)


def a_task(company: Company) -> None:
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))


def lets_go(company: Company) -> None:
    (company.marks / "go").touch()


def test_a_commit_that_assigns_is_acted_upon_though_no_look_is_due_for_an_hour(tmp_path: Path) -> None:
    company = a_company(tmp_path)

    def story(follower: Follower) -> Story:
        a_task(company)
        yield lambda: is_done(company) and has_said(follower, "succeeded")

    follower = follow(company, story, every=3600)

    assert follower.words == [
        "riley wakes for CI-0001 (assignment)",
        "riley succeeded on CI-0001, 1.00 USD",
        "stopping; nothing runs",
    ]


def test_an_edit_by_hand_is_a_commit_like_any_other(tmp_path: Path) -> None:
    company = a_company(tmp_path)

    def story(follower: Follower) -> Story:
        new = company.control / "tasks/CI/new/write.yaml"
        new.parent.mkdir(parents=True)
        new.write_text("title: Write it\nassignee: riley\n")
        commit_all(company.control, "file a task")
        yield lambda: has_said(follower, "succeeded")

    assert follow(company, story, every=3600).words[0] == "riley wakes for CI-0001 (assignment)"


def test_a_run_that_somebody_else_started_is_found_and_watched_to_its_end(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.program("riley", WAITS_FOR_A_FILE)
    a_task(company)
    company.tick(wait=False)

    def story(follower: Follower) -> Story:
        yield lambda: [run.agent for run in follower.running] == ["riley"]
        lets_go(company)
        yield lambda: has_said(follower, "succeeded")

    assert follow(company, story, every=3600).words == [
        "riley is at work on CI-0001, since 08:00 UTC",
        "riley succeeded on CI-0001, 1.00 USD",
        "stopping; nothing runs",
    ]


def test_a_runner_that_is_killed_is_seen_dead_and_its_run_reaped_though_no_look_is_due(
    tmp_path: Path,
) -> None:
    company = a_company(tmp_path)
    company.program("riley", WAITS_FOR_A_FILE)

    def story(follower: Follower) -> Story:
        a_task(company)
        yield lambda: bool(company.marked("riley"))
        with company.plane() as plane:
            handle = plane.state.handle(company.runs()[0].id)
        assert handle is not None
        os.kill(int(handle["place"]), signal.SIGKILL)
        yield lambda: has_said(follower, "abandoned")

    follower = follow(company, story, every=3600)

    assert [run.outcome for run in company.runs()] == [Outcome.ABANDONED]
    assert "riley abandoned on CI-0001, 1.00 USD: its runner is gone" in follower.words


def test_stopped_it_starts_nothing_and_what_runs_goes_on(tmp_path: Path) -> None:
    company = a_company(tmp_path, ["riley", "toni"])
    company.program("riley", WAITS_FOR_A_FILE)

    def story(follower: Follower) -> Story:
        a_task(company)
        yield lambda: bool(company.marked("riley"))

    follower = follow(company, story)
    company.does(CreateTask(project="CI", title="Later", assignee="toni"))

    assert follower.words[-1] == "stopping; 1 run goes on, and the next tick finds it again"
    assert [run.agent for run in company.runs() if run.is_active] == ["riley"]
    lets_go(company)
    company.tick()


def test_told_to_drain_it_waits_for_its_runs_and_starts_no_more(tmp_path: Path) -> None:
    company = a_company(tmp_path, ["riley", "toni"])
    company.program("riley", WAITS_FOR_A_FILE)

    def story(follower: Follower) -> Story:
        a_task(company)
        yield lambda: bool(company.marked("riley"))
        follower.is_stopped = True
        company.does(CreateTask(project="CI", title="Later", assignee="toni"))
        yield lambda: has_said(follower, "stopping")
        lets_go(company)
        yield lambda: False

    follower = follow(company, story, drains=True)

    assert follower.words[-2:] == [
        "stopping once 1 run ended; again to stop now",
        "riley succeeded on CI-0001, 1.00 USD",
    ]
    assert [run.outcome for run in company.runs()] == [Outcome.SUCCEEDED]
    assert company.marked("toni") == []


def test_told_twice_it_waits_for_nobody(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.program("riley", WAITS_FOR_A_FILE)

    def story(follower: Follower) -> Story:
        a_task(company)
        yield lambda: bool(company.marked("riley"))
        follower.is_stopped = follower.is_over = True
        yield lambda: False

    follow(company, story, drains=True)

    assert [run.is_active for run in company.runs()] == [True]
    lets_go(company)
    with company.plane() as plane:
        handles = [plane.state.handle(run.id) for run in company.runs()]
    assert None not in handles


def test_what_does_not_work_is_said_once_and_so_is_that_it_works_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = a_company(tmp_path)
    failures = iter(range(3))
    monkeypatch.setattr(module, "AFTER_TROUBLE", 0.01)

    def failing(*arguments: object) -> object:
        if next(failures, None) is not None:
            raise RemoteError("origin: cannot be reached")
        return tick(*arguments)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(module, "tick", failing)

    def story(follower: Follower) -> Story:
        yield lambda: follower.health.trouble == "origin: cannot be reached"
        yield lambda: has_said(follower, "ticking again")

    assert follow(company, story).words == [
        "this tick did not work, trying again: origin: cannot be reached",
        "ticking again",
        "stopping; nothing runs",
    ]


def test_another_tick_that_is_in_the_way_for_a_moment_is_nobodys_business(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = a_company(tmp_path)
    monkeypatch.setattr(module, "LOCK_SECONDS", 0.01)
    a_task(company)
    with company.plane() as plane:
        plane.state.make()
        lock = FileLock(plane.state.tick_lock)
    lock.acquire()

    def story(follower: Follower) -> Story:
        yield lambda: len(follower.healths) > 1
        lock.release()
        yield lambda: has_said(follower, "succeeded")

    assert follow(company, story).words[0] == "riley wakes for CI-0001 (assignment)"


def test_one_that_is_in_the_way_for_long_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    company = a_company(tmp_path)
    monkeypatch.setattr(module, "LOCK_SECONDS", 0.01)
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    with company.plane() as plane:
        plane.state.make()
        lock = FileLock(plane.state.tick_lock)

    def story(follower: Follower) -> Story:
        yield lambda: has_said(follower, "another tick of this machine is at work")

    with lock:
        follow(company, story)


def test_how_it_is_stands_in_a_file_for_as_long_as_it_lives(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.program("riley", WAITS_FOR_A_FILE)
    told: list[tuple[str, ...]] = []

    def story(follower: Follower) -> Story:
        a_task(company)
        yield lambda: bool(company.marked("riley"))
        with company.plane() as plane:
            [health] = schedulers(plane.state, plane.clock.now())
            told.append(health.running)
            assert health.place == str(os.getpid())
            assert health.revision
        lets_go(company)
        yield lambda: has_said(follower, "succeeded")

    follow(company, story)

    with company.plane() as plane:
        assert schedulers(plane.state, plane.clock.now()) == ()
    assert told == [(company.runs()[0].id,)]
