"""What goes wrong around a run costs neither its work, nor its word, nor its money."""

import time
from pathlib import Path

import pytest

from gitcp.control.working import wait_for
from gitcp.core.operations.create_task import CreateTask
from gitcp.errors import WorkspaceError
from gitcp.model.runs import Outcome, Settlement
from gitcp.model.tasks import TaskStatus
from gitcp.workspaces import Workspaces
from tests.stories.company import Company, a_company, git


def wait_until_marked(company: Company, text: str) -> None:
    until = time.monotonic() + 60
    while text not in company.marked("riley"):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_work_that_cannot_be_delivered_is_rescued_and_what_it_cost_is_kept(tmp_path: Path) -> None:
    company = a_company(tmp_path, sandbox="process-group")
    company.program(
        "riley",
        f"""
        commit("work.txt", "hours of it\\n")
        client.cost("c", usd=0.40)
        client.finish("done")
        os.rename({str(company.work)!r}, {str(company.work)!r} + ".away")
        """,
    )
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))

    company.tick()

    [run], task = company.runs(), company.task("CI-0001")
    assert run.undelivered is not None
    assert run.usage is not None
    assert str(run.usage.usd) == "0.40"
    assert (task.status, task.attempts) == (TaskStatus.IN_PROGRESS, 1)
    assert run.rescue is not None
    [clone] = (tmp_path / "state" / "repositories").glob("*.git")
    assert git(clone, "show", f"{run.rescue}:work.txt") == "hours of it"


def test_tokens_alone_tell_no_price_and_the_money_settles_as_reserved(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.program("riley", 'client.cost("c", tokens=500)\nclient.finish("done")\n')
    company.does(CreateTask(project="CI", title="Think", assignee="riley"))

    company.tick()

    [run] = company.runs()
    assert run.usage is not None
    assert (run.usage.usd, run.usage.tokens, run.settled_by) == (run.reserved.usd, 500, Settlement.REPORTED)


def test_a_leftover_that_cannot_be_removed_stops_no_tick(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = a_company(tmp_path)
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    company.tick()

    def stuck(*_: object) -> None:
        raise WorkspaceError("the folder cannot be removed")

    monkeypatch.setattr(Workspaces, "leftovers", lambda _: [object()])
    monkeypatch.setattr(Workspaces, "release", stuck)
    company.does(CreateTask(project="CI", title="Write more", assignee="riley"))

    ticked = company.tick()

    assert [item.run.task for item in ticked.started] == ["CI-0002"]
    assert "the folder cannot be removed" in ticked.notes


def test_two_companies_of_one_machine_may_have_runs_of_the_same_name(tmp_path: Path) -> None:
    slow, quick = a_company(tmp_path / "slow"), a_company(tmp_path / "quick")
    slow.program(
        "riley",
        'mark("begun")\nwhile not (marks / "go").exists():\n    time.sleep(0.05)\nclient.finish("done")\n',
    )
    for company in (slow, quick):
        company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    started = slow.tick(wait=False).started
    wait_until_marked(slow, "begun")

    quick.tick()
    (slow.marks / "go").touch()
    with slow.plane() as plane:
        wait_for(plane, started, lambda _: None)

    assert slow.runs()[0].id == quick.runs()[0].id
    assert [company.runs()[0].outcome for company in (slow, quick)] == [Outcome.SUCCEEDED] * 2
