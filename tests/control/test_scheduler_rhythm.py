"""When the scheduler ticks, what it survives and what it says but once: by a clock that passes only while it rests."""

import errno
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pygit2
import pytest

from gitcp.control.health import FOLDER
from gitcp.control.scheduler import AFTER_TROUBLE, AGAIN_AFTER
from gitcp.control.tick import Terms
from gitcp.core.operations.create_task import CreateTask
from gitcp.errors import RemoteError
from gitcp.executors.base import Handle
from gitcp.executors.local import LOCAL
from gitcp.model.runs import Outcome
from gitcp.runtimes import end_run
from gitcp.store.git_store import GitStore
from tests.control.test_scheduler import WAITS_FOR_A_FILE, a_task, has_said, lets_go
from tests.control.watched import Follower, Saying, Story, follow, led_ticks, scheduled
from tests.stories.company import Company, a_company, git

FULL = OSError(errno.ENOSPC, "No space left on device")
PATIENCE = 60.0


def a_quiet_commit(company: Company, folder: Path | None = None) -> None:
    """Move the branch, and give nobody anything to do."""
    with company.plane(folder) as plane:
        plane.apply(CreateTask(project="CI", title="For later"), plane.person())


def a_living_run(company: Company) -> Handle:
    """Start a run as another tick would, and wait until its program is at work."""
    company.program("riley", WAITS_FOR_A_FILE)
    a_task(company)
    company.tick(wait=False)
    deadline = time.monotonic() + PATIENCE
    while not company.marked("riley"):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    with company.plane() as plane:
        found = plane.state.handle(company.runs()[0].id)
    assert found is not None
    return Handle(**found)


def said(follower: Follower) -> list[str]:
    return follower.words[:-1]


# -- what it says


def test_a_note_or_a_refusal_that_stays_is_told_once_and_again_when_it_came_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sayings = [
        Saying(("a note",), ("a refusal", "a refusal")),
        Saying(("a note",), ("a refusal",)),
        Saying(("a note",)),
        Saying(("another note",), ("a refusal",)),
        Saying(("a note",), ("a refusal",)),
    ]
    ticks = led_ticks(monkeypatch, lambda number, _: sayings[number - 1])

    def story(follower: Follower) -> Story:
        yield lambda: len(ticks.at) == len(sayings)

    assert said(follow(a_company(tmp_path), story)) == [
        "not done: a refusal",
        "a note",
        "not done: a refusal",
        "another note",
        "a note",
    ]


def test_what_only_a_fetch_finds_is_not_told_again_because_a_commit_came_in_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = a_company(tmp_path)

    def led(_: int, terms: Terms) -> Saying:
        return Saying(("found by a fetch",)) if terms.fetches else Saying(refused=("this time",))

    ticks = led_ticks(monkeypatch, led)

    def story(follower: Follower) -> Story:
        for number in (1, 2):
            a_quiet_commit(company)
            yield lambda number=number: [terms.fetches for terms in ticks.terms].count(True) > number  # type: ignore[misc]

    follower = follow(company, story)

    assert [terms.fetches for terms in ticks.terms] == [True, False, True, False, True]
    assert said(follower) == ["found by a fetch", "not done: this time", "not done: this time"]


# -- when it ticks


def test_a_remote_is_asked_on_time_though_a_commit_came_in_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = a_company(tmp_path)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--bare", str(company.control), str(tmp_path / "bare.git"))
    git(tmp_path, "clone", "-q", str(tmp_path / "bare.git"), str(clone))
    git(clone, "config", "user.email", "alex@example.com")
    git(clone, "config", "gitcp.state", str(tmp_path / "clone-state"))
    ticks = led_ticks(monkeypatch)

    def story(follower: Follower) -> Story:
        yield lambda: ticks.time.seconds >= 20
        a_quiet_commit(company, clone)
        yield lambda: len(fetched()) == 3

    def fetched() -> list[float]:
        return [at for at, terms in zip(ticks.at, ticks.terms, strict=True) if terms.fetches]

    with company.plane(clone) as plane:
        scheduled(plane, Follower(story), every=3600)

    assert fetched() == [0, 30, 60]
    assert len(ticks.at) == 4


def test_a_fetch_that_takes_longer_than_the_interval_leaves_a_pause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = a_company(tmp_path)
    monkeypatch.setattr(GitStore, "has_remote", True)

    def slow(_: int, __: Terms) -> Saying:
        ticks.time.seconds += 40
        return Saying()

    ticks = led_ticks(monkeypatch, slow)

    def story(follower: Follower) -> Story:
        yield lambda: len(ticks.at) == 3

    follow(company, story)

    assert ticks.at == [0, 40 + AGAIN_AFTER, 80 + 2 * AGAIN_AFTER]


