"""The real programs of agents from a task's creation to its end, on a model of the tests' own."""

import json
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from gitcp.core.operations.create_task import CreateTask
from gitcp.model.runs import Outcome, Settlement
from gitcp.model.tasks import TaskStatus
from gitcp.runtimes import RuntimeConfig
from tests.agents.model_server import ModelServer
from tests.agents.programs import claude, codex
from tests.runtimes.programs import of_run
from tests.stories.company import Company, a_company, git
from tests.stories.test_crashes import kill, runner_of

PROGRAMS: Mapping[str, Callable[..., RuntimeConfig]] = {"claude-code": claude, "codex": codex}

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
    assert git(company.work, "diff", "--name-only", "main", task.delivery.branch) == "work.txt"
    assert first.session == second.session is not None
    assert "session that was begun at 2026-11-16T08:00:" in told(company, second.id)
    assert "goes on from what was delivered on its branch `riley/CI-0001`" in told(
        company, second.id, "brief.md"
    )
    assert "## Your checkout" not in told(company, first.id, "brief.md")
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


@pytest.mark.parametrize("runtime", PROGRAMS)
def test_a_run_over_its_money_is_stopped_within_one_model_call_and_settles_what_it_used(
    tmp_path: Path, model: ModelServer, runtime: str
) -> None:
    company = a_company_of(tmp_path, PROGRAMS[runtime](model), usd=0.5)
    spends = "[[tokens: 100000 1000]] [[loop: sleep 0.5]]"
    company.does(CreateTask(project="CI", title="Spend", description=spends, assignee="riley"))

    company.tick()

    [run], task = company.runs(), company.task("CI-0001")
    assert run.outcome is Outcome.OVER_BUDGET, told(company, run.id)
    assert task.status is TaskStatus.TODO
    assert run.usage is not None
    assert run.usage.turns is not None
    assert run.settled_by is Settlement.METERED
    one_call = run.usage.usd / run.usage.turns
    assert run.usage.usd - one_call <= run.reserved.usd < run.usage.usd
    assert run.reason == f"stopped at its limit of 0.50 USD, {run.usage.usd:f} used"


@pytest.mark.parametrize("runtime", PROGRAMS)
def test_what_is_left_of_an_agent_whose_runner_was_killed_is_ended_and_its_run_reaped(
    tmp_path: Path, model: ModelServer, runtime: str
) -> None:
    marks = tmp_path / "marks"
    company = a_company_of(tmp_path, PROGRAMS[runtime](model, writable=(str(marks),)))
    hangs = f"[[bash: touch {marks}/begun; tail -f /dev/null]]"
    company.does(CreateTask(project="CI", title="Hang", description=hangs, assignee="riley"))
    [started] = company.tick(wait=False).started
    until = time.monotonic() + 60
    while not (marks / "begun").exists():
        assert time.monotonic() < until
        time.sleep(0.05)

    kill(runner_of(company, started.run.id))
    company.passes(seconds=5)
    company.tick()

    [run] = company.runs()
    assert run.outcome is Outcome.ABANDONED
    assert of_run(tmp_path / "state" / "runs" / run.id) == []


def test_an_agent_of_a_subscription_bills_nothing_and_is_held_by_its_list_price(
    tmp_path: Path, model: ModelServer
) -> None:
    company = a_company_of(tmp_path, claude(model, billing="subscription"))
    company.does(CreateTask(project="CI", title="Do it", description="[[say: done]]", assignee="riley"))

    company.tick()

    [run] = company.runs()
    assert (run.reserved.usd, run.reserved.usd_imputed) == (Decimal(0), Decimal(1))
    assert run.usage is not None
    assert run.usage.usd == 0
    assert 0 < run.usage.usd_imputed < 1


@pytest.mark.parametrize("runtime", PROGRAMS)
def test_neither_the_repository_nor_the_checkout_holds_anything_of_a_run_that_commits_nothing(
    tmp_path: Path, model: ModelServer, runtime: str
) -> None:
    marks = tmp_path / "marks"
    company = a_company_of(tmp_path, PROGRAMS[runtime](model, writable=(str(marks),)))
    looks = (
        f"git status --porcelain --ignored > {marks}/seen; ls -A >> {marks}/seen; git config --list --local"
    )
    before = everything(company.work)
    company.does(
        CreateTask(
            project="CI", title="Look", description=f"[[bash: {looks}]] [[say: seen]]", assignee="riley"
        )
    )

    company.tick()

    [run] = company.runs()
    assert run.outcome is Outcome.SUCCEEDED, told(company, run.id)
    assert (marks / "seen").read_text().split() == [".git", "README.md"]
    assert everything(company.work) == before


def everything(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, those of git as well."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
