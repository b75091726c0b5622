"""Limits that bind: minutes, money, and a person's word."""

import time
from pathlib import Path

import psutil

from gitcp.control.working import wait_for
from gitcp.core.operations.cancel_run import CancelRun
from gitcp.core.operations.create_record import CreateBudget
from gitcp.core.operations.create_task import CreateTask
from gitcp.core.operations.edit_record import EditMember
from gitcp.model.runs import Outcome
from gitcp.model.tasks import TaskStatus
from tests.stories.company import Company, a_company

SLEEPS = """
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
mark(f"pid {os.getpid()}")
mark(f"pid {child.pid}")
time.sleep(600)
"""


def pids(company: Company) -> list[int]:
    return [int(line.split()[1]) for line in company.marked("riley") if line.startswith("pid ")]


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until_it_works(company: Company) -> None:
    until = time.monotonic() + 30
    while len(pids(company)) < 2:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_run_over_its_minutes_ends_with_its_whole_process_tree(tmp_path: Path) -> None:
    company = a_company(tmp_path, sandbox="process-group")
    company.program("riley", SLEEPS)
    company.does(EditMember(id="riley", fields={"limits": {"usd": 1, "minutes": 0.05}}))
    company.does(CreateTask(project="CI", title="Sleep", assignee="riley"))

    company.tick()

    [run] = company.runs()
    assert run.outcome is Outcome.TIMED_OUT
    assert company.task("CI-0001").status is TaskStatus.IN_PROGRESS
    log = (tmp_path / "state" / "runs" / run.id / "agent.log").read_text()
    assert log.endswith("[gitcp: stopped at its limit of 0.05 minutes]\n")
    assert not [pid for pid in pids(company) if is_alive(pid)]


def test_a_run_that_a_person_cancels_ends_and_its_task_is_theirs(tmp_path: Path) -> None:
    company = a_company(tmp_path, sandbox="process-group")
    company.program("riley", SLEEPS)
    company.does(CreateTask(project="CI", title="Sleep", assignee="riley"))
    started = company.tick(wait=False).started
    wait_until_it_works(company)

    company.does(CancelRun(run=started[0].run.id, reason="wrong task"))
    with company.plane() as plane:
        wait_for(plane, started, lambda _: None)

    [run], task = company.runs(), company.task("CI-0001")
    assert run.outcome is Outcome.CANCELLED
    assert task.status is TaskStatus.BLOCKED
    assert task.blocked is not None
    assert task.blocked.waits_for == "alex"
    assert not [pid for pid in pids(company) if is_alive(pid)]


def test_a_run_that_reports_more_than_it_may_spend_is_stopped(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.program("riley", 'client.cost("c", usd=1.5)\ntime.sleep(600)\n')
    company.does(CreateTask(project="CI", title="Spend", assignee="riley"))

    company.tick()

    [run] = company.runs()
    assert run.outcome is Outcome.OVER_BUDGET
    assert run.usage is not None
    assert str(run.usage.usd) == "1.50"


def test_a_budget_that_is_used_up_lets_nothing_start_and_says_which(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.does(
        CreateBudget(id="agent/riley", fields={"period": "month", "limits": {"usd": 2.5, "runs": 9}})
    )
    for number in range(3):
        company.does(CreateTask(project="CI", title=f"Task {number}", assignee="riley"))

    for _ in range(4):
        ticked = company.tick()

    assert len(company.runs()) == 2
    [waiting] = ticked.plan.waiting
    assert waiting.reason == "budget agent/riley: 0.5 usd left, the run would reserve 1"
    assert waiting.until is not None
    company.passes(days=15)
    assert len(company.tick().started) == 1


def test_a_run_that_reports_more_than_it_may_spend_and_ends_at_once_is_over_its_limits_all_the_same(
    tmp_path: Path,
) -> None:
    company = a_company(tmp_path)
    company.program("riley", 'commit("work.txt", "x\\n")\nclient.cost("c", usd=1.5)\nclient.finish("done")\n')
    company.does(CreateTask(project="CI", title="Spend", assignee="riley"))

    company.tick()

    [run] = company.runs()
    assert run.outcome is Outcome.OVER_BUDGET
    assert run.reason == "stopped at its limit of 1.00 USD, 1.50 used"
    assert run.commits == ()
    assert run.rescue is not None
    assert company.task("CI-0001").status is TaskStatus.TODO
