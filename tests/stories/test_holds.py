"""Holds that bind: what waits starts when they end, what runs goes on or is stopped."""

import time
from pathlib import Path

from gitcp.control.working import wait_for
from gitcp.core.operations.create_task import CreateTask
from gitcp.core.operations.pause_record import PauseCompany, PauseProject, ResumeCompany
from gitcp.model.runs import Outcome
from tests.stories.company import Company, a_company


def _wait_until_it_works(company: Company) -> None:
    until = time.monotonic() + 30
    while "works" not in company.marked("riley"):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_paused_company_starts_nothing_and_what_waited_starts_when_it_is_resumed(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.program("riley", 'mark("worked")\n')
    company.does(CreateTask(project="CI", title="Work", assignee="riley"))
    company.does(PauseCompany(reason="the machine moves"))

    ticked = company.tick()

    assert (ticked.started, company.runs()) == ((), [])
    assert [waiting.reason for waiting in ticked.plan.waiting] == [
        "the company is paused by alex: the machine moves"
    ]
    company.does(ResumeCompany())
    assert [started.run.task for started in company.tick().started] == ["CI-0001"]
    assert "worked" in company.marked("riley")


def test_a_project_that_is_paused_now_stops_what_runs_in_it(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.program("riley", 'mark("works")\ntime.sleep(600)\n')
    company.does(CreateTask(project="CI", title="Sleep", assignee="riley"))
    started = company.tick(wait=False).started
    _wait_until_it_works(company)

    company.does(PauseProject(project="CI", now=True, reason="the repository moves"))
    with company.plane() as plane:
        wait_for(plane, started, lambda _: None)

    [run] = company.runs()
    assert run.outcome is Outcome.CANCELLED
    assert run.cancel is not None
    assert (run.cancel.by, run.cancel.hold) == ("alex", True)
    assert company.tick().started == ()