def test_in_trouble_every_tick_fetches_until_one_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = a_company(tmp_path)

    def led(number: int, _: Terms) -> Saying:
        if number in (2, 3):
            raise RemoteError("origin: cannot be reached")
        return Saying()

    ticks = led_ticks(monkeypatch, led)

    def story(follower: Follower) -> Story:
        a_quiet_commit(company)
        yield lambda: has_said(follower, "ticking again")
        a_quiet_commit(company)
        yield lambda: len(ticks.at) == 5

    follow(company, story, every=3600)

    assert [terms.fetches for terms in ticks.terms] == [True, False, True, True, False]


def test_while_ticks_fail_a_dead_run_does_not_make_it_tick_more_often(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = a_company(tmp_path)
    handle = a_living_run(company)

    def led(number: int, _: Terms) -> Saying:
        if number == 1:
            os.kill(int(handle.place), signal.SIGKILL)
            assert LOCAL.wait([handle], PATIENCE)
        raise RemoteError("origin: cannot be reached")

    ticks = led_ticks(monkeypatch, led)

    def story(follower: Follower) -> Story:
        yield lambda: len(ticks.at) == 5

    try:
        follow(company, story, every=3600)
    finally:
        end_run(company.folder / "state" / "runs" / handle.run, 0)

    assert ticks.at == [number * AFTER_TROUBLE for number in range(5)]


# -- what it survives


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FULL, "{state}: [Errno 28] No space left on device"),
        (OSError(errno.ENOSPC, "No space left on device", "/a/file"), "/a/file: No space left on device"),
        (pygit2.GitError("cannot write"), "{state}: cannot write"),
    ],
)
def test_what_the_machine_refuses_in_a_tick_is_told_with_its_place_and_survived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    company = a_company(tmp_path)

    def led(number: int, _: Terms) -> Saying:
        if number <= 2:
            raise error
        return Saying()

    ticks = led_ticks(monkeypatch, led)

    def story(follower: Follower) -> Story:
        yield lambda: len(ticks.at) == 3

    assert said(follow(company, story)) == [
        "this tick did not work, trying again: " + words.format(state=tmp_path / "state"),
        "ticking again",
    ]
    assert ticks.at == [0, AFTER_TROUBLE, 2 * AFTER_TROUBLE]


def test_a_branch_that_cannot_be_read_is_told_and_survived_by_whoever_ticks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = led_ticks(monkeypatch)
    failing(monkeypatch, lambda: ticks.time.seconds < 2 * AFTER_TROUBLE)

    def story(follower: Follower) -> Story:
        yield lambda: has_said(follower, "ticking again")

    follower = follow(a_company(tmp_path), story)

    assert follower.words[0].startswith("this tick did not work, trying again: ")
    assert ticks.at == [2 * AFTER_TROUBLE]


def test_a_branch_that_cannot_be_read_at_rest_is_soon_told_by_a_tick(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = led_ticks(monkeypatch)
    failing(monkeypatch, lambda: 0 < ticks.time.seconds < 60)

    def story(follower: Follower) -> Story:
        yield lambda: has_said(follower, "this tick did not work")
        assert ticks.time.seconds <= 2 * AFTER_TROUBLE
        yield lambda: has_said(follower, "ticking again")

    follow(a_company(tmp_path), story, every=3600)

    assert len(ticks.at) == 2


def failing(monkeypatch: pytest.MonkeyPatch, fails: Callable[[], bool]) -> None:
    tip = GitStore.tip

    def read(store: GitStore) -> str:
        if fails():
            raise FULL
        return tip(store)

    monkeypatch.setattr(GitStore, "tip", read)


def test_a_disk_that_refuses_to_forget_it_does_not_end_it_with_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlink = Path.unlink

    def refused(path: Path, *, missing_ok: bool = False) -> None:
        if path.parent.name == FOLDER:
            raise FULL
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", refused)
    led_ticks(monkeypatch)

    assert follow(a_company(tmp_path), lambda _: iter(())).words == ["stopping; nothing runs"]


# -- how it ends


def test_told_to_stop_before_its_first_tick_it_drains_all_the_same(tmp_path: Path) -> None:
    company = a_company(tmp_path, ["riley", "toni"])
    a_living_run(company)
    company.does(CreateTask(project="CI", title="Later", assignee="toni"))

    def story(follower: Follower) -> Story:
        yield lambda: has_said(follower, "stopping once 1 run ended")
        lets_go(company)
        yield lambda: False

    follower = Follower(story)
    follower.is_stopped = True
    with company.plane() as plane:
        scheduled(plane, follower, drains=True)

    assert [run.outcome for run in company.runs()] == [Outcome.SUCCEEDED]
    assert company.marked("toni") == []
