"""The example company, from nothing to idle: the first thing that a newcomer sees."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from gitcp.cli.demo import command
from gitcp.cli.settings import Settings
from gitcp.control.checking import check
from gitcp.control.clock import Clock
from gitcp.control.demo import Demonstrated, demonstrate
from gitcp.control.plane import Plane
from gitcp.control.tick import look, tick
from gitcp.errors import GitcpError
from gitcp.model.members import Agent, Person
from gitcp.model.planning import Goal
from gitcp.model.runs import Outcome, Run
from gitcp.model.tasks import Task, TaskStatus
from gitcp.store.founding import Founder
from tests.stories.company import git

# One worker runs the demo for all tests of this module.
pytestmark = pytest.mark.xdist_group("demo")

FOUNDER = Founder("Alex Example", "owner@example.com")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demonstrated:
    """Run the demo once for all tests of this module, which only look."""
    return demonstrate(tmp_path_factory.mktemp("demo") / "demo", FOUNDER, print)


@pytest.fixture
def plane(demo: Demonstrated) -> Iterator[Plane]:
    with Plane.open(demo.control, Clock()) as plane:
        yield plane


def test_it_founds_eleven_workers_three_goals_and_46_tasks(demo: Demonstrated, plane: Plane) -> None:
    root = git(demo.control, "rev-list", "--max-parents=0", "HEAD")
    tasks = [
        name
        for name in git(demo.control, "ls-tree", "-r", "--name-only", root, "tasks/").splitlines()
        if name.endswith(".yaml")
    ]

    snapshot = plane.snapshot()

    assert len(tasks) == 46
    assert len(snapshot.all(Agent)) == 11
    assert len(snapshot.all(Goal)) == 3
    assert [person.emails for person in snapshot.all(Person)] == [(FOUNDER.email,)]


def test_the_scouts_weekly_slot_wakes_it_for_the_scan_cadence(demo: Demonstrated, plane: Plane) -> None:
    [run] = [run for run in demo.runs if run.agent == "riley"]

    assert run.task == "CI-0028"
    assert "heartbeat" in {cause.reason for cause in run.answers}
    task = plane.snapshot().get(Task, "CI-0028")
    assert task is not None
    assert task.status is TaskStatus.DONE
    assert task.delivery is not None
    assert task.delivery.verified
    assert git(demo.factory, "rev-parse", "riley/CI-0028") == task.delivery.commit
    assert git(demo.factory, "log", "-1", "--format=%an", "riley/CI-0028") == "Riley"


def test_every_run_ended_well_and_several_agents_worked_at_once(demo: Demonstrated) -> None:
    assert {run.outcome for run in demo.runs} == {Outcome.SUCCEEDED}
    assert len(demo.runs) > 20
    assert len({run.agent for run in demo.runs}) >= 10
    overlaps = [(a.id, b.id) for a in demo.runs for b in demo.runs if a.id < b.id and _overlap(a, b)]
    assert len(overlaps) >= 3


def _overlap(one: Run, other: Run) -> bool:
    assert one.ended_at is not None
    assert other.ended_at is not None
    return one.claimed_at < other.ended_at and other.claimed_at < one.ended_at and one.agent != other.agent


def test_one_delegated_one_is_blocked_and_one_was_stopped_by_its_budget(plane: Plane) -> None:
    snapshot = plane.snapshot()
    delegated = [task for task in snapshot.tasks() if task.parent == "CI-0027"]
    plan = look(plane)

    assert [(task.created_by, task.assignee, task.status) for task in delegated] == [
        ("oscar", "pablo", TaskStatus.DONE)
    ]
    assert [task.id for task in snapshot.tasks(statuses={TaskStatus.BLOCKED})] == ["REQ-0006"]
    assert [waiting.reason for waiting in plan.waiting if waiting.agent == "hugo"] == [
        "budget agent/hugo: 0 runs left, the run would reserve 1"
    ]


def test_ticking_again_does_nothing_and_starts_no_process(demo: Demonstrated) -> None:
    before = git(demo.control, "rev-parse", "HEAD")
    ended = max(run.ended_at for run in demo.runs if run.ended_at is not None)

    # On Mondays the slot of another week is due for an hour in which the demo begins with that of the week before.
    with Plane.open(demo.control, Clock.at(ended + timedelta(minutes=30))) as plane:
        ticked = tick(plane)

    assert ticked.is_idle
    assert ticked.plan.claims == ()
    assert git(demo.control, "rev-parse", "HEAD") == before
    assert git(demo.control, "status", "--porcelain") == ""


def test_the_execution_repository_has_no_trace_of_gitcp(demo: Demonstrated) -> None:
    everything = git(demo.factory, "log", "--all", "-p", "--format=fuller")
    config = (demo.factory / ".git" / "config").read_text()
    refs = git(demo.factory, "for-each-ref", "--format=%(refname)").splitlines()

    assert "gitcp" not in everything.lower()
    assert "gitcp" not in config.lower()
    assert all(
        re.fullmatch(r"refs/heads/(main|[a-z]+/[A-Z]+-[0-9]{4}|[a-z]+/run-\S+)", ref) for ref in refs
    ), refs
    assert git(demo.factory, "worktree", "list").count("\n") == 0
    assert git(demo.factory, "status", "--porcelain") == ""


def test_the_log_reads_as_a_story_and_every_commit_of_gitcp_says_which_operation_it_is(plane: Plane) -> None:
    entries = list(plane.store.history().entries())

    assert all(len(entry.subject) <= 72 for entry in entries)
    assert all("Gitcp-Op" in entry.trailers and "Gitcp-Actor" in entry.trailers for entry in entries[:-1])
    assert {entry.subject.partition(" ")[0] for entry in entries} >= {
        "create",
        "claim",
        "finish",
        "approve",
        "comment",
    }


def test_the_repository_has_no_problems_and_the_records_are_paid(demo: Demonstrated, plane: Plane) -> None:
    assert check(plane) == []
    assert all(run.usage is not None and run.usage.runs == 1 for run in demo.runs)
    assert not [run.id for run in demo.runs if run.settled_by == "reserved"]


def test_the_dashboard_shows_every_task_and_run(demo: Demonstrated) -> None:
    pages = {path.relative_to(demo.site).as_posix() for path in demo.site.rglob("*.html")}

    assert "index.html" in pages
    everything = "".join(path.read_text() for path in demo.site.rglob("*.html"))
    assert "Scan cadence enforcement" in everything
    assert all(run.id in everything for run in demo.runs)


def test_a_demo_replaces_a_demo_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(GitcpError, match="expected a new folder or an earlier demo"):
        demonstrate(tmp_path, FOUNDER, print)

    assert (tmp_path / "thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize(("lines", "told"), [(0, 0), (1, 1), (3, 3)])
def test_the_command_tells_as_much_of_the_story_as_was_asked_for(
    demo: Demonstrated, monkeypatch: pytest.MonkeyPatch, lines: int, told: int
) -> None:
    monkeypatch.setattr("gitcp.control.demo.demonstrate", lambda *_: demo)

    said = CliRunner().invoke(command, [str(demo.control.parent), "--log", str(lines)], obj=Settings())
    story, _, rest = said.output.partition(f"{len(demo.runs)} runs (")

    assert said.exit_code == 0
    assert [line[:4].isdigit() for line in story.splitlines()].count(True) == told
    assert ("What happened" in story) == bool(told)
    assert "The dashboard: file://" in rest
