"""What a person writes stays as they wrote it, committed or not, right or wrong."""

import time
from pathlib import Path

from gitcp.control.checking import check
from gitcp.control.working import wait_for
from gitcp.core.operations.create_task import CreateTask
from gitcp.model.runs import Outcome
from gitcp.model.tasks import TaskStatus
from tests.stories.company import Company, a_company, commit_all, git

WAITS_FOR_PERSON = """
mark("waiting")
while not (marks / "go").exists():
    time.sleep(0.05)
commit("work.txt", os.environ["GITCP_RUN_ID"])
client.finish("done")
"""


def wait_until_waiting(company: Company) -> None:
    until = time.monotonic() + 30
    while "waiting" not in company.marked("riley"):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_an_edited_but_uncommitted_task_waits_and_the_rest_of_the_company_goes_on(tmp_path: Path) -> None:
    company = a_company(tmp_path, agents=("clara", "riley"))
    company.does(CreateTask(project="CI", title="One", assignee="riley"))
    company.does(CreateTask(project="CI", title="Two", assignee="clara"))
    file = company.control / "tasks/CI/CI-0001.yaml"
    edited = file.read_text().replace("title: One", "title: One, but better   # mine")
    file.write_text(edited)

    ticked = company.tick()

    assert [item.run.task for item in ticked.started] == ["CI-0002"]
    assert [w.reason for w in ticked.plan.waiting] == ["the file of CI-0001 has uncommitted edits"]
    assert file.read_text() == edited
    assert git(company.control, "status", "--porcelain") == "M tasks/CI/CI-0001.yaml"
    commit_all(company.control, "say it better")
    assert [item.run.task for item in company.tick().started] == ["CI-0001"]
    assert "title: One, but better   # mine\n" in file.read_text()


def test_a_result_waits_in_its_run_while_a_person_edits_the_task(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.program("riley", WAITS_FOR_PERSON)
    company.does(CreateTask(project="CI", title="One", assignee="riley"))
    started = company.tick(wait=False).started
    wait_until_waiting(company)
    file = company.control / "tasks/CI/CI-0001.yaml"
    edited = file.read_text().replace("priority: medium", "priority: low") + "labels: [mine]\n"
    file.write_text(edited)

    (company.marks / "go").touch()
    with company.plane() as plane:
        wait_for(plane, started, lambda _: None)

    [run] = company.runs()
    assert run.outcome is Outcome.SUCCEEDED
    assert run.pending
    assert run.usage is not None
    assert company.task("CI-0001").status is TaskStatus.IN_PROGRESS
    assert file.read_text() == edited
    assert company.tick().started == ()
    commit_all(company.control, "label it")
    company.tick()
    task = company.task("CI-0001")
    assert task.status is TaskStatus.DONE
    assert task.labels == ("mine",)
    assert not company.runs()[0].pending


def test_a_broken_file_is_told_and_stops_nothing_but_its_own_record(tmp_path: Path) -> None:
    company = a_company(tmp_path, agents=("clara", "riley"))
    company.does(CreateTask(project="CI", title="One", assignee="riley"))
    company.does(CreateTask(project="CI", title="Two", assignee="clara"))
    file = company.control / "tasks/CI/CI-0001.yaml"
    file.write_text("title: One\nassigne: riley\nstatus: [todo\n")
    commit_all(company.control, "break it")

    started = company.tick().started

    assert [item.run.task for item in started] == ["CI-0002"]
    with company.plane() as plane:
        problems = check(plane)
    assert {problem.path for problem in problems} == {"tasks/CI/CI-0001.yaml"}
    assert all(problem.line and problem.hint for problem in problems)


def test_a_broken_budget_lets_nothing_start_in_its_scope(tmp_path: Path) -> None:
    company = a_company(
        tmp_path,
        agents=("clara", "riley"),
        files={"budgets/agent/riley.yaml": "period: month\nlimits: {usd: lots}\n"},
    )
    company.does(CreateTask(project="CI", title="One", assignee="riley"))
    company.does(CreateTask(project="CI", title="Two", assignee="clara"))

    ticked = company.tick()

    assert [item.run.task for item in ticked.started] == ["CI-0002"]
    assert [w.reason for w in ticked.plan.waiting] == [
        "budget agent/riley cannot be read: nothing starts in its scope"
    ]


def test_a_persons_edit_during_a_run_wakes_the_agent_again_and_its_own_does_not(tmp_path: Path) -> None:
    company = a_company(tmp_path, agents=("clara", "riley"))
    own = 'client.apply("task.edit", {"task": context["task"]["id"], "fields": {"description": "I see."}}, "e1")\n'
    company.program(
        "riley",
        f'if len((marks / "riley.marks").read_text().split("run ")) < 3:\n    {own}' + WAITS_FOR_PERSON,
    )
    company.program("clara", own + 'client.finish("done")\n')
    company.does(CreateTask(project="CI", title="One", assignee="riley"))
    company.does(CreateTask(project="CI", title="Two", assignee="clara"))
    started = company.tick(wait=False).started
    wait_until_waiting(company)
    file = company.control / "tasks/CI/CI-0001.yaml"
    file.write_text(file.read_text().replace("title: One", "title: One and a half"))
    commit_all(company.control, "ask for more")

    (company.marks / "go").touch()
    with company.plane() as plane:
        wait_for(plane, started, lambda _: None)

    assert company.task("CI-0001").status is TaskStatus.IN_PROGRESS
    assert company.task("CI-0002").status is TaskStatus.DONE
    assert [item.run.task for item in company.tick().started] == ["CI-0001"]
    assert company.task("CI-0001").status is TaskStatus.DONE
    assert company.tick().is_idle


def test_a_status_that_no_step_leads_to_makes_the_task_inert_until_it_is_put_right(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.does(CreateTask(project="CI", title="One", assignee="riley"))
    company.tick()
    file = company.control / "tasks/CI/CI-0001.yaml"
    done = file.read_text()
    file.write_text(done.replace("status: done", "status: in_progress"))
    commit_all(company.control, "make it so")

    assert company.tick().started == ()
    with company.plane() as plane:
        [problem] = check(plane)
    assert problem.message == "expected done, todo, found in_progress: no step leads there from done"
    file.write_text(done)
    commit_all(company.control, "put it right")
    with company.plane() as plane:
        assert check(plane) == []


def test_a_task_filed_without_a_number_gets_one_and_is_worked_on(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    folder = company.control / "tasks/CI/new"
    folder.mkdir(parents=True)
    (folder / "scan-cadence.yaml").write_text(
        "title: Enforce the scan cadence   # by pull request\nassignee: riley\n"
    )
    commit_all(company.control, "file a task")

    company.tick()
    company.tick()

    assert company.task("CI-0001").status is TaskStatus.DONE
    assert not (folder / "scan-cadence.yaml").exists()
    assert (company.control / "tasks/CI/next").read_text() == "2\n"
