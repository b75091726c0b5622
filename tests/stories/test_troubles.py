"""What goes wrong around a run costs neither its work, nor its word, nor its money."""

import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest

from gitcp.control.working import wait_for
from gitcp.core.operations.create_task import CreateTask
from gitcp.core.operations.edit_record import EditMember
from gitcp.errors import WorkspaceError
from gitcp.model.runs import FailureClass, Outcome, Settlement
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


# Says what it used as Claude Code does, and takes away the clone that its checkout is of.
SPENDS_AND_BREAKS = """\
#!{python}
import json, os, pathlib
git = pathlib.Path(pathlib.Path(".git").read_text().removeprefix("gitdir: ").strip())
clone = git.parent.parent
os.rename(clone, clone.with_name("away"))
print(json.dumps({{"type": "system", "subtype": "init", "session_id": "s-1"}}))
print(json.dumps({{
    "type": "result", "subtype": "success", "is_error": False, "result": "done", "total_cost_usd": 0.25,
    "usage": {{"input_tokens": 100, "output_tokens": 50}},
}}))
"""


def test_what_was_metered_is_charged_also_where_something_fails_after_the_program(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    program = tmp_path / "programs" / "spends"
    program.write_text(SPENDS_AND_BREAKS.format(python=sys.executable))
    program.chmod(0o755)
    runtime = {"type": "claude-code", "program": str(program), "sandbox": "process-group"}
    company.does(EditMember(id="riley", fields={"runtime": runtime}))
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))

    company.tick()

    [run] = company.runs()
    assert (run.outcome, run.failure) == (Outcome.FAILED, FailureClass.PLATFORM)
    assert run.usage is not None
    assert (run.usage.usd, run.usage.tokens) == (Decimal("0.25"), 150)
    assert (run.settled_by, run.session, run.isolation) == (Settlement.METERED, "s-1", "process-group")


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
