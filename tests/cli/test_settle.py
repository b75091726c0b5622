"""`gitcp tick --no-start`, `gitcp exec --outbox` and `gitcp settle` on a terminal."""

from pathlib import Path

from gitcp.core.operations.create_task import CreateTask
from tests.cli.conftest import Shell
from tests.stories.company import a_company, git

WORKS = """
made = client.apply("task.create", {"project": "CI", "title": "Look again", "assignee": "riley", "backlog": True})
client.finish("see " + made["task"])
"""


def test_a_run_is_claimed_done_aside_and_settled(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.program("riley", WORKS)
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    shell = Shell(company.control)
    outbox = tmp_path / "out box"

    claimed = shell("tick", "--no-start", "--json").json
    [run] = claimed["claimed"]
    assert claimed["started"] == []
    assert (run["agent"], run["task"], run["runtime"], run["repository"]) == (
        "riley",
        "CI-0001",
        "process",
        "work",
    )
    assert run["deadline"].endswith("Z")
    before = git(company.control, "rev-parse", "main")

    done = shell("exec", run["run"], "--outbox", str(outbox))
    assert (done.code, git(company.control, "rev-parse", "main")) == (0, before)
    assert done.err.splitlines() == [
        f"run {run['run']}: succeeded",
        f"next: gitcp settle {run['run']} --from '{outbox}'",
    ]
    assert shell("exec", run["run"], "--outbox", str(outbox)).code == 1

    settled = shell("settle", run["run"], "--from", str(outbox))
    assert (settled.code, settled.out) == (0, "")
    assert settled.err.splitlines() == [
        f"run {run['run']}: succeeded",
        "CI-900000001 is CI-0002",
        "1 write carried out",
    ]
    again = shell("settle", run["run"], "--from", str(outbox), "--json").json
    assert (again["standing"], again["outcome"]) == ("again", "succeeded")
    assert shell("run", "show", run["run"], "--json").json["summary"] == "see CI-0002"


def test_a_tick_that_starts_nothing_says_what_it_claimed(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))

    ticked = Shell(company.control)("tick", "--no-start")

    assert ticked.err.splitlines()[0].startswith("claimed 2")
    assert ticked.err.splitlines()[-1] == "1 run claimed for runners elsewhere, no runs started"


def test_settling_from_a_folder_without_an_outbox_says_which_one_is_meant(
    shell: Shell, tmp_path: Path
) -> None:
    done = shell("settle", "20261120T090000Z-riley", "--from", str(tmp_path))

    assert done.code == 1
    assert "expected an outbox, found no outbox.json" in done.err
    assert "gitcp exec 20261120T090000Z-riley --outbox" in done.err
    assert shell("settle", "20261120T090000Z-riley").code == 2


def test_a_run_goes_by_the_repository_that_was_brought_and_asks_nobody_for_it(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    shell = Shell(company.control)
    [run] = shell("tick", "--no-start", "--json").json["claimed"]

    brought = shell("workspace", "fetch", run["run"])
    company.work.rename(tmp_path / "out of reach")
    done = shell("exec", run["run"], "--outbox", str(tmp_path / "outbox"), "--no-fetch")

    assert (brought.code, brought.err) == (0, "brought work\n")
    assert done.err.splitlines()[0] == f"run {run['run']}: succeeded"


def test_a_run_whose_repository_was_not_brought_says_so_in_its_outbox(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    shell = Shell(company.control)
    [run] = shell("tick", "--no-start", "--json").json["claimed"]

    done = shell("exec", run["run"], "--outbox", str(tmp_path / "outbox"), "--no-fetch")
    settled = shell("settle", run["run"], "--from", str(tmp_path / "outbox"), "--json").json

    assert "was never fetched on this machine" in done.err
    assert settled["outcome"] == "failed"
    assert shell("exec", run["run"], "--no-fetch").code == 2
