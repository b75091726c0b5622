"""Agents that would go on for ever, with real processes: they come to rest within their caps."""

from pathlib import Path

from gitcp.core.actions import Observed
from gitcp.core.operations.create_comment import CreateComment
from gitcp.core.operations.create_task import CreateTask
from gitcp.core.plan import plan
from gitcp.model.tasks import TaskStatus
from tests.stories.company import Company, a_company, commit_all

MENTIONS_THE_OTHER = """
other = "oscar" if os.environ["GITCP_AGENT_ID"] == "riley" else "riley"
client.apply("comment.create", {"task": "CI-0001", "body": f"@{other} your turn"})
"""
GIVES_ITSELF_MORE = """
client.apply("task.create", {"project": "CI", "title": "More", "assignee": os.environ["GITCP_AGENT_ID"]})
client.finish("found more to do")
"""


def runs_until_at_rest(company: Company, most: int) -> int:
    """Tick until a day has passed in which nothing started; return how many runs there were."""
    quiet = 0
    while quiet < 6:
        started = company.tick().started
        quiet = 0 if started else quiet + 1
        company.passes(minutes=10 if started else 240)
        assert len(company.runs()) <= most, "they go on and on"
    return len(company.runs())


def why_not(company: Company) -> list[str]:
    with company.plane() as plane:
        told = plan(plane.snapshot(), Observed(), company.now)
    return [*(found.reason for found in told.waiting), *(found.reason for found in told.stalled)]


def test_two_agents_that_mention_each_other_for_ever_stop_by_themselves(tmp_path: Path) -> None:
    company = a_company(
        tmp_path,
        ("riley", "oscar"),
        {
            "tasks/CI/CI-0001.yaml": "title: Talk\ncreated: 2026-11-16T07:00:00Z\nstatus: backlog\n",
            "tasks/CI/next": "2\n",
        },
    )
    for agent in ("riley", "oscar"):
        company.program(agent, MENTIONS_THE_OTHER)
    company.does(CreateComment(task="CI-0001", body="@riley please talk to @oscar about it"))

    runs = runs_until_at_rest(company, most=40)

    assert max(run.hops for run in company.runs()) == 6
    assert runs == len(company.marked("riley")) + len(company.marked("oscar"))
    assert "more than 6 agents in a row passed the word on to each other: a person must say go on" in why_not(
        company
    )

    company.does(CreateComment(task="CI-0001", body="go on, @riley"))
    assert [item.run.hops for item in company.tick().started if item.run.agent == "riley"] == [0]


def test_an_agent_that_gives_itself_work_for_ever_stops_by_itself(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.program("riley", GIVES_ITSELF_MORE)
    company.does(CreateTask(project="CI", title="Begin", assignee="riley"))

    assert runs_until_at_rest(company, most=20) == 7

    assert [run.hops for run in company.runs()] == [0, 1, 2, 3, 4, 5, 6]
    assert company.task("CI-0007").status is TaskStatus.DONE
    assert company.task("CI-0008").status is TaskStatus.TODO


def test_an_agent_that_works_all_day_has_its_runs_of_the_day(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    settings = "scheduler:\n  daily: {runs: 3}\n"
    (company.control / "gitcp.yaml").write_text((company.control / "gitcp.yaml").read_text() + settings)
    commit_all(company.control, "let nobody run more than three times a day")
    company.program("riley", GIVES_ITSELF_MORE)
    company.does(CreateTask(project="CI", title="Begin", assignee="riley"))

    for _ in range(4):
        company.tick()
        company.passes(minutes=10)

    assert len(company.runs()) == 3
    assert "riley had 3 of 3 runs today" in why_not(company)
    company.passes(hours=24)
    assert len(company.tick().started) == 1
