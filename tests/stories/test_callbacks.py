"""What an agent may say and do from within its run, and what it may not."""

import json
from pathlib import Path

from gitcp.core.operations.create_record import CreateBudget
from gitcp.core.operations.create_task import CreateTask
from gitcp.model.guards import Budget
from gitcp.model.tasks import TaskStatus
from tests.stories.company import a_company

TRIES = """
from gitcp.errors import GitcpError
own = context["task"]["id"]
attempts = [
    ("task.edit", {"task": own, "fields": {"verify": []}}),
    ("task.edit", {"task": own, "fields": {"priority": "low"}}),
    ("task.edit", {"task": own, "fields": {"review": []}}),
    ("task.edit", {"task": "CI-0002", "fields": {"title": "mine now"}}),
    ("task.assign", {"task": own, "assignee": "clara"}),
    ("task.review", {"task": own, "verdict": "approve", "comment": "I like it"}),
    ("task.review", {"task": "CI-0002", "verdict": "approve", "comment": "I like it"}),
    ("task.create", {"project": "CI", "title": "work for you", "assignee": "clara"}),
    ("task.cancel", {"task": "CI-0002"}),
    ("wake.request", {"agent": "clara"}),
    ("budget.edit", {"id": "agent/riley", "fields": {"limits": {"usd": 1000}}}),
    ("agent.edit", {"id": "riley", "fields": {"limits": {"usd": 1000}}}),
    ("agent.hire", {"agent": "friend", "fields": {"name": "Friend", "runtime": {"type": "process", "command": ["true"]}}}),
    ("run.finish", {"run": os.environ["GITCP_RUN_ID"], "outcome": "succeeded"}),
    ("run.claim", {}),
]
for number, (operation, fields) in enumerate(attempts):
    try:
        client.apply(operation, fields, f"{number:04x}")
    except GitcpError as error:
        mark("refused " + operation)
    else:
        mark("ALLOWED " + operation)
client.finish("tried")
"""


def test_an_agent_that_tries_what_it_may_not_is_refused_each_time_and_changes_nothing(tmp_path: Path) -> None:
    company = a_company(tmp_path, agents=("clara", "riley"))
    company.program("riley", TRIES)
    company.program("clara", "time.sleep(0)\n")
    company.does(CreateBudget(id="agent/riley", fields={"period": "month", "limits": {"usd": 5}}))
    company.does(
        CreateTask(project="CI", title="One", assignee="riley", verify=(("true",),), review=("alex",))
    )
    company.does(CreateTask(project="CI", title="Two", assignee="clara", backlog=True))

    company.tick()

    marks = [line for line in company.marked("riley") if not line.startswith("run ")]
    assert len(marks) == 15
    assert not [line for line in marks if not line.startswith("refused ")]
    with company.plane() as plane:
        budget = plane.snapshot().get(Budget, "agent/riley")
    assert budget is not None
    assert budget.limits.usd == 5
    assert company.task("CI-0001").verify == (("true",),)
    operations = [entry.trailers.get("Gitcp-Op") for entry in company.log()]
    assert operations[:2] == ["run.finish", "run.claim"]


def test_an_agent_uses_the_gitcp_command_by_itself(tmp_path: Path) -> None:
    company = a_company(tmp_path, agents=("clara", "riley"), files={"org/riley.yaml": ""})
    riley = (
        (company.control / "org/clara.yaml").read_text().replace("clara", "riley").replace("Clara", "Riley")
    )
    (company.control / "org/riley.yaml").write_text(riley.replace("reports_to: alex", "reports_to: clara"))
    company.program(
        "clara",
        """
        def gitcp(*argv):
            done = subprocess.run(["gitcp", *argv], capture_output=True, text=True)
            mark(f"{argv[0]} {argv[1] if len(argv) > 1 else ''} {done.returncode} {done.stderr.strip()}")
            return done.stdout
        inbox = json.loads(gitcp("inbox", "--json"))
        mark("inbox: " + ",".join(item["task"]["id"] for item in inbox["items"]))
        shown = json.loads(gitcp("task", "show", "CI-0001", "--json"))
        mark("title: " + shown["title"])
        if not shown["children"]:
            gitcp("comment", "new", "CI-0001", "I begin.")
            gitcp("task", "new", "--project", "CI", "--title", "Part of it", "--assignee", "riley", "--parent", "CI-0001")
            gitcp("run", "cost", "--usd", "0.10")
            gitcp("task", "continue")
        else:
            gitcp("task", "finish", "--summary", "all of it")
        """,
    )
    from tests.stories.company import commit_all

    commit_all(company.control, "hire riley")
    company.does(CreateTask(project="CI", title="All of it", assignee="clara"))

    for _ in range(3):
        company.tick()

    marks = company.marked("clara")
    assert not [line for line in marks if " 1 " in line or " 2 " in line or " 3 " in line], marks
    assert "title: All of it" in marks
    assert company.task("CI-0002").parent == "CI-0001"
    assert company.task("CI-0002").created_by == "clara"
    assert company.task("CI-0002").status is TaskStatus.DONE
    assert company.task("CI-0001").status is TaskStatus.DONE
    first = next(run.usage for run in company.runs() if run.agent == "clara" and run.usage)
    assert str(first.usd) == "0.10"


def test_an_agent_that_is_blocked_says_so_and_its_task_waits_for_whom_it_names(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.program("riley", 'client.block("I need the key", "alex")\n')
    company.does(CreateTask(project="CI", title="One", assignee="riley"))

    company.tick()

    task = company.task("CI-0001")
    assert task.status is TaskStatus.BLOCKED
    assert task.blocked is not None
    assert (task.blocked.by, task.blocked.reason, task.blocked.waits_for) == (
        "riley",
        "I need the key",
        "alex",
    )
    assert company.tick().is_idle


def test_the_agents_environment_holds_what_it_needs_and_nothing_of_whoever_ticks(
    tmp_path: Path, monkeypatch: object
) -> None:
    import os

    os.environ["SECRET_OF_THE_MACHINE"] = "hunter2"
    try:
        company = a_company(tmp_path)
        company.program("riley", 'mark("env " + json.dumps(dict(os.environ)))\nclient.finish("done")\n')
        company.does(CreateTask(project="CI", title="One", assignee="riley"))
        company.tick()
    finally:
        del os.environ["SECRET_OF_THE_MACHINE"]

    [line] = [line for line in company.marked("riley") if line.startswith("env ")]
    environment = json.loads(line.removeprefix("env "))
    assert "hunter2" not in line
    injected = {name for name in environment if name.startswith("GITCP_")}
    assert injected == {
        "GITCP_API_URL",
        "GITCP_API_KEY",
        "GITCP_BRIEF",
        "GITCP_RUN_FOLDER",
        "GITCP_RUN_ID",
        "GITCP_TASK_ID",
        "GITCP_AGENT_ID",
        "GITCP_COMPANY",
        "GITCP_WAKE_REASON",
        "GITCP_WAKE_CONTEXT",
    }
    assert environment["GITCP_WAKE_REASON"] == "assignment"
    assert str(tmp_path / "state" / "runs") in environment["HOME"]
