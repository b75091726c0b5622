"""Checkouts over several runs: what stays, what comes back, what is given back."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from gitcp.control.reclaiming import Ages, reclaim, survey, tidy
from gitcp.core.operations.close_task import CancelTask
from gitcp.core.operations.create_task import CreateTask
from gitcp.model.runs import Outcome
from gitcp.workspaces.inventory import Checkout, Held
from tests.stories.company import Company, a_company, git

TWICE = """
    first = not pathlib.Path("cache.log").exists()
    mark(("first" if first else "second") + " in " + os.getcwd())
    if first:
        pathlib.Path(".gitignore").write_text("*.log\\n")
        commit("begun.txt", "1\\n")
        pathlib.Path("cache.log").write_text("built")
        pathlib.Path("half.txt").write_text("half")
        client.continue_("more to do")
    else:
        mark(pathlib.Path("half.txt").read_text())
        mark(" ".join(context["checkout"]))
        commit("half.txt", "whole\\n")
        client.finish("done")
"""
LATER = {"hours": 2}


def with_project(tmp_path: Path, lines: str) -> Company:
    return a_company(tmp_path, files={"projects/CI.yaml": f"name: CI\nrepository: work\nlead: alex\n{lines}"})


def grow_old(company: Company, days: float) -> None:
    """Make everything below the state folder look as if nobody had touched it for days."""
    then = time.time() - days * 24 * 3600
    for path in (company.folder / "state").rglob("*"):
        if path.suffix in {".json", ".git"}:
            os.utime(path, (then, then))


def kept(company: Company) -> list[str]:
    with company.plane() as plane:
        return [each.path.name for each in plane.workspaces.inventory.checkouts()]


def test_the_second_run_of_a_task_goes_on_where_the_first_one_stopped(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.program("riley", TWICE)
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    company.tick()
    company.passes(**LATER)
    company.tick()

    (first, second), marks = company.runs(), company.marked("riley")
    places = [mark.partition(" in ")[2] for mark in marks if " in /" in mark]
    assert places[0] == places[1]
    assert "half" in marks
    assert any("What the last run left undelivered is in the checkout again" in mark for mark in marks)
    assert first.rescue == f"refs/gitcp/rescue/{first.id}"
    assert second.rescue is None
    assert second.outcome is Outcome.SUCCEEDED
    assert git(company.work, "show", "riley/CI-0001:half.txt") == "whole"


def test_a_project_has_its_own_branches_base_and_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = with_project(tmp_path, "integrate: pull-request\nbranch: 'bots/{task}'\nbase: next\n")
    git(company.work, "branch", "next")
    config = tmp_path / "gitconfig"
    config.write_text(f'[url "{company.work}"]\n\tinsteadOf = https://github.com/acme/work.git\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    gitcp_yaml = company.control / "gitcp.yaml"
    gitcp_yaml.write_text(
        gitcp_yaml.read_text().replace(str(company.work), "https://github.com/acme/work.git")
    )
    git(
        company.control, "-c", "user.name=Alex", "-c", "user.email=alex@example.com", "commit", "-qam", "move"
    )
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    company.tick()

    (run,) = company.runs()
    assert run.branch == "bots/CI-0001"
    assert run.compare_url == "https://github.com/acme/work/compare/next...bots/CI-0001?expand=1"
    assert git(company.work, "rev-parse", "bots/CI-0001~1") == git(company.work, "rev-parse", "next")


def test_work_goes_into_the_base_of_the_project(tmp_path: Path) -> None:
    company = with_project(tmp_path, "integrate: rebase\nbase: next\n")
    git(company.work, "branch", "next")
    before = git(company.work, "rev-parse", "main")
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    company.tick()

    (run,) = company.runs()
    assert run.branch == "next"
    assert run.compare_url is None
    assert git(company.work, "rev-parse", "next") == run.commits[-1]
    assert git(company.work, "rev-parse", "main") == before


def test_runs_in_one_checkout_come_one_after_another_and_none_fails(tmp_path: Path) -> None:
    company = a_company(
        tmp_path,
        ("riley", "mo"),
        {"projects/CI.yaml": "name: CI\nrepository: work\nlead: alex\nworkspace: checkout\n"},
    )
    for agent in ("riley", "mo"):
        company.program(
            agent, 'mark(os.getcwd())\ncommit(context["task"]["id"] + ".txt", "1")\nclient.finish("done")\n'
        )
        company.does(CreateTask(project="CI", title="Write it", assignee=agent))
    ticked = company.tick()
    company.tick()

    first, second = company.runs()
    assert len(ticked.started) == 1
    assert [run.outcome for run in (first, second)] == [Outcome.SUCCEEDED] * 2
    assert second.claimed_at >= first.claimed_at
    assert company.marked("riley")[1] == company.marked("mo")[1]
    assert sorted(run.branch or "" for run in (first, second)) == ["mo/CI-0002", "riley/CI-0001"]


def test_a_checkout_of_a_closed_task_is_given_back_after_a_day_by_a_tick(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    company.tick()
    company.tick()
    fresh = kept(company)
    grow_old(company, 2)
    company.tick()
    within_the_hour = kept(company)
    (company.folder / "state" / "tidied").unlink()
    company.tick()

    assert fresh == within_the_hour == ["riley.CI-0001"]
    assert kept(company) == []
    assert git(company.work, "rev-parse", "riley/CI-0001")


def test_a_checkout_of_an_open_task_is_given_back_when_nobody_used_it_for_long(tmp_path: Path) -> None:
    company = a_company(tmp_path, files={"gitcp.yaml": (
        f"format: 1\nname: Story\nrepositories:\n  work: {{url: {tmp_path}/work}}\nworkspaces: {{keep_days: 5}}\n"
    )})  # fmt: skip
    company.program("riley", 'pathlib.Path("draft").write_text("1")\nclient.block("which?")\n')
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    company.tick()
    grow_old(company, 4)
    (company.folder / "state" / "tidied").unlink()
    company.tick()
    young = kept(company)
    grow_old(company, 6)
    with company.plane() as plane:
        (plane.state.folder / "tidied").unlink()
        assert tidy(plane) == ()
        (held,) = plane.workspaces.inventory.clones([])

    assert young == ["riley.CI-0001"]
    assert kept(company) == []
    (run,) = company.runs()
    assert [each.ref for each in held.rescued] == [run.rescue]


def test_prune_says_first_and_keeps_what_is_used_or_nowhere_else(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.program("riley", 'pathlib.Path("draft").write_text("1")\nclient.block("which?")\n')
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    company.does(CreateTask(project="CI", title="Write it too", assignee="riley"))
    company.tick()
    company.tick()
    company.does(CancelTask(task="CI-0001", reason="no more"))
    with company.plane() as plane:
        found = survey(plane, Ages(timedelta(days=14)))
        untouched = kept(company)
        done = reclaim(plane, found)

    assert [(each.what.path.name, each.why) for each in found.checkouts] == [
        ("riley.CI-0001", "CI-0001 is cancelled")
    ]
    assert [each.why for each in found.staying if isinstance(each.what, Checkout)] == [
        "used less than 14 days ago"
    ]
    assert [each.why for each in found.staying if isinstance(each.what, Held)] == [
        "a repository of gitcp.yaml"
    ]
    assert untouched == ["riley.CI-0001", "riley.CI-0002"]
    assert kept(company) == ["riley.CI-0002"]
    assert done.size > 0
    assert done.notes == []


def test_saved_work_goes_only_when_it_is_asked_for_and_old(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.program("riley", 'pathlib.Path("draft").write_text("1")\nclient.block("which?")\n')
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    company.tick()
    (run,) = company.runs()

    def saved() -> list[str | None]:
        with company.plane() as plane:
            return [each.ref for held in plane.workspaces.inventory.clones([]) for each in held.rescued]

    with company.plane() as plane:
        for ages in (Ages(timedelta(0)), Ages(timedelta(0), rescued=timedelta(days=1))):
            reclaim(plane, survey(plane, ages))
    still = saved()
    with company.plane() as plane:
        found = survey(plane, Ages(timedelta(0), rescued=timedelta(0)))
        reclaim(plane, found)

    assert still == [run.rescue]
    assert [ref.ref for each in found.rescued for ref in each.rescued] == [run.rescue]
    assert saved() == []


def test_a_clone_that_no_repository_needs_goes_once_nothing_in_it_is_unsaved(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    company.tick()
    gitcp_yaml = company.control / "gitcp.yaml"
    gitcp_yaml.write_text(gitcp_yaml.read_text().replace("work: {", "other: {"))
    git(
        company.control,
        "-c",
        "user.name=Alex",
        "-c",
        "user.email=alex@example.com",
        "commit",
        "-qam",
        "rename",
    )
    grow_old(company, 30)
    with company.plane() as plane:
        first = survey(plane, Ages(timedelta(days=14)))
        reclaim(plane, first)
        left = plane.workspaces.inventory.clones([])

    assert [each.what.path.suffix for each in first.clones] == [".git"]
    assert left == []
