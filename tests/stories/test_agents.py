"""The real programs of agents from a task's creation to its end, on a model of the tests' own."""

import json
from pathlib import Path

from gitcp.core.operations.create_task import CreateTask
from gitcp.model.runs import Outcome, Settlement
from gitcp.model.tasks import TaskStatus
from gitcp.runtimes import RuntimeConfig
from tests.agents.model_server import ModelServer
from tests.agents.programs import claude, codex
from tests.stories.company import Company, a_company, git

# Two runs: the first says that more is to do.
WORKS_TWICE = """\
[[bash: echo line >> work.txt && git add -A && git commit -qm "Write a line"]]
[[bash: if test $(wc -l < work.txt) -lt 2; then gitcp task continue --summary "one of two"; else gitcp task finish --summary "both are written"; fi]]
[[say: that was it]]
"""


def a_company_of(folder: Path, runtime: RuntimeConfig, **limits: float) -> Company:
    """Found a company whose agent riley is a real program."""
    record = {
        "kind": "agent",
        "name": "Riley",
        "reports_to": "alex",
        "runtime": runtime.model_dump(mode="json", exclude_defaults=True) | {"type": runtime.type},
        "repository": "work",
        "limits": {"usd": 1, "minutes": 3} | limits,
    }
    return a_company(folder, files={"org/riley.yaml": json.dumps(record)})


def told(company: Company, run: str, name: str = "agent.log") -> str:
    return (company.folder / "state" / "runs" / run / name).read_text()


def works_twice(company: Company, model: ModelServer) -> None:
    company.does(
        CreateTask(
            project="CI",
            title="Write two lines",
            description=WORKS_TWICE,
            assignee="riley",
            verify=(("grep", "-c", "line", "work.txt"),),
        )
    )

    company.tick()
    company.passes(minutes=5)
    company.tick()

    task, [first, second] = company.task("CI-0001"), company.runs()
    assert [run.outcome for run in (first, second)] == [Outcome.SUCCEEDED] * 2, told(company, first.id)
    assert task.status is TaskStatus.DONE
    assert task.delivery is not None
    assert git(company.work, "rev-list", "--count", f"main..{task.delivery.branch}") == "2"
    assert first.session == second.session is not None
    assert "session that was begun at 2026-11-16T08:00:" in told(company, second.id)
    for run in (first, second):
        assert run.settled_by is Settlement.METERED
        assert run.usage is not None
        assert (run.usage.turns, run.usage.tokens) == (3, 450)
        assert 0 < run.usage.usd < 1
        assert run.model
    assert "gitcp" not in git(company.work, "log", "-p", "--format=fuller", "main..riley/CI-0001").lower()


def test_claude_code_works_on_a_task_and_goes_on_with_its_session(tmp_path: Path, model: ModelServer) -> None:
    works_twice(a_company_of(tmp_path, claude(model)), model)

    assert "gitcp has started you for one run" in model.asked[0].system
    assert model.asked[3].prompt.count("Why you are woken") == 2


def test_codex_works_on_a_task_and_goes_on_with_its_session(tmp_path: Path, model: ModelServer) -> None:
    company = a_company_of(tmp_path, codex(model))

    works_twice(company, model)

    assert all(run.priced_by for run in company.runs())
    assert model.asked[3].prompt.count("Why you are woken") == 2
