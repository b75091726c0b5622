"""An agent that is not a program of this machine, from the claim to the settlement."""

from pathlib import Path
from threading import Thread
from typing import Any

from gitcp.api.client import CallbackClient
from gitcp.core.operations.create_task import CreateTask
from gitcp.model.runs import Outcome, Settlement
from gitcp.model.tasks import TaskStatus
from tests.runtimes.http.agent import Asked, Said, accepted, done, serving
from tests.stories.company import Company, a_company, git

AGENT = """\
    kind: agent
    name: Riley
    reports_to: alex
    runtime: {{type: http, url: "{url}", answer: {answer}, poll_seconds: 0.1}}
    repository: work
    limits: {{usd: 1, minutes: 5}}
    """


def a_company_of(folder: Path, url: str, answer: str) -> Company:
    company = a_company(folder, files={"org/riley.yaml": AGENT.format(url=url, answer=answer)})
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    return company


def write(told: Any) -> None:
    """Leave a commit in the checkout of the run, which is on this machine."""
    checkout = Path(told["checkout"])
    (checkout / "work.txt").write_text("hello\n")
    git(checkout, "add", "work.txt")
    git(
        checkout, "-c", "user.name=R", "-c", "user.email=r@example.org", "commit", "--quiet", "-m", "Write it"
    )


def test_one_that_is_asked_says_by_its_answer_how_the_task_ends(tmp_path: Path) -> None:
    def script(asked: Asked) -> Said:
        if asked.action == "start":
            write(asked.json)
            return accepted(progress="writing")
        return done("I wrote it.", usage={"usd": 0.25}, declared="finish", summary="It is in work.txt.")

    with serving(script) as agent:
        company = a_company_of(tmp_path, agent.url, "poll")
        company.tick()

    task, [run] = company.task("CI-0001"), company.runs()
    assert (run.outcome, run.reason) == (Outcome.SUCCEEDED, None)
    assert task.status is TaskStatus.DONE
    assert run.summary == "It is in work.txt."
    assert run.settled_by is Settlement.METERED
    assert run.usage is not None
    assert str(run.usage.usd) == "0.25"
    assert git(company.work, "show", "riley/CI-0001:work.txt") == "hello"


def test_one_that_calls_back_says_so_itself(tmp_path: Path) -> None:
    def work(callback: Any) -> None:
        client = CallbackClient(callback["url"], callback["key"])
        client.cost("c1", usd=0.5)
        client.finish("done")

    def script(asked: Asked) -> Said:
        if asked.action == "start":
            Thread(target=work, args=(asked.json["callback"],), daemon=True).start()
        return Said({"status": "running"}, 202)

    with serving(script) as agent:
        company = a_company_of(tmp_path, agent.url, "callback")
        company.tick()

    [run] = company.runs()
    assert (run.outcome, run.reason) == (Outcome.SUCCEEDED, None)
    assert company.task("CI-0001").status is TaskStatus.DONE
    assert run.settled_by is Settlement.REPORTED
    assert agent.actions == ["start"]
